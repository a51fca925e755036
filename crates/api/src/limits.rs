//! How much the server takes, and for how long it waits. Told at `/v1/limits`.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Api, ApiError,
    format::json,
    openapi::{Given, Operation},
    query::Parameters,
};

/// Bounds of the server. Every one of them has a default that holds on a small machine.
#[derive(Debug, Clone)]
pub struct Limits {
    /// What one body of events may hold.
    pub body: intake::Limits,
    /// Bytes of bodies held in memory at once, over all connections.
    pub held_bytes: u32,
    /// Bodies taken apart at once.
    pub parsers: usize,
    /// Questions answered at once.
    pub questions: usize,
    /// Longest time for one question.
    pub deadline: Duration,
    /// Longest wait for a turn to parse or to ask, before a 503.
    pub patience: Duration,
    /// Connections at once; more are answered 503.
    pub connections: usize,
    /// Longest time for the head of a request.
    pub header: Duration,
    /// Longest silence within a body.
    pub frame: Duration,
    /// Longest time for a whole body.
    pub whole_body: Duration,
    /// Longest silence between requests of a connection.
    pub idle: Duration,
    /// Longest time in which a client reads nothing of its answer.
    pub unread: Duration,
    /// Longest time for requests under way once the server is told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let seconds = Duration::from_secs;
        Self {
            body: intake::Limits::HTTP,
            held_bytes: 256 << 20,
            parsers: 2 * cores,
            questions: 2 * cores,
            deadline: seconds(30),
            patience: seconds(1),
            connections: 1024,
            header: seconds(10),
            frame: seconds(10),
            whole_body: seconds(60),
            idle: seconds(60),
            unread: seconds(30),
            drain: seconds(20),
        }
    }
}

/// The limits a client can meet.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LimitsAnswer {
    /// Bytes of one body as sent.
    pub encoded_bytes: usize,
    /// Bytes of one body after decompression.
    pub decoded_bytes: usize,
    /// Events of one body.
    pub events: usize,
    /// Bytes of one event.
    pub event_bytes: usize,
    /// Levels of nesting of one event.
    pub event_depth: u32,
    /// Bytes of the files of one reconciliation.
    pub reconciliation_bytes: usize,
    /// Rows of a declared file.
    pub declared_rows: usize,
    /// Days of all periods of a declared file together.
    pub declared_days: i64,
    /// Rows of one page of contacts or rejects.
    pub page: usize,
    /// Questions answered at once.
    pub questions: usize,
    /// Connections at once.
    pub connections: usize,
    /// Seconds for one question.
    pub question_s: f64,
    /// Seconds for the head of a request.
    pub header_s: f64,
    /// Seconds of silence within a body.
    pub frame_s: f64,
    /// Seconds for a whole body.
    pub body_s: f64,
    /// Seconds of silence between two requests.
    pub idle_s: f64,
}

pub(crate) fn about() -> Operation {
    Operation::new("The limits in force").gives::<LimitsAnswer>("the limits", Given::Json)
}

pub(crate) async fn get(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref(), &[])?;
    let limits = api.limits();
    json(&LimitsAnswer {
        encoded_bytes: limits.body.encoded,
        decoded_bytes: limits.body.decoded,
        events: limits.body.events,
        event_bytes: intake::MAX_EVENT_BYTES,
        event_depth: 32,
        reconciliation_bytes: crate::reconciliations::BYTES,
        declared_rows: settlement::declared::MOST_ROWS,
        declared_days: settlement::declared::MOST_DAYS,
        page: crate::query::MAX_PAGE,
        questions: limits.questions,
        connections: limits.connections,
        question_s: limits.deadline.as_secs_f64(),
        header_s: limits.header.as_secs_f64(),
        frame_s: limits.frame.as_secs_f64(),
        body_s: limits.whole_body.as_secs_f64(),
        idle_s: limits.idle.as_secs_f64(),
    })
}
