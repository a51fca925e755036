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
    /// Invoices by contract; without one of the period nothing is said of money.
    pub invoices: BTreeMap<String, Invoices>,
    /// Pseudonyms of the customers that exclusion rules of the network name.
    pub customers: BTreeMap<String, String>,
}

/// What a contract was invoiced, in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invoices {
    /// For the period asked, and for months that are not named.
    pub asked: Option<Minor>,
    /// For months. Credits of earlier months are taken of their own invoice.
    pub months: BTreeMap<Month, Minor>,
}

/// The invoice of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Invoiced {
    pub(crate) amount: Minor,
    /// Whether it is that of the period asked, for want of one of its own.
    pub(crate) assumed: bool,
}

impl Invoices {
    /// Reads `100000.00`, or months with their own, such as `100000.00,2026-01:90000.00`.
    ///
    /// # Errors
    /// Anything else, and a month or amount that is given twice.
    pub fn parse(text: &str) -> Result<Self, EvaluationError> {
        let mut invoices = Self::default();
        for part in text.split(',').map(str::trim) {
            let right = "give an amount such as 100000.00, at most 10^12, or that of a month such as 2026-01:90000.00";
            let wrong = |what: &str| EvaluationError::question("invoice", format!("{part:?} {what}; {right}"));
            let (month, money) = part.split_once(':').map_or((None, part), |(month, money)| (Some(month), money));
            let money = amount(money).ok_or_else(|| wrong("is no amount"))?;
            let before = match month {
                None => invoices.asked.replace(money),
                Some(month) => invoices.months.insert(month.parse().map_err(|_| wrong("names no month"))?, money),
            };
            if before.is_some() {
                return Err(wrong("is given twice"));
            }
        }
        Ok(invoices)
    }

    /// The invoice of a month: its own, else that of the period asked.
    pub(crate) fn of(&self, month: Month) -> Option<Invoiced> {
        let own = self.months.get(&month).map(|amount| Invoiced { amount: *amount, assumed: false });
        own.or(self.asked.map(|amount| Invoiced { amount, assumed: true }))
    }

    /// The invoice of what is asked.
    pub(crate) fn of_asked(&self, wanted: Wanted) -> Option<Minor> {
        match wanted {
            Wanted::Month(month) => self.of(month).map(|invoiced| invoiced.amount),
            Wanted::Current | Wanted::Days(..) => self.asked,
        }
    }
}

impl From<Minor> for Invoices {
    /// One for the period asked.
    fn from(amount: Minor) -> Self {
        Self { asked: Some(amount), months: BTreeMap::new() }
    }
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
    fn a_month_may_have_an_invoice_of_its_own() {
        let month = |text: &str| text.parse::<Month>().expect("a month");
        let invoices = Invoices::parse("100000.00, 2026-01:90000").expect("two invoices");
        let of = |text: &str| invoices.of(month(text)).map(|invoiced| (invoiced.amount.amount(), invoiced.assumed));
        assert_eq!([of("2026-01"), of("2026-02")], [Some((9_000_000, false)), Some((10_000_000, true))]);
        let own = Invoices::parse("2026-01:90000").expect("one invoice");
        assert_eq!((own.of(month("2026-02")), own.of_asked(Wanted::Current)), (None, None));
        assert_eq!(own.of_asked(Wanted::Month(month("2026-01"))), Minor::new(9_000_000));
        for wrong in ["", "1,2", "2026-01:1,2026-01:1", "january:1", "2026-01:much", "1,"] {
            assert!(Invoices::parse(wrong).is_err_and(|error| error.to_string().starts_with("invoice: ")), "{wrong}");
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
