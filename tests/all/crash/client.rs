//! Clients: they post until the server is gone, and send again what got no answer, as the contract tells them to.

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use journal::Counts;
use ureq::{Agent, http::HeaderMap};

use super::{
    ledger::{Answer, Batch, Door, Ledger},
    story::Story,
    tool::{Home, Tool},
};

/// Batches of one client in one round.
const MOST_BATCHES: usize = 200;
/// Attempts to settle one batch with a server that stays up.
const ATTEMPTS: usize = 20;

/// How one request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// 200, 207 or 422: whatever it says is durable.
    Answered,
    /// Any 5xx: unknown, to be sent again.
    Refused,
    /// No answer: unknown, and the server is likely gone.
    Gone,
}

pub(super) fn agent() -> Agent {
    let config = Agent::config_builder().http_status_as_error(false).proxy(None);
    config.timeout_global(Some(Duration::from_secs(20))).build().into()
}

pub(super) fn is_ready(agent: &Agent, address: &str) -> bool {
    agent.get(format!("{address}/readyz")).call().is_ok_and(|response| response.status().as_u16() == 200)
}

/// Posts from one thread per story until `end` comes back; what got no answer stays open in the ledger.
pub(super) fn under_load<T>(address: &str, ledger: &Ledger, stories: &mut [Story], end: impl FnOnce() -> T) -> T {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for story in stories {
            let stop = &stop;
            scope.spawn(move || client(address, ledger, story, stop));
        }
        let done = end();
        stop.store(true, Ordering::Relaxed);
        done
    })
}

fn client(address: &str, ledger: &Ledger, story: &mut Story, stop: &AtomicBool) {
    let agent = agent();
    for _ in 0..MOST_BATCHES {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let number = ledger.enter(next_batch(story, ledger));
        if post(&agent, address, ledger, number) == Sent::Gone {
            return;
        }
    }
}

/// Every second batch has a key.
fn next_batch(story: &mut Story, ledger: &Ledger) -> Batch {
    let lines = story.batch();
    let key = lines.len().is_multiple_of(2).then(|| format!("{}-{}", story.name, ledger.sent()));
    Batch::new(story.provider, Door::Http(key), lines)
}

/// Sends a batch once.
pub(super) fn post(agent: &Agent, address: &str, ledger: &Ledger, number: usize) -> Sent {
    let batch = ledger.sending(number);
    let mut request = agent.post(format!("{address}/v1/events?provider={}", batch.provider));
    request = request.header("content-type", "application/x-ndjson");
    if let Door::Http(Some(key)) = &batch.door {
        request = request.header("idempotency-key", key);
    }
    let Ok(mut response) = request.send(batch.body()) else { return Sent::Gone };
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    // An answer counts once it was read whole.
    let Ok(body) = response.body_mut().read_to_string() else { return Sent::Gone };
    match status {
        200 | 207 | 422 => {
            let answer = answer(&headers);
            if answer.receipt.is_none() {
                ledger.complain(format!("batch {number} was answered {status} without a receipt: {body}"));
            }
            ledger.answered(number, answer);
            Sent::Answered
        }
        500.. => Sent::Refused,
        _ => {
            ledger.complain(format!("batch {number} was answered {status}: {body}"));
            Sent::Refused
        }
    }
}

fn answer(headers: &HeaderMap) -> Answer {
    let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
    let number = |name: &str| text(name)?.parse().ok();
    let counts = || {
        Some(Counts {
            received: number("vigie-received")?,
            accepted: number("vigie-accepted")?,
            duplicate: number("vigie-duplicate")?,
            conflict: number("vigie-conflict")?,
            rejected: number("vigie-rejected")?,
        })
    };
    Answer { counts: counts(), receipt: text("vigie-receipt") }
}

/// Posts everything without an answer once, whatever comes of it.
pub(super) fn settle_once(address: &str, ledger: &Ledger) {
    let agent = agent();
    for number in ledger.open() {
        post(&agent, address, ledger, number);
    }
}

/// Posts again what was posted and got no answer, until it has one.
pub(super) fn settle(address: &str, ledger: &Ledger) {
    let agent = agent();
    let posted: Vec<usize> = {
        let doors = ledger.all_doors();
        ledger.open().into_iter().filter(|number| matches!(doors[*number], Door::Http(_))).collect()
    };
    for number in posted {
        let settled = (0..ATTEMPTS).any(|_| post(&agent, address, ledger, number) == Sent::Answered);
        if !settled {
            ledger.complain(format!("batch {number} got no answer in {ATTEMPTS} attempts from a server that is up"));
            return;
        }
    }
}

/// Ingests a file that is in the ledger, once. Whether the program ended by itself.
pub(super) fn ingest(tool: &Tool, home: &Home, ledger: &Ledger, number: usize, fault: Option<&str>) -> bool {
    let batch = ledger.sending(number);
    let Door::File(path) = &batch.door else { panic!("batch {number} is no file") };
    fs::write(path, batch.body()).expect("the file's disk");
    let (path, network) = (path.to_string_lossy(), home.network.to_string_lossy());
    let (status, said) = tool.run(home, fault, &["ingest", "--network", &network, "--provider", batch.provider, &path]);
    match status.code() {
        // Done, and done with rejects.
        Some(0 | 3) => ledger.answered(number, Answer { counts: None, receipt: None }),
        // Killed.
        None => return false,
        Some(_) if fault.is_some() => {}
        Some(code) => ledger.complain(format!("ingest of batch {number} ended with {code}: {said}")),
    }
    true
}

/// Ingests again what was to be ingested and did not end well. Nobody else may hold the lake.
pub(super) fn settle_files(tool: &Tool, home: &Home, ledger: &Ledger) {
    let doors = ledger.all_doors();
    for number in ledger.open().into_iter().filter(|number| matches!(doors[*number], Door::File(_))) {
        if !ingest(tool, home, ledger, number, None) {
            ledger.complain(format!("the ingest of batch {number} was ended by a signal that nobody sent"));
        }
    }
}
