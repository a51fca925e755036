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

/// Reads an amount of money with up to two decimals, such as `100000.00`, in minor units; `None` of anything else.
#[must_use]
pub fn amount(text: &str) -> Option<Minor> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || text.ends_with('.') || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok().and_then(Minor::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_to_the_cent() {
        let read = |text: &str| amount(text).map(Minor::amount);
        assert_eq!([read("100000"), read("100000.5"), read("0.07")], [Some(10_000_000), Some(10_000_050), Some(7)]);
        for wrong in ["", ".5", "1.", "1.005", "-1", "1e3", "1,5", "99999999999999999999"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_period_is_a_month_or_days() {
        let parse = |text: &str| Wanted::parse(text).map_err(|error| error.to_string());
        let day = |day: i8| jiff::civil::date(2026, 10, day);
        assert_eq!(parse("2026-10-05"), Ok(Wanted::Days(day(5), day(5))));
        assert_eq!(parse("2026-10-05/2026-10-11"), Ok(Wanted::Days(day(5), day(11))));
        let month = parse("2026-10").expect("a month");
        let paris = TimeZone::get("Europe/Paris").expect("a zone");
        let span = month.span(&paris).expect("within the calendar").expect("not the present");
        assert_eq!(
            (span.from.to_string(), span.to.to_string()),
            ("2026-09-30T22:00:00Z".into(), "2026-10-31T23:00:00Z".into())
        );
        for wrong in ["2026", "2026-13", "2026-10-11/2026-10-05", "october"] {
            assert!(parse(wrong).is_err_and(|error| error.starts_with("period: ")), "{wrong}");
        }
    }
}
