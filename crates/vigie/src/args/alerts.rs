//! The grammar of `alerts`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Format;

/// `alerts`.
#[derive(Debug, Args)]
pub struct AlertsArgs {
    #[command(subcommand)]
    pub action: AlertsAction,
}

/// What to do with alerts.
#[derive(Debug, Subcommand)]
pub enum AlertsAction {
    /// List what fires and what has fired, the newest first.
    List(AlertsListArgs),
    /// One alert with its changes, and what people said to it.
    Show(AlertsShowArgs),
    /// Take an alert on, at a running server: others see who.
    Ack(AlertsSayArgs),
    /// Add a note to an alert, at a running server.
    Note(AlertsSayArgs),
    /// List messages that were given up; or, at a running server, send one again or give it up for good.
    DeadLetters(DeadLettersArgs),
    /// Say every mistake of a file of alerts with its line and what would be right.
    Check {
        /// The file.
        file: PathBuf,
        /// The network file, whose queues, sites, providers and calendars it must name.
        #[arg(long, env = "VIGIE_NETWORK", value_name = "FILE")]
        network: PathBuf,
    },
}

/// `alerts list`.
#[derive(Debug, Args)]
pub struct AlertsListArgs {
    /// The lake's directory; a server may hold it.
    #[arg(long, env = "VIGIE_LAKE", value_name = "DIR")]
    pub lake: PathBuf,
    /// Only those that fire.
    #[arg(long)]
    pub firing: bool,
    /// Only of this kind.
    #[arg(long, value_parser = ["breach", "data", "delivery"])]
    pub kind: Option<String>,
    /// Only of this rule, such as burn, outlook, result, feed, delivery.
    #[arg(long)]
    pub rule: Option<String>,
    /// Only about this provider.
    #[arg(long)]
    pub provider: Option<String>,
    /// Only about this site.
    #[arg(long)]
    pub site: Option<String>,
    /// Only about this queue.
    #[arg(long)]
    pub queue: Option<String>,
    /// Only about this objective.
    #[arg(long)]
    pub objective: Option<String>,
    /// Rows of the page.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,
    /// `next` of the page before.
    #[arg(long)]
    pub cursor: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `alerts show`.
#[derive(Debug, Args)]
pub struct AlertsShowArgs {
    /// The alert's id.
    pub id: String,
    /// The lake's directory; a server may hold it.
    #[arg(long, env = "VIGIE_LAKE", value_name = "DIR")]
    pub lake: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// `alerts ack`, `alerts note`.
#[derive(Debug, Args)]
pub struct AlertsSayArgs {
    /// The alert's id.
    pub id: String,
    /// Who says it.
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// What they say.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
    /// The server.
    #[arg(long, env = "VIGIE_SERVER", value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub server: String,
}

/// `alerts dead-letters`.
#[derive(Debug, Args)]
pub struct DeadLettersArgs {
    /// The lake's directory; a server may hold it.
    #[arg(
        long,
        env = "VIGIE_LAKE",
        value_name = "DIR",
        required_unless_present_any = ["requeue", "discard"]
    )]
    pub lake: Option<PathBuf>,
    /// Send this message again, under its id.
    #[arg(long, value_name = "ID", conflicts_with = "discard")]
    pub requeue: Option<String>,
    /// Give this message up for good.
    #[arg(long, value_name = "ID")]
    pub discard: Option<String>,
    /// The server.
    #[arg(long, env = "VIGIE_SERVER", value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}
