//! The grammar of what takes events in and says what became of them: `serve`, `ingest`, `feeds`, `rejects`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Subcommand};

use super::{DropArgs, Format, LakeArgs};

/// `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    /// The network file; remembered, so needed once.
    #[arg(long, env = "VIGIE_NETWORK", value_name = "FILE")]
    pub network: Option<PathBuf>,
    /// Who is told of alerts, and what is watched; see `vigie schema alerts`.
    #[arg(long, env = "VIGIE_ALERTS", value_name = "FILE")]
    pub alerts: Option<PathBuf>,
    /// Files about contracts: contracts, claims, forecasts, deliveries; or directories of them, to be filed; what is filed is remembered.
    #[arg(long, env = "VIGIE_CONTRACTS", value_name = "DIR|FILE")]
    pub contracts: Vec<PathBuf>,
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
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub limit: u16,
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
