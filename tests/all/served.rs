//! `vigie serve` as its clients meet it: on a port of its own, told and asked over HTTP, ended by whoever started it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, SystemTime},
};

use contact::Instant;
use serde_json::Value;
use ureq::{Agent, Body, http::Response};

use crate::program::binary;

/// Longest time for one answer.
const PATIENCE: Duration = Duration::from_mins(2);
/// Longest body that is read, in bytes.
const LONGEST: u64 = 1 << 30;

/// A running server. Killed when dropped.
pub(crate) struct Served {
    child: Child,
    /// Held open: a server that says more must find a reader.
    _said: BufReader<ChildStdout>,
    address: String,
    agent: Agent,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) media: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

impl Served {
    /// Starts it and waits until it listens. It keeps no house meanwhile, so that two answers can be compared.
    pub(crate) fn start(lake: &Path, network: Option<&Path>, fault: Option<&str>) -> Self {
        Self::start_with(lake, network, fault, &[])
    }

    /// Starts it with more arguments.
    pub(crate) fn start_with(lake: &Path, network: Option<&Path>, fault: Option<&str>, more: &[&str]) -> Self {
        let mut command = Command::new(binary());
        command.env_remove("VIGIE_LAKE").env_remove("VIGIE_NETWORK").env_remove("VIGIE_LISTEN");
        command.envs(fault.map(|fault| ("VIGIE_FAULT", fault)));
        command.args([
            "--quiet",
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--flush-every",
            "86400",
            "--upkeep-every",
            "86400",
        ]);
        command.arg("--lake").arg(lake).args(more).env_remove("VIGIE_DROP");
        if let Some(network) = network {
            command.arg("--network").arg(network);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut said = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        let read = said.read_line(&mut line);
        let Some(address) = line.trim_end().strip_prefix("listening on ").map(str::to_owned) else {
            // Whatever it said instead, it must not outlive its test; one that has ended needs no kill.
            let _ = child.kill();
            panic!("it said {line:?} ({read:?}) and ended with {:?}", child.wait());
        };
        let config = Agent::config_builder().http_status_as_error(false).proxy(None);
        let agent = config.timeout_global(Some(PATIENCE)).build().into();
        Self { child, _said: said, address, agent }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Asks.
    pub(crate) fn get(&self, path: &str) -> Reply {
        let answer = self.agent.get(format!("{}{path}", self.address)).call().expect("an answer");
        read(answer).expect("a whole answer")
    }

    /// Tells; `None` when no answer came, so that nobody knows what became of it.
    pub(crate) fn post(&self, path: &str, media: &str, body: &[u8]) -> Option<Reply> {
        let request = self.agent.post(format!("{}{path}", self.address)).header("content-type", media);
        read(request.send(body).ok()?)
    }

    /// Sends events, one a line, and awaits what became of them.
    pub(crate) fn send(&self, provider: &str, lines: &[u8]) -> Reply {
        let path = format!("/v1/events?provider={provider}");
        self.post(&path, "application/x-ndjson", lines).expect("an answer")
    }

    /// Ends it between two instructions.
    pub(crate) fn kill(self) {
        drop(self);
    }

    /// Waits until it has ended by itself.
    pub(crate) fn ended(mut self) -> ExitStatus {
        self.child.wait().expect("a child")
    }

    /// Tells it to stop, and waits until everything is in the lake.
    pub(crate) fn stop(self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        let status = self.ended();
        assert!(told.success() && status.success(), "told to stop, it ended with {status}");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // One that has ended already needs no kill.
        let _ = self.child.kill();
        self.child.wait().expect("a child");
    }
}

fn read(mut answer: Response<Body>) -> Option<Reply> {
    let status = answer.status().as_u16();
    let media = answer.headers().get("content-type").and_then(|media| media.to_str().ok()).unwrap_or_default();
    let media = media.to_owned();
    let body = answer.body_mut().with_config().limit(LONGEST).read_to_string().ok()?;
    Some(Reply { status, media, body })
}

/// This machine's clock.
pub(crate) fn now() -> Instant {
    let micros = SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_micros();
    Instant::from_micros(i64::try_from(micros).expect("this age")).expect("this age")
}
