//! A lake of calls, and contracts evaluated on it by the program.

use std::path::{Path, PathBuf};

use contact::Instant;
use serde_json::{Value, json};

use crate::program::{stdout, vigie};

/// One provider with one site; calls are live, posts are reviewed.
pub(super) const NETWORK: &str = "
brand: north
zone: Europe/Paris
providers: [ { name: atlas } ]
sites: [ { name: tunis, provider: atlas } ]
queues:
  - { name: voice-fr, channel: voice, threshold: 20s }
  - { name: moderation, channel: moderation, threshold: 15m }
reasons: [ { name: refund, family: money }, { name: access, family: other } ]
";

/// A service level of 80 % with a credit below and a bonus above, 2,000 of 100,000 at stake.
pub(super) const CONTRACT: &str = "
apiVersion: vigie/v1
kind: SlaContract
metadata: { name: north-atlas-care }
spec:
  parties: { client: north, provider: atlas }
  inForce: { from: 2026-01-01, version: 1 }
  scope: { lines: [ voice-fr ] }
  zone: Europe/Paris
  forecast:
    lockedAt: 45d before month
    tolerance: { over: 0.10 }
    overVolume: { relief: surplus_only, surplusRule: prorata }
  objectives:
    - name: service
      class: critical
      indicator: { ref: service_level, variant: SL-c, params: { T: 20s, shortAbandon: 5s, boundary: inclusive } }
      levels: { expected: 0.80, target: 0.85 }
      timeWindow: [ { duration: 1M } ]
      minSample: 300
  exclusions:
    - { id: carrier-outage, effect: drop_contacts, needsEvidence: true, acceptedBy: both }
  commercial:
    currency: EUR
    atRisk: 0.10
    pools: { critical: 0.50 }
    allocation: { service: 0.40 }
    bands: { service: [ { below: 0.80, credit: 1.00 }, { from: 0.85, bonus: 0.25 } ] }
    earnBack: { months: 3, atOrAbove: target, share: 1.0, decided: quarter_end }
    mode: shadow
";

/// A home with a lake, and files about contracts.
pub(super) struct Home {
    folder: tempfile::TempDir,
    /// Calls so far, for their names.
    calls: u32,
    events: Vec<String>,
}

impl Home {
    pub(super) fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().expect("a folder"), calls: 0, events: Vec::new() };
        std::fs::create_dir(home.path("contracts")).expect("a folder");
        home.write("network.yaml", NETWORK);
        home.write("contracts/contract.yaml", CONTRACT);
        home
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file");
    }

    /// One contact: offered to a queue, and answered after so many seconds.
    pub(super) fn call(&mut self, queue: &str, at: Instant, wait_s: i64, reason: &str) {
        let data = json!({"site": "tunis", "queue": queue, "reason": reason});
        self.contact(at, &[("offered", 0, data.clone()), ("answered", wait_s, data)]);
    }

    /// The next contacts bear the names of the last ones once more.
    pub(super) fn again(&mut self, contacts: u32) {
        self.calls -= contacts;
    }

    /// One contact that was answered at once and resolved after so many seconds, or never.
    pub(super) fn resolved(&mut self, at: Instant, after_s: Option<i64>) {
        let data = json!({"site": "tunis", "queue": "voice-fr"});
        let mut events = vec![("offered", 0, data.clone()), ("answered", 1, data)];
        events.extend(after_s.map(|after_s| ("resolved", after_s, json!({"resolution": "solved"}))));
        self.contact(at, &events);
    }

    /// One call that is told from a site.
    pub(super) fn called_from(&mut self, site: &str, queue: &str, at: Instant) {
        self.contact(at, &[("offered", 0, json!({"site": site, "queue": queue}))]);
    }

    /// One call that asked to be called back after ten seconds, and was, so many seconds after its offer.
    pub(super) fn called_back(&mut self, at: Instant, after_s: Option<i64>) {
        let data = json!({"site": "tunis", "queue": "voice-fr"});
        let mut flowed = data.clone();
        flowed["to"] = "callback".into();
        let mut events =
            vec![("offered", 0, data.clone()), ("callback_requested", 10, data.clone()), ("flowed_out", 10, flowed)];
        if let Some(after) = after_s {
            let mut reached = data;
            reached["reached"] = true.into();
            events.push(("dialled", after, reached));
        }
        self.contact(at, &events);
    }

    /// What happened to one contact, each so many seconds after it began.
    fn contact(&mut self, at: Instant, events: &[(&str, i64, Value)]) {
        self.calls += 1;
        let contact = format!("c-{}", self.calls);
        for (kind, after_s, data) in events {
            let (time, mut data) = (at.plus_micros(after_s * 1_000_000), data.clone());
            data["started_at"] = at.to_string().into();
            let event = json!({
                "specversion": "1.0", "id": format!("{contact}-{kind}"), "source": "/acd",
                "type": format!("vigie.contact.{kind}.v1"), "subject": contact, "time": time.to_string(),
                "data": data,
            });
            self.events.push(event.to_string());
        }
    }

    /// Calls a minute apart, the first of them late.
    pub(super) fn calls(&mut self, from: &str, count: i64, late: i64) {
        let from: Instant = from.parse().expect("an instant");
        for number in 0..count {
            let wait = if number < late { 21 } else { 20 };
            self.call("voice-fr", from.plus_micros(number * 60_000_000), wait, "access");
        }
    }

    /// Brings what was told into the lake.
    pub(super) fn land(&mut self) {
        self.land_with(&[]);
    }

    /// The same of what is not all accepted.
    pub(super) fn land_rejected(&mut self) {
        self.landed(3, &[]);
    }

    /// The same, with more to say about how.
    pub(super) fn land_with(&mut self, more: &[&str]) {
        self.landed(0, more);
    }

    fn landed(&mut self, status: i32, more: &[&str]) {
        let lines = std::mem::take(&mut self.events).join("\n") + "\n";
        self.write("events.ndjson", &lines);
        let [lake, network, file] = ["lake", "network.yaml", "events.ndjson"].map(|name| self.path(name));
        let words = ["--quiet", "ingest", "--provider", "atlas", "--lake"].map(std::ffi::OsString::from);
        let paths = [lake.into_os_string(), "--network".into(), network.into_os_string(), file.into_os_string()];
        stdout(status, words.into_iter().chain(paths).chain(more.iter().map(std::ffi::OsString::from)));
    }

    fn words(&self, more: &[&str]) -> Vec<String> {
        let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
        let mut words = ["--quiet", "contract", "evaluate", "--format", "json", "--lake"].map(str::to_owned).to_vec();
        words.extend([text(&self.path("lake")), "--contracts".into(), text(&self.path("contracts"))]);
        words.extend(more.iter().map(|word| (*word).to_owned()));
        words
    }

    /// The one contract, evaluated.
    #[track_caller]
    pub(super) fn evaluated(&self, more: &[&str]) -> Value {
        let answer: Value = serde_json::from_str(&stdout(0, self.words(more))).expect("JSON");
        assert_eq!(answer["contracts"].as_array().map(Vec::len), Some(1), "{answer}");
        answer["contracts"][0].clone()
    }

    /// What is told of a question that cannot be answered.
    #[track_caller]
    pub(super) fn refused(&self, more: &[&str]) -> String {
        let output = vigie(self.words(more));
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

/// The windows of the first objective.
pub(super) fn windows(contract: &Value) -> &[Value] {
    contract["objectives"][0]["windows"].as_array().expect("windows")
}

/// Credit and bonus in minor units, of the first part of a period.
pub(super) fn money(contract: &Value) -> (u64, u64) {
    let settlement = &contract["money"][0]["settlement"];
    let amount = |name: &str| settlement[name].as_u64().unwrap_or_else(|| panic!("no {name} in {contract}"));
    (amount("credit"), amount("bonus"))
}
