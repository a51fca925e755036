//! Events as text: one CloudEvents object per line, written into a buffer that is used again.

use contact::Day;

use crate::{
    Scenario,
    outbox::{Agent, Closing, Emission, Outlet, Said},
    scenario::Place,
};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Writes events of one scenario as lines.
#[derive(Debug, Clone)]
pub(crate) struct LineWriter {
    /// What contact ids begin with.
    prefix: Vec<u8>,
    /// Whether contacts have an id across providers.
    across_providers: bool,
    places: Vec<PlaceText>,
    /// Of each group, `,"agent":"<name>-`.
    agents: Vec<Vec<u8>>,
    /// Of each queue and reason, the resolution codes.
    codes: Vec<Vec<Vec<Vec<u8>>>>,
    times: DateText,
    starts: DateText,
}

/// The parts of a line that a place decides.
#[derive(Debug, Clone)]
struct PlaceText {
    queue: usize,
    /// `","source":"…","type":"vigie.contact.`
    source: Vec<u8>,
    /// `,"site":"…","queue":"…"`
    whereabouts: Vec<u8>,
    /// `,"to_site":"…","to_queue":"…"`
    destination: Vec<u8>,
    /// Of each reason, and last of a contact handed over, what an offer knows, but for the customer.
    known: Vec<Vec<u8>>,
}

impl LineWriter {
    pub(crate) fn new(scenario: &Scenario, seed: u64) -> Self {
        let group = |group: &crate::scenario::Group| format!(",\"agent\":\"{}-", escaped(&group.name)).into_bytes();
        let code = |code: &String| format!(",\"resolution\":\"{}\"", escaped(code)).into_bytes();
        let codes = scenario.queues.iter().map(|queue| {
            let of_reason = |reason: &crate::scenario::Reason| reason.codes.iter().map(code).collect();
            queue.reasons.iter().map(of_reason).collect()
        });
        Self {
            prefix: format!("c{seed}-").into_bytes(),
            across_providers: scenario.across_providers,
            places: scenario.places.iter().map(|place| place_text(scenario, place)).collect(),
            agents: scenario.groups.iter().map(group).collect(),
            codes: codes.collect(),
            times: DateText::new(),
            starts: DateText::new(),
        }
    }

    /// Writes one event and a line feed; what the buffer held is gone.
    pub(crate) fn write(&mut self, line: &mut Vec<u8>, event: &Emission) {
        let place = &self.places[event.place as usize];
        line.clear();
        line.extend_from_slice(b"{\"specversion\":\"1.0\",\"id\":\"");
        line.extend_from_slice(&self.prefix);
        digits(line, event.contact);
        line.extend_from_slice(mark(event.said));
        if event.nth > 0 {
            digits(line, u64::from(event.nth) + 1);
        }
        line.extend_from_slice(&place.source);
        line.extend_from_slice(event.said.kind().as_str().as_bytes());
        line.extend_from_slice(b".v1\",\"subject\":\"");
        line.extend_from_slice(&self.prefix);
        digits(line, event.contact);
        line.extend_from_slice(b"\",\"time\":\"");
        self.times.write(line, event.time);
        line.extend_from_slice(b"\",\"data\":{\"started_at\":\"");
        self.starts.write(line, event.started);
        line.push(b'"');
        if self.across_providers {
            line.extend_from_slice(b",\"contact\":\"");
            line.extend_from_slice(&self.prefix);
            digits(line, event.contact);
            line.push(b'"');
        }
        self.said(line, event);
        line.extend_from_slice(b"}}\n");
    }

    fn said(&mut self, line: &mut Vec<u8>, event: &Emission) {
        if !event.said.kind().is_contact_level() {
            line.extend_from_slice(&self.places[event.place as usize].whereabouts);
            if event.stay > 0 {
                line.extend_from_slice(b",\"leg\":");
                digits(line, u64::from(event.stay));
            }
        }
        match event.said {
            Said::Abandoned | Said::Reopened | Said::Resumed | Said::CustomerWrote | Said::Published => {}
            Said::Offered { reason, customer, recognised } => self.offered(line, event, reason, customer, recognised),
            Said::Answered { agent } | Said::Replied { agent } => self.agent(line, agent),
            Said::Acknowledged { is_bot } => line.extend_from_slice(by(is_bot)),
            Said::Transferred { to } => line.extend_from_slice(&self.places[to as usize].destination),
            Said::FlowedOut { to } => line.extend_from_slice(outlet(to)),
            Said::Waiting => line.extend_from_slice(b",\"on\":\"customer\""),
            Said::CallbackRequested { slot } => {
                line.extend_from_slice(b",\"slot\":\"");
                self.times.write(line, slot);
                line.push(b'"');
            }
            Said::Dialled { agent, reached } => {
                self.agent(line, agent);
                line.extend_from_slice(if reached { &b",\"reached\":true"[..] } else { b",\"reached\":false" });
            }
            Said::Decided { agent, accepted } => {
                self.agent(line, agent);
                let accept = &b",\"decision\":\"accept\""[..];
                line.extend_from_slice(if accepted { accept } else { b",\"decision\":\"refuse\"" });
            }
            Said::Closed { why } => line.extend_from_slice(closing(why)),
            Said::Cancelled => line.extend_from_slice(b",\"reason\":\"spam\""),
            Said::Ended { agent, talk, hold, wrap } => {
                self.agent(line, agent);
                for (name, length) in [(&b",\"talk_s\":"[..], talk), (b",\"hold_s\":", hold), (b",\"wrap_s\":", wrap)] {
                    line.extend_from_slice(name);
                    seconds(line, length);
                }
            }
            Said::Resolved { reason, code } => {
                if let Some(code) = code {
                    let queue = self.places[event.place as usize].queue;
                    line.extend_from_slice(&self.codes[queue][reason as usize][code as usize]);
                }
            }
        }
    }

    fn offered(&self, line: &mut Vec<u8>, event: &Emission, reason: u32, customer: Option<u32>, recognised: bool) {
        line.extend_from_slice(&self.places[event.place as usize].known[reason as usize]);
        if let Some(customer) = customer {
            line.extend_from_slice(b",\"customer\":\"k");
            digits(line, u64::from(customer));
            line.push(b'"');
        }
        line.extend_from_slice(b",\"recognised\":");
        line.extend_from_slice(if recognised { &b"true"[..] } else { b"false" });
    }

    fn agent(&self, line: &mut Vec<u8>, agent: Agent) {
        line.extend_from_slice(&self.agents[agent.group as usize]);
        digits(line, u64::from(agent.number));
        line.push(b'"');
    }
}

fn place_text(scenario: &Scenario, place: &Place) -> PlaceText {
    let queue = &scenario.queues[place.queue];
    let (site, name) = (escaped(scenario.sites[place.site].name.as_str()), escaped(queue.name.as_str()));
    let provider = escaped(scenario.providers[place.provider].name.as_str());
    let system = if queue.is_live() { "acd" } else { "desk" };
    let language = queue.language.as_ref().map(|word| format!(",\"language\":\"{}\"", escaped(word)));
    let language = language.unwrap_or_default();
    let offer = |reason: &str| format!(",\"channel\":\"{}\"{language}{reason}", queue.channel).into_bytes();
    let known = |reason: &crate::scenario::Reason| {
        let complaint = if reason.complaint { ",\"complaint\":true" } else { "" };
        offer(&format!(",\"reason\":\"{}\"{complaint}", escaped(&reason.name)))
    };
    PlaceText {
        queue: place.queue,
        source: format!("\",\"source\":\"/{provider}/{site}/{system}\",\"type\":\"vigie.contact.").into_bytes(),
        whereabouts: format!(",\"site\":\"{site}\",\"queue\":\"{name}\"").into_bytes(),
        destination: format!(",\"to_site\":\"{site}\",\"to_queue\":\"{name}\"").into_bytes(),
        known: queue.reasons.iter().map(known).chain([offer("")]).collect(),
    }
}

/// Text within a JSON string. Names are visible characters, so that only these two need it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// What tells the events of a contact apart in their ids.
fn mark(said: Said) -> &'static [u8] {
    match said {
        Said::Offered { .. } => b"-o",
        Said::Answered { .. } => b"-a",
        Said::Acknowledged { .. } => b"-k",
        Said::Abandoned => b"-b",
        Said::Transferred { .. } => b"-t",
        Said::Ended { .. } => b"-e",
        Said::Resolved { .. } => b"-r",
        Said::Reopened => b"-p",
        Said::FlowedOut { .. } => b"-f",
        Said::Waiting => b"-w",
        Said::Resumed => b"-s",
        Said::CustomerWrote => b"-m",
        Said::Replied { .. } => b"-y",
        Said::CallbackRequested { .. } => b"-q",
        Said::Dialled { .. } => b"-d",
        Said::Decided { .. } => b"-v",
        Said::Published => b"-u",
        Said::Closed { .. } => b"-c",
        Said::Cancelled => b"-x",
    }
}

/// Which machine wrote.
fn by(is_bot: bool) -> &'static [u8] {
    if is_bot { b",\"by\":\"bot\"" } else { b",\"by\":\"auto\"" }
}

fn outlet(to: Outlet) -> &'static [u8] {
    match to {
        Outlet::Overflow => b",\"to\":\"overflow\"",
        Outlet::Callback => b",\"to\":\"callback\"",
    }
}

fn closing(why: Closing) -> &'static [u8] {
    match why {
        Closing::NoAnswer => b",\"reason\":\"no_answer\"",
        Closing::NoReplyNeeded => b",\"reason\":\"no_reply_needed\"",
        Closing::NotReached => b",\"reason\":\"not_reached\"",
        Closing::NoSolution => b",\"reason\":\"no_solution\"",
    }
}

/// Appends a number.
fn digits(line: &mut Vec<u8>, mut number: u64) {
    let mut text = [0; 20];
    let mut from = text.len();
    loop {
        from -= 1;
        text[from] = digit(number % 10);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    line.extend_from_slice(&text[from..]);
}

/// Appends a number of exactly `N` digits.
fn padded<const N: usize>(line: &mut Vec<u8>, mut number: u64) {
    let mut text = [b'0'; N];
    for place in text.iter_mut().rev() {
        *place = digit(number % 10);
        number /= 10;
    }
    line.extend_from_slice(&text);
}

fn digit(number: u64) -> u8 {
    b'0' + u8::try_from(number % 10).expect("a digit is below 10")
}

/// Appends seconds with three decimals.
fn seconds(line: &mut Vec<u8>, micros: i64) {
    let millis = micros.unsigned_abs() / 1000;
    digits(line, millis / 1000);
    line.push(b'.');
    padded::<3>(line, millis % 1000);
}

/// Writes instants, keeping the text of the last date.
#[derive(Debug, Clone)]
struct DateText {
    day: i64,
    text: String,
}

impl DateText {
    fn new() -> Self {
        Self { day: i64::MIN, text: String::new() }
    }

    /// Appends an instant as RFC 3339 in UTC.
    fn write(&mut self, line: &mut Vec<u8>, micros: i64) {
        let day = micros.div_euclid(MICROS_PER_DAY);
        if day != self.day {
            self.day = day;
            self.text =
                format!("{}T", Day::from_days(i32::try_from(day).expect("a run lies within the years 1 to 9999")));
        }
        line.extend_from_slice(self.text.as_bytes());
        let within = micros.rem_euclid(MICROS_PER_DAY).unsigned_abs();
        let second = within / 1_000_000;
        padded::<2>(line, second / 3600);
        line.push(b':');
        padded::<2>(line, second / 60 % 60);
        line.push(b':');
        padded::<2>(line, second % 60);
        line.push(b'.');
        padded::<6>(line, within % 1_000_000);
        line.push(b'Z');
    }
}

#[cfg(test)]
mod tests {
    use contact::Instant;

    use super::*;

    #[test]
    fn instants_are_written_as_they_are_read() {
        let mut text = DateText::new();
        for micros in [0, -1, 1_774_774_799_999_999, 1_774_774_800_000_000, 951_782_400_123_456] {
            let mut line = Vec::new();
            text.write(&mut line, micros);
            let read: Instant = std::str::from_utf8(&line).expect("text").parse().expect("RFC 3339");
            assert_eq!(read.as_micros(), micros);
        }
    }

    #[test]
    fn numbers_are_written_whole() {
        let mut line = Vec::new();
        digits(&mut line, 0);
        line.push(b' ');
        digits(&mut line, u64::MAX);
        line.push(b' ');
        seconds(&mut line, 61_007_000);
        assert_eq!(String::from_utf8(line).expect("text"), format!("0 {} 61.007", u64::MAX));
    }
}
