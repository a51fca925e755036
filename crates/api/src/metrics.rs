//! `/metrics`: the server's own health for Prometheus. Labels are bounded: routes, statuses and reject codes.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64},
    },
    time::Instant,
};

use axum::{
    extract::{MatchedPath, RawQuery, Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use journal::{ItemOutcome, Settled};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use crate::{
    Api, ApiError,
    openapi::{Given, Operation},
    query::Parameters,
};

/// Bounds of the duration histograms, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Code {
    code: &'static str,
}

/// What the server counts.
pub(crate) struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<Answered, Counter<u64, AtomicU64>>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    events: Family<Outcome, Counter<u64, AtomicU64>>,
    rejects: Family<Code, Counter<u64, AtomicU64>>,
    pub(crate) connections: Gauge<i64, AtomicI64>,
    pub(crate) turned_away: Counter<u64, AtomicU64>,
    tail_rows: Gauge<i64, AtomicI64>,
    tail_bytes: Gauge<i64, AtomicI64>,
    sequence: Gauge<i64, AtomicI64>,
    journal_running: Gauge<i64, AtomicI64>,
}

impl Metrics {
    /// Adds the server's own to `registry`.
    pub(crate) fn new(mut registry: Registry) -> Self {
        let metrics = Self {
            registry: Mutex::default(),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            events: Family::default(),
            rejects: Family::default(),
            connections: Gauge::default(),
            turned_away: Counter::default(),
            tail_rows: Gauge::default(),
            tail_bytes: Gauge::default(),
            sequence: Gauge::default(),
            journal_running: Gauge::default(),
        };
        metrics.register(&mut registry);
        Self { registry: Mutex::new(registry), ..metrics }
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("vigie_http_requests", "Requests answered", self.requests.clone());
        registry.register(
            "vigie_http_request_duration_seconds",
            "Time to the head of the answer",
            self.durations.clone(),
        );
        registry.register("vigie_http_connections", "Connections open", self.connections.clone());
        registry.register(
            "vigie_http_connections_turned_away",
            "Connections beyond the limit",
            self.turned_away.clone(),
        );
        registry.register("vigie_events", "Events received through HTTP, by what became of them", self.events.clone());
        registry.register("vigie_rejects", "Events rejected through HTTP, by reason", self.rejects.clone());
        registry.register("vigie_tail_rows", "Events durable and not yet in the lake", self.tail_rows.clone());
        registry.register("vigie_tail_bytes", "Memory of those events", self.tail_bytes.clone());
        registry.register("vigie_journal_sequence", "The last batch accepted", self.sequence.clone());
        registry.register(
            "vigie_journal_running",
            "Whether the journal writes (1) or has stopped (0)",
            self.journal_running.clone(),
        );
    }

    /// Counts what became of a submission.
    pub(crate) fn settled(&self, settled: &Settled) {
        let counts = settled.counts;
        let outcomes = [
            ("accepted", counts.accepted),
            ("duplicate", counts.duplicate),
            ("conflict", counts.conflict),
            ("rejected", counts.rejected),
        ];
        for (outcome, count) in outcomes {
            self.events.get_or_create(&Outcome { outcome }).inc_by(count);
        }
        for outcome in &settled.outcomes {
            if let ItemOutcome::Rejected { reject, .. } = outcome {
                self.rejects.get_or_create(&Code { code: reject.code.as_str() }).inc();
            }
        }
    }

    fn observe(&self, method: &'static str, route: String, status: u16, since: Instant) {
        self.durations.get_or_create(&Route { method, route: route.clone() }).observe(since.elapsed().as_secs_f64());
        self.requests.get_or_create(&Answered { method, route, status }).inc();
    }
}

pub(crate) fn about() -> Operation {
    Operation::new("The program's own health, for Prometheus")
        .gives::<String>("OpenMetrics text", Given::Other(CONTENT_TYPE))
}

pub(crate) async fn get(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref(), &[])?;
    let metrics = &api.metrics;
    let journal = api.store().journal();
    let tail = journal.tail();
    metrics.tail_rows.set(i64::try_from(tail.rows()).unwrap_or(i64::MAX));
    metrics.tail_bytes.set(i64::try_from(tail.bytes()).unwrap_or(i64::MAX));
    metrics.sequence.set(tail.last_seq());
    metrics.journal_running.set(i64::from(!journal.is_stopped()));
    let mut text = String::new();
    let registry = metrics.registry.lock().unwrap_or_else(PoisonError::into_inner);
    encode(&mut text, &registry).map_err(|error| ApiError::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response())
}

/// Counts and times every request by its route.
pub(crate) async fn observe(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let since = Instant::now();
    let method = method(&request);
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    api.metrics.observe(method, route, response.status().as_u16(), since);
    response
}

/// The method as a bounded label.
fn method(request: &Request) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}
