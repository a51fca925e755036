//! Three incidents, planted in an otherwise quiet month.

use contact::Instant;
use jiff::{Span, civil::Date, tz::TimeZone};

use super::LILLE;
use crate::{Effect, Incident, Share, SimError};

const LENGTH: i64 = 1_800_000_000;
/// The day, from 0, and the time at which nobody is there any more.
const AT: [(i64, i8, i8); 3] = [(4, 10, 30), (12, 17, 30), (21, 12, 0)];

pub(super) fn planted(first: Date) -> Result<Vec<Incident>, SimError> {
    let zone = TimeZone::get("Europe/Paris").map_err(|error| SimError::Network(error.to_string()))?;
    let wrong = || SimError::Days { from: first.to_string(), days: 30 };
    let incident = |(day, hour, minute): (i64, i8, i8)| {
        let date = first.checked_add(Span::new().days(day)).map_err(|_| wrong())?;
        let from = Instant::from(date.at(hour, minute, 0, 0).to_zoned(zone.clone()).map_err(|_| wrong())?.timestamp());
        let effect = Effect::Staff { site: LILLE.to_owned(), left: Share::ZERO };
        Ok(Incident { from, to: from.plus_micros(LENGTH), effect })
    };
    AT.into_iter().map(incident).collect()
}
