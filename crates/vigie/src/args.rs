//! The command line's grammar.

mod drop_folder;
mod simulate;

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub use drop_folder::DropArgs;
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
    /// The contacts behind a figure.
    Contacts(ContactsArgs),
    /// What each provider delivered, and whether it is late.
    Feeds(FeedsArgs),
    /// What was not accepted: list it, or read it again.
    Rejects(RejectsArgs),
    /// Check a mapping file, and see what rows become.
    Mapping(MappingArgs),
    /// Check a network file, and list the names in events that it does not.
    Network(NetworkArgs),
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

/// `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    /// The network file; remembered, so needed once.
    #[arg(long, env = "VIGIE_NETWORK", value_name = "FILE")]
    pub network: Option<PathBuf>,
    /// Where to listen.
    #[arg(long, env = "VIGIE_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// Listen beyond this machine although there is no access control yet.
    #[arg(long)]
    pub no_access_control: bool,
    /// Seconds between two flushes of what came in.
    #[arg(long, default_value_t = 10, value_name = "S")]
    pub flush_every: u64,
    /// Seconds between two rounds of upkeep.
    #[arg(long, default_value_t = 60, value_name = "S")]
    pub upkeep_every: u64,
    #[command(flatten)]
    pub drop: DropArgs,
}

/// `ingest`.
#[derive(Debug, Args)]
pub struct IngestArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    /// The network file; remembered, so needed once.
    #[arg(long, env = "VIGIE_NETWORK", value_name = "FILE")]
    pub network: Option<PathBuf>,
    /// The provider that sends the files; not needed when the mapping says, or the network has only one.
    #[arg(long)]
    pub provider: Option<String>,
    /// How rows become events; without it the files are events.
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Leave the legs of the touched days to be computed when they are asked for.
    #[arg(long)]
    pub no_fold: bool,
    /// Threads that parse.
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// The files.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// Which contacts, in words; the same words as over HTTP.
#[derive(Debug, Clone, Args)]
pub struct AskArgs {
    /// First day or instant.
    #[arg(long)]
    pub from: Option<String>,
    /// Day or instant after the last, exclusive.
    #[arg(long)]
    pub to: Option<String>,
    /// The zone in which days are read; the network's when absent.
    #[arg(long)]
    pub zone: Option<String>,
    /// Only these providers.
    #[arg(long, value_delimiter = ',')]
    pub provider: Vec<String>,
    /// Only these sites.
    #[arg(long, value_delimiter = ',')]
    pub site: Vec<String>,
    /// Only these queues.
    #[arg(long, value_delimiter = ',')]
    pub queue: Vec<String>,
    /// Only these channels.
    #[arg(long, value_delimiter = ',')]
    pub channel: Vec<String>,
    /// Only these reasons.
    #[arg(long, value_delimiter = ',')]
    pub reason: Vec<String>,
    /// The instant as of which open contacts are judged.
    #[arg(long)]
    pub now: Option<String>,
    /// Only what had been received by then.
    #[arg(long)]
    pub as_of: Option<String>,
    /// One service-level formula, a to g, for all queues.
    #[arg(long)]
    pub formula: Option<String>,
    /// One threshold in seconds for all queues.
    #[arg(long)]
    pub threshold_s: Option<String>,
}

/// `scorecard`.
#[derive(Debug, Args)]
pub struct ScorecardArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    #[command(flatten)]
    pub ask: AskArgs,
    /// Rows by provider, site, queue, channel, reason, team; several with commas.
    #[arg(long, value_delimiter = ',')]
    pub by: Vec<String>,
    /// Rows by stretch of time too: 15m, 1h, 1d, 1w, 1mo.
    #[arg(long)]
    pub grain: Option<String>,
    /// Beside the period before: `previous`.
    #[arg(long)]
    pub compare: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `homogeneity`.
#[derive(Debug, Args)]
pub struct HomogeneityArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    #[command(flatten)]
    pub ask: AskArgs,
    /// What is compared: resolution.
    #[arg(long)]
    pub of: Option<String>,
    /// Between whom: site or provider; sites when absent.
    #[arg(long)]
    pub by: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `contacts`.
#[derive(Debug, Args)]
pub struct ContactsArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    #[command(flatten)]
    pub ask: AskArgs,
    /// Only these outcomes: answered, abandoned, flowed_out, overdue, pending.
    #[arg(long, value_delimiter = ',')]
    pub outcome: Vec<String>,
    /// Only contacts that do not count as answered in time.
    #[arg(long)]
    pub missed: bool,
    /// Rows of the page.
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
    /// `next` of the page before.
    #[arg(long)]
    pub cursor: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `feeds`.
#[derive(Debug, Args)]
pub struct FeedsArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    /// Received from this day or instant on.
    #[arg(long)]
    pub from: Option<String>,
    /// Received before this day or instant.
    #[arg(long)]
    pub to: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `rejects`.
#[derive(Debug, Args)]
pub struct RejectsArgs {
    #[command(subcommand)]
    pub action: RejectsAction,
}

/// What to do with rejects.
#[derive(Debug, Subcommand)]
pub enum RejectsAction {
    /// List them, the newest first.
    List(RejectsListArgs),
    /// Read them again, after the network or a mapping was mended.
    Replay(RejectsReplayArgs),
}

/// Which rejects.
#[derive(Debug, Clone, Args)]
pub struct RejectsFilterArgs {
    /// Of this provider.
    #[arg(long)]
    pub provider: Option<String>,
    /// Of this source.
    #[arg(long)]
    pub source: Option<String>,
    /// For this reason, such as `unknown_site`.
    #[arg(long)]
    pub reason: Option<String>,
}

/// `rejects list`.
#[derive(Debug, Args)]
pub struct RejectsListArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    #[command(flatten)]
    pub filter: RejectsFilterArgs,
    /// Replayed ones too.
    #[arg(long)]
    pub all: bool,
    /// Rows of the page.
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
    /// Below this number.
    #[arg(long)]
    pub before: Option<i64>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `rejects replay`.
#[derive(Debug, Args)]
pub struct RejectsReplayArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    #[command(flatten)]
    pub filter: RejectsFilterArgs,
    /// The mended network file.
    #[arg(long, value_name = "FILE")]
    pub network: Option<PathBuf>,
}

/// `mapping`.
#[derive(Debug, Args)]
pub struct MappingArgs {
    #[command(subcommand)]
    pub action: MappingAction,
}

/// What to do with a mapping.
#[derive(Debug, Subcommand)]
pub enum MappingAction {
    /// Check it, and show what the first rows of an export become.
    Check(MappingCheckArgs),
}

/// `mapping check`.
#[derive(Debug, Args)]
pub struct MappingCheckArgs {
    /// The mapping file.
    pub file: PathBuf,
    /// An export to try it on.
    #[arg(long, value_name = "FILE")]
    pub sample: Option<PathBuf>,
    /// The network file; one that knows every name is made up when absent.
    #[arg(long, env = "VIGIE_NETWORK", value_name = "FILE")]
    pub network: Option<PathBuf>,
    /// The provider, when the mapping does not say.
    #[arg(long)]
    pub provider: Option<String>,
    /// Rows to show.
    #[arg(long, default_value_t = 10)]
    pub rows: usize,
}

/// `network`.
#[derive(Debug, Args)]
pub struct NetworkArgs {
    #[command(subcommand)]
    pub action: NetworkAction,
}

/// What to do with a network file.
#[derive(Debug, Subcommand)]
pub enum NetworkAction {
    /// Say every mistake with its line and what would be right.
    Check {
        /// The network file.
        file: PathBuf,
    },
    /// List the sites, queues and reasons that events name and the network file does not list.
    Discovered(NetworkDiscoveredArgs),
}

/// `network discovered`.
#[derive(Debug, Args)]
pub struct NetworkDiscoveredArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Of which file.
    #[arg(value_enum)]
    pub of: SchemaOf,
}

/// Files that have a schema.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SchemaOf {
    /// The network file.
    Network,
    /// A mapping file.
    Mapping,
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
