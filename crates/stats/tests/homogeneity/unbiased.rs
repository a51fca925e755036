//! Every possible outcome of small cells, weighted by its chance: the estimates are right on average, exactly.

use stats::homogeneity::{Limits, TrueCell, index, split, true_spread};

use crate::support::cells;

/// Contacts and true rate of the sites of one stratum; sites 0 and 1 belong to one provider.
const SITES: [(i64, f64); 3] = [(2, 0.9), (5, 0.6), (3, 0.3)];

fn chance(n: i64, x: i64, p: f64) -> f64 {
    let choose = (0..x).fold(1.0, |ways, i| ways * f(n - i) / f(i + 1));
    choose * p.powi(i32::try_from(x).expect("small")) * (1.0 - p).powi(i32::try_from(n - x).expect("small"))
}

fn f(n: i64) -> f64 {
    f64::from(i32::try_from(n).expect("small"))
}

fn expectation(of: impl Fn(&[(usize, usize, i64, i64)]) -> f64) -> f64 {
    let [a, b, c] = SITES;
    let mut sum = 0.0;
    for (x, y, z) in (0..=a.0).flat_map(|x| (0..=b.0).flat_map(move |y| (0..=c.0).map(move |z| (x, y, z)))) {
        let likely = chance(a.0, x, a.1) * chance(b.0, y, b.1) * chance(c.0, z, c.1);
        sum += likely * of(&[(0, 0, a.0, x), (0, 1, b.0, y), (0, 2, c.0, z)]);
    }
    sum
}

fn truth(owner: impl Fn(usize) -> usize) -> f64 {
    let cells: Vec<TrueCell> =
        (0..).zip(SITES).map(|(site, (n, rate))| TrueCell { stratum: Some(0), site: owner(site), n, rate }).collect();
    true_spread(&cells).expect("comparable")
}

#[test]
fn chance_alone_neither_punishes_nor_rewards() {
    let d = expectation(|outcome| index(&cells(outcome), 1.0, Limits::default()).estimate.expect("comparable").d);
    assert!((d - truth(|site| site)).abs() < 1e-12, "{d}");
}

#[test]
fn both_parts_of_a_split_are_right_on_average() {
    let provider = |site: usize| site / 2;
    let parts = |outcome: &[(usize, usize, i64, i64)]| split(&cells(outcome), 1.0, provider).expect("comparable");
    let owners = expectation(|outcome| parts(outcome).owners);
    assert!((owners - truth(provider)).abs() < 1e-12, "{owners}");
    let within = expectation(|outcome| parts(outcome).within);
    assert!((within - (truth(|site| site) - truth(provider))).abs() < 1e-12, "{within}");
}
