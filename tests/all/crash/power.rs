//! Power cuts: the disk below the lake forgets whatever was not synced. SIGKILL does not test that.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use super::{
    Outcome,
    chance::{Chance, seed},
    client,
    disk::Disk,
    kill::{Senders, recover_and_check},
    ledger::Ledger,
    rounds,
    server::Server,
    tool::{Home, Tool},
};

/// Longest time for a planned crash to come; then the power is cut where the program is.
const PATIENCE: Duration = Duration::from_secs(8);

/// When the power is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Any time, the program running on a dead disk for a moment.
    Anywhen,
    /// Once a flush has trimmed the journal: the lake alone has its events.
    Trimmed,
    /// Once the log entry of a file is there.
    Imported,
    /// Once the log entry of a flush is there.
    Flushed,
    /// Once `vigie ingest` has ended well.
    Ingested,
    /// While a log entry is written.
    Entry,
    /// While a data file is written.
    File,
    /// Around a transaction of the journal.
    Transaction,
}

/// One lake's life; the first three are the gate's.
const PLAN: [Cut; 10] = [
    Cut::Trimmed,
    Cut::Imported,
    Cut::Anywhen,
    Cut::Flushed,
    Cut::Ingested,
    Cut::Anywhen,
    Cut::Entry,
    Cut::File,
    Cut::Transaction,
    Cut::Anywhen,
];

impl Cut {
    fn fault(self, chance: &mut Chance) -> Option<String> {
        let step = chance.pick(&["lake.before_sync", "lake.after_sync", "lake.after_link"]);
        match self {
            Self::Anywhen | Self::Ingested => None,
            Self::Trimmed => Some("journal.after_trim:2".to_owned()),
            Self::Imported | Self::Flushed => Some("lake.after_commit:1".to_owned()),
            Self::Entry => Some(format!("{step}:{}", chance.pick(&[5, 10]))),
            Self::File => Some(format!("{step}:{}", chance.below(9) + 1)),
            Self::Transaction => Some(format!("journal.after_commit:{}", chance.below(60) + 1)),
        }
    }
}

/// Cuts the power once for each of `cuts`, on one lake, and checks after each. Stops at the first findings.
///
/// # Errors
/// Why this machine cannot.
pub(super) fn life(tool: &Tool, cuts: &[Cut], chance: &mut Chance) -> Result<Outcome, String> {
    let disk = Disk::new()?;
    let home = Home::new(Some(&disk.root().join("lake")));
    let ledger = Ledger::new(home.aside.path());
    let mut senders = Senders::new(chance);
    let mut outcome = Outcome::default();
    for (round, cut) in cuts.iter().enumerate() {
        let visible = match cut {
            Cut::Imported | Cut::Ingested => import(tool, &home, &ledger, &mut senders, *cut, &disk, chance),
            _ => serve(tool, &home, &ledger, &mut senders, *cut, &disk, chance),
        };
        disk.power_on();
        let place = if visible.is_some() { "place" } else { "passing" };
        outcome.struck.push((format!("{cut:?}"), place));
        outcome.findings = forgotten(&home.lake, visible);
        if outcome.findings.is_empty() {
            let last = round + 1 == cuts.len();
            outcome.findings = recover_and_check(tool, &home, &ledger, last, chance.one_in(2));
        }
        if !outcome.findings.is_empty() {
            break;
        }
    }
    outcome.sent = ledger.sent();
    Ok(outcome)
}

/// Serves under load until the power is cut. Gives the versions that were durable then, if the crash came as planned.
fn serve(
    tool: &Tool,
    home: &Home,
    ledger: &Ledger,
    senders: &mut Senders,
    cut: Cut,
    disk: &Disk,
    chance: &mut Chance,
) -> Option<Versions> {
    let fault = cut.fault(chance);
    let mut server = match Server::start(tool, home, fault.as_deref()) {
        Ok(server) => server,
        Err(error) => {
            ledger.complain(format!("it does not start: {error}"));
            disk.cut();
            return None;
        }
    };
    let limit = if fault.is_some() { PATIENCE } else { Duration::from_millis(300 + chance.below(2_000)) };
    let address = server.address.clone();
    client::under_load(&address, ledger, &mut senders.clients, || {
        let struck = server.ends_within(limit);
        let visible = (struck && cut == Cut::Flushed).then(|| Versions::of(&home.lake));
        disk.cut();
        // A moment for it to acknowledge what can no longer be kept.
        server.ends_within(Duration::from_millis(200));
        server.kill();
        visible.or_else(|| struck.then(Versions::default))
    })
}

fn import(
    tool: &Tool,
    home: &Home,
    ledger: &Ledger,
    senders: &mut Senders,
    cut: Cut,
    disk: &Disk,
    chance: &mut Chance,
) -> Option<Versions> {
    let number = senders.file(home, ledger);
    let fault = cut.fault(chance);
    let ended = client::ingest(tool, home, ledger, number, fault.as_deref());
    let visible = (ended == fault.is_none()).then(|| Versions::of(&home.lake));
    disk.cut();
    visible
}

/// The newest log entry of each table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Versions {
    events: Option<u64>,
    legs: Option<u64>,
}

impl Versions {
    fn of(lake: &Path) -> Self {
        let newest = |table: &str| {
            let entries = fs::read_dir(lake.join(table).join("_delta_log")).into_iter().flatten().flatten();
            entries.filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".json")?.parse().ok()).max()
        };
        Self { events: newest("events"), legs: newest("legs") }
    }
}

/// L1: a version that was committed before the cut is there after it.
fn forgotten(lake: &Path, before: Option<Versions>) -> Vec<String> {
    let (before, after) = (before.unwrap_or_default(), Versions::of(lake));
    let gone = after.events < before.events || after.legs < before.legs;
    gone.then(|| format!("lost: {before:?} were committed, {after:?} are there after the power cut"))
        .into_iter()
        .collect()
}

/// The brand would have been told "accepted" by a machine that then forgot.
#[test]
fn whenever_the_power_fails_what_was_acknowledged_is_there_once() {
    let (tool, seed, began) = (Tool::built(), seed(), Instant::now());
    let mut chance = Chance::new(seed);
    let cuts = rounds("VIGIE_CUTS", 3);
    let mut outcome = Outcome::default();
    while outcome.struck.len() < cuts && outcome.findings.is_empty() {
        let plan = &PLAN[..PLAN.len().min(cuts - outcome.struck.len())];
        match life(&tool, plan, &mut chance) {
            Ok(life) => {
                outcome.struck.extend(life.struck);
                outcome.findings.extend(life.findings);
                outcome.sent += life.sent;
            }
            Err(why) => return println!("skipped: no loop devices ({why})"),
        }
    }
    outcome.told("power", seed, began);
    outcome.assert_nothing_found(seed);
}
