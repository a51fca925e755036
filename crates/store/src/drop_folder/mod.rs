//! The drop folder: files that providers put there count whole and once, and leave a receipt.
//!
//! ```text
//! DROP/atlas/                      files of events of the provider atlas
//! DROP/calls.yaml                  a mapping, the operator's
//! DROP/atlas/calls/                exports of atlas that it reads
//! DROP/calls/                      exports that it reads and of which it says whose they are
//! …/done/NAME, …/refused/NAME      what was counted, now or before; what nothing was counted of
//! …/NAME.receipt.json              what became of it, beside it
//! ```
//!
//! A file is handed over by renaming it from a temporary name (`.calls.csv`, `calls.csv.part`), which is left alone. Any
//! other is looked into once nothing about it has changed for a while. What ends in the middle of its compression, an
//! array, an object or a quoted field waits for the rest; so does a delimited row without a line end, unless compression
//! vouches for it. A file that stays like that is refused, whole. What cannot be taken apart is refused at once.
//!
//! Invariants: a file is counted **whole**: what was found whole is counted only if it is read with the same digest · and
//! **once**: the digest is marked in the commit of its events · nothing is **lost**: a file stays where it is until its
//! receipt is durable, is moved within its folder only, and comes back if it goes on being written · nothing is read
//! **elsewhere**: links are not followed, and what was opened is what was found.
//!
//! Work is bounded: one file at a time, a file of each folder in turn, no file read twice unless it changes. A failure of
//! this machine is never the file's: it stays and is tried again.
//!
//! Absent on purpose: the clock, the pace and the thread; they are the caller's.

mod inbox;
mod late;
mod names;
mod patience;
mod receipt;
mod take;
mod told;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

pub use receipt::{DropOutcome, DropReceipt, DropRows};

use crate::{Store, StoreError};
use inbox::{Forms, Inbox};
use patience::{Stamp, Step, Waiting};
use take::{Case, Outcome};
use told::Told;

/// Between two looks for files that went on being written after they were put away.
const LOOK_BACK: Duration = Duration::from_mins(1);

/// How patient a drop folder is.
#[derive(Debug, Clone, Copy)]
pub struct DropPolicy {
    /// A file is looked into once it has been as it is for so long.
    pub settle: Duration,
    /// A file that is cut, empty or cannot be opened is refused once it has been as it is for so long.
    pub patience: Duration,
    /// Threads that parse.
    pub workers: usize,
}

/// A folder that is watched.
#[derive(Debug)]
pub struct DropFolder {
    root: PathBuf,
    policy: DropPolicy,
    forms: Forms,
    waiting: BTreeMap<PathBuf, Waiting>,
    told: Told,
    looked_back: Option<Instant>,
}

/// A file whose time has come.
struct Due<'i> {
    /// Its place among those of its folder: folders take turns.
    turn: usize,
    inbox: &'i Inbox,
    name: String,
    step: Step,
}

impl DropFolder {
    /// The folder at `root`, which must be there.
    ///
    /// # Errors
    /// It is not there, or cannot be read.
    pub fn open(root: &Path, policy: DropPolicy) -> Result<Self, StoreError> {
        std::fs::read_dir(root).map_err(|source| StoreError::Io { path: root.to_owned(), source })?;
        let (forms, told) = (Forms::default(), Told::default());
        Ok(Self { root: root.to_owned(), policy, forms, waiting: BTreeMap::new(), told, looked_back: None })
    }

    /// Looks once, and settles every file whose time has come, one after the other, as long as `goes_on`. Returns their
    /// receipts. What hinders is told in the log, once. Blocks; call it within a runtime, off its threads.
    ///
    /// # Errors
    /// Only what ends the process ([`StoreError::is_fatal`]).
    pub fn scan(
        &mut self,
        store: &Store,
        now: Instant,
        goes_on: &dyn Fn() -> bool,
    ) -> Result<Vec<DropReceipt>, StoreError> {
        self.told.begin();
        let inboxes = inbox::look_around(&self.root, &store.network(), &mut self.forms, &mut self.told);
        let inboxes = inboxes.unwrap_or_else(|error| {
            self.told.tell(&self.root, &format!("it cannot be read: {error}"));
            Vec::new()
        });
        self.look_back(&inboxes, now);
        let due = self.due(&inboxes, now);
        let mut receipts = Vec::new();
        for due in due {
            if !goes_on() {
                break;
            }
            receipts.extend(self.settle(store, &due, now)?);
        }
        for (path, waiting) in &self.waiting {
            if let Some(why) = waiting.why() {
                self.told.tell(path, &format!("not taken in yet: {why}"));
            }
        }
        store.vitals.drop_waiting.set(i64::try_from(self.waiting.len()).unwrap_or(i64::MAX));
        Ok(receipts)
    }

    /// Brings back what was written to after it was put away.
    fn look_back(&mut self, inboxes: &[Inbox], now: Instant) {
        if self.looked_back.is_some_and(|last| now.saturating_duration_since(last) < LOOK_BACK) {
            return;
        }
        self.looked_back = Some(now);
        for inbox in inboxes {
            match late::bring_back(inbox) {
                Ok(names) => names.iter().for_each(|name| {
                    tracing::warn!(?name, "was still being written when it was taken; it is looked into again");
                }),
                Err(error) => self.told.tell(&inbox.dir, &format!("files put away cannot be looked at: {error}")),
            }
        }
    }

    /// The files whose time has come, of each folder one in turn; those that are gone are forgotten.
    fn due<'i>(&mut self, inboxes: &'i [Inbox], now: Instant) -> Vec<Due<'i>> {
        let (mut due, mut present) = (Vec::new(), BTreeSet::new());
        for inbox in inboxes {
            let found = inbox::entries(&inbox.dir, &mut self.told).unwrap_or_else(|error| {
                self.told.tell(&inbox.dir, &format!("it cannot be read: {error}"));
                BTreeMap::new()
            });
            let mut turn = 0;
            for (name, metadata) in found {
                let path = inbox.dir.join(&name);
                if !metadata.is_file() {
                    self.pass_over(&path, &metadata);
                    continue;
                }
                let stamp = Stamp::from(&metadata);
                let file = self.waiting.entry(path.clone()).or_insert_with(|| Waiting::new(stamp, now));
                file.seen(stamp, now);
                let step = file.step(now, &self.policy);
                if step != Step::Wait {
                    due.push(Due { turn, inbox, name, step });
                    turn += 1;
                }
                present.insert(path);
            }
        }
        self.waiting.retain(|path, _| present.contains(path));
        due.sort_by_key(|due| due.turn);
        due
    }

    fn pass_over(&mut self, path: &Path, found: &std::fs::Metadata) {
        if found.is_symlink() {
            self.told.tell(path, "a symbolic link is not followed; put the folder or file itself here");
        } else if !found.is_dir() {
            self.told.tell(path, "it is no file that can be read to an end; remove it");
        }
    }

    fn settle(&mut self, store: &Store, due: &Due<'_>, now: Instant) -> Result<Option<DropReceipt>, StoreError> {
        let path = due.inbox.dir.join(&due.name);
        let Some(waiting) = self.waiting.get_mut(&path) else { return Ok(None) };
        let (name, stamp, workers) = (due.name.as_str(), waiting.stamp(), self.policy.workers);
        let case = Case { store, inbox: due.inbox, name, stamp, workers };
        let outcome = match &due.step {
            Step::GiveUp(why) => case.refuse(why),
            _ => case.take(),
        };
        match outcome {
            Ok(Outcome::Settled(receipt)) => {
                self.waiting.remove(&path);
                log(&path, &receipt);
                store.vitals.dropped(receipt.outcome.as_str());
                return Ok(Some(*receipt));
            }
            Ok(Outcome::Unready(why)) => waiting.is_unready(why),
            Ok(Outcome::Passed) => {
                self.waiting.remove(&path);
            }
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) => {
                waiting.has_failed(format!("{error}; it is tried again"), now);
                let settled = tokio::runtime::Handle::current().block_on(store.settle_bulks());
                match settled {
                    Err(error) if error.is_fatal() => return Err(error),
                    Err(error) => tracing::error!(%error, "what was begun of a file is neither done nor undone yet"),
                    Ok(()) => {}
                }
            }
        }
        Ok(None)
    }
}

fn log(path: &Path, receipt: &DropReceipt) {
    let events = receipt.events.unwrap_or_default();
    let (accepted, rejected) = (events.accepted, events.rejected);
    if receipt.outcome == DropOutcome::Refused {
        tracing::warn!(?path, "refused: {}", receipt.message);
    } else {
        tracing::info!(?path, accepted, rejected, "{}", receipt.message);
    }
}
