//! `serve --drop`.

use std::{path::PathBuf, time::Duration};

use clap::Args;

/// The drop folder, and how patient it is.
#[derive(Debug, Args)]
pub struct DropArgs {
    /// A folder into which files are put to be taken in: in it, one folder for each provider or mapping.
    #[arg(long = "drop", env = "VIGIE_DROP", value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Seconds between two looks into the drop folder.
    #[arg(long = "drop-every", default_value_t = 5, value_name = "S", requires = "folder")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub every: u64,
    /// Seconds for which a dropped file must not have changed before it is looked into.
    #[arg(long = "drop-settle", default_value_t = 10, value_name = "S", requires = "folder")]
    pub settle: u64,
    /// Seconds after which a dropped file is refused that is cut, empty or may not be read, and does not change.
    #[arg(long = "drop-patience", default_value_t = 3600, value_name = "S", requires = "folder")]
    pub patience: u64,
}

impl DropArgs {
    /// Between two looks.
    pub fn every(&self) -> Duration {
        Duration::from_secs(self.every)
    }
}
