//! Faults planted on purpose, and the cases that must show them.

use std::{cell::OnceCell, cmp::Reverse};

use engine::Engine;

use crate::equality::engine;

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
