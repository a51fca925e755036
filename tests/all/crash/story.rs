//! What the clients tell: contacts of the last days, corrected, repeated and contradicted, with a mistake now and then.

use contact::Instant;
use serde_json::{Value, json};

use super::chance::Chance;

/// Days on which contacts begin; every batch has contacts of each.
pub(super) const DAYS: u64 = 4;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// One event as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The JSON.
    pub(super) text: String,
    /// When its contact began; `None` on one that must be rejected.
    pub(super) started: Option<Instant>,
}

/// One sender, who never tells two different things under one name but on purpose.
pub(super) struct Story {
    pub(super) provider: &'static str,
    pub(super) name: String,
    sites: &'static [&'static str],
    chance: Chance,
    midnight: Instant,
    contacts: u64,
    later: Vec<Line>,
}

impl Story {
    /// A sender of `north` or `south`. Its contacts began in the days before `today`.
    pub(super) fn new(provider: &'static str, name: &str, today: Instant, chance: Chance) -> Self {
        let sites: &[&str] = if provider == "north" { &["tunis", "lille"] } else { &["lisbon"] };
        let midnight = today.day().start();
        Self { provider, name: name.to_owned(), sites, chance, midnight, contacts: 0, later: Vec::new() }
    }

    /// Some contacts whole, and some of what is told later about earlier ones.
    pub(super) fn batch(&mut self) -> Vec<Line> {
        let contacts = DAYS + self.chance.below(5);
        let mut lines = Vec::new();
        for _ in 0..contacts {
            self.contact(&mut lines);
        }
        let again = self.chance.below(4).min(self.later.len() as u64);
        for _ in 0..again {
            let index = usize::try_from(self.chance.below(self.later.len() as u64)).expect("an index of a list");
            lines.push(self.later.swap_remove(index));
        }
        self.chance.shuffle(&mut lines);
        lines
    }

    /// So many contacts, each event once, as of a file.
    pub(super) fn file(&mut self, contacts: u64) -> Vec<Line> {
        let mut lines = Vec::new();
        for _ in 0..contacts {
            self.contact(&mut lines);
        }
        lines
    }

    fn contact(&mut self, lines: &mut Vec<Line>) {
        let number = self.contacts;
        self.contacts += 1;
        let day = i64::try_from(number % DAYS).expect("few") + 1;
        let within = i64::try_from(self.chance.below(20 * 3_600)).expect("seconds of a day") * SECOND;
        let contact = Contact {
            subject: format!("{}-{number}", self.name),
            started: self.midnight.plus_micros(within - day * DAY),
            site: self.chance.pick(self.sites),
            queue: self.chance.pick(&["voice-fr", "chat-fr"]),
            source: format!("/{}/acd", self.provider),
        };
        let wait = i64::try_from(self.chance.below(90)).expect("seconds") + 1;
        lines.push(contact.line("offered", 0, 0, &json!({"reason": self.chance.pick(&["bill", "fault", "move"])})));
        match self.chance.below(20) {
            0..=2 => lines.push(contact.line("abandoned", 0, wait, &json!({}))),
            3 => lines.push(contact.line("flowed_out", 0, wait, &json!({"to": "overflow"}))),
            _ => self.answered(&contact, wait, lines),
        }
        if self.chance.one_in(60) {
            let elsewhere = Contact { site: "nowhere", ..contact };
            lines.push(Line { started: None, ..elsewhere.line("dialled", 0, wait, &json!({})) });
        }
    }

    fn answered(&mut self, contact: &Contact, wait: i64, lines: &mut Vec<Line>) {
        let talk = 60 + self.chance.below(600);
        let over = wait + i64::try_from(talk).expect("seconds");
        let agent = format!("a-{}", self.chance.below(40));
        lines.push(contact.line("answered", 0, wait, &json!({"agent": agent, "team": "blue"})));
        let ended = |revision, talk| contact.line("ended", revision, over, &json!({"talk_s": talk, "wrap_s": 20}));
        lines.push(ended(0, talk));
        if self.chance.one_in(3) {
            lines.push(contact.resolved(over + 5));
        }
        match self.chance.below(12) {
            // The same again.
            0 | 1 => self.later.push(ended(0, talk)),
            // A correction.
            2 => self.later.push(ended(1, talk + 7)),
            // A contradiction.
            3 => self.later.push(ended(0, talk + 13)),
            _ => {}
        }
    }
}

struct Contact {
    subject: String,
    started: Instant,
    site: &'static str,
    queue: &'static str,
    source: String,
}

impl Contact {
    fn line(&self, kind: &str, revision: u32, after: i64, more: &Value) -> Line {
        let mut data = json!({
            "started_at": self.started.to_string(), "site": self.site, "queue": self.queue, "revision": revision,
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            data[name] = value.clone();
        }
        self.event(kind, after, &data)
    }

    /// A contact-level event, whose start is looked up.
    fn resolved(&self, after: i64) -> Line {
        self.event("resolved", after, &json!({"resolution": "done"}))
    }

    fn event(&self, kind: &str, after: i64, data: &Value) -> Line {
        let event = json!({
            "specversion": "1.0",
            "id": format!("{}-{kind}", self.subject),
            "source": self.source,
            "type": format!("vigie.contact.{kind}.v1"),
            "subject": self.subject,
            "time": self.started.plus_micros(after * SECOND).to_string(),
            "data": data,
        });
        Line { text: event.to_string(), started: Some(self.started) }
    }
}
