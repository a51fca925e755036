//! Who is told what, and when.

use contact::{Duration, Instant};

use crate::{Alert, AlertError, Change, Kind, Notice, Severity, subject::is_name, words::Lang};

/// Somebody who is told: a webhook, an Alertmanager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    name: String,
    /// The language of its messages.
    pub lang: Lang,
    /// Alerts that never reach this severity are not told.
    pub least: Severity,
    /// Whether it is told what people add to alerts.
    pub remarks: bool,
    /// Labels by which alerts are told together, in order; alerts that lack one are told alone. Without any, each is.
    pub group_by: Vec<String>,
    /// How long the first of a group waits for others. Zero: each change is a message of its own.
    pub group_wait: Duration,
}

impl Receiver {
    /// A receiver that is told of every alert in English, each change in a message of its own.
    ///
    /// # Errors
    /// The name is no name.
    pub fn new(name: &str) -> Result<Self, AlertError> {
        if !is_name(name) {
            let right = "lower-case letters, digits and '_', a letter first";
            return Err(AlertError::Value { what: "the receiver name", value: name.to_owned(), right });
        }
        Ok(Self {
            name: name.to_owned(),
            lang: Lang::English,
            least: Severity::Info,
            remarks: false,
            group_by: Vec::new(),
            group_wait: Duration::default(),
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is to be told of a change. Whoever was told of an alert is told of its end. Trouble in telling it
    /// something is told to the others.
    pub(crate) fn wants(&self, notice: &Notice) -> bool {
        let Notice { alert, change, .. } = notice;
        let is_about_itself = alert.kind == Kind::Delivery && alert.subject.get("receiver") == Some(&self.name);
        alert.peak >= self.least && (self.remarks || !change.is_remark()) && !is_about_itself
    }

    /// The line a message stands in: what is in one line is told in order.
    pub(crate) fn line(&self, alert: &Alert) -> String {
        let values: Option<Vec<&str>> = self.group_by.iter().map(|label| alert.subject.get(label)).collect();
        match values {
            Some(values) if !values.is_empty() => serde_json::to_string(&values).expect("a list of texts is JSON"),
            _ => format!("{} {}", alert.rule, alert.subject.key()),
        }
    }

    /// Whether changes wait for each other.
    pub(crate) fn groups(&self) -> bool {
        self.group_wait.as_micros() > 0
    }

    /// When a message that is made now is to be sent: with others of its group, and when people may be called.
    pub(crate) fn due(&self, calendar: Option<&contact::network::Calendar>, change: Change, now: Instant) -> Instant {
        let grouped = now.plus_micros(if change.is_remark() { 0 } else { self.group_wait.as_micros() });
        let Some(calendar) = calendar.filter(|calendar| !calendar.is_open(grouped)) else { return grouped };
        // A calendar that never opens again keeps nobody from being told.
        calendar.due(grouped, Duration::from_secs(1)).unwrap_or(grouped)
    }
}
