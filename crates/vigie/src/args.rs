//! The command line's grammar: the subcommands, and what several of them share.

mod alerts;
mod asking;
mod calendar;
mod configuring;
mod drop_folder;
mod receiving;
mod settling;
mod simulate;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use alerts::{AlertsAction, AlertsArgs, AlertsListArgs, AlertsSayArgs, AlertsShowArgs, DeadLettersArgs};
pub use asking::{
    AskArgs, BacklogArgs, ComplaintsArgs, ContactsArgs, CountingArgs, HomogeneityArgs, LiveArgs, RepeatRuleArgs,
    RepeatsArgs, RowArgs, ScorecardArgs,
};
pub use calendar::{CalendarAction, CalendarArgs, CalendarGapsArgs, CalendarShowArgs, CalendarsOf};
pub use configuring::{
    ContractAction, ContractArgs, ContractCheckArgs, ContractEvaluateArgs, ContractFileArgs, MappingAction,
    MappingArgs, MappingCheckArgs, NetworkAction, NetworkArgs, NetworkDiscoveredArgs, SchemaArgs, SchemaOf,
};
pub use drop_folder::DropArgs;
pub use receiving::{
    FeedsArgs, IngestArgs, RejectsAction, RejectsArgs, RejectsFilterArgs, RejectsListArgs, RejectsReplayArgs, ServeArgs,
};
pub use settling::{ReconcileArgs, SealAction, SealArgs, SealListArgs, SealVerifyArgs};
pub use simulate::{NetworkName, Pace, SimulateArgs, Until};

/// The quality and SLA monitor for outsourced customer service.
#[derive(Debug, Parser)]
#[command(name = "vigie", version, about)]
pub struct Cli {
    /// No progress, and only errors in the log.
    #[arg(long, global = true)]
    pub quiet: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take events in and answer questions over HTTP.
    Serve(ServeArgs),
    /// Take files in: events as NDJSON, or exports through a mapping.
    Ingest(IngestArgs),
    /// Figures by site, provider, queue, channel, reason or team.
    Scorecard(ScorecardArgs),
    /// How alike sites are on the same questions, and each site against the rest.
    Homogeneity(HomogeneityArgs),
    /// What waits now, the longest wait, what is worked on, and the day so far; on a terminal again and again.
    Live(LiveArgs),
    /// What is open, how old it is, what came in and went out, and where it leads.
    Backlog(BacklogArgs),
    /// Complaints within 24 h and 48 h, how long they take, and which are not resolved.
    Complaints(ComplaintsArgs),
    /// First contact resolution: whether customers had to come back.
    Repeats(RepeatsArgs),
    /// The contacts behind a figure.
    Contacts(ContactsArgs),
    /// What each provider delivered, and whether it is late.
    Feeds(FeedsArgs),
    /// What was not accepted: list it, or read it again.
    Rejects(RejectsArgs),
    /// What fires and has fired: list it, take it on, see what could not be delivered.
    Alerts(AlertsArgs),
    /// Check a mapping file, and see what rows become.
    Mapping(MappingArgs),
    /// Check a network file, and list the names in events that it does not.
    Network(NetworkArgs),
    /// Check contract files, file them in a lake, and hold them against it.
    Contract(ContractArgs),
    /// Hold a provider's own figures against ours, and explain every difference.
    Reconcile(ReconcileArgs),
    /// Seal a month: figures and contracts as they are, kept for good; list statements, make them again.
    Seal(SealArgs),
    /// Print the open hours of a calendar, and promised hours at which nobody works.
    Calendar(CalendarArgs),
    /// Simulate a network whose truth is known: its events into files, or to a running server.
    Simulate(SimulateArgs),
    /// Print the JSON Schema of a configuration file.
    Schema(SchemaArgs),
    /// Check every invariant of a lake without changing it.
    Verify(LakeArgs),
    /// Merge the files of each day, fold what moved, delete what no version needs.
    Compact(CompactArgs),
    /// Compute all legs anew from the events.
    Rebuild(LakeArgs),
    /// Print a completion script.
    Completions(CompletionsArgs),
}

/// Which lake.
#[derive(Debug, Clone, Args)]
pub struct LakeArgs {
    /// The lake's directory.
    #[arg(long, env = "VIGIE_LAKE", value_name = "DIR")]
    pub lake: PathBuf,
    /// A directory of further or overriding statements.
    #[arg(long, env = "VIGIE_QUERIES", value_name = "DIR")]
    pub queries: Option<PathBuf>,
}

/// `compact`.
#[derive(Debug, Args)]
pub struct CompactArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    /// Days for which replaced files are kept.
    #[arg(long, default_value_t = 30)]
    pub keep_days: u64,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// For which shell.
    #[arg(value_enum)]
    pub shell: Shell,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading.
    Table,
    /// The same as over HTTP.
    Json,
    /// For a spreadsheet.
    Csv,
}
