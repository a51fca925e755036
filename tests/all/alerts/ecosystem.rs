//! Prometheus' own tools on what is made for them; skipped, and said so, where they are not installed.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

use super::support::{Home, SECOND_US, event, eventually, send};
use crate::{
    program::{vigie, workspace},
    served::now,
};

/// What a tool says of these arguments; `None` where it is not installed.
fn said(tool: &str, args: &[&str]) -> Option<(bool, String)> {
    let Ok(output) = Command::new(tool).args(args).current_dir(workspace()).output() else {
        eprintln!("skipped: {tool} is not installed (Debian's packages prometheus and prometheus-alertmanager)");
        return None;
    };
    let text = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat();
    Some((output.status.success(), text))
}

#[test]
fn the_rules_are_rules_and_fire_when_they_should() {
    for args in [["check", "rules", "dashboards/prometheus/vigie.yml"], ["test", "rules", "tests/prometheus/vigie.yml"]]
    {
        let Some((is_well, text)) = said("promtool", &args) else { return };
        assert!(is_well, "{args:?}: {text}");
    }
}

/// A check of rules that cannot fail would prove nothing.
#[test]
fn a_rule_that_never_fires_is_found() {
    let rules = fs::read_to_string(workspace().join("dashboards/prometheus/vigie.yml")).expect("readable");
    let tests = fs::read_to_string(workspace().join("tests/prometheus/vigie.yml")).expect("readable");
    let folder = tempfile::tempdir().expect("a folder");
    let faulty = rules.replace("vigie_feed_late == 1", "vigie_feed_late == 2");
    assert_ne!(faulty, rules);
    fs::write(folder.path().join("vigie.yml"), faulty).expect("written");
    let path = folder.path().join("tests.yml");
    fs::write(&path, tests.replace("../../dashboards/prometheus/vigie.yml", "vigie.yml")).expect("written");
    let Some((is_well, text)) = said("promtool", &["test", "rules", &path.to_string_lossy()]) else { return };
    assert!(!is_well && text.contains("VigieFeedLate"), "{text}");
}

/// A rule on a figure that nobody shows would be silent for ever.
#[test]
fn every_figure_in_the_rules_is_shown_by_the_program() {
    let rules = fs::read_to_string(workspace().join("dashboards/prometheus/vigie.yml")).expect("readable");
    let is_part = |character: char| !(character.is_ascii_lowercase() || character == '_');
    let named: BTreeSet<&str> = rules
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(|line| line.split(is_part))
        .filter(|word| word.starts_with("vigie_"))
        .map(|word| word.trim_end_matches("_total"))
        .collect();
    assert!(named.len() >= 8, "{named:?}");
    let mut code = String::new();
    for file in
        ["crates/vigie/src/commands/serve/alerts/figures.rs", "crates/store/src/vitals.rs", "crates/api/src/metrics.rs"]
    {
        code.push_str(&fs::read_to_string(workspace().join(file)).expect("readable"));
    }
    let unknown: Vec<_> = named.into_iter().filter(|name| !code.contains(&format!("\"{name}\""))).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// The daemon of Debian's package, at an address of its own choice. Ended when dropped.
struct Daemon {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Daemon {
    /// `None` where it is not installed.
    fn start() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("alertmanager.yml");
        fs::write(&config, "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n").expect("written");
        let mut command = Command::new("prometheus-alertmanager");
        command.arg(format!("--config.file={}", config.display()));
        command.arg(format!("--storage.path={}", folder.path().display()));
        command.args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="]);
        let Ok(mut child) = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn() else {
            eprintln!("skipped: prometheus-alertmanager (Debian's package of that name) is not installed");
            return None;
        };
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        let address = lines.find_map(|line| {
            let line = line.ok()?;
            let (_, address) = line.split_once("address=")?;
            line.contains("Listening").then(|| address.trim().to_owned())
        });
        // Whoever writes to a pipe that nobody reads is stopped.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { child, address: address.expect("it says where it listens"), _folder: folder })
    }

    fn shows(&self) -> Vec<Value> {
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        let url = format!("http://{}/api/v2/alerts?active=true", self.address);
        let text = agent.get(&url).call().expect("answered").body_mut().read_to_string().expect("JSON");
        serde_json::from_str(&text).expect("a list")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

const NETWORK: &str = "
brand: coast
zone: Europe/Paris
providers: [{name: north, cadence: 15m}, {name: south, cadence: 1s}]
sites: [{name: lyon, provider: north}, {name: nice, provider: south}]
queues: [{name: voice}]
";

/// Who has an Alertmanager already sees there what fires, under labels that routes can be made of; and a feed that is silent
/// is about data, never a breach.
#[test]
fn the_real_alertmanager_shows_what_fires() {
    let Some(daemon) = Daemon::start() else { return };
    let alerts = format!(
        "every: 1s\nreceivers: [{{name: am, alertmanager: {{url: 'http://{}'}}}}]\n\
         objectives: [{{name: promise, target: 0.8, design_effect: 1}}]\n",
        daemon.address
    );
    let home = Home::new(NETWORK, &alerts);
    let server = home.start();
    let now = now();
    let mut lines = String::new();
    for call in 0..8 {
        let began = now.plus_micros(-(60 + 20 * call) * SECOND_US);
        let name = format!("lost-{call}");
        lines.push_str(&event("lyon", &name, "offered", began, began));
        lines.push_str(&event("lyon", &name, "abandoned", began, began.plus_micros(30 * SECOND_US)));
    }
    send(&server, &lines);
    let shown = |name: &str| {
        let labels = |alert: &Value| alert["labels"]["alertname"] == name;
        eventually(Duration::from_secs(30), || daemon.shows().into_iter().find(labels)).expect("shown")
    };
    let burn = shown("burn");
    let labels = &burn["labels"];
    for (label, value) in [
        ("kind", "breach"),
        ("severity", "critical"),
        ("objective", "promise"),
        ("provider", "north"),
        ("site", "lyon"),
        ("queue", "voice"),
    ] {
        assert_eq!(labels[label], value, "{labels}");
    }
    assert!(burn["annotations"]["summary"].as_str().is_some_and(|text| text.contains("queue voice")), "{burn}");
    let feed = shown("feed");
    assert_eq!((&feed["labels"]["kind"], &feed["labels"]["provider"]), (&"data".into(), &"south".into()));
    server.stop();
}

/// A secret in the wrong place, a queue that is not there: told before anybody relies on it, with nothing given away.
#[test]
fn a_file_that_cannot_work_is_refused_with_what_would_be_right() {
    let home = Home::new(
        NETWORK,
        "receivers: [{name: hook, webhook: {url: 'https://hooks.example.org', secret: {env: VIGIE_NOT_SET}}}]\n",
    );
    let [lake, network, alerts] = ["lake", "network.yaml", "alerts.yaml"].map(|name| home.path(name));
    let [lake, network, alerts] = [&lake, &network, &alerts].map(|path| path.to_string_lossy().into_owned());
    let serve = || {
        let args = [
            "--quiet",
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--lake",
            &lake,
            "--network",
            &network,
            "--alerts",
            &alerts,
        ];
        let output = vigie(args);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let told = serve();
    assert!(told.contains("the variable VIGIE_NOT_SET is not set; set it to the secret"), "{told}");
    fs::write(home.path("short"), "whsec_c2hvcnQ=").expect("written");
    let short = home.path("short").to_string_lossy().into_owned();
    home.set_alerts(&format!(
        "receivers: [{{name: hook, webhook: {{url: 'https://hooks.example.org', secret: {{file: {short}}}}}}}]\n"
    ));
    let told = serve();
    assert!(told.contains("24 to 64 bytes in base64") && !told.contains("c2hvcnQ"), "{told}");
    home.set_alerts("objectives: [{name: promise, target: 0.8, queues: [phone]}]\n");
    assert!(serve().contains("line 1, column 49: the network has no queue \"phone\"; use one of: voice"));
    let checked = vigie(["alerts", "check", &alerts, "--network", &network]);
    assert_eq!(checked.status.code(), Some(2), "{checked:?}");
}
