//! Makes enums and fixeds from their declarations. They refer to no other types.

use std::collections::HashMap;

use signalbook_diagnostics::Finding;
use signalbook_model::{FixedLogical, similar};

use super::names::check_name;
use crate::checked_registry::{Enum, Fixed};
use crate::name_lists;
use crate::rules;
use crate::syntax::{EnumType, FixedType, Spanned};

pub(super) fn enumeration(name: &Spanned<String>, decl: &EnumType, findings: &mut Vec<Finding>) -> Enum {
    if decl.symbols.is_empty() {
        findings.push(
            Finding::new(&rules::EMPTY_ENUM, format!("enum `{}` has no symbol", name.value))
                .at(name.span, "no value has this type")
                .help("add symbols: `symbols = [\"WEB\", \"SHOP\"]`"),
        );
    }
    let mut seen = HashMap::new();
    let symbols = decl.symbols.iter().filter(|symbol| check_name("a symbol", symbol, findings));
    let symbols: Vec<_> = symbols.cloned().collect();
    for symbol in &symbols {
        if let Some(first) = seen.insert(symbol.value.as_str(), symbol.span) {
            findings.push(
                Finding::new(&rules::DUPLICATE_SYMBOL, format!("symbol `{}` occurs twice", symbol.value))
                    .at(symbol.span, "again")
                    .and(first, "first here")
                    .help("remove one of them"),
            );
        }
    }
    let fallback = decl.fallback.as_ref().filter(|fallback| {
        let known = seen.contains_key(fallback.value.as_str());
        if !known {
            findings.push(
                unknown_symbol(&fallback.value, &symbols).at(fallback.span, "not a symbol of the enum"),
            );
        }
        known
    });
    Enum {
        fallback: fallback.map(|fallback| fallback.value.clone()),
        open: decl.open.as_ref().is_some_and(|open| open.value),
        symbols: symbols.clone(),
    }
}

/// Returns the finding that `written` is not a symbol of an enum. The caller adds the location.
pub(super) fn unknown_symbol(written: &str, symbols: &[Spanned<String>]) -> Finding {
    let names = symbols.iter().map(|symbol| symbol.value.as_str());
    let finding = Finding::new(&rules::UNKNOWN_SYMBOL, format!("no symbol `{written}`"));
    match similar(written, names.clone()) {
        Some(name) => finding.help(format!("did you mean `{name}`?")),
        None => finding.help(format!("its symbols are {}", name_lists::list(names))),
    }
}

pub(super) fn fixed(name: &Spanned<String>, decl: &FixedType, findings: &mut Vec<Finding>) -> Option<Fixed> {
    let size = decl.size.as_ref()?;
    let bytes = size.value as usize;
    let logical = decl.logical.as_ref().map(|logical| logical.value);
    if let Some(logical) = logical.filter(|logical| !logical.fits(bytes)) {
        let wrong = match logical {
            FixedLogical::Uuid => "a UUID has 16 bytes".to_owned(),
            FixedLogical::Duration => "a duration has 12 bytes".to_owned(),
            FixedLogical::Decimal { precision, .. } => {
                format!("{bytes} bytes hold {} digits, not {precision}", FixedLogical::most_digits(bytes))
            }
        };
        let mut finding =
            Finding::new(&rules::FIXED_SIZE, format!("fixed `{}` has the wrong size: {wrong}", name.value))
                .at(size.span, "this many bytes")
                .help("change the size, or the logical type");
        if let Some(logical) = &decl.logical {
            finding = finding.and(logical.span, "for this logical type");
        }
        findings.push(finding);
    }
    Some(Fixed { size: bytes, logical })
}
