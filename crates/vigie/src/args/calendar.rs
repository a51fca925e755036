//! The grammar of `calendar`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use contact::Month;

use super::Format;

/// `calendar`.
#[derive(Debug, Args)]
pub struct CalendarArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: CalendarAction,
}

/// What to do with calendars.
#[derive(Debug, Subcommand)]
pub enum CalendarAction {
    /// Print a month of a calendar day by day: local hours, the same in UTC, open time and its running total.
    Show(CalendarShowArgs),
    /// List promised hours that lie outside of a site's shift, month by month, in both zones.
    Gaps(CalendarGapsArgs),
}

/// Whose calendars: those of a network file, else those of the network that a lake remembers.
#[derive(Debug, Args)]
pub struct CalendarsOf {
    /// The network file.
    #[arg(long, env = "VIGIE_NETWORK", value_name = "FILE", required_unless_present = "lake")]
    pub network: Option<PathBuf>,
    /// The lake whose network it is, where no file is given.
    #[arg(long, env = "VIGIE_LAKE", value_name = "DIR")]
    pub lake: Option<PathBuf>,
}

/// `calendar show`.
#[derive(Debug, Args)]
pub struct CalendarShowArgs {
    /// The calendar.
    pub name: String,
    #[command(flatten)]
    pub of: CalendarsOf,
    /// The month, such as 2026-10; this one when absent.
    #[arg(long)]
    pub month: Option<Month>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `calendar gaps`.
#[derive(Debug, Args)]
pub struct CalendarGapsArgs {
    #[command(flatten)]
    pub of: CalendarsOf,
    /// The first month, such as 2026-10; this one when absent.
    #[arg(long)]
    pub month: Option<Month>,
    /// How many months: a year shows winter and summer.
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=120))]
    pub months: u32,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}
