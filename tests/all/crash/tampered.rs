//! The checker on lakes that were spoilt by hand: each holds what a program would leave that breaks a promise.
//!
//! Unlike [`super::controls`] these need no other build, so every run proves that the checker can fail.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    chance::{Chance, seed},
    check::check,
    client,
    kill::Senders,
    ledger::Ledger,
    server::Server,
    story::Line,
    tool::{Home, Tool},
};

/// Batches of each client: enough for a flush of all days.
const BATCHES: usize = 6;

/// A lake with acknowledged events, and those who sent them.
struct Spoilt {
    tool: Tool,
    home: Home,
    ledger: Ledger,
    senders: Senders,
}

impl Spoilt {
    fn new() -> Self {
        let mut chance = Chance::new(seed());
        let home = Home::new(None);
        let ledger = Ledger::new(home.aside.path());
        let spoilt = Self { tool: Tool::built(), senders: Senders::new(&mut chance), home, ledger };
        assert_eq!(spoilt.run(|_| ()), Vec::<String>::new(), "a lake is made");
        spoilt
    }

    /// Serves while `during` does something, then stops in peace. Gives what the checker says.
    fn run(&self, during: impl FnOnce(&str)) -> Vec<String> {
        match Server::ready(&self.tool, &self.home) {
            Ok(server) => {
                during(&server.address);
                match server.stop() {
                    Ok(()) => self.check(),
                    Err(error) => vec![error],
                }
            }
            Err(error) => vec![format!("it does not recover: {error}")],
        }
    }

    /// Each client is about to send a little.
    fn enter_batches(&mut self) {
        for batch in (0..BATCHES).flat_map(|_| self.senders.batches()) {
            self.ledger.enter(batch);
        }
    }

    /// Each client sends a little, and all of it is acknowledged.
    fn send(&mut self) -> Vec<String> {
        self.enter_batches();
        self.run(|address| client::settle(address, &self.ledger))
    }

    fn check(&self) -> Vec<String> {
        check(&self.tool, &self.home, &self.ledger)
    }

    fn assert_seen(&self, what: &str, findings: &[String]) {
        let said = findings.iter().any(|finding| finding.contains(what));
        assert!(said, "nothing says {what:?} of {}: {findings:#?}", self.home.lake.display());
    }

    /// The newest log entry of `events`.
    fn newest_entry(&self) -> PathBuf {
        let folder = self.home.lake.join("events/_delta_log");
        let mut entries = files(&folder, "json");
        entries.sort();
        entries.pop().expect("a table has a log")
    }
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("cp runs");
    assert!(copied.success(), "{} is not copied", from.display());
}

/// As after a power cut below a journal that does not sync: an earlier state is back.
#[test]
fn a_lake_that_forgets_what_it_acknowledged_is_seen() {
    let mut spoilt = Spoilt::new();
    assert_eq!(spoilt.send(), Vec::<String>::new());
    let earlier = spoilt.home.aside.path().join("earlier");
    copy(&spoilt.home.lake, &earlier);
    assert_eq!(spoilt.send(), Vec::<String>::new());
    fs::remove_dir_all(&spoilt.home.lake).expect("ours");
    fs::rename(&earlier, &spoilt.home.lake).expect("ours");
    let findings = spoilt.run(|_| ());
    spoilt.assert_seen("was acknowledged and is not there", &findings);
    spoilt.assert_seen("lost: the receipt", &findings);
}

/// As after a flush that does not know what the lake has: its mark is gone, and the journal is flushed once more.
#[test]
fn a_flush_that_counts_twice_is_seen() {
    let mut spoilt = Spoilt::new();
    spoilt.enter_batches();
    let mut server = Server::start(&spoilt.tool, &spoilt.home, Some("lake.after_commit:1")).expect("it starts");
    client::settle_once(&server.address, &spoilt.ledger);
    assert!(server.ends_within(std::time::Duration::from_secs(20)), "the crash after the commit did not come");
    server.kill();
    let entry = spoilt.newest_entry();
    let text = fs::read_to_string(&entry).expect("a log entry");
    let without: String =
        text.lines().filter(|line| !line.starts_with("{\"txn\"")).flat_map(|line| [line, "\n"]).collect();
    assert_ne!(text.trim(), without.trim(), "the flush has a mark");
    fs::write(&entry, without).expect("ours");
    let findings = spoilt.run(|_| ());
    spoilt.assert_seen("doubled", &findings);
    spoilt.assert_seen("the books know", &findings);
}

/// As after a power cut below files that are not synced: the name is there, the bytes are not.
#[test]
fn a_file_without_its_bytes_is_seen() {
    let mut spoilt = Spoilt::new();
    assert_eq!(spoilt.send(), Vec::<String>::new());
    let file = files(&spoilt.home.lake.join("events"), "parquet").pop().expect("the flush made files");
    fs::write(file, "").expect("ours");
    assert!(!spoilt.check().is_empty(), "an empty file of events is not noticed");
}

/// As after a power cut below names that are not synced: the journal was trimmed for a commit that is gone.
#[test]
fn a_commit_without_its_name_is_seen() {
    let mut spoilt = Spoilt::new();
    assert_eq!(spoilt.send(), Vec::<String>::new());
    fs::remove_file(spoilt.newest_entry()).expect("ours");
    let findings = spoilt.run(|_| ());
    assert!(!findings.is_empty(), "a commit that is gone is not noticed");
}

/// What nobody sent must not be there.
#[test]
fn an_event_that_nobody_sent_is_seen() {
    let mut spoilt = Spoilt::new();
    assert_eq!(spoilt.send(), Vec::<String>::new());
    let forgetful = Ledger::new(spoilt.home.aside.path());
    for mut batch in spoilt.ledger.batches() {
        batch.lines.retain(|line: &Line| !line.text.contains("n1-0-offered"));
        forgetful.enter(batch);
    }
    let findings = check(&spoilt.tool, &spoilt.home, &forgetful);
    spoilt.assert_seen("was never sent", &findings);
}
