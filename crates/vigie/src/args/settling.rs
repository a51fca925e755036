//! The grammar of what is done at the table with a provider: `reconcile`, `seal`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Format, LakeArgs};

/// `reconcile`.
#[derive(Debug, Args)]
pub struct ReconcileArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    /// The network file by which we count; the one that the lake remembers when absent.
    #[arg(long, env = "VIGIE_NETWORK", value_name = "FILE")]
    pub network: Option<PathBuf>,
    /// The provider's own figures: a CSV whose columns `vigie schema declared` tells.
    #[arg(long, value_name = "FILE")]
    pub declared: PathBuf,
    /// The contacts that the provider counts: a CSV with provider, contact, site, queue, at, outcome, `wait_s`.
    #[arg(long, value_name = "FILE")]
    pub contacts: Option<PathBuf>,
    /// Take rules that the file does not state as ours, without searching for them.
    #[arg(long)]
    pub stated_only: bool,
    /// The instant as of which open contacts are judged.
    #[arg(long)]
    pub now: Option<String>,
    /// Only what had been received by then.
    #[arg(long)]
    pub as_of: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}
