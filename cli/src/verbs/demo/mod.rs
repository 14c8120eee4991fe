mod events;
mod gate;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use signalbook::openedx::learning::{
    CertificateCreated, CourseEnrollmentCreated, CourseUnenrollmentCompleted,
};
use signalbook::{
    Bus, Consumed, DeadLetter, Decode, Event, EventType, ProducerConfig, Received, Retry, Shutdown,
    TopicConfig, backend::Start, blocking, blocking::block_on,
};
use signalbook_codegen::emit;

use crate::{
    Outcome,
    bus::{event_line::Refusal, sealer::Sealer},
    failure::Failure,
    registry::{Loaded, RegistryArgs, built_in::OPENEDX, files::Outputs},
    terminal::{BOLD, DIM, count, print},
    verbs::check,
};

const TOPIC: &str = "learning";

/// Show the main job on the Open edX registry, in a folder of its own
///
/// It checks the registry, writes its Avro schemas, accepts it and refuses a change that breaks it, publishes
/// typed events through a bus in one SQLite file, consumes them in two groups, and shows an event that does
/// not fit being refused. The folder is kept, to look around in.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook demo
  signalbook demo --dir /tmp/look-around")]
pub(crate) struct Args {
    /// Where to write; a new folder among the system's temporary ones by default
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let dir = args
        .dir
        .clone()
        .unwrap_or_else(|| std::env::temp_dir().join(format!("signalbook-demo-{}", std::process::id())));
    let folder = |error| Failure::file("create the folder", &dir, error);
    std::fs::create_dir_all(&dir).map_err(folder)?;

    print(format_args!("{BOLD}Signalbook on the Open edX registry{BOLD:#}\n"))?;
    let registry = Loaded::load(&RegistryArgs { registry: OPENEDX.into() })?;
    step(1, "check", &[check::summary(&registry)])?;
    step(2, "generate", &[generate(&registry, &dir)?])?;
    let schemas = dir.join("schemas");
    step(3, "accept", &[gate::accept(&schemas)?])?;
    step(4, "breaking", &gate::refuse(&schemas)?)?;
    let url = format!("sqlite:{}", dir.join("bus.db").display());
    let bus = block_on(signalbook::connect(&url))
        .map_err(|error| Failure::new("cannot open the bus").caused_by(error))?;
    step(5, "publish", &publish(&bus)?)?;
    step(6, "consume", &consume(&bus)?)?;
    step(7, "refuse", &refuse(&registry, &bus))?;
    block_on(bus.close()).map_err(|error| Failure::new("cannot close the bus").caused_by(error))?;
    print(format_args!("\nDone in {:.1} s.\n{}", started.elapsed().as_secs_f32(), next_steps(&url, &dir)))?;
    Ok(Outcome::Clean)
}

fn step(number: u8, verb: &str, lines: &[String]) -> Result<(), Failure> {
    for (index, line) in lines.iter().enumerate() {
        if index == 0 {
            print(format_args!("{DIM}{number}{DIM:#} {BOLD}{verb:<9}{BOLD:#} {line}"))?;
        } else {
            print(format_args!("{:12}{line}", ""))?;
        }
    }
    Ok(())
}

fn generate(registry: &Loaded, dir: &Path) -> Result<String, Failure> {
    let schemas = emit::avro(&registry.contract)
        .map_err(|error| Failure::new("cannot make the Avro schema of an event").caused_by(error))?;
    let folder = dir.join("avro");
    let mut outputs = Outputs::default();
    for schema in schemas {
        outputs.add(folder.join(format!("{}.avsc", schema.event_type)), schema.text);
    }
    outputs.write()?;
    Ok(format!("{} in {}", count(outputs.len(), "Avro schema"), folder.display()))
}

/// Publishes what happened to three learners, each type of event as the Rust type that was made of the
/// registry.
fn publish(bus: &Bus) -> Result<Vec<String>, Failure> {
    let here = |event_type| ProducerConfig::default().topic(event_type, TOPIC, TopicConfig::enabled());
    let config = here(CourseEnrollmentCreated::TYPE)
        .merge(here(CourseUnenrollmentCompleted::TYPE))
        .merge(here(CertificateCreated::TYPE));
    let publisher = bus.publisher("openedx/lms/web").with_config(config);
    let failed = |error| Failure::new("cannot publish").caused_by(error);

    let enrolled = events::enrolled();
    let (left, certified) = (events::left(), events::certified());
    block_on(publisher.publish_all(&enrolled)).map_err(failed)?;
    block_on(publisher.publish(&left)).map_err(failed)?;
    block_on(publisher.publish(&certified)).map_err(failed)?;
    let line = |number: usize, event_type: &str| format!("{DIM}{number} x{DIM:#} {event_type}");
    Ok(vec![
        format!("{} of 3 types, durable on the topic `{TOPIC}`", count(enrolled.len() + 2, "typed event")),
        line(enrolled.len(), CourseEnrollmentCreated::TYPE),
        line(1, CourseUnenrollmentCompleted::TYPE),
        line(1, CertificateCreated::TYPE),
        "personal data stays out of logs, as in".to_owned(),
        format!("{:?}", enrolled[0].enrollment.user.pii),
    ])
}

/// Two groups, each with a place of its own in the topic: one counts all, one wants certificates alone.
fn consume(bus: &Bus) -> Result<Vec<String>, Failure> {
    let all = Until::seen(5);
    let reports = all.on::<CourseEnrollmentCreated>(consumer(bus, "reports"));
    let reports = all.on::<CertificateCreated>(all.on::<CourseUnenrollmentCompleted>(reports));
    let reports = all.run(reports)?;
    let one = Until::seen(1);
    let mails = one.run(one.on::<CertificateCreated>(consumer(bus, "mail")))?;
    Ok(vec![
        format!(
            "group `reports`: {}, in the order of each course",
            count(count_of(reports.processed), "event")
        ),
        format!(
            "group `mail`:    {}, {} passed by",
            count(count_of(mails.processed), "certificate"),
            mails.skipped
        ),
    ])
}

fn count_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn consumer(bus: &Bus, group: &str) -> blocking::Consumer {
    let consumer = blocking::Bus::from(bus.clone()).consumer(group);
    consumer.with(|consumer| {
        // A demo that fails says so at once.
        consumer.topic(TOPIC).start(Start::Earliest).retry(Retry::NONE).dead_letter(DeadLetter::Stop)
    })
}

/// Stops a consumer once its receivers have seen so many events.
struct Until {
    left: Arc<AtomicUsize>,
    shutdown: Shutdown,
}

impl Until {
    fn seen(events: usize) -> Self {
        Self { left: Arc::new(AtomicUsize::new(events)), shutdown: Shutdown::new() }
    }

    fn on<E>(&self, consumer: blocking::Consumer) -> blocking::Consumer
    where
        E: Event + for<'de> Decode<'de> + Send + 'static,
    {
        let (left, shutdown) = (Arc::clone(&self.left), self.shutdown.clone());
        consumer.on(move |_event: Received<E>| {
            if left.fetch_sub(1, Ordering::Relaxed) == 1 {
                shutdown.begin();
            }
        })
    }

    fn run(&self, consumer: blocking::Consumer) -> Result<Consumed, Failure> {
        consumer.run(&self.shutdown).map_err(|error| Failure::new("cannot consume").caused_by(error))
    }
}

/// A line as `signalbook publish` takes it, which a program in another language got wrong.
fn refuse(registry: &Loaded, bus: &Bus) -> Vec<String> {
    let sealer = Sealer::new(registry, None, bus.publisher("openedx/lms/web"));
    let refusals = sealer.seal(events::MISFIT.as_bytes()).err().unwrap_or_default();
    let mut lines =
        vec!["an enrolment with a number as its course and no date does not reach the bus:".to_owned()];
    lines.extend(refusals.into_iter().map(|Refusal { path, message }| format!("{path}: {message}")));
    lines
}

fn next_steps(url: &str, dir: &Path) -> String {
    let tool = tool();
    let event = CourseEnrollmentCreated::TYPE;
    format!(
        "
next, on what it left in {}:
  {tool} consume --registry openedx --bus {url} --topic {TOPIC} --group me
  {tool} show --registry openedx {event}
  {tool} breaking {schemas}
and a registry of your own:
  {tool} init my-events",
        dir.display(),
        schemas = dir.join("schemas").display(),
    )
}

/// How to call this program from here.
fn tool() -> String {
    let path = std::env::current_exe().unwrap_or_else(|_| "signalbook".into());
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(&path).display().to_string()
}
