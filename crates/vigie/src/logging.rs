//! Logs: one line an event, on standard error; `VIGIE_LOG` chooses, `VIGIE_LOG_FORMAT=json` for machines.

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// Starts logging.
pub fn start(quiet: bool) {
    let default = if quiet { "error" } else { "warn,vigie=info,store=info,api=info" };
    let filter = EnvFilter::try_from_env("VIGIE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    // Colours are for eyes: in a file they are control characters between a name and its value.
    let is_seen = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
    let layer = fmt::layer().with_writer(std::io::stderr).with_ansi(is_seen).with_target(false);
    let json = std::env::var("VIGIE_LOG_FORMAT").is_ok_and(|format| format == "json");
    let registry = tracing_subscriber::registry().with(filter);
    if json { registry.with(layer.json()).init() } else { registry.with(layer).init() }
}
