//! Whoever has seen enough of what a command prints (`vigie … | head`) ends neither the command nor its work.

use std::{
    collections::BTreeSet,
    io::pipe,
    process::{Command, Output, Stdio},
};

use crate::{
    program::{binary, stdout},
    seal::Sealing,
};

/// Everything that prints, on a lake with a closed month; `LAKE`, `HOME` and `NETWORK` stand for paths.
const COMMANDS: &[&str] = &[
    "scorecard --lake LAKE --by site",
    "scorecard --lake LAKE --format csv",
    "scorecard --lake LAKE --format json",
    "homogeneity --lake LAKE",
    "live --lake LAKE --once",
    "backlog --lake LAKE",
    "complaints --lake LAKE",
    "repeats --lake LAKE",
    "contacts --lake LAKE --from 2025-10-01 --to 2025-11-01",
    "feeds --lake LAKE",
    "rejects list --lake LAKE",
    "rejects replay --lake LAKE",
    "alerts list --lake LAKE",
    "alerts dead-letters --lake LAKE",
    "mapping check HOME/mapping.yaml",
    "network check NETWORK",
    "network discovered --lake LAKE",
    "contract check HOME/care.yaml --network NETWORK",
    "reconcile --lake LAKE --declared HOME/declared.csv",
    "seal --lake LAKE --period 2025-10",
    "seal list --lake LAKE",
    "seal verify 2025-10 --lake LAKE",
    "contract file --lake LAKE HOME/care.yaml",
    "contract evaluate --lake LAKE --period 2025-10",
    "calendar show mail --network NETWORK",
    "calendar gaps --network NETWORK",
    "simulate outdoor --from 2026-02-02 --days 1 --out HOME/days",
    "ingest --lake LAKE --provider atlas HOME/events.ndjson",
    "schema network",
    "verify --lake LAKE",
    "compact --lake LAKE",
    "rebuild --lake LAKE",
    "completions bash",
];

/// A pipe that nobody reads any more.
fn unread() -> Stdio {
    let (reader, writer) = pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

fn run(args: &[String], errors: Stdio) -> Output {
    let mut command = Command::new(binary());
    command.args(args).env_remove("VIGIE_LAKE").env_remove("VIGIE_NETWORK").stdin(Stdio::null());
    command.stdout(unread()).stderr(errors).output().expect("the program starts")
}

/// An import cut off by `head`, or a page of backtrace after ten lines of figures.
#[test]
fn a_command_that_nobody_reads_ends_as_if_it_were_read() {
    let sealing = Sealing::start();
    let (home, lake, network) = sealing.places();
    for command in COMMANDS {
        let words = |command: &str| -> Vec<String> {
            let path = |word: &str| word.replace("LAKE", &lake).replace("HOME", &home).replace("NETWORK", &network);
            command.split(' ').map(path).collect()
        };
        let told = run(&words(command), Stdio::piped());
        let errors = String::from_utf8_lossy(&told.stderr);
        assert!(told.status.success() && !errors.contains("roken pipe"), "{command}: {:?}\n{errors}", told.status);
    }
    let filed = stdout(0, ["seal", "list", "--lake", &lake]);
    assert!(filed.contains("2025-10-v1"), "what it was asked to do is done: {filed}");
}

/// Nor does it matter whether anybody reads what went wrong: the status says so.
#[test]
fn a_mistake_that_nobody_reads_is_still_a_mistake() {
    let words = ["scorecard", "--lake", "no.lake"].map(str::to_owned);
    assert_eq!(run(&words, unread()).status.code(), Some(2));
    let words = ["completions", "bash"].map(str::to_owned);
    assert_eq!(run(&words, unread()).status.code(), Some(0));
}

/// A full disk is no reader who has seen enough: half a file would be taken for the whole.
#[test]
fn what_could_not_be_written_is_a_failure() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a device that is always full");
    let mut command = Command::new(binary());
    let told = command.args(["schema", "network"]).stdout(full).stderr(Stdio::piped()).output().expect("it starts");
    let errors = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.code() == Some(1) && errors.contains("cannot write to standard output"), "{errors}");
}

/// A new command that is not tried here would be the next to panic.
#[test]
fn every_command_is_tried() {
    let help = stdout(0, ["--help"]);
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let listed: BTreeSet<&str> = listed.filter_map(|line| line.split_whitespace().next()).collect();
    // A server tells its address and nothing more.
    let tried = COMMANDS.iter().filter_map(|command| command.split(' ').next()).chain(["serve", "help"]).collect();
    assert_eq!(listed, tried);
}
