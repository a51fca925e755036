//! Through the program: at the command line and over HTTP.

use std::fs;

use serde_json::{Value, json};

use crate::{
    program::{stdout, vigie},
    served::Served,
};

const NETWORK: &str = "
brand: coast
zone: Europe/Paris
providers: [{name: north, cadence: 1h}]
sites: [{name: lyon, provider: north}]
queues: [{name: voice}, {name: mail, channel: email, threshold: 4h}]
";

/// Half an hour after the first call.
const NOW: &str = "2026-10-05T08:30:00Z";

struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    /// A lake with three calls: one done, one lost, one that waits.
    fn new() -> Self {
        let home = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::write(home.path("network.yaml"), NETWORK).expect("written");
        let steps = [
            ("done", "08:00:00", "offered", "08:00:00"),
            ("done", "08:00:00", "answered", "08:00:10"),
            ("done", "08:00:00", "ended", "08:01:00"),
            ("lost", "08:10:00", "offered", "08:10:00"),
            ("lost", "08:10:00", "abandoned", "08:10:30"),
            ("waits", "08:00:10", "offered", "08:00:10"),
        ];
        let line = |(contact, began, kind, time): (&str, &str, &str, &str)| {
            let day = |time: &str| format!("2026-10-05T{time}Z");
            let event = json!({
                "specversion": "1.0", "id": format!("{contact}-{kind}"), "source": "/acd", "subject": contact,
                "type": format!("vigie.contact.{kind}.v1"), "time": day(time),
                "data": {"started_at": day(began), "site": "lyon", "queue": "voice"},
            });
            format!("{event}\n")
        };
        fs::write(home.path("events.ndjson"), steps.map(line).concat()).expect("written");
        let [lake, network, events] = ["lake", "network.yaml", "events.ndjson"].map(|name| home.path(name));
        let more = ["--network", &network, "--provider", "north", &events];
        stdout(0, ["--quiet", "ingest", "--lake", &lake].into_iter().chain(more));
        home
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn live(&self, more: &[&str]) -> String {
        let lake = self.path("lake");
        stdout(0, ["--quiet", "live", "--lake", &lake, "--now", NOW].into_iter().chain(more.iter().copied()))
    }
}

/// Two doors, two truths: a supervisor and a wall board would argue about the queue.
#[test]
fn the_command_line_says_what_the_server_says() {
    let home = Home::new();
    let server = Served::start(home.folder.path().join("lake").as_path(), None, None);
    for (args, query) in
        [(vec![], ""), (vec!["--by", "provider,site"], "&by=provider,site"), (vec!["--queue", "mail"], "&queue=mail")]
    {
        let told = server.get(&format!("/v1/live?now={NOW}{query}"));
        assert_eq!(told.status, 200, "{told:?}");
        let mut args = [args, vec!["--format", "json"]].concat();
        let here: Value = serde_json::from_str(&home.live(&args)).expect("JSON");
        assert_eq!(here, told.json(), "{query}");
        *args.last_mut().expect("a format") = "csv";
        let told = server.get(&format!("/v1/live?now={NOW}{query}&format=csv"));
        assert_eq!(home.live(&args), told.body, "{query}");
    }
    server.stop();
}

#[test]
fn the_table_says_who_waits_how_long_and_what_was_heard_last() {
    let home = Home::new();
    let table = home.live(&[]);
    let line = |name: &str| -> Vec<&str> {
        let line = table.lines().find(|line| line.starts_with(name)).expect("a line");
        line.split_whitespace().collect()
    };
    let voice: Vec<&str> = "voice 1 1 29 min 50 0 3 1 1 33.3 % 3".split_whitespace().collect();
    assert_eq!(line("voice"), voice, "{table}");
    assert_eq!(line("all")[1..], voice[1..], "{table}");
    assert_eq!(line("mail")[1..5], ["0", "0", "–", "0"], "heard of, and nobody waits there: {table}");
    for words in ["2026-10-05 10:30:00 (Europe/Paris)\n", "\nnorth: last event 19 min 30 ago\n"] {
        assert!(table.contains(words), "{words:?} is not in\n{table}");
    }
    assert!(!table.contains('\u{1b}'), "no commands to a terminal where there is none");
}

#[test]
fn what_makes_no_sense_now_is_refused_with_what_would_be_right() {
    let home = Home::new();
    let lake = home.path("lake");
    for (args, right) in [
        (["--from", "2026-10-01"], "leave them out here"),
        (["--by", "country"], "use provider, site, queue"),
        (["--queue", "fax"], "use one of: mail, voice"),
        (["--every", "0"], "1..=3600"),
    ] {
        let output = vigie(["--quiet", "live", "--lake", &lake].into_iter().chain(args));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(right), "{args:?}: {said}");
    }
}
