//! A simulation as files: the network, its contract, the events of each provider in the order of their delivery, and the truth.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use contact::Instant;
use serde::{Deserialize, Serialize};
use sim::{Run, TruthReport};

use super::Course;
use crate::{
    args::NetworkName,
    commands::read,
    exit::{Exit, Usage},
    progress::Progress,
    table::{Table, count},
};

const TRUTH: &str = "truth.json";
/// Events between two looks at the progress.
const STEP: u64 = 4096;

/// The truth as it is written: what was simulated, how far the files tell it, and what really happened.
#[derive(Debug, Serialize)]
struct TruthFile {
    network: &'static str,
    /// The files hold what is delivered until then, and the truth is what happened until then, with contacts that were
    /// still open as far as they had come; everything when absent.
    delivered_until: Option<Instant>,
    #[serde(flatten)]
    truth: TruthReport,
}

/// A run that files tell the beginning of.
pub(super) struct Begun {
    pub(super) run: Run,
    pub(super) delivered_until: Instant,
}

/// What of the truth is needed to go on.
#[derive(Deserialize)]
struct Beginning {
    network: String,
    from: String,
    days: u16,
    seed: u64,
    delivered_until: Option<Instant>,
}

impl Begun {
    /// Reads what was begun in a directory.
    pub(super) fn read(folder: &Path, network: NetworkName) -> anyhow::Result<Self> {
        let path = folder.join(TRUTH);
        let wrong = |what: &str| Usage(format!("{}: {what}", path.display()));
        let text = read(&path)?;
        let begun: Beginning = serde_json::from_str(&text)
            .map_err(|error| wrong(&format!("{error}; give the directory of `vigie simulate … --out`")))?;
        if begun.network != network.as_str() {
            bail!(wrong(&format!("these are files of {:?}; go on with that network", begun.network)));
        }
        let Some(delivered_until) = begun.delivered_until else {
            bail!(wrong("these files tell everything; write them with --until now or today to go on from there"));
        };
        let from = begun.from.parse().map_err(|_| wrong(&format!("{:?} is not a date", begun.from)))?;
        Ok(Self { run: Run { from, days: begun.days, seed: begun.seed }, delivered_until })
    }
}

/// Writes everything, the truth last: a directory that has it is whole.
pub(super) fn write(course: &mut Course, folder: &Path, quiet: bool) -> anyhow::Result<Exit> {
    make(folder)?;
    let scenario = course.simulation.scenario();
    put(&folder.join("network.yaml"), scenario.network_file().as_bytes())?;
    for (name, contract) in contract::built_in(course.network.as_str()) {
        put(&folder.join(name), contract.as_bytes())?;
    }
    let paths: Vec<PathBuf> = scenario.providers().map(|name| folder.join(format!("{name}.ndjson"))).collect();
    let counts = events(course, &paths, quiet)?;
    let truth = TruthFile {
        network: course.network.as_str(),
        delivered_until: course.cut,
        truth: course.simulation.truth().report(),
    };
    put(&folder.join(TRUTH), &serde_json::to_vec_pretty(&truth)?)?;
    let mut table = Table::new(["file", "events"], 1);
    #[expect(clippy::cast_precision_loss, reason = "counts of events, for showing")]
    let number = |value: u64| count(Some(value as f64));
    for (path, events) in paths.iter().zip(counts) {
        table.push(vec![path.display().to_string(), number(events)]);
    }
    table.print();
    Ok(Exit::Done)
}

/// Writes the events; returns how many each file got.
fn events(course: &mut Course, paths: &[PathBuf], quiet: bool) -> anyhow::Result<Vec<u64>> {
    let create = |path: &PathBuf| {
        File::create(path).map(BufWriter::new).with_context(|| format!("cannot write {}", path.display()))
    };
    let mut files: Vec<BufWriter<File>> = paths.iter().map(create).collect::<anyhow::Result<_>>()?;
    let mut counts = vec![0_u64; paths.len()];
    let progress = Progress::of_days(course.network.as_str(), course.days, quiet);
    let mut events = 0_u64;
    let end = course.cut.unwrap_or(Instant::FOREVER);
    while let Some(delivery) = course.simulation.next_delivery_by(end) {
        let (at, provider) = (delivery.at, delivery.provider_index);
        let written = files[provider].write_all(delivery.line);
        written.with_context(|| format!("cannot write {}", paths[provider].display()))?;
        counts[provider] += 1;
        events += 1;
        if events.is_multiple_of(STEP) {
            progress.at(course.days_done(at), events);
        }
    }
    for (file, path) in files.iter_mut().zip(paths) {
        file.flush().with_context(|| format!("cannot write {}", path.display()))?;
    }
    progress.finish();
    Ok(counts)
}

/// Makes the directory; one that holds something already is left alone.
fn make(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    if entries.next().is_some() {
        bail!(Usage(format!("{} is not empty; name a new directory", folder.display())));
    }
    Ok(())
}

fn put(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
