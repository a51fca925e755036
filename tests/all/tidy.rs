//! House rules that a machine can keep.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::program::workspace;

const TOP: &[&str] = &[
    "ARCHITECTURE.md",
    "BENCHMARKS.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "Makefile",
    "README.md",
    "clippy.toml",
    "crates",
    "dashboards",
    "deny.toml",
    "queries",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "tests",
];

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

fn all(folders: &[&str], extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in folders {
        files(&workspace().join(folder), extension, &mut found);
    }
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(&path).expect("UTF-8"))).collect()
}

fn production() -> Vec<(PathBuf, String)> {
    let is_test = |path: &Path| {
        path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "examples")
            || path.file_name().is_some_and(|name| name == "tests.rs")
    };
    let code = all(&["crates"], "rs").into_iter().filter(|(path, _)| !is_test(path));
    code.map(|(path, text)| {
        let end = text.find("#[cfg(test)]").unwrap_or(text.len());
        (path, text[..end].to_owned())
    })
    .collect()
}

#[track_caller]
fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

fn lines_with(texts: &[(PathBuf, String)], wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in texts {
        for (number, line) in text.lines().enumerate() {
            if wrong(line) {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    found
}

#[test]
fn files_stay_small() {
    let texts = all(&["crates", "tests"], "rs");
    let long = texts.iter().filter(|(_, text)| text.lines().count() > 500);
    none("over 500 lines", &long.map(|(path, _)| path.display().to_string()).collect::<Vec<_>>());
}

#[test]
fn every_crate_has_its_page() {
    let missing = fs::read_dir(workspace().join("crates")).expect("readable").filter_map(|entry| {
        let source = entry.expect("readable").path().join("src");
        let root = if source.join("lib.rs").exists() { source.join("lib.rs") } else { source.join("main.rs") };
        let text = fs::read_to_string(&root).unwrap_or_default();
        let page = text.lines().take_while(|line| line.starts_with("//!")).count();
        (page < 5).then(|| root.display().to_string())
    });
    none("less than five lines of crate documentation", &missing.collect::<Vec<_>>());
}

#[test]
fn nothing_is_left_open() {
    let mut texts = all(&["crates", "queries"], "rs");
    texts.extend(all(&["queries"], "sql"));
    let words = ["TO".to_owned() + "DO", "FIX".to_owned() + "ME", "XX".to_owned() + "X"];
    none("left open", &lines_with(&texts, |line| words.iter().any(|word| line.contains(word.as_str()))));
}

#[test]
fn production_neither_panics_nor_allows() {
    let wrong = [".unwrap()", "panic!(", "#[allow(", "#![allow(", "unimplemented!(", "todo!("];
    none("in production code", &lines_with(&production(), |line| wrong.iter().any(|word| line.contains(word))));
}

#[test]
fn the_clock_is_read_in_one_place() {
    let texts: Vec<_> = production().into_iter().filter(|(path, _)| !path.ends_with("vigie/src/clock.rs")).collect();
    let wrong = ["SystemTime::now", "Timestamp::now", "Zoned::now"];
    none("reads the wall clock", &lines_with(&texts, |line| wrong.iter().any(|word| line.contains(word))));
}

#[test]
fn statements_live_in_queries() {
    // These two ask their own tables in SQLite, which define no figure.
    let stores = ["crates/journal", "crates/alert/src/tables"].map(|folder| workspace().join(folder));
    let is_store = |path: &Path| stores.iter().any(|store| path.starts_with(store));
    let texts: Vec<_> = production().into_iter().filter(|(path, _)| !is_store(path)).collect();
    let select = "\"SELECT ".to_owned();
    none("SQL outside queries/", &lines_with(&texts, |line| line.contains(&select)));
}

#[test]
fn statements_use_no_trap() {
    // greatest and least skip nulls; date_bin disagrees with local days; approximate figures depend on partitions.
    let traps = ["greatest(", "least(", "date_bin(", "approx_", "now()", "current_"];
    let sql: Vec<_> = all(&["queries"], "sql");
    let code = |line: &str| !line.trim_start().starts_with("--");
    none("trap", &lines_with(&sql, |line| code(line) && traps.iter().any(|trap| line.to_lowercase().contains(trap))));
}

#[test]
fn the_top_level_is_as_agreed() {
    let names = fs::read_dir(workspace()).expect("readable").map(|entry| entry.expect("readable").file_name());
    let strange = names.filter_map(|name| {
        let name = name.to_string_lossy().into_owned();
        let local = name.starts_with('.')
            || Path::new(&name).extension().is_some_and(|kind| kind == "lake")
            || name == "target";
        (!local && !TOP.contains(&name.as_str())).then_some(name)
    });
    none("unexpected at the top", &strange.collect::<Vec<_>>());
}

#[test]
fn the_architecture_page_stays_a_page() {
    let text = fs::read_to_string(workspace().join("ARCHITECTURE.md")).expect("readable");
    assert!(text.lines().count() <= 150, "{} lines", text.lines().count());
    let crates = fs::read_dir(workspace().join("crates")).expect("readable");
    let unnamed = crates.filter_map(|entry| {
        let name = entry.expect("readable").file_name().to_string_lossy().into_owned();
        (!text.contains(&format!("| `{name}` |"))).then_some(name)
    });
    none("crates that ARCHITECTURE.md does not name", &unnamed.collect::<Vec<_>>());
}
