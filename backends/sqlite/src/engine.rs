//! The thread that owns the file.
//!
//! A turn takes all commands that arrived during the last one, executes them in one transaction, and replies
//! once it is committed: concurrent publishers share one flush. Members that wait for messages are served in
//! the same transaction. While members wait, the thread polls every few milliseconds for messages of other
//! processes. Otherwise it sleeps until a command arrives.

use std::{
    collections::HashMap,
    ops::RangeInclusive,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant, SystemTime},
};

use signalbook_runtime::backend::Batch;

use crate::{
    Retention,
    command::{Command, Membership},
    error::{closed, is_disk_failure},
    reply::Reply,
    store::{BackendResult, Durability, Member, NextClaim, Result, Store, micros},
};

/// Roughly how many messages one transaction takes, to bound how long the first one waits for the last.
const MESSAGES_A_TURN: usize = 10_000;
/// How often the thread polls for messages of other processes: at first, and when nothing happens.
const POLL: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_millis(25);
/// Retention runs after this many messages, or after this time if there are fewer.
const TRIM_AFTER: (usize, Duration) = (2000, Duration::from_secs(60));

/// The state of the thread.
#[derive(Debug)]
pub(crate) struct Engine {
    store: Store,
    retention: Retention,
    commands: Receiver<Command>,
    members: HashMap<i64, Member>,
    waiting: Vec<Waiting>,
    /// Batches that were not received, for the next turn.
    returned: Vec<Command>,
    poll: Duration,
    untrimmed: usize,
    trimmed: Instant,
}

/// A member that waits for messages.
#[derive(Debug)]
struct Waiting {
    member: i64,
    max: usize,
    /// `None` if it waits without limit.
    until: Option<Instant>,
    next_check: NextCheck,
    reply: Reply<BackendResult<Batch>>,
}

/// When to check whether there are messages for a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NextCheck {
    Now,
    At(Instant),
    OnChange,
}

/// A reply that waits for the commit.
type Completion = Box<dyn FnOnce(BackendResult<()>)>;

impl Engine {
    pub(crate) fn new(store: Store, retention: Retention, commands: Receiver<Command>) -> Self {
        Self {
            store,
            retention,
            commands,
            members: HashMap::new(),
            waiting: Vec::new(),
            returned: Vec::new(),
            poll: *POLL.start(),
            // The first turn deletes what became too old while no program ran.
            untrimmed: TRIM_AFTER.0,
            trimmed: Instant::now(),
        }
    }

    /// Runs until the bus is closed, or all senders of commands are dropped.
    pub(crate) fn run(mut self) {
        while let Some(commands) = self.listen() {
            if let Some(close) = self.turn(commands) {
                drop(self.waiting);
                let database = self.store.database().clone();
                let done = self.store.close().map_err(|error| database.explain(Arc::new(error)));
                drop(close.send(done));
                return;
            }
            self.trim();
        }
    }

    /// Waits for commands, or until it is time to poll. Returns `None` when all senders are dropped.
    fn listen(&mut self) -> Option<Vec<Command>> {
        let mut commands = std::mem::take(&mut self.returned);
        if commands.is_empty() {
            let first = match self.patience() {
                None => Some(self.commands.recv().ok()?),
                Some(patience) => match self.commands.recv_timeout(patience) {
                    Ok(command) => Some(command),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => return None,
                },
            };
            commands.extend(first);
        }
        let mut size = commands.iter().map(Command::size).sum::<usize>();
        while size < MESSAGES_A_TURN
            && let Ok(command) = self.commands.try_recv()
        {
            size += command.size();
            commands.push(command);
        }
        Some(commands)
    }

    /// How long to wait for a command; `None` if no member waits for messages.
    fn patience(&self) -> Option<Duration> {
        let now = Instant::now();
        let times = self.waiting.iter().flat_map(|waiting| {
            let look = match waiting.next_check {
                NextCheck::Now => Some(now),
                NextCheck::At(time) => Some(time),
                NextCheck::OnChange => None,
            };
            [look, waiting.until]
        });
        let patience = times.flatten().map(|time| time.saturating_duration_since(now)).min();
        (!self.waiting.is_empty()).then(|| patience.unwrap_or(self.poll).min(self.poll))
    }

    /// Executes commands and serves waiting members. Returns the reply to a close command, which is executed
    /// last.
    fn turn(&mut self, commands: Vec<Command>) -> Option<Reply<BackendResult<()>>> {
        let mut work = Vec::with_capacity(commands.len());
        let (mut flushes, mut close) = (Vec::new(), None);
        for command in commands {
            match command {
                Command::Receive { member, max, wait, reply } => {
                    let until = Instant::now().checked_add(wait);
                    self.waiting.push(Waiting { member, max, until, next_check: NextCheck::Now, reply });
                }
                Command::Close { reply } => close = Some(reply),
                Command::Read(query) => query.answer(&self.store),
                Command::Flush { reply } => flushes.push(reply),
                work_to_do @ (Command::Publish { .. }
                | Command::Subscribe { .. }
                | Command::Acknowledge { .. }
                | Command::PublishAndAcknowledge { .. }
                | Command::KeepAlive { .. }
                | Command::PutBack { .. }
                | Command::GiveBack { .. }
                | Command::Leave { .. }
                | Command::Seek { .. }
                | Command::Forget { .. }
                | Command::PutSchema { .. }) => work.push(work_to_do),
            }
        }
        let changed = !work.is_empty() || self.has_changed();
        self.poll = if changed { *POLL.start() } else { (self.poll * 2).min(*POLL.end()) };
        self.wake(changed);
        let mut verdict = Ok(());
        if !work.is_empty() || self.is_claim_due() {
            verdict = self.transact(work);
        }
        for reply in flushes {
            // After another error it is known that the commands have failed.
            drop(reply.send(match &verdict {
                Err(error) if is_disk_failure(error) => Err(self.store.database().explain(Arc::clone(error))),
                Ok(()) | Err(_) => Ok(()),
            }));
        }
        self.dismiss();
        close
    }

    /// Whether another process has written. An error occurs again in the next query, which can report it.
    fn has_changed(&mut self) -> bool {
        !self.waiting.is_empty() && self.store.has_changed().unwrap_or(true)
    }

    /// Marks the members that must be checked now.
    fn wake(&mut self, changed: bool) {
        let now = Instant::now();
        self.waiting.retain(|waiting| !waiting.reply.is_abandoned());
        for waiting in &mut self.waiting {
            let is_due = match waiting.next_check {
                NextCheck::Now => true,
                NextCheck::At(time) => time <= now,
                NextCheck::OnChange => false,
            };
            if changed || is_due {
                waiting.next_check = NextCheck::Now;
            }
        }
    }

    /// Checks marked members with read-only queries. Returns whether there is something for one of them.
    fn is_claim_due(&mut self) -> bool {
        let mut is_due = false;
        for waiting in self.waiting.iter_mut().filter(|waiting| waiting.next_check == NextCheck::Now) {
            match self.members.get(&waiting.member).map(|member| self.store.next_claim(member)) {
                // An error occurs again in the transaction, which can report it.
                Some(Ok(NextClaim::Now) | Err(_)) | None => is_due = true,
                Some(Ok(NextClaim::At(time))) => waiting.next_check = NextCheck::at(time),
                Some(Ok(NextClaim::Never)) => waiting.next_check = NextCheck::OnChange,
            }
        }
        is_due
    }

    /// Runs one transaction: the commands, then the waiting members.
    fn transact(&mut self, work: Vec<Command>) -> std::result::Result<(), Arc<rusqlite::Error>> {
        let durability = work.iter().map(Command::durability).max().unwrap_or(Durability::Process);
        let mut work = work.into_iter();
        let mut completions = Vec::with_capacity(work.len());
        let mut joined = Vec::new();
        let mut served = Vec::new();
        let verdict = self
            .store
            .begin(durability)
            .and_then(|()| work.try_for_each(|command| self.execute(command, &mut completions, &mut joined)))
            .and_then(|()| self.serve(&mut served))
            .and_then(|()| self.store.commit())
            .map_err(Arc::new);
        match &verdict {
            Ok(()) => {
                self.members.extend(joined.into_iter().map(|member: Member| (member.id, member)));
                for complete in completions {
                    complete(Ok(()));
                }
                for (waiting, claimed) in served {
                    if let Err(Ok(batch)) = waiting.reply.send(claimed) {
                        self.returned.push(Command::PutBack { member: waiting.member, batch });
                    }
                }
            }
            Err(error) => {
                self.store.rollback();
                let explain = || self.store.database().explain(Arc::clone(error));
                for complete in completions {
                    complete(Err(explain()));
                }
                for command in work {
                    command.refuse(explain());
                }
                for (waiting, _) in served {
                    drop(waiting.reply.send(Err(explain())));
                }
                for waiting in self.waiting.extract_if(.., |waiting| waiting.next_check == NextCheck::Now) {
                    drop(waiting.reply.send(Err(explain())));
                }
            }
        }
        verdict
    }

    /// Executes a command within the transaction. Members that join are members once it is committed.
    fn execute(
        &mut self,
        command: Command,
        completions: &mut Vec<Completion>,
        joined: &mut Vec<Member>,
    ) -> Result<()> {
        match command {
            Command::Publish { batch, reply } => {
                self.untrimmed += batch.len();
                complete(completions, reply, self.store.append(&batch))
            }
            Command::Subscribe { subscription, commands, reply } => {
                let outcome = self.store.join(&subscription).map(|outcome| {
                    outcome.map(|member| {
                        let parts = (member.id, member.partitions(), member.notice.clone());
                        joined.push(member);
                        parts
                    })
                });
                // After a rollback there must be no membership: another member may get the same id, and
                // dropping the membership would end that member.
                complete_with(completions, reply, outcome, |(id, partitions, notice)| Membership {
                    id,
                    partitions,
                    notice,
                    commands,
                })
            }
            Command::Acknowledge { member, positions, reply } => {
                let done = self.with(member, |store, member| store.acknowledge(member, &positions));
                complete(completions, reply, done)
            }
            Command::PublishAndAcknowledge { member, batch, positions, reply } => {
                self.untrimmed += batch.len();
                let done = match self.members.get(&member) {
                    Some(member) => self.store.append_and_acknowledge(member, &batch, &positions),
                    None => Ok(Err(closed())),
                };
                complete(completions, reply, done)
            }
            Command::KeepAlive { member, reply } => {
                let done = self.with(member, Store::keep_alive);
                complete(completions, reply, done)
            }
            Command::GiveBack { member, positions, reply } => {
                let done = self.with(member, |store, member| store.give_back(member, &positions));
                complete(completions, reply, done)
            }
            Command::PutBack { member, batch } => match self.members.get(&member) {
                Some(member) => self.store.put_back(member, &batch),
                None => Ok(()),
            },
            Command::Leave { member, reply } => {
                self.members.remove(&member);
                complete(completions, reply, self.store.leave(member).map(Ok))
            }
            Command::Seek { group, targets, reply } => {
                complete(completions, reply, self.store.seek(&group, &targets))
            }
            Command::Forget { group, reply } => complete(completions, reply, self.store.forget(&group)),
            Command::PutSchema { scope, name, value, reply } => {
                complete(completions, reply, self.store.put_schema(&scope, &name, value))
            }
            // Handled in `turn`.
            Command::Receive { .. } | Command::Read(_) | Command::Flush { .. } | Command::Close { .. } => {
                Ok(())
            }
        }
    }

    fn with<T>(
        &self,
        member: i64,
        ask: impl FnOnce(&Store, &Member) -> Result<BackendResult<T>>,
    ) -> Result<BackendResult<T>> {
        self.members.get(&member).map_or_else(|| Ok(Err(closed())), |member| ask(&self.store, member))
    }

    /// Claims messages for the marked members, within the transaction.
    fn serve(&mut self, served: &mut Vec<(Waiting, BackendResult<Batch>)>) -> Result<()> {
        let mut index = 0;
        while let Some(waiting) = self.waiting.get_mut(index) {
            let Some(member) = self.members.get_mut(&waiting.member) else {
                // The member has left; `dismiss` replies to it.
                index += 1;
                continue;
            };
            let mut next = self.store.next_claim(member)?;
            if waiting.next_check == NextCheck::Now && next == NextClaim::Now {
                let claimed = self.store.claim(member, waiting.max)?;
                let is_empty = claimed.as_ref().is_ok_and(Batch::is_empty);
                if !is_empty {
                    served.push((self.waiting.remove(index), claimed));
                    continue;
                }
                next = self.store.next_claim(member)?;
            }
            waiting.next_check = match next {
                // The available messages wait for keys that other members hold, too many to look further.
                NextClaim::Now | NextClaim::Never => NextCheck::OnChange,
                NextClaim::At(time) => NextCheck::at(time),
            };
            index += 1;
        }
        Ok(())
    }

    /// Replies to members whose wait is over, and to those that have left.
    fn dismiss(&mut self) {
        let now = Instant::now();
        let (members, waiting) = (&self.members, &mut self.waiting);
        for waiting in waiting.extract_if(.., |waiting| {
            waiting.until.is_some_and(|until| until <= now) || !members.contains_key(&waiting.member)
        }) {
            let answer =
                if members.contains_key(&waiting.member) { Ok(Batch::default()) } else { Err(closed()) };
            drop(waiting.reply.send(answer));
        }
    }

    /// Applies retention when it is due.
    fn trim(&mut self) {
        let (messages, time) = TRIM_AFTER;
        if self.untrimmed < messages && (self.untrimmed == 0 || self.trimmed.elapsed() < time) {
            return;
        }
        let trimmed = self
            .store
            .begin(Durability::Process)
            .and_then(|()| self.store.trim(&self.retention))
            .and_then(|more| self.store.commit().map(|()| more));
        // A failure does no harm. Retention runs again when it is next due.
        if trimmed.is_err() {
            self.store.rollback();
        }
        // A waiting member may have lost messages.
        self.wake(true);
        self.untrimmed = if let Ok(true) = trimmed { messages } else { 0 };
        self.trimmed = Instant::now();
    }
}

impl NextCheck {
    /// At a time in microseconds since 1970.
    fn at(time: i64) -> Self {
        let ahead = u64::try_from(time.saturating_sub(micros(SystemTime::now()))).unwrap_or(0);
        // One millisecond later, so that the time is certainly over.
        Instant::now()
            .checked_add(Duration::from_micros(ahead) + Duration::from_millis(1))
            .map_or(Self::OnChange, Self::At)
    }
}

/// Keeps a reply until the commit. An error of the file fails the whole transaction.
fn complete<T: 'static>(
    completions: &mut Vec<Completion>,
    reply: Reply<BackendResult<T>>,
    outcome: Result<BackendResult<T>>,
) -> Result<()> {
    complete_with(completions, reply, outcome, |answer| answer)
}

/// Like [`complete`], with an answer that is made after the commit.
fn complete_with<A: 'static, T: 'static>(
    completions: &mut Vec<Completion>,
    reply: Reply<BackendResult<T>>,
    outcome: Result<BackendResult<A>>,
    make: impl FnOnce(A) -> T + 'static,
) -> Result<()> {
    let (answer, failure) = match outcome {
        Ok(answer) => (answer, None),
        Err(error) => (Err(closed()), Some(error)),
    };
    completions.push(Box::new(move |verdict| drop(reply.send(verdict.and(answer).map(make)))));
    failure.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use rusqlite::Connection;
    use signalbook_runtime::backend::{Message, Outgoing, Subscription};

    use super::*;
    use crate::{Options, reply::question};

    /// An engine without a thread, on a file that refuses messages: a turn that publishes is rolled back.
    fn engine(path: &std::path::Path) -> (Engine, Sender<Command>) {
        let store = Store::open(path, &Options::default()).expect("the file opens");
        Connection::open(path)
            .and_then(|file| {
                file.execute_batch(
                    "CREATE TRIGGER refusal BEFORE INSERT ON messages
                     BEGIN SELECT RAISE(ABORT, 'refused'); END",
                )
            })
            .expect("the table exists");
        let (commands, received) = channel();
        (Engine::new(store, Retention::default(), received), commands)
    }

    fn refused_publish() -> Command {
        let (reply, _) = question();
        Command::Publish { batch: vec![Outgoing::new("t", Message::default())], reply }
    }

    #[test]
    fn a_join_that_is_rolled_back_ends_no_other_member() {
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let (mut engine, commands) = engine(&folder.path().join("bus.db"));
        let subscribe = |member: &str| {
            let (reply, answer) = question();
            let subscription = Subscription::new("group", ["t"])
                .with_member(member)
                .with_claim_after(Duration::from_secs(600));
            (Command::Subscribe { subscription, commands: commands.clone(), reply }, answer)
        };
        let (command, mut joined) = subscribe("elder");
        engine.turn(vec![command]);
        let elder = joined.take().expect("an answer").expect("the member joins");

        let (command, mut refused) = subscribe("elder");
        engine.turn(vec![command, refused_publish()]);
        refused.take().expect("an answer").expect_err("the transaction is rolled back");
        // It gets the id that the refused member had in the transaction.
        let (command, mut joined) = subscribe("next");
        engine.turn(vec![command]);
        let next = joined.take().expect("an answer").expect("the member joins");
        let sent = engine.commands.try_iter().collect();
        engine.turn(sent);

        for Membership { id: member, .. } in [&elder, &next] {
            let (reply, mut kept) = question();
            engine.turn(vec![Command::KeepAlive { member: *member, reply }]);
            kept.take().expect("an answer").expect("the member has not ended");
        }
    }
}
