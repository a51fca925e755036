//! Months as people write them.

use std::{fmt, str::FromStr};

use jiff::{ToSpan, civil::Date};
use serde::{Serialize, Serializer};

use crate::TimeError;

/// A month of the years 1 to 9999, such as `2026-10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(Date);

impl Month {
    /// The month in which `date` lies.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self(date.first_of_month())
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Date {
        self.0
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Date {
        self.0.last_of_month()
    }

    /// The month `months` later; `None` beyond the year 9999.
    #[must_use]
    pub fn plus(self, months: u32) -> Option<Self> {
        self.0.checked_add(i64::from(months).months()).ok().map(Self)
    }
}

impl FromStr for Month {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let digits = text.len() == 7 && text.as_bytes()[4] == b'-';
        let first: Option<Date> = if digits { format!("{text}-01").parse().ok() } else { None };
        first.filter(|date| date.year() >= 1).map(Self).ok_or_else(|| TimeError::NotAMonth(text.to_owned()))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_a_year_and_a_month() {
        let month: Month = "2028-02".parse().expect("a month");
        assert_eq!((month.to_string(), month.last().to_string()), ("2028-02".into(), "2028-02-29".into()));
        assert_eq!(month.plus(11), "2029-01".parse().ok());
        for wrong in ["2028-2", "2028-13", "2028-02-01", "0000-01", "février", "20é8-02", ""] {
            assert_eq!(wrong.parse::<Month>(), Err(TimeError::NotAMonth(wrong.to_owned())), "{wrong}");
        }
    }
}
