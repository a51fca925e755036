//! The grammar of what asks for figures: `scorecard`, `homogeneity`, `live`, `backlog`, `complaints`, `repeats`, `contacts`.

use clap::Args;

use super::{Format, LakeArgs};

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

/// What is counted; the same words as over HTTP.
#[derive(Debug, Clone, Args)]
pub struct CountingArgs {
    /// `provider`, or absent: each leg for whoever got it; `brand`: each contact whole, where it came in.
    #[arg(long)]
    pub view: Option<String>,
    /// How overflow counts in all queues: miss, neutral, excluded; as each queue has agreed when absent.
    #[arg(long)]
    pub overflow_counts_as: Option<String>,
    /// How callbacks count in all queues: answered_if_within, neutral, miss; as each queue has agreed when absent.
    #[arg(long)]
    pub callback_counts_as: Option<String>,
}

/// `scorecard`.
#[derive(Debug, Args)]
pub struct ScorecardArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    #[command(flatten)]
    pub ask: AskArgs,
    #[command(flatten)]
    pub counting: CountingArgs,
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
    /// What is compared: resolution, or no_repeat; resolution when absent.
    #[arg(long)]
    pub of: Option<String>,
    /// Between whom: site or provider; sites when absent.
    #[arg(long)]
    pub by: Option<String>,
    #[command(flatten)]
    pub repeats: RepeatRuleArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// What a repeat is.
#[derive(Debug, Clone, Args)]
pub struct RepeatRuleArgs {
    /// A contact within so long after another is a repeat, such as 24h or 30d; 7d when absent.
    #[arg(long)]
    pub window: Option<String>,
    /// Whether a first contact that its first handler transferred is resolved: pass or fail; pass when absent.
    #[arg(long)]
    pub transfers: Option<String>,
}

/// Rows, and stretches of time.
#[derive(Debug, Clone, Args)]
pub struct RowArgs {
    /// Rows by provider, site, queue, channel, reason, team; several with commas.
    #[arg(long, value_delimiter = ',')]
    pub by: Vec<String>,
    /// Rows by stretch of time too: 15m, 1h, 1d, 1w, 1mo.
    #[arg(long)]
    pub grain: Option<String>,
}

/// `backlog`.
#[derive(Debug, Args)]
pub struct BacklogArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    #[command(flatten)]
    pub ask: AskArgs,
    #[command(flatten)]
    pub rows: RowArgs,
    /// Days of work at which the backlog is saturated; 5 when absent.
    #[arg(long)]
    pub limit_days: Option<String>,
    /// How many of the oldest cases are listed.
    #[arg(long, default_value_t = 10)]
    pub limit: usize,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `complaints`.
#[derive(Debug, Args)]
pub struct ComplaintsArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    #[command(flatten)]
    pub ask: AskArgs,
    #[command(flatten)]
    pub rows: RowArgs,
    /// How many open complaints are listed.
    #[arg(long, default_value_t = 10)]
    pub limit: usize,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `repeats`.
#[derive(Debug, Args)]
pub struct RepeatsArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    #[command(flatten)]
    pub ask: AskArgs,
    #[command(flatten)]
    pub rows: RowArgs,
    #[command(flatten)]
    pub rules: RepeatRuleArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `live`.
#[derive(Debug, Args)]
pub struct LiveArgs {
    #[command(flatten)]
    pub lake: LakeArgs,
    #[command(flatten)]
    pub ask: AskArgs,
    /// Rows by provider, site, queue, channel, reason, team; several with commas. By queue when absent.
    #[arg(long, value_delimiter = ',')]
    pub by: Vec<String>,
    /// Print once and end, also on a terminal.
    #[arg(long)]
    pub once: bool,
    /// Seconds from one look to the next, on a terminal.
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub every: u64,
    /// How to print; JSON and CSV are printed once.
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
    #[command(flatten)]
    pub counting: CountingArgs,
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
