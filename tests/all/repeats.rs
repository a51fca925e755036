//! First contact resolution against a naive reading of the same histories, and the comparison of sites on it.

use contact::Instant;
use engine::Engine;
use scorecard::{Feeds, HomogeneityQuestion, Question, RepeatRules, homogeneity, open_matters, repeats};
use tests::{
    histories::{Case, to_batches},
    oracle::{self, Handled, receipts},
};

use crate::{
    equality::{cases_wanted, engine, question, runtime, view_of},
    read::table,
    sampled::{fixed_cases, united},
};

const DAY_US: i64 = 86_400_000_000;

/// Windows, in words and in microseconds.
pub(crate) const WINDOWS: [(&str, i64); 3] = [("24h", DAY_US), ("7d", 7 * DAY_US), ("30d", 30 * DAY_US)];

/// Who came back, as the statements find over all legs at once.
pub(crate) async fn told(engine: &Engine, case: &Case, (window, window_us): (&str, i64)) -> Vec<Handled> {
    let view = view_of(engine, to_batches(&case.received, &[7, 50]));
    let question = Question { by: [].into(), ..question(case) };
    let rules = RepeatRules::parse(Some(window), None).expect("a window");
    let (session, params) = open_matters(&view, &case.network, &question, rules).await.expect("matters");
    let rows = table(&session.rows("matters", &params).await.expect("the statement runs"));
    let is_mature = |received_us: i64| case.query.now.as_micros() - received_us >= window_us;
    let handled = |row| Handled {
        contact: rows.text("contact_id", row).expect("a contact"),
        matched: rows.flag("matched", row),
        first: rows.flag("first", row),
        repeated: rows.flag("repeated", row),
        mature: is_mature(rows.int("received_us", row).expect("an instant")),
    };
    let mut all: Vec<Handled> = (0..rows.len()).map(handled).collect();
    all.sort();
    all
}

/// Judged when every window has elapsed.
fn at_the_end(mut case: Case) -> Case {
    case.query.now = Instant::FOREVER;
    case
}

/// Many customers who come back: histories as one, whose customers meet again.
pub(crate) fn crowded(cases: Vec<Case>) -> Case {
    let mut case = at_the_end(united(cases));
    for (number, received) in case.received.iter_mut().enumerate() {
        let people = &mut received.event.people;
        people.customer = people.customer.take().map(|customer| format!("{customer}-{}", number % 12));
    }
    case
}

/// Customers who come twice at one instant, and never again.
pub(crate) fn twice_at_once(cases: Vec<Case>) -> Case {
    let once = united(cases);
    let mut case = at_the_end(united(vec![once.clone(), once]));
    for received in &mut case.received {
        let event = &mut received.event;
        let matter = event.subject.split_once('-').map(|(_, matter)| matter.to_owned());
        event.people.customer = matter;
        event.known.reason = Some("delivery".to_owned());
    }
    case
}

/// Who came back, as a naive reading of the same events finds.
pub(crate) fn expected(case: &Case, window_us: i64) -> Vec<Handled> {
    let legs = oracle::fold(&case.received, case.as_of, case.query.now);
    let receipts = receipts(&legs, &case.received, &case.network, (case.as_of, case.query.now));
    oracle::handled(&receipts, &case.query, window_us)
}

/// A provider is charged with every customer who comes back: to whom, and within when, must not be a matter of taste.
#[test]
fn who_came_back_is_who_a_naive_reading_finds() {
    let (engine, runtime) = (engine(), runtime());
    let mut cases = fixed_cases(cases_wanted(40) as usize);
    cases.push(crowded(fixed_cases(200)));
    cases.push(twice_at_once(fixed_cases(40)));
    let (mut first, mut repeated, mut later) = (0, 0, 0);
    for (number, case) in cases.iter().enumerate() {
        let window = WINDOWS[number % WINDOWS.len()];
        let expected = expected(case, window.1);
        assert_eq!(runtime.block_on(told(&engine, case, window)), expected, "within {}", window.0);
        first += expected.iter().filter(|handled| handled.first).count();
        repeated += expected.iter().filter(|handled| handled.first && handled.repeated).count();
        later += expected.iter().filter(|handled| handled.matched && !handled.first).count();
    }
    assert!(first > 50 && repeated > 10 && later > 10, "{first} first, {repeated} repeated, {later} later");
}

/// A source that rarely knows its customers would have the best first contact resolution of all.
#[test]
fn where_few_customers_are_known_nothing_is_told() {
    let (engine, runtime) = (engine(), runtime());
    let case = at_the_end(united(fixed_cases(200)));
    let view = view_of(&engine, to_batches(&case.received, &[]));
    let question = Question { by: [].into(), ..question(&case) };
    let rules = RepeatRules::default();
    let answer = runtime.block_on(repeats(&view, &case.network, &Feeds::new(), &question, rules)).expect("an answer");
    let figures = &answer.rows[0].figures;
    let matched = figures["match_rate"].value.expect("a rate");
    assert!(matched < 0.8, "the histories name few customers: {matched}");
    assert_eq!((figures["fcr"].value, figures["repeat_rate"].value), (None, None), "{figures:?}");
    assert!(figures["repeat_contacts"].value.is_some());
    let compared = HomogeneityQuestion::parse(question, Some("no_repeat"), None).expect("a question");
    let answer = runtime.block_on(homogeneity(&view, &case.network, &Feeds::new(), &compared)).expect("an answer");
    assert_eq!(answer.figures["no_repeat_homogeneity"].value, None);
    assert_eq!(answer.figures["no_repeat_coverage"].value, Some(0.0), "such contacts only lower the coverage");
}

/// Where customers are known, the rates are those of the contacts counted one by one.
#[test]
fn the_rates_are_the_counts() {
    let (engine, runtime) = (engine(), runtime());
    let mut case = crowded(fixed_cases(400));
    // Every contact names a customer and a reason.
    let contacts: std::collections::BTreeMap<String, usize> =
        case.received.iter().map(|received| received.event.contact.as_str().to_owned()).zip(0..).collect();
    for received in &mut case.received {
        let number = contacts[received.event.contact.as_str()];
        received.event.people.customer = Some(format!("k-{}", number % 97));
        received.event.known.reason = Some(["delivery", "refund"][number % 2].to_owned());
    }
    let view = view_of(&engine, to_batches(&case.received, &[]));
    let question = Question { by: [].into(), ..question(&case) };
    let rules = RepeatRules::default();
    let answer = runtime.block_on(repeats(&view, &case.network, &Feeds::new(), &question, rules)).expect("an answer");
    let expected = expected(&case, 7 * DAY_US);
    let mature: Vec<_> = expected.iter().filter(|handled| handled.first && handled.mature).collect();
    let kept = mature.iter().filter(|handled| !handled.repeated).count();
    let fcr = &answer.rows[0].figures["fcr"];
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let counts = (Some(kept as f64), Some(mature.len() as f64));
    assert_eq!((fcr.numerator, fcr.denominator), counts, "{fcr:?}");
    assert!(mature.len() > 30 && kept < mature.len(), "{kept} of {}", mature.len());
}
