//! The grammar of what concerns configuration files: `contract`, `mapping`, `network`, `schema`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Format, LakeArgs};

/// `contract`.
#[derive(Debug, Args)]
pub struct ContractArgs {
    #[command(subcommand)]
    pub action: ContractAction,
}

/// What to do with contracts.
#[derive(Debug, Subcommand)]
pub enum ContractAction {
    /// Say every mistake with its line and what would be right, and what is left open.
    Check(ContractCheckArgs),
    /// File contracts, claims, forecasts and deliveries in a lake, with the instant at which they are accepted.
    File(ContractFileArgs),
    /// Hold contracts against a lake: met or breached, secured to lost, by how many contacts, at which cost.
    Evaluate(ContractEvaluateArgs),
}

/// `contract file`.
#[derive(Debug, Args)]
pub struct ContractFileArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    /// Files about contracts: contracts, claims, forecasts, deliveries; or directories of them.
    #[arg(required = true, value_name = "DIR|FILE")]
    pub files: Vec<PathBuf>,
}

/// `contract evaluate`.
#[derive(Debug, Args)]
pub struct ContractEvaluateArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    /// Files about contracts: contracts, claims, forecasts, deliveries; or directories of them; those filed in the lake when absent.
    #[arg(long, value_name = "DIR|FILE")]
    pub contracts: Vec<PathBuf>,
    /// The network file; the one in force in the lake when absent.
    #[arg(long, env = "VIGIE_NETWORK", value_name = "FILE")]
    pub network: Option<PathBuf>,
    /// A month (2026-10), a day (2026-10-05) or days (2026-10-05/2026-10-11): the windows that end in it. Those in which now
    /// lies when absent.
    #[arg(long)]
    pub period: Option<String>,
    /// Only what had been received and filed by then.
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// The instant as of which windows are over, and open contacts judged.
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// The invoice of the period, such as 100000.00, or of one contract, such as care=100000.00: what it costs is told only
    /// with one. Credits of earlier months that are earned back are those of that invoice, or of their own, such as
    /// 2026-01:90000.00 or care=2026-01:90000.00.
    #[arg(long, value_name = "[CONTRACT=][MONTH:]AMOUNT")]
    pub invoice: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `contract check`.
#[derive(Debug, Args)]
pub struct ContractCheckArgs {
    /// The contract files; versions of one contract are also checked against each other.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The network file, whose providers, sites, queues, calendars and reasons they must name.
    #[arg(long, env = "VIGIE_NETWORK", value_name = "FILE")]
    pub network: Option<PathBuf>,
    /// Claims of relief under the contract: they must fit one of its versions.
    #[arg(long, value_name = "FILE")]
    pub claims: Vec<PathBuf>,
    /// Forecasts issued under the contract.
    #[arg(long, value_name = "FILE")]
    pub forecast: Vec<PathBuf>,
    /// What the provider declares to have sent under the contract.
    #[arg(long, value_name = "FILE")]
    pub delivery: Vec<PathBuf>,
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
    /// The provider, when the mapping does not say; without a network file, some name serves.
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
    /// A row of a provider's own figures, for `vigie reconcile`.
    Declared,
    /// A contract file.
    Contract,
    /// A file of claims under a contract.
    Claims,
    /// A forecast issued under a contract.
    Forecast,
    /// What a provider declares to have sent under a contract.
    Delivery,
    /// A mapping file.
    Mapping,
    /// A file of alerts.
    Alerts,
}
