//! Values of a scenario that cannot be wrong: a probability, a random length of time, weights.

use contact::Duration;
use serde::{Deserialize, Serialize};

use crate::{
    SimError,
    chance::Stream,
    number::{micros, real_micros},
};

/// A probability, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Share(f64);

impl Share {
    /// Never.
    pub const ZERO: Self = Self(0.0);
    /// Always.
    pub const ONE: Self = Self(1.0);

    /// A probability.
    ///
    /// # Errors
    /// Outside [0, 1], or not a number.
    pub fn new(share: f64) -> Result<Self, SimError> {
        if (0.0..=1.0).contains(&share) { Ok(Self(share)) } else { Err(SimError::Share(share)) }
    }

    /// This many in a thousand, at most all of them.
    #[must_use]
    pub const fn permille(thousandths: u16) -> Self {
        if thousandths > 1000 { Self::ONE } else { Self(thousandths as f64 / 1000.0) }
    }

    /// As a number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// This probability moved by `points` hundredths, held within [0.01, 0.99].
    #[must_use]
    pub fn moved(self, points: f64) -> Self {
        Self((self.0 + points / 100.0).clamp(0.01, 0.99))
    }
}

impl TryFrom<f64> for Share {
    type Error = SimError;
    fn try_from(share: f64) -> Result<Self, SimError> {
        Self::new(share)
    }
}

impl From<Share> for f64 {
    fn from(share: Share) -> f64 {
        share.0
    }
}

/// How the lengths of a [`Length`] are spread around their mean.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    Fixed,
    Exponential,
    /// The normal distribution of the logarithm: its mean and standard deviation.
    LogNormal {
        mu: f64,
        sigma: f64,
    },
}

/// A random length of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Length {
    mean: f64,
    shape: Shape,
}

impl Length {
    /// Always this long.
    #[must_use]
    pub fn fixed(length: Duration) -> Self {
        Self { mean: real_micros(length.as_micros()), shape: Shape::Fixed }
    }

    /// Exponential with this mean.
    #[must_use]
    pub fn exponential(mean: Duration) -> Self {
        Self { mean: real_micros(mean.as_micros()), shape: Shape::Exponential }
    }

    /// Log-normal with this mean; `sigma` is the standard deviation of the logarithm.
    ///
    /// # Errors
    /// `sigma` is negative or not finite.
    pub fn log_normal(mean: Duration, sigma: f64) -> Result<Self, SimError> {
        if !(sigma.is_finite() && sigma >= 0.0) {
            return Err(SimError::Number { what: "the spread of a log-normal length", value: sigma });
        }
        let mean = real_micros(mean.as_micros());
        if mean <= 0.0 {
            return Ok(Self { mean: 0.0, shape: Shape::Fixed });
        }
        Ok(Self { mean, shape: Shape::LogNormal { mu: libm::log(mean) - sigma * sigma / 2.0, sigma } })
    }

    /// The mean, in microseconds.
    pub(crate) fn mean(self) -> f64 {
        self.mean
    }

    /// A length in microseconds, `pace` times as long as usual.
    pub(crate) fn draw(self, stream: Stream, at: u64, pace: f64) -> i64 {
        let length = match self.shape {
            Shape::Fixed => self.mean,
            Shape::Exponential => self.mean * stream.exponential(at),
            Shape::LogNormal { mu, sigma } => libm::exp(mu + sigma * stream.normal(at)),
        };
        micros(length * pace)
    }
}

/// Weights to choose by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    upto: Vec<f64>,
}

impl Weights {
    /// Weights of the `what` of `name`: finite, none negative, not all zero.
    pub(crate) fn new(weights: &[f64], what: &'static str, name: &str) -> Result<Self, SimError> {
        if let Some(wrong) = weights.iter().find(|weight| !(weight.is_finite() && **weight >= 0.0)) {
            return Err(SimError::Number { what, value: *wrong });
        }
        let total: f64 = weights.iter().sum();
        if total <= 0.0 {
            return Err(SimError::Weightless { what, name: name.to_owned() });
        }
        let mut sum = 0.0;
        let upto = weights.iter().map(|weight| {
            sum += weight;
            sum / total
        });
        Ok(Self { upto: upto.collect() })
    }

    /// The share of one choice.
    pub(crate) fn share(&self, choice: usize) -> f64 {
        let before = if choice == 0 { 0.0 } else { self.upto[choice - 1] };
        self.upto[choice] - before
    }

    /// The choice at `unit`, uniform over (0, 1). A choice without weight is never taken.
    pub(crate) fn choose(&self, unit: f64) -> usize {
        self.upto.partition_point(|upto| *upto <= unit).min(self.upto.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::real;

    #[test]
    fn a_share_is_a_probability() {
        assert_eq!(Share::new(1.5), Err(SimError::Share(1.5)));
        assert!(Share::new(f64::NAN).is_err());
        assert_eq!(Share::permille(250), Share::new(0.25).expect("a share"));
    }

    #[test]
    fn lengths_have_the_mean_they_are_given() {
        let stream = Stream::new(5);
        let mean = Duration::from_secs(240);
        for length in [Length::exponential(mean), Length::log_normal(mean, 0.7).expect("a spread"), Length::fixed(mean)]
        {
            let n = 100_000;
            let sum: i64 = (0..n).map(|k| length.draw(stream, k, 1.0)).sum();
            assert!((real_micros(sum) / real(n) / 240e6 - 1.0).abs() < 0.015, "{length:?}");
        }
        assert!(Length::log_normal(mean, -1.0).is_err());
    }

    #[test]
    fn choices_follow_their_weights() {
        let weights = Weights::new(&[1.0, 0.0, 3.0], "reasons", "x").expect("weights");
        let stream = Stream::new(1);
        let mut seen = [0_u32; 3];
        (0..40_000).for_each(|k| seen[weights.choose(stream.unit(k))] += 1);
        assert_eq!(seen[1], 0);
        assert!((f64::from(seen[0]) / 40_000.0 - 0.25).abs() < 0.01, "{seen:?}");
        assert!((weights.share(2) - 0.75).abs() < 1e-12);
        assert!(Weights::new(&[0.0], "reasons", "x").is_err());
    }
}
