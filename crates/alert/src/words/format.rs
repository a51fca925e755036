//! Numbers, lengths of time and instants as the readers of a language write them.

use contact::Instant;
use jiff::{Zoned, tz::TimeZone};

use super::Lang;

/// Narrow no-break space: within a number and before its unit.
const NARROW: char = '\u{202f}';

const MONTHS: [[&str; 2]; 12] = [
    ["January", "janvier"],
    ["February", "février"],
    ["March", "mars"],
    ["April", "avril"],
    ["May", "mai"],
    ["June", "juin"],
    ["July", "juillet"],
    ["August", "août"],
    ["September", "septembre"],
    ["October", "octobre"],
    ["November", "novembre"],
    ["December", "décembre"],
];

impl Lang {
    /// A share in per cent, with so many decimals.
    pub(super) fn percent(self, share: f64, decimals: usize) -> String {
        let number = format!("{:.decimals$}", share * 100.0);
        self.of(format!("{number}%"), format!("{}{NARROW}%", number.replace('.', ",")))
    }

    /// A target in per cent: as many decimals as it has, at most two.
    pub(super) fn target(self, share: f64) -> String {
        let decimals = (0..2).find(|decimals| {
            let scaled = share * 100.0 * 10_f64.powi(*decimals);
            (scaled - scaled.round()).abs() < 1e-6
        });
        self.percent(share, decimals.map_or(2, |decimals| usize::try_from(decimals).expect("0 or 1")))
    }

    /// A count, with thousands apart.
    pub(super) fn count(self, count: i64) -> String {
        let digits = count.unsigned_abs().to_string();
        let mut text = String::from(if count < 0 { "\u{2212}" } else { "" });
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(self.of(',', NARROW));
            }
            text.push(digit);
        }
        text
    }

    /// A length of time, to the minute: `48 min`, `2 h 05`, `3 d 4 h`.
    pub(super) fn length(self, micros: i64) -> String {
        let minutes = (micros.max(0) + 30_000_000) / 60_000_000;
        match minutes {
            ..60 => format!("{minutes}{NARROW}min"),
            60..1440 if minutes % 60 == 0 => format!("{}{NARROW}h", minutes / 60),
            60..1440 => format!("{}{NARROW}h{NARROW}{:02}", minutes / 60, minutes % 60),
            _ => format!("{}{NARROW}{} {}{NARROW}h", minutes / 1440, self.of('d', 'j'), minutes % 1440 / 60),
        }
    }

    /// The window that ends now: `the last hour`, `the last 3 days`.
    pub(super) fn last(self, minutes: i64) -> String {
        let (count, english, french) = match minutes {
            60 => return self.of("the last hour".to_owned(), "la dernière heure".to_owned()),
            1440 => return self.of("the last day".to_owned(), "le dernier jour".to_owned()),
            days if days % 1440 == 0 => (days / 1440, "days", "derniers jours"),
            hours if hours % 60 == 0 => (hours / 60, "hours", "dernières heures"),
            minutes => (minutes, "minutes", "dernières minutes"),
        };
        self.of(format!("the last {count} {english}"), format!("les {count} {french}"))
    }

    /// The clock at an instant, with the day unless it is that of `now`.
    pub(super) fn moment(self, at: Instant, now: Instant, zone: &TimeZone) -> String {
        let [at, now] = [at, now].map(|instant| instant.to_timestamp().to_zoned(zone.clone()));
        let clock = self.clock(&at);
        if at.date() == now.date() {
            return clock;
        }
        let day = self.day(&at, at.year() != now.year());
        self.of(format!("{day}, {clock}"), format!("le {day} à {clock}"))
    }

    fn clock(self, at: &Zoned) -> String {
        let (hour, minute) = (at.hour(), at.minute());
        self.of(format!("{hour:02}:{minute:02}"), format!("{hour}{NARROW}h{NARROW}{minute:02}"))
    }

    fn day(self, at: &Zoned, with_year: bool) -> String {
        let [english, french] = MONTHS[usize::from(at.month().unsigned_abs()).saturating_sub(1)];
        let day = if self == Self::French && at.day() == 1 { "1er".to_owned() } else { at.day().to_string() };
        let year = if with_year { format!(" {}", at.year()) } else { String::new() };
        format!("{day} {}{year}", self.of(english, french))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(said: impl Fn(Lang) -> String) -> [String; 2] {
        Lang::ALL.map(|lang| said(lang).replace(NARROW, "_"))
    }

    #[test]
    fn numbers_are_written_as_their_readers_do() {
        assert_eq!(both(|lang| lang.percent(0.8104, 1)), ["81.0%", "81,0_%"]);
        assert_eq!(both(|lang| lang.target(0.8)), ["80%", "80_%"]);
        assert_eq!(both(|lang| lang.target(0.995)), ["99.5%", "99,5_%"]);
        assert_eq!(both(|lang| lang.target(0.9995)), ["99.95%", "99,95_%"]);
        assert_eq!(both(|lang| lang.count(1_234_567)), ["1,234,567", "1_234_567"]);
        assert_eq!(both(|lang| lang.count(-999)), ["\u{2212}999", "\u{2212}999"]);
    }

    #[test]
    fn lengths_and_windows_are_said_in_whole_units() {
        let minutes = |minutes: i64| both(|lang| lang.length(minutes * 60_000_000));
        assert_eq!(minutes(48), ["48_min", "48_min"]);
        assert_eq!(minutes(120), ["2_h", "2_h"]);
        assert_eq!(minutes(125), ["2_h_05", "2_h_05"]);
        assert_eq!(minutes(3 * 1440 + 245), ["3_d 4_h", "3_j 4_h"]);
        assert_eq!(both(|lang| lang.last(60)), ["the last hour", "la dernière heure"]);
        assert_eq!(both(|lang| lang.last(240)), ["the last 4 hours", "les 4 dernières heures"]);
        assert_eq!(both(|lang| lang.last(4320)), ["the last 3 days", "les 3 derniers jours"]);
        assert_eq!(both(|lang| lang.last(15)), ["the last 15 minutes", "les 15 dernières minutes"]);
    }

    #[test]
    fn an_instant_is_told_on_the_clocks_of_its_readers_with_the_day_where_it_is_another() {
        let zone = TimeZone::get("Europe/Paris").expect("bundled");
        let told = |at: &str, now: &str| {
            both(|lang| lang.moment(at.parse().expect("RFC 3339"), now.parse().expect("RFC 3339"), &zone))
        };
        assert_eq!(told("2026-10-12T08:05:59Z", "2026-10-12T20:00:00Z"), ["10:05", "10_h_05"]);
        assert_eq!(
            told("2026-09-30T22:30:00Z", "2026-10-12T20:00:00Z"),
            ["1 October, 00:30", "le 1er octobre à 0_h_30"]
        );
        assert_eq!(
            told("2025-12-31T12:00:00Z", "2026-01-01T12:00:00Z"),
            ["31 December 2025, 13:00", "le 31 décembre 2025 à 13_h_00"]
        );
    }
}
