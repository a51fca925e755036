//! Numbers, durations and dates as the readers of a language write them.

use contact::Unit;
use jiff::{Zoned, civil::Date};

use super::lang::Lang;

/// Narrow no-break space: within a number and before its unit.
const NARROW: char = '\u{202f}';
const MINUS: char = '\u{2212}';

const MONTHS: [[&str; 12]; 2] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
];

impl Lang {
    /// A value in its unit.
    pub(super) fn value(self, unit: Unit, value: f64) -> String {
        match unit {
            Unit::Count => self.number(value, 0),
            Unit::Share => self.percent(&self.number(value * 100.0, 1)),
            Unit::Seconds => self.duration(value),
            Unit::Ratio => self.number(value, 2),
            Unit::Points => self.points(value),
        }
    }

    /// An interval in the unit of its value.
    pub(super) fn interval(self, unit: Unit, low: f64, high: f64) -> String {
        match unit {
            Unit::Share => {
                let bounds = [low, high].map(|bound| self.number(bound * 100.0, 1));
                self.percent(&bounds.join("–"))
            }
            Unit::Points => {
                let [from, to] = match self {
                    Self::English => ["from", "to"],
                    Self::French => ["de", "à"],
                };
                format!("{from} {} {to} {}", self.points(low), self.points(high))
            }
            Unit::Count | Unit::Seconds | Unit::Ratio => {
                format!("{}–{}", self.value(unit, low), self.value(unit, high))
            }
        }
    }

    /// A whole number.
    pub(super) fn count(self, value: u64) -> String {
        self.grouped(&value.to_string())
    }

    /// A day of the calendar.
    pub(super) fn day(self, date: Date) -> String {
        let month = usize::from(date.month().unsigned_abs()).saturating_sub(1);
        let (name, year) = (MONTHS[usize::from(self == Self::French)][month], date.year());
        let day = if self == Self::French && date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
        format!("{day} {name} {year}")
    }

    /// A month of the calendar, by any day of it.
    pub(super) fn month(self, date: Date) -> String {
        let month = usize::from(date.month().unsigned_abs()).saturating_sub(1);
        format!("{} {}", MONTHS[usize::from(self == Self::French)][month], date.year())
    }

    /// A minute of the calendar.
    pub(super) fn minute(self, time: &Zoned) -> String {
        let (day, hour, minute) = (self.day(time.date()), time.hour(), time.minute());
        match self {
            Self::English => format!("{day}, {hour:02}:{minute:02}"),
            Self::French => format!("{day} à {hour}{NARROW}h{NARROW}{minute:02}"),
        }
    }

    fn percent(self, number: &str) -> String {
        match self {
            Self::English => format!("{number}%"),
            Self::French => format!("{number}{NARROW}%"),
        }
    }

    /// A difference, with its sign.
    fn points(self, value: f64) -> String {
        let text = self.number(value, 1);
        let is_positive = value > 0.0 && text.contains(|digit| matches!(digit, '1'..='9'));
        if is_positive { format!("+{text}") } else { text }
    }

    /// A duration as people say it: `42 s`, `3 min 20`, `2 h 05`, `3 d 4 h`.
    fn duration(self, seconds: f64) -> String {
        #[expect(clippy::cast_possible_truncation, reason = "shown to the second")]
        let whole = seconds.round() as i64;
        let days = match self {
            Self::English => 'd',
            Self::French => 'j',
        };
        match whole {
            ..60 if seconds.fract() != 0.0 => format!("{}{NARROW}s", self.number(seconds, 1)),
            ..60 => format!("{whole}{NARROW}s"),
            60..3600 => format!("{}{NARROW}min{NARROW}{:02}", whole / 60, whole % 60),
            3600..86_400 => format!("{}{NARROW}h{NARROW}{:02}", whole / 3600, whole % 3600 / 60),
            _ => format!("{}{NARROW}{days} {}{NARROW}h", whole / 86_400, whole % 86_400 / 3600),
        }
    }

    /// A number with so many decimals; what rounds to zero has no sign.
    fn number(self, value: f64, decimals: usize) -> String {
        let digits = format!("{:.decimals$}", value.abs());
        let (whole, rest) = digits.split_once('.').unwrap_or((digits.as_str(), ""));
        let mut text = String::new();
        if value < 0.0 && digits.contains(|digit| matches!(digit, '1'..='9')) {
            text.push(MINUS);
        }
        text.push_str(&self.grouped(whole));
        if !rest.is_empty() {
            text.push(if self == Self::French { ',' } else { '.' });
            text.push_str(rest);
        }
        text
    }

    /// Digits with thousands apart.
    fn grouped(self, digits: &str) -> String {
        let separator = if self == Self::French { NARROW } else { ',' };
        let mut text = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(unit: Unit, value: f64) -> [String; 2] {
        [Lang::English, Lang::French].map(|lang| lang.value(unit, value).replace(NARROW, "_"))
    }

    #[test]
    fn numbers_are_written_as_their_readers_write_them() {
        assert_eq!(both(Unit::Count, 1_234_567.0), ["1,234,567", "1_234_567"]);
        assert_eq!(both(Unit::Count, 999.0), ["999", "999"]);
        assert_eq!(both(Unit::Share, 0.8642), ["86.4%", "86,4_%"]);
        assert_eq!(both(Unit::Points, -3.94), ["−3.9", "−3,9"]);
        assert_eq!(both(Unit::Points, 1.0), ["+1.0", "+1,0"]);
        assert_eq!(both(Unit::Points, -0.01), ["0.0", "0,0"]);
        assert_eq!(both(Unit::Points, 0.01), ["0.0", "0,0"]);
        assert_eq!(both(Unit::Ratio, 1.255), ["1.25", "1,25"]);
        assert_eq!(Lang::French.count(12_345), "12\u{202f}345");
    }

    #[test]
    fn durations_are_said_as_people_say_them() {
        let said = [0.0, 42.0, 6.5, 59.97, 200.0, 7500.0, 270_000.0].map(|seconds| both(Unit::Seconds, seconds));
        let english = said.each_ref().map(|[english, _]| english.as_str());
        assert_eq!(english, ["0_s", "42_s", "6.5_s", "1_min_00", "3_min_20", "2_h_05", "3_d 3_h"]);
        assert_eq!((said[2][1].as_str(), said[6][1].as_str()), ("6,5_s", "3_j 3_h"));
    }

    #[test]
    fn intervals_are_written_in_the_unit_of_their_value() {
        assert_eq!(Lang::English.interval(Unit::Share, 0.888, 0.922), "88.8–92.2%");
        assert_eq!(Lang::French.interval(Unit::Points, -5.7, 0.2), "de −5,7 à +0,2");
    }

    #[test]
    fn dates_are_said_in_full() {
        let first = jiff::civil::date(2026, 3, 1);
        assert_eq!([Lang::English, Lang::French].map(|lang| lang.day(first)), ["1 March 2026", "1er mars 2026"]);
        let zone = jiff::tz::TimeZone::UTC;
        let time = jiff::civil::date(2026, 12, 31).at(8, 5, 0, 0).to_zoned(zone).expect("a time");
        assert_eq!(Lang::English.minute(&time), "31 December 2026, 08:05");
        assert_eq!(Lang::French.minute(&time).replace(NARROW, "_"), "31 décembre 2026 à 8_h_05");
    }
}
