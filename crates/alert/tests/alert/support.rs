//! A ledger in memory, a clock that is set, and short ways to rules and observations.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use alert::{
    AlertError, Clock, Desk, Evidence, Figures, Kind, Ledger, Level, Observation, Receiver, Rule, Settings, Severity,
    Subject, Title, Verdict,
};
use contact::{Duration, Instant};
use jiff::tz::TimeZone;
use rusqlite::Connection;

/// Keeps the tables in memory; each change is a transaction.
pub struct Memory(Mutex<Connection>);

impl Memory {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Connection::open_in_memory().expect("SQLite"))))
    }
}

impl Ledger for Memory {
    fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, AlertError> + Send + 'static,
    ) -> Result<T, AlertError> {
        let mut db = self.0.lock().expect("no test panics in a change");
        let transaction = db.transaction()?;
        let value = change(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    fn read<T>(&self, ask: impl FnOnce(&Connection) -> Result<T, AlertError>) -> Result<T, AlertError> {
        ask(&self.0.lock().expect("no test panics in a question"))
    }
}

/// A clock that is set.
#[derive(Clone)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    pub fn at(instant: Instant) -> Self {
        Self(Arc::new(AtomicI64::new(instant.as_micros())))
    }

    pub fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst)).expect("a time of tests")
    }

    /// Never back.
    pub fn set(&self, instant: Instant) {
        self.0.fetch_max(instant.as_micros(), Ordering::SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let hands = self.clone();
        Arc::new(move || hands.now())
    }
}

pub fn time(text: &str) -> Instant {
    text.parse().expect("RFC 3339")
}

/// So many seconds after the morning of a Monday.
pub fn at(seconds: i64) -> Instant {
    time("2026-10-12T08:00:00Z").plus_micros(seconds * 1_000_000)
}

pub fn minutes(minutes: u32) -> Duration {
    Duration::from_secs(minutes * 60)
}

pub fn level(name: &'static str, severity: Severity) -> Level {
    Level { name, severity }
}

/// One level, ten minutes of hysteresis.
pub fn plain_rule() -> Rule {
    Rule::new("plain", Kind::Breach, vec![level("on", Severity::Critical)], minutes(10)).expect("a rule")
}

/// Three levels, ten minutes of hysteresis.
pub fn stepped_rule() -> Rule {
    let levels = vec![level("low", Severity::Info), level("mid", Severity::Warning), level("high", Severity::Critical)];
    Rule::new("stepped", Kind::Breach, levels, minutes(10)).expect("a rule")
}

pub fn queue(name: &str) -> Subject {
    Subject::new([("queue", name), ("site", "tunis")]).expect("labels")
}

pub fn evidence() -> Evidence {
    let what = Title { en: "Service level".to_owned(), fr: "Taux de service".to_owned() };
    let figures = Figures::Burn { minutes: 60, contacts: 412, missed: 222, target: 0.8, used: None, remedy: None };
    Evidence { what, figures }
}

pub fn seen(rule: &Rule, subject: Subject, at: Instant, verdict: Verdict) -> Observation {
    Observation {
        rule: rule.id().to_owned(),
        subject,
        at,
        window: None,
        verdict,
        volume: None,
        evidence: evidence(),
        call_hours: None,
    }
}

pub fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").expect("bundled")
}

pub fn receiver(name: &str) -> Receiver {
    Receiver::new(name).expect("a name")
}

/// A receiver that is not like all others.
pub fn receiver_with(name: &str, change: impl FnOnce(&mut Receiver)) -> Receiver {
    let mut receiver = receiver(name);
    change(&mut receiver);
    receiver
}

/// Told of a site's alerts together, when the first has waited for ten seconds.
pub fn by_site(name: &str) -> Receiver {
    receiver_with(name, |receiver| {
        receiver.group_by = vec!["site".to_owned()];
        receiver.group_wait = Duration::from_secs(10);
    })
}

/// A desk with the two rules, and those who are told.
pub fn desk(ledger: &Arc<Memory>, receivers: Vec<Receiver>) -> Desk<Memory> {
    Desk::open(Arc::clone(ledger), settings(receivers)).expect("opened")
}

pub fn settings(receivers: Vec<Receiver>) -> Settings {
    Settings::new(vec![plain_rule(), stepped_rule()], receivers, paris()).expect("settings")
}
