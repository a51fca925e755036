//! What is told about a body: counts, rejects, and the status that goes with them.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contact::RejectCode;
use intake::Tally;
use journal::{Counts, ItemOutcome, Settled, Sha256Digest};
use schemars::JsonSchema;
use serde::Serialize;

use super::KEY;
use crate::{Api, ApiError, Problem, error::PROBLEM_JSON, tag::hex};

/// What became of the events of one body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventsAnswer {
    /// Events in the body.
    pub received: u64,
    /// Stored.
    pub accepted: u64,
    /// Known before with the same content; not stored again.
    pub duplicate: u64,
    /// Stored beside another content of the same identity and revision.
    pub conflict: u64,
    /// Not acceptable; kept with their bytes.
    pub rejected: u64,
    /// The rejected ones, by their place in the body.
    pub rejects: Vec<ItemReject>,
    /// What was not wrong enough to reject, counted: `unknown data.colour`, `before_start`.
    pub warnings: BTreeMap<String, u64>,
    /// The id of the receipt.
    pub receipt: String,
}

/// Why one event was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ItemReject {
    /// Its place in the body, from 0.
    pub index: usize,
    /// Why.
    pub code: RejectCode,
    /// In which field.
    pub field: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

/// The answer when no event was acceptable: a problem that says as much as an answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Unacceptable {
    #[serde(flatten)]
    problem: Problem,
    #[serde(flatten)]
    answer: Option<EventsAnswer>,
}

/// The answer to what was settled just now.
pub(super) fn fresh(settled: &Settled, warnings: &Tally) -> Response {
    let text = settled.answer.clone().unwrap_or_else(|| text(settled, warnings));
    response(settled.counts, &settled.receipt, text)
}

/// The same answer again for the same key and body.
pub(super) async fn again(api: &Arc<Api>, receipt: &str, body: Sha256Digest) -> Result<Response, ApiError> {
    let id = receipt.to_owned();
    let stored = api.block(move |api| api.store().journal().read(|reader| reader.receipt(&id))).await?;
    let stored = stored.ok_or_else(|| ApiError::internal(&format!("the receipt {receipt} of a key is not there")))?;
    match stored.answer {
        Some(text) if stored.body_digest == Some(hex(&body)) => Ok(response(stored.counts, receipt, text)),
        _ => {
            let detail =
                format!("the key was used with another body, see receipt {receipt}; use a new key for new events");
            Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "key_reused", detail).field(KEY))
        }
    }
}

/// The body of the answer, also as it is stored with the receipt of a key.
pub(super) fn text(settled: &Settled, warnings: &Tally) -> String {
    let answer = answer(settled, warnings);
    let text = match status(settled.counts) {
        StatusCode::UNPROCESSABLE_ENTITY => {
            let detail = "no event was acceptable; all are kept as rejects, mend them and send the same ids again";
            let problem = ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "nothing_acceptable", detail).problem();
            serde_json::to_string(&Unacceptable { problem, answer: Some(answer) })
        }
        _ => serde_json::to_string(&answer),
    };
    text.expect("an answer is made of texts and counts")
}

fn answer(settled: &Settled, warnings: &Tally) -> EventsAnswer {
    let Counts { received, accepted, duplicate, conflict, rejected } = settled.counts;
    let rejects = settled.outcomes.iter().enumerate().filter_map(|(index, outcome)| match outcome {
        ItemOutcome::Rejected { reject, .. } => {
            let (field, message) = (reject.field.clone(), reject.message.clone());
            Some(ItemReject { index, code: reject.code, field, message })
        }
        _ => None,
    });
    EventsAnswer {
        received,
        accepted,
        duplicate,
        conflict,
        rejected,
        rejects: rejects.collect(),
        warnings: warnings.counts().clone(),
        receipt: settled.receipt.clone(),
    }
}

fn status(counts: Counts) -> StatusCode {
    match counts.rejected {
        0 => StatusCode::OK,
        rejected if rejected == counts.received => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::MULTI_STATUS,
    }
}

fn response(counts: Counts, receipt: &str, text: String) -> Response {
    let status = status(counts);
    let media = if status == StatusCode::UNPROCESSABLE_ENTITY { PROBLEM_JSON } else { "application/json" };
    let mut response =
        (status, [(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "no-store")], text).into_response();
    let headers = response.headers_mut();
    let numbers = [
        ("vigie-received", counts.received),
        ("vigie-accepted", counts.accepted),
        ("vigie-duplicate", counts.duplicate),
        ("vigie-conflict", counts.conflict),
        ("vigie-rejected", counts.rejected),
    ];
    for (name, number) in numbers {
        headers.insert(HeaderName::from_static(name), number.into());
    }
    if let Ok(receipt) = HeaderValue::from_str(receipt) {
        headers.insert(HeaderName::from_static("vigie-receipt"), receipt);
    }
    response
}
