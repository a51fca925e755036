//! The program under test, and the lake home it works on.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use crate::program::binary;

const NETWORK: &str = "\
brand: coast
zone: Europe/Paris
providers: [{name: north}, {name: south}]
sites:
  - {name: tunis, provider: north}
  - {name: lille, provider: north}
  - {name: lisbon, provider: south}
queues:
  - {name: voice-fr, threshold: 20s}
  - {name: chat-fr, channel: chat, threshold: 60s}
";

/// Longest time for a command that is to end by itself.
const PATIENCE: Duration = Duration::from_mins(1);

/// The binary, and the fault planted in it, if any.
#[derive(Debug, Clone)]
pub(super) struct Tool {
    bin: PathBuf,
    plant: Option<&'static str>,
}

impl Tool {
    /// The binary of this build.
    pub(super) fn built() -> Self {
        Self { bin: binary(), plant: None }
    }

    /// A binary built with faults that can be planted, and the one to plant.
    pub(super) fn planted(bin: &Path, plant: &'static str) -> Self {
        assert!(bin.is_file(), "VIGIE_PLANTED_BIN names {}, where there is no program", bin.display());
        Self { bin: bin.to_owned(), plant: Some(plant) }
    }

    /// A command, with `VIGIE_FAULT` as given and nothing else of the caller's settings.
    pub(super) fn command(&self, home: &Home, fault: Option<&str>) -> Command {
        let mut command = Command::new(&self.bin);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("VIGIE_")) {
            command.env_remove(name);
        }
        command.envs(fault.map(|fault| ("VIGIE_FAULT", fault))).envs(self.plant.map(|plant| ("VIGIE_PLANT", plant)));
        command.current_dir(home.aside.path()).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end. Gives its status and what it printed, both streams together.
    pub(super) fn run(&self, home: &Home, fault: Option<&str>, args: &[&str]) -> (ExitStatus, String) {
        let log = home.aside.path().join("command.log");
        let file = File::create(&log).expect("a log");
        let mut command = self.command(home, fault);
        command.arg(args[0]).arg("--lake").arg(&home.lake).args(&args[1..]);
        command.stdout(file.try_clone().expect("a handle")).stderr(file);
        let mut child = command.spawn().expect("the program starts");
        let status = if let Some(status) = wait(PATIENCE, || child.try_wait().expect("a child")) {
            status
        } else {
            child.kill().expect("a child");
            child.wait().expect("a child")
        };
        (status, fs::read_to_string(&log).unwrap_or_default())
    }
}

/// A lake home, and a directory beside it for what must outlive it.
pub(super) struct Home {
    /// Holds ledger, logs and files to be ingested; never on a disk whose power is cut.
    pub(super) aside: tempfile::TempDir,
    /// The lake.
    pub(super) lake: PathBuf,
    /// The network file.
    pub(super) network: PathBuf,
}

impl Home {
    /// A lake yet to be made, within its own directory unless `lake` says where.
    pub(super) fn new(lake: Option<&Path>) -> Self {
        let aside = tempfile::Builder::new().prefix("vigie-crash-").tempdir().expect("a directory");
        let network = aside.path().join("network.yaml");
        fs::write(&network, NETWORK).expect("written");
        let lake = lake.map_or_else(|| aside.path().join("lake"), Path::to_owned);
        Self { aside, lake, network }
    }
}

/// Asks every few milliseconds until there is an answer or `limit` has passed.
pub(super) fn wait<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        let answer = ask();
        if answer.is_some() || began.elapsed() >= limit {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}
