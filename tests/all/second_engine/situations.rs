//! The situations in which the product runs its statements, each with its own tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, Int64Array, RecordBatch, StringArray},
    compute::concat_batches,
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use columns::{events_schema, legs_schema};
use contact::{Instant, Viewpoint};
use engine::{Bound, Engine, Params, Session};
use scorecard::{
    Bucket, Column, CountQuestion, Question, SmallTable, every_leg, open_cohort, open_counting, open_names,
};
use tests::{
    histories::{Case, to_batches},
    oracle::Received,
};

use super::{
    cases::{backlog, complaints, repeats},
    files::{Folder, Situation},
    settled::{late, reconciled},
};
use crate::equality::view_of;

/// Statements that read the cohort beside those of scorecards.
const BESIDE: [&str; 6] = ["excluded", "contacts", "homogeneity", "live_standing", "live_waits", "decided"];

/// A situation, by what is asked in it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Scorecard,
    Whole,
    Moved,
    Books,
    Names,
    Backlog,
    Complaints,
    Repeats,
    Reconciled,
    Late,
    Contracts,
}

/// Every situation.
pub(super) const ALL: [Kind; 11] = [
    Kind::Scorecard,
    Kind::Whole,
    Kind::Moved,
    Kind::Books,
    Kind::Names,
    Kind::Backlog,
    Kind::Complaints,
    Kind::Repeats,
    Kind::Reconciled,
    Kind::Late,
    Kind::Contracts,
];

/// One case in one situation. Gives the statements that ran.
pub(super) async fn write(
    kind: Kind,
    engine: &Engine,
    case: &Case,
    question: &Question,
    folder: Folder<'_>,
) -> Vec<String> {
    match kind {
        Kind::Scorecard => scorecard(engine, case, question, folder).await,
        Kind::Whole => whole(engine, case, question, folder).await,
        Kind::Moved => moved(engine, case, folder).await,
        Kind::Books => books(engine, case, question, folder).await,
        Kind::Names => names(engine, case, folder).await,
        Kind::Backlog => backlog(engine, case, question, folder).await,
        Kind::Complaints => complaints(engine, case, question, folder).await,
        Kind::Repeats => repeats(engine, case, question, folder).await,
        Kind::Reconciled => reconciled(engine, case, folder).await,
        Kind::Late => late(engine, case, question, folder).await,
        Kind::Contracts => contracts(engine, case, question, folder).await,
    }
}

/// From raw events to figures.
async fn scorecard(engine: &Engine, case: &Case, question: &Question, folder: Folder<'_>) -> Vec<String> {
    let events = to_batches(&case.received, &[7, 50]);
    let view = view_of(engine, events.clone());
    let (session, params) = open_cohort(&view, &case.network, question).await.expect("a cohort");
    let params = params
        .instant("as_of", question.as_of)
        .boolean("any_outcome", case.received.len().is_multiple_of(2))
        .texts("outcomes", ["answered", "overdue"])
        .boolean("missed_only", case.received.len().is_multiple_of(3))
        .bigint("after_us", case.received.first().map_or(i64::MIN, |first| first.started_at.as_micros()))
        .text("after_key", "")
        .bigint("page", 5)
        .bigint("decided_from_us", question.period.from.as_micros())
        .bigint("slot_us", 60_000_000);
    session.bind(promise_terms()).expect("a free name");
    session.bind(promise_reasons()).expect("a free name");
    session.bind(heard(case)).expect("a free name");
    let mut situation = Situation::new(folder, "scorecard", params);
    situation.table("events", &[one(&events_schema(), &events)]);
    for table in ["asked", "slots", "queue_terms", "open_slots", "heard", "promise_terms", "promise_reasons"] {
        situation.table(table, &session.table_rows(table).await.expect("a table of the question"));
    }
    situation.step(&view.events_session().expect("events"), "legs", Some("legs")).await;
    let always = Instant::from_micros(0).expect("1970");
    let every = view.session(always, Instant::FOREVER, question.now, question.as_of).await.expect("every leg");
    situation.step(&every, "every_leg", None).await;
    let ruled = !case.network.exclusions.is_empty();
    situation.step(&session, "all_legs", (!ruled).then_some("ruled_legs")).await;
    if ruled {
        situation.table("exclusions", &session.table_rows("exclusions").await.expect("the rules"));
        situation.step(&session, "ruled_legs", Some("ruled_legs")).await;
    }
    situation.step(&session, "cohort", Some("cohort")).await;
    situation.step(&session, "replies", Some("replies")).await;
    let figures: Vec<_> = engine.catalog().scorecard().map(|statement| statement.id.clone()).collect();
    for statement in figures.iter().map(String::as_str).chain(BESIDE) {
        situation.step(&session, statement, None).await;
    }
    situation.finish()
}

/// From raw events to the figures of contacts counted whole.
async fn whole(engine: &Engine, case: &Case, question: &Question, folder: Folder<'_>) -> Vec<String> {
    let mut question = question.clone();
    question.counting.viewpoint = Viewpoint::Brand;
    let events = to_batches(&case.received, &[9, 40]);
    let view = view_of(engine, events.clone());
    let (session, params) = open_cohort(&view, &case.network, &question).await.expect("a cohort");
    let params = params.instant("as_of", question.as_of);
    let every = every_leg(&params);
    let mut situation = Situation::new(folder, "whole", params);
    situation.table("events", &[one(&events_schema(), &events)]);
    for table in ["asked", "slots", "queue_terms", "open_slots"] {
        situation.table(table, &session.table_rows(table).await.expect("a table of the question"));
    }
    situation.step(&view.events_session().expect("events"), "legs", None).await;
    // What is asked without a period reads the legs of the days that the question does.
    situation.table("legs", &[one(&legs_schema(), &session.table_rows("legs").await.expect("legs"))]);
    situation.step(&session, "earliest_offer", None).await;
    if case.network.exclusions.is_empty() {
        situation.step_with(&session, "all_legs", Some("ruled_legs"), &every).await;
    } else {
        situation.table("exclusions", &session.table_rows("exclusions").await.expect("the rules"));
        situation.step_with(&session, "ruled_legs", Some("ruled_legs"), &every).await;
    }
    situation.step_with(&session, "cohort", Some("stays"), &every).await;
    situation.step(&session, "hand_overs", None).await;
    situation.step(&session, "journeys", Some("cohort")).await;
    situation.step(&session, "replies", Some("replies")).await;
    let figures = engine.catalog().scorecard_of(Viewpoint::Brand).map(|statement| statement.id.clone());
    for statement in figures.chain(["excluded".to_owned()]).collect::<Vec<_>>() {
        situation.step(&session, &statement, None).await;
    }
    situation.finish()
}

/// Up to when each provider was heard: of one, nothing is known.
fn heard(case: &Case) -> Bound {
    let mut heard: BTreeMap<&str, i64> = BTreeMap::new();
    for received in case.received.iter().filter(|received| received.event.identity.provider.as_str() != "boreal") {
        let at = received.event.time.as_micros();
        heard.entry(received.event.identity.provider.as_str()).and_modify(|last| *last = at.max(*last)).or_insert(at);
    }
    let providers: ArrayRef = Arc::new(StringArray::from_iter_values(heard.keys()));
    let instants: ArrayRef = Arc::new(Int64Array::from_iter_values(heard.values().copied()));
    let rows = RecordBatch::try_from_iter([("provider", providers), ("heard_us", instants)]).expect("two columns");
    Bound { name: "heard", rows }
}

/// What each queue promises itself, and terms that contracts could have.
fn promise_terms() -> Bound {
    let ints = |values: [Option<i64>; 4]| -> ArrayRef { Arc::new(Int64Array::from_iter(values)) };
    let texts = |values: [Option<&str>; 4]| -> ArrayRef { Arc::new(StringArray::from_iter(values)) };
    let rows = RecordBatch::try_from_iter_with_nullable([
        ("term", ints([0, 1, 2, 3].map(Some)), true),
        ("written", ints([None, Some(0), Some(0), Some(1)]), true),
        ("formula", texts([None, Some("c"), Some("g"), None]), true),
        ("threshold_us", ints([None, Some(15_000_000), Some(45_000_000), Some(7_200_000_000)]), true),
        ("short_us", ints([None, Some(4_000_000), None, None]), true),
        ("less_us", ints([0, 1, 0, 1].map(Some)), true),
        ("from_start", ints([0, 1, 0, 0].map(Some)), true),
        ("overflow", texts([None, Some("miss"), Some("neutral"), None]), true),
        ("callback", texts([None, Some("miss"), Some("answered_if_within"), None]), true),
        ("as_agreed", ints([1, 0, 0, 0].map(Some)), true),
        ("any_reason", ints([1, 1, 0, 0].map(Some)), true),
    ]);
    Bound { name: "promise_terms", rows: rows.expect("columns of one length") }
}

/// The reasons that two of them are about.
fn promise_reasons() -> Bound {
    let terms: ArrayRef = Arc::new(Int64Array::from(vec![2, 2, 3]));
    let reasons: ArrayRef = Arc::new(StringArray::from(vec!["delivery", "refund", "delivery"]));
    let rows = RecordBatch::try_from_iter_with_nullable([("term", terms, true), ("reason", reasons, true)]);
    Bound { name: "promise_reasons", rows: rows.expect("columns of one length") }
}

/// Legs folded before the last events came, and those of the contacts that moved since.
async fn moved(engine: &Engine, case: &Case, folder: Folder<'_>) -> Vec<String> {
    let mut situation = Situation::new(folder, "moved", Params::default());
    let (before, after) = case.received.split_at(case.received.len() * 2 / 3);
    let contacts: BTreeSet<&str> = after.iter().map(|received| received.event.contact.as_str()).collect();
    let moved = case.received.iter().filter(|received| contacts.contains(received.event.contact.as_str()));
    let names: ArrayRef = Arc::new(StringArray::from_iter_values(&contacts));
    let tables = [
        ("folded_legs", legs_ever(engine, before).await),
        ("live_legs", legs_ever(engine, &moved.cloned().collect::<Vec<_>>()).await),
        ("moved", RecordBatch::try_from_iter([("contact_id", names)]).expect("one column")),
    ];
    for (name, rows) in &tables {
        situation.table(name, std::slice::from_ref(rows));
    }
    situation.step(&session(engine, tables), "united_legs", None).await;
    situation.finish()
}

/// The legs of these events, all that is known.
async fn legs_ever(engine: &Engine, events: &[Received]) -> RecordBatch {
    let forever = Params::default().instant("as_of", Instant::FOREVER).instant("now", Instant::FOREVER);
    let events = one(&events_schema(), &to_batches(events, &[]));
    let legs = session(engine, [("events", events)]).rows("legs", &forever).await.expect("legs");
    one(&legs_schema(), &legs)
}

/// What operators ask of events; every third event names another start, which the journal would have refused.
async fn books(engine: &Engine, case: &Case, question: &Question, folder: Folder<'_>) -> Vec<String> {
    const DAY_US: i64 = 86_400_000_000;
    let params = Params::default().instant("from", question.period.from).instant("to", question.period.to);
    let mut situation = Situation::new(folder, "books", params);
    let strayed = (0..).zip(&case.received).map(|(number, received)| {
        let days = i64::from(number % 3 == 0);
        Received { started_at: received.started_at.plus_micros(days * DAY_US), ..received.clone() }
    });
    let events = to_batches(&strayed.collect::<Vec<_>>(), &[11]);
    situation.table("events", &[one(&events_schema(), &events)]);
    let session = view_of(engine, events).events_session().expect("events");
    for statement in ["every_event", "feeds", "lateness", "split_contacts"] {
        situation.step(&session, statement, None).await;
    }
    situation.finish()
}

/// What the network file does not list; the histories have a queue of that kind, and reasons that nobody declared.
async fn names(engine: &Engine, case: &Case, folder: Folder<'_>) -> Vec<String> {
    let events = to_batches(&case.received, &[13]);
    let view = view_of(engine, events.clone());
    let (session, params) = open_names(&view, &case.network).expect("a session");
    let mut situation = Situation::new(folder, "names", params);
    situation.table("events", &[one(&events_schema(), &events)]);
    situation.table("known_names", &session.table_rows("known_names").await.expect("names"));
    situation.step(&session, "discovered", None).await;
    situation.finish()
}

/// What contracts count: terms, yardsticks and allowances on every clock, in stretches that begin between quarter-hours.
async fn contracts(engine: &Engine, case: &Case, question: &Question, folder: Folder<'_>) -> Vec<String> {
    const DAY_US: i64 = 86_400_000_000;
    let events = to_batches(&case.received, &[23]);
    let view = view_of(engine, events);
    let (from, to) = (question.period.from, question.period.to);
    let middle = from.plus_micros(to.micros_since(from) / 2 + 7);
    let stretches = vec![Bucket { from, to: middle }, Bucket { from: middle, to }];
    let (desk, now) = (Some("desk".to_owned()), question.now.as_micros());
    let ints = |values: [Option<i64>; 3]| Column::Ints(values.to_vec());
    let texts = |values: [Option<&str>; 3]| Column::Texts(values.map(|text| text.map(str::to_owned)).to_vec());
    let numbers = || ints([Some(0), Some(1), Some(2)]);
    let table = |name, columns| SmallTable { name, columns };
    let tables = vec![
        table(
            "service_terms",
            vec![
                ("term", numbers()),
                ("formula", texts([None, Some("d"), Some("g")])),
                ("threshold_us", ints([None, Some(60_000_000), Some(5_000_000)])),
                ("short_us", ints([None, Some(5_000_000), None])),
                ("less_us", ints([Some(0), Some(1), Some(0)])),
                ("from_start", ints([Some(0), Some(1), Some(0)])),
                ("overflow", texts([None, Some("miss"), Some("neutral")])),
                ("callback", texts([None, Some("answered_if_within"), Some("miss")])),
                ("attribution", texts([Some("outcome"), Some("threshold_event"), Some("disconnect")])),
            ],
        ),
        table(
            "yardsticks",
            vec![
                ("yardstick", numbers()),
                ("level_us", ints([Some(30_000_000), Some(3_600_000_000), Some(DAY_US)])),
                ("clock", texts([Some("queue"), Some("open"), Some("elapsed")])),
                ("calendar", Column::Texts(vec![None, desk.clone(), None])),
            ],
        ),
        table(
            "allowances",
            vec![
                ("allowance", numbers()),
                ("within_us", ints([Some(DAY_US), Some(8 * 3_600_000_000), Some(2 * DAY_US)])),
                ("reopen_us", ints([Some(7 * DAY_US), Some(DAY_US), Some(0)])),
                ("completed", ints([Some(0), Some(1), Some(0)])),
                ("calendar", Column::Texts(vec![None, desk.clone(), desk])),
                ("of_calendar", texts([None, Some("desk"), Some("")])),
                ("due_before_us", Column::Moving(vec![now - DAY_US, now - 2 * DAY_US, now - 3 * DAY_US])),
                ("settled_before_us", Column::Moving(vec![now - 8 * DAY_US, now - 9 * DAY_US, now])),
            ],
        ),
    ];
    let clocks = vec!["desk".to_owned(), "shop".to_owned()];
    let asked = CountQuestion {
        question: Question { grain: None, ..question.clone() },
        stretches,
        tables,
        turns: BTreeMap::new(),
        clocks,
    };
    let (session, params) = open_counting(&view, &case.network, &asked).await.expect("a cohort");
    let mut situation = Situation::new(folder, "contracts", params);
    let tables = [
        "asked",
        "slots",
        "queue_terms",
        "open_slots",
        "clock_slots",
        "cuts",
        "service_terms",
        "yardsticks",
        "allowances",
    ];
    for table in tables {
        situation.table(table, &session.table_rows(table).await.expect("a table of the question"));
    }
    situation.table("ruled_legs", &[ruled_legs(&session).await]);
    situation.step(&session, "cohort", Some("cohort")).await;
    let counting = ["cut_cohort", "contract_offered", "contract_arrivals", "contract_service_levels", "contract_waits"];
    for statement in counting.into_iter().chain(["contract_resolutions"]) {
        situation.step(&session, statement, None).await;
    }
    situation.finish()
}

fn session<const N: usize>(engine: &Engine, tables: [(&'static str, RecordBatch); N]) -> Session {
    let session = engine.session().expect("a session");
    for (name, rows) in tables {
        session.bind(Bound { name, rows }).expect("a free name");
    }
    session
}

/// The legs that a question's session sees, with the rule that names each.
pub(super) async fn ruled_legs(session: &Session) -> RecordBatch {
    let legs = legs_schema();
    let ruled = legs.fields().iter().cloned().chain([Arc::new(Field::new("rule", DataType::Int64, true))]);
    let ruled = Arc::new(Schema::new(ruled.collect::<Vec<_>>()));
    one(&ruled, &session.table_rows("ruled_legs").await.expect("legs"))
}

/// All rows in one batch; of the given schema when there are none.
pub(super) fn one(schema: &SchemaRef, rows: &[RecordBatch]) -> RecordBatch {
    let schema = rows.first().map_or_else(|| SchemaRef::clone(schema), RecordBatch::schema);
    concat_batches(&schema, rows).expect("rows of one schema")
}
