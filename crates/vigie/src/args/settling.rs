//! The grammar of what is done at the table with a provider: `reconcile`, `seal`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

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
    /// In which language to tell it.
    #[arg(long, value_enum, default_value_t = Lang::En)]
    pub lang: Lang,
}

/// The language of what is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English.
    En,
    /// French.
    Fr,
}

impl From<Lang> for api::Lang {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::English,
            Lang::Fr => Self::French,
        }
    }
}

/// `seal`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct SealArgs {
    #[command(subcommand)]
    pub action: Option<SealAction>,
    /// The lake's directory.
    #[arg(long, env = "VIGIE_LAKE", value_name = "DIR")]
    pub lake: Option<PathBuf>,
    /// A directory of further or overriding statements.
    #[arg(long, env = "VIGIE_QUERIES", value_name = "DIR")]
    pub queries: Option<PathBuf>,
    /// The month, such as 2026-10; it must be over.
    #[arg(long, value_name = "MONTH")]
    pub period: Option<String>,
    /// Files about contracts: contracts, claims, forecasts, deliveries; or directories of them, to be filed first; what is filed is remembered.
    #[arg(long, env = "VIGIE_CONTRACTS", value_name = "DIR|FILE")]
    pub contracts: Vec<PathBuf>,
    /// The invoice of the month, such as 100000.00, or of one contract, such as care=100000.00: what it costs is told only
    /// with one.
    #[arg(long, value_name = "[CONTRACT=]AMOUNT")]
    pub invoice: Vec<String>,
    /// Who seals it.
    #[arg(long, value_name = "AUTHOR")]
    pub by: Option<String>,
    /// Why; needed to seal a month again.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

/// What to do with statements.
#[derive(Debug, Subcommand)]
pub enum SealAction {
    /// List the statements that are sealed.
    List(SealListArgs),
    /// Make a statement again, as of when it was sealed and as of now; exit status 1 when the first is not equal.
    Verify(SealVerifyArgs),
}

/// `seal list`.
#[derive(Debug, Args)]
pub struct SealListArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `seal verify`.
#[derive(Debug, Args)]
pub struct SealVerifyArgs {
    /// The statement's name, such as 2026-10-v1, or a month for its last one.
    pub name: String,
    #[command(flatten)]
    pub lake: LakeArgs,
    /// The network file by which it is made again; the one that the lake remembers when absent.
    #[arg(long, env = "VIGIE_NETWORK", value_name = "FILE")]
    pub network: Option<PathBuf>,
    /// Files about contracts: contracts, claims, forecasts, deliveries; or directories of them, by which it is made again; those filed when absent.
    #[arg(long, value_name = "DIR|FILE")]
    pub contracts: Vec<PathBuf>,
    /// The instant as of which open contacts are judged now.
    #[arg(long)]
    pub now: Option<String>,
    /// How to print; as CSV, the figures that moved since.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}
