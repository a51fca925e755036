//! What is asked of whoever counts, and that it is enough to count.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Duration, Instant, Network, network::Formula};
use contract::{
    Asked, AskedClock, Claim, Closed, Contract, Facts, Forecasts, Issue, Known, Offered, Party, Reliefs, Stratum,
    close,
    terms::{Metric, ReadAt, Span},
};

use crate::fixtures::{CARE, at, care_with, day, march, objective, read};

const NETWORK: &str = "
brand: north
zone: Europe/Paris
providers: [ { name: atlas } ]
sites: [ { name: tunis, provider: atlas, country: TN, zone: Africa/Tunis } ]
queues:
  - { name: voice-fr, channel: voice, threshold: 20s }
  - { name: moderation, channel: moderation, threshold: 15m }
reasons: [ { name: refund, family: money }, { name: invoice, family: money }, { name: access, family: other } ]
";

const HYPERMARKET: &str = include_str!("../../networks/hypermarket.yaml");
const HYPERMARKET_NETWORK: &str = include_str!("../../../sim/networks/hypermarket.yaml");

fn network(text: &str) -> Network {
    Network::parse(text).expect("a network without mistake")
}

/// A call, as a provider's events tell it.
struct Call {
    at: Instant,
    wait: u32,
    abandoned: bool,
    reason: &'static str,
}

/// Counts calls by nothing but what is asked: what an adapter does with a statement, done here call by call.
fn counted(asked: &Asked, calls: &[Call]) -> Facts {
    let Metric::ServiceLevel {
        formula: Some(Formula::C), threshold: Some(threshold), short_abandon: Some(short), ..
    } = asked.indicator.metric
    else {
        return Facts::default();
    };
    let covering = |call: &Call| -> BTreeSet<String> {
        let covers = |claim: &&contract::AskedClaim| {
            claim.span.holds(call.at) && (claim.reasons.is_empty() || claim.reasons.contains(call.reason))
        };
        asked.claims.iter().filter(covers).map(|claim| claim.id.clone()).collect()
    };
    let mut calls: Vec<&Call> = calls.iter().collect();
    calls.sort_by_key(|call| call.at);
    let mut facts = Facts::default();
    let mut taken: BTreeMap<_, u64> = BTreeMap::new();
    for call in calls {
        let Some((day, slice)) = asked.place(call.at) else { continue };
        let claims = covering(call);
        let dropped = asked.claims.iter().any(|claim| claim.drops && claims.contains(&claim.id));
        let place = taken.entry(day).or_default();
        *place += u64::from(!dropped);
        let allowed = asked.days.iter().find(|known| known.day == day).and_then(|known| known.allowed);
        let surplus = asked.surplus && allowed.is_some_and(|allowed| !dropped && *place > allowed);
        facts.offered.push(Offered { day, claims: claims.clone(), contacts: 1 });
        let in_time = !call.abandoned && Duration::from_secs(call.wait) <= threshold;
        let counts = !(call.abandoned && Duration::from_secs(call.wait) <= short);
        if asked.span.holds(call.at) && counts {
            facts.strata.push(Stratum { claims, surplus, ..Stratum::new(day, slice, u64::from(in_time), 1) });
        }
    }
    facts.foreseen = asked.foreseen();
    facts
}

fn call(at: Instant, wait: u32) -> Call {
    Call { at, wait, abandoned: false, reason: "access" }
}

/// 400 calls a minute apart from nine on, every fifth of them late: 80 % in time.
fn calls(from: &str) -> Vec<Call> {
    let start = at(from);
    (0..400).map(|number| call(start.plus_micros(number * 60_000_000), if number % 5 == 0 { 21 } else { 20 })).collect()
}

fn outage(reason: &str) -> (Contract, Claim) {
    let rule = format!("{{ id: carrier-outage, effect: drop_contacts, reasons: [ {reason} ],");
    let contract = read(&CARE.replace("{ id: carrier-outage, effect: drop_contacts,", &rule));
    let claim = Claim {
        id: "outage-1".into(),
        exclusion: "carrier-outage".into(),
        span: Span { from: at("2026-03-29T00:00:00Z"), to: at("2026-03-30T00:00:00Z") },
        lines: BTreeSet::new(),
        sites: BTreeSet::new(),
        evidence: Some("carrier's report 4711".into()),
        evidence_at: None,
        notified: None,
        accepted: vec![(Party::Provider, at("2026-03-31T08:00:00Z")), (Party::Client, at("2026-04-10T08:00:00Z"))],
    };
    (contract, claim)
}

/// The result of March of these calls, as known at an instant, by asking and counting.
fn result(contract: &Contract, calls: &[Call], claims: &[Claim], issues: Vec<Issue>, as_of: &str) -> Closed {
    let (network, forecasts) = (network(NETWORK), Forecasts::new(issues).expect("issued on different days"));
    let known = Known { network: &network, claims, forecasts: &forecasts, as_of: at(as_of) };
    let service = objective(contract, "service");
    let asked = Asked::of(contract, service, march(), &known);
    let reliefs = Reliefs::of(contract, service, claims, march(), at(as_of));
    close(contract, service, &counted(&asked, calls), &reliefs).expect("facts that fit")
}

/// On the day of the clock change 400 calls, 20 of them about refunds and all late under an outage of refunds.
#[test]
fn what_is_asked_is_enough_to_count() {
    let (contract, claim) = outage("refund");
    let mut calls = calls("2026-03-29T07:00:00Z");
    for number in 0..20 {
        let at = at("2026-03-29T15:00:00Z").plus_micros(number * 1_000_000);
        calls.push(Call { at, wait: 90, abandoned: false, reason: "refund" });
    }
    // Short abandons and calls of another month change nothing.
    calls.push(Call { at: at("2026-03-29T16:00:00Z"), wait: 5, abandoned: true, reason: "access" });
    calls.push(call(at("2026-03-31T22:00:00Z"), 90));
    let margin = |as_of| result(&contract, &calls, std::slice::from_ref(&claim), Vec::new(), as_of).margin;
    assert_eq!(margin("2026-04-05T00:00:00Z"), Some(-16), "320 of 420, and 336 are 80 %");
    assert_eq!(margin("2026-04-10T08:00:00Z"), Some(0), "320 of 400");
}

/// 300 foreseen and 330 allowed, 400 came: by whole days as by order of arrival, from the same question.
#[test]
fn surplus_is_asked_by_the_contract_s_rule() {
    let issue = |contract: &Contract| {
        let text = "apiVersion: vigie/v1\nkind: SlaForecast\nmetadata: { contract: north-atlas-care }\nissuedOn: \
                    2026-01-15\ndays: { 2026-03-29: 300 }\n";
        vec![Issue::parse(text, contract).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))]
    };
    let counted = |text: &str| {
        let contract = read(text);
        let result = result(&contract, &calls("2026-03-29T07:00:00Z"), &[], issue(&contract), "2026-04-05T00:00:00Z");
        (result.counted.good().to_string(), result.counted.total().to_string())
    };
    assert_eq!(counted(CARE), ("264".to_owned(), "330".to_owned()), "each weighs 330/400");
    let chronological = CARE.replace("surplusRule: prorata", "surplusRule: chronological");
    assert_eq!(counted(&chronological), ("264".to_owned(), "330".to_owned()), "the first 330");
}

/// A local day has 23 to 25 hours; an hour that happens twice is cut into half-hours twice.
#[test]
fn days_and_slices_are_bounds_in_utc() {
    let slices = "minSample: 300\n      consistency: { slice: 30m, sliceTarget: 0.80, minShareOfSlices: 0.75 }";
    let contract = read(&CARE.replace("minSample: 300", slices));
    let (network, forecasts) = (network(NETWORK), Forecasts::default());
    let known = Known { network: &network, claims: &[], forecasts: &forecasts, as_of: Instant::FOREVER };
    let asked = |from, to| {
        let span = Span { from: at(from), to: at(to) };
        Asked::of(&contract, objective(&contract, "service"), span, &known)
    };
    let spring = asked("2026-03-29T10:00:00Z", "2026-03-30T10:00:00Z");
    let hours: Vec<_> = spring.days.iter().map(|day| day.span.to.micros_since(day.span.from) / 3_600_000_000).collect();
    assert_eq!(hours, [23, 24], "whole days, though the span begins and ends within");
    assert_eq!(spring.place(at("2026-03-29T01:31:00Z")), Some((day(29), at("2026-03-29T01:30:00Z"))));
    assert_eq!(spring.place(at("2026-03-30T22:00:00Z")), None);
    let autumn = asked("2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z");
    let start = |text| autumn.place(at(text)).map(|(_, slice)| slice.to_string());
    // 02:40 in Paris, twice.
    assert_eq!(start("2026-10-25T00:40:00Z").as_deref(), Some("2026-10-25T00:30:00Z"));
    assert_eq!(start("2026-10-25T01:40:00Z").as_deref(), Some("2026-10-25T01:30:00Z"));
}

/// Names of the contract become names that events have: queues, sites, reasons of a family, calendars.
#[test]
fn the_scope_is_in_words_of_the_network() {
    let network = network(HYPERMARKET_NETWORK);
    let contract = Contract::parse_for(HYPERMARKET, &network).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let forecasts = Forecasts::default();
    let known = Known { network: &network, claims: &[], forecasts: &forecasts, as_of: Instant::FOREVER };
    let asked = |name| Asked::of(&contract, objective(&contract, name), march(), &known);
    let complaints = asked("complaints-48h");
    let reasons: Vec<_> = complaints.scope.reasons.iter().flatten().map(String::as_str).collect();
    assert_eq!(reasons, ["complaint-delivery", "complaint-store"]);
    assert_eq!(complaints.scope.provider.as_ref().map(contact::ProviderId::as_str), Some("cordelia"));
    assert_eq!((complaints.scope.lines.as_ref().map(BTreeSet::len), complaints.clock), (Some(13), AskedClock::Elapsed));
    let mails = asked("mails-answered");
    assert_eq!(mails.clock, AskedClock::Open("desks".into()));
    assert_eq!(mails.scope.channels, Some(BTreeSet::from([contact::Channel::Email])));
    let waits = asked("longest-waits");
    assert_eq!(waits.yardsticks, [180_000_000, 300_000_000], "three minutes, and five that a band names");
    let gap = asked("same-answer-everywhere");
    assert_eq!((gap.scope.provider, gap.scope.sites, gap.read_at), (None, None, Some(ReadAt::WindowEnd)));
}

/// Whoever reads a figure by a filter must not take an empty list for no filter: it would be everybody's.
#[test]
fn a_reason_outside_of_the_family_asked_for_is_nobody() {
    let (network, forecasts) = (network(NETWORK), Forecasts::default());
    let known = Known { network: &network, claims: &[], forecasts: &forecasts, as_of: Instant::FOREVER };
    let is_nobody = |scope: &str| {
        let contract = care_with("- name: service\n", &format!("- name: service\n      scope: {scope}\n"));
        Asked::of(&contract, objective(&contract, "service"), march(), &known).scope.is_nobody()
    };
    let both = "{ reasons: [ access, refund ], families: [ money ] }";
    assert_eq!([is_nobody("{ reasons: [ access ], families: [ money ] }"), is_nobody(both)], [true, false]);
}

/// How it went lately is the same question of the days before, today included.
#[test]
fn lately_is_eight_weeks_and_today() {
    let contract = read(CARE);
    let (network, forecasts) = (network(NETWORK), Forecasts::default());
    let now = at("2026-03-30T10:00:00Z");
    let known = Known { network: &network, claims: &[], forecasts: &forecasts, as_of: now };
    let asked = Asked::lately(&contract, objective(&contract, "service"), now, &known);
    assert_eq!((asked.days.len(), asked.span.to), (57, now));
    assert_eq!(asked.span.from.to_string(), "2026-02-01T23:00:00Z", "by local days: an hour less than 56 × 24");
}
