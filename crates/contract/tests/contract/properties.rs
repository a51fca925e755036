//! What holds for any contract, any counts.

use std::collections::BTreeSet;

use contact::Duration;
use contract::{
    Facts, Offered, Stratum, Tally, Versions, apportioned,
    terms::{Better, Rounding, Share},
};
use proptest::prelude::*;

use crate::fixtures::{CARE, closed, day, facts, march, read};

/// Whether a figure reaches a level, by rounding it and comparing: the long way round.
fn reaches(count: u64, total: u64, level: u32, better: Better, rounding: Option<Rounding>) -> bool {
    let (count, total, level) = (u128::from(count), u128::from(total), u128::from(level));
    let (figure, level) = match rounding {
        // Fractions over a common denominator.
        None => (count * 1_000_000, level * total),
        Some(rounding) => {
            let steps = 100 * 10_u128.pow(u32::from(rounding.decimals()));
            ((2 * count * steps + total) / (2 * total), level * steps / 1_000_000)
        }
    };
    if better == Better::Higher { figure >= level } else { figure <= level }
}

fn better() -> impl Strategy<Value = Better> {
    prop_oneof![Just(Better::Higher), Just(Better::Lower)]
}

/// A level, and a rounding that can show it.
fn level() -> impl Strategy<Value = (u32, Option<Rounding>)> {
    (0..=1_000_000_u32, proptest::option::of(0..=4_u32)).prop_map(|(level, decimals)| {
        let step = decimals.map_or(1, |decimals| 10_u32.pow(4 - decimals));
        (level / step * step, decimals.and_then(Rounding::new))
    })
}

/// Counts near the level, where a comparison can go wrong, as well as anywhere.
fn counts() -> impl Strategy<Value = (u64, u64)> {
    (1..=2_000_000_u64).prop_flat_map(|total| (0..=total, Just(total)))
}

proptest! {
    /// A provider must not lose a month to the way a comparison is written.
    #[test]
    fn a_bar_is_the_rounded_comparison((level, rounding) in level(), (count, total) in counts(), near in -2..=2_i64, better in better()) {
        let near = (total * u64::from(level) / 1_000_000).saturating_add_signed(near).min(total);
        for count in [count, near] {
            let good = if better == Better::Higher { count } else { total - count };
            let bar = Share::from_millionths(level).expect("a share").bar(better, rounding);
            prop_assert_eq!(Tally::of(good, total).reaches(bar), reaches(count, total, level, better, rounding));
        }
    }

    /// The margin is exact: that many fewer still reach it, one more fewer does not.
    #[test]
    fn a_margin_is_exact((level, rounding) in level(), (good, total) in counts(), better in better()) {
        let bar = Share::from_millionths(level).expect("a share").bar(better, rounding);
        let tally = Tally::of(good, total);
        let margin = tally.lacking(bar).margin();
        prop_assert_eq!(margin >= 0, tally.reaches(bar));
        for (change, reached) in [(margin, true), (margin + 1, false)] {
            if let Some(good) = good.checked_add_signed(-change).filter(|good| *good <= total) {
                prop_assert_eq!(Tally::of(good, total).reaches(bar), reached);
            }
        }
    }

    /// What is needed of the rest is enough, and nothing less is.
    #[test]
    fn what_is_needed_is_exact((level, rounding) in level(), (good, total) in counts(), rest in 0..=10_000_u64, better in better()) {
        let bar = Share::from_millionths(level).expect("a share").bar(better, rounding);
        let needed = Tally::of(good, total).lacking(bar).required(i64::try_from(rest).expect("few"));
        for (more, reached) in [(needed, true), (needed - 1, false)] {
            if let Some(more) = u64::try_from(more).ok().filter(|more| *more <= rest) {
                prop_assert_eq!(Tally::of(good + more, total + rest).reaches(bar), reached);
            }
        }
    }

    /// Weighted days are rational numbers: compared as fractions over the product of the days' volumes.
    #[test]
    fn surplus_days_are_weighed_exactly(days in proptest::collection::vec((1..=60_u64, 0..=40_u64, 1..=40_u64), 1..=4)) {
        let contract = read(CARE);
        let mut known = Facts::default();
        let mut product = 1_i128;
        for (number, (total, good, forecast)) in (1_i8..).zip(&days) {
            known.strata.push(Stratum { sample: 300, ..crate::fixtures::on(number, *good.min(total), *total) });
            known.offered.push(Offered { day: day(number), claims: BTreeSet::new(), contacts: *total });
            known.foreseen.insert(day(number), *forecast);
            product *= i128::from(*total) * 10;
        }
        // Each day keeps min(total, 1.1 × forecast) contacts, of which good / total are good.
        let (mut good_sum, mut total_sum) = (0, 0);
        for (total, good, forecast) in &days {
            let (total, good) = (i128::from(*total), i128::from(*good.min(total)));
            let kept = (10 * total).min(11 * i128::from(*forecast));
            good_sum += product / (10 * total) * kept * good;
            total_sum += product / (10 * total) * kept * total;
        }
        let result = closed(&contract, "service", &known);
        prop_assert_eq!(result.margin.is_some_and(|margin| margin >= 0), 10 * good_sum >= 8 * total_sum);
        prop_assert_eq!(result.margin, Some(i64::try_from((10 * good_sum - 8 * total_sum).div_euclid(10 * product)).expect("small")));
    }

    /// A percentile by counting is the percentile by sorting: nearest rank.
    #[test]
    fn a_percentile_by_counting_is_the_percentile_by_sorting(mut waits in proptest::collection::vec(0..=4_000_u32, 20..=200)) {
        let contract = read(CARE);
        let moderation = contract.objective("moderation").expect("an objective");
        let total = waits.len();
        let within = |level: &contract::terms::Level| {
            waits.iter().filter(|wait| Duration::from_secs(**wait).as_micros().unsigned_abs() <= level.finest()).count() as u64
        };
        let counts = moderation.yardsticks().iter().map(within).collect();
        let stratum = Stratum { counts, ..crate::fixtures::on(2, 0, total as u64) };
        let result = closed(&contract, "moderation", &facts([stratum]));
        waits.sort_unstable();
        let p95 = waits[(total * 95).div_ceil(100) - 1];
        prop_assert_eq!(result.margin.is_some_and(|margin| margin >= 0), p95 <= 900);
        prop_assert_eq!(result.floor, Some(p95 <= 3_600));
    }

    /// Cutting a month where a version changes loses no contact and counts none twice.
    #[test]
    fn cutting_a_window_conserves_its_counts(change in 2..=31_i8, minutes in proptest::collection::vec((0..44_580_i64, 0..=20_u64, 1..=20_u64), 1..60)) {
        let later = CARE.replace(
            "from: 2026-01-01, to: 2026-12-31, version: 1",
            &format!("from: 2026-03-{change:02}, version: 2, supersedes: 1"),
        );
        let versions = Versions::new(vec![read(CARE), read(&later)]).expect("versions that fit");
        let zone = read(CARE).zone;
        let strata = minutes.iter().map(|(minute, good, total)| {
            let at = march().from.plus_micros(minute * 60_000_000);
            Stratum::new(zone.to_datetime(at.to_timestamp()).date(), at, *good.min(total), *total)
        });
        let whole = facts(strata);
        let pieces: Vec<Facts> = versions.pieces(march()).into_iter().map(|(span, _)| whole.within(span, &zone, None)).collect();
        prop_assert_eq!(pieces.len(), 2);
        let sum = |facts: &Facts| facts.strata.iter().map(|stratum| (stratum.counts[0], stratum.total)).fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
        let (one, other) = (sum(&pieces[0]), sum(&pieces[1]));
        prop_assert_eq!((one.0 + other.0, one.1 + other.1), sum(&whole));
        prop_assert!(pieces[0].strata.iter().all(|stratum| stratum.day.day() < change));
        prop_assert!(pieces[1].strata.iter().all(|stratum| stratum.day.day() >= change));
    }

    /// Shared out, nothing is lost and nobody is a whole unit off.
    #[test]
    fn parts_add_up_to_the_whole(whole in 0..=10_u64.pow(14), weights in proptest::collection::vec(0..=10_000_u64, 1..8)) {
        let parts = apportioned(whole, &weights);
        let sum: u64 = weights.iter().sum();
        prop_assert_eq!(parts.iter().sum::<u64>(), if sum == 0 { 0 } else { whole });
        for (part, weight) in parts.iter().zip(&weights) {
            let exact = u128::from(whole) * u128::from(*weight);
            prop_assert!((u128::from(*part) * u128::from(sum)).abs_diff(exact) < u128::from(sum.max(1)));
        }
    }
}
