//! Flushing, folding, compacting: what moves accepted events into the lake and keeps it quick. All of it may be late or
//! cut off at any point without changing an answer.

use contact::Day;
use journal::Tail;
use lake::{Committed, FileTags, LakeError, Origins, Table, Writes, compact_day, sort_batches, split_days};

use crate::{Store, StoreError, specs, store::JOURNAL, vitals::Step};

/// Files of one day before they are merged into one.
const COMPACT_FILES: usize = 8;
/// Batches kept in memory after a flush; beyond this, what is not folded is read back from the files.
const KEPT_BATCHES: usize = 10_000;

/// When a tail is worth flushing.
#[derive(Debug, Clone, Copy)]
pub struct FlushPolicy {
    /// From this many rows.
    pub rows: usize,
    /// From this many bytes.
    pub bytes: usize,
}

impl Default for FlushPolicy {
    fn default() -> Self {
        Self { rows: 100_000, bytes: 64 << 20 }
    }
}

/// What one round of upkeep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// Rows moved from the journal into the lake.
    pub flushed: usize,
    /// Days folded.
    pub folded: usize,
    /// Days whose files were merged.
    pub compacted: usize,
    /// Rejects read again because their contact has become known.
    pub replayed: u64,
    /// Rejects that should have been read again and cannot be read any more; they stay kept.
    pub unreadable: u64,
}

impl Store {
    /// Whether the tail is large enough to be flushed.
    #[must_use]
    pub fn is_flush_due(&self, policy: FlushPolicy) -> bool {
        let tail = self.journal().tail();
        tail.rows() >= policy.rows || tail.bytes() >= policy.bytes
    }

    /// Moves everything accepted so far from the journal into the lake. Returns the rows moved.
    ///
    /// # Errors
    /// The disk; after any error the tail is still in the journal and still visible.
    pub async fn flush(&self) -> Result<usize, StoreError> {
        if self.journal().tail().batches().is_empty() {
            return Ok(0);
        }
        let rows = self.vitals.timed(Step::FLUSH, self.flush_tail()).await?;
        self.vitals.flushed_rows.inc_by(rows as u64);
        self.measure_days()?;
        Ok(rows)
    }

    async fn flush_tail(&self) -> Result<usize, StoreError> {
        let mut events = self.events.lock().await;
        let tail = self.journal().tail();
        let Some(last) = tail.batches().last().map(|batch| batch.seq) else { return Ok(0) };
        // V1: a flush before this one may have reached the lake and failed or been cut off since, and more has been
        // accepted after it. What the lake has by then is no part of this one.
        let mut missing = tail.clone();
        while let Some(mark) = append_tail(&mut events, &missing).await? {
            tracing::info!(mark, last, "the lake had some of this flush already");
            missing = missing.after(mark);
        }
        // Until they are folded, views take these rows from memory rather than from many small files.
        self.publish(|state| if state.batches.len() < KEPT_BATCHES { state.take(&tail) } else { Ok(()) })?;
        let durable = self.show(&events).await?;
        self.journal().flushed_to(last);
        let trim = async { self.journal().trim(last, durable).map_err(StoreError::from) };
        self.vitals.timed(Step::TRIM, trim).await?;
        self.vitals.trimmed_batches.inc_by(tail.batches().len() as u64);
        Ok(tail.rows())
    }

    /// One round: checks the books, folds what moved, merges days in many files, sums up the logs, reads awaited rejects
    /// again.
    ///
    /// # Errors
    /// As [`Store::flush`]; nothing that was accepted is lost.
    pub async fn maintain(&self) -> Result<Upkeep, StoreError> {
        self.measure_books()?;
        let compacted = self.compact(COMPACT_FILES).await?;
        let folded = self.fold().await?;
        self.events.lock().await.checkpoint_if_due().await?;
        self.legs.lock().await.checkpoint_if_due().await?;
        let again = self.vitals.timed(Step::REPLAY, self.replay_awaited()).await?;
        self.vitals.unreadable_rejects.set(i64::try_from(again.unreadable).unwrap_or(i64::MAX));
        Ok(Upkeep { flushed: 0, folded, compacted, replayed: again.replayed, unreadable: again.unreadable })
    }

    /// Merges the files of every day that has more than `most` of them. Returns the days merged.
    ///
    /// # Errors
    /// The disk.
    pub async fn compact(&self, most: usize) -> Result<usize, StoreError> {
        let compacted = self.vitals.timed(Step::COMPACT, self.merge_crowded(most)).await?;
        self.vitals.compacted_days.inc_by(compacted as u64);
        Ok(compacted)
    }

    async fn merge_crowded(&self, most: usize) -> Result<usize, StoreError> {
        let mut events = self.events.lock().await;
        let crowded: Vec<Day> = {
            let snapshot = events.snapshot()?;
            let days = snapshot.days();
            days.into_iter().filter(|(_, files)| files.len() > most.max(1)).map(|(day, _)| day).collect()
        };
        let mut compacted = 0;
        for day in crowded {
            loop {
                match compact_day(&mut events, day).await {
                    Ok(Some(_)) => compacted += 1,
                    // Another commit touched the day: it is merged in a later round.
                    Ok(None) | Err(LakeError::Conflict { .. }) => break,
                    Err(error) => return Err(error.into()),
                }
            }
        }
        self.show(&events).await?;
        Ok(compacted)
    }

    /// Deletes files that no version younger than `keep` names. Returns their paths.
    ///
    /// # Errors
    /// The disk.
    pub async fn vacuum(&self, keep: std::time::Duration, dry_run: bool) -> Result<Vec<String>, StoreError> {
        let mut paths = self.events.lock().await.vacuum(keep, dry_run).await?;
        paths.extend(self.legs.lock().await.vacuum(keep, dry_run).await?);
        Ok(paths)
    }
}

/// Writes the batches as files of their days and commits them. When the lake has some of them already, nothing is
/// committed, and its mark comes back.
async fn append_tail(events: &mut Table, tail: &Tail) -> Result<Option<i64>, StoreError> {
    let (Some(first), Some(last)) = (tail.batches().first(), tail.batches().last()) else { return Ok(None) };
    let (first, last) = (first.seq, last.seq);
    let batches: Vec<_> = tail.batches().iter().map(|batch| batch.batch.clone()).collect();
    let sorted = sort_batches(&specs::events(), &batches)?;
    let mut files = Vec::new();
    for (day, rows) in split_days(&sorted)? {
        let tags = FileTags { origins: Origins::of(JOURNAL, first, last), fingerprint: None };
        files.push(events.write_day(day, &[rows], tags).await?);
    }
    match events.append(files, Some(Writes { app: JOURNAL, first, last })).await? {
        Committed::New { version } => {
            tracing::debug!(version, last, rows = tail.rows(), "flushed");
            Ok(None)
        }
        Committed::Already { mark } => Ok(Some(mark)),
    }
}
