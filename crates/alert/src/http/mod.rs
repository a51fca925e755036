//! Sending over HTTP to an address that somebody configured: judged, bounded, never redirected.

mod allowed;
mod resolve;
mod tls;

use std::{io::Read, time::Duration};

use contact::Duration as Span;
use ureq::{
    Agent,
    http::{HeaderMap, header::RETRY_AFTER},
    unversioned::transport::{Connector, TcpConnector},
};

pub use allowed::Allowed;

use self::{resolve::Judged, tls::Tls};
use crate::AlertError;

/// Characters of an error that are kept.
const MAX_ERROR: usize = 200;
/// Bytes of the header of an answer.
const MAX_HEADER: usize = 16 << 10;

/// How long a receiver may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// To be found and connected to.
    pub connect: Duration,
    /// Until its answer has begun, from the very start.
    pub total: Duration,
}

impl Default for Timeouts {
    /// 5 s to connect, 10 s in all.
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(10) }
    }
}

/// Sends requests to receivers. Each goes over a connection of its own, to an address that was judged for it.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
}

/// What a receiver answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// `Retry-After` as written.
    pub(crate) retry_after: Option<String>,
    /// The beginning of its body, if that was asked for.
    pub(crate) excerpt: String,
}

impl Client {
    /// A client that goes only where it is allowed. Certificates are checked against those of the system and against
    /// `authorities` (PEM), such as that of a company.
    ///
    /// # Errors
    /// The authorities cannot be read.
    pub fn new(allowed: Allowed, timeouts: Timeouts, authorities: Option<&[u8]>) -> Result<Self, AlertError> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // Through a proxy the address would be judged here, and the name resolved again there.
            .proxy(None)
            .max_idle_connections(0)
            .max_response_header_size(MAX_HEADER)
            .timeout_resolve(Some(timeouts.connect))
            .timeout_connect(Some(timeouts.connect))
            .timeout_global(Some(timeouts.total))
            .user_agent(concat!("vigie/", env!("CARGO_PKG_VERSION")))
            .build();
        let connector = ().chain(TcpConnector::default()).chain(Tls::new(authorities)?);
        Ok(Self { agent: Agent::with_parts(config, connector, Judged::new(allowed)) })
    }

    /// Posts JSON. What follows the header of the answer is read up to `excerpt` bytes, and only of errors.
    pub(crate) fn post(
        &self,
        url: &str,
        headers: &[(&str, String)],
        body: &[u8],
        excerpt: u64,
    ) -> Result<Answer, String> {
        let mut request = self.agent.post(url).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut response = request.send(body).map_err(|error| bounded(&error.to_string()))?;
        let (status, retry_after) = (response.status(), retry_after(response.headers()));
        let mut text = Vec::new();
        if excerpt > 0 && !status.is_success() {
            // What can be read in time is told; the status alone decides.
            drop(response.body_mut().as_reader().take(excerpt).read_to_end(&mut text));
        }
        let excerpt = bounded(&String::from_utf8_lossy(&text));
        Ok(Answer { status: status.as_u16(), retry_after, excerpt })
    }
}

fn retry_after(headers: &HeaderMap) -> Option<String> {
    headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// A text for a log: short, on one line, without control characters.
fn bounded(text: &str) -> String {
    let text = text.trim().chars().take(MAX_ERROR);
    text.map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// How long a receiver asks to be left alone: seconds, or the time of a clock that shows `now`.
pub(crate) fn asked_to_wait(retry_after: &str, now: contact::Instant) -> Option<Span> {
    if let Ok(seconds) = retry_after.trim().parse::<u32>() {
        return Some(Span::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(retry_after.trim()).ok()?.timestamp();
    let seconds = contact::Instant::from(at).micros_since(now).max(0) / 1_000_000;
    Some(Span::from_secs(u32::try_from(seconds).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_says_how_long_in_seconds_or_by_the_clock() {
        let now = "1994-11-06T08:49:00Z".parse().expect("RFC 3339");
        let waits = |text| asked_to_wait(text, now).map(|span| span.as_micros() / 1_000_000);
        assert_eq!(waits("120"), Some(120));
        assert_eq!(waits("Sun, 06 Nov 1994 08:49:37 GMT"), Some(37));
        assert_eq!(waits("Sun, 06 Nov 1994 08:00:00 GMT"), Some(0));
        assert_eq!(waits("soon"), None);
        assert_eq!(waits("-5"), None);
    }
}
