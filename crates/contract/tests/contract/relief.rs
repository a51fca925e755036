//! Claims of relief: a result as it was known, and as it is known later.

use std::collections::BTreeSet;

use contact::Instant;
use contract::{
    Claim, ClosedState, Contract, Lack, Minor, Party, Refusal, Reliefs, Standing, close, settle, terms::Span,
};

use crate::fixtures::{CARE, at, care_with, facts, march, objective, on, read};

fn outage() -> Claim {
    Claim {
        id: "outage-1".into(),
        exclusion: "carrier-outage".into(),
        span: Span { from: at("2026-03-10T08:00:00Z"), to: at("2026-03-10T12:00:00Z") },
        lines: BTreeSet::new(),
        sites: BTreeSet::new(),
        evidence: Some("carrier's report 4711".into()),
        evidence_at: None,
        notified: None,
        accepted: vec![(Party::Provider, at("2026-03-11T08:00:00Z")), (Party::Client, at("2026-04-10T08:00:00Z"))],
    }
}

/// The month with 200 calls under the outage, all missed: 790 of 1,000 with them, 790 of 800 without.
fn result(contract: &Contract, claim: &Claim, as_of: &str) -> (ClosedState, u64, u64) {
    let known = facts([on(2, 790, 800), on(10, 0, 200).claimed("outage-1")]);
    let service = objective(contract, "service");
    let reliefs = Reliefs::of(contract, service, std::slice::from_ref(claim), march(), at(as_of));
    let closed = close(contract, service, &known, &reliefs).expect("facts that fit");
    let invoice = Minor::new(10_000_000).expect("an amount");
    let settlement = settle(contract, invoice, &[("service", &closed)]).expect("money is agreed");
    (closed.state, closed.dropped, settlement.credit.amount())
}

/// Accepted by the second party on 10 April: the credit of March was due until then, and is not any more.
#[test]
fn a_claim_accepted_after_the_close_turns_a_credit_into_none() {
    let contract = read(CARE);
    assert_eq!(result(&contract, &outage(), "2026-04-05T00:00:00Z"), (ClosedState::Breached, 0, 200_000));
    assert_eq!(result(&contract, &outage(), "2026-04-10T08:00:00Z"), (ClosedState::Met, 200, 0));
    assert_eq!(result(&contract, &outage(), "2026-04-05T00:00:00Z").0, ClosedState::Breached, "what was known stays");
}

#[test]
fn a_claim_says_what_it_lacks() {
    let contract = read(CARE);
    let early = at("2026-03-10T12:00:00Z");
    let bare = Claim { evidence: None, ..outage() };
    assert_eq!(bare.standing(&contract, early), Standing::Pending(vec![Lack::Evidence, Lack::Client, Lack::Provider]));
    assert_eq!(
        bare.standing(&contract, Instant::FOREVER),
        Standing::Pending(vec![Lack::Evidence]),
        "acceptance does not stand in for evidence"
    );
    let handed_in = Claim { evidence_at: Some(at("2026-04-12T08:00:00Z")), ..outage() };
    let standing = |as_of: &str| handed_in.standing(&contract, at(as_of));
    assert_eq!(
        standing("2026-04-11T00:00:00Z"),
        Standing::Pending(vec![Lack::Evidence]),
        "accepted, and not proved yet"
    );
    assert_eq!(standing("2026-04-12T08:00:00Z"), Standing::Accepted);
    let strange = Claim { exclusion: "strike".into(), ..outage() };
    assert_eq!(strange.standing(&contract, early), Standing::Refused(Refusal::Unknown));
}

#[test]
fn a_window_is_waived_when_it_was_told_in_time() {
    let contract = read(CARE);
    let storm = |told: Option<&str>| Claim { exclusion: "force-majeure".into(), notified: told.map(at), ..outage() };
    let late = "2026-04-30T00:00:00Z";
    assert_eq!(result(&contract, &storm(Some("2026-03-12T08:00:00Z")), late).0, ClosedState::Excused);
    assert_eq!(result(&contract, &storm(Some("2026-03-12T08:00:01Z")), late).0, ClosedState::Breached);
    assert_eq!(result(&contract, &storm(None), late), (ClosedState::Breached, 0, 200_000));
    let still_time = storm(None).standing(&contract, at("2026-03-12T00:00:00Z"));
    assert_eq!(still_time, Standing::Pending(vec![Lack::Notice, Lack::Client]));
    let told_later = storm(Some("2026-03-11T00:00:00Z")).standing(&contract, at("2026-03-10T10:00:00Z"));
    assert_eq!(told_later, Standing::Pending(vec![Lack::Notice, Lack::Client, Lack::Provider]));
}

/// A ramp-up is shown, leaves nothing out, and ends with its last day.
#[test]
fn what_is_only_reported_changes_nothing() {
    let contract = read(CARE);
    let ramp = Claim { exclusion: "ramp-up".into(), ..outage() };
    assert_eq!(result(&contract, &ramp, "2026-05-01T00:00:00Z"), (ClosedState::Breached, 0, 200_000));
    let from = at("2026-03-31T22:00:00Z");
    let after = Claim { span: Span { from, to: at("2026-04-02T00:00:00Z") }, ..ramp };
    assert_eq!(after.standing(&contract, Instant::FOREVER), Standing::Refused(Refusal::TooLate));
}

/// A claim touches the windows it lies in, and no other.
#[test]
fn a_claim_stays_in_its_window() {
    let contract = read(CARE);
    let april = Span { from: march().to, to: at("2026-04-30T22:00:00Z") };
    let of = |window, as_of| Reliefs::of(&contract, objective(&contract, "service"), &[outage()], window, as_of);
    assert_eq!(of(april, Instant::FOREVER), Reliefs::default());
    let shown = of(march(), at("2026-03-20T00:00:00Z")).shown;
    assert_eq!(shown.into_iter().collect::<Vec<_>>(), ["outage-1"], "a pending claim is shown");
}

/// A storm over the moderators waives no window of the calls, and contacts it drops are no part of anybody's volume.
#[test]
fn a_claim_on_other_queues_waives_nothing_here() {
    let contract = care_with("    - name: service\n", "    - name: service\n      scope: { lines: [ voice-fr ] }\n");
    let of = |claim: Claim, lines: &[&str]| {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        let claim = Claim { lines, notified: Some(claim.span.from), ..claim };
        Reliefs::of(&contract, objective(&contract, "service"), &[claim], march(), Instant::FOREVER)
    };
    let storm = || Claim { exclusion: "force-majeure".into(), ..outage() };
    assert_eq!(of(storm(), &["moderation"]), Reliefs::default());
    assert_eq!(of(storm(), &["moderation", "voice-fr"]).waived.len(), 1);
    assert_eq!(of(storm(), &[]).waived.len(), 1);
    assert_eq!(of(outage(), &["moderation"]).dropped.len(), 1);
}
