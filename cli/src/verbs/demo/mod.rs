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
    TopicConfig, UnknownType, backend::Start, blocking, blocking::block_on,
};
use signalbook_codegen::tool::emit;

use crate::{
    Exit,
    bus::{close, json_line::Refusal, line_sealer::Sealer},
    failure::Failure,
    registry::{Loaded, built_in::OPENEDX, output_files::Outputs},
    terminal::{BOLD, DIM, count, print},
    verbs::check,
};

const TOPIC: &str = "learning";

/// Run the whole pipeline on the Open edX registry, in a temporary folder
///
/// The demo checks the registry, writes its Avro schemas, accepts it, and refuses a breaking change. It
/// publishes typed events to a bus in an SQLite file, consumes them in two groups, and refuses an event that
/// does not match its schema. The folder is kept, so that you can look at the files.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  signalbook demo
  signalbook demo --dir /tmp/demo")]
pub(crate) struct Args {
    /// The folder to write to; by default a new folder in the temporary folder of the system
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let started = Instant::now();
    let dir = args
        .dir
        .clone()
        .unwrap_or_else(|| std::env::temp_dir().join(format!("signalbook-demo-{}", std::process::id())));
    let folder = |error| Failure::file("create the folder", &dir, error);
    std::fs::create_dir_all(&dir).map_err(folder)?;

    print(format_args!("{BOLD}Signalbook on the Open edX registry{BOLD:#}\n"))?;
    let registry = Loaded::load(OPENEDX)?;
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
    close(&bus)?;
    print(format_args!("\nDone in {:.1} s.\n{}", started.elapsed().as_secs_f32(), next_steps(&url, &dir)))?;
    Ok(Exit::Clean)
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
    let schemas = emit::avro(&registry.checked)
        .map_err(|error| Failure::new("cannot make the Avro schema of an event").caused_by(error))?;
    let folder = dir.join("avro");
    let mut outputs = Outputs::default();
    for schema in schemas {
        outputs.add(folder.join(format!("{}.avsc", schema.event_type)), schema.text);
    }
    outputs.write()?;
    Ok(format!("{} in {}", count(outputs.len(), "Avro schema"), folder.display()))
}

/// Publishes the events of three learners, as Rust types that were generated from the registry.
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
        "`Debug` redacts personal data:".to_owned(),
        format!("{:?}", enrolled[0].enrollment.user.pii),
    ])
}

/// Consumes in two groups with their own positions: one counts all events, the other only certificates.
fn consume(bus: &Bus) -> Result<Vec<String>, Failure> {
    let all = Until::seen(5);
    let reports = all.on::<CourseEnrollmentCreated>(consumer(bus, "reports"));
    let reports = all.on::<CertificateCreated>(all.on::<CourseUnenrollmentCompleted>(reports));
    let reports = all.run(&reports)?;
    let one = Until::seen(1);
    let mails = one.run(&one.on::<CertificateCreated>(consumer(bus, "mail")))?;
    Ok(vec![
        format!(
            "group `reports`: {}, in order within each course",
            count(count_of(reports.processed), "event")
        ),
        format!(
            "group `mail`:    {}, {} skipped",
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
    consumer.configure(|consumer| {
        let consumer = consumer.topic(TOPIC).start(Start::Earliest).unknown_type(UnknownType::Ignore);
        // Fail at the first error.
        consumer.retry(Retry::NONE).dead_letter(DeadLetter::Stop)
    })
}

/// Stops a consumer after its receivers have seen a number of events.
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

    fn run(&self, consumer: &blocking::Consumer) -> Result<Consumed, Failure> {
        consumer.run(&self.shutdown).map_err(|error| Failure::new("cannot consume").caused_by(error))
    }
}

/// Seals a line for `signalbook publish` that does not match the registry.
fn refuse(registry: &Loaded, bus: &Bus) -> Vec<String> {
    let sealer = Sealer::new(registry, None, bus.publisher("openedx/lms/web"));
    let refusals = sealer.seal(events::INVALID.as_bytes()).err().unwrap_or_default();
    let mut lines =
        vec!["an enrolment with a number as its course and without a date is refused:".to_owned()];
    lines.extend(refusals.into_iter().map(|Refusal { path, message }| format!("{path}: {message}")));
    lines
}

fn next_steps(url: &str, dir: &Path) -> String {
    let tool = tool();
    let event = CourseEnrollmentCreated::TYPE;
    format!(
        "
next steps, with the files in {}:
  {tool} consume --registry openedx --bus {url} --topic {TOPIC} --group me
  {tool} show --registry openedx {event}
  {tool} breaking {schemas}
to create your own registry:
  {tool} init my-events",
        dir.display(),
        schemas = dir.join("schemas").display(),
    )
}

/// The path of this program, relative to the current folder.
fn tool() -> String {
    let path = std::env::current_exe().unwrap_or_else(|_| "signalbook".into());
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(&path).display().to_string()
}
