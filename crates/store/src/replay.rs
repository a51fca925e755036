//! Reading rejects again, after the network or a mapping was mended or a contact became known.

use std::collections::BTreeMap;

use bytes::Bytes;
use contact::{Event, Instant, ProviderId};
use intake::{Context, Door as IntakeDoor, FileReader, Ground, Mapping, Rejected, RowOutcome, parse_event};
use journal::{
    Became, Door, EarlyReject, Item, ItemOutcome, Position, RejectFilter, RejectId, Replay, SealedReject, Settled,
    Submission,
};

use crate::{Store, StoreError};

/// Rejects read again at a time.
const PAGE: usize = 500;
/// Format of events that came as CloudEvents; other formats are `mapping:<hash>`.
pub(crate) const CLOUDEVENTS: &str = "cloudevents";

/// What reading rejects again did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Rejects read.
    pub replayed: u64,
    /// Rejects whose bytes or mapping cannot be read any more: they stay kept as they are.
    pub unreadable: u64,
    /// Rejects that were cut when they came, so that they could only be read wrong: they stay kept as they are.
    pub left_out: u64,
    /// Events stored.
    pub accepted: u64,
    /// Events known already.
    pub duplicate: u64,
    /// Events that are rejected still.
    pub rejected: u64,
}

/// One round of reading rejects again.
#[derive(Default)]
struct Round {
    done: Replayed,
    /// The first reject that could not be read, and why.
    unreadable: Option<(RejectId, StoreError)>,
}

impl Round {
    fn begin(&mut self, submission: &Submission) {
        self.done.replayed += submission.replays.len() as u64;
    }

    fn end(&mut self, settled: &Settled) {
        let done = &mut self.done;
        for outcome in &settled.outcomes {
            match outcome {
                ItemOutcome::Accepted | ItemOutcome::Conflict => done.accepted += 1,
                ItemOutcome::Duplicate => done.duplicate += 1,
                ItemOutcome::Rejected { .. } => done.rejected += 1,
            }
        }
    }

    /// These rejects stay as they are; the round goes on.
    fn leave(&mut self, rejects: &[&SealedReject], why: StoreError) {
        self.done.unreadable += rejects.len() as u64;
        if let (None, Some(first)) = (&self.unreadable, rejects.first()) {
            self.unreadable = Some((first.id, why));
        }
    }

    fn finish(self) -> Replayed {
        if let Some((reject, error)) = self.unreadable {
            let (count, first) = (self.done.unreadable, reject.0);
            tracing::warn!(count, first, %error, "rejects that cannot be read again stay kept; the others were read");
        }
        self.done
    }
}

impl Store {
    /// Reads the open rejects that match once more. Doing it twice changes nothing: what was accepted is no longer open.
    /// A reject that cannot be read (sealed under another key, its mapping not stored) stays kept and is counted; it
    /// keeps no other from being read. What was cut is left out, and counted. A row of which several events were rejected
    /// is read once.
    ///
    /// # Errors
    /// The journal.
    pub fn replay(&self, filter: &RejectFilter) -> Result<Replayed, StoreError> {
        let mut round = Round::default();
        round.done.left_out = self.journal().read(|reader| reader.cut_rejects(filter))?;
        let mut after = None;
        loop {
            let mut page = self.journal().read(|reader| reader.take_for_replay(filter, after, PAGE))?;
            if page.len() == PAGE {
                keep_whole_rows(&mut page);
            }
            let Some(last) = page.last().map(|reject| reject.id) else { return Ok(round.finish()) };
            for submission in self.submissions(&page, &mut round)? {
                round.begin(&submission);
                round.end(&self.journal().submit(submission)?.wait()?);
            }
            after = Some(last);
        }
    }

    /// Reads the rejects again whose contact has become known. Within upkeep, so it must not block.
    pub(crate) async fn replay_awaited(&self) -> Result<Replayed, StoreError> {
        let mut round = Round::default();
        let mut after = None;
        loop {
            let ids = self.journal().read(|reader| reader.awaited(after, PAGE))?;
            let Some(last) = ids.last().copied() else { return Ok(round.finish()) };
            let page = self.journal().read(|reader| reader.sealed(&ids))?;
            for submission in self.submissions(&page, &mut round)? {
                round.begin(&submission);
                round.end(&self.journal().submit(submission)?.await?);
            }
            after = Some(last);
        }
    }

    /// The rejects as they read now, one submission for each provider and format. Those that cannot be read are left.
    fn submissions(&self, page: &[SealedReject], round: &mut Round) -> Result<Vec<Submission>, StoreError> {
        let mut groups: BTreeMap<(&str, &str), Vec<&SealedReject>> = BTreeMap::new();
        for reject in page {
            groups.entry((&reject.provider, &reject.format)).or_default().push(reject);
        }
        let mut submissions = Vec::new();
        for ((provider, format), rejects) in groups {
            let reading = match self.reading(provider, format) {
                Err(error) if error.is_of_one_reject() => {
                    round.leave(&rejects, error);
                    continue;
                }
                reading => reading?,
            };
            let mut submission = Submission::new(Door::Replay, reading.provider.clone(), format);
            for row in self.rows(&rejects, round)?.chunk_by(Opened::is_of_one_row) {
                match self.read_again(&reading, row, &mut submission) {
                    Err(error) if error.is_of_one_reject() => {
                        let rejects: Vec<_> = row.iter().map(|opened| opened.reject).collect();
                        round.leave(&rejects, error);
                    }
                    read => read?,
                }
            }
            if !submission.replays.is_empty() {
                submissions.push(submission);
            }
        }
        Ok(submissions)
    }

    fn reading(&self, provider: &str, format: &str) -> Result<Reading, StoreError> {
        let mapping = match format.strip_prefix("mapping:") {
            None => None,
            Some(hash) => {
                let stored = self.journal().read(|reader| reader.document("mapping", hash))?;
                let text = stored.ok_or_else(|| StoreError::NoMapping(hash.to_owned()))?.text;
                Some(Mapping::parse(&text).map_err(|_| StoreError::NoMapping(hash.to_owned()))?)
            }
        };
        Ok(Reading { provider: ProviderId::new(provider).ok(), mapping, now: self.journal().now() })
    }

    /// The rejects with their bytes, in their order. Those that cannot be opened are left.
    fn rows<'r>(&self, rejects: &[&'r SealedReject], round: &mut Round) -> Result<Vec<Opened<'r>>, StoreError> {
        let mut rows = Vec::with_capacity(rejects.len());
        for &reject in rejects {
            let raw = match self.keys().open(&reject.sealed).map_err(StoreError::from) {
                Ok(raw) if raw.is_empty() => Err(StoreError::Unreadable("its bytes were not kept; send it again")),
                opened => opened,
            };
            match raw {
                Err(error) if error.is_of_one_reject() => round.leave(&[reject], error),
                raw => rows.push(Opened { reject, raw: raw?.into() }),
            }
        }
        Ok(rows)
    }

    /// Adds what the bytes of one row are now, which all these rejects came from; adds nothing when they cannot be read.
    fn read_again(&self, reading: &Reading, row: &[Opened<'_>], submission: &mut Submission) -> Result<(), StoreError> {
        let Some(Opened { raw, .. }) = row.first() else { return Ok(()) };
        let mut became = Became::Items;
        match (&reading.mapping, &reading.provider) {
            (Some(mapping), provider) => {
                let network = self.network();
                let ground =
                    Ground { network: &network, keys: self.keys(), now: reading.now, operator: provider.as_ref() };
                for outcome in rows_of(mapping, raw, &ground)? {
                    match outcome {
                        RowOutcome::Mapped(events) => {
                            submission.items.extend(events.into_iter().flat_map(|made| items_of(row, &made.event)));
                        }
                        RowOutcome::Skipped(name) => became = Became::Skipped(name),
                        RowOutcome::Rejected { rejected, .. } => {
                            submission.items.extend(row.iter().map(|opened| opened.rejected_again(row, &rejected)));
                        }
                    }
                }
            }
            (None, Some(provider)) => {
                let network = self.network();
                let context = Context {
                    network: &network,
                    provider,
                    keys: self.keys(),
                    now: reading.now,
                    door: IntakeDoor::File,
                };
                for opened in row {
                    let read = parse_event(raw, &context).map(|parsed| parsed.event);
                    submission.items.push(opened.item(read.map_err(|rejected| early(*rejected, false))));
                }
            }
            (None, None) => return Err(StoreError::Unreadable("its provider is not known; send it again")),
        }
        let replays = row.iter().map(|opened| Replay { reject: opened.reject.id, became: became.clone() });
        submission.replays.extend(replays);
        Ok(())
    }
}

/// A reject and the bytes it was made of.
struct Opened<'r> {
    reject: &'r SealedReject,
    raw: Bytes,
}

impl Opened<'_> {
    /// Whether both came from the same row: then each is one event of it.
    fn is_of_one_row(&self, next: &Self) -> bool {
        is_beside(self.reject, next.reject) && self.raw == next.raw
    }

    fn item(&self, content: Result<Event, EarlyReject>) -> Item {
        let position = position_of(&self.reject.position);
        Item { position, raw: self.raw.clone(), content, replay_of: Some(self.reject.id) }
    }

    /// The whole row was rejected now. Of several rejects each stays what it was, a reject of its own event.
    fn rejected_again(&self, row: &[Self], rejected: &Rejected) -> Item {
        let mut again = early(rejected.clone(), true);
        if row.len() > 1 {
            again.event_id.clone_from(&self.reject.event_id);
        }
        self.item(Err(again))
    }
}

/// An event of a row, for the reject that was made of it; for the first one when none was.
fn items_of(row: &[Opened<'_>], event: &Event) -> Vec<Item> {
    let own = |opened: &&Opened<'_>| opened.reject.event_id.as_deref() == Some(event.identity.id.as_str());
    let items: Vec<Item> = row.iter().filter(own).map(|opened| opened.item(Ok(event.clone()))).collect();
    if items.is_empty() { row.iter().take(1).map(|opened| opened.item(Ok(event.clone()))).collect() } else { items }
}

/// Whether both stood at the same place of one submission.
fn is_beside(one: &SealedReject, other: &SealedReject) -> bool {
    (&one.receipt, &one.position, &one.format) == (&other.receipt, &other.position, &other.format)
}

/// Leaves the last row of a full page to the next, which may have more of it.
fn keep_whole_rows(page: &mut Vec<SealedReject>) {
    let Some(last) = page.last() else { return };
    let before = page.iter().rposition(|reject| !is_beside(reject, last));
    if let Some(before) = before {
        page.truncate(before + 1);
    }
}

struct Reading {
    provider: Option<ProviderId>,
    mapping: Option<Mapping>,
    now: Instant,
}

fn rows_of(mapping: &Mapping, raw: &Bytes, ground: &Ground<'_>) -> Result<Vec<RowOutcome>, StoreError> {
    let failed = |source: intake::IntakeError| StoreError::File { file: "a rejected row".to_owned(), source };
    let bytes = std::io::Cursor::new(raw.clone());
    let mut reader = FileReader::open("reject", bytes, mapping.framing()).map_err(|error| failed(error.into()))?;
    let mut outcomes = Vec::new();
    mapping.run(&mut reader, ground, &mut |row| outcomes.push(row.outcome)).map_err(failed)?;
    Ok(outcomes)
}

pub(crate) fn early(rejected: Rejected, of_row: bool) -> EarlyReject {
    EarlyReject {
        reject: rejected.reject,
        provider: rejected.provider,
        source: rejected.source,
        event_id: rejected.id,
        contact: rejected.contact,
        began: rejected.began,
        site: rejected.site,
        queue: rejected.queue,
        of_row,
    }
}

/// The place is only shown; what cannot be read back is line 0.
fn position_of(text: &str) -> Position {
    let number = text.rsplit(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0);
    if text.starts_with("index") { Position::Index(number) } else { Position::Line(number) }
}
