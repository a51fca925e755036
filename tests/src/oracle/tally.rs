//! Counts: ratios that are never divided, legs by what became of them, and ranks.

use contact::{Outcome, network::Formula};

use super::promise::{Standing, Stay};

/// A numerator over a denominator, never divided here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it themselves")]
pub struct Ratio {
    pub numerator: i64,
    pub denominator: i64,
}

impl Ratio {
    /// `numerator` over `denominator`.
    #[must_use]
    pub fn new(numerator: i64, denominator: i64) -> Self {
        Self { numerator, denominator }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self::new(self.numerator + other.numerator, self.denominator + other.denominator)
    }
}

/// Legs of the cohort by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// A: answered by a human.
    pub answered: i64,
    /// `A_T`: of these, with a wait within the threshold.
    pub answered_in_time: i64,
    /// B: the customer left.
    pub abandoned: i64,
    /// `B_T`: of these, within the threshold.
    pub abandoned_in_time: i64,
    /// `B_s`: of these, at once.
    pub short_abandoned: i64,
    /// F: left the queue unanswered otherwise.
    pub flowed_out: i64,
    /// O: open beyond the threshold.
    pub overdue: i64,
    /// P: open within the threshold.
    pub pending: i64,
}

impl Tally {
    /// Of some stays.
    pub(super) fn of<'a>(stays: impl IntoIterator<Item = &'a Stay<'a>>) -> Self {
        let mut tally = Self::default();
        for stay in stays {
            let Standing::Counted(outcome) = stay.standing else { continue };
            let (in_time, short) = (i64::from(stay.is_in_time()), i64::from(stay.is_short()));
            match outcome {
                Outcome::Answered => {
                    tally.answered += 1;
                    tally.answered_in_time += in_time;
                }
                Outcome::Abandoned => {
                    tally.abandoned += 1;
                    tally.abandoned_in_time += in_time;
                    tally.short_abandoned += short;
                }
                Outcome::FlowedOut => tally.flowed_out += 1,
                Outcome::Overdue => tally.overdue += 1,
                Outcome::Pending => tally.pending += 1,
            }
        }
        tally
    }

    /// Everything that reached the queue.
    #[must_use]
    pub fn offered(&self) -> i64 {
        self.decided() + self.pending
    }

    /// D: everything but the pending.
    #[must_use]
    pub fn decided(&self) -> i64 {
        self.answered + self.abandoned + self.flowed_out + self.overdue
    }

    /// The service level of these legs by one formula; overdue legs join every denominator but that of `f`.
    #[must_use]
    pub fn service_level(&self, formula: Formula) -> Ratio {
        let a_t = self.answered_in_time;
        let all = self.answered + self.abandoned + self.overdue;
        match formula {
            Formula::A => Ratio::new(a_t, all + self.flowed_out),
            Formula::B => Ratio::new(a_t, all),
            Formula::C => Ratio::new(a_t, all - self.short_abandoned),
            Formula::D => Ratio::new(a_t, all - self.abandoned_in_time),
            Formula::E => Ratio::new(a_t + self.abandoned_in_time, all),
            Formula::F => Ratio::new(a_t, self.answered),
            Formula::G => Ratio::new(a_t + self.short_abandoned, all),
        }
    }
}

/// The value at rank `ceil(permille / 1000 · n)` of `sorted`.
#[must_use]
pub fn nearest_rank(sorted: &[i64], permille: usize) -> Option<i64> {
    let rank = (permille * sorted.len()).div_ceil(1000);
    sorted.get(rank.checked_sub(1)?).copied()
}
