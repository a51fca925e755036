//! The sender's side of `POST /v1/events`: sends until it is taken, and waits when told to.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::runtime::Runtime;
use ureq::{
    Agent,
    http::{HeaderMap, Uri},
};

use crate::{commands::serve::stop_signal, exit::Usage};

/// Longest time for one answer.
const PATIENCE: Duration = Duration::from_mins(2);
/// The pause before the same is sent again when the server does not say for how long.
const PAUSE: Duration = Duration::from_secs(1);
/// Longest pause that a server can ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// How often nobody may answer in a row.
const TRIES: u32 = 5;

/// Told when the process is to stop.
pub(super) struct Stop(Receiver<()>);

impl Stop {
    /// Listens for signals on the runtime.
    pub(super) fn listen(runtime: &Runtime) -> anyhow::Result<Self> {
        let (tell, told) = channel();
        let _within = runtime.enter();
        let signal = stop_signal().context("cannot wait for signals")?;
        runtime.spawn(async move {
            signal.await;
            // Whoever would listen has ended already.
            let _ = tell.send(());
        });
        Ok(Self(told))
    }

    /// Waits for so long; whether it is to stop meanwhile.
    pub(super) fn within(&self, time: Duration) -> bool {
        !matches!(self.0.recv_timeout(time), Err(RecvTimeoutError::Timeout))
    }
}

/// What became of the events sent.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) received: u64,
    pub(super) accepted: u64,
    pub(super) duplicate: u64,
    pub(super) conflict: u64,
    pub(super) rejected: u64,
}

impl Tally {
    /// What the headers of an answer say; `None` when nothing was counted.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let number = |name: &str| -> Option<u64> { headers.get(name)?.to_str().ok()?.parse().ok() };
        Some(Self {
            received: number("vigie-received")?,
            accepted: number("vigie-accepted")?,
            duplicate: number("vigie-duplicate")?,
            conflict: number("vigie-conflict")?,
            rejected: number("vigie-rejected")?,
        })
    }

    /// Adds other counts to these.
    pub(super) fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.accepted += other.accepted;
        self.duplicate += other.duplicate;
        self.conflict += other.conflict;
        self.rejected += other.rejected;
    }
}

/// What came of one request.
enum Sent {
    Taken(Tally),
    Later(Duration),
    Unanswered(ureq::Error),
}

/// Sends to one server.
pub(super) struct Client {
    agent: Agent,
    events: String,
}

impl Client {
    /// For the server at this address.
    pub(super) fn new(address: &str) -> anyhow::Result<Self> {
        let address = address.trim_end_matches('/');
        let is_http = |uri: Uri| uri.scheme_str() == Some("http") && uri.host().is_some();
        if !address.parse::<Uri>().is_ok_and(is_http) {
            let right = "give one such as http://127.0.0.1:8080";
            bail!(Usage(format!("--push: {address:?} is no address of a server; {right}")));
        }
        let config = Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(PATIENCE));
        Ok(Self { agent: config.build().into(), events: format!("{address}/v1/events") })
    }

    /// Sends lines until they are taken; `None` when it was told to stop before.
    pub(super) fn send(&self, provider: &str, lines: &[u8], stop: &Stop) -> anyhow::Result<Option<Tally>> {
        let mut unanswered = 0;
        loop {
            let pause = match self.post(provider, lines)? {
                Sent::Taken(tally) => return Ok(Some(tally)),
                Sent::Later(pause) => {
                    unanswered = 0;
                    pause
                }
                // What became of it is unknown, and sending it again is safe: an event counts once.
                Sent::Unanswered(error) => {
                    unanswered += 1;
                    if unanswered == TRIES {
                        return Err(error).with_context(|| format!("nobody answers at {}", self.events));
                    }
                    PAUSE
                }
            };
            if stop.within(pause) {
                return Ok(None);
            }
        }
    }

    fn post(&self, provider: &str, lines: &[u8]) -> anyhow::Result<Sent> {
        let request = self.agent.post(format!("{}?provider={provider}", self.events));
        let mut answer = match request.header("content-type", "application/x-ndjson").send(lines) {
            Ok(answer) => answer,
            Err(error) => return Ok(Sent::Unanswered(error)),
        };
        let status = answer.status().as_u16();
        if matches!(status, 429 | 503) {
            return Ok(Sent::Later(pause(answer.headers())));
        }
        if let Some(tally) = Tally::of(answer.headers()) {
            return Ok(Sent::Taken(tally));
        }
        let told = answer.body_mut().read_to_string().unwrap_or_default();
        bail!("{} answered {status}: {}", self.events, detail(&told));
    }
}

/// How long the server asks to wait.
fn pause(headers: &HeaderMap) -> Duration {
    let seconds = headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    seconds.map_or(PAUSE, Duration::from_secs).min(LONGEST_PAUSE)
}

/// What a problem says in words, else all of it.
fn detail(told: &str) -> String {
    let problem: Option<serde_json::Value> = serde_json::from_str(told).ok();
    let detail = problem.as_ref().and_then(|problem| problem["detail"].as_str());
    detail.unwrap_or(told).to_owned()
}

#[cfg(test)]
mod tests {
    use ureq::http::HeaderValue;

    use super::*;

    /// A server that is busy for a minute would be asked sixty times.
    #[test]
    fn it_waits_as_long_as_it_is_asked_to_but_not_for_ever() {
        let asked = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", HeaderValue::from_static(text));
            pause(&headers)
        };
        assert_eq!(asked("60"), Duration::from_mins(1));
        assert_eq!(asked("99999999"), LONGEST_PAUSE);
        assert_eq!(asked("Wed, 21 Oct 2026 07:28:00 GMT"), PAUSE);
        assert_eq!(pause(&HeaderMap::new()), PAUSE);
    }

    #[test]
    fn a_refusal_is_told_in_its_own_words() {
        assert_eq!(detail(r#"{"code":"unknown_provider","detail":"use one of: north"}"#), "use one of: north");
        assert_eq!(detail("<h1>teapot</h1>"), "<h1>teapot</h1>");
    }
}
