//! What is run at the table with a provider: the counts of a reconciliation, and what came late of a sealed month.

use std::collections::BTreeMap;

use columns::events_schema;
use contact::Instant;
use engine::{Engine, Params};
use scorecard::{Question, open_cohort};
use settlement::{ReconcileQuestion, declared, open_reconcile, sets};
use tests::histories::{Case, to_batches};

use super::{
    files::{Folder, Situation},
    situations::one,
};
use crate::equality::view_of;

/// Three cells, and a contact that nobody else knows beside one that some history may have.
const DECLARED: &str = "provider,site,queue,from,to,offered
atlas,,,2026-03-01,2026-04-01,10
atlas,atlas-0,,2026-03-29,2026-03-30,4
boreal,,voice-fr,2026-10-24,2026-10-26,3
";
const LISTED: &str = "provider,contact,site,queue,at,outcome,wait_s
atlas,C-0,atlas-0,voice-fr,2026-03-29T10:00:00+02:00,answered,12.5
atlas,nobody-knows,atlas-1,mail-fr,2026-03-30T10:00:00+02:00,abandoned,3
";

/// Declared figures: every set of rules of a search that changes one of them.
pub(super) async fn reconciled(engine: &Engine, case: &Case, folder: Folder<'_>) -> Vec<String> {
    let view = view_of(engine, to_batches(&case.received, &[23]));
    let has_list = case.received.len().is_multiple_of(2);
    let asked = ReconcileQuestion {
        declared: declared::parse(DECLARED, &case.network).expect("a readable file"),
        contacts: has_list.then(|| declared::contacts(LISTED, &case.network).expect("a readable list")),
        now: case.query.now,
        as_of: case.as_of,
        customers: BTreeMap::new(),
        search: true,
    };
    let (session, params) = open_reconcile(&view, &case.network, &asked).await.expect("legs");
    let mut situation = Situation::new(folder, "reconcile", params.clone());
    session.keep("reconcile_legs", &params).await.expect("legs");
    for bound in sets(&case.network, &asked).expect("rules and periods") {
        session.bind(bound).expect("a free name");
    }
    let tables = ["cohort", "declared_contacts", "rules", "declared_slots"];
    for table in tables {
        let rows = session.table_rows(table).await.expect("a table of the question");
        if rows.is_empty() {
            return Vec::new();
        }
        situation.table(table, &rows);
    }
    for statement in ["reconcile_legs", "reconcile_counts", "reconcile_missing"] {
        situation.step(&session, statement, (statement == "reconcile_legs").then_some(statement)).await;
    }
    situation.finish()
}

/// What came after the instant of knowledge of a case, of the contacts of its period.
pub(super) async fn late(engine: &Engine, case: &Case, question: &Question, folder: Folder<'_>) -> Vec<String> {
    let events = to_batches(&case.received, &[29]);
    let view = view_of(engine, events.clone());
    let mut receipts: Vec<Instant> = case.received.iter().map(|received| received.received_at).collect();
    receipts.sort_unstable();
    let after = receipts.get(receipts.len() / 3).copied().unwrap_or(Instant::BEGINNING);
    let question = Question { as_of: Instant::FOREVER, ..question.clone() };
    let (session, _) = open_cohort(&view, &case.network, &question).await.expect("a cohort");
    let params = Params::default().instant("after", after).instant("before", question.period.to);
    let mut situation = Situation::new(folder, "late", params.clone());
    situation.table("events", &[one(&events_schema(), &events)]);
    let events = view.events_session().expect("events");
    let late = events.rows("late_contacts", &params).await.expect("late events");
    let (cohort, first) = (session.table_rows("cohort").await.expect("a cohort"), late.first().cloned());
    let (Some(first), false) = (first, cohort.is_empty()) else { return Vec::new() };
    situation.table("cohort", &cohort);
    situation.step(&events, "late_contacts", Some("late_contacts")).await;
    let contacts = one(&first.schema(), &late);
    session.bind(engine::Bound { name: "late_contacts", rows: contacts.clone() }).expect("a free name");
    situation.step(&session, "late_places", Some("late_places")).await;
    let places = session.rows("late_places", &Params::default()).await.expect("places");
    if let Some(first) = places.first() {
        let rows = one(&first.schema(), &places);
        let apart = engine.session().expect("a session");
        apart.bind(engine::Bound { name: "late_contacts", rows: contacts }).expect("a free name");
        apart.bind(engine::Bound { name: "late_places", rows }).expect("a free name");
        situation.step(&apart, "late_feeds", None).await;
    }
    situation.finish()
}
