//! What follows contacts from their receipt on: backlog, complaints, and who came back.

use engine::{Engine, Params, Session};
use scorecard::{
    BacklogQuestion, ComplaintsQuestion, Grain, Question, RepeatRules, open_backlog, open_complaints, open_matters,
};
use tests::histories::{Case, to_batches};

use super::{
    files::{Folder, Situation},
    situations::ruled_legs,
};
use crate::equality::view_of;

/// What is open, and what came in and went out, by the week: a finer grain has too many stretches. A period that has not
/// begun has none.
pub(super) async fn backlog(engine: &Engine, case: &Case, question: &Question, folder: Folder<'_>) -> Vec<String> {
    if question.period.from > question.now {
        return Vec::new();
    }
    let question = Question { grain: Some(Grain::Week), ..question.clone() };
    let asked = BacklogQuestion::parse(question, None, 5).expect("a question");
    let view = view_of(engine, to_batches(&case.received, &[7, 50]));
    let (session, params) = open_backlog(&view, &case.network, &asked).await.expect("a backlog");
    let params = match case.received.len() % 3 {
        0 => params.texts("silent", ["atlas"]),
        _ => params,
    };
    let mut situation = of_cases(&session, params, folder, "backlog").await;
    for table in ["moments", "spans", "standing_at"] {
        situation.table(table, &session.table_rows(table).await.expect("a table of the question"));
    }
    for statement in ["followed", "spells", "wanted_spells"] {
        situation.step(&session, statement, Some(statement)).await;
    }
    for statement in [
        "standing_spells",
        "backlog",
        "backlog_flows",
        "backlog_oldest",
        "case_sources",
        "oldest_cases",
        "contract_open_cases",
    ] {
        situation.step(&session, statement, None).await;
    }
    situation.finish()
}

pub(super) async fn complaints(engine: &Engine, case: &Case, question: &Question, folder: Folder<'_>) -> Vec<String> {
    let view = view_of(engine, to_batches(&case.received, &[17]));
    let asked = ComplaintsQuestion::new(question.clone(), 3).expect("a question");
    let (session, params) = open_complaints(&view, &case.network, &asked).await.expect("complaints");
    let mut situation = of_cases(&session, params, folder, "complaints").await;
    for statement in ["complaint_cases", "complaints_received"] {
        situation.step(&session, statement, Some(statement)).await;
    }
    for statement in ["complaints", "complaint_times", "open_complaints", "complaint_sources"] {
        situation.step(&session, statement, None).await;
    }
    situation.finish()
}

pub(super) async fn repeats(engine: &Engine, case: &Case, question: &Question, folder: Folder<'_>) -> Vec<String> {
    let view = view_of(engine, to_batches(&case.received, &[19]));
    let number = case.received.len();
    let window = ["24h", "7d", "30d"][number % 3];
    let transfers = ["pass", "fail"][number % 2];
    let rules = RepeatRules::parse(Some(window), Some(transfers)).expect("rules");
    let (session, params) = open_matters(&view, &case.network, question, rules).await.expect("matters");
    let mut situation = of_cases(&session, params, folder, "repeats").await;
    for statement in ["attempts", "matters"] {
        situation.step(&session, statement, Some(statement)).await;
    }
    for statement in ["repeats", "no_repeat"] {
        situation.step(&session, statement, None).await;
    }
    situation.finish()
}

/// A situation whose first step makes `cases`, from the legs that the question's session sees.
async fn of_cases(session: &Session, params: Params, folder: Folder<'_>, name: &str) -> Situation {
    let mut situation = Situation::new(folder, name, params);
    for table in ["asked", "slots", "queue_terms", "open_slots", "families"] {
        situation.table(table, &session.table_rows(table).await.expect("a table of the question"));
    }
    situation.table("ruled_legs", &[ruled_legs(session).await]);
    situation.step(session, "cases", Some("cases")).await;
    situation
}
