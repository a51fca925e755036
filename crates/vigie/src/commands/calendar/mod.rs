//! `vigie calendar`: opening hours with their arithmetic, and promised hours at which nobody works.

mod gaps;
mod show;

use contact::{Month, Network};
use jiff::tz::TimeZone;

use super::{glance, mistakes_in, read, runtime};
use crate::{
    args::{CalendarAction, CalendarArgs, CalendarsOf, LakeArgs},
    clock,
    exit::{Exit, Usage},
};

pub fn run(args: &CalendarArgs) -> anyhow::Result<Exit> {
    match &args.action {
        CalendarAction::Show(args) => show::run(args),
        CalendarAction::Gaps(args) => gaps::run(args),
    }
}

/// The network of the file, else that of the lake.
fn network(of: &CalendarsOf) -> anyhow::Result<Network> {
    match (&of.network, &of.lake) {
        (Some(file), _) => Network::parse(&read(file)?).map_err(|mistakes| mistakes_in(file, &mistakes)),
        (None, Some(lake)) => {
            let lake = LakeArgs { lake: lake.clone(), queries: None };
            Ok(runtime()?.block_on(glance(&lake))?.network)
        }
        (None, None) => Err(Usage("whose calendars is not said; give --network FILE or --lake DIR".to_owned()).into()),
    }
}

/// The month that it is now in a zone.
fn this_month(zone: &TimeZone) -> Month {
    Month::of(clock::now().to_timestamp().to_zoned(zone.clone()).date())
}

/// Names with commas.
fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// Open time as people add it up.
fn hours(seconds: i64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (hours, minutes, 0) => format!("{hours} h {minutes:02}"),
        (hours, minutes, seconds) => format!("{hours} h {minutes:02} min {seconds:02} s"),
    }
}
