//! The share promised, exactly.

use super::Lacking;

/// The share of contacts that must succeed: an exact fraction between 0 and 1, to be reached or, of some that are rounded,
/// to be exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    numerator: i64,
    denominator: i64,
    exceed: bool,
}

/// Contacts of which some succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    n: i64,
    successes: i64,
}

impl Target {
    /// So many in a thousand: 800 is 80 %. `None` above 1000.
    #[must_use]
    pub fn permille(permille: u16) -> Option<Self> {
        Self::millionths(u32::from(permille) * 1000)
    }

    /// So many in a million: 999 500 is 99.95 %. `None` above a million.
    #[must_use]
    pub fn millionths(millionths: u32) -> Option<Self> {
        let numerator = i64::from(millionths);
        (millionths <= 1_000_000).then_some(Self { numerator, denominator: 1_000_000, exceed: false })
    }

    /// That at most so many in a million fail: the target of those that do not. `None` above a million.
    #[must_use]
    pub fn at_most(millionths: u32) -> Option<Self> {
        Self::millionths(1_000_000_u32.checked_sub(millionths)?)
    }

    /// The target that the exact share must reach for its percentage, rounded half up to `decimals` places, to reach this
    /// one: 80 % becomes 79.95 % with one decimal. `None` with more than four decimals, which is finer than a target.
    ///
    /// With K = ⌈100·T·10^d⌉, ⌊100·p·10^d + 1/2⌋ ≥ K exactly if p ≥ (2K − 1) / (200·10^d).
    #[must_use]
    pub fn after_rounding(self, decimals: u8) -> Option<Self> {
        let unit = (decimals <= 4).then(|| 100 * 10_i64.pow(u32::from(decimals)))?;
        let steps = ceiling(self.numerator, unit, self.denominator);
        Some(Self { numerator: (2 * steps - 1).max(0), denominator: 2 * unit, exceed: false })
    }

    /// That the percentage that fails, rounded half up to `decimals` places, is at most so many in a million: 10 % with
    /// one decimal is less than 10.05 %. `None` above a million or with more than four decimals.
    ///
    /// With K = ⌊100·M·10^d⌋, ⌊100·q·10^d + 1/2⌋ ≤ K exactly if 1 − q > 1 − (2K + 1) / (200·10^d).
    #[must_use]
    pub fn at_most_after_rounding(millionths: u32, decimals: u8) -> Option<Self> {
        let unit = (decimals <= 4 && millionths <= 1_000_000).then(|| 100 * 10_i64.pow(u32::from(decimals)))?;
        let steps = i64::from(millionths) * unit / 1_000_000;
        let numerator = 2 * (unit - steps) - 1;
        // Everything may fail: nothing must succeed.
        Some(Self { numerator: numerator.max(0), denominator: 2 * unit, exceed: numerator >= 0 })
    }

    /// The share, 0–1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "at most a few millions")]
    pub fn share(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// The share that may fail, 0–1: 1 − [`Self::share`].
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "at most a few millions")]
    pub fn allowance(self) -> f64 {
        (self.denominator - self.numerator) as f64 / self.denominator as f64
    }

    /// The share as numerator and denominator.
    #[must_use]
    pub fn fraction(self) -> (i64, i64) {
        (self.numerator, self.denominator)
    }

    /// Whether the share must be exceeded, not only reached.
    #[must_use]
    pub fn exceed(self) -> bool {
        self.exceed
    }

    /// The fewest successes of `n` contacts that meet it: ⌈T·n⌉, or one more than ⌊T·n⌋ where it must be exceeded; 0
    /// without contacts.
    #[must_use]
    pub fn least(self, n: i64) -> i64 {
        if n <= 0 { 0 } else { Lacking::of(Tried { n, successes: 0 }, self).required(0) }
    }

    /// Whether more than `times` tenths of the allowance failed: misses/n > times/10 · (1 − T), in integers.
    pub(super) fn missed_more_than(self, times: i64, n: i64, missed: i64) -> bool {
        let allowed = i128::from(times) * i128::from(self.denominator - self.numerator) * i128::from(n);
        10 * i128::from(missed) * i128::from(self.denominator) > allowed
    }
}

impl Tried {
    /// `successes` of `n` contacts. `None` unless `0 ≤ successes ≤ n`.
    #[must_use]
    pub fn new(n: i64, successes: i64) -> Option<Self> {
        (0..=n).contains(&successes).then_some(Self { n, successes })
    }

    /// Contacts.
    #[must_use]
    pub fn n(self) -> i64 {
        self.n
    }

    /// Those that succeeded.
    #[must_use]
    pub fn successes(self) -> i64 {
        self.successes
    }

    /// Those that did not.
    #[must_use]
    pub fn missed(self) -> i64 {
        self.n - self.successes
    }

    /// The share that succeeded; `None` without contacts.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
    pub fn share(self) -> Option<f64> {
        (self.n > 0).then(|| self.successes as f64 / self.n as f64)
    }
}

/// ⌈a·b / c⌉ for a, b ≥ 0 and c > 0; the largest integer where it is larger than that.
fn ceiling(a: i64, b: i64, c: i64) -> i64 {
    let (product, c) = (i128::from(a) * i128::from(b), i128::from(c));
    i64::try_from((product + c - 1) / c).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(permille: u16) -> Target {
        Target::permille(permille).expect("a share")
    }

    #[test]
    fn one_contact_short_is_short() {
        assert_eq!(target(800).least(12_000), 9600);
        assert_eq!(target(800).least(12_001), 9601);
        assert_eq!((target(0).least(7), target(1000).least(7), target(800).least(0)), (0, 7, 0));
        assert_eq!(target(1000).least(i64::MAX), i64::MAX);
    }

    #[test]
    fn more_than_everything_is_no_target() {
        assert_eq!((Target::permille(1001), Target::millionths(1_000_001)), (None, None));
        assert_eq!((Tried::new(3, 4), Tried::new(3, -1), Tried::new(-1, -1)), (None, None, None));
    }

    /// The rounding agreed decides 79.96 %: 80.0 % with one decimal, not 80 % as it stands; whole percents let 79.5 % pass.
    #[test]
    fn rounding_before_comparing_moves_the_target_by_half_a_step() {
        let rounded = |decimals| target(800).after_rounding(decimals).expect("at most four decimals").least(10_000);
        assert_eq!((target(800).least(10_000), rounded(1), rounded(0), rounded(2)), (8000, 7995, 7950, 8000));
        assert_eq!(target(800).after_rounding(2).expect("two decimals").least(1_000_000), 799_950);
        assert_eq!(target(800).after_rounding(5), None);
        // 79.5 % promised, whole percents compared: 79 % does not reach it, 80 % does.
        assert_eq!(target(795).after_rounding(0).expect("no decimals").least(1000), 795);
        assert_eq!(target(0).after_rounding(0).expect("no decimals").least(1000), 0);
    }

    /// Half a step up is above: 10.04 % is 10.0 %, 10.05 % is 10.1 %.
    #[test]
    fn rounding_helps_one_side_only() {
        let most = |millionths, decimals| Target::at_most_after_rounding(millionths, decimals).expect("a share");
        assert_eq!((most(100_000, 1).least(10_000), most(100_000, 0).least(10_000)), (8996, 8951));
        assert_eq!((most(0, 1).least(10_000), most(1_000_000, 1).least(10_000)), (9996, 0));
        assert_eq!(Target::at_most(100_000).expect("a share").least(10_000), 9000);
        assert_eq!((Target::at_most(1_000_001), Target::at_most_after_rounding(0, 5)), (None, None));
    }
}
