//! With a list of the provider's contacts: which of them each side lacks.

use std::{collections::BTreeSet, fmt::Write as _};

use contact::{Direction, Instant, Network, Outcome};
use settlement::declared;
use tests::{
    histories::to_batches,
    oracle::{self, DeclaredCell, Leg, Received},
};

use super::kit::{cases, cells, equal, explained, file, legs, ours, planted};
use crate::{
    equality::{engine, runtime, view_of},
    sampled::united,
};

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
    let mut case = united(cases(1_000));
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
