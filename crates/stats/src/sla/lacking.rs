//! How far contacts are from a target, exactly.

use super::{Target, Tried};

/// How far contacts are from a target: what is lacking of it, exactly. Below 0 there is more than enough.
///
/// Contacts may weigh less than one, by any fractions: all that a decision needs of D = T·n − x, with T = a/b, is the least
/// whole w for which D ≤ w/b, because what is added later is whole contacts. Where T must be exceeded it is the least for
/// which D < w/b.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lacking {
    /// w: lacking contacts, in parts of which the target's denominator make one.
    parts: i128,
    target: Target,
}

impl Lacking {
    /// What is lacking when each contact counts for one.
    #[must_use]
    pub fn of(tried: Tried, target: Target) -> Self {
        let (a, b) = target.fraction();
        let parts = i128::from(a) * i128::from(tried.n()) - i128::from(b) * i128::from(tried.successes());
        Self::weighed(parts, true, target)
    }

    /// What is lacking when contacts weigh by fractions: `floor` is ⌊b·(T·n − x)⌋ with T = a/b, `exact` whether nothing
    /// was cut off.
    #[must_use]
    pub fn weighed(floor: i128, exact: bool, target: Target) -> Self {
        let more = i128::from(target.exceed() || !exact);
        Self { parts: floor.saturating_add(more), target }
    }

    /// Whether nothing is lacking.
    #[must_use]
    pub fn is_met(self) -> bool {
        self.parts <= 0
    }

    /// Successes beyond the fewest that meet the target, of as many contacts: 0 is met exactly, −4 is missed by 4 contacts.
    #[must_use]
    pub fn margin(self) -> i64 {
        self.required(0).saturating_neg()
    }

    /// How many of `rest` further contacts must succeed: above `rest` when too many have failed, 0 or below when enough
    /// have succeeded.
    #[must_use]
    pub fn required(self, rest: i64) -> i64 {
        let (_, b) = self.target.fraction();
        let (parts, b) = (self.parts_with(rest), i128::from(b));
        let up = parts.div_euclid(b) + i128::from(parts.rem_euclid(b) > 0);
        i64::try_from(up).unwrap_or(if up > 0 { i64::MAX } else { i64::MIN })
    }

    /// The share of `rest` further contacts that must succeed, to be shown: above 1 it cannot be reached, at 0 or below it
    /// is reached already. `None` where none remain.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a number to show")]
    pub fn required_rate(self, rest: i64) -> Option<f64> {
        let (_, b) = self.target.fraction();
        (rest > 0).then(|| self.parts_with(rest) as f64 / (b as f64 * rest as f64))
    }

    fn parts_with(self, rest: i64) -> i128 {
        let (a, _) = self.target.fraction();
        self.parts.saturating_add(i128::from(a) * i128::from(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eighty() -> Target {
        Target::permille(800).expect("a share")
    }

    fn lacking(n: i64, successes: i64, target: Target) -> Lacking {
        Lacking::of(Tried::new(n, successes).expect("possible"), target)
    }

    #[test]
    fn the_margin_is_the_contacts_short() {
        let margin = |n, successes| lacking(n, successes, eighty()).margin();
        assert_eq!((margin(12_000, 9600), margin(12_000, 9599), margin(10_000, 7996)), (0, -1, -4));
        assert_eq!((margin(12_001, 9601), margin(12_001, 9602), margin(0, 0)), (0, 1, 0));
    }

    /// 1,650 of 2,200 at one half each, and 860 of 1,000: 1,685 of 2,100, of which 1,680 are 80 %.
    #[test]
    fn contacts_may_weigh_less_than_one() {
        let parts = 800_000 * 2100 - 1_000_000 * 1685;
        assert_eq!(Lacking::weighed(parts, true, eighty()), lacking(2100, 1685, eighty()));
        assert_eq!(Lacking::weighed(parts, true, eighty()).margin(), 5);
        // A third of a part more is lacking: five contacts cannot be missed any more.
        assert_eq!(Lacking::weighed(parts, false, eighty()).margin(), 4);
        assert!(!Lacking::weighed(0, false, eighty()).is_met() && Lacking::weighed(-1, false, eighty()).is_met());
    }

    /// What must be exceeded is not met by reaching it.
    #[test]
    fn to_exceed_is_more_than_to_reach() {
        // At most 10.0 % after rounding: 89.95 % of 2,000 is 1,799.
        let target = Target::at_most_after_rounding(100_000, 1).expect("a share");
        assert_eq!((lacking(2000, 1799, target).margin(), lacking(2000, 1800, target).margin()), (-1, 0));
        assert_eq!(lacking(1000, 900, target).required(1000), 900);
        assert_eq!(Lacking::weighed(0, false, target), Lacking::weighed(0, true, target));
    }

    #[test]
    fn beyond_all_counts_it_neither_overflows_nor_turns() {
        let most = Lacking::weighed(i128::MAX, false, eighty());
        assert_eq!((most.required(i64::MAX), most.margin()), (i64::MAX, -i64::MAX));
        assert_eq!(Lacking::weighed(i128::MIN, true, eighty()).margin(), i64::MAX);
    }
}
