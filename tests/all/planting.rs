//! Faults planted on purpose, and the cases that must show them.

use std::{cell::OnceCell, cmp::Reverse};

use engine::{Catalog, Engine};

use crate::{
    equality::{engine, engine_of},
    program::workspace,
};

/// A mistake that someone might make: its name, the file, a text that occurs in it once, and what replaces it.
pub(crate) type Fault = (&'static str, &'static str, &'static str, &'static str);

/// The faults, each with an engine that makes it.
pub(crate) fn planted(faults: &[Fault]) -> impl Iterator<Item = (&'static str, Engine)> {
    faults.iter().map(|fault| (fault.0, engine_of(faulty(*fault))))
}

/// The statements of the product, but for a fault in one of them.
fn faulty((name, file, right, wrong): Fault) -> Catalog {
    let sql = statement(file);
    assert_eq!(sql.matches(right).count(), 1, "{name}: {file} should say {right:?} once");
    reading(file, &sql.replace(right, wrong))
}

/// The text of a statement.
pub(crate) fn statement(file: &str) -> String {
    std::fs::read_to_string(workspace().join("queries").join(file)).expect("the statement")
}

/// The statements of the product, but for another text of one of them.
pub(crate) fn reading(file: &str, sql: &str) -> Catalog {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join(file);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, sql).expect("a file");
    Catalog::built_in().expect("headers").with_directory(directory.path()).expect("a header")
}

/// Which of the faults no case shows. Every case that is asked must first hold without a fault. What has found most faults is
/// asked first, since each new plan of each engine costs more than a run; in the end every case is asked.
pub(crate) fn unseen<C, T: PartialEq>(
    faults: impl IntoIterator<Item = (&'static str, Engine)>,
    cases: &[C],
    expected: impl Fn(&C) -> T,
    told: impl Fn(&Engine, &C) -> T,
) -> Vec<&'static str> {
    let sound = engine();
    let right: Vec<OnceCell<T>> = cases.iter().map(|_| OnceCell::new()).collect();
    let shows = |engine: &Engine, number: usize| {
        let case = &cases[number];
        let right = right[number].get_or_init(|| {
            let right = expected(case);
            assert!(told(&sound, case) == right, "case {number} does not hold without a fault");
            right
        });
        told(engine, case) != *right
    };
    let mut order: Vec<usize> = (0..cases.len()).collect();
    let mut found = vec![0_usize; cases.len()];
    let mut unseen = Vec::new();
    for (name, engine) in faults {
        if let Some(number) = order.iter().copied().find(|number| shows(&engine, *number)) {
            println!("{name}: found in case {number}");
            found[number] += 1;
            order.sort_by_key(|number| Reverse(found[*number]));
        } else {
            unseen.push(name);
        }
    }
    unseen
}
