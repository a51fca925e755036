//! What a gap says.

use super::gap::Difference;

/// Comparable contacts below which nothing is said.
pub const MIN_COMPARABLE: i64 = 30;

/// The margin of relevance used unless another was agreed: three points.
pub const MARGIN: f64 = 0.03;

const ALPHA: f64 = 0.05;

/// What a site's gap against the rest says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapState {
    /// Below the other sites by the margin or more, beyond chance.
    Lower,
    /// Above the other sites by the margin or more, beyond chance.
    Higher,
    /// Within the margin, whole interval.
    Comparable,
    /// None of these is established.
    NotSettled,
    /// Too few contacts to say.
    NotEnoughData,
}

impl GapState {
    /// The word in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Higher => "higher",
            Self::Comparable => "comparable",
            Self::NotSettled => "not_settled",
            Self::NotEnoughData => "not_enough_data",
        }
    }

    /// The first rule that applies. A large gap on a small site comes before the width of its interval.
    #[must_use]
    pub fn of(comparable: i64, difference: &Difference, margin: f64) -> Self {
        let Difference { gap, low, high, p_adjusted, .. } = *difference;
        if comparable < MIN_COMPARABLE {
            Self::NotEnoughData
        } else if p_adjusted < ALPHA && gap <= -margin {
            Self::Lower
        } else if p_adjusted < ALPHA && gap >= margin {
            Self::Higher
        } else if -margin < low && high < margin {
            Self::Comparable
        } else if (high - low) / 2.0 > 2.0 * margin {
            Self::NotEnoughData
        } else {
            Self::NotSettled
        }
    }
}
