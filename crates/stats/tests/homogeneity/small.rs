//! One month of a small network, from its contacts.

use std::collections::BTreeMap;

use stats::homogeneity::{Cell, Limits, Tally, gaps, index};

use crate::{
    support::{Names, cases, text},
    vectors::{agrees, gaps_agree},
};

#[test]
fn a_month_of_contacts_gives_the_expected_index_and_gaps() {
    let (mut reasons, mut sites) = (Names::default(), Names::default());
    let mut counts: BTreeMap<(usize, usize), (i64, i64)> = BTreeMap::new();
    for line in text("contacts_small.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (n, resolved) = counts.entry((reasons.number(fields[4]), sites.number(fields[3]))).or_default();
        *n += 1;
        *resolved += i64::from(fields[5] == "1");
    }
    let tallies: Vec<Tally> = counts
        .into_iter()
        .map(|((reason, site), (n, x))| Tally::new(Some(reason), site, n, x).expect("possible"))
        .collect();
    let (mut case, close) = cases("contacts_small_expected.json").remove(0);
    let expected = case["expected"].take();
    case["expected"] = expected["homogeneity"].clone();
    let cells: Vec<Cell> = tallies.iter().copied().map(Cell::from).collect();
    agrees(&case, close, &index(&cells, 1.0, Limits::default()), &mut reasons, &mut sites);
    gaps_agree(close, &expected["sites"], &tallies, &mut sites);
    let got = gaps(&tallies, 1.0, 0.03);
    for (site, p) in expected["bh_adjusted_p"].as_object().expect("adjusted p-values") {
        close.check(site, got[&sites.number(site)].difference.expect("comparable").p_adjusted, p);
    }
}
