//! From a time as written to a [`TimeRule`].

use jiff::fmt::strtime;
use serde_saphyr::{Location, Spanned};

use super::{
    compile::Compiler,
    file::TimeEntry,
    times::{Format, Seconds, Shift, TimeKind, TimeRule},
};

impl Compiler {
    pub fn time_rule(&mut self, name: &str, entry: Spanned<TimeEntry>) -> TimeRule {
        let place = entry.referenced;
        let entry = entry.value;
        let kind = self.time_kind(place, name, &entry);
        if entry.otherwise.is_some() && entry.when.is_none() {
            self.wrong(
                place,
                format!("the time {name:?} has `otherwise` without `when`"),
                "give `when`, or drop `otherwise`",
            );
        }
        TimeRule {
            name: name.to_owned(),
            kind,
            when: entry.when.map(|when| self.condition(place, &when)),
            otherwise: entry.otherwise.and_then(|other| self.time_index(place, &other)),
        }
    }

    fn time_kind(&mut self, place: Location, name: &str, entry: &TimeEntry) -> TimeKind {
        let given = |present: bool, key: &'static str| present.then_some(key);
        let sources: Vec<&str> = [
            given(entry.column.is_some(), "column"),
            given(entry.date.is_some(), "date"),
            given(entry.clock.is_some(), "clock"),
            given(entry.after.is_some(), "after"),
            given(entry.from.is_some(), "from"),
            given(entry.earliest.is_some(), "earliest"),
        ]
        .into_iter()
        .flatten()
        .collect();
        self.stray_keys(place, name, entry);
        match (sources.as_slice(), entry) {
            (["column"], TimeEntry { column: Some(column), .. }) => {
                let format = self.format(place, entry.format.as_deref());
                TimeKind::Whole { column: self.name_or_template(place, column), format }
            }
            (["date", "clock"], TimeEntry { date: Some(date), clock: Some(clock), .. }) => TimeKind::DateAndClock {
                date: self.name_or_template(place, date),
                date_format: self.pattern(place, entry.date_format.as_deref().unwrap_or("%Y-%m-%d")),
                clock: self.name_or_template(place, clock),
                clock_format: self.pattern(place, entry.clock_format.as_deref().unwrap_or("%H:%M:%S")),
            },
            (["clock", "after"], TimeEntry { clock: Some(clock), after: Some(after), .. }) => {
                let Some(after) = self.time_index(place, after) else { return TimeKind::Wrong };
                let clock_format = self.pattern(place, entry.clock_format.as_deref().unwrap_or("%H:%M:%S"));
                TimeKind::ClockAfter { clock: self.name_or_template(place, clock), clock_format, after }
            }
            (["from"], TimeEntry { from: Some(from), .. }) => {
                let by = self.shift(place, name, entry);
                self.time_index(place, from).map_or(TimeKind::Wrong, |from| TimeKind::Shifted { from, by })
            }
            (["earliest"], TimeEntry { earliest: Some(earliest), .. }) => {
                if !self.grouped {
                    let wrong = format!("the time {name:?} looks at every row of the contact");
                    self.wrong(place, wrong, "give `order` under `contact`, so that rows are grouped by contact");
                }
                self.time_index(place, earliest).map_or(TimeKind::Wrong, TimeKind::Earliest)
            }
            _ => {
                let found = if sources.is_empty() { "nothing".to_owned() } else { sources.join(", ") };
                let wrong = format!("the time {name:?} is made from {found}");
                self.wrong(place, wrong, "give one of: column; date and clock; clock and after; from; earliest");
                TimeKind::Wrong
            }
        }
    }

    /// Keys that do nothing without another one.
    fn stray_keys(&mut self, place: Location, name: &str, entry: &TimeEntry) {
        let stray = [
            ("format", entry.format.is_some() && entry.column.is_none(), "column"),
            ("date_format", entry.date_format.is_some() && entry.date.is_none(), "date"),
            ("clock_format", entry.clock_format.is_some() && entry.clock.is_none(), "clock"),
            ("plus_s", entry.plus_s.is_some() && entry.from.is_none(), "from"),
            ("minus_s", entry.minus_s.is_some() && entry.from.is_none(), "from"),
        ];
        for (key, is_stray, needs) in stray {
            if is_stray {
                self.wrong(
                    place,
                    format!("the time {name:?} has `{key}` without `{needs}`"),
                    format!("give `{needs}`, or drop `{key}`"),
                );
            }
        }
    }

    fn shift(&mut self, place: Location, name: &str, entry: &TimeEntry) -> Option<Shift> {
        let (text, minus) = match (&entry.plus_s, &entry.minus_s) {
            (Some(text), None) => (text, false),
            (None, Some(text)) => (text, true),
            (None, None) => return None,
            (Some(_), Some(_)) => {
                self.wrong(place, format!("the time {name:?} has both `plus_s` and `minus_s`"), "keep one of them");
                return None;
            }
        };
        let seconds = match text.parse::<f64>() {
            Ok(seconds) if seconds.abs() <= 1e9 => Seconds::Fixed(seconds),
            Ok(_) => {
                self.wrong(place, format!("the time {name:?} is moved by {text} s"), "give at most 1000000000 seconds");
                return None;
            }
            Err(_) => Seconds::Column(self.name_or_template(place, text)),
        };
        Some(Shift { seconds, minus })
    }

    fn format(&mut self, place: Location, format: Option<&str>) -> Format {
        match format {
            None | Some("rfc3339") => Format::Rfc3339,
            Some("unix") => Format::Unix,
            Some("unix_ms") => Format::UnixMillis,
            Some(pattern) => Format::Pattern(self.pattern(place, pattern)),
        }
    }

    /// A pattern, tried on a date so that a directive nobody knows is found here and not at the first row.
    fn pattern(&mut self, place: Location, pattern: &str) -> String {
        let sample = jiff::civil::date(2026, 3, 29).at(8, 0, 17, 0).to_zoned(jiff::tz::TimeZone::UTC);
        let works = sample.is_ok_and(|sample| strtime::format(pattern, &sample).is_ok_and(|text| text != pattern));
        if !works {
            let wrong = format!("{pattern:?} is no pattern for a time");
            self.wrong(place, wrong, "give rfc3339, unix, unix_ms (with `column`) or a pattern such as %d/%m/%Y %H:%M");
        }
        pattern.to_owned()
    }

    /// The index of a named time.
    pub fn time_index(&mut self, place: Location, name: &str) -> Option<usize> {
        let found = self.times.iter().position(|time| time == name);
        if found.is_none() {
            let known = if self.times.is_empty() { "(none declared)".to_owned() } else { self.times.join(", ") };
            self.wrong(
                place,
                format!("there is no time {name:?}"),
                format!("declare it under `times`, or use one of: {known}"),
            );
        }
        found
    }
}
