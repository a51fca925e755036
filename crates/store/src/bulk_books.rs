//! Bulk files: what became of each row and each event, while the file is read and for good.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Instant, ProviderId};
use intake::Tally;
use journal::{BulkEvents, BulkReject, BulkStart, Counts, FileRef, RowCounts, SkippedRows};

use crate::{
    BulkReport,
    bulk_parse::Parsed,
    bulk_rows::{Events, Origin, Sent},
};

/// The books of one file while it is read.
#[derive(Default)]
pub(crate) struct FileBooks {
    rows_read: u64,
    mapped: u64,
    skipped: BTreeMap<String, u64>,
    warnings: Tally,
    events: BTreeMap<(ProviderId, String), u64>,
    rejects: Vec<BulkReject>,
}

impl FileBooks {
    /// Counts what a chunk became; its events are to be decided.
    pub(crate) fn enter(&mut self, parsed: Parsed) -> (Events, Origin) {
        self.rows_read += parsed.rows_read;
        self.mapped += parsed.mapped;
        self.warnings.merge(&parsed.warnings);
        for (name, rows) in parsed.skipped {
            *self.skipped.entry(name).or_default() += rows;
        }
        for Sent { provider, source, events } in &parsed.events.sent {
            *self.events.entry((provider.clone(), source.clone())).or_default() += events;
        }
        self.rejects.extend(parsed.rejects);
        (parsed.events, parsed.origin)
    }

    /// What could not be taken in after all.
    pub(crate) fn reject(&mut self, rejects: Vec<BulkReject>) {
        self.rejects.extend(rejects);
    }

    /// What became of the file, as far as it was read.
    pub(crate) fn report(&self, file: String) -> BulkReport {
        let (mut rejected, mut late) = (BTreeMap::new(), BTreeMap::new());
        for BulkReject { reject, .. } in &self.rejects {
            let counts: &mut BTreeMap<String, u64> = if reject.of_row { &mut rejected } else { &mut late };
            *counts.entry(reject.reject.code.to_string()).or_default() += 1;
        }
        BulkReport {
            file,
            receipt: String::new(),
            known: false,
            rows_read: self.rows_read,
            mapped: self.mapped,
            skipped: self.skipped.clone(),
            stored: self.events.values().sum::<u64>() - late.values().sum::<u64>(),
            rejected,
            late,
            warnings: self.warnings.counts().clone(),
        }
    }

    /// What the journal keeps of the file before it is in the lake.
    pub(crate) fn start(
        self,
        file: FileRef,
        provider: Option<ProviderId>,
        format: String,
        received_at: Instant,
        data_files: Vec<String>,
    ) -> BulkStart {
        // A file that speaks of one provider only is that provider's, its unreadable rows as well.
        let providers: BTreeSet<&ProviderId> = self.events.keys().map(|(of, _)| of).collect();
        let only = providers.first().filter(|_| providers.len() == 1).map(|only| (*only).clone());
        let provider = provider.or(only);
        let mut events: BTreeMap<(Option<ProviderId>, String), Counts> = BTreeMap::new();
        for ((of, source), n) in &self.events {
            let counts = events.entry((Some(of.clone()), source.clone())).or_default();
            counts.received += n;
            counts.accepted += n;
        }
        for BulkReject { reject, .. } in &self.rejects {
            let of = reject.provider.clone().or_else(|| provider.clone());
            let counts = events.entry((of, reject.source.clone().unwrap_or_default())).or_default();
            counts.rejected += 1;
            if reject.of_row {
                counts.received += 1;
            } else {
                // It was made of a mapped row, and counted as accepted there.
                counts.accepted -= 1;
            }
        }
        let rows = vec![RowCounts {
            provider: provider.clone(),
            source: String::new(),
            read: self.rows_read,
            mapped: self.mapped,
        }];
        let skipped = self.skipped.into_iter().map(|(name, rows)| SkippedRows {
            provider: provider.clone(),
            source: String::new(),
            name,
            rows,
        });
        BulkStart {
            skipped: skipped.collect(),
            events: events
                .into_iter()
                .map(|((provider, source), counts)| BulkEvents { provider, source, counts })
                .collect(),
            file,
            provider,
            format,
            received_at,
            rows,
            rejects: self.rejects,
            data_files,
        }
    }
}
