//! From books, deliveries and lateness to the answer. Pure.

use std::collections::BTreeMap;

use contact::Network;
use journal::{Discrepancy, LedgerLine};
use scorecard::LiveFeed;

use super::{DiscrepancyAnswer, EventCounts, FeedAnswer, FeedsAnswer, Found, Hours, RowCounts, SourceAnswer};

/// Sources by provider and name.
type Sources = BTreeMap<String, BTreeMap<String, SourceAnswer>>;

pub(super) fn answer(network: &Network, hours: &Hours, found: &Found) -> FeedsAnswer {
    let wanted = |name: &str| hours.providers.is_empty() || hours.providers.contains(name);
    let discrepancies: Vec<&Discrepancy> = found.books.discrepancies.iter().filter(|at| wanted(&at.provider)).collect();
    let feeds =
        sources(network, found).into_iter().filter(|(name, _)| wanted(name)).map(|(provider, sources)| FeedAnswer {
            heard: LiveFeed::of(network, &found.feeds, &provider, hours.now),
            balanced: !discrepancies.iter().any(|at| at.provider == provider),
            sources: sources.into_values().collect(),
        });
    FeedsAnswer {
        from: hours.from,
        to: hours.to,
        now: hours.now,
        feeds: feeds.collect(),
        balanced: discrepancies.is_empty(),
        discrepancies: discrepancies.into_iter().map(DiscrepancyAnswer::from).collect(),
        definition: found.definition.clone(),
    }
}

fn sources(network: &Network, found: &Found) -> Sources {
    let mut sources: Sources = network.providers.keys().map(|name| (name.to_string(), BTreeMap::new())).collect();
    let unbalanced = |provider: &str, source: &str| {
        found.books.discrepancies.iter().any(|at| at.provider == provider && at.source == source)
    };
    let mut of = |provider: &str, source: &str, change: &dyn Fn(&mut SourceAnswer)| {
        let one = sources.entry(provider.to_owned()).or_default().entry(source.to_owned());
        change(one.or_insert_with(|| SourceAnswer {
            source: source.to_owned(),
            balanced: !unbalanced(provider, source),
            ..SourceAnswer::default()
        }));
    };
    for line in &found.books.ledger {
        of(&line.provider, &line.source, &|one| add(one, line));
    }
    for line in &found.books.skipped {
        of(&line.provider, &line.source, &|one| *one.skipped.entry(line.name.clone()).or_default() += line.rows);
    }
    for row in &found.lateness {
        of(&row.provider, &row.source, &|one| {
            (one.repeats, one.conflicts, one.late_events) = (row.repeats, row.conflicts, row.late);
            one.first_event_at = row.first_event;
            one.last_event_at = row.last_event;
            one.last_received_at = row.last_received;
        });
    }
    sources
}

fn add(one: &mut SourceAnswer, line: &LedgerLine) {
    let (EventCounts { received, accepted, duplicate, conflict, rejected }, more) = (&mut one.events, line.events);
    *received += more.received;
    *accepted += more.accepted;
    *duplicate += more.duplicate;
    *conflict += more.conflict;
    *rejected += more.rejected;
    let (RowCounts { read, mapped, skipped, rejected }, more) = (&mut one.rows, line.rows);
    *read += more.read;
    *mapped += more.mapped;
    *skipped += more.skipped;
    *rejected += more.rejected;
}

impl From<&Discrepancy> for DiscrepancyAnswer {
    fn from(at: &Discrepancy) -> Self {
        Self { hour: at.hour, provider: at.provider.clone(), source: at.source.clone(), what: at.what.clone() }
    }
}
