//! Logs: one line an event, on standard error; `VIGIE_LOG` chooses, `VIGIE_LOG_FORMAT=json` for machines.

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// Starts logging.
pub fn start(quiet: bool) {
    let default = if quiet { "error" } else { "warn,vigie=info,store=info,api=info" };
    let filter = EnvFilter::try_from_env("VIGIE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let layer = fmt::layer().with_writer(std::io::stderr).with_target(false);
    let json = std::env::var("VIGIE_LOG_FORMAT").is_ok_and(|format| format == "json");
    let registry = tracing_subscriber::registry().with(filter);
    if json { registry.with(layer.json()).init() } else { registry.with(layer).init() }
}
