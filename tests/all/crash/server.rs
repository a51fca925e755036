//! `vigie serve`: started, awaited, stopped, killed.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use super::{
    client,
    tool::{Home, Tool, wait},
};

/// Longest time to be up, and to stop when told to.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server. Killed when dropped.
pub(super) struct Server {
    child: Child,
    /// `http://ADDR`.
    pub(super) address: String,
    log: PathBuf,
}

impl Server {
    /// Starts it; with a fault, it may end before it listens.
    ///
    /// # Errors
    /// It ended, with the last it said.
    pub(super) fn start(tool: &Tool, home: &Home, fault: Option<&str>) -> Result<Self, String> {
        let log = home.aside.path().join("server.log");
        let mut command = tool.command(home, fault);
        command.arg("serve").arg("--lake").arg(&home.lake).arg("--network").arg(&home.network);
        command.args(["--listen", "127.0.0.1:0", "--flush-every", "1", "--upkeep-every", "1"]);
        command.stdout(Stdio::piped()).stderr(File::create(&log).expect("a log"));
        let mut child = command.spawn().expect("the program starts");
        let lines = lines_of(child.stdout.take().expect("piped"));
        let mut server = Self { child, address: String::new(), log };
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => {
                let address = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("it said {line:?}"));
                address.clone_into(&mut server.address);
                Ok(server)
            }
            Err(RecvTimeoutError::Disconnected) => {
                let status = server.child.wait().expect("a child");
                Err(format!("{status}; {}", server.last_words()))
            }
            Err(RecvTimeoutError::Timeout) => Err(format!("not up after {PATIENCE:?}; {}", server.last_words())),
        }
    }

    /// Starts it and waits until it takes events.
    ///
    /// # Errors
    /// It does not recover, with the last it said.
    pub(super) fn ready(tool: &Tool, home: &Home) -> Result<Self, String> {
        let mut server = Self::start(tool, home, None)?;
        let agent = client::agent();
        let ready = wait(PATIENCE, || {
            if client::is_ready(&agent, &server.address) { Some(true) } else { server.has_ended().then_some(false) }
        });
        if ready == Some(true) { Ok(server) } else { Err(format!("never ready; {}", server.last_words())) }
    }

    fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_some()
    }

    /// Whether it ends by itself within `limit`.
    pub(super) fn ends_within(&mut self, limit: Duration) -> bool {
        wait(limit, || self.has_ended().then_some(())).is_some()
    }

    /// Ends it between two instructions.
    pub(super) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // One that has ended already needs no kill.
        let _ = self.child.kill();
        self.child.wait().expect("a child");
    }

    /// Tells it to stop, and waits until everything is in the lake.
    ///
    /// # Errors
    /// It did not stop, or not well.
    pub(super) fn stop(mut self) -> Result<(), String> {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        let status = wait(PATIENCE, || self.child.try_wait().expect("a child"));
        match status {
            Some(status) if told.success() && status.success() => Ok(()),
            other => Err(format!("told to stop it ended with {other:?}; {}", self.last_words())),
        }
    }

    fn last_words(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(5)..].join(" / ")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// The lines of a stream, read on a thread of its own so that the writer never waits.
fn lines_of(stream: ChildStdout) -> Receiver<String> {
    let (told, lines) = channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        if reader.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
            // The starter may have lost patience.
            let _ = told.send(line.trim_end().to_owned());
        }
        let _ = reader.read_to_end(&mut Vec::new());
    });
    lines
}
