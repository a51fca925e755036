//! What is said to a running server.

use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;
use ureq::Agent;

use crate::exit::Usage;

/// Longest time for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Posts JSON to a path of a server. Returns the answer; an error says what the server said.
pub fn post(server: &str, path: &[&str], body: &Value) -> anyhow::Result<String> {
    if !(server.starts_with("http://") || server.starts_with("https://")) {
        bail!(Usage(format!("--server: {server:?} is no address; give one such as http://127.0.0.1:8080")));
    }
    let config = Agent::config_builder().http_status_as_error(false).proxy(None).timeout_global(Some(PATIENCE));
    let agent: Agent = config.build().into();
    let parts: Vec<String> = path.iter().map(|part| encoded(part)).collect();
    let url = format!("{}/{}", server.trim_end_matches('/'), parts.join("/"));
    let request = agent.post(&url).header("content-type", "application/json");
    let mut answer = request.send(body.to_string()).with_context(|| format!("nobody answers at {server}"))?;
    let text = answer.body_mut().read_to_string().unwrap_or_default();
    if answer.status().is_success() {
        return Ok(text);
    }
    let problem: Option<Value> = serde_json::from_str(&text).ok();
    let detail = problem.as_ref().and_then(|problem| problem["detail"].as_str()).unwrap_or(&text);
    bail!("{detail}");
}

/// A part of a path, as an address has it.
fn encoded(part: &str) -> String {
    use std::fmt::Write as _;
    part.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An id with a slash must not become another path.
    #[test]
    fn parts_of_a_path_stay_parts() {
        assert_eq!(encoded("msg_0a9-~."), "msg_0a9-~.");
        assert_eq!(encoded("a/../b é"), "a%2F..%2Fb%20%C3%A9");
    }
}
