//! A vendor's own walk-through of a callback, and an overflow between providers: told over HTTP, asked over HTTP and at
//! the command line, before and after everything is in the lake.

use std::path::Path;

use contact::Instant;
use serde_json::{Value, json};

use crate::{
    program::{stdout, vigie},
    served::{Served, now},
};

const NETWORK: &str = "\
brand: coast
zone: UTC
providers: [{name: north}, {name: south}]
sites:
  - {name: paris, provider: north}
  - {name: dakar, provider: south}
queues:
  - {name: voice, threshold: 50s, callback_within: 5m}
  - {name: callback, threshold: 30s}
";

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// The day before yesterday.
struct Story {
    day: Instant,
}

impl Story {
    fn new() -> Self {
        Self { day: now().day().start().plus_micros(-2 * DAY) }
    }

    /// A clock time of the day.
    fn at(&self, clock: &str) -> Instant {
        let parts: Vec<i64> = clock.split(':').map(|part| part.parse().expect("a number")).collect();
        self.day.plus_micros((parts[0] * 3_600 + parts[1] * 60 + parts[2]) * SECOND)
    }

    fn event(
        &self,
        (contact, began): (&str, &str),
        kind: &str,
        clock: &str,
        place: (&str, &str),
        more: &Value,
    ) -> String {
        let (site, queue) = place;
        let mut data = json!({"contact": contact, "started_at": self.at(began), "site": site, "queue": queue});
        data.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        let event = json!({
            "specversion": "1.0", "id": format!("{contact}-{kind}-{site}-{queue}"), "source": "/acd",
            "type": format!("vigie.contact.{kind}.v1"), "subject": contact, "time": self.at(clock), "data": data,
        });
        format!("{event}\n")
    }

    /// Arrival 11:35:00, request 11:37:00, callback queued 11:38:39, agent accepts 11:39:00, dial 11:39:10.
    fn walk_through(&self) -> String {
        let (contact, voice, callback) = (("W-1", "11:35:00"), ("paris", "voice"), ("paris", "callback"));
        [
            self.event(contact, "offered", "11:35:00", voice, &json!({})),
            self.event(contact, "callback_requested", "11:37:00", voice, &json!({})),
            self.event(contact, "flowed_out", "11:37:00", voice, &json!({"to": "callback"})),
            self.event(contact, "offered", "11:38:39", callback, &json!({})),
            self.event(contact, "answered", "11:39:00", callback, &json!({})),
            self.event(contact, "dialled", "11:39:10", callback, &json!({"reached": true})),
            self.event(contact, "ended", "11:44:10", callback, &json!({"talk_s": 300})),
        ]
        .concat()
    }

    /// Waits for 30 s at north, flows over, is offered at south 5 s later and answered after 15 s.
    fn overflow(&self) -> [String; 2] {
        let contact = ("O-1", "12:00:00");
        let (paris, dakar) = (("paris", "voice"), ("dakar", "voice"));
        [
            self.event(contact, "offered", "12:00:00", paris, &json!({}))
                + &self.event(contact, "flowed_out", "12:00:30", paris, &json!({"to": "overflow"})),
            self.event(contact, "offered", "12:00:35", dakar, &json!({}))
                + &self.event(contact, "answered", "12:00:50", dakar, &json!({})),
        ]
    }

    /// The day, as asked at its end.
    fn asked(&self) -> Vec<(&'static str, String)> {
        let to = self.day.plus_micros(DAY).to_string();
        vec![("from", self.day.to_string()), ("to", to.clone()), ("now", to)]
    }
}

/// The figures of a row: each its value, or its numerator and denominator.
fn told(row: &Value, ids: &[&str]) -> Vec<Value> {
    let figure = |id: &&str| {
        let figure = &row["figures"][id];
        match figure["denominator"].as_f64() {
            Some(denominator) => json!([figure["numerator"], denominator]),
            None => figure["value"].clone(),
        }
    };
    ids.iter().map(figure).collect()
}

fn at_the_command_line(lake: &Path, asked: &[(&str, String)]) -> Value {
    let mut args: Vec<String> = ["--quiet", "scorecard", "--format", "json", "--lake"].map(str::to_owned).into();
    args.push(lake.to_string_lossy().into_owned());
    for (name, value) in asked {
        args.extend([format!("--{}", name.replace('_', "-")), value.clone()]);
    }
    serde_json::from_str(&stdout(0, args)).expect("JSON")
}

/// One question with more words, the same from both doors.
fn both(server: &Served, lake: &Path, story: &Story, more: &[(&'static str, &str)]) -> Value {
    let mut asked = story.asked();
    asked.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let query: Vec<String> = asked.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let reply = server.get(&format!("/v1/scorecards?{}", query.join("&")));
    assert_eq!(reply.status, 200, "{reply:?}");
    let answer = reply.json();
    assert_eq!(answer, at_the_command_line(lake, &asked), "both doors answer alike: {more:?}");
    answer
}

const ENDS: &[&str] = &["offered", "answered", "flowed_out", "overflowed", "wait_mean_s", "service_level"];

/// Asks for the day with more words.
type Ask<'a> = &'a dyn Fn(&[(&'static str, &str)]) -> Value;

/// What the day says of its legs and of its contacts.
fn check(ask: Ask) {
    let legs = ask(&[("by", "queue")]);
    let rows = legs["rows"].as_array().expect("rows");
    let queue = |name: &str| rows.iter().find(|row| row["key"]["queue"] == name).expect("a row");
    let callback = [json!(1.0), json!(1.0), json!(0.0), json!(0.0), json!([21.0, 1.0]), json!([1.0, 1.0])];
    assert_eq!(told(queue("callback"), ENDS), callback, "the platform's queue time of the callback is 21 s");
    let voice = [json!(3.0), json!(1.0), json!(2.0), json!(1.0), json!([15.0, 1.0]), json!([1.0, 1.0])];
    assert_eq!(told(queue("voice"), ENDS), voice, "each provider answers for its own queue");
    assert_eq!((&legs["view"], &legs["conservation"]), (&json!("provider"), &Value::Null));

    let whole = ask(&[("view", "brand")]);
    let row = &whole["rows"][0];
    let brand = [json!(2.0), json!(2.0), json!(0.0), json!(0.0), json!([295.0, 2.0]), json!([2.0, 2.0])];
    assert_eq!(told(row, ENDS), brand, "250 s perceived until the first ring, and 30 s and 15 s in two queues");
    let ids = ["callbacks", "callbacks_reached", "callbacks_kept", "callback_wait_mean_s", "callback_attempts"];
    let calls = [json!(1.0), json!([1.0, 1.0]), json!([1.0, 1.0]), json!([250.0, 1.0]), json!([1.0, 1.0])];
    assert_eq!(told(row, &ids), calls);
    let ids = ["legs_per_contact", "handed_over", "between_providers", "wait_max_s"];
    assert_eq!(told(row, &ids), [json!([4.0, 2.0]), json!([2.0, 2.0]), json!([1.0, 2.0]), json!(250.0)]);
    let conserved = json!({"legs": 4, "handed_over": 2, "between_providers": 1, "contacts": 2, "residual": 0});
    assert_eq!((&whole["view"], &whole["residual"]), (&json!("brand"), &json!(0)));
    assert_eq!(whole["conservation"], conserved);

    let level = |more: &[(&'static str, &str)]| told(&ask(more)["rows"][0], &["service_level", "response_rate"]);
    let (of, rate) = (|of: f64, per: f64| json!([of, per]), json!([2.0, 4.0]));
    assert_eq!(level(&[]), [of(2.0, 2.0), rate.clone()]);
    assert_eq!(level(&[("overflow_counts_as", "miss")]), [of(2.0, 3.0), rate.clone()]);
    assert_eq!(level(&[("overflow_counts_as", "neutral"), ("formula", "a")]), [of(2.0, 3.0), rate.clone()]);
    assert_eq!(level(&[("overflow_counts_as", "excluded")]), [of(2.0, 2.0), of(2.0, 3.0)]);
    assert_eq!(level(&[("callback_counts_as", "answered_if_within")]), [of(3.0, 3.0), rate.clone()]);
    assert_eq!(level(&[("callback_counts_as", "miss")]), [of(2.0, 3.0), rate]);
    let brand = |counts: &'static str| {
        told(&ask(&[("view", "brand"), ("callback_counts_as", counts)])["rows"][0], &["service_level"])
    };
    assert_eq!(brand("answered_if_within"), [of(2.0, 2.0)]);
    assert_eq!(brand("neutral"), [of(1.0, 1.0)]);
    assert_eq!(brand("miss"), [of(1.0, 2.0)]);
}

/// The brand would believe that its customers wait for 21 s, and its providers that they answer for each other's queues.
#[test]
fn a_callback_and_an_overflow_are_one_contact_each_and_every_leg_its_own() {
    let home = tempfile::tempdir().expect("a folder");
    let (lake, network) = (home.path().join("lake"), home.path().join("network.yaml"));
    std::fs::write(&network, NETWORK).expect("written");
    let server = Served::start(&lake, Some(&network), None);
    let story = Story::new();
    let [north, south] = story.overflow();
    let north = story.walk_through() + &north;
    assert_eq!(server.send("north", north.as_bytes()).json()["accepted"], 9);
    assert_eq!(server.send("south", south.as_bytes()).json()["accepted"], 2);
    check(&|more| both(&server, &lake, &story, more));

    let whole = both(&server, &lake, &story, &[("view", "brand")]);
    let legs = both(&server, &lake, &story, &[]);
    let quoted = |answer: &Value| answer["rows"][0]["figures"]["service_level"]["definition"].clone();
    let definition = quoted(&whole);
    assert_ne!(definition, quoted(&legs), "a contact is not a leg");
    let found = server.get(&format!("/v1/definitions/{}", definition.as_str().expect("a definition"))).json();
    assert_eq!((&found["figure"]["brand"], &found["figure"]["definition"]), (&definition, &quoted(&legs)));
    let refused = server.get("/v1/scorecards?view=customer");
    assert_eq!((refused.status, &refused.json()["field"]), (400, &json!("view")), "{refused:?}");

    let contacts = format!("/v1/contacts?from={}&to={}&view=brand", story.day, story.day.plus_micros(DAY));
    let listed = server.get(&contacts).json();
    let waits: Vec<&Value> = listed["contacts"].as_array().expect("rows").iter().map(|row| &row["wait_s"]).collect();
    assert_eq!(waits, [&json!(250.0), &json!(45.0)], "one line for each contact, in the order in which they came in");

    server.stop();
    check(&|more| {
        let mut asked = story.asked();
        asked.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        at_the_command_line(&lake, &asked)
    });
    let mut args: Vec<String> = ["scorecard", "--view", "brand", "--lake"].map(str::to_owned).into();
    args.push(lake.to_string_lossy().into_owned());
    args.extend(story.asked().into_iter().flat_map(|(name, value)| [format!("--{name}"), value]));
    let table = String::from_utf8_lossy(&vigie(args).stdout).into_owned();
    assert!(table.contains("2 of 4 legs, 2 handed over (1 between providers), residual 0"), "{table}");
}
