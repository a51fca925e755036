//! A provider's own figures, counted by an independent reading of its rules, explained to the last contact.

use std::{collections::BTreeSet, fmt::Write as _};

use contact::{Direction, Duration, Instant, Network, Outcome, network::Formula};
use engine::View;
use jiff::{civil::Date, tz::TimeZone};
use settlement::{
    Measure, MeasureWalk, ReconcileAnswer, ReconcileQuestion,
    declared::{self, DeclaredContact},
    reconcile,
};
use tests::{
    histories::{Case, to_batches},
    oracle::{self, CountedAt, CountedOn, DeclaredCell, DeclaredCounts, Declaring, Leg, Received},
};

use crate::{
    equality::{cases_wanted, engine, runtime, view_of},
    sampled::{fixed_cases, united},
};

/// The columns of counts, in the order of [`DeclaredCounts`] and of [`Measure::ALL`].
const COUNTS: [&str; 7] = ["offered", "answered", "abandoned", "short_abandoned", "flowed_out", "in_time", "promised"];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone of the database")
}

/// By the terms of the network file.
fn ours() -> Declaring {
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
fn theirs(number: usize) -> Declaring {
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
fn cells(legs: &[Leg], provider: &str) -> Vec<DeclaredCell> {
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
fn file(cells: &[DeclaredCell], counts: &[DeclaredCounts], stated: Option<&Declaring>) -> String {
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

async fn explained(view: &View, case: &Case, text: &str, contacts: Option<Vec<DeclaredContact>>) -> ReconcileAnswer {
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
fn legs(case: &Case, received: &[Received]) -> Vec<Leg> {
    oracle::fold(received, Instant::FOREVER, case.query.now)
}

/// Histories that end within the declared year: what owns a contact is looked for within weeks of it.
fn cases(count: usize) -> Vec<Case> {
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
fn planted(case: &Case, all: &[Leg], known: &[Leg], rules: &Declaring, cells: &[DeclaredCell]) -> Vec<[[i64; 6]; 7]> {
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
fn equal(answer: &ReconcileAnswer, expected: &[[[i64; 6]; 7]], what: &str) {
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

/// A provider would be told that it is wrong where it only counts otherwise.
#[test]
fn other_rules_are_explained_to_a_remainder_of_nothing_part_by_part() {
    let (engine, runtime) = (engine(), runtime());
    let mut moved = [0_usize; 4];
    for (number, case) in cases(cases_wanted(48) as usize).iter().enumerate() {
        let (legs, rules) = (legs(case, &case.received), theirs(number));
        let Some(provider) = legs.first().map(|leg| leg.provider.clone()) else { continue };
        let cells = cells(&legs, &provider);
        let counts = oracle::declared(&legs, &case.network, case.query.now, &rules, &cells);
        let view = view_of(&engine, to_batches(&case.received, &[7, 50]));
        let text = file(&cells, &counts, Some(&rules));
        let answer = runtime.block_on(explained(&view, case, &text, None));
        let expected = planted(case, &legs, &legs, &rules, &cells);
        equal(&answer, &expected, &format!("case {number}, {rules:?}"));
        assert!(answer.explained && answer.groups.iter().all(|group| group.search.is_none()), "{answer:#?}");
        for (part, moved) in moved.iter_mut().enumerate() {
            *moved += expected.iter().flatten().filter(|parts| parts[part] != 0).count();
        }
    }
    assert!(moved.iter().all(|moved| *moved > 5), "every part was met: {moved:?}");
}

/// Many contacts at once, so that each part is of many contacts.
#[test]
fn a_months_rules_are_explained_over_many_contacts() {
    let (engine, runtime) = (engine(), runtime());
    let mut case = united(cases(150));
    case.query.now = Instant::FOREVER;
    let legs = legs(&case, &case.received);
    let view = view_of(&engine, to_batches(&case.received, &[]));
    for number in [1, 5, 9] {
        let rules = theirs(number);
        let cells = cells(&legs, "atlas");
        let counts = oracle::declared(&legs, &case.network, case.query.now, &rules, &cells);
        let answer = runtime.block_on(explained(&view, &case, &file(&cells, &counts, Some(&rules)), None));
        equal(&answer, &planted(&case, &legs, &legs, &rules, &cells), &format!("{rules:?}"));
    }
}

/// What a provider does not say would be held against it.
#[test]
fn rules_that_are_not_stated_are_found() {
    let (engine, runtime) = (engine(), runtime());
    let mut case = united(cases(60));
    case.query.now = Instant::FOREVER;
    let legs = legs(&case, &case.received);
    let view = view_of(&engine, to_batches(&case.received, &[]));
    let wanted = [
        Declaring { formula: Some(Formula::D), ..ours() },
        Declaring {
            formula: Some(Formula::E),
            at: CountedAt::Owner,
            short: Some(Duration::from_secs(10)),
            drops_short: true,
            ..ours()
        },
        Declaring { on: CountedOn::Outcome, zone: zone("UTC"), counts: [true, false, false], ..ours() },
    ];
    for rules in wanted {
        let cells = cells(&legs, "atlas");
        let counts = oracle::declared(&legs, &case.network, case.query.now, &rules, &cells);
        let answer = runtime.block_on(explained(&view, &case, &file(&cells, &counts, None), None));
        assert!(answer.explained, "{rules:?}: {:#?}", answer.groups[0].rules);
        let search = answer.groups[0].search.as_ref().expect("a search");
        assert_eq!((search.unexplained, search.complete), (0, true), "{search:?}");
        let stated = runtime.block_on(explained(&view, &case, &file(&cells, &counts, Some(&rules)), None));
        assert_eq!(stated.remainder, answer.remainder, "what was found explains as much as what is so");
    }
}

/// Contacts of which all stays have an outcome, so that the declared counts tell them from wrong numbers.
fn whole(legs: &[Leg]) -> Vec<String> {
    let contacts: BTreeSet<&str> = legs.iter().map(|leg| leg.contact_id.as_str()).collect();
    let settled =
        |contact: &&str| legs.iter().filter(|leg| leg.contact_id == *contact).all(|leg| leg.outcome.is_some());
    contacts.into_iter().filter(settled).map(str::to_owned).collect()
}

/// Lost events would pass for other rules, or for lies.
#[test]
fn contacts_that_one_side_lacks_are_missing_events_and_a_wrong_number_is_the_remainder() {
    let (engine, runtime) = (engine(), runtime());
    let mut case = united(cases(90));
    case.query.now = Instant::FOREVER;
    let all = legs(&case, &case.received);
    let lost: BTreeSet<String> = whole(&all).into_iter().step_by(3).collect();
    let known: Vec<Received> =
        case.received.iter().filter(|one| !lost.contains(one.event.contact.as_str())).cloned().collect();
    let few = legs(&case, &known);
    let (full, lacking) = (to_batches(&case.received, &[]), to_batches(&known, &[]));
    for (number, (ours, theirs_known, view)) in
        [(&few, &all, view_of(&engine, lacking)), (&all, &few, view_of(&engine, full))].into_iter().enumerate()
    {
        let rules = theirs(5 + number);
        let cells = cells(&all, "atlas");
        let mut counts = oracle::declared(theirs_known, &case.network, case.query.now, &rules, &cells);
        let mut expected = planted(&case, theirs_known, ours, &rules, &cells);
        let answer = runtime.block_on(explained(&view, &case, &file(&cells, &counts, Some(&rules)), None));
        equal(&answer, &expected, &format!("{rules:?}"));
        assert!(answer.explained);
        let missing: i64 = expected.iter().map(|cell| cell[0][4]).sum();
        assert!(if number == 0 { missing > 5 } else { missing < -5 }, "{missing}");

        // A wrong number in one cell, and nothing else: seven answers too many, where no contact is missing.
        let wrong = expected.iter().position(|cell| cell[0][4] == 0).expect("a cell where both know the same");
        counts[wrong][1] += 7;
        expected[wrong][1][5] += 7;
        let answer = runtime.block_on(explained(&view, &case, &file(&cells, &counts, Some(&rules)), None));
        equal(&answer, &expected, "a wrong number");
        assert!(!answer.explained);
        assert_eq!((answer.remainder["answered"], answer.remainder.values().sum::<i64>()), (7, 7));
    }
}

/// The stays that count in our scorecards, whose contacts have no other and lie in the declared months.
fn lone<'a>(legs: &'a [Leg], network: &Network) -> Vec<&'a Leg> {
    let cell = |leg: &Leg| DeclaredCell {
        provider: leg.provider.clone(),
        site: None,
        queue: None,
        from: jiff::civil::date(2026, 1, 1),
        to: jiff::civil::date(2026, 12, 1),
    };
    let counted = |leg: &Leg| {
        let one = std::slice::from_ref(leg);
        oracle::declared(one, network, Instant::FOREVER, &ours(), &[cell(leg)])[0][0] == 1
    };
    let alone = |leg: &&Leg| legs.iter().filter(|other| other.contact_id == leg.contact_id).count() == 1;
    legs.iter().filter(alone).filter(|leg| leg.outcome.is_some() && counted(leg)).collect()
}

/// With the contacts on the table, it is known which they are.
#[test]
fn a_list_of_contacts_names_those_that_one_side_lacks() {
    let (engine, runtime) = (engine(), runtime());
    let mut case = united(cases(90));
    case.query.now = Instant::FOREVER;
    let all = legs(&case, &case.received);
    let listed = lone(&all, &case.network);
    // A list does not say whether an id is the provider's own or the brand's: those that are both stay where they are.
    let of_brand = |subject: &str| all.iter().any(|leg| leg.contact_id.strip_prefix("*:") == Some(subject));
    let is_own = |leg: &&&Leg| leg.contact_id.strip_prefix("atlas:").is_some_and(|subject| !of_brand(subject));
    let answered = listed.iter().filter(|leg| leg.outcome == Some(Outcome::Answered));
    let own: Vec<&&Leg> = answered.filter(is_own).collect();
    let lost: BTreeSet<&str> = own.iter().step_by(5).map(|leg| leg.contact_id.as_str()).collect();
    let unlisted: BTreeSet<&str> = own.iter().skip(2).step_by(5).map(|leg| leg.contact_id.as_str()).collect();
    assert!(lost.len() > 2 && unlisted.len() > 2, "{} lost, {} not listed", lost.len(), unlisted.len());
    let known: Vec<Received> =
        case.received.iter().filter(|one| !lost.contains(one.event.contact.as_str())).cloned().collect();
    let (few, theirs_known): (Vec<Leg>, Vec<Leg>) =
        (legs(&case, &known), all.iter().filter(|leg| !unlisted.contains(leg.contact_id.as_str())).cloned().collect());
    let cells = cells(&all, "atlas");
    let counts = oracle::declared(&theirs_known, &case.network, case.query.now, &ours(), &cells);
    let text = list(&theirs_known, &case.network);
    let contacts = declared::contacts(&text, &case.network).expect("a readable list");
    let view = view_of(&engine, to_batches(&known, &[]));
    let answer = runtime.block_on(explained(&view, &case, &file(&cells, &counts, Some(&ours())), Some(contacts)));
    equal(&answer, &planted(&case, &theirs_known, &few, &ours(), &cells), "with a list");
    let group = &answer.groups[0];
    let names = |contacts: &[settlement::MissingContact]| -> BTreeSet<String> {
        contacts.iter().map(|contact| contact.contact.clone()).collect()
    };
    let named = |names: &BTreeSet<&str>| -> BTreeSet<String> { names.iter().map(|name| (*name).to_owned()).collect() };
    assert_eq!((names(&group.only_theirs), names(&group.only_ours)), (named(&lost), named(&unlisted)));
}

/// The contacts of `atlas` as it would list them: every contact of which it counts a stay, once.
fn list(legs: &[Leg], network: &Network) -> String {
    let mut text = "provider,contact,site,queue,at,outcome,wait_s\n".to_owned();
    let mut seen = BTreeSet::new();
    for leg in legs.iter().filter(|leg| leg.provider == "atlas" && leg.direction == Direction::Inbound) {
        let Some((_, subject)) = leg.contact_id.split_once(':') else { continue };
        if !seen.insert(subject) {
            continue;
        }
        let outcome = leg.outcome.filter(|outcome| *outcome != Outcome::Overdue).unwrap_or(Outcome::FlowedOut);
        let wait = waited(leg, network).map_or(String::new(), |us| format!("{}.{:06}", us / 1_000_000, us % 1_000_000));
        let (site, queue, at) = (&leg.site, &leg.queue, leg.offered_at);
        let _ = writeln!(text, "atlas,{subject},{site},{queue},{at},{},{wait}", outcome.as_str());
    }
    text
}

/// The wait on the promise's own clock.
fn waited(leg: &Leg, network: &Network) -> Option<i64> {
    let query = tests::oracle::Query {
        from: Instant::BEGINNING,
        to: Instant::FOREVER,
        zone: network.zone.clone(),
        by: BTreeSet::new(),
        now: Instant::FOREVER,
        formula: None,
        threshold: None,
        counting: tests::oracle::Counting::default(),
    };
    let rows = oracle::scorecard(std::slice::from_ref(leg), network, &query);
    let answered = rows.first().and_then(|row| row.waits.first().copied());
    answered.or(leg.wait_us).filter(|us| *us < 30 * 86_400_000_000)
}

/// A share is compared to the digits in which it was printed, and a file from another country is read as it is.
#[test]
fn a_service_level_alone_is_explained_to_its_digits() {
    let (engine, runtime) = (engine(), runtime());
    let mut case = united(cases(60));
    case.query.now = Instant::FOREVER;
    let legs = legs(&case, &case.received);
    let rules = Declaring { formula: Some(Formula::E), ..ours() };
    let cell = DeclaredCell {
        provider: "atlas".to_owned(),
        site: None,
        queue: None,
        from: jiff::civil::date(2026, 3, 1),
        to: jiff::civil::date(2026, 4, 1),
    };
    let counts = oracle::declared(&legs, &case.network, case.query.now, &rules, &[cell])[0];
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let level = counts[5] as f64 / counts[6] as f64 * 100.0;
    let view = view_of(&engine, to_batches(&case.received, &[]));
    let said =
        |level: f64| format!("provider;period;service_level;formula\natlas;2026-03;{level:.1} %;e\n").replace('.', ",");
    let answer = runtime.block_on(explained(&view, &case, &said(level), None));
    let walk = answer.groups[0].cells[0].level.clone().expect("a level");
    assert!(walk.explained && answer.explained, "{level}: {walk:?}");
    let last = walk.steps.last().expect("steps");
    assert_eq!((last.in_time, last.promised), (counts[5], counts[6]));
    let asked = ReconcileQuestion {
        declared: declared::parse(&said((level + 50.0) % 100.0), &case.network).expect("readable"),
        contacts: None,
        now: case.query.now,
        as_of: Instant::FOREVER,
        customers: std::collections::BTreeMap::new(),
        search: false,
    };
    let wrong = runtime.block_on(reconcile(&view, &case.network, &asked)).expect("a reconciliation");
    let left = wrong.groups[0].cells[0].level.as_ref().and_then(|walk| walk.remainder_points).expect("a remainder");
    assert!(!wrong.explained && left.abs() > 1.0, "{left}");
}
