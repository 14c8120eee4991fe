//! The look-ups of schemas that a consumer makes while it runs.
//!
//! A reader asks for a schema in the middle of reading an event. It gets what is [known](Known), or the error
//! [`Pending`]; then the message waits, and [`LookUps`] finds the schema in the background.

use std::{
    collections::HashMap,
    error::Error,
    fmt,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::{Duration, SystemTime},
};

use signalbook_model::Schema;

use crate::{
    Bus, Clock, Framing, ReadProblem, SchemaLookups,
    backend::{BoxError, BoxFuture, ErrorKind},
    consumer::{Failure, Retry},
    offload::offload,
    reader::MAX_LOOKED_UP,
    telemetry::Metric,
};

/// The pauses between the attempts of a look-up. It is tried until it is answered.
const RETRY: Retry = Retry::new(u32::MAX, Duration::from_millis(200), Duration::from_secs(15));

/// How long one attempt may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How often the log says that a look-up still fails.
const SAY_AGAIN: Duration = Duration::from_secs(30);

/// How long it is remembered that no source has a schema.
const REMEMBER_MISSING: Duration = Duration::from_secs(60);

/// The number of answers that are remembered. The readers keep the schemas that they use.
const MOST_ANSWERS: usize = 4 * MAX_LOOKED_UP;

/// The warning about a schema store that cannot be read. It does not matter to the messages.
const NOT_COMPARED: &str =
    "the schema store of the bus cannot be read: the versions of this program are not compared with it";

/// What is looked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// The schema of a minor version of an event type.
    Version(Box<str>, u32),
    /// The versions of an event type with this fingerprint.
    Fingerprint(Box<str>, u64),
    /// The schema of an id.
    Id(u32),
}

/// The schemas that answer a question, with the minor versions if these were asked for. Empty if no source
/// has any.
type Found = Vec<(u32, String)>;

/// The error of a reader whose question is being looked up.
#[derive(Debug)]
struct Pending;

/// What is known, which the readers ask.
#[derive(Clone)]
struct Known {
    clock: Arc<dyn Clock>,
    answers: Arc<Mutex<Answers>>,
}

#[derive(Default)]
struct Answers {
    by_question: HashMap<Question, Answer>,
    /// The questions that were asked since the last poll.
    asked: Vec<Question>,
}

enum Answer {
    /// Asked, and not answered yet.
    Open,
    Found(Found),
    /// No source has a schema, as of this time.
    Missing(SystemTime),
}

/// Where a consumer looks schemas up, and the look-ups in progress.
pub(super) struct LookUps {
    bus: Bus,
    group: Box<str>,
    sources: SchemaLookups,
    /// Whether the schema store of the bus is a source.
    uses_store: bool,
    known: Known,
    flights: Vec<Flight>,
    /// Compares the versions of the program with those in the schema store.
    comparing: Option<BoxFuture<'static, ()>>,
}

/// The look-up of one question.
struct Flight {
    question: Question,
    state: State,
    failures: u32,
    /// When the log last said that it fails.
    said: Option<SystemTime>,
}

enum State {
    Asking { answer: BoxFuture<'static, Result<Found, BoxError>>, timeout: BoxFuture<'static, ()> },
    Pausing(BoxFuture<'static, ()>),
}

impl LookUps {
    /// Looks schemas up in `sources`, then in the schema store if `uses_store`. `versions` are those of the
    /// program: if the store has another schema for one of them, the log says so.
    pub(super) fn new(
        bus: &Bus,
        group: &str,
        sources: &SchemaLookups,
        uses_store: bool,
        versions: Vec<ProgramVersion>,
    ) -> Self {
        let backend = bus.backend();
        let uses_store = uses_store && backend.schema_store().is_some();
        let comparing = uses_store.then(|| compare(bus.clone(), group.into(), versions));
        Self {
            bus: bus.clone(),
            group: group.into(),
            sources: sources.clone(),
            uses_store,
            known: Known { clock: backend.clock(), answers: Arc::default() },
            flights: Vec::new(),
            comparing,
        }
    }

    /// Returns look-ups for the readers, which answer at once with what is known.
    pub(super) fn of_readers(&self) -> SchemaLookups {
        let backend = self.bus.backend();
        let default = if backend.schema_ids().is_some() { Framing::Confluent } else { Framing::Datum };
        let mut lookups = SchemaLookups::new().framing(self.sources.framing_or(default));
        if self.sources.versions.is_some() || self.uses_store {
            let known = self.known.clone();
            lookups = lookups.versions(move |event_type, minor| {
                Ok(known.ask(Question::Version(event_type.into(), minor))?.pop().map(|(_, schema)| schema))
            });
        }
        if self.sources.fingerprints.is_some() {
            let known = self.known.clone();
            lookups = lookups.fingerprints(move |event_type, fingerprint| {
                Ok(known.ask(Question::Fingerprint(event_type.into(), fingerprint))?)
            });
        }
        if self.sources.schemas.is_some() || backend.schema_ids().is_some() {
            let known = self.known.clone();
            lookups =
                lookups.schemas(move |id| Ok(known.ask(Question::Id(id))?.pop().map(|(_, schema)| schema)));
        }
        lookups
    }

    /// Makes progress. Returns whether a question was answered.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> bool {
        if self.comparing.as_mut().is_some_and(|comparing| comparing.as_mut().poll(context).is_ready()) {
            self.comparing = None;
        }
        for question in std::mem::take(&mut self.known.lock().asked) {
            let state = self.ask(&question);
            self.flights.push(Flight { question, state, failures: 0, said: None });
        }
        let mut flights = std::mem::take(&mut self.flights);
        let before = flights.len();
        flights.retain_mut(|flight| self.poll_flight(flight, context).is_pending());
        self.flights = flights;
        self.flights.len() < before
    }

    /// Stops all look-ups.
    pub(super) fn stop(&mut self) {
        self.flights.clear();
        self.comparing = None;
    }

    fn poll_flight(&self, flight: &mut Flight, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let result = match &mut flight.state {
                State::Pausing(pause) => {
                    ready!(pause.as_mut().poll(context));
                    flight.state = self.ask(&flight.question);
                    continue;
                }
                State::Asking { answer, timeout } => match answer.as_mut().poll(context) {
                    Poll::Ready(result) => result,
                    Poll::Pending => {
                        ready!(timeout.as_mut().poll(context));
                        Err("no answer in time".into())
                    }
                },
            };
            match result {
                Ok(found) => {
                    self.known.answer(flight.question.clone(), found);
                    return Poll::Ready(());
                }
                Err(error) => self.failed(flight, &*error),
            }
        }
    }

    fn failed(&self, flight: &mut Flight, error: &(dyn Error + 'static)) {
        flight.failures += 1;
        let now = self.known.clock.now();
        let is_due = |said: SystemTime| now.duration_since(said).is_ok_and(|since| since >= SAY_AGAIN);
        if flight.said.is_none_or(is_due) {
            flight.said = Some(now);
            tracing::warn!(
                group = &*self.group,
                schema = %flight.question,
                failures = flight.failures,
                %error,
                "a schema cannot be looked up: its messages wait"
            );
        }
        flight.state = State::Pausing(self.known.clock.sleep(RETRY.pause(flight.failures)));
    }

    fn ask(&self, question: &Question) -> State {
        let answer: BoxFuture<'static, Result<Found, BoxError>> = match question.clone() {
            Question::Version(event_type, minor) => Box::pin(self.version(event_type, minor)),
            Question::Fingerprint(event_type, fingerprint) => {
                let lookup = self.sources.fingerprints.clone();
                Box::pin(async move {
                    let Some(lookup) = lookup else { return Ok(Vec::new()) };
                    offload(move || lookup(&event_type, fingerprint)).await?
                })
            }
            Question::Id(id) => Box::pin(self.id(id)),
        };
        State::Asking { answer, timeout: self.known.clock.sleep(TIMEOUT) }
    }

    fn version(
        &self,
        event_type: Box<str>,
        minor: u32,
    ) -> impl Future<Output = Result<Found, BoxError>> + Send + use<> {
        let (lookup, bus, uses_store) = (self.sources.versions.clone(), self.bus.clone(), self.uses_store);
        let group = self.group.clone();
        async move {
            if let Some(lookup) = lookup {
                let event_type = event_type.clone();
                if let Some(schema) = offload(move || lookup(&event_type, minor)).await?? {
                    return Ok(vec![(minor, schema)]);
                }
            }
            if !uses_store {
                return Ok(Vec::new());
            }
            match bus.stored_schema(&event_type, minor).await {
                Ok(stored) => Ok(stored.map(|stored| (minor, stored.schema.to_json())).into_iter().collect()),
                Err(error) if error.kind == ErrorKind::Invalid => {
                    tracing::error!(group = &*group, event_type = &*event_type, minor, %error);
                    observe_difference(&bus, &group, &event_type);
                    Ok(Vec::new())
                }
                Err(error) => Err(error.into()),
            }
        }
    }

    fn id(&self, id: u32) -> impl Future<Output = Result<Found, BoxError>> + Send + use<> {
        let (lookup, bus) = (self.sources.schemas.clone(), self.bus.clone());
        async move {
            let schema = match (lookup, bus.backend().schema_ids()) {
                (Some(lookup), _) => offload(move || lookup(id)).await??,
                (None, Some(ids)) => ids.schema(id).await?,
                (None, None) => None,
            };
            Ok(schema.map(|schema| (0, schema)).into_iter().collect())
        }
    }
}

/// Whether a message must wait for a look-up.
pub(super) fn is_pending(failure: &Failure) -> bool {
    match failure {
        Failure::Read(error) => {
            matches!(&*error.problem, ReadProblem::Lookup(error) if error.is::<Pending>())
        }
        _ => false,
    }
}

/// A version that the program has: event type, minor version and schema.
pub(super) type ProgramVersion = (&'static str, u32, Schema);

/// Compares the versions of the program with those in the schema store. While the store cannot be reached, it
/// tries again.
fn compare(bus: Bus, group: Box<str>, versions: Vec<ProgramVersion>) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let mut failures = 0;
        for (event_type, minor, schema) in versions {
            let stored = loop {
                match bus.stored_schema(event_type, minor).await {
                    Err(error) if error.kind == ErrorKind::Unavailable => {
                        failures += 1;
                        if failures == 1 {
                            tracing::warn!(group = &*group, %error, "{NOT_COMPARED}");
                        }
                        bus.backend().clock().sleep(RETRY.pause(failures)).await;
                    }
                    stored => break stored,
                }
            };
            let problem = match stored {
                Ok(Some(stored)) if stored.schema != schema.without_docs() => {
                    "the schema store of the bus has another schema for a version that this program has"
                }
                Ok(_) => continue,
                Err(error) if error.kind == ErrorKind::Invalid => {
                    "the schema store of the bus has an invalid schema for a version that this program has"
                }
                Err(error) => {
                    tracing::warn!(group = &*group, %error, "{NOT_COMPARED}");
                    return;
                }
            };
            tracing::error!(group = &*group, event_type, minor, "{problem}");
            observe_difference(&bus, &group, event_type);
        }
    })
}

fn observe_difference(bus: &Bus, group: &str, event_type: &str) {
    let difference = Metric::SchemaDifferences.of(1.0).group(group).event_type(event_type);
    bus.telemetry().observe(|| difference);
}

impl Known {
    fn ask(&self, question: Question) -> Result<Found, Pending> {
        let now = self.clock.now();
        let mut answers = self.lock();
        match answers.by_question.get(&question) {
            Some(Answer::Found(found)) => return Ok(found.clone()),
            Some(Answer::Missing(until)) if now < *until => return Ok(Vec::new()),
            Some(Answer::Open) => return Err(Pending),
            Some(Answer::Missing(_)) | None => {}
        }
        if answers.by_question.len() >= MOST_ANSWERS {
            answers.by_question.retain(|_, answer| matches!(answer, Answer::Open));
        }
        answers.by_question.insert(question.clone(), Answer::Open);
        answers.asked.push(question);
        Err(Pending)
    }

    fn answer(&self, question: Question, found: Found) {
        let answer = if found.is_empty() {
            Answer::Missing(self.clock.now() + REMEMBER_MISSING)
        } else {
            Answer::Found(found)
        };
        self.lock().by_question.insert(question, answer);
    }

    fn lock(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(event_type, minor) => write!(f, "{event_type} minor version {minor}"),
            Self::Fingerprint(event_type, fingerprint) => {
                write!(f, "{event_type} fingerprint {fingerprint:016x}")
            }
            Self::Id(id) => write!(f, "id {id}"),
        }
    }
}

impl fmt::Display for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the look-up is not finished")
    }
}

impl Error for Pending {}
