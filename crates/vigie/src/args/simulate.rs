//! The grammar of `simulate`.

use std::{num::NonZeroU32, path::PathBuf, str::FromStr};

use clap::{Args, ValueEnum};
use jiff::civil::Date;

/// `simulate`.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// The network.
    #[arg(value_enum)]
    pub network: NetworkName,
    /// The first day.
    #[arg(
        long,
        value_name = "DATE",
        required_unless_present_any = ["until", "after"],
        conflicts_with_all = ["until", "after"]
    )]
    pub from: Option<Date>,
    /// Instead of the first day the one after the last: a date, or `today`, when files end; or `now`, for days that go on
    /// today and files that end now.
    #[arg(long, value_name = "DATE|today|now", conflicts_with = "after")]
    pub until: Option<Until>,
    /// On how many days customers get in touch; what they began is followed to its end, in files until `today` or `now` as
    /// far as it has come by then.
    #[arg(
        long,
        value_name = "N",
        required_unless_present = "after",
        conflicts_with = "after",
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    pub days: Option<u16>,
    /// Which luck: equal networks, days and seeds give equal bytes; 1 when absent.
    #[arg(long, value_name = "S", conflicts_with = "after")]
    pub seed: Option<u64>,
    /// Write `network.yaml`, `PROVIDER.ndjson` and `truth.json` into this new directory.
    #[arg(short, long, value_name = "DIR", required_unless_present = "push", conflicts_with = "push")]
    pub out: Option<PathBuf>,
    /// Send to the server at this address, nothing before its time.
    #[arg(long, value_name = "URL")]
    pub push: Option<String>,
    /// How much faster than the clock the past is sent: 1, 60, …; as fast as it is taken when absent.
    #[arg(long, value_name = "1|60|max", requires = "push")]
    pub pace: Option<Pace>,
    /// Go on where the files of this directory end, which were written with `--until now` or `today`.
    #[arg(long, value_name = "DIR", requires = "push")]
    pub after: Option<PathBuf>,
}

/// Networks that can be simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NetworkName {
    /// A chain of hypermarkets: five sites of four providers, 22,000 contacts a day.
    Hypermarket,
    /// A dating site without a telephone: mails by people in another zone, content reviewed around the clock.
    Dating,
    /// A seller of outdoor stays in a year of mass cancellations: complaints that nobody gets through.
    Outdoor,
    /// A railway: one promise across calls, mails and social networks, and days on which trains stand still.
    Rail,
}

impl NetworkName {
    /// The name as it is given.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hypermarket => "hypermarket",
            Self::Dating => "dating",
            Self::Outdoor => "outdoor",
            Self::Rail => "rail",
        }
    }
}

/// When simulated days end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// At the beginning of this day.
    Date(Date),
    /// At the beginning of today, in the network's zone, and nothing later is told.
    Today,
    /// Not yet: so many days before today, and today so far.
    Now,
}

impl FromStr for Until {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "today" => Ok(Self::Today),
            "now" => Ok(Self::Now),
            date => date.parse().map(Self::Date).map_err(|_| "give a date such as 2026-10-01, today or now".to_owned()),
        }
    }
}

/// How fast the past is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// As fast as it is taken.
    #[default]
    Max,
    /// So many times as fast as it happened.
    Times(NonZeroU32),
}

impl FromStr for Pace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "max" => Ok(Self::Max),
            times => times.parse().map(Self::Times).map_err(|_| "give a whole number from 1 on, or max".to_owned()),
        }
    }
}
