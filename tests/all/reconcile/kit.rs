//! Rules of providers, the cells they declare, and what a reconciliation should find, counted independently.

use std::{collections::BTreeSet, fmt::Write as _};

use contact::{Duration, Instant, network::Formula};
use engine::View;
use jiff::{civil::Date, tz::TimeZone};
use settlement::{
    Measure, MeasureWalk, ReconcileAnswer, ReconcileQuestion,
    declared::{self, DeclaredContact},
    reconcile,
};
use tests::{
    histories::Case,
    oracle::{self, CountedAt, CountedOn, DeclaredCell, DeclaredCounts, Declaring, Leg, Received},
};

use crate::sampled::fixed_cases;

/// The columns of counts, in the order of [`DeclaredCounts`] and of [`Measure::ALL`].
const COUNTS: [&str; 7] = ["offered", "answered", "abandoned", "short_abandoned", "flowed_out", "in_time", "promised"];

pub(super) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone of the database")
}

/// By the terms of the network file.
pub(super) fn ours() -> Declaring {
    Declaring {
        formula: None,
        threshold: None,
        short: None,
        drops_short: false,
        at: CountedAt::Arrival,
        on: CountedOn::Arrival,
        zone: zone("Europe/Paris"),
        counts: [false; 3],
    }
}

/// Rules of a provider, other ones for every number.
pub(super) fn theirs(number: usize) -> Declaring {
    let seconds = |all: &[u32]| Duration::from_secs(all[number % all.len()]);
    Declaring {
        formula: Some(Formula::ALL[number % 7]),
        threshold: (number % 3 == 1).then(|| seconds(&[10, 15, 30, 600])),
        short: (!number.is_multiple_of(4)).then(|| seconds(&[0, 3, 10, 20, 60])),
        drops_short: number % 2 == 1,
        at: [CountedAt::Owner, CountedAt::Arrival, CountedAt::OwnerOnce][number % 3],
        on: [CountedOn::Outcome, CountedOn::Arrival, CountedOn::End][number / 3 % 3],
        zone: zone(["UTC", "Europe/Paris", "America/St_Johns"][number / 2 % 3]),
        counts: [number.is_multiple_of(5), number % 7 < 2, number % 11 < 3],
    }
}

/// One rule at a time becomes theirs, in the order that a reconciliation promises; with the part that each step is.
fn walk(theirs: &Declaring) -> Vec<(usize, Declaring)> {
    let mut steps = vec![(usize::MAX, ours())];
    let mut then = |part: usize, change: &dyn Fn(&mut Declaring)| {
        let mut next = steps.last().expect("the first").1.clone();
        change(&mut next);
        steps.push((part, next));
    };
    then(0, &|rules| rules.formula = theirs.formula);
    then(0, &|rules| rules.threshold = theirs.threshold);
    then(1, &|rules| (rules.short, rules.drops_short) = (theirs.short, theirs.drops_short));
    then(2, &|rules| rules.at = theirs.at);
    then(2, &|rules| rules.on = theirs.on);
    then(2, &|rules| rules.zone = theirs.zone.clone());
    then(3, &|rules| rules.counts = theirs.counts);
    steps
}

/// Months of all that a provider does, and single days of each of its sites and queues.
pub(super) fn cells(legs: &[Leg], provider: &str) -> Vec<DeclaredCell> {
    let date = |month, day| jiff::civil::date(2026, month, day);
    let cell = |site: Option<&str>, queue: Option<&str>, from: Date, to: Date| DeclaredCell {
        provider: provider.to_owned(),
        site: site.map(str::to_owned),
        queue: queue.map(str::to_owned),
        from,
        to,
    };
    let mut cells: Vec<_> = (1..=11).map(|month| cell(None, None, date(month, 1), date(month + 1, 1))).collect();
    let of = legs.iter().filter(|leg| leg.provider == provider);
    let places: BTreeSet<(&str, &str)> = of.map(|leg| (leg.site.as_str(), leg.queue.as_str())).collect();
    for (number, (site, queue)) in places.into_iter().enumerate() {
        for first in [date(3, 28), date(3, 29), date(3, 31), date(10, 24), date(10, 25)] {
            cells.push(cell(Some(site), Some(queue), first, first.tomorrow().expect("a day")));
        }
        if number % 2 == 0 {
            let (first, last) = (date(3, 1), date(4, 15));
            let (one, all) = (cell(Some(site), None, first, last), cell(None, Some(queue), first, last));
            cells.extend([one, all].into_iter().filter(|cell| !cells.contains(cell)).collect::<Vec<_>>());
        }
    }
    cells
}

/// A file as a provider would hand it over; rules are stated when `stated`.
pub(super) fn file(cells: &[DeclaredCell], counts: &[DeclaredCounts], stated: Option<&Declaring>) -> String {
    let mut text = format!("provider,site,queue,from,to,{}", COUNTS.join(","));
    if stated.is_some() {
        text.push_str(",formula,threshold_s,short_abandon_s,short_abandons,site_of,day_of,zone,counts");
    }
    for (cell, counts) in cells.iter().zip(counts) {
        let name = |name: &Option<String>| name.clone().unwrap_or_default();
        let numbers = counts.map(|count| count.to_string()).join(",");
        let _ = write!(
            text,
            "\n{},{},{},{},{},{numbers}",
            cell.provider,
            name(&cell.site),
            name(&cell.queue),
            cell.from,
            cell.to
        );
        if let Some(rules) = stated {
            let _ = write!(text, ",{}", said(rules));
        }
    }
    text + "\n"
}

fn said(rules: &Declaring) -> String {
    let seconds = |duration: Option<Duration>| {
        duration.map_or("own".to_owned(), |duration| (duration.as_micros() / 1_000_000).to_string())
    };
    let [cancelled, ruled, closed] = rules.counts;
    let kinds = [(cancelled, "cancelled"), (ruled, "rules"), (closed, "closed")];
    let kinds: Vec<&str> = kinds.iter().filter(|(counted, _)| *counted).map(|(_, kind)| *kind).collect();
    [
        rules.formula.map_or("own", Formula::as_str).to_owned(),
        seconds(rules.threshold),
        seconds(rules.short),
        if rules.drops_short { "dropped" } else { "counted" }.to_owned(),
        match rules.at {
            CountedAt::Arrival => "arrival",
            CountedAt::Owner => "owner",
            CountedAt::OwnerOnce => "once",
        }
        .to_owned(),
        match rules.on {
            CountedOn::Arrival => "arrival",
            CountedOn::Outcome => "outcome",
            CountedOn::End => "end",
        }
        .to_owned(),
        rules.zone.iana_name().expect("a named zone").to_owned(),
        if kinds.is_empty() { "none".to_owned() } else { kinds.join(" ") },
    ]
    .join(",")
}

pub(super) async fn explained(
    view: &View,
    case: &Case,
    text: &str,
    contacts: Option<Vec<DeclaredContact>>,
) -> ReconcileAnswer {
    let declared = declared::parse(text, &case.network).expect("a readable file");
    let asked = ReconcileQuestion {
        declared,
        contacts,
        now: case.query.now,
        as_of: Instant::FOREVER,
        customers: std::collections::BTreeMap::new(),
        search: true,
    };
    reconcile(view, &case.network, &asked).await.expect("a reconciliation")
}

/// All that is known, of what had happened by the case's own instant.
pub(super) fn legs(case: &Case, received: &[Received]) -> Vec<Leg> {
    oracle::fold(received, Instant::FOREVER, case.query.now)
}

/// Histories that end within the declared year: what owns a contact is looked for within weeks of it.
pub(super) fn cases(count: usize) -> Vec<Case> {
    let end: Instant = "2027-01-01T00:00:00Z".parse().expect("a time");
    let ends = |case: &Case| case.received.iter().all(|received| received.event.time < end);
    fixed_cases(count).into_iter().filter(ends).collect()
}

/// formula, short abandons, attribution, exclusions, missing events, remainder.
fn parts(walk: &MeasureWalk) -> [i64; 6] {
    let parts = &walk.parts;
    [parts.formula, parts.short_abandons, parts.attribution, parts.exclusions, parts.missing_events, parts.remainder]
}

/// What each part of each count of each cell should be, when the provider knows `all` and we know `known`.
pub(super) fn planted(
    case: &Case,
    all: &[Leg],
    known: &[Leg],
    rules: &Declaring,
    cells: &[DeclaredCell],
) -> Vec<[[i64; 6]; 7]> {
    let count = |legs: &[Leg], rules: &Declaring| oracle::declared(legs, &case.network, case.query.now, rules, cells);
    let steps: Vec<(usize, Vec<DeclaredCounts>)> =
        walk(rules).iter().map(|(part, rules)| (*part, count(known, rules))).collect();
    let end = count(all, rules);
    (0..cells.len())
        .map(|cell| {
            std::array::from_fn(|measure| {
                let mut parts = [0; 6];
                for pair in steps.windows(2) {
                    parts[pair[1].0] += pair[1].1[cell][measure] - pair[0].1[cell][measure];
                }
                parts[4] = end[cell][measure] - steps.last().expect("steps").1[cell][measure];
                parts
            })
        })
        .collect()
}

#[track_caller]
pub(super) fn equal(answer: &ReconcileAnswer, expected: &[[[i64; 6]; 7]], what: &str) {
    let found: Vec<_> = answer.groups.iter().flat_map(|group| &group.cells).collect();
    assert_eq!(found.len(), expected.len(), "{what}");
    for (cell, expected) in found.iter().zip(expected) {
        for (walk, (measure, expected)) in cell.measures.iter().zip(Measure::ALL.iter().zip(expected)) {
            assert_eq!(walk.measure, *measure);
            assert_eq!(walk.theirs - walk.ours, walk.difference);
            assert_eq!(walk.difference, parts(walk).iter().sum::<i64>(), "parts add up: {walk:?}");
            assert_eq!(parts(walk), *expected, "{what}: line {}, {measure:?}: {walk:#?}", cell.line);
        }
    }
}
