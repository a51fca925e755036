//! Alertmanager: what it is posted, and the real one where it is installed.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, SocketAddr},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration as Wait, SystemTime, UNIX_EPOCH},
};

use alert::{Action, Alertmanager, AlertmanagerOptions, Allowed, Client, Courier, Desk, Retry, Timeouts, Verdict};
use contact::Instant;
use serde_json::Value;

use crate::{
    server::{Manner, Request, Server},
    support::{Hands, Memory, at, desk, plain_rule, queue, receiver, seen, stepped_rule},
};

fn courier(ledger: &Arc<Memory>, url: &str, hands: &Hands, options: AlertmanagerOptions) -> Courier<Memory> {
    let client = Client::new(Allowed::everywhere(), Timeouts::default(), None).expect("a client");
    let carrier = Alertmanager::new(client, url, options).expect("an address");
    Courier::new(Arc::clone(ledger), "am", Box::new(carrier), Retry::default(), hands.clock())
}

fn posted(requests: &[Request]) -> Vec<Vec<Value>> {
    requests.iter().map(|request| serde_json::from_str(&request.body).expect("a list")).collect()
}

struct Scene {
    desk: Desk<Memory>,
    hands: Hands,
    courier: Courier<Memory>,
    server: Server,
}

impl Scene {
    fn new() -> Self {
        let ledger = Memory::new();
        let (hands, server) = (Hands::at(at(0)), Server::start(Manner::Takes, 0));
        let options = AlertmanagerOptions { pages: Some("https://vigie.example/".to_owned()), ..Default::default() };
        let courier = courier(&ledger, &format!("http://{}", server.address), &hands, options);
        Self { desk: desk(&ledger, vec![receiver("am")]), hands, courier, server }
    }

    fn go(&self, name: &str, second: i64, level: u8) {
        self.hands.set(at(second));
        let seen = seen(&stepped_rule(), queue(name), at(second), Verdict::level(level));
        self.desk.observe(vec![seen], at(second)).expect("observed");
    }

    /// What is posted until the courier rests.
    fn pass(&mut self) -> Vec<Vec<Value>> {
        let before = self.server.requests().len();
        self.courier.pass().expect("a store");
        posted(&self.server.requests()[before..])
    }
}

#[test]
fn what_fires_is_posted_with_labels_that_route_and_a_sentence() {
    let mut scene = Scene::new();
    scene.go("voice", 0, 2);
    let posts = scene.pass();
    assert_eq!(posts.len(), 1);
    let alert = &posts[0][0];
    let expected = serde_json::json!({
        "alertname": "stepped", "kind": "breach", "level": "mid", "severity": "warning", "queue": "voice", "site": "tunis",
    });
    assert_eq!(alert["labels"], expected);
    assert_eq!(
        (&alert["startsAt"], &alert["endsAt"]),
        (&"2026-10-12T08:00:00Z".into(), &"2026-10-12T08:10:00Z".into())
    );
    let summary = alert["annotations"]["summary"].as_str().expect("a text");
    assert!(summary.starts_with("Service level, queue voice, site tunis: since 10:00, "), "{summary}");
    let id = alert["annotations"]["alert"].as_str().expect("an id");
    assert_eq!(alert["generatorURL"], format!("https://vigie.example/v1/alerts/{id}"));
}

/// An Alertmanager forgets when it restarts, and ends what it no longer hears of.
#[test]
fn it_is_reminded_of_what_fires_and_for_a_while_of_what_has_ended() {
    let mut scene = Scene::new();
    scene.go("voice", 0, 1);
    assert_eq!(scene.pass().len(), 1);
    assert!(scene.pass().is_empty(), "not yet");
    scene.hands.set(at(60));
    let reminder = scene.pass().concat();
    assert_eq!((reminder.len(), &reminder[0]["endsAt"]), (1, &"2026-10-12T08:11:00Z".into()));
    scene.go("voice", 100, 0);
    scene.go("voice", 700, 0);
    let ended = scene.pass().concat();
    assert!(ended.iter().all(|alert| alert["endsAt"] == "2026-10-12T08:11:40Z"), "{ended:?}");
    scene.hands.set(at(760));
    assert_eq!(scene.pass().concat()[0]["endsAt"], "2026-10-12T08:11:40Z");
    scene.hands.set(at(700 + 900));
    assert!(scene.pass().is_empty(), "a quarter of an hour is enough");
    assert_eq!(scene.courier.pass().expect("a store"), None);
}

/// Labels say the severity: an alert that worsens is another one to an Alertmanager, and the milder one must end.
#[test]
fn an_alert_that_worsens_leaves_its_milder_self() {
    let mut scene = Scene::new();
    scene.go("voice", 0, 1);
    scene.pass();
    scene.go("voice", 10, 3);
    let posts = scene.pass();
    let shown: Vec<_> = posts[0].iter().map(|alert| (&alert["labels"]["severity"], &alert["endsAt"])).collect();
    let expected =
        [(&"info".into(), &"2026-10-12T08:00:10Z".into()), (&"critical".into(), &"2026-10-12T08:10:10Z".into())];
    assert_eq!(shown, expected);
}

/// Withdrawn while it fires: it must not be shown any longer.
#[test]
fn a_withdrawn_alert_ends() {
    let mut scene = Scene::new();
    scene.go("voice", 0, 1);
    scene.pass();
    let id = scene.desk.alerts(&alert::AlertFilter::default(), 1).expect("a store")[0].id.clone();
    scene.desk.act(&id, Action::Retract, at(20)).expect("open");
    scene.hands.set(at(20));
    let posts = scene.pass().concat();
    assert_eq!(posts[0]["endsAt"], "2026-10-12T08:00:20Z");
    let summary = posts[0]["annotations"]["summary"].as_str().expect("a text");
    assert!(summary.contains("withdrawn"), "{summary}");
}

/// The Alertmanager was away while an alert fired, ended and fired again: the old one must not end the new one.
#[test]
fn an_old_message_does_not_end_a_newer_alert() {
    let mut scene = Scene::new();
    scene.go("voice", 0, 1);
    scene.go("voice", 10, 0);
    scene.go("voice", 700, 0);
    scene.go("voice", 800, 1);
    let posts = scene.pass();
    let last = posts.last().expect("told").last().expect("an alert");
    assert_eq!(last["endsAt"], "2026-10-12T08:23:20Z", "the new one fires");
    assert!(posts.concat()[..posts.len() - 1].iter().all(|alert| alert["endsAt"] == "2026-10-12T08:11:40Z"));
}

#[test]
fn an_alertmanager_that_is_away_is_told_when_it_comes_back() {
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![receiver("am")]);
    let (hands, server) = (Hands::at(at(0)), Server::start(Manner::Fails, 3));
    let mut courier = courier(&ledger, &format!("http://{}", server.address), &hands, AlertmanagerOptions::default());
    desk.observe(vec![seen(&plain_rule(), queue("voice"), at(0), Verdict::level(1))], at(0)).expect("observed");
    for _ in 0..3 {
        let next = courier.pass().expect("a store").expect("owed");
        hands.set(next);
    }
    assert!(server.taken().is_empty());
    courier.pass().expect("a store");
    assert_eq!(posted(&server.taken()).len(), 1);
}

/// The daemon of Debian's package, at an address of its own choice, with nothing but its own folder.
struct Daemon {
    child: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Daemon {
    /// `None` where it is not installed.
    fn start(hook: SocketAddr) -> Option<Self> {
        let folder = tempfile::TempDir::new().expect("a folder");
        let config = folder.path().join("alertmanager.yml");
        let route = format!(
            "route: {{receiver: test, group_by: ['...'], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}\n\
             receivers: [{{name: test, webhook_configs: [{{url: 'http://{hook}/', send_resolved: true}}]}}]\n"
        );
        std::fs::write(&config, route).expect("written");
        let spawned = Command::new("prometheus-alertmanager")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", folder.path().display()))
            .args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn();
        let mut child = spawned.ok()?;
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let address = lines.find_map(|line| {
            let line = line.ok()?;
            let (_, address) = line.split_once("address=")?;
            line.contains("Listening").then(|| address.trim().parse().ok())?
        });
        // Whoever writes to a pipe that nobody reads is stopped.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { child, address: address.expect("it says where it listens"), _folder: folder })
    }

    /// The alerts it shows, by queue, with the severity.
    fn shows(&self) -> Vec<(String, String)> {
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        let url = format!("http://{}/api/v2/alerts?active=true", self.address);
        let text = agent.get(&url).call().expect("answered").body_mut().read_to_string().expect("JSON");
        let alerts: Vec<Value> = serde_json::from_str(&text).expect("a list");
        let label = |alert: &Value, name: &str| alert["labels"][name].as_str().expect("a label").to_owned();
        let mut shown: Vec<_> = alerts.iter().map(|alert| (label(alert, "queue"), label(alert, "severity"))).collect();
        shown.sort();
        shown
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The daemon reads the time of this machine, whatever a test's clock shows.
fn machine_now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a real daemon is asked, and it lives in the present")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Instant::from_micros(i64::try_from(now.as_micros()).expect("before 9999")).expect("before 9999")
}

/// The changes that a hook of the daemon was told, each once: status and queue.
fn heard(server: &Server) -> Vec<(String, String)> {
    let mut heard = Vec::new();
    for request in server.taken() {
        let body: Value = serde_json::from_str(&request.body).expect("JSON");
        for alert in body["alerts"].as_array().expect("a list") {
            let word = |value: &Value| value.as_str().expect("a text").to_owned();
            let one = (word(&alert["status"]), word(&alert["labels"]["queue"]));
            if !heard.contains(&one) {
                heard.push(one);
            }
        }
    }
    heard
}

/// Waits for the daemon's own rounds, on a bell that nobody rings.
fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let bell = alert::Bell::default();
    let is_so = (0..400).any(|_| {
        bell.wait(0, Wait::from_millis(50));
        is_so()
    });
    assert!(is_so, "not within 20 s: {what}");
}

#[test]
fn the_real_daemon_shows_what_fires_tells_it_and_tells_its_end() {
    let hook = Server::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), Manner::Takes, 0);
    let Some(daemon) = Daemon::start(hook.address) else {
        eprintln!("skipped: prometheus-alertmanager (Debian's package of that name) is not installed");
        return;
    };
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![receiver("am")]);
    let begin = machine_now().plus_micros(-3_600_000_000);
    let hands = Hands::at(machine_now());
    let url = |daemon: &Daemon| format!("http://{}/", daemon.address);
    let mut courier = self::courier(&ledger, &url(&daemon), &hands, AlertmanagerOptions::default());
    let go = |name: &str, second: i64, level: u8| {
        let now = begin.plus_micros(second * 1_000_000);
        desk.observe(vec![seen(&stepped_rule(), queue(name), now, Verdict::level(level))], now).expect("observed");
    };
    let pair = |queue: &str, word: &str| (queue.to_owned(), word.to_owned());
    go("voice", 0, 1);
    go("mail", 0, 2);
    courier.pass().expect("a store");
    assert_eq!(daemon.shows(), [pair("mail", "warning"), pair("voice", "info")]);
    go("voice", 60, 3);
    courier.pass().expect("a store");
    assert_eq!(daemon.shows(), [pair("mail", "warning"), pair("voice", "critical")], "the milder one has ended");
    eventually("both are told", || {
        let heard = heard(&hook);
        [pair("firing", "voice"), pair("firing", "mail")].iter().all(|one| heard.contains(one))
    });
    go("mail", 120, 0);
    go("mail", 800, 0);
    courier.pass().expect("a store");
    assert_eq!(daemon.shows(), [pair("voice", "critical")]);
    eventually("the end is told", || heard(&hook).contains(&pair("resolved", "mail")));
    // Restarted with nothing in its folder, it knows nothing until it is reminded.
    drop(daemon);
    let daemon = Daemon::start(hook.address).expect("it started before");
    assert!(daemon.shows().is_empty());
    let mut courier = self::courier(&ledger, &url(&daemon), &hands, AlertmanagerOptions::default());
    hands.set(hands.now().plus_micros(61_000_000));
    courier.pass().expect("a store");
    assert_eq!(daemon.shows(), [pair("voice", "critical")]);
    assert!(desk.dead_letters(10).expect("a store").is_empty());
}

/// What is wrong with an alert is said in its letter, where somebody looks for it.
#[test]
fn what_the_daemon_refuses_is_kept_with_its_reason() {
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![receiver("am")]);
    let (hands, server) = (Hands::at(at(0)), Server::start(Manner::Fails, usize::MAX));
    let mut courier = courier(&ledger, &format!("http://{}", server.address), &hands, AlertmanagerOptions::default());
    desk.observe(vec![seen(&plain_rule(), queue("voice"), at(0), Verdict::level(1))], at(0)).expect("observed");
    while let Some(next) = courier.pass().expect("a store") {
        hands.set(next);
    }
    let letters = desk.dead_letters(10).expect("a store");
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].error.as_deref(), Some("answered 500"));
    let client = Client::new(Allowed::everywhere(), Timeouts::default(), None).expect("a client");
    assert!(Alertmanager::new(client, "localhost:9093", AlertmanagerOptions::default()).is_err());
}

/// The route file that operators begin with.
#[test]
fn the_ready_route_is_one_that_the_daemon_takes() {
    let route = concat!(env!("CARGO_MANIFEST_DIR"), "/../../dashboards/alertmanager/alertmanager.yml");
    let Ok(checked) = Command::new("amtool").args(["check-config", route]).output() else {
        eprintln!("skipped: amtool (Debian's package prometheus-alertmanager) is not installed");
        return;
    };
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}
