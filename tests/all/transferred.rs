//! A contact that began long before the period and was handed into it is counted where the definitions say, and what
//! was learnt late is not known before it was: told over HTTP, asked over HTTP and at the command line.

use std::path::Path;

use contact::Instant;
use serde_json::{Value, json};

use crate::{
    program::stdout,
    served::{Served, now},
};

const NETWORK: &str = "\
brand: coast
zone: Europe/Paris
providers: [{name: north}]
sites:
  - {name: tunis, provider: north}
  - {name: lille, provider: north}
queues:
  - {name: front, threshold: 20s}
  - {name: back, threshold: 20s}
";

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// What figures should say: the value, `null` where there is none, or value and denominator.
type Told = Vec<(&'static str, Value)>;

/// Two contacts that began 50 days ago at tunis and were handed to lille 5 days ago, 45 days later.
struct Story {
    now: Instant,
}

impl Story {
    fn ago(&self, days: i64, seconds: i64) -> String {
        self.now.plus_micros(seconds * SECOND - days * DAY).to_string()
    }

    fn event(&self, contact: &str, kind: &str, time: &str, place: Option<(&str, &str)>) -> String {
        let data = match place {
            Some((site, queue)) => json!({"started_at": self.ago(50, 0), "site": site, "queue": queue}),
            None => json!({}),
        };
        let id = format!("{contact}-{kind}-{}", place.map_or("contact", |(site, _)| site));
        let kind = format!("vigie.contact.{kind}.v1");
        let event = json!({
            "specversion": "1.0", "id": id, "source": "/acd", "type": kind,
            "subject": contact, "time": time, "data": data,
        });
        format!("{event}\n")
    }

    /// What is known at first: offered at tunis with this outcome after 10 s, handed to lille, resolved a day later.
    fn told(&self, contact: &str, outcome: &str) -> String {
        let (tunis, lille) = (Some(("tunis", "front")), Some(("lille", "back")));
        [
            self.event(contact, "offered", &self.ago(50, 0), tunis),
            self.event(contact, outcome, &self.ago(50, 10), tunis),
            self.event(contact, "transferred", &self.ago(5, 0), tunis),
            self.event(contact, "offered", &self.ago(5, 0), lille),
            self.event(contact, "resolved", &self.ago(4, 0), None),
        ]
        .concat()
    }

    /// What is learnt late: lille had answered after 15 s.
    fn learnt(&self, contact: &str) -> String {
        self.event(contact, "answered", &self.ago(5, 15), Some(("lille", "back")))
    }

    /// The period in which the contacts began, and the one into which they were handed.
    fn periods(&self) -> [[String; 2]; 2] {
        [[self.ago(55, 0), self.ago(40, 0)], [self.ago(10, 0), self.ago(3, 0)]]
    }
}

/// The scorecard by site as of an instant, the same from both doors.
fn asked(server: &Served, lake: &Path, [from, to]: &[String; 2], as_of: &str) -> Value {
    let reply = server.get(&format!("/v1/scorecards?from={from}&to={to}&by=site&as_of={as_of}"));
    assert_eq!(reply.status, 200, "{reply:?}");
    let answer = reply.json();
    assert_eq!(answer, at_the_command_line(lake, [from, to], as_of), "both doors answer alike");
    answer
}

fn at_the_command_line(lake: &Path, [from, to]: [&str; 2], as_of: &str) -> Value {
    let lake = lake.to_string_lossy();
    let mut args = vec!["--quiet", "scorecard", "--lake", &lake, "--from", from, "--to", to, "--by", "site"];
    args.extend(["--as-of", as_of, "--format", "json"]);
    serde_json::from_str(&stdout(0, args)).expect("JSON")
}

/// Holds a site's row against what it should say.
#[track_caller]
fn says(answer: &Value, site: &str, expected: &[(&str, Value)]) {
    let rows = answer["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["key"]["site"] == site).expect("every site has its row");
    for (id, right) in expected {
        let figure = &row["figures"][id];
        let told = match figure["denominator"].as_f64() {
            Some(denominator) => json!([figure["value"], denominator]),
            None => figure["value"].clone(),
        };
        assert_eq!(told, *right, "{id} of {site}: {figure}");
    }
}

/// Both legs of tunis, which owns so many contacts, handed so many on for each, and has so many that are a day old.
fn tunis(owned: f64, per_contact: f64, due: f64) -> Told {
    vec![
        ("offered", json!(2.0)),
        ("answered", json!(1.0)),
        ("flowed_out", json!(1.0)),
        ("service_level", json!([1.0, 1.0])),
        ("wait_mean_s", json!([10.0, 1.0])),
        ("contacts", json!(owned)),
        // Handing on is the work of the desk that hands on, in the period of its own leg.
        ("transfers_per_contact", json!([per_contact, owned])),
        ("resolved", json!(1.0)),
        ("resolution_rate", json!([1.0, 1.0])),
        ("resolved_24h", json!([0.0, due])),
        ("resolution_p50_s", json!(46.0 * 86_400.0)),
    ]
}

fn lille_before() -> Told {
    vec![
        ("offered", json!(2.0)),
        ("answered", json!(0.0)),
        ("overdue", json!(2.0)),
        ("service_level", json!([0.0, 2.0])),
        ("wait_mean_s", Value::Null),
        ("contacts", json!(0.0)),
        ("transfers_per_contact", Value::Null),
        ("resolution_rate", Value::Null),
    ]
}

/// The contact that tunis never answered is lille's now, and its resolution took 46 days, not one.
fn lille_after() -> Told {
    vec![
        ("offered", json!(2.0)),
        ("answered", json!(2.0)),
        ("overdue", json!(0.0)),
        ("service_level", json!([1.0, 2.0])),
        ("wait_mean_s", json!([15.0, 2.0])),
        ("contacts", json!(1.0)),
        ("transfers_per_contact", json!([0.0, 1.0])),
        ("resolved", json!(1.0)),
        ("resolution_rate", json!([1.0, 1.0])),
        ("resolved_24h", json!([0.0, 1.0])),
        ("resolution_p50_s", json!(46.0 * 86_400.0)),
    ]
}

fn nothing() -> Told {
    vec![("offered", Value::Null), ("contacts", Value::Null), ("resolved", Value::Null)]
}

/// A site would be charged for the wait at another one, or a closed month would change under a report already sent.
#[test]
fn a_contact_handed_into_the_period_counts_where_it_belongs_before_and_after_what_is_learnt_late() {
    let home = tempfile::tempdir().expect("a folder");
    let (lake, network) = (home.path().join("lake"), home.path().join("network.yaml"));
    std::fs::write(&network, NETWORK).expect("written");
    let server = Served::start(&lake, Some(&network), None);
    let story = Story { now: now() };
    let first = story.told("C-1", "answered") + &story.told("C-2", "flowed_out");
    assert_eq!(server.send("north", first.as_bytes()).json()["accepted"], 10);
    let before = now().to_string();
    let late = story.learnt("C-1") + &story.learnt("C-2");
    assert_eq!(server.send("north", late.as_bytes()).json()["accepted"], 2);
    let after = now().to_string();
    let [began, handed] = story.periods();

    let answer = asked(&server, &lake, &began, &before);
    says(&answer, "tunis", &tunis(2.0, 1.0, 2.0));
    says(&answer, "lille", &nothing());
    let answer = asked(&server, &lake, &handed, &before);
    says(&answer, "tunis", &nothing());
    says(&answer, "lille", &lille_before());

    let answer = asked(&server, &lake, &began, &after);
    says(&answer, "tunis", &tunis(1.0, 2.0, 1.0));
    says(&answer, "lille", &nothing());
    let answer = asked(&server, &lake, &handed, &after);
    says(&answer, "tunis", &nothing());
    says(&answer, "lille", &lille_after());

    // Written to the lake and folded, it still knows what it knew when.
    server.stop();
    let lines = |period: &[String; 2], as_of: &str| at_the_command_line(&lake, [&period[0], &period[1]], as_of);
    says(&lines(&handed, &before), "lille", &lille_before());
    says(&lines(&began, &before), "tunis", &tunis(2.0, 1.0, 2.0));
    says(&lines(&handed, &after), "lille", &lille_after());
    says(&lines(&began, &after), "tunis", &tunis(1.0, 2.0, 1.0));
}
