//! What is asked of contracts.

use std::collections::BTreeMap;

use contact::{Instant, Month};
use contract::{Minor, terms::Span};
use jiff::{civil::Date, tz::TimeZone};

use crate::EvaluationError;

/// Which windows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The windows in which `now` lies.
    Current,
    /// The windows that end in a month, in each contract's zone; of an objective that has none, the one that holds its end.
    Month(Month),
    /// The same of days, the last one included.
    Days(Date, Date),
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct EvaluationQuestion {
    /// Which windows.
    pub wanted: Wanted,
    /// The instant as of which windows are over, and open contacts judged.
    pub now: Instant,
    /// Only what had been received and filed by then; [`Instant::FOREVER`] for all that is known.
    pub as_of: Instant,
    /// The invoice of the period in minor units, by contract; without one nothing is said of money.
    pub invoices: BTreeMap<String, Minor>,
    /// Pseudonyms of the customers that exclusion rules of the network name.
    pub customers: BTreeMap<String, String>,
}

impl Wanted {
    /// Reads `2026-10`, `2026-10-05` or `2026-10-05/2026-10-11`, the last day included.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, EvaluationError> {
        let wrong = || {
            let right = "give a month such as 2026-10, a day such as 2026-10-05, or days such as 2026-10-05/2026-10-11";
            EvaluationError::question("period", format!("{text:?} is no period; {right}"))
        };
        if let Ok(month) = text.parse() {
            return Ok(Self::Month(month));
        }
        let day = |text: &str| text.parse::<Date>().ok().filter(|_| text.len() == 10).ok_or_else(wrong);
        let (first, last) = text.split_once('/').unwrap_or((text, text));
        let (first, last) = (day(first)?, day(last)?);
        if first <= last { Ok(Self::Days(first, last)) } else { Err(wrong()) }
    }

    /// The stretch meant, in a zone; `None` for the present.
    ///
    /// # Errors
    /// Days beyond the calendar.
    pub fn span(self, zone: &TimeZone) -> Result<Option<Span>, EvaluationError> {
        let (first, last) = match self {
            Self::Current => return Ok(None),
            Self::Month(month) => (month.first(), month.last()),
            Self::Days(first, last) => (first, last),
        };
        let beyond =
            || EvaluationError::question("period", "the period goes beyond the calendar; give years 1 to 9998");
        let start = |day: Date| Instant::start_of_day(day, zone).map_err(|_| beyond());
        Ok(Some(Span { from: start(first)?, to: start(last.tomorrow().map_err(|_| beyond())?)? }))
    }
}
