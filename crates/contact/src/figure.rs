//! The figure: the one shape in which every number leaves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Unit of a figure's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// A number of contacts or legs.
    Count,
    /// A share between 0 and 1.
    Share,
    /// Seconds.
    Seconds,
    /// A ratio that may exceed 1.
    Ratio,
    /// Points of a hundred, from −100 to 100: two rates of 74 % and 70 % are 4 points apart.
    Points,
}

/// Why there is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoValue {
    /// Open, and nothing was offered.
    NoTraffic,
    /// The promise calendar was closed all the time.
    Closed,
    /// Nothing at all was received that could tell.
    NoData,
    /// Fewer than the figure needs.
    TooFew,
    /// No common ground to compare on.
    NotComparable,
}

/// How far a figure can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureState {
    /// The period is over and nothing in it can change by itself.
    Final,
    /// May still change: open or immature contacts, a period that runs, a late feed.
    Provisional,
    /// Differs from what was published before.
    Restated,
    /// There is a number, but too few stand behind it to be shown.
    Suppressed,
    /// There is no number.
    None,
}

/// What a comparison of sites says in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Below the other sites on the same reasons.
    Lower,
    /// Above the other sites on the same reasons.
    Higher,
    /// As the other sites, within the margin.
    Comparable,
    /// None of these is established.
    NotSettled,
    /// The same chance of a solution whichever site answers.
    Homogeneous,
    /// The chance of a solution depends on the site.
    NotHomogeneous,
    /// A difference is possible but not proven.
    Uncertain,
    /// No reason is handled by two sites.
    NotComparable,
    /// Not enough contacts to say.
    NotEnoughData,
}

/// One number with all that is needed to rely on it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Figure {
    /// What it is, such as `service_level`.
    pub id: String,
    /// The value; null exactly when `state` is `suppressed` or `none`.
    pub value: Option<f64>,
    /// What was counted or summed (seconds for durations).
    pub numerator: Option<f64>,
    /// What it was divided by; absent on counts and percentiles.
    pub denominator: Option<f64>,
    /// How many observations stand behind the value.
    pub n: u64,
    /// Lower bound of the 95 % interval.
    pub low: Option<f64>,
    /// Upper bound of the 95 % interval.
    pub high: Option<f64>,
    /// Variance from day to day over the variance of independent contacts.
    pub design_effect: Option<f64>,
    /// How far it can be relied on.
    pub state: FigureState,
    /// Why there is no value.
    pub reason: Option<NoValue>,
    /// `id@version:hash` of the statement that defines it.
    pub definition: String,
    /// The unit of `value`, `low` and `high`.
    pub unit: Unit,
    /// What it says, on figures that compare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
}

/// A figure that contradicts itself.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FigureError {
    /// A value where the state says there is none, or the other way round.
    #[error("figure {id}: value {value:?} does not go with state {state:?} and reason {reason:?}")]
    State {
        /// The figure.
        id: String,
        /// Its value.
        value: Option<f64>,
        /// Its state.
        state: FigureState,
        /// Its reason.
        reason: Option<NoValue>,
    },
    /// NaN or infinite.
    #[error("figure {id}: {what} is not a finite number")]
    NotFinite {
        /// The figure.
        id: String,
        /// Which number.
        what: &'static str,
    },
    /// The value is not its numerator over its denominator.
    #[error("figure {id}: {value} is not {numerator} / {denominator}")]
    Quotient {
        /// The figure.
        id: String,
        /// Its value.
        value: f64,
        /// Its numerator.
        numerator: f64,
        /// Its denominator.
        denominator: f64,
    },
    /// The interval does not hold the value.
    #[error("figure {id}: {value} is not within {low}–{high}")]
    Interval {
        /// The figure.
        id: String,
        /// Its value.
        value: f64,
        /// Its lower bound.
        low: f64,
        /// Its upper bound.
        high: f64,
    },
    /// Points beyond a hundred.
    #[error("figure {id}: {value} points are outside −100–100")]
    Points {
        /// The figure.
        id: String,
        /// Its value.
        value: f64,
    },
    /// A share outside 0–1.
    #[error("figure {id}: the share {value} is outside 0–1")]
    Share {
        /// The figure.
        id: String,
        /// Its value.
        value: f64,
    },
}

impl Figure {
    /// Checks the figure against itself.
    ///
    /// # Errors
    /// Names the first contradiction.
    pub fn check(&self) -> Result<(), FigureError> {
        self.check_finite()?;
        let Some(value) = self.value else {
            let told = matches!(self.state, FigureState::Suppressed | FigureState::None) && self.reason.is_some();
            return if told && self.low.is_none() && self.high.is_none() { Ok(()) } else { Err(self.state_error()) };
        };
        if matches!(self.state, FigureState::Suppressed | FigureState::None) || self.reason.is_some() {
            return Err(self.state_error());
        }
        if let (Some(numerator), Some(denominator)) = (self.numerator, self.denominator)
            && !is_quotient(value, numerator, denominator)
        {
            return Err(FigureError::Quotient { id: self.id.clone(), value, numerator, denominator });
        }
        if self.unit == Unit::Share && !(0.0..=1.0).contains(&value) {
            return Err(FigureError::Share { id: self.id.clone(), value });
        }
        if self.unit == Unit::Points && !(-100.0..=100.0).contains(&value) {
            return Err(FigureError::Points { id: self.id.clone(), value });
        }
        match (self.low, self.high) {
            (Some(low), Some(high)) if low > value || value > high => {
                Err(FigureError::Interval { id: self.id.clone(), value, low, high })
            }
            (None, None) | (Some(_), Some(_)) => Ok(()),
            _ => Err(self.state_error()),
        }
    }

    fn check_finite(&self) -> Result<(), FigureError> {
        let numbers = [
            ("value", self.value),
            ("numerator", self.numerator),
            ("denominator", self.denominator),
            ("low", self.low),
            ("high", self.high),
            ("design_effect", self.design_effect),
        ];
        match numbers.into_iter().find(|(_, number)| number.is_some_and(|n| !n.is_finite())) {
            Some((what, _)) => Err(FigureError::NotFinite { id: self.id.clone(), what }),
            None => Ok(()),
        }
    }

    fn state_error(&self) -> FigureError {
        FigureError::State { id: self.id.clone(), value: self.value, state: self.state, reason: self.reason }
    }
}

/// Whether the value is this very division, to the last bit: whoever divides again gets the number that was shown.
fn is_quotient(value: f64, numerator: f64, denominator: f64) -> bool {
    denominator > 0.0 && (value - numerator / denominator).abs() <= 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(value: f64, numerator: f64, denominator: f64) -> Figure {
        Figure {
            id: "service_level".into(),
            value: Some(value),
            numerator: Some(numerator),
            denominator: Some(denominator),
            n: 3,
            low: None,
            high: None,
            design_effect: None,
            state: FigureState::Final,
            reason: None,
            definition: "service_level@1:0".into(),
            unit: Unit::Share,
            finding: None,
        }
    }

    /// A share that is shown beside counts that give another one is a share nobody can check.
    #[test]
    fn a_value_is_its_numerator_over_its_denominator_to_the_last_bit() {
        let third: f64 = 1.0 / 3.0;
        assert_eq!(share(third, 1.0, 3.0).check(), Ok(()));
        assert_eq!(share(-0.0, 0.0, 3.0).check(), Ok(()));
        for (value, numerator, denominator) in [(third.next_up(), 1.0, 3.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1e-320)] {
            let told = share(value, numerator, denominator).check();
            assert!(matches!(told, Err(FigureError::Quotient { .. })), "{numerator} / {denominator}: {told:?}");
        }
    }

    #[test]
    fn a_value_goes_with_its_state_and_its_interval() {
        let half = share(0.5, 1.0, 2.0);
        let with = |low, high| Figure { low, high, ..half.clone() }.check();
        assert_eq!(with(Some(0.1), Some(0.9)), Ok(()));
        assert!(matches!(with(Some(0.6), Some(0.9)), Err(FigureError::Interval { .. })));
        assert!(matches!(with(Some(0.1), None), Err(FigureError::State { .. })));
        assert!(matches!(with(Some(f64::NAN), Some(0.9)), Err(FigureError::NotFinite { what: "low", .. })));
        let suppressed = Figure { state: FigureState::Suppressed, reason: Some(NoValue::TooFew), ..half.clone() };
        assert!(matches!(suppressed.check(), Err(FigureError::State { .. })), "a suppressed figure shows no value");
        assert_eq!(Figure { value: None, ..suppressed }.check(), Ok(()));
        assert!(matches!(share(1.5, 3.0, 2.0).check(), Err(FigureError::Share { .. })));
        assert!(matches!(
            Figure { unit: Unit::Points, ..share(150.0, 300.0, 2.0) }.check(),
            Err(FigureError::Points { .. })
        ));
    }
}
