//! Legs offered less legs handed over are contacts: over all, and for every site, queue and provider by itself.

use std::collections::BTreeSet;

use contact::Viewpoint;
use engine::View;
use scorecard::{Answer, Dim, Feeds, Question, answer};
use tests::{
    histories::{Case, to_batches},
    oracle,
};

use crate::{
    equality::{cases_wanted, engine, question, runtime, view_of},
    sampled::{fixed_cases, united},
};

async fn asked(view: &View, case: &Case, question: &Question) -> Answer {
    answer(view, &case.network, &Feeds::new(), question).await.expect("an answer")
}

#[expect(clippy::cast_possible_truncation, reason = "small counts")]
fn offered(answer: &Answer) -> i64 {
    answer.rows.iter().filter_map(|row| row.figures["offered"].value).map(|value| value as i64).sum()
}

/// What the answer for the brand says of itself is what the answer for the providers says, row by row of the filter.
async fn balances(view: &View, case: &Case, legs: &Question) {
    let mut whole = legs.clone();
    whole.counting.viewpoint = Viewpoint::Brand;
    let (legs, whole) = (asked(view, case, legs).await, asked(view, case, &whole).await);
    assert_eq!((legs.view, legs.conservation.clone()), (Viewpoint::Provider, None));
    let told = whole.conservation.clone().expect("contacts counted whole");
    assert_eq!((told.legs, told.contacts, told.residual), (offered(&legs), offered(&whole), 0), "{told:?}");
    assert_eq!(told.handed_over, told.legs - told.contacts);
    assert!(told.between_providers <= told.handed_over);
}

/// Two reports that do not add up would be two bills for one contact.
#[test]
fn the_view_of_the_providers_less_hand_overs_is_the_view_of_the_brand() {
    let engine = engine();
    let mut handed = 0;
    let single = fixed_cases(cases_wanted(30).min(400) as usize);
    for (number, case) in std::iter::once(united(fixed_cases(200))).chain(single).enumerate() {
        let view = view_of(&engine, to_batches(&case.received, &[6, 30]));
        let mut plain = question(&case);
        plain.counting.viewpoint = Viewpoint::Provider;
        plain.by = BTreeSet::from([Dim::Site]);
        let legs = oracle::fold(&case.received, case.as_of, case.query.now);
        let words = |of: fn(&oracle::Leg) -> &String| legs.iter().map(of).cloned().collect::<BTreeSet<String>>();
        runtime().block_on(async {
            balances(&view, &case, &plain).await;
            // All histories by themselves, and each by a site or by a queue; the first, which is many, by all of them.
            let (sites, queues) = if number == 0 { (9, 9) } else { (number % 2, 1 - number % 2) };
            for site in words(|leg| &leg.site).into_iter().take(sites) {
                let mut one = plain.clone();
                one.filters.sites = BTreeSet::from([site]);
                balances(&view, &case, &one).await;
            }
            for queue in words(|leg| &leg.queue).into_iter().take(queues) {
                let mut one = plain.clone();
                one.filters.queues = BTreeSet::from([queue]);
                balances(&view, &case, &one).await;
            }
        });
        let query = case.clone().whole().query;
        let rows = oracle::scorecard(&legs, &case.network, &query);
        handed += rows.iter().map(|row| row.flows.legs - row.flows.contacts).sum::<i64>();
    }
    assert!(handed > 3, "{handed} hand-overs are too few to find anything");
}
