//! What a desk keeps, whom it owes what, and what it answers.

mod asked;
mod kept;
mod lived;
mod told;

use std::sync::{Arc, Mutex};

use alert::{Change, Courier, Desk, Ledger, Message, Notice, Outcome, Retry, Verdict};
use contact::Instant;

use crate::support::{Hands, Memory, at, plain_rule, queue, seen};

/// Keeps what it is told, and answers as it is asked to.
#[derive(Clone, Default)]
struct Ear {
    heard: Arc<Mutex<Vec<Message>>>,
    answers: Arc<Mutex<Vec<Outcome>>>,
}

impl alert::Carrier for Ear {
    fn carry(&self, claimed: &alert::Claimed, _: Instant) -> alert::Attempt {
        self.heard.lock().expect("one thread").push(claimed.message.clone());
        let outcome = self.answers.lock().expect("one thread").pop().unwrap_or(Outcome::Taken);
        alert::Attempt { outcome, told: Vec::new() }
    }
}

impl Ear {
    /// What it has heard so far, as the changes of each message.
    fn heard(&self) -> Vec<Vec<(String, Change)>> {
        let about = |notice: &Notice| (notice.alert.subject.get("queue").unwrap_or("?").to_owned(), notice.change);
        let heard = self.heard.lock().expect("one thread");
        heard.iter().map(|message| message.notices.iter().map(about).collect()).collect()
    }
}

fn courier(ledger: &Arc<Memory>, name: &str, hands: &Hands) -> (Courier<Memory>, Ear) {
    let ear = Ear::default();
    (Courier::new(Arc::clone(ledger), name, Box::new(ear.clone()), Retry::default(), hands.clock()), ear)
}

fn fire(desk: &Desk<Memory>, names: &[&str], second: i64) -> Vec<Notice> {
    let pass = names.iter().map(|name| seen(&plain_rule(), queue(name), at(second), Verdict::level(1)));
    desk.observe(pass.collect(), at(second)).expect("observed")
}

fn clear(desk: &Desk<Memory>, names: &[&str], second: i64) -> Vec<Notice> {
    let pass = names.iter().map(|name| seen(&plain_rule(), queue(name), at(second), Verdict::CLEAR));
    desk.observe(pass.collect(), at(second)).expect("observed")
}

fn break_outbox(ledger: &Memory) {
    ledger.write(|db| Ok(db.execute_batch("ALTER TABLE alert_outbox RENAME TO away")?)).expect("renamed");
}
