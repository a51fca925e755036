//! Reading rejects again, after the network or a mapping was mended or a contact became known.

use std::collections::BTreeMap;

use bytes::Bytes;
use contact::{Instant, ProviderId};
use intake::{Context, Door as IntakeDoor, FileReader, Ground, Mapping, Parsed, Rejected, RowOutcome, parse_event};
use journal::{
    Became, Door, EarlyReject, Item, ItemOutcome, Position, RejectFilter, Replay, SealedReject, Settled, Submission,
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
    /// Events stored.
    pub accepted: u64,
    /// Events known already.
    pub duplicate: u64,
    /// Events that are rejected still.
    pub rejected: u64,
}

impl Replayed {
    fn begin(&mut self, submission: &Submission) {
        self.replayed += submission.replays.len() as u64;
    }

    fn end(&mut self, settled: &Settled) {
        for outcome in &settled.outcomes {
            match outcome {
                ItemOutcome::Accepted | ItemOutcome::Conflict => self.accepted += 1,
                ItemOutcome::Duplicate => self.duplicate += 1,
                ItemOutcome::Rejected { .. } => self.rejected += 1,
            }
        }
    }
}

impl Store {
    /// Reads the open rejects that match once more. Doing it twice changes nothing: what was accepted is no longer open.
    ///
    /// # Errors
    /// The journal, or a mapping that is not stored.
    pub fn replay(&self, filter: &RejectFilter) -> Result<Replayed, StoreError> {
        let mut done = Replayed::default();
        let mut after = None;
        loop {
            let page = self.journal().read(|reader| reader.take_for_replay(filter, after, PAGE))?;
            let Some(last) = page.last().map(|reject| reject.id) else { return Ok(done) };
            for submission in self.submissions(&page)? {
                done.begin(&submission);
                done.end(&self.journal().submit(submission)?.wait()?);
            }
            after = Some(last);
        }
    }

    /// Reads the rejects again whose contact has become known. Within upkeep, so it must not block.
    pub(crate) async fn replay_awaited(&self) -> Result<Replayed, StoreError> {
        let mut done = Replayed::default();
        loop {
            let before = done.replayed;
            let ids = self.journal().read(|reader| reader.awaited(PAGE))?;
            let page = self.journal().read(|reader| reader.sealed(&ids))?;
            for submission in self.submissions(&page)? {
                done.begin(&submission);
                done.end(&self.journal().submit(submission)?.await?);
            }
            // What cannot be read again stays where it is.
            if done.replayed == before {
                return Ok(done);
            }
        }
    }

    /// The rejects as they read now, one submission for each provider and format.
    fn submissions(&self, page: &[SealedReject]) -> Result<Vec<Submission>, StoreError> {
        let mut groups: BTreeMap<(&str, &str), Vec<&SealedReject>> = BTreeMap::new();
        for reject in page {
            groups.entry((&reject.provider, &reject.format)).or_default().push(reject);
        }
        let mut submissions = Vec::new();
        for ((provider, format), rejects) in groups {
            let reading = self.reading(provider, format)?;
            let mut submission = Submission::new(Door::Replay, reading.provider.clone(), format);
            for reject in rejects {
                self.read_again(&reading, reject, &mut submission)?;
            }
            submissions.push(submission);
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

    fn read_again(&self, reading: &Reading, reject: &SealedReject, submission: &mut Submission) -> Result<(), StoreError> {
        let raw = Bytes::from(self.keys().open(&reject.sealed)?);
        if raw.is_empty() {
            // Lakes of earlier versions kept no bytes of some rejects; their reason must not become "not JSON".
            return Ok(());
        }
        let mut became = Became::Items;
        let mut push = |content: Result<Parsed, Rejected>, of_row: bool| {
            let content = content.map(|parsed| parsed.event).map_err(|rejected| early(rejected, of_row));
            let replay_of = Some(reject.id);
            submission.items.push(Item { position: position_of(&reject.position), raw: raw.clone(), content, replay_of });
        };
        match (&reading.mapping, &reading.provider) {
            (Some(mapping), provider) => {
                let network = self.network();
                let ground = Ground { network: &network, keys: self.keys(), now: reading.now, operator: provider.as_ref() };
                let outcomes = match rows_of(mapping, &raw, &ground) {
                    Ok(outcomes) => outcomes,
                    Err(error) => {
                        // It stays as it is, and keeps no other reject from being read.
                        tracing::warn!(reject = ?reject.id, %error, "a reject cannot be read again");
                        return Ok(());
                    }
                };
                for outcome in outcomes {
                    match outcome {
                        RowOutcome::Mapped(events) => events.into_iter().for_each(|event| push(Ok(event), false)),
                        RowOutcome::Skipped(name) => became = Became::Skipped(name),
                        RowOutcome::Rejected { rejected, .. } => push(Err(*rejected), true),
                    }
                }
            }
            (None, Some(provider)) => {
                let network = self.network();
                let context =
                    Context { network: &network, provider, keys: self.keys(), now: reading.now, door: IntakeDoor::File };
                push(parse_event(&raw, &context).map_err(|rejected| *rejected), false);
            }
            (None, None) => return Ok(()),
        }
        submission.replays.push(Replay { reject: reject.id, became });
        Ok(())
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
        provider: None,
        source: rejected.source,
        event_id: rejected.id,
        contact: rejected.contact,
        of_row,
    }
}

/// The place is only shown; what cannot be read back is line 0.
fn position_of(text: &str) -> Position {
    let number = text.rsplit(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0);
    if text.starts_with("index") { Position::Index(number) } else { Position::Line(number) }
}
