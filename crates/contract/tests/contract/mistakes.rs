//! Contracts with mistakes. The first lines of a file say what is answered, word for word.

use std::{fs, path::Path};

use contract::Contract;

/// The files of the folder: name, text, and the answers that its first lines ask for.
fn fixtures() -> Vec<(String, String, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/mistakes");
    let mut found: Vec<_> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| {
            let path = entry.expect("readable").path();
            let text = fs::read_to_string(&path).expect("UTF-8");
            let expected = text.lines().map_while(|line| line.strip_prefix("#! ")).map(str::to_owned).collect();
            (path.file_name().expect("a name").to_string_lossy().into_owned(), text, expected)
        })
        .collect();
    found.sort();
    found
}

/// Somebody who mistypes a level must be told which line, what is wrong, and what to write there.
#[test]
fn every_mistake_is_answered_with_its_line_and_what_would_be_right() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 8, "{} files", fixtures.len());
    for (name, text, expected) in fixtures {
        let mistakes = Contract::parse(&text).err().unwrap_or_else(|| panic!("{name} has no mistake"));
        let found: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{name}");
    }
}
