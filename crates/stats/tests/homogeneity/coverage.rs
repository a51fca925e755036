//! Simulated networks of 12 sites and 60 reasons: does the interval hold the truth, does the floor hold chance?
//!
//! A thousand networks each, so that the share is known to within a point and a half.

use stats::homogeneity::{
    Cell, GapState, Index, Limits, MARGIN, Tally, TrueCell, equivalent_gap, gaps, index, true_spread,
};

const SITES: usize = 12;
const REASONS: usize = 60;
const SEEDS: u64 = 1000;

/// SplitMix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Between 0 and 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }
}

struct Network {
    truth: Vec<TrueCell>,
    tallies: Vec<Tally>,
}

impl Network {
    /// Reasons of very unequal volume and rate, every sixth handled by one site alone; sites off by up to `off` either
    /// way, and by up to as much again on each reason.
    fn draw(seed: u64, off: f64) -> Self {
        let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let sites: Vec<(f64, f64)> =
            (0..SITES).map(|_| (random.between(-off, off), random.between(0.2, 2.0))).collect();
        let (mut truth, mut tallies) = (Vec::new(), Vec::new());
        for stratum in 0..REASONS {
            let (rate, volume) = (random.between(0.35, 0.95), 2.0 * random.between(1.0, 9.0).powi(2));
            let alone = (stratum % 6 == 0).then_some(stratum % SITES);
            for (site, (gap, size)) in
                sites.iter().enumerate().filter(|(site, _)| alone.is_none_or(|only| only == *site))
            {
                let rate = (rate + gap + random.between(-off, off)).clamp(0.02, 0.98);
                #[expect(clippy::cast_possible_truncation, reason = "a few hundred contacts")]
                let n = (volume * size * random.between(0.0, 2.0)) as i64;
                let successes = (0..n).map(|_| i64::from(random.share() < rate)).sum();
                truth.push(TrueCell { stratum: Some(stratum), site, n, rate });
                tallies.push(Tally::new(Some(stratum), site, n, successes).expect("possible"));
            }
        }
        Self { truth, tallies }
    }

    fn index(&self) -> Index {
        let cells: Vec<Cell> = self.tallies.iter().copied().map(Cell::from).collect();
        index(&cells, 1.0, Limits::default())
    }
}

/// In how many of the networks drawn with `off` something holds.
fn times(off: f64, holds: impl Fn(&Network) -> bool) -> usize {
    (1..=SEEDS).filter(|seed| holds(&Network::draw(*seed, off))).count()
}

#[test]
fn the_interval_holds_the_truth_as_often_as_it_says() {
    for off in [0.02, 0.05, 0.10] {
        let held = times(off, |network| {
            let interval = network.index().estimate.expect("comparable").gap_interval();
            let truth = equivalent_gap(true_spread(&network.truth).expect("comparable"));
            (interval.low..=interval.high).contains(&truth)
        });
        eprintln!("sites off by up to {off}: the interval held the truth {held} times in {SEEDS}");
        assert!((920..=980).contains(&held), "{held} of {SEEDS} at {off}");
    }
}

#[test]
fn a_homogeneous_network_reads_inside_its_noise_floor() {
    let inside = times(0.0, |network| {
        assert_eq!(true_spread(&network.truth).map(|d| d < 1e-12), Some(true));
        let estimate = network.index().estimate.expect("comparable");
        estimate.gap() <= estimate.noise_floor()
    });
    eprintln!("no gap planted: inside the noise floor {inside} times in {SEEDS}");
    assert!(inside >= 930, "{inside} of {SEEDS}");
}

#[test]
fn reasons_of_one_site_are_left_out_and_said() {
    let network = Network::draw(1, 0.05);
    let index = network.index();
    let coverage = index.coverage.expect("contacts");
    assert!((0.9..1.0).contains(&coverage), "{coverage}");
    assert!(index.by_stratum().keys().all(|stratum| stratum % 6 != 0));
}

#[test]
fn a_site_like_the_others_is_seldom_called_lower_or_higher() {
    let called = times(0.0, |network| {
        gaps(&network.tallies, 1.0, MARGIN).values().any(|gap| matches!(gap.state, GapState::Lower | GapState::Higher))
    });
    eprintln!("no gap planted: some site called lower or higher {called} times in {SEEDS}");
    assert!(called <= 50, "{called} of {SEEDS}");
}
