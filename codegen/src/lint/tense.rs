use signalbook_model::Path;

use super::Reporter;
use super::names::resembles_version;
use crate::checked_registry::CheckedRegistry;

/// Past participles that do not end in `ed`. Compounds (`rebuilt`, `unset`) are recognized by their prefix.
const IRREGULAR: &[&str] = &[
    "arisen",
    "beaten",
    "become",
    "been",
    "begun",
    "bent",
    "bet",
    "bid",
    "bidden",
    "bitten",
    "blown",
    "born",
    "bought",
    "bound",
    "broken",
    "brought",
    "built",
    "burnt",
    "burst",
    "cast",
    "caught",
    "chosen",
    "come",
    "cost",
    "cut",
    "dealt",
    "done",
    "drawn",
    "driven",
    "drunk",
    "eaten",
    "fallen",
    "felt",
    "fled",
    "flown",
    "forgiven",
    "forgotten",
    "fought",
    "found",
    "frozen",
    "given",
    "gone",
    "got",
    "gotten",
    "grown",
    "heard",
    "held",
    "hidden",
    "hit",
    "hung",
    "hurt",
    "kept",
    "known",
    "laid",
    "learnt",
    "left",
    "lent",
    "let",
    "lit",
    "lost",
    "made",
    "meant",
    "met",
    "paid",
    "put",
    "quit",
    "read",
    "ridden",
    "risen",
    "run",
    "rung",
    "said",
    "seen",
    "sent",
    "set",
    "shaken",
    "shot",
    "shown",
    "shut",
    "slept",
    "sold",
    "sought",
    "spent",
    "split",
    "spoken",
    "spread",
    "stolen",
    "stood",
    "struck",
    "stuck",
    "sung",
    "sunk",
    "swept",
    "sworn",
    "swung",
    "taken",
    "taught",
    "thought",
    "thrown",
    "told",
    "torn",
    "understood",
    "withdrawn",
    "woken",
    "won",
    "worn",
    "written",
];

/// Words that end in `ed` but are not participles.
const NOT_PAST: &[&str] = &[
    "bed", "bleed", "breed", "embed", "exceed", "feed", "heed", "need", "proceed", "red", "seed", "shed",
    "speed", "succeed", "weed",
];

pub(super) fn past(checked: &CheckedRegistry, found: &mut Reporter<'_>) {
    for event in &checked.events {
        let action = event.parts().filter(|(part, _)| !resembles_version(part)).last();
        let Some((action, span)) = action.filter(|(action, _)| !is_past(action)) else { continue };
        found.add(
            found
                .finding(format!("the action of event type `{}` is not in the past tense", event.name))
                .on(Path::Event(event.name.clone()))
                .at(span, format!("`{action}` is not in the past tense"))
                .help("use the past tense, as in `order.placed` or `badge.awarded`"),
        );
    }
}

fn is_past(action: &str) -> bool {
    let lower = action.to_lowercase();
    let word = lower.rsplit(['-', '_']).next().unwrap_or(&lower);
    let irregular = |word: &str| IRREGULAR.binary_search(&word).is_ok();
    let prefixes = ["re", "un", "over", "under", "out", "up", "off", "in", "broad", "with", "mis", "pre"];
    (word.ends_with("ed") && !NOT_PAST.contains(&word))
        || irregular(word)
        || prefixes.iter().any(|prefix| word.strip_prefix(prefix).is_some_and(irregular))
}

#[cfg(test)]
mod tests {
    use super::{IRREGULAR, is_past};

    #[test]
    fn recognizes_past_participles() {
        assert!(IRREGULAR.is_sorted());
        for past in
            ["created", "sent", "reset", "rebuilt", "redemption-reversed", "broadcast", "overridden", "fed"]
        {
            assert!(is_past(past), "{past}");
        }
        for other in ["create", "pending", "success", "need", "succeed", "sending", ""] {
            assert!(!is_past(other), "{other}");
        }
    }
}
