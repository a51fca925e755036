//! Figures that are functions of a statement's rows, as the statement names them.

use contact::{Figure, FigureState, Finding, NoValue};
use engine::{Catalog, EngineError, Statement};
use stats::{
    Interval,
    homogeneity::{Gap, GapState, State},
};

use crate::ScorecardError;

/// A number with what is known of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    pub(crate) value: f64,
    pub(crate) of: Option<(f64, f64)>,
    pub(crate) interval: Option<Interval>,
}

/// A number, or why there is none.
pub(crate) type Told = Result<Number, (FigureState, NoValue)>;

/// There is no number, and why.
pub(crate) const fn none(reason: NoValue) -> Told {
    Err((FigureState::None, reason))
}

/// Too few stand behind the number to show it.
pub(crate) const SUPPRESSED: Told = Err((FigureState::Suppressed, NoValue::TooFew));

impl Number {
    pub(crate) fn plain(value: f64) -> Self {
        Self { value, of: None, interval: None }
    }

    /// A numerator over a denominator, which is not 0.
    pub(crate) fn ratio(numerator: f64, denominator: f64) -> Self {
        Self { value: numerator / denominator, of: Some((numerator, denominator)), interval: None }
    }

    pub(crate) fn within(value: f64, interval: Interval) -> Self {
        Self { value, of: None, interval: Some(interval) }
    }
}

/// Makes figures of the statement.
pub(crate) struct Maker<'a> {
    statement: &'a Statement,
    chain: String,
    is_open: bool,
}

impl<'a> Maker<'a> {
    /// `is_open`: the numbers may still change.
    pub(crate) fn of(catalog: &'a Catalog, statement: &str, is_open: bool) -> Result<Self, ScorecardError> {
        let statement = catalog.get(statement)?;
        Ok(Self { statement, chain: catalog.chain_hash(statement), is_open })
    }

    /// A figure over `n` contacts.
    ///
    /// # Errors
    /// The statement does not name it, or it contradicts itself.
    pub(crate) fn figure(
        &self,
        id: &str,
        n: i64,
        told: Told,
        finding: Option<Finding>,
    ) -> Result<Figure, ScorecardError> {
        let spec = self.statement.figures.get(id).ok_or_else(|| EngineError::Unknown(id.to_owned()))?;
        let number = told.ok();
        let (state, reason) = match told {
            Err((state, reason)) => (state, Some(reason)),
            Ok(_) if self.is_open => (FigureState::Provisional, None),
            Ok(_) => (FigureState::Final, None),
        };
        let of = number.and_then(|number| number.of);
        let interval = number.and_then(|number| number.interval);
        let figure = Figure {
            id: id.to_owned(),
            value: number.map(|number| number.value),
            numerator: of.map(|of| of.0),
            denominator: of.map(|of| of.1),
            n: u64::try_from(n).unwrap_or(0),
            low: interval.map(|interval| interval.low),
            high: interval.map(|interval| interval.high),
            design_effect: None,
            state,
            reason,
            definition: format!("{id}@{}:{}", self.statement.version, self.chain),
            unit: spec.unit,
            finding,
        };
        figure.check()?;
        Ok(figure)
    }

    /// The gap of a site against the rest, in points; `nothing` says why it has no figures at all.
    pub(crate) fn gap(&self, id: &str, gap: Option<&Gap>, nothing: Option<NoValue>) -> Result<Figure, ScorecardError> {
        let difference = gap.and_then(|gap| gap.difference);
        let state = gap.map_or(GapState::NotEnoughData, |gap| gap.state);
        let told = match (nothing, difference) {
            (Some(reason), _) => none(reason),
            (None, None) => none(NoValue::NotComparable),
            (None, Some(_)) if state == GapState::NotEnoughData => SUPPRESSED,
            (None, Some(d)) => {
                let interval = Interval { low: d.low * 100.0, high: d.high * 100.0 };
                Ok(Number::within(d.gap * 100.0, interval))
            }
        };
        let finding = match state {
            GapState::Lower => Finding::Lower,
            GapState::Higher => Finding::Higher,
            GapState::Comparable => Finding::Comparable,
            GapState::NotSettled => Finding::NotSettled,
            GapState::NotEnoughData => Finding::NotEnoughData,
        };
        let finding = nothing.is_none().then_some(finding);
        self.figure(id, gap.map_or(0, |gap| gap.comparable), told, finding)
    }
}

/// What an index says.
pub(crate) fn finding(state: State) -> Finding {
    match state {
        State::NotComparable => Finding::NotComparable,
        State::NotEnoughData => Finding::NotEnoughData,
        State::Homogeneous => Finding::Homogeneous,
        State::NotHomogeneous => Finding::NotHomogeneous,
        State::Uncertain => Finding::Uncertain,
    }
}
