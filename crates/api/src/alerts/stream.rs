//! `GET /v1/alerts/stream`: changes as they become durable, as server-sent events; resumes after the last one received.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use alert::Numbered;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream::{Stream, unfold};
use tokio::sync::watch;

use super::ChangeAnswer;
use crate::{
    Api, ApiError,
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
};

/// Changes read at once.
const PAGE: u32 = 100;
/// Between two signs of life where nothing happens.
const SIGN: Duration = Duration::from_secs(15);

const AFTER: Parameter =
    Parameter::new("after", Shape::Text, "begins after this number of the feed; 0 is from its beginning");

pub(crate) fn about() -> Operation {
    Operation::new("Changes of alerts as they happen: server-sent events, whose id is the number of the change")
        .parameters(vec![AFTER])
        .header("Last-Event-ID", "the last id received: what came after it is sent; else what comes from now on")
        .gives::<String>("a stream that ends when the server stops", Given::Other("text/event-stream"))
        .refuses(503, "this server keeps no alerts")
}

pub(crate) async fn stream(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &[AFTER])?;
    let last = headers.get("last-event-id").map(|value| ("Last-Event-ID", value.to_str().unwrap_or("?").to_owned()));
    let asked = last.or(given.one("after").map(|text| ("after", text)));
    let newest = api.alerting()?.newest.clone();
    let after = match asked {
        Some((field, text)) => number(field, &text)?,
        None => api.at_desk(store::AlertDesk::newest).await?,
    };
    let draining = api.draining();
    let events = events(Following { api, after, newest, draining, read: VecDeque::new() });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(SIGN)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn number(field: &'static str, text: &str) -> Result<i64, ApiError> {
    let number = text.trim().parse().ok().filter(|number: &i64| *number >= 0);
    number.ok_or_else(|| {
        ApiError::bad(field, format!("{text:?} is no number of a change; give the id of the last event received"))
    })
}

/// Somebody who follows the feed.
struct Following {
    api: Arc<Api>,
    after: i64,
    newest: watch::Receiver<i64>,
    draining: watch::Receiver<bool>,
    read: VecDeque<Numbered>,
}

fn events(following: Following) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(following, |mut following| async move {
        let change = following.next().await?;
        following.after = change.seq;
        let seq = change.seq;
        let name = change.notice.change.as_str();
        let body = serde_json::to_string(&ChangeAnswer::from(change)).ok()?;
        Some((Ok(Event::default().id(seq.to_string()).event(name).data(body)), following))
    })
}

impl Following {
    /// The next change; `None` when the server stops, or its store fails: whoever follows comes back and resumes.
    async fn next(&mut self) -> Option<Numbered> {
        loop {
            if let Some(change) = self.read.pop_front() {
                return Some(change);
            }
            if *self.draining.borrow_and_update() {
                return None;
            }
            // Marked as seen before the desk is asked: what becomes durable meanwhile wakes the wait below.
            self.newest.mark_unchanged();
            let after = self.after;
            self.read = self.api.at_desk(move |desk| desk.feed(after, PAGE)).await.ok()?.into();
            if self.read.is_empty() {
                tokio::select! {
                    told = self.newest.changed() => told.ok()?,
                    told = self.draining.changed() => told.ok()?,
                }
            }
        }
    }
}
