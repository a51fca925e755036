//! Settling submissions within one transaction: every decision, every row, nothing visible before the commit.

use bytes::Bytes;
use columns::EventRows;
use contact::{ContactKey, Event, Instant, Reject};
use rusqlite::Connection;

use crate::{
    Counts, EarlyReject, Item, ItemOutcome, JournalError, RejectId, Settled, Submission, TailBatch,
    contacts::Contacts,
    decide::{Verdict, decide},
    identities::{Identities, IdentityKey},
    ledger::{BookKey, Changes, name},
    options::Sealer,
    receipts::{self, NewReceipt},
    rejects::{self, Known, Origin},
    replay::Replays,
    tail,
};

/// A submission that its transaction settles, or the receipt that used its idempotency key before.
pub(crate) type Answer = Result<Settled, String>;

/// The submissions of one transaction.
pub(crate) struct Group<'t> {
    db: &'t Connection,
    sealer: &'t Sealer,
    identities: &'t mut Identities,
    rows: &'t mut EventRows,
    contacts: Contacts<'t>,
    changes: Changes,
    batches: Vec<TailBatch>,
    last_seq: i64,
}

impl<'t> Group<'t> {
    pub(crate) fn new(
        db: &'t Connection,
        sealer: &'t Sealer,
        identities: &'t mut Identities,
        rows: &'t mut EventRows,
        last_seq: i64,
    ) -> Self {
        Self {
            db,
            sealer,
            identities,
            rows,
            contacts: Contacts::new(db),
            changes: Changes::default(),
            batches: Vec::new(),
            last_seq,
        }
    }

    /// Settles one submission, received at `now`.
    pub(crate) fn settle(&mut self, mut submission: Submission, now: Instant) -> Result<Answer, JournalError> {
        if let Some(key) = &submission.key
            && let Some(receipt) = receipts::used_key(self.db, name(submission.provider.as_ref()), &key.key)?
        {
            return Ok(Err(receipt));
        }
        let replays = Replays::load(self.db, &submission.replays)?;
        let mut one = One { receipt: receipts::new_id()?, now, submission: &submission, replays };
        self.register_starts(&one)?;
        let outcomes = submission.items.iter().map(|item| self.item(&mut one, item)).collect::<Result<Vec<_>, _>>()?;
        one.replays.finish(self.db, &mut self.changes, now)?;
        self.changes.rows(now.as_micros(), &submission.rows, &submission.skipped);
        let mut counts = Counts::default();
        for outcome in &outcomes {
            counts.add(outcome);
        }
        let receipt = one.receipt;
        let seq = self.batch()?;
        let mut settled = Settled { receipt, received_at: now, seq, counts, outcomes, answer: None };
        settled.answer = submission.answer.take().map(|answer| answer(&settled));
        self.receipt(&submission, &settled)?;
        Ok(Ok(settled))
    }

    /// Enters the books; the batches are ready to be published once the transaction is durable.
    pub(crate) fn finish(self) -> Result<Vec<TailBatch>, JournalError> {
        self.changes.enter(self.db)?;
        if let Some(last) = self.batches.last() {
            crate::schema::set_mark(self.db, "last_seq", last.seq)?;
        }
        Ok(self.batches)
    }

    /// All starts a submission states are known before any of its events is decided.
    fn register_starts(&mut self, one: &One<'_>) -> Result<(), JournalError> {
        for item in one.submission.items.iter().filter(|item| one.is_counted(item)) {
            if let Ok(Event { contact, started_at: Some(started), .. }) = &item.content {
                self.contacts.register(contact.hash64(), *started, one.now)?;
            }
        }
        Ok(())
    }

    fn item<'s>(&mut self, one: &mut One<'s>, item: &'s Item) -> Result<ItemOutcome, JournalError> {
        if !one.is_counted(item) {
            return Ok(ItemOutcome::Duplicate);
        }
        let event = match &item.content {
            Ok(event) => event,
            Err(early) => return self.reject(one, item, &one.known_early(early), &early.reject),
        };
        let digest = event.content_digest();
        let (provider, source) = (event.identity.provider.as_str(), event.identity.source.as_str());
        let key = IdentityKey::new(provider, source, &event.identity.id, i64::from(event.revision));
        let known = self.contacts.started(event.contact.hash64())?;
        let verdict = decide(event.started_at, known, self.identities.seen(key, digest));
        if let Verdict::Reject(reject) = &verdict {
            return self.reject(one, item, &known_late(event, reject), reject);
        }
        let line = self.changes.line(BookKey::new(one.received_us(item), provider, source));
        line.received += 1;
        let Verdict::Store { started_at, conflict } = verdict else {
            line.duplicate += 1;
            return Ok(ItemOutcome::Duplicate);
        };
        *(if conflict { &mut line.conflict } else { &mut line.accepted }) += 1;
        self.identities.stage(key, digest);
        self.rows.push(event, digest, started_at, one.now);
        Ok(if conflict { ItemOutcome::Conflict } else { ItemOutcome::Accepted })
    }

    fn reject(
        &mut self,
        one: &mut One<'_>,
        item: &Item,
        known: &Known<'_>,
        reject: &Reject,
    ) -> Result<ItemOutcome, JournalError> {
        let id = match item.replay_of {
            Some(id) => {
                one.replays.reject_again(self.db, &mut self.changes, id, known)?;
                id
            }
            None => self.keep(one, item, known)?,
        };
        Ok(ItemOutcome::Rejected { id, reject: reject.clone() })
    }

    fn keep(&mut self, one: &One<'_>, item: &Item, known: &Known<'_>) -> Result<RejectId, JournalError> {
        let received_us = one.now.as_micros();
        let line = self.changes.line(BookKey::new(received_us, known.provider, known.source));
        line.received += 1;
        line.rejected += 1;
        line.rows_rejected += i64::from(known.of_row);
        let position = position(one.submission.file.as_ref().map(|file| file.label.as_str()), item);
        let format = &one.submission.format;
        let origin = Origin { receipt: &one.receipt, received_us, position: &position, format, state: "open" };
        rejects::insert(self.db, &origin, known, &seal(self.sealer, &item.raw))
    }

    /// The rows since the last batch as one batch with the next sequence.
    fn batch(&mut self) -> Result<Option<i64>, JournalError> {
        if self.rows.is_empty() {
            return Ok(None);
        }
        let batch = self.rows.finish()?;
        let seq = self.last_seq + 1;
        tail::insert(self.db, seq, &batch)?;
        self.last_seq = seq;
        self.batches.push(TailBatch { seq, batch });
        Ok(Some(seq))
    }

    fn receipt(&self, submission: &Submission, settled: &Settled) -> Result<(), JournalError> {
        let new = NewReceipt {
            id: &settled.receipt,
            provider: name(submission.provider.as_ref()),
            door: submission.door,
            state: "done",
            received_us: settled.received_at.as_micros(),
            seq: settled.seq,
            counts: settled.counts,
            key: submission.key.as_ref(),
            file: submission.file.as_ref(),
            data_files: None,
            answer: settled.answer.as_deref(),
        };
        receipts::insert(self.db, &new)
    }
}

/// One submission being settled.
struct One<'s> {
    receipt: String,
    now: Instant,
    submission: &'s Submission,
    replays: Replays,
}

impl<'s> One<'s> {
    /// Whether the item still matters: an item of a reject that was replayed before is settled already.
    fn is_counted(&self, item: &Item) -> bool {
        item.replay_of.is_none_or(|id| self.replays.received_us(id).is_some())
    }

    /// In whose hour the item counts: its own, or that of the reject it was read from.
    fn received_us(&self, item: &Item) -> i64 {
        item.replay_of.and_then(|id| self.replays.received_us(id)).unwrap_or(self.now.as_micros())
    }

    fn known_early(&self, early: &'s EarlyReject) -> Known<'s> {
        known_early(early, name(self.submission.provider.as_ref()))
    }
}

/// What an early reject knows, with the sender's name where it has none of its own.
pub(crate) fn known_early<'a>(early: &'a EarlyReject, sender: &'a str) -> Known<'a> {
    Known {
        provider: early.provider.as_ref().map_or(sender, |provider| provider.as_str()),
        source: early.source.as_deref().unwrap_or(""),
        event_id: early.event_id.as_deref(),
        contact: early.contact.as_ref().map(ContactKey::hash64),
        began_us: early.began.map(Instant::as_micros),
        site: early.site.as_deref(),
        queue: early.queue.as_deref(),
        of_row: early.of_row,
        reject: &early.reject,
    }
}

fn known_late<'a>(event: &'a Event, reject: &'a Reject) -> Known<'a> {
    Known {
        provider: event.identity.provider.as_str(),
        source: &event.identity.source,
        event_id: Some(&event.identity.id),
        contact: Some(event.contact.hash64()),
        began_us: event.started_at.map(Instant::as_micros),
        site: event.place.as_ref().map(|place| place.site.as_str()),
        queue: event.place.as_ref().map(|place| place.queue.as_str()),
        of_row: false,
        reject,
    }
}

/// Where an item stands, in words.
fn position(file: Option<&str>, item: &Item) -> String {
    match file {
        Some(file) => format!("{file} {}", item.position),
        None => item.position.to_string(),
    }
}

/// The only way from raw bytes to the disk.
pub(crate) fn seal(sealer: &Sealer, raw: &Bytes) -> Vec<u8> {
    sealer(raw)
}
