//! A lake, a file of alerts, and contacts told as they happen.

use std::{fs, path::PathBuf, sync::mpsc::channel, time::Duration};

use contact::Instant;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::server::{Request, Server};
use crate::served::{Served, now};

pub(super) const SECOND_US: i64 = 1_000_000;
/// The example of Standard Webhooks, of 24 bytes: nobody's secret.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// One provider, with one site and one queue.
pub(super) const NETWORK: &str = "
brand: coast
zone: Europe/Paris
providers: [{name: north}]
sites: [{name: lyon, provider: north}]
queues: [{name: voice}]
";

/// A folder with a network, a file of alerts, the secret and the lake.
pub(super) struct Home {
    folder: TempDir,
}

impl Home {
    pub(super) fn new(network: &str, alerts: &str) -> Self {
        let home = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::write(home.path("network.yaml"), network).expect("written");
        fs::write(home.path("secret"), SECRET).expect("written");
        home.set_alerts(alerts);
        home
    }

    pub(super) fn set_alerts(&self, alerts: &str) {
        let secret = self.path("secret");
        let text = alerts.replace("SECRET", &format!("{{file: {}}}", secret.display()));
        fs::write(self.path("alerts.yaml"), text).expect("written");
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn lake(&self) -> PathBuf {
        self.path("lake")
    }

    pub(super) fn start(&self) -> Served {
        self.start_with(&[])
    }

    pub(super) fn start_with(&self, more: &[&str]) -> Served {
        let alerts = self.path("alerts.yaml").to_string_lossy().into_owned();
        let args = [&["--alerts", &alerts], more].concat();
        Served::start_with(&self.lake(), Some(&self.path("network.yaml")), None, &args)
    }
}

/// One event of a call, as a line.
pub(super) fn event(site: &str, call: &str, kind: &str, began: Instant, at: Instant) -> String {
    let event = json!({
        "specversion": "1.0", "id": format!("{call}-{kind}"), "source": "/acd", "subject": call,
        "type": format!("vigie.contact.{kind}.v1"), "time": at.to_string(),
        "data": {"started_at": began.to_string(), "site": site, "queue": "voice"},
    });
    format!("{event}\n")
}

/// Sends lines of the provider `north`; all of them must be taken.
pub(super) fn send(server: &Served, lines: &str) {
    let told = server.send("north", lines.as_bytes());
    assert_eq!(told.status, 200, "{told:?}");
}

/// Asks again and again until there is an answer; `None` after so long.
pub(super) fn eventually<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = now().plus_micros(i64::try_from(limit.as_micros()).expect("short"));
    // Nobody tells on this channel: waiting for word is how a moment passes.
    let (_told, word) = channel::<()>();
    loop {
        let answer = ask();
        if answer.is_some() || now() >= end {
            return answer;
        }
        let _ = word.recv_timeout(Duration::from_millis(50));
    }
}

/// The alerts that a server lists.
pub(super) fn alerts(server: &Served, query: &str) -> Vec<Value> {
    let told = server.get(&format!("/v1/alerts?{query}"));
    assert_eq!(told.status, 200, "{told:?}");
    told.json()["alerts"].as_array().expect("a list").clone()
}

/// What a receiver took: the id of each message, and those of the changes it tells.
pub(super) fn taken(server: &Server) -> Vec<(String, Vec<String>)> {
    server.taken().iter().map(message).collect()
}

fn message(request: &Request) -> (String, Vec<String>) {
    let body: Value = serde_json::from_str(&request.body).expect("JSON");
    let notices = body["data"]["notices"].as_array().expect("a list").iter();
    let ids = notices.map(|notice| notice["id"].as_str().expect("an id").to_owned()).collect();
    (request.headers["webhook-id"].clone(), ids)
}

/// A contract of the provider of [`NETWORK`] about its calls, with these objectives.
pub(super) fn contract(objectives: &str) -> String {
    format!(
        "
apiVersion: vigie/v1
kind: SlaContract
metadata: {{name: coast-north}}
spec:
  parties: {{client: coast, provider: north}}
  inForce: {{from: 2020-01-01, version: 1}}
  scope: {{lines: [voice], sites: [lyon]}}
  zone: Europe/Paris
{objectives}"
    )
}
