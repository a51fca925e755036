//! From calendars as written to calendars that can be trusted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{civil::Date, tz::TimeZone};
use serde_saphyr::{Location, Spanned};

use super::{
    Calendar, Dated, DayRule, Hours, Version,
    file::{CalendarEntry, OverrideEntry},
    hours::{NotHours, clock},
};
use crate::network::{error::Place, mistakes::Checker};

/// Minutes of the slots in which statements count open time, one open piece in each.
const SLOT: u16 = 15;

/// An entry that was read, and where its dates are.
struct Draft<'a> {
    entry: &'a CalendarEntry,
    version: Version,
    places: BTreeMap<Date, Location>,
}

impl Checker {
    /// The calendars by name; `promised` are those that a queue names.
    pub(in crate::network) fn calendars(
        &mut self,
        entries: &[CalendarEntry],
        promised: &BTreeSet<&str>,
    ) -> BTreeMap<String, Calendar> {
        let mut by_name: BTreeMap<&str, Vec<&CalendarEntry>> = BTreeMap::new();
        for entry in entries {
            by_name.entry(&entry.name.value).or_default().push(entry);
        }
        let mut calendars = BTreeMap::new();
        for (name, entries) in by_name {
            let calendar = self.calendar(&entries, promised.contains(name));
            calendars.insert(name.to_owned(), calendar);
        }
        calendars
    }

    fn calendar(&mut self, entries: &[&CalendarEntry], promised: bool) -> Calendar {
        let zone = self.calendar_zone(entries);
        let mut drafts: Vec<Draft<'_>> = entries.iter().map(|entry| self.draft(entry, promised)).collect();
        drafts.sort_by_key(|draft| draft.version.from);
        for pair in drafts.windows(2).filter(|pair| pair[0].version.from == pair[1].version.from) {
            let [one, other] = [&pair[0].entry.name, &pair[1].entry.name];
            let below = if Place::from(one.referenced) < Place::from(other.referenced) { other } else { one };
            self.twice("calendar", below);
        }
        self.since_ever(&drafts);
        self.stray_dates(&drafts);
        self.ever_open(entries);
        Calendar { zone, versions: drafts.into_iter().map(|draft| draft.version).collect() }
    }

    fn calendar_zone(&mut self, entries: &[&CalendarEntry]) -> TimeZone {
        let first = entries.iter().find(|entry| entry.from.is_none()).or(entries.first());
        let stated = first.and_then(|entry| entry.zone.as_ref());
        for other in entries.iter().filter_map(|entry| entry.zone.as_ref()) {
            let (Some(stated), here) = (stated, &other.value) else {
                let wrong = format!("the zone {:?} is not stated by the entry without `from`", other.value);
                self.wrong(other, wrong, "state it there: a calendar has one zone");
                continue;
            };
            if stated.value != *here {
                let wrong = format!("the zone is {here:?} here, and {:?} in the entry without `from`", stated.value);
                self.wrong(
                    other,
                    wrong,
                    "keep one zone for a calendar, and declare another calendar for the other zone",
                );
            }
        }
        self.zone_or_own(stated)
    }

    fn draft<'a>(&mut self, entry: &'a CalendarEntry, promised: bool) -> Draft<'a> {
        let days = entry.weekly.days();
        let mut weekly: [Vec<Hours>; 7] = Default::default();
        for (nth, (_, hours)) in days.into_iter().enumerate() {
            weekly[nth] = self.hours(hours, days[(nth + 1) % 7].0, promised);
        }
        // An unreadable date is a mistake already told; its entry must not also clash with the one that has none.
        let from = entry.from.as_ref().map(|from| self.date(from).unwrap_or(Date::MAX));
        let version = Version { from, weekly, dated: BTreeMap::new() };
        let mut draft = Draft { entry, version, places: BTreeMap::new() };
        self.holidays(&mut draft);
        for dated in &entry.overrides {
            self.dated(&mut draft, dated, promised);
        }
        draft
    }

    fn holidays(&mut self, draft: &mut Draft<'_>) {
        for holiday in &draft.entry.holidays {
            let (text, name) = holiday.value.parts();
            let Some(date) = self.date_at(holiday.referenced, text) else { continue };
            if let Some(earlier) = draft.places.insert(date, holiday.referenced) {
                let wrong = format!("{date} is a holiday already, on line {}", earlier.line());
                self.wrong(holiday, wrong, "keep one of the two");
            }
            let rule = DayRule::Holiday { name: name.map(str::to_owned) };
            draft.version.dated.insert(date, Dated { rule, hours: Vec::new() });
        }
    }

    fn dated(&mut self, draft: &mut Draft<'_>, entry: &OverrideEntry, promised: bool) {
        let hours = self.hours(&entry.hours, "an override of the next date", promised);
        let Some(date) = self.date(&entry.date) else { return };
        let before = draft.version.dated.get(&date).map(|dated| &dated.rule);
        if let (Some(rule), Some(place)) = (before, draft.places.get(&date)) {
            let (what, right) = match rule {
                DayRule::Holiday { .. } => {
                    ("a holiday", "keep the override if the date has hours of its own, the holiday if it is closed")
                }
                _ => ("overridden", "keep one of the two, with all hours of the date in its list"),
            };
            let wrong = format!("{date} is {what} already, on line {}", place.line());
            self.wrong(&entry.date, wrong, right);
        }
        draft.places.insert(date, entry.date.referenced);
        draft.version.dated.insert(date, Dated { rule: DayRule::Override { name: entry.name.clone() }, hours });
    }

    /// Every calendar has hours since ever: otherwise its first day would be one on which a promise begins unsaid.
    fn since_ever(&mut self, drafts: &[Draft<'_>]) {
        if let Some(Draft { entry, version: Version { from: Some(from), .. }, .. }) = drafts.first()
            && *from < Date::MAX
            && let Some(at) = &entry.from
        {
            let wrong = format!("the calendar {:?} has no hours before {from}", entry.name.value);
            self.wrong(at, wrong, "leave `from` out of its earliest entry, which then holds since ever");
        }
    }

    /// A date outside of the time in which its entry is in force has no effect; somebody believes that it has one.
    fn stray_dates(&mut self, drafts: &[Draft<'_>]) {
        for draft in drafts {
            for (date, place) in &draft.places {
                let begun = drafts.partition_point(|other| other.version.from.is_none_or(|from| from <= *date));
                let Some(holds) = begun.checked_sub(1).map(|holds| &drafts[holds]) else { continue };
                if holds.version.from != draft.version.from && !holds.places.contains_key(date) {
                    let line = holds.entry.name.referenced.line();
                    let wrong = format!("{date} has no effect here: on that day the entry of line {line} is in force");
                    self.wrong_at(*place, wrong, "list the date there, or leave it out");
                }
            }
        }
    }

    fn ever_open(&mut self, entries: &[&CalendarEntry]) {
        let hours = |entry: &&CalendarEntry| {
            let weekly = entry.weekly.days().into_iter().any(|(_, hours)| !hours.is_empty());
            weekly || entry.overrides.iter().any(|dated| !dated.hours.is_empty())
        };
        if let Some(entry) = entries.first()
            && !entries.iter().any(hours)
        {
            let wrong = format!("the calendar {:?} is never open", entry.name.value);
            self.wrong(&entry.name, wrong, "give hours to a weekday, such as monday: [\"08:00-18:00\"]");
        }
    }

    fn hours(&mut self, texts: &[Spanned<String>], next: &str, promised: bool) -> Vec<Hours> {
        let mut all: Vec<Hours> = Vec::new();
        for text in texts {
            let hours = match Hours::parse(&text.value) {
                Ok(hours) => hours,
                Err(reason) => {
                    let (wrong, right) = told(&text.value, reason, next);
                    self.wrong(text, wrong, right);
                    continue;
                }
            };
            if let Some(before) = all.last() {
                self.neighbours(text, *before, hours, promised);
            }
            all.push(hours);
        }
        all.sort();
        all
    }

    /// Two stretches of one day, in the order of the file.
    fn neighbours(&mut self, text: &Spanned<String>, before: Hours, hours: Hours, promised: bool) {
        if hours.to <= before.from {
            let wrong = format!("{hours} comes after {before}");
            self.wrong(text, wrong, "give the hours of a day in their order");
        } else if hours.from < before.to {
            let wrong = format!("{hours} overlaps {before} of the same day");
            let one = Hours { from: before.from.min(hours.from), to: before.to.max(hours.to) };
            self.wrong(text, wrong, format!("give hours without overlap, such as {one} instead of the two"));
        } else if promised && hours.from > before.to && (before.to - 1) / SLOT == hours.from / SLOT {
            let wrong = format!("{before} and {hours} leave a break within one quarter of an hour");
            let quarter = hours.from / SLOT * SLOT;
            let (start, end) = (clock(quarter), clock(quarter + SLOT));
            let right =
                format!("a promise counts by quarters: begin the break at {start}, end it at {end}, or leave it out");
            self.wrong(text, wrong, right);
        }
    }
}

fn told(text: &str, reason: NotHours, next: &str) -> (String, String) {
    match reason {
        NotHours::Unreadable => (
            format!("{text:?} are not opening hours"),
            "give from-to in hours and minutes, such as 08:00-12:30 or 18:00-24:00".to_owned(),
        ),
        NotHours::Empty => (
            format!("the hours {text:?} end when they begin"),
            "give an end after the start; 00:00-24:00 is the whole day, an empty list is a closed one".to_owned(),
        ),
        NotHours::PastMidnight(today, Some(tomorrow)) => (
            format!("the hours {text:?} go past midnight"),
            format!("write a night shift as two: {today} here, and {tomorrow} on {next}"),
        ),
        NotHours::PastMidnight(today, None) => {
            (format!("the hours {text:?} end before they begin"), format!("write {today}: a day ends at 24:00"))
        }
    }
}
