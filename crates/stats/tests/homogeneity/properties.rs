//! Laws that hold on any data.

use proptest::prelude::*;
use stats::homogeneity::{Cell, Limits, Tally, gaps, index};

use crate::support::{cells, tallies};

type Row = (usize, usize, i64, i64);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0..6usize, 0..5usize, 0..400i64)
        .prop_flat_map(|(stratum, site, n)| (Just(stratum), Just(site), Just(n), 0..=n));
    prop::collection::vec(row, 1..40)
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

proptest! {
    #[test]
    fn any_order_and_any_parts_give_the_same_answer(rows in rows(), cut in 0..1000i64, seed in any::<u64>()) {
        let part = |(stratum, site, n, x): &Row| {
            let (n1, x1) = (*n.min(&cut), *x.min(&cut));
            [(*stratum, *site, n1, x1), (*stratum, *site, n - n1, x - x1)]
        };
        let mut parts: Vec<Row> = rows.iter().flat_map(part).collect();
        let middle = usize::try_from(seed % parts.len() as u64).expect("small");
        parts.rotate_left(middle);
        prop_assert_eq!(index(&cells(&parts), 1.3, Limits::default()), index(&cells(&rows), 1.3, Limits::default()));
        prop_assert_eq!(gaps(&tallies(&parts), 1.3, 0.03), gaps(&tallies(&rows), 1.3, 0.03));
    }

    #[test]
    fn scores_in_any_order_give_the_same_last_digit(scores in prop::collection::vec((0..3usize, 0..3usize, 0.0..1.0f64), 2..60), turn in 0..60usize) {
        let mut one: Vec<Cell> =
            scores.iter().map(|(c, s, y)| Cell::new(Some(*c), *s, 1, *y, y * y).expect("a score")).collect();
        let first = index(&one, 1.0, Limits::default());
        let turn = turn % one.len();
        one.rotate_left(turn);
        prop_assert_eq!(index(&one, 1.0, Limits::default()), first);
    }

    #[test]
    fn numbers_stay_in_their_ranges_and_add_up(rows in rows(), phi in 0.5..30.0f64) {
        let got = index(&cells(&rows), phi, Limits::default());
        prop_assert_eq!(got.estimate.is_none(), got.comparable == 0);
        if let Some(estimate) = got.estimate {
            let (index, interval) = (estimate.index(), estimate.index_interval());
            prop_assert!(0.0 <= interval.low && interval.low <= index && index <= interval.high && interval.high <= 100.0);
            let floor = estimate.noise_floor();
            prop_assert!((0.0..=100.0).contains(&floor) && estimate.se.is_finite());
            prop_assert!(near(got.contributions.iter().map(|part| part.d).sum(), estimate.d));
            prop_assert!(near(got.by_site().values().sum(), estimate.d));
            prop_assert!(near(got.by_stratum().values().sum(), estimate.d));
        }
        for gap in gaps(&tallies(&rows), phi, 0.03).values() {
            if let Some(d) = gap.difference {
                prop_assert!(-1.0 <= d.low && d.low <= d.gap && d.gap <= d.high && d.high <= 1.0, "{:?}", d);
                prop_assert!((0.0..=1.0).contains(&d.p) && d.p <= d.p_adjusted && d.p_adjusted <= 1.0, "{:?}", d);
            }
        }
    }

    #[test]
    fn names_mean_nothing(rows in rows()) {
        let renamed: Vec<Row> = rows.iter().map(|(c, s, n, x)| (5 - c, 4 - s, *n, *x)).collect();
        let (one, two) = (index(&cells(&rows), 1.0, Limits::default()), index(&cells(&renamed), 1.0, Limits::default()));
        prop_assert_eq!(one.comparable, two.comparable);
        if let (Some(one), Some(two)) = (one.estimate, two.estimate) {
            prop_assert!(near(one.d, two.d) && near(one.se, two.se) && near(one.se_null, two.se_null));
        }
        let (one, two) = (gaps(&tallies(&rows), 1.0, 0.03), gaps(&tallies(&renamed), 1.0, 0.03));
        for (site, gap) in &one {
            prop_assert_eq!(gap.state, two[&(4 - site)].state);
        }
    }

    #[test]
    fn failures_counted_instead_of_successes_mirror_every_gap(rows in rows()) {
        let mirrored: Vec<Row> = rows.iter().map(|(c, s, n, x)| (*c, *s, *n, n - x)).collect();
        let (one, two) = (index(&cells(&rows), 1.0, Limits::default()), index(&cells(&mirrored), 1.0, Limits::default()));
        if let (Some(one), Some(two)) = (one.estimate, two.estimate) {
            prop_assert!(near(one.d, two.d) && near(one.se, two.se));
        }
        let (one, two) = (gaps(&tallies(&rows), 1.0, 0.03), gaps(&tallies(&mirrored), 1.0, 0.03));
        for (site, gap) in &one {
            if let (Some(one), Some(two)) = (gap.difference, two[site].difference) {
                prop_assert!(near(one.gap, -two.gap) && near(one.low, -two.high) && near(one.p, two.p), "{:?} {:?}", one, two);
            }
        }
    }

    #[test]
    fn empty_cells_change_nothing(rows in rows()) {
        let mut more = rows.clone();
        more.extend([(7, 0, 0, 0), (0, 9, 0, 0)]);
        prop_assert_eq!(index(&cells(&more), 1.0, Limits::default()), index(&cells(&rows), 1.0, Limits::default()));
    }

    #[test]
    fn what_the_sites_did_beyond_expectation_cancels_out(rows in rows()) {
        let got = gaps(&tallies(&rows), 1.0, 0.03);
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let excess: f64 = got.values().map(|gap| gap.observed as f64 - gap.expected).sum();
        prop_assert!(excess.abs() < 1e-6, "{excess}");
    }
}

#[test]
fn ten_million_contacts_a_cell_do_not_overflow() {
    let huge: Vec<Row> =
        (0..4).map(|site| (0, usize::try_from(site).expect("small"), 10_000_000, 8_000_000 + site)).collect();
    let got = index(&cells(&huge), 1.0, Limits::default());
    assert!(got.shown().expect("enough").index() > 99.9);
    let gap = gaps(&tallies(&huge), 1.0, 0.03);
    assert!(gap.values().all(|gap| gap.difference.is_some_and(|d| d.se.is_finite() && d.se > 0.0)), "{gap:?}");
}

#[test]
fn nothing_at_all_is_no_number() {
    let got = index(&[], 1.0, Limits::default());
    assert_eq!((got.estimate, got.coverage, got.level, got.state.as_str()), (None, None, None, "not_comparable"));
    assert!(gaps(&[], 1.0, 0.03).is_empty());
    let alone = gaps(&[Tally::new(Some(0), 4, 50, 40).expect("possible")], 1.0, 0.03);
    assert_eq!((alone[&4].difference, alone[&4].comparable, alone[&4].state.as_str()), (None, 0, "not_enough_data"));
}
