//! The same loops on a program that is wrong on purpose: a loop that finds nothing there proves nothing elsewhere.

use std::{path::PathBuf, time::Instant};

use super::{
    Outcome,
    chance::{Chance, seed},
    kill::{self, Aim},
    power::{self, Cut},
    tool::Tool,
};

/// Lives that a fault may outlast unseen.
const LIVES: usize = 4;

fn planted(plant: &'static str) -> Option<Tool> {
    let Some(bin) = std::env::var_os("VIGIE_PLANTED_BIN").map(PathBuf::from) else {
        println!("skipped: VIGIE_PLANTED_BIN names no program built with `--features planted`");
        return None;
    };
    Some(Tool::planted(&bin, plant))
}

/// Asserts that `life` finds something within a few tries, unless it cannot be run here.
fn must_be_seen(plant: &'static str, life: impl Fn(&Tool, &mut Chance) -> Result<Outcome, String>) {
    let Some(tool) = planted(plant) else { return };
    let (seed, began) = (seed(), Instant::now());
    let mut chance = Chance::new(seed);
    for tried in 1..=LIVES {
        let outcome = match life(&tool, &mut chance) {
            Ok(outcome) => outcome,
            Err(why) => return println!("skipped: no loop devices ({why})"),
        };
        outcome.told(plant, seed, began);
        if let Some(first) = outcome.findings.first() {
            return println!("{plant}: seen in life {tried}, first: {first}");
        }
    }
    panic!("{plant} was planted and not seen in {LIVES} lives (VIGIE_SEED={seed})");
}

fn cuts(plan: &'static [Cut]) -> impl Fn(&Tool, &mut Chance) -> Result<Outcome, String> {
    move |tool, chance| power::life(tool, plan, chance)
}

#[test]
fn a_journal_that_does_not_sync_is_seen() {
    must_be_seen("no_journal_sync", cuts(&[Cut::Anywhen, Cut::Transaction, Cut::Trimmed]));
}

#[test]
fn an_answer_before_the_commit_is_seen() {
    must_be_seen("ack_before_commit", |tool, chance| Ok(kill::life(tool, &[Aim::Transaction; 12], chance)));
}

#[test]
fn a_file_that_is_not_synced_is_seen() {
    must_be_seen("no_file_sync", cuts(&[Cut::Trimmed, Cut::Imported]));
}

#[test]
fn a_name_that_is_not_synced_is_seen() {
    must_be_seen("no_dir_sync", cuts(&[Cut::Imported, Cut::Flushed, Cut::Imported]));
}

#[test]
fn a_flush_that_does_not_ask_what_the_lake_has_is_seen() {
    must_be_seen("no_txn_read", |tool, chance| Ok(kill::life(tool, &[Aim::Flushed, Aim::Flushed], chance)));
}
