//! A store in a temporary folder, and requests to the router over it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use alert::{
    Receiver, Settings,
    conditions::{burn_rule, feed_rule},
};
use api::{Alerting, Api, Limits};
use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
};
use contact::Instant;
use engine::{Catalog, Engine, EngineOptions};
use http_body_util::BodyExt as _;
use serde_json::Value;
use store::{AlertDesk, AlertLedger, Store, StoreOptions};
use tempfile::TempDir;
use tower::ServiceExt as _;

pub const NETWORK: &str = "
brand: north
zone: Europe/Paris
providers:
  - {name: atlas, cadence: 12h}
  - {name: boreal}
sites:
  - {name: tunis, provider: atlas, country: TN, zone: Africa/Tunis}
  - {name: lyon, provider: boreal, country: FR}
queues:
  - {name: voice-fr, channel: voice}
  - {name: mail-fr, channel: email, threshold: 24h}
";

pub const ONE: &str = "application/cloudevents+json";
pub const BATCH: &str = "application/cloudevents-batch+json";
pub const LINES: &str = "application/x-ndjson";
/// The content type of what [`form`] makes.
pub const MULTIPART: &str = "multipart/form-data; boundary=----a-boundary";

/// A server under test, with a clock that stands still unless moved.
pub struct Server {
    pub api: Arc<Api>,
    pub store: Arc<Store>,
    pub desk: Arc<AlertDesk>,
    clock: Arc<AtomicI64>,
    _home: TempDir,
}

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("text"))
    }

    /// The code of an error, which must be complete.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.body);
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(!problem["detail"].as_str().expect("a detail").is_empty());
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            assert!(self.header("retry-after").is_some(), "every 503 says when to come back");
        }
        problem["code"].as_str().expect("a code").to_owned()
    }
}

impl Server {
    pub async fn start() -> Self {
        Self::with(NETWORK, Limits::default()).await
    }

    pub async fn with(network: &str, limits: Limits) -> Self {
        Self::on(tokio::runtime::Handle::current(), network, limits).await
    }

    /// Questions run on `sql`.
    pub async fn on(sql: tokio::runtime::Handle, network: &str, limits: Limits) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(AtomicI64::new(instant("2026-10-06T12:00:00Z").as_micros()));
        let told = Arc::clone(&clock);
        let options = StoreOptions {
            purpose: "a test".to_owned(),
            network: Some(network.to_owned()),
            clock: Arc::new(move || Instant::from_micros(told.load(Ordering::Relaxed)).expect("a time")),
            on_fatal: Arc::new(|error| eprintln!("the journal failed: {error}")),
        };
        let options_of_engine = EngineOptions { partitions: 1, ..EngineOptions::default() };
        let engine = Engine::new(Catalog::built_in().expect("statements"), &options_of_engine).expect("engine");
        let store = Arc::new(Store::open(home.path(), engine, options).await.expect("a store"));
        let mut registry = prometheus_client::registry::Registry::default();
        store.expose(&mut registry).expect("measured");
        let api = Api::new(Arc::clone(&store), sql, limits, registry);
        let desk = desk(&store, &api);
        Self { api, store, desk, clock, _home: home }
    }

    pub fn set_clock(&self, time: &str) {
        self.clock.store(instant(time).as_micros(), Ordering::Relaxed);
    }

    pub async fn call(&self, request: Request<Body>) -> Answer {
        let response = api::router(&self.api, api::pages()).oneshot(request).await.expect("infallible");
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.expect("in memory").to_bytes();
        let body = String::from_utf8(bytes.to_vec()).expect("text");
        Answer { status: head.status, headers: head.headers, body }
    }

    pub async fn get(&self, uri: &str) -> Answer {
        self.get_with(uri, &[]).await
    }

    pub async fn get_with(&self, uri: &str, headers: &[(&str, &str)]) -> Answer {
        self.call(request(Method::GET, uri, headers, Vec::new())).await
    }

    /// Sends events of the provider `atlas`.
    pub async fn send(&self, media: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.send_with(&[("content-type", media)], body).await
    }

    pub async fn send_with(&self, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
        self.call(request(Method::POST, "/v1/events?provider=atlas", headers, body.into())).await
    }

    /// Ten voice contacts at tunis on 1 October: eight answered after 10 s, two abandoned after 30 s.
    pub async fn load(&self) {
        let lines: Vec<String> = (0..10).flat_map(|n| contact(n, n < 8)).collect();
        let answer = self.send(LINES, lines.join("\n")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
}

/// Opens the desk of the store for the server. What `ops` is told of waits until a test carries it.
fn desk(store: &Arc<Store>, api: &Api) -> Arc<AlertDesk> {
    let rules = vec![burn_rule().expect("a rule"), feed_rule().expect("a rule")];
    let (told, newest) = tokio::sync::watch::channel(0);
    let receivers = vec![Receiver::new("ops").expect("a name")];
    let settings = Settings::new(rules, receivers, store.network().zone.clone()).expect("settings");
    let settings = settings.on_notice(Arc::new(move |seq| {
        told.send_replace(seq);
    }));
    let ledger = Arc::new(AlertLedger::new(Arc::clone(store)));
    let desk = Arc::new(AlertDesk::open(ledger, settings).expect("a desk"));
    api.open_desk(Alerting { desk: Arc::clone(&desk), newest });
    desk
}

pub fn request(method: Method, uri: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Request<Body> {
    let request = headers
        .iter()
        .fold(Request::builder().method(method).uri(uri), |request, (name, value)| request.header(*name, *value));
    request.body(Body::from(body)).expect("a request")
}

/// A form with files, as a browser sends it.
pub fn form(fields: &[(&str, &str)]) -> String {
    let field = |(name, value): &(&str, &str)| {
        format!(
            "------a-boundary\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f.csv\"\r\nContent-Type: text/csv\r\n\r\n{value}\r\n"
        )
    };
    format!("{}------a-boundary--\r\n", fields.iter().map(field).collect::<String>())
}

pub fn instant(text: &str) -> Instant {
    text.parse().expect("a time")
}

/// An event of contact `C-<n>`, which began at 08:<n> UTC on 1 October.
pub fn event(id: &str, kind: &str, n: u32, time: &str, site: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"/acd","type":"vigie.contact.{kind}.v1","subject":"C-{n}","time":"{time}","data":{{"started_at":"2026-10-01T08:{n:02}:00Z","site":"{site}","queue":"voice-fr"}}}}"#
    )
}

pub fn contact(n: u32, is_answered: bool) -> [String; 2] {
    let offered = event(&format!("o{n}"), "offered", n, &format!("2026-10-01T08:{n:02}:00Z"), "tunis");
    let (kind, second) = if is_answered { ("answered", 10) } else { ("abandoned", 30) };
    [offered, event(&format!("a{n}"), kind, n, &format!("2026-10-01T08:{n:02}:{second}Z"), "tunis")]
}

pub fn offered(id: &str) -> String {
    event(id, "offered", 1, "2026-10-01T08:01:00Z", "tunis")
}
