//! Chance without order: the n-th number of a named stream, whatever was drawn before.
//!
//! Every contact has a stream of its own, found from the seed, its queue and its rank among the arrivals of that queue.
//! So another patience, staffing or resolution leaves arrivals, reasons and service times as they were: two runs differ
//! by what was changed and by nothing else.
//!
//! A stream is SplitMix64 (Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, 2014): a sequence of
//! equal steps sent through a mixing function. The n-th number costs as much as the first.

use crate::{Share, number::real};

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
const BRANCH: u64 = 0xd1b5_4a32_d192_ed03;

/// A stream of numbers, each found by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stream(u64);

impl Stream {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed ^ BRANCH))
    }

    /// The stream called `name` below this one.
    pub(crate) fn branch(self, name: u64) -> Self {
        Self(mix(mix(self.0 ^ BRANCH).wrapping_add(name.wrapping_mul(STEP))))
    }

    /// 64 random bits.
    pub(crate) fn bits(self, at: u64) -> u64 {
        mix(self.0.wrapping_add(at.wrapping_add(1).wrapping_mul(STEP)))
    }

    /// Uniform over (0, 1), both ends excluded.
    pub(crate) fn unit(self, at: u64) -> f64 {
        const TWO_53: f64 = 9_007_199_254_740_992.0;
        (real(self.bits(at) >> 11) + 0.5) / TWO_53
    }

    /// Exponential with mean 1.
    pub(crate) fn exponential(self, at: u64) -> f64 {
        -libm::log(self.unit(at))
    }

    /// Standard normal, by Box and Muller from two uniforms.
    pub(crate) fn normal(self, at: u64) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.unit(at)));
        radius * libm::cos(std::f64::consts::TAU * self.branch(at).unit(0))
    }

    /// True with probability `share`.
    pub(crate) fn happens(self, at: u64, share: Share) -> bool {
        self.unit(at) < share.get()
    }

    /// Uniform over `0..below`; 0 when `below` is 0.
    pub(crate) fn below(self, at: u64, below: u32) -> u32 {
        let wide = u128::from(self.bits(at)) * u128::from(below);
        u32::try_from(wide >> 64).expect("a product with a number below 1 is below the factor")
    }
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// What a contact's stream is asked for. Add [`NTH`] for every earlier leg or step.
pub(crate) mod draw {
    /// Distance between the draws of one leg (or step) and those of the next.
    pub(crate) const NTH: u64 = 32;
    pub(crate) const REASON: u64 = 0;
    pub(crate) const SITE: u64 = 1;
    pub(crate) const RECOGNISED: u64 = 2;
    pub(crate) const PATIENCE: u64 = 3;
    pub(crate) const HANDLING: u64 = 4;
    pub(crate) const TRANSFER: u64 = 5;
    pub(crate) const RESOLVED: u64 = 6;
    pub(crate) const REOPENED: u64 = 7;
    pub(crate) const AT_ONCE: u64 = 8;
    pub(crate) const RESOLVED_AFTER: u64 = 9;
    pub(crate) const REOPENED_AFTER: u64 = 10;
    pub(crate) const REPEATED: u64 = 11;
    pub(crate) const REPEATED_AFTER: u64 = 12;
    pub(crate) const OPENING: u64 = 13;
    pub(crate) const REDIALLED: u64 = 14;
    pub(crate) const REDIALLED_AFTER: u64 = 15;
    pub(crate) const CODE: u64 = 16;
    pub(crate) const LATENCY: u64 = 17;
    pub(crate) const LATE: u64 = 18;
    pub(crate) const LATE_BY: u64 = 19;
    pub(crate) const TWICE: u64 = 20;
    pub(crate) const TWICE_AFTER: u64 = 21;
    /// Name of the stream of what happens beside one answer; [`desk`] says what it is asked for.
    pub(crate) const DESK: u64 = 42;
    /// Names of the streams of the contacts that follow from this one.
    pub(crate) const REDIAL: u64 = 40;
    pub(crate) const REPEAT: u64 = 41;

    /// What the stream called [`DESK`] is asked for. Add [`NTH`] for every earlier message or attempt.
    pub(crate) mod desk {
        pub(crate) const UNKNOWN: u64 = 0;
        pub(crate) const SPAM: u64 = 1;
        pub(crate) const HELD: u64 = 2;
        pub(crate) const HELD_FOR: u64 = 3;
        pub(crate) const MACHINE: u64 = 4;
        pub(crate) const MACHINE_AFTER: u64 = 5;
        pub(crate) const MACHINE_ASKS: u64 = 6;
        pub(crate) const ASKED_FOR: u64 = 7;
        pub(crate) const ASKS: u64 = 8;
        pub(crate) const WRITES: u64 = 9;
        pub(crate) const WRITES_AFTER: u64 = 10;
        pub(crate) const REPLY: u64 = 11;
        pub(crate) const THANKS: u64 = 12;
        pub(crate) const THANKS_AFTER: u64 = 13;
        pub(crate) const READ_AFTER: u64 = 14;
        pub(crate) const REFUSED: u64 = 15;
        pub(crate) const PUBLISHED_AFTER: u64 = 16;
        pub(crate) const UNREVIEWED: u64 = 17;
        pub(crate) const CALLBACK: u64 = 18;
        pub(crate) const REACHED: u64 = 19;
        pub(crate) const REPEATED_IN: u64 = 20;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_branches_are_uniform_and_apart() {
        let root = Stream::new(7);
        let n = 40_000_u64;
        let mut cells = [[0_u32; 10]; 10];
        for k in 0..n {
            let stream = root.branch(k);
            let (x, y) = (stream.below(3, 10), stream.below(4, 10));
            cells[x as usize][y as usize] += 1;
        }
        let expected = real(n) / 100.0;
        let chi2: f64 = cells.iter().flatten().map(|seen| (f64::from(*seen) - expected).powi(2) / expected).sum();
        // 99 degrees of freedom: mean 99, standard deviation 14.
        assert!((50.0..160.0).contains(&chi2), "{chi2}");
    }

    #[test]
    fn means_and_spreads_are_right() {
        let stream = Stream::new(11);
        let n = 200_000_u64;
        let mean = |f: &dyn Fn(u64) -> f64| (0..n).map(f).sum::<f64>() / real(n);
        assert!((mean(&|k| stream.exponential(k)) - 1.0).abs() < 0.012);
        assert!(mean(&|k| stream.normal(k)).abs() < 0.012);
        assert!((mean(&|k| stream.normal(k).powi(2)) - 1.0).abs() < 0.016);
    }

    #[test]
    fn certain_things_happen_and_impossible_ones_do_not() {
        let stream = Stream::new(3);
        assert!((0..10_000).all(|k| stream.happens(k, Share::ONE) && !stream.happens(k, Share::ZERO)));
    }
}
