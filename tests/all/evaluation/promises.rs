//! The five promises of a chain of hypermarkets as a tree, on the days that the simulator tells.

use serde_json::Value;

use crate::program::stdout;

fn leaves<'t>(promises: &'t Value, found: &mut Vec<(&'t str, &'t Value, &'t Value)>) {
    for promise in promises.as_array().into_iter().flatten() {
        found.push((promise["name"].as_str().unwrap_or_default(), &promise["state"], &promise["unmeasured"]));
        leaves(&promise["promises"], found);
    }
}

/// What is measured says how it stands, what is not says why; nobody has to write a contract to see it.
#[test]
fn the_five_promises_are_a_measured_tree_with_unmeasured_leaves_marked() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let (days, lake) = (path("days"), path("lake"));
    stdout(0, ["--quiet", "simulate", "hypermarket", "--from", "2026-10-01", "--days", "1", "--out", &days]);
    let [network, contract, events] =
        ["network.yaml", "contract.yaml", "cordelia.ndjson"].map(|name| format!("{days}/{name}"));
    stdout(0, ["--quiet", "ingest", "--lake", &lake, "--network", &network, "--provider", "cordelia", &events]);
    stdout(0, ["--quiet", "contract", "file", "--lake", &lake, &contract]);
    let asked =
        ["--quiet", "contract", "evaluate", "--lake", &lake, "--period", "2026-10", "--now", "2026-11-20T00:00:00Z"];
    let answer: Value = serde_json::from_str(&stdout(0, asked.into_iter().chain(["--format", "json"]))).expect("JSON");
    let mut found = Vec::new();
    leaves(&answer["contracts"][0]["promises"], &mut found);
    let names: Vec<&str> = found.iter().map(|(name, ..)| *name).collect();
    for promise in ["always-answer", "no-waiting", "complaints-resolved", "whole-team", "personal"] {
        assert!(names.contains(&promise), "{names:?}");
    }
    let unmeasured: Vec<&str> = found.iter().filter(|(_, _, why)| why.is_string()).map(|(name, ..)| *name).collect();
    assert_eq!(unmeasured, ["stores-involved", "personal"]);
    for (name, state, why) in &found {
        assert_eq!(state.is_null(), why.is_string(), "{name}: {state} {why}");
    }
    let told = stdout(0, asked);
    assert!(told.contains("not measured: no event tells what a store did"), "{told}");
    assert!(told.contains("calls-answered") && told.contains("Every call: "), "{told}");
}
