//! `vigie simulate`: the events of a network whose truth is known, into files or to a running server.
//!
//! Days given by their dates (`--from`, `--until` a date) are told to their very end: of what they began, the last
//! resolution too, whenever it is. Days until `now` or `today` go on: files hold what is delivered by then, since a lake
//! would refuse what has not happened yet, and `--push --after` tells the rest.

mod client;
mod files;
mod push;

use anyhow::bail;
use contact::Instant;
use jiff::{Span, civil::Date, tz::TimeZone};
use sim::{Run, Scenario, SimError, Simulation};

use crate::{
    args::{NetworkName, SimulateArgs, Until},
    clock,
    exit::{Exit, Usage},
};
use files::Begun;

/// Days for which a run `--until now` can go on.
const GOES_ON: u16 = 366;
const DAY_US: i64 = 86_400_000_000;

pub fn run(args: &SimulateArgs, quiet: bool) -> anyhow::Result<Exit> {
    let mut course = Course::of(args, clock::now())?;
    match (&args.out, &args.push) {
        (Some(folder), _) => files::write(&mut course, folder, quiet),
        (None, Some(address)) => push::push(&mut course, address, args.pace.unwrap_or_default(), quiet),
        (None, None) => Err(Usage("nowhere to tell it; give --out DIR or --push URL".to_owned()).into()),
    }
}

/// A simulation, and which part of it is to be told.
struct Course {
    network: NetworkName,
    simulation: Simulation,
    /// When the first day begins.
    begin: Instant,
    /// Days to show progress in.
    days: u64,
    /// What is delivered until then is in files already.
    told: Option<Instant>,
    /// What is delivered later does not go into files.
    cut: Option<Instant>,
}

impl Course {
    fn of(args: &SimulateArgs, now: Instant) -> anyhow::Result<Self> {
        let scenario = scenario(args.network)?;
        let zone = scenario.network().zone.clone();
        let (run, told) = match &args.after {
            Some(folder) => {
                let begun = Begun::read(folder, args.network)?;
                (begun.run, Some(begun.delivered_until))
            }
            None => (asked(args, now, &zone)?, None),
        };
        let begin = Instant::start_of_day(run.from, &zone)?;
        let simulation = Simulation::new(scenario, run).map_err(|error| Usage(error.to_string()))?;
        let cut = match args.until {
            Some(Until::Now) => Some(now),
            Some(Until::Today) => Some(Instant::start_of_day(today(now, &zone), &zone)?),
            Some(Until::Date(_)) | None => None,
        };
        let goes_on = args.until == Some(Until::Now) || told.is_some();
        let days = if goes_on { days_since(begin, now) + 1 } else { u64::from(run.days) };
        Ok(Self { network: args.network, simulation, begin, days, told, cut })
    }

    /// How many days have passed by then, at most those to show.
    fn days_done(&self, at: Instant) -> u64 {
        days_since(self.begin, at).min(self.days)
    }
}

fn days_since(begin: Instant, at: Instant) -> u64 {
    u64::try_from(at.micros_since(begin) / DAY_US).unwrap_or(0)
}

fn scenario(network: NetworkName) -> Result<Scenario, SimError> {
    match network {
        NetworkName::Hypermarket => sim::hypermarket(),
        NetworkName::Dating => sim::dating(),
        NetworkName::Outdoor => sim::outdoor(),
        NetworkName::Rail => sim::rail(),
    }
}

/// The date in a zone.
fn today(now: Instant, zone: &TimeZone) -> Date {
    now.to_timestamp().to_zoned(zone.clone()).date()
}

/// The run that the command line describes.
fn asked(args: &SimulateArgs, now: Instant, zone: &TimeZone) -> anyhow::Result<Run> {
    let Some(days) = args.days else { bail!(Usage("how many days? give --days N".to_owned())) };
    let today = today(now, zone);
    let before = |date: Date| {
        let beyond = |_| Usage(format!("{days} days before {date} leave the calendar; give fewer days"));
        date.checked_sub(Span::new().days(i64::from(days))).map_err(beyond)
    };
    let (from, days) = match (args.from, args.until) {
        (Some(from), _) => (from, days),
        (None, Some(Until::Date(date))) => (before(date)?, days),
        (None, Some(Until::Today)) => (before(today)?, days),
        (None, Some(Until::Now)) => (before(today)?, days.saturating_add(GOES_ON)),
        (None, None) => bail!(Usage("which days? give --from DATE, or --until DATE, today or now".to_owned())),
    };
    Ok(Run { from, days, seed: args.seed.unwrap_or(1) })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use jiff::civil::date;

    use super::*;
    use crate::args::{Cli, Command};

    fn run_of(words: &[&str]) -> Run {
        let all = ["vigie", "simulate", "hypermarket", "--out", "days"].iter().chain(words);
        let Command::Simulate(args) = Cli::try_parse_from(all).expect("the grammar").command else {
            panic!("another command than simulate");
        };
        let zone = TimeZone::get("Europe/Paris").expect("a zone");
        asked(&args, "2026-03-31T22:30:00Z".parse().expect("an instant"), &zone).expect("a run")
    }

    /// It is April already in Paris: a demonstration that ends in March would lack a day.
    #[test]
    fn days_end_today_where_the_network_is() {
        assert_eq!(run_of(&["--until", "today", "--days", "30"]), Run { from: date(2026, 3, 2), days: 30, seed: 1 });
        let dated = run_of(&["--until", "2026-03-03", "--days", "1", "--seed", "9"]);
        assert_eq!(dated, Run { from: date(2026, 3, 2), days: 1, seed: 9 });
        assert_eq!(run_of(&["--until", "now", "--days", "1"]).from, date(2026, 3, 31));
    }
}
