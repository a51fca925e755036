//! Where and how what a contract says is told.

use contact::Instant;
use contract::terms::Span;
use jiff::tz::TimeZone;

use crate::web::{caption, lang::Lang};

/// The year in which what has no end ends.
const LAST_YEAR: i16 = 9999;

/// Where and how the times of a contract are told.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) lang: Lang,
    pub(super) zone: &'a TimeZone,
}

impl Told<'_> {
    pub(super) fn span(self, span: Span) -> String {
        caption::stretch(self.lang, self.zone, [span.from, span.to])
    }

    /// When a version is in force: until further notice where its end is that of the calendar.
    pub(super) fn force(self, force: Span) -> String {
        let day = |at: Instant| at.to_timestamp().to_zoned(self.zone.clone()).date();
        if day(force.to).year() < LAST_YEAR {
            self.span(force)
        } else {
            self.lang.until_further_notice(day(force.from))
        }
    }

    pub(super) fn minute(self, at: Instant) -> String {
        self.lang.minute(&at.to_timestamp().to_zoned(self.zone.clone()))
    }
}

/// The name of an objective within the page.
pub(super) fn objective_id(contract: &str, position: usize) -> String {
    format!("{contract}-objective-{}", position + 1)
}
