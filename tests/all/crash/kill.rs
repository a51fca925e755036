//! SIGKILL under load, at random times and at named places.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use super::{
    Outcome,
    chance::{Chance, seed},
    check::{check, check_legs},
    client,
    ledger::{Batch, Door, Ledger},
    rounds,
    server::Server,
    story::Story,
    tool::{Home, Tool},
};

/// Longest time for a planned crash to come; then the program is killed where it is.
const PATIENCE: Duration = Duration::from_secs(8);
/// Rounds between two checks.
const CHECK_EVERY: usize = 6;

/// What a round aims at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// While the lake is made.
    Birth,
    /// Any time.
    Anywhen,
    /// Around a transaction of the journal.
    Transaction,
    /// A data file of a flush.
    FlushFile,
    /// The log entry of a flush.
    FlushEntry,
    /// After the commit of a flush, before its trim.
    Flushed,
    /// A data file of a fold.
    FoldFile,
    /// The log entry of a fold.
    FoldEntry,
    /// Around a trim.
    Trim,
    /// While the journal is brought in step at start.
    Recovery,
    /// A data file of `vigie ingest`.
    ImportFile,
    /// The log entry of `vigie ingest`.
    ImportEntry,
    /// After the commit of `vigie ingest`, before its books.
    Imported,
}

/// One lake's life. The first twelve meet every stage at least once, flush, fold and trim twice; sixty
/// rounds meet each of those three ten times.
const PLAN: [Aim; 18] = [
    Aim::Birth,
    Aim::FoldFile,
    Aim::FlushFile,
    Aim::FoldEntry,
    Aim::Trim,
    Aim::ImportFile,
    Aim::FlushEntry,
    Aim::Recovery,
    Aim::Trim,
    Aim::Imported,
    Aim::Transaction,
    Aim::Anywhen,
    Aim::Flushed,
    Aim::ImportEntry,
    Aim::FoldFile,
    Aim::Transaction,
    Aim::Trim,
    Aim::Recovery,
];

impl Aim {
    /// Which fault brings the program there. A flush writes one file for each of the story's four days and one log
    /// entry; so does the fold after it. The journal is trimmed once at start.
    fn fault(self, chance: &mut Chance) -> Option<String> {
        let step = chance.pick(&["lake.before_sync", "lake.after_sync", "lake.after_link"]);
        let file = chance.below(4) + 1;
        Some(match self {
            Self::Anywhen => return None,
            Self::Birth => format!("{step}:{}", chance.below(2) + 1),
            Self::Transaction => {
                format!("{}:{}", chance.pick(&["journal.before_commit", "journal.after_commit"]), chance.below(60) + 1)
            }
            Self::FlushFile | Self::ImportFile => format!("{step}:{file}"),
            Self::FlushEntry | Self::ImportEntry => {
                chance.pick(&["lake.before_commit:1", &format!("{step}:5")]).to_owned()
            }
            Self::Flushed | Self::Imported => "lake.after_commit:1".to_owned(),
            Self::FoldFile => format!("{step}:{}", file + 5),
            Self::FoldEntry => {
                chance.pick(&["lake.before_commit:2", "lake.after_commit:2", &format!("{step}:10")]).to_owned()
            }
            Self::Trim => chance.pick(&["journal.before_trim:2", "journal.after_trim:2"]).to_owned(),
            Self::Recovery => chance.pick(&["journal.before_trim:1", "journal.after_trim:1"]).to_owned(),
        })
    }

    fn imports(self) -> bool {
        matches!(self, Self::ImportFile | Self::ImportEntry | Self::Imported)
    }
}

/// The clients of one lake: three senders, and one who sends files.
pub(super) struct Senders {
    pub(super) clients: Vec<Story>,
    files: Story,
}

impl Senders {
    pub(super) fn new(chance: &mut Chance) -> Self {
        let now = SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_micros();
        let today = contact::Instant::from_micros(i64::try_from(now).expect("this age")).expect("this age");
        let mut story = |provider, name| Story::new(provider, name, today, Chance::new(chance.below(u64::MAX)));
        let clients = vec![story("north", "n1"), story("south", "s1"), story("north", "n2")];
        Self { clients, files: story("north", "f") }
    }

    /// The next batch of each client.
    pub(super) fn batches(&mut self) -> Vec<Batch> {
        let next = |story: &mut Story| Batch::new(story.provider, Door::Http(None), story.batch());
        self.clients.iter_mut().map(next).collect()
    }

    /// Enters a new file into the ledger.
    pub(super) fn file(&mut self, home: &Home, ledger: &Ledger) -> usize {
        let lines = self.files.file(200);
        let path = home.aside.path().join(format!("import-{}.ndjson", ledger.sent()));
        ledger.enter(Batch::new("north", Door::File(path), lines))
    }
}

/// Kills the program once for each aim, on one lake, and checks now and then. Stops at the first findings.
pub(super) fn life(tool: &Tool, aims: &[Aim], chance: &mut Chance) -> Outcome {
    let home = Home::new(None);
    let ledger = Ledger::new(home.aside.path());
    let mut senders = Senders::new(chance);
    let mut outcome = Outcome::default();
    for (round, aim) in aims.iter().enumerate() {
        let place = strike(tool, &home, &ledger, &mut senders, *aim, chance);
        outcome.struck.push((format!("{aim:?}"), place));
        let last = round + 1 == aims.len();
        if last || round % CHECK_EVERY == CHECK_EVERY - 1 {
            outcome.findings = recover_and_check(tool, &home, &ledger, last, chance.one_in(2));
        }
        if !outcome.findings.is_empty() {
            break;
        }
    }
    outcome.sent = ledger.sent();
    outcome
}

/// One kill. Says where it struck.
fn strike(
    tool: &Tool,
    home: &Home,
    ledger: &Ledger,
    senders: &mut Senders,
    aim: Aim,
    chance: &mut Chance,
) -> &'static str {
    let fault = aim.fault(chance);
    if aim.imports() {
        let number = senders.file(home, ledger);
        let ended = client::ingest(tool, home, ledger, number, fault.as_deref());
        let place = if ended { "nothing" } else { "import" };
        // Sent again at once, as an operator would.
        client::ingest(tool, home, ledger, number, None);
        return place;
    }
    let mut server = match (Server::start(tool, home, fault.as_deref()), aim) {
        (Ok(server), _) => server,
        (Err(_), Aim::Birth) => return born_again(tool, home, ledger),
        // Only a fault can have ended it; one that ended for another reason does not recover either, and is found then.
        (Err(_), _) => return "recovery",
    };
    let limit = if fault.is_some() { PATIENCE } else { Duration::from_millis(100 + chance.below(1_600)) };
    let address = server.address.clone();
    let struck = client::under_load(&address, ledger, &mut senders.clients, || {
        let struck = server.ends_within(limit);
        server.kill();
        struck
    });
    match fault {
        Some(fault) if struck => place_of(&home.lake, &fault),
        _ => "anywhere",
    }
}

/// Makes the rest of a lake, so that the next fault counts from a whole one.
fn born_again(tool: &Tool, home: &Home, ledger: &Ledger) -> &'static str {
    match Server::ready(tool, home) {
        Ok(server) => server.kill(),
        Err(error) => ledger.complain(format!("a lake half made is not made whole: {error}")),
    }
    "birth"
}

/// Where the fault struck, from what lies on the disk. The first four files and the first commit are the flush's.
fn place_of(lake: &Path, fault: &str) -> &'static str {
    let (point, passage) = fault.rsplit_once(':').expect("a fault has a passage");
    let in_legs = newest_of(lake).is_some_and(|path| path.starts_with(lake.join("legs")));
    match point {
        "journal.before_trim" | "journal.after_trim" => "trim",
        "journal.before_commit" | "journal.after_commit" => "transaction",
        _ if in_legs => "fold",
        "lake.before_commit" | "lake.after_commit" if passage == "1" => "flush",
        "lake.before_commit" | "lake.after_commit" => "compaction",
        _ if passage.parse::<u32>().is_ok_and(|passage| passage <= 5) => "flush",
        _ => "compaction",
    }
}

/// The file of either table that was written last.
fn newest_of(lake: &Path) -> Option<PathBuf> {
    let mut folders = vec![lake.join("events"), lake.join("legs")];
    let mut newest: Option<(SystemTime, PathBuf)> = None;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() {
                folders.push(entry.path());
            } else if let Ok(written) = about.modified()
                && newest.as_ref().is_none_or(|(last, _)| *last < written)
            {
                newest = Some((written, entry.path()));
            }
        }
    }
    newest.map(|(_, path)| path)
}

/// Recovers, and ends the program once more: in peace or not. At the end of a life everything open is settled first.
pub(super) fn recover_and_check(tool: &Tool, home: &Home, ledger: &Ledger, last: bool, in_peace: bool) -> Vec<String> {
    let server = match Server::ready(tool, home) {
        Ok(server) => server,
        Err(error) => return vec![format!("it does not recover: {error}")],
    };
    if last {
        client::settle(&server.address, ledger);
    }
    if last || in_peace {
        if let Err(error) = server.stop() {
            return vec![error];
        }
        if last {
            client::settle_files(tool, home, ledger);
        }
    } else {
        server.kill();
    }
    let mut findings = check(tool, home, ledger);
    if last && findings.is_empty() {
        findings = check_legs(home, ledger);
    }
    findings
}

/// A provider that was told "accepted" would be charged for contacts that the brand never saw, or twice for one.
#[test]
fn whatever_kills_the_program_what_it_acknowledged_is_there_once() {
    let (tool, seed, began) = (Tool::built(), seed(), Instant::now());
    let mut chance = Chance::new(seed);
    let kills = rounds("VIGIE_KILLS", 12);
    let mut outcome = Outcome::default();
    while outcome.struck.len() < kills && outcome.findings.is_empty() {
        let life = life(&tool, &PLAN[..PLAN.len().min(kills - outcome.struck.len())], &mut chance);
        outcome.struck.extend(life.struck);
        outcome.findings.extend(life.findings);
        outcome.sent += life.sent;
    }
    outcome.told("kill", seed, began);
    outcome.assert_nothing_found(seed);
    if kills >= 12 {
        for place in ["flush", "fold", "trim"] {
            assert!(
                outcome.times(place) >= 2,
                "{place} was struck {} times: {:?}",
                outcome.times(place),
                outcome.struck
            );
        }
    }
}
