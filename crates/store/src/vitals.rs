//! What the store tells of its own health: how often and how long it keeps journal and lake in step, and the invariants
//! that an alarm can be set on.

use std::time::Instant;

use journal::Books;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use crate::{Store, StoreError, fold::due};

/// Bounds of the durations, in seconds.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0];

/// A step of upkeep, as it is named in labels.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Step {
    step: &'static str,
}

impl Step {
    pub(crate) const FLUSH: Self = Self { step: "flush" };
    pub(crate) const TRIM: Self = Self { step: "trim" };
    pub(crate) const FOLD: Self = Self { step: "fold" };
    pub(crate) const COMPACT: Self = Self { step: "compact" };
    pub(crate) const REPLAY: Self = Self { step: "replay" };
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// What is counted and measured.
pub(crate) struct Vitals {
    durations: Family<Step, Histogram, fn() -> Histogram>,
    failures: Family<Step, Counter>,
    pub(crate) flushed_rows: Counter,
    pub(crate) trimmed_batches: Counter,
    pub(crate) folded_days: Counter,
    pub(crate) compacted_days: Counter,
    pub(crate) unreadable_rejects: Gauge,
    dirty_days: Gauge,
    drop_files: Family<Outcome, Counter>,
    pub(crate) drop_waiting: Gauge,
    ledger_events: Family<Outcome, Gauge>,
    ledger_rows: Family<Outcome, Gauge>,
    residual_events: Gauge,
    residual_rows: Gauge,
    discrepancies: Gauge,
}

impl Vitals {
    pub(crate) fn new() -> Self {
        Self {
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            failures: Family::default(),
            flushed_rows: Counter::default(),
            trimmed_batches: Counter::default(),
            folded_days: Counter::default(),
            compacted_days: Counter::default(),
            unreadable_rejects: Gauge::default(),
            dirty_days: Gauge::default(),
            drop_files: Family::default(),
            drop_waiting: Gauge::default(),
            ledger_events: Family::default(),
            ledger_rows: Family::default(),
            residual_events: Gauge::default(),
            residual_rows: Gauge::default(),
            discrepancies: Gauge::default(),
        }
    }

    fn register(&self, registry: &mut Registry) {
        let steps = "Time that steps of upkeep took: flush, trim, fold, compact, replay";
        registry.register("vigie_upkeep_duration_seconds", steps, self.durations.clone());
        registry.register("vigie_upkeep_failures", "Steps of upkeep that failed", self.failures.clone());
        let flushed = "Events moved from the journal into the lake";
        registry.register("vigie_flushed_rows", flushed, self.flushed_rows.clone());
        let trimmed = "Batches deleted from the journal because the lake has them";
        registry.register("vigie_trimmed_batches", trimmed, self.trimmed_batches.clone());
        registry.register("vigie_folded_days", "Days whose legs were folded", self.folded_days.clone());
        registry.register("vigie_compacted_days", "Days whose files were merged", self.compacted_days.clone());
        let unreadable = "Rejects that should have been read again and cannot be; they stay kept";
        registry.register("vigie_unreadable_rejects", unreadable, self.unreadable_rejects.clone());
        let dirty = "Days whose legs are not yet those of their events in the lake";
        registry.register("vigie_dirty_days", dirty, self.dirty_days.clone());
        let dropped = "Files put away by the drop folder, by what became of them: counted, duplicate, refused";
        registry.register("vigie_drop_files", dropped, self.drop_files.clone());
        let waiting = "Files that lie in the drop folder and are not, or cannot be, taken in yet";
        registry.register("vigie_drop_waiting_files", waiting, self.drop_waiting.clone());
        self.register_books(registry);
    }

    fn register_books(&self, registry: &mut Registry) {
        let events = "Events ever received, and what became of them";
        registry.register("vigie_ledger_events", events, self.ledger_events.clone());
        let rows = "Rows of files ever read, and what became of them";
        registry.register("vigie_ledger_rows", rows, self.ledger_rows.clone());
        let residual = "Received less accepted, duplicate, conflict and rejected; 0, or an alarm";
        registry.register("vigie_books_residual_events", residual, self.residual_events.clone());
        let residual = "Rows read less mapped, skipped and rejected; 0, or an alarm";
        registry.register("vigie_books_residual_rows", residual, self.residual_rows.clone());
        let discrepancies = "Hours, providers and sources whose books do not balance; 0, or an alarm";
        registry.register("vigie_books_discrepancies", discrepancies, self.discrepancies.clone());
    }

    /// Does a step, and says how long it took and whether it failed.
    pub(crate) async fn timed<T>(
        &self,
        step: Step,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let since = Instant::now();
        let done = work.await;
        self.durations.get_or_create(&step).observe(since.elapsed().as_secs_f64());
        if done.is_err() {
            self.failures.get_or_create(&step).inc();
        }
        done
    }

    /// A file of the drop folder was put away.
    pub(crate) fn dropped(&self, outcome: &'static str) {
        self.drop_files.get_or_create(&Outcome { outcome }).inc();
    }

    /// Shows the books (P4 of what is promised: they balance at all times).
    fn show_books(&self, books: &Books, discrepancies: usize) {
        let (events, rows) = (books.events, books.rows);
        let settled = [
            ("accepted", events.accepted),
            ("duplicate", events.duplicate),
            ("conflict", events.conflict),
            ("rejected", events.rejected),
        ];
        let explained = [("mapped", rows.mapped), ("skipped", rows.skipped), ("rejected", rows.rejected)];
        let shown = [
            (&self.ledger_events, &self.residual_events, ("received", events.received), &settled[..]),
            (&self.ledger_rows, &self.residual_rows, ("read", rows.read), &explained[..]),
        ];
        for (ledger, residual, whole, parts) in shown {
            for &(outcome, count) in parts.iter().chain([&whole]) {
                ledger.get_or_create(&Outcome { outcome }).set(signed(count));
            }
            residual.set(signed(whole.1) - parts.iter().map(|part| signed(part.1)).sum::<i64>());
        }
        self.discrepancies.set(i64::try_from(discrepancies).unwrap_or(i64::MAX));
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Store {
    /// Adds the store's own measures to `registry`, as they are now and as they will become.
    ///
    /// # Errors
    /// The journal.
    pub fn expose(&self, registry: &mut Registry) -> Result<(), StoreError> {
        self.vitals.register(registry);
        self.measure_books()?;
        self.measure_days()
    }

    /// Shows whether the books balance. If they do not, that is told too.
    pub(crate) fn measure_books(&self) -> Result<(), StoreError> {
        let (books, wrong) = self.journal().read(|reader| Ok((reader.books()?, reader.check_books()?)))?;
        if let Some(first) = wrong.first() {
            tracing::error!(count = wrong.len(), ?first, "B1 is broken: the books do not balance");
        }
        self.vitals.show_books(&books, wrong.len());
        Ok(())
    }

    /// Shows how many days wait to be folded.
    pub(crate) fn measure_days(&self) -> Result<(), StoreError> {
        let fingerprint = self.engine().catalog().get("legs")?.definition();
        let days = self.look(|state| due(&state.pinned.events, &state.pinned.legs, &fingerprint, false).len());
        self.vitals.dirty_days.set(i64::try_from(days).unwrap_or(i64::MAX));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use journal::{Counts, RowBooks};
    use prometheus_client::encoding::text::encode;

    use super::*;

    fn shown(vitals: &Vitals) -> String {
        let mut registry = Registry::default();
        vitals.register(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry).expect("memory");
        text
    }

    fn assert_lines(text: &str, lines: &[&str]) {
        for line in lines {
            assert!(text.lines().any(|found| found == *line), "{line} is not in\n{text}");
        }
    }

    /// Whoever watches the metrics must see an event that is in no column of the books.
    #[test]
    fn books_that_do_not_balance_show_as_a_residual() {
        let vitals = Vitals::new();
        let events = Counts { received: 10, accepted: 6, duplicate: 1, conflict: 1, rejected: 2 };
        let rows = RowBooks { read: 7, mapped: 4, skipped: 2, rejected: 1 };
        vitals.show_books(&Books { events, rows }, 0);
        let balanced = shown(&vitals);
        assert_lines(&balanced, &["vigie_books_residual_events 0", "vigie_books_residual_rows 0"]);
        assert_lines(
            &balanced,
            &["vigie_ledger_events{outcome=\"received\"} 10", "vigie_ledger_rows{outcome=\"mapped\"} 4"],
        );

        let lost = Counts { accepted: 3, ..events };
        vitals.show_books(&Books { events: lost, rows: RowBooks { read: 6, ..rows } }, 2);
        let lines = ["vigie_books_residual_events 3", "vigie_books_residual_rows -1", "vigie_books_discrepancies 2"];
        assert_lines(&shown(&vitals), &lines);
    }

    #[test]
    fn every_step_is_counted_and_a_failure_too() {
        let vitals = Vitals::new();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            vitals.timed(Step::FOLD, async { Ok(()) }).await.expect("done");
            let failed = vitals.timed(Step::FOLD, async { Err::<(), _>(StoreError::Worker("planted".into())) }).await;
            assert!(failed.is_err());
        });
        let lines =
            ["vigie_upkeep_duration_seconds_count{step=\"fold\"} 2", "vigie_upkeep_failures_total{step=\"fold\"} 1"];
        assert_lines(&shown(&vitals), &lines);
    }
}
