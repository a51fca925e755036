//! Calendars as written in the network file.

use std::fmt;

use schemars::JsonSchema;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_saphyr::Spanned;

/// Opening hours in one named zone, from a date on. A later entry of the same name replaces it, with its holidays and
/// overrides, from its own date.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarEntry {
    /// Its name.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// First day of this entry, in the calendar's zone; since ever when absent, which one entry of each calendar is.
    #[schemars(with = "Option<String>")]
    pub from: Option<Spanned<String>>,
    /// The zone in which its hours are read, the same in every entry; when absent that of the entry without `from`,
    /// which is the network's when absent there too.
    #[schemars(with = "Option<String>")]
    pub zone: Option<Spanned<String>>,
    /// Hours by weekday.
    pub weekly: WeeklyEntry,
    /// Closed dates.
    #[serde(default)]
    #[schemars(with = "Vec<HolidayEntry>")]
    pub holidays: Vec<Spanned<HolidayEntry>>,
    /// Dates with hours of their own; an empty list closes the day.
    #[serde(default)]
    pub overrides: Vec<OverrideEntry>,
}

/// A closed date: `2026-12-25`, or `{date: 2026-12-25, name: Christmas}`.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub enum HolidayEntry {
    /// The date.
    Date(String),
    /// The date and what it is called.
    Named(NamedHoliday),
}

/// A holiday with its name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedHoliday {
    /// The date.
    pub date: String,
    /// What it is called.
    pub name: String,
}

impl HolidayEntry {
    /// The date as written, and the name.
    pub(super) fn parts(&self) -> (&str, Option<&str>) {
        match self {
            Self::Date(date) => (date, None),
            Self::Named(holiday) => (&holiday.date, Some(&holiday.name)),
        }
    }
}

/// Written out, since a derived choice would forget which key was unknown.
impl<'de> Deserialize<'de> for HolidayEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = HolidayEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date such as 2026-12-25, or {date: 2026-12-25, name: Christmas}")
            }

            fn visit_str<E>(self, date: &str) -> Result<HolidayEntry, E> {
                Ok(HolidayEntry::Date(date.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HolidayEntry, A::Error> {
                NamedHoliday::deserialize(MapAccessDeserializer::new(map)).map(HolidayEntry::Named)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// Hours of one date.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideEntry {
    /// The date.
    #[schemars(with = "String")]
    pub date: Spanned<String>,
    /// Its hours, such as `08:00-12:30`; an empty list closes the day.
    #[schemars(with = "Vec<String>")]
    pub hours: Vec<Spanned<String>>,
    /// Why the date is not like others, in words.
    pub name: Option<String>,
}

/// Hours by weekday, each a list such as `["08:00-12:30", "13:30-18:00"]`; `24:00` ends a day, and a night shift is
/// written as two: `22:00-24:00` on one day, `00:00-06:00` on the next.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WeeklyEntry {
    /// Monday.
    #[schemars(with = "Vec<String>")]
    pub monday: Vec<Spanned<String>>,
    /// Tuesday.
    #[schemars(with = "Vec<String>")]
    pub tuesday: Vec<Spanned<String>>,
    /// Wednesday.
    #[schemars(with = "Vec<String>")]
    pub wednesday: Vec<Spanned<String>>,
    /// Thursday.
    #[schemars(with = "Vec<String>")]
    pub thursday: Vec<Spanned<String>>,
    /// Friday.
    #[schemars(with = "Vec<String>")]
    pub friday: Vec<Spanned<String>>,
    /// Saturday.
    #[schemars(with = "Vec<String>")]
    pub saturday: Vec<Spanned<String>>,
    /// Sunday.
    #[schemars(with = "Vec<String>")]
    pub sunday: Vec<Spanned<String>>,
}

impl WeeklyEntry {
    /// Each weekday's name with its hours, Monday to Sunday.
    pub(super) fn days(&self) -> [(&'static str, &[Spanned<String>]); 7] {
        [
            ("monday", &self.monday),
            ("tuesday", &self.tuesday),
            ("wednesday", &self.wednesday),
            ("thursday", &self.thursday),
            ("friday", &self.friday),
            ("saturday", &self.saturday),
            ("sunday", &self.sunday),
        ]
    }
}
