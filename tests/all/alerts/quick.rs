//! A hundred objectives on a day of a large network: each look takes less than a second.

use super::support::{Home, eventually};
use crate::{program::stdout, served::Served};
use std::time::Duration;

/// The value of a line of metrics.
fn metric(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    line.unwrap_or(0.0)
}

fn looks(server: &Served) -> (f64, f64) {
    let text = server.get("/metrics").body;
    let of = |part: &str| metric(&text, &format!("vigie_alert_look_duration_seconds_{part}"));
    (of("count"), of("sum"))
}

/// A look that takes longer than the time between two would make every alert late.
#[test]
fn a_hundred_objectives_are_looked_at_in_less_than_a_second() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = folder.path().join("hypermarket").to_string_lossy().into_owned();
    stdout(0, ["--quiet", "simulate", "hypermarket", "--until", "now", "--days", "1", "--out", &files]);
    let network = std::fs::read_to_string(format!("{files}/network.yaml")).expect("readable");
    let objectives: String = (0..100)
        .map(|nth| ["  - {name: o", &nth.to_string(), ", target: 0.8, channels: [voice]}\n"].concat())
        .collect();
    let home = Home::new(&network, &format!("every: 1s\nobjectives:\n{objectives}"));
    let lake = home.lake().to_string_lossy().into_owned();
    let network = home.path("network.yaml").to_string_lossy().into_owned();
    let mut events: Vec<String> = std::fs::read_dir(&files)
        .expect("readable")
        .map(|entry| entry.expect("readable").path().to_string_lossy().into_owned())
        .filter(|path| path.ends_with(".ndjson"))
        .collect();
    events.sort();
    for file in &events {
        let provider =
            file.rsplit('/').next().and_then(|name| name.strip_suffix(".ndjson")).expect("a name").to_owned();
        stdout(0, ["--quiet", "ingest", "--lake", &lake, "--network", &network, "--provider", &provider, file]);
    }
    let server = home.start();
    // The first look counts days, and reads everything for the first time.
    let first = eventually(Duration::from_mins(2), || Some(looks(&server)).filter(|(count, _)| *count >= 1.0));
    let (before, spent) = first.expect("a look");
    let after = eventually(Duration::from_mins(1), || Some(looks(&server)).filter(|(count, _)| *count >= before + 4.0));
    let (count, sum) = after.expect("more looks");
    let each = (sum - spent) / (count - before);
    println!(
        "100 objectives: the first look took {:.0} ms, later ones {:.0} ms each",
        1000.0 * spent / before,
        1000.0 * each
    );
    assert!(each < 1.0, "{each} s a look");
    let served = server.get("/v1/alerts?limit=1");
    assert_eq!(served.status, 200, "{served:?}");
    server.stop();
}
