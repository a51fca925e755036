//! The worked example: the crude table accuses Manila, the comparison on the same reasons finds Sofia.

use stats::homogeneity::{GapState, Limits, MARGIN, State, gaps, index, split};

use crate::support::{EXAMPLE, cells, tallies};

const SOFIA: usize = 0;
const MANILA: usize = 1;
const SAN_JOSE: usize = 2;
const REFUND: usize = 1;

#[track_caller]
fn reads(value: f64, text: &str) {
    let digits = text.split('.').nth(1).map_or(0, str::len);
    assert_eq!(format!("{value:.digits$}"), text);
}

#[test]
fn the_headline_reads_95_5_with_interval_floor_coverage_and_level() {
    let index = index(&cells(&EXAMPLE), 1.0, Limits::default());
    let shown = index.shown().expect("enough data");
    reads(shown.index(), "95.5");
    reads(shown.index_interval().low, "93.8");
    reads(shown.index_interval().high, "98.4");
    reads(shown.gap(), "4.5");
    reads(shown.noise_floor(), "2.1");
    reads(shown.d, "0.000504");
    reads(index.coverage.expect("contacts") * 100.0, "100");
    reads(index.level.expect("contacts") * 100.0, "69.8");
    assert_eq!((index.state, index.comparable, index.contacts), (State::Uncertain, 10_000, 10_000));
}

#[test]
fn the_gap_is_on_refunds_and_sofia_carries_64_percent_of_it() {
    let index = index(&cells(&EXAMPLE), 1.0, Limits::default());
    let (d, by_stratum) = (index.estimate.expect("comparable").d, index.by_stratum());
    reads(by_stratum[&0], "0.000002");
    reads(by_stratum[&REFUND] / 0.3, "0.001809");
    reads(by_stratum[&2], "-0.000040");
    reads(index.by_site()[&SOFIA] / d * 100.0, "64");
}

#[test]
fn crude_rates_would_have_read_80_5() {
    let crude: Vec<_> = EXAMPLE.iter().map(|(_, site, n, x)| (0, *site, *n, *x)).collect();
    reads(index(&cells(&crude), 1.0, Limits::default()).shown().expect("enough data").index(), "80.5");
}

#[test]
fn sofia_is_lower_and_the_others_are_not_settled() {
    let gaps = gaps(&tallies(&EXAMPLE), 1.0, MARGIN);
    let points = |site: usize| {
        let d = gaps[&site].difference.expect("shared reasons");
        [d.gap, d.low, d.high].map(|share| format!("{:+.1}", share * 100.0))
    };
    assert_eq!(points(SOFIA), ["-3.9", "-5.7", "-2.2"]);
    assert_eq!(points(MANILA), ["+1.7", "-0.3", "+3.6"]);
    assert_eq!(points(SAN_JOSE), ["+2.8", "+1.0", "+4.6"]);
    reads(gaps[&SOFIA].difference.expect("shared").p_adjusted, "0.00002");
    let states = [SOFIA, MANILA, SAN_JOSE].map(|site| gaps[&site].state);
    assert_eq!(states, [GapState::Lower, GapState::NotSettled, GapState::NotSettled]);
    assert_eq!(gaps[&SOFIA].comparable, 3500);
}

#[test]
fn the_difference_is_told_apart_by_provider() {
    // Manila and San José of one provider answer refunds alike: nearly all of the gap is between providers.
    let split = split(&cells(&EXAMPLE), 1.0, |site| usize::from(site != SOFIA)).expect("comparable");
    let whole = index(&cells(&EXAMPLE), 1.0, Limits::default()).estimate.expect("comparable").d;
    assert!((split.sites - whole).abs() < 1e-15 && (split.owners + split.within - whole).abs() < 1e-15, "{split:?}");
    assert!(split.owners > 0.9 * whole && split.within < 0.1 * whole, "{split:?}");
}

#[test]
fn contacts_without_a_reason_and_single_handed_reasons_lower_the_coverage() {
    let mut all = tallies(&EXAMPLE);
    all.push(stats::homogeneity::Tally::new(None, SOFIA, 5000, 1000).expect("possible"));
    all.extend(tallies(&[(9, MANILA, 1000, 1000)]));
    let cells: Vec<_> = all.iter().copied().map(Into::into).collect();
    let got = index(&cells, 1.0, Limits::default());
    assert_eq!(got.coverage, Some(10_000.0 / 16_000.0));
    reads(got.shown().expect("enough data").index(), "95.5");
    let (with, without) = (gaps(&all, 1.0, MARGIN), gaps(&tallies(&EXAMPLE), 1.0, MARGIN));
    assert_eq!(with[&SOFIA].difference, without[&SOFIA].difference);
    assert_eq!((with[&MANILA].contacts, with[&MANILA].comparable), (5000, 4000));
    let strict = index(&cells, 1.0, Limits { coverage_min: 0.7, ..Limits::default() });
    assert_eq!((strict.state, strict.shown()), (State::NotEnoughData, None), "a third cannot be compared");
}

#[test]
fn no_failure_in_thirty_contacts_is_not_certainty() {
    let small = gaps(&tallies(&[(0, 0, 30, 30), (0, 1, 30, 30)]), 1.0, MARGIN);
    let difference = small[&0].difference.expect("shared");
    assert!(difference.gap == 0.0 && difference.high > MARGIN && difference.p >= 1.0, "{difference:?}");
    assert_ne!(small[&0].state, GapState::Comparable);
    let large = gaps(&tallies(&[(0, 0, 3000, 3000), (0, 1, 3000, 3000)]), 1.0, MARGIN);
    assert_eq!(large[&0].state, GapState::Comparable);
}
