//! Prometheus' Alertmanager, over its API of version 2.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Duration, Instant};
use serde::{Deserialize, Serialize};

use super::{Attempt, Carrier, Claimed, Outcome, webhook::outcome};
use crate::{Alert, AlertError, Client, Notice, tables::Told};

/// Alerts of one request.
const MAX_ALERTS: usize = 200;
/// Bytes read of an answer that says what is wrong.
const EXCERPT: u64 = 512;

/// How an Alertmanager is kept informed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertmanagerOptions {
    /// How often it is told again what fires: it forgets when it restarts.
    pub every: Duration,
    /// How long it believes what it was told: if it hears nothing more, alerts end by themselves.
    pub believes: Duration,
    /// How long it is still told that an alert has ended.
    pub ends: Duration,
    /// The address of the pages, for links to alerts.
    pub pages: Option<String>,
}

impl Default for AlertmanagerOptions {
    /// Every minute, believed for ten; ends for a quarter of an hour.
    fn default() -> Self {
        Self {
            every: Duration::from_secs(60),
            believes: Duration::from_secs(600),
            ends: Duration::from_secs(900),
            pages: None,
        }
    }
}

/// Tells an Alertmanager what fires and what has ended, and reminds it.
///
/// It shows what is true when it is told, not what was true when a message was made: an alert that is over by then is told
/// as over, of which an Alertmanager tells nobody who did not know of it. Labels are those of the subject with
/// `alertname` (the rule), `kind`, `level` and `severity`; annotations say the sentence (`summary`) and the id (`alert`).
#[derive(Debug)]
pub struct Alertmanager {
    client: Client,
    url: String,
    options: AlertmanagerOptions,
}

/// What is kept of an alert that was told.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    annotations: BTreeMap<String, String>,
    starts_at: Instant,
    #[serde(rename = "generatorURL", skip_serializing_if = "Option::is_none")]
    generator_url: Option<String>,
}

/// An alert as the API takes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Posted {
    labels: BTreeMap<String, String>,
    ends_at: Instant,
    #[serde(flatten)]
    body: Body,
}

impl Alertmanager {
    /// The Alertmanager at an address such as `http://localhost:9093`.
    ///
    /// # Errors
    /// The address is not one of `http` or `https`.
    pub fn new(client: Client, url: &str, options: AlertmanagerOptions) -> Result<Self, AlertError> {
        let is_http = url.parse::<ureq::http::Uri>().is_ok_and(|uri| uri.host().is_some() && uri.scheme().is_some());
        if !is_http || !url.starts_with("http") {
            let right = "one such as http://localhost:9093";
            return Err(AlertError::Value { what: "the address of an Alertmanager", value: url.to_owned(), right });
        }
        let url = format!("{}/api/v2/alerts", url.trim_end_matches('/'));
        Ok(Self { client, url, options })
    }

    /// An alert as it is now; `said` is the newest sentence about it.
    fn entry(&self, alert: &Alert, said: Option<&Notice>) -> Told {
        let labels = labels(alert);
        let summary = said.and_then(|notice| notice.text.values().next().cloned()).unwrap_or_default();
        let mut annotations = BTreeMap::from([
            ("summary".to_owned(), summary),
            ("alert".to_owned(), alert.id.to_string()),
            ("fired_at".to_owned(), alert.fired_at.to_string()),
        ]);
        annotations.extend(alert.window.clone().map(|window| ("window".to_owned(), window)));
        let pages = self.options.pages.as_deref();
        let generator_url = pages.map(|pages| format!("{}/v1/alerts/{}", pages.trim_end_matches('/'), alert.id));
        let body = Body { annotations, starts_at: alert.since, generator_url };
        Told { labels: json(&labels), alert: alert.id.clone(), ended_at: alert.closed_at, body: json(&body) }
    }

    /// What a message makes of what is told: its alerts as they are now, and the ends of what they were told as before.
    fn entries(&self, claimed: &Claimed) -> Vec<Told> {
        let Claimed { message, alerts, told } = claimed;
        let of_others: BTreeSet<&str> = told
            .iter()
            .filter(|told| told.ended_at.is_none() && alerts.iter().all(|alert| alert.id != told.alert))
            .map(|told| told.labels.as_str())
            .collect();
        let mut entries: Vec<Told> = Vec::new();
        for alert in alerts {
            let said = message.notices.iter().rev().find(|notice| notice.alert.id == alert.id);
            let entry = self.entry(alert, said);
            let before = told.iter().filter(|told| told.alert == alert.id && told.labels != entry.labels);
            let at = alert.closed_at.or(said.map(|notice| notice.at));
            entries.extend(before.map(|told| Told { ended_at: told.ended_at.or(at), ..told.clone() }));
            entries.push(entry);
        }
        // An alert that is over must not end a newer one under its labels.
        entries.retain(|entry| entry.ended_at.is_none() || !of_others.contains(entry.labels.as_str()));
        entries
    }

    fn post(&self, told: &[Told], now: Instant) -> Outcome {
        for chunk in told.chunks(MAX_ALERTS) {
            let posted: Vec<Posted> = chunk.iter().filter_map(|told| self.posted(told, now)).collect();
            let body = serde_json::to_vec(&posted).expect("alerts are JSON");
            match outcome(self.client.post(&self.url, &[], &body, EXCERPT), now) {
                Outcome::Taken => {}
                // It has nothing like "never again": what it refuses now it may take after an upgrade.
                Outcome::Gone { error } => return Outcome::Failed { error, asked_to_wait: None },
                outcome => return outcome,
            }
        }
        Outcome::Taken
    }

    fn posted(&self, told: &Told, now: Instant) -> Option<Posted> {
        let labels = serde_json::from_str(&told.labels).ok()?;
        let mut body: Body = serde_json::from_str(&told.body).ok()?;
        let ends_at = match told.ended_at {
            Some(ended) => ended.min(now),
            None => now.plus_micros(self.options.believes.as_micros()),
        };
        body.starts_at = body.starts_at.min(ends_at);
        Some(Posted { labels, ends_at, body })
    }
}

impl Carrier for Alertmanager {
    fn carry(&self, claimed: &Claimed, now: Instant) -> Attempt {
        let told = self.entries(claimed);
        let outcome = if told.is_empty() { Outcome::Taken } else { self.post(&told, now) };
        Attempt { outcome, told }
    }

    fn reminds_every(&self) -> Option<Duration> {
        Some(self.options.every)
    }

    fn reminds_of_ends_for(&self) -> Duration {
        self.options.ends
    }

    fn remind(&self, told: &[Told], now: Instant) -> Outcome {
        self.post(told, now)
    }
}

fn labels(alert: &Alert) -> BTreeMap<String, String> {
    let own = [
        ("alertname", alert.rule.as_str()),
        ("kind", alert.kind.as_str()),
        ("level", alert.level_name.as_str()),
        ("severity", alert.severity.as_str()),
    ];
    own.into_iter().chain(alert.subject.labels()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("labels and annotations are JSON")
}
