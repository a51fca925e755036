//! A list of open cases as its template shows it.

use askama::Template;
use contact::{Instant, Unit};
use jiff::tz::TimeZone;
use scorecard::{OpenCase, OpenComplaint};

use super::{caption::Moment, lang::Lang, table::Value, words::Words};

/// Open cases, the oldest first.
#[derive(Template)]
#[template(path = "cases.html")]
pub(super) struct Cases {
    words: &'static Words,
    id: &'static str,
    title: &'static str,
    rows: Vec<Row>,
}

/// One case.
struct Row {
    contact: String,
    site: String,
    queue: String,
    reason: String,
    received: Moment,
    age: Value,
    remarks: String,
}

/// What lists have in common.
struct Listed<'a> {
    contact: &'a str,
    site: &'a str,
    queue: &'a str,
    reason: Option<&'a str>,
    received_at: Instant,
    age_s: f64,
    complaint: bool,
    answered: bool,
    reopened: bool,
}

impl Cases {
    /// The oldest cases of a backlog.
    pub(super) fn oldest(lang: Lang, zone: &TimeZone, cases: &[OpenCase]) -> Self {
        let listed = cases.iter().map(|case| Listed {
            contact: &case.contact,
            site: &case.site,
            queue: &case.queue,
            reason: case.reason.as_deref(),
            received_at: case.received_at,
            age_s: case.age_s,
            complaint: case.complaint,
            answered: case.answered,
            reopened: case.reopened,
        });
        Self::new(lang, zone, "oldest", lang.backlog_words().oldest, listed)
    }

    /// The complaints that are not resolved after 48 h.
    pub(super) fn complaints(lang: Lang, zone: &TimeZone, complaints: &[OpenComplaint]) -> Self {
        let listed = complaints.iter().map(|complaint| Listed {
            contact: &complaint.contact,
            site: &complaint.site,
            queue: &complaint.queue,
            reason: complaint.reason.as_deref(),
            received_at: complaint.received_at,
            age_s: complaint.age_s,
            // All of them are.
            complaint: false,
            answered: complaint.answered,
            reopened: complaint.reopened,
        });
        Self::new(lang, zone, "beyond", lang.backlog_words().beyond, listed)
    }

    fn new<'a>(
        lang: Lang,
        zone: &TimeZone,
        id: &'static str,
        title: &'static str,
        listed: impl Iterator<Item = Listed<'a>>,
    ) -> Self {
        let row = |case: Listed<'_>| Row {
            contact: case.contact.to_owned(),
            site: case.site.to_owned(),
            queue: case.queue.to_owned(),
            reason: case.reason.unwrap_or(lang.words().not_stated).to_owned(),
            received: Moment::new(lang, zone, case.received_at),
            age: Value::new(case.age_s, lang.value(Unit::Seconds, case.age_s)),
            remarks: lang.remarks(case.complaint, !case.answered, case.reopened),
        };
        Self { words: lang.words(), id, title, rows: listed.map(row).collect() }
    }
}
