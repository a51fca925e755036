//! Vectors, and the worked example with three sites and three reasons.

use std::path::Path;

use serde_json::Value;
use stats::homogeneity::{Cell, Tally};

#[path = "../support/mod.rs"]
mod vectors;

pub use vectors::{Close, number};

/// A file of `tests/vectors`.
pub fn text(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(file);
    std::fs::read_to_string(path).expect("a file of tests/vectors")
}

/// The cases of a file of `tests/vectors`, each with its tolerance.
pub fn cases(file: &str) -> Vec<(Value, Close)> {
    vectors::parse(&text(file))
}

/// Names with the numbers they have in cells, in the order first asked for.
#[derive(Debug, Default)]
pub struct Names(Vec<String>);

impl Names {
    pub fn number(&mut self, name: &str) -> usize {
        self.0.iter().position(|known| known == name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        })
    }
}

/// `(reason, site, contacts, resolved)`; sites 0 Sofia, 1 Manila, 2 San José; reasons 0 booking change, 1 refund, 2 damage.
pub const EXAMPLE: [(usize, usize, i64, i64); 9] = [
    (0, 0, 2000, 1800),
    (0, 1, 800, 720),
    (0, 2, 1200, 1098),
    (1, 0, 1200, 780),
    (1, 1, 800, 592),
    (1, 2, 1000, 740),
    (2, 0, 300, 120),
    (2, 1, 2400, 1000),
    (2, 2, 300, 126),
];

pub fn tallies(cells: &[(usize, usize, i64, i64)]) -> Vec<Tally> {
    cells.iter().map(|(stratum, site, n, x)| Tally::new(Some(*stratum), *site, *n, *x).expect("possible")).collect()
}

pub fn cells(cells: &[(usize, usize, i64, i64)]) -> Vec<Cell> {
    tallies(cells).into_iter().map(Cell::from).collect()
}
