//! From the columns of a row to a figure. Pure.

use contact::{Figure, FigureError, FigureState, NoValue, Unit};
use engine::FigureSpec;
use stats::{Cluster, design_effect, wilson};

/// What one row's columns say about one figure.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    /// The value, or the numerator.
    pub(crate) of: Option<i64>,
    /// The denominator, where the figure has one.
    pub(crate) per: Option<i64>,
    /// Observations behind it.
    pub(crate) n: i64,
    /// Counts by day and queue, for shares.
    pub(crate) clusters: Vec<Cluster>,
}

/// What holds for the whole row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    /// There is no number, and why: no traffic, closed, no data.
    pub(crate) nothing: Option<NoValue>,
    /// The source never says what the figure needs.
    pub(crate) unsaid: bool,
    /// The value may still change.
    pub(crate) provisional: bool,
}

const MICROS: f64 = 1e6;
const CONFIDENCE: f64 = 0.95;

/// Makes the figure and checks it against itself.
///
/// # Errors
/// The figure contradicts itself, which is a defect of the statement.
pub(crate) fn figure(
    id: &str,
    spec: &FigureSpec,
    definition: &str,
    columns: &Columns,
    standing: Standing,
) -> Result<Figure, FigureError> {
    let mut figure = Figure {
        id: id.to_owned(),
        value: None,
        numerator: None,
        denominator: None,
        n: u64::try_from(columns.n).unwrap_or(0),
        low: None,
        high: None,
        design_effect: None,
        state: FigureState::None,
        reason: None,
        definition: definition.to_owned(),
        unit: spec.unit,
        finding: None,
    };
    match value(spec, columns, standing) {
        Err((state, reason)) => {
            figure.state = state;
            figure.reason = Some(reason);
        }
        Ok(Quotient { numerator, denominator, value }) => {
            figure.value = Some(value);
            figure.numerator = numerator;
            figure.denominator = denominator;
            figure.state = if standing.provisional { FigureState::Provisional } else { FigureState::Final };
            if spec.unit == Unit::Share {
                interval(&mut figure, columns);
            }
        }
    }
    figure.check()?;
    Ok(figure)
}

struct Quotient {
    numerator: Option<f64>,
    denominator: Option<f64>,
    value: f64,
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts and microseconds of a period stay below 2^53 or lose less than 1 µs"
)]
fn value(spec: &FigureSpec, columns: &Columns, standing: Standing) -> Result<Quotient, (FigureState, NoValue)> {
    if let Some(reason) = standing.nothing {
        return Err((FigureState::None, reason));
    }
    if standing.unsaid {
        return Err((FigureState::None, NoValue::NoData));
    }
    let scale = if spec.unit == Unit::Seconds { MICROS } else { 1.0 };
    let of = columns.of.map(|of| of as f64 / scale);
    match (of, spec.per.is_some(), columns.per) {
        (Some(numerator), true, Some(per)) if per > 0 => {
            let denominator = per as f64;
            enough(spec, columns)?;
            Ok(Quotient { numerator: Some(numerator), denominator: Some(denominator), value: numerator / denominator })
        }
        (Some(value), false, _) => {
            enough(spec, columns)?;
            let numerator = (spec.unit == Unit::Count).then_some(value);
            Ok(Quotient { numerator, denominator: None, value })
        }
        _ => Err((FigureState::None, NoValue::TooFew)),
    }
}

fn enough(spec: &FigureSpec, columns: &Columns) -> Result<(), (FigureState, NoValue)> {
    if u64::try_from(columns.n).unwrap_or(0) < spec.at_least {
        return Err((FigureState::Suppressed, NoValue::TooFew));
    }
    Ok(())
}

/// The Wilson interval on counts divided by the design effect; none with too few days to know that effect.
fn interval(figure: &mut Figure, columns: &Columns) {
    let Some(effect) = design_effect(&columns.clusters) else { return };
    let (Some(numerator), Some(denominator), Some(value)) = (figure.numerator, figure.denominator, figure.value) else {
        return;
    };
    figure.design_effect = Some(effect);
    // Dividing may round the numerator past the denominator when all succeeded.
    let successes = (numerator / effect).min(denominator / effect);
    if let Some(interval) = wilson(successes, denominator / effect, CONFIDENCE) {
        figure.low = Some(interval.low.min(value));
        figure.high = Some(interval.high.max(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(at_least: u64) -> FigureSpec {
        FigureSpec {
            unit: Unit::Share,
            of: "x".into(),
            per: Some("n".into()),
            n: None,
            rank: None,
            at_least,
            needs: None,
            until: Vec::new(),
            en: String::new(),
            fr: String::new(),
        }
    }

    fn made(columns: &Columns, nothing: Option<NoValue>, at_least: u64) -> Figure {
        let standing = Standing { nothing, unsaid: false, provisional: false };
        figure("x", &share(at_least), "x@1:0", columns, standing).expect("consistent")
    }

    #[test]
    fn nothing_of_nothing_is_no_number() {
        let columns = Columns { of: Some(0), per: Some(0), n: 0, clusters: Vec::new() };
        assert_eq!(made(&columns, None, 0).value, None);
        assert_eq!(made(&columns, Some(NoValue::Closed), 0).reason, Some(NoValue::Closed));
    }

    #[test]
    fn too_few_are_suppressed_not_zero() {
        let columns = Columns { of: Some(3), per: Some(9), n: 9, clusters: Vec::new() };
        let figure = made(&columns, None, 10);
        assert_eq!((figure.value, figure.state, figure.reason), (None, FigureState::Suppressed, Some(NoValue::TooFew)));
    }

    #[test]
    fn the_interval_widens_with_days_that_miss_together() {
        let even = (0..10).map(|day| Cluster { day, stratum: 0, successes: 80, n: 100 });
        let uneven =
            (0..10).map(|day| Cluster { day, stratum: 0, successes: if day % 2 == 0 { 100 } else { 60 }, n: 100 });
        let figure =
            |clusters: Vec<Cluster>| made(&Columns { of: Some(800), per: Some(1000), n: 1000, clusters }, None, 0);
        let (even, uneven) = (figure(even.collect()), figure(uneven.collect()));
        assert_eq!(even.design_effect, Some(1.0));
        assert!(uneven.low < even.low && uneven.high > even.high, "{even:?} {uneven:?}");
    }
}
