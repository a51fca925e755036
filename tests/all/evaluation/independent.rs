//! The whole evaluation beside one from the definitions alone, in another language.

use std::process::Command;

use crate::{
    equality::cases_wanted,
    program::{binary, workspace},
};

/// A provider who recomputes a month from the contract and the events would find another credit.
#[test]
fn an_evaluation_from_the_definitions_alone_is_equal_in_every_cell() {
    let script = workspace().join("tests/contracts/run.py");
    let cases = cases_wanted(6).to_string();
    let output = Command::new("python3").arg(script).arg(binary()).arg(&cases).output().expect("python3 runs");
    let told = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat();
    assert!(output.status.success(), "{told}");
    assert!(told.contains(&format!("of {cases} cases equal")), "{told}");
}
