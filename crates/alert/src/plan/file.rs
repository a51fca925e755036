//! The file of alerts as written: YAML, unknown keys are errors. Meaning is checked in [`super::check`].

use std::{collections::BTreeMap, path::PathBuf};

use contact::Channel;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::{Lang, Severity, Title};

/// The file of alerts (`alerts.yaml`): who is told, and what is watched.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Vigie alerts file")]
pub struct PlanFile {
    /// How often the present is looked at, from `1s` to `5m` (default `5s`).
    #[schemars(with = "Option<String>")]
    pub every: Option<Spanned<String>>,
    /// Days for which alerts are kept that are over (default 400).
    #[schemars(with = "Option<u32>")]
    pub keep_days: Option<Spanned<u32>>,
    /// Who is told.
    #[serde(default)]
    pub receivers: Vec<ReceiverEntry>,
    /// Shares of contacts that are to be in time.
    #[serde(default)]
    pub objectives: Vec<ObjectiveEntry>,
    /// How deliveries of providers with an agreed cadence are watched.
    #[serde(default)]
    pub feeds: FeedsEntry,
    /// How windows of contracts that are still open are watched.
    #[serde(default)]
    pub outlook: OutlookEntry,
}

/// Somebody who is told: a webhook or an Alertmanager.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiverEntry {
    /// Its name: lower-case letters, digits and `_`.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// A webhook, signed as Standard Webhooks has it.
    pub webhook: Option<WebhookEntry>,
    /// A Prometheus Alertmanager.
    pub alertmanager: Option<AlertmanagerEntry>,
    /// The language of its messages (default `en`).
    pub language: Option<Lang>,
    /// Alerts that never reach this severity are not told (default `info`).
    pub least: Option<Severity>,
    /// Whether it is told what people add to alerts (default no).
    #[serde(default)]
    pub remarks: bool,
    /// Labels by which alerts are told together, such as `site`.
    #[serde(default)]
    pub group_by: Vec<String>,
    /// How long the first of a group waits for others (default `0s`).
    #[schemars(with = "Option<String>")]
    pub group_wait: Option<Spanned<String>>,
    /// When a message is sent again that was not taken.
    #[serde(default)]
    pub retry: RetryEntry,
}

/// When a message is sent again that was not taken: after twice as long with each attempt.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RetryEntry {
    /// After the first attempt (default `5s`).
    #[schemars(with = "Option<String>")]
    pub first: Option<Spanned<String>>,
    /// The longest time between two attempts (default `1h`).
    #[schemars(with = "Option<String>")]
    pub longest: Option<Spanned<String>>,
    /// How long after its time a message is given up (default `72h`).
    #[schemars(with = "Option<String>")]
    pub give_up: Option<Spanned<String>>,
}

/// A webhook.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookEntry {
    /// Its address, `https://…`.
    #[schemars(with = "String")]
    pub url: Spanned<String>,
    /// Where its secret is found: `whsec_` and 24 to 64 bytes in base64.
    pub secret: SecretEntry,
    /// Where the secret is found that is being exchanged: messages are signed with both.
    pub other_secret: Option<SecretEntry>,
    /// Networks to which it may lead although they are not public, such as `10.1.0.0/16`.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub allow: Vec<Spanned<String>>,
    /// A file of certificates (PEM) of whoever signs its certificate, beside those of the system.
    #[schemars(with = "Option<String>")]
    pub authorities: Option<PathBuf>,
}

/// Where a secret is found; never the secret itself.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretEntry {
    /// In this file.
    #[schemars(with = "Option<String>")]
    pub file: Option<PathBuf>,
    /// In this variable of the environment.
    #[schemars(with = "Option<String>")]
    pub env: Option<Spanned<String>>,
}

/// A Prometheus Alertmanager.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertmanagerEntry {
    /// Its address, such as `http://localhost:9093`.
    #[schemars(with = "String")]
    pub url: Spanned<String>,
    /// The address of this server, for links to alerts.
    pub pages: Option<String>,
    /// How often it is told again what fires (default `1m`); it believes it for ten times as long.
    #[schemars(with = "Option<String>")]
    pub every: Option<Spanned<String>>,
}

/// A share of contacts that is to be in time, by the promise of their queues.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectiveEntry {
    /// Its name, the label `objective` of alerts and figures.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// The share, such as `0.8`.
    #[schemars(with = "f64")]
    pub target: Spanned<String>,
    /// What messages call it (default: service level).
    pub title: Option<Title>,
    /// Only these queues.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub queues: Vec<Spanned<String>>,
    /// Only these sites.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub sites: Vec<Spanned<String>>,
    /// Only these providers.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub providers: Vec<Spanned<String>>,
    /// Only these channels.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// How many contacts count as one, since those who wait do so together; estimated from their number when absent.
    #[schemars(with = "Option<f64>")]
    pub design_effect: Option<Spanned<f64>>,
    /// Contacts foreseen for a month, of which messages say how much of the allowance is gone.
    #[schemars(with = "Option<u32>")]
    pub monthly_volume: Option<Spanned<u32>>,
    /// The calendar in whose open time people may be called; alerts wait outside of it.
    #[schemars(with = "Option<String>")]
    pub call_hours: Option<Spanned<String>>,
}

/// How deliveries are watched.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FeedsEntry {
    /// The calendar of each provider's working hours: time outside of them is no silence.
    #[schemars(with = "BTreeMap<String, String>")]
    pub hours: BTreeMap<String, Spanned<String>>,
    /// The calendar in whose open time people may be called.
    #[schemars(with = "Option<String>")]
    pub call_hours: Option<Spanned<String>>,
}

/// How open windows of contracts are watched.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OutlookEntry {
    /// How often they are evaluated, from `10s` to `1h` (default `1m`).
    #[schemars(with = "Option<String>")]
    pub every: Option<Spanned<String>>,
}
