//! The difference of a site from the rest, and what it says.

/// Comparable contacts below which nothing is said.
pub const MIN_COMPARABLE: i64 = 30;

/// The margin of relevance used unless another was agreed: three points.
pub const MARGIN: f64 = 0.03;

const ALPHA: f64 = 0.05;

/// A difference of rates on the same strata, in shares: −0.04 is four points fewer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The site less the rest.
    pub gap: f64,
    /// Lower bound of its 95 % interval.
    pub low: f64,
    /// Upper bound of its 95 % interval.
    pub high: f64,
    /// Its standard error.
    pub se: f64,
    /// The Cochran-Mantel-Haenszel statistic.
    pub z: f64,
    /// How often chance alone goes so far, if the site is like the rest.
    pub p: f64,
    /// `p` after as many comparisons as there are sites (Benjamini-Hochberg).
    pub p_adjusted: f64,
    /// Σ n·m/N over strata: how many contacts the comparison is worth.
    pub weight: f64,
}

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
