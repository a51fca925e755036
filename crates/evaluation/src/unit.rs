//! One objective of one version of a contract, over everything that is to be known of it.

use std::collections::BTreeSet;

use contact::Instant;
use contract::{Asked, Claim, Contract, Held, Known, Objective, Reliefs, terms::Span};

use crate::{EvaluationError, EvaluationQuestion, Filed, Wanted, plan::looks_back};

/// A window with its length in words.
#[derive(Clone, Copy)]
pub(crate) struct HeldWindow<'f> {
    pub(crate) held: Held<'f>,
    pub(crate) length: contract::terms::TimeWindow,
}

/// An objective of one version, with its windows.
pub(crate) struct Unit<'f> {
    /// The contract, by its position among those filed.
    pub(crate) filed: usize,
    pub(crate) contract: &'f Contract,
    pub(crate) objective: &'f Objective,
    pub(crate) windows: Vec<HeldWindow<'f>>,
    /// What is asked of all of its windows, and of the days before now where one of them is open.
    pub(crate) asked: Asked,
}

impl<'f> Unit<'f> {
    /// The units of a contract, in the order of versions and objectives.
    pub(crate) fn all(
        filed: (usize, &'f Filed),
        known: &Known<'_>,
        question: &EvaluationQuestion,
    ) -> Result<Vec<Self>, EvaluationError> {
        let (position, filed) = filed;
        let mut units: Vec<Self> = Vec::new();
        for (force, contract) in filed.versions.iter() {
            for objective in &contract.objectives {
                let windows = windows(force, contract, objective, question)?;
                let Some(hull) = hull(contract, &windows, question.now) else { continue };
                let asked = Asked::of(contract, objective, reach(objective, hull), known);
                units.push(Self { filed: position, contract, objective, windows, asked });
            }
        }
        Ok(units)
    }
}

/// The windows of an objective that are wanted, as far as its version was in force in them.
fn windows<'f>(
    force: Span,
    contract: &'f Contract,
    objective: &'f Objective,
    question: &EvaluationQuestion,
) -> Result<Vec<HeldWindow<'f>>, EvaluationError> {
    let mut found = Vec::new();
    for length in &objective.windows {
        let spans = match question.wanted.span(&contract.zone)? {
            None => length.holding(question.now, &contract.zone).into_iter().collect(),
            Some(period) => {
                let ending = length.ending_in(period.from, period.to, &contract.zone);
                // Of a window longer than the period, the one that goes on beyond it.
                let last = || length.holding(period.to.plus_micros(-1), &contract.zone).into_iter().collect();
                if ending.is_empty() { last() } else { ending }
            }
        };
        for window in spans {
            let Some(piece) = force.within(window).filter(|piece| piece.from <= question.now) else { continue };
            let current = question.wanted != Wanted::Current || piece.holds(question.now);
            if current {
                found.push(HeldWindow { held: Held { contract, objective, window, piece }, length: *length });
            }
        }
    }
    found.sort_by_key(|window| (window.held.window.to, window.held.window.from));
    Ok(found)
}

/// How long before a window contacts may have been offered that belong to it by another instant: 92 days. What takes longer
/// is in no window.
const LOOK_BACK_US: i64 = 92 * 86_400_000_000;

/// The span in which the contacts of a span were offered.
fn reach(objective: &Objective, span: Span) -> Span {
    if looks_back(objective) { Span { from: span.from.plus_micros(-LOOK_BACK_US), ..span } } else { span }
}

/// What claims do to a span of an objective. Its contacts may have been offered before it, and be dropped by claims of then.
pub(crate) fn reliefs(unit: &Unit<'_>, claims: &[Claim], span: Span, known_at: Instant) -> Reliefs {
    let of = |span| Reliefs::of(unit.contract, unit.objective, claims, span, known_at);
    let reliefs = of(span);
    let reach = reach(unit.objective, span);
    if reach == span { reliefs } else { Reliefs { dropped: of(reach).dropped, ..reliefs } }
}

/// From the first instant that matters to the last: of the windows, and of the days lately where one of them may be open.
fn hull(contract: &Contract, windows: &[HeldWindow<'_>], now: Instant) -> Option<Span> {
    let from = windows.iter().map(|window| window.held.piece.from).min()?;
    let to = windows.iter().map(|window| window.held.piece.to).max()?;
    let lately = lately(contract, now).filter(|_| to > now);
    Some(Span { from: lately.map_or(from, |lately| lately.from.min(from)), to })
}

/// The days before now, today included, that tell how it went lately.
pub(crate) fn lately(contract: &Contract, now: Instant) -> Option<Span> {
    let first = contract.day(now).checked_sub(jiff::Span::new().days(contract::LATELY_DAYS)).ok()?;
    Some(Span { from: Instant::start_of_day(first, &contract.zone).ok()?, to: now })
}

/// Objectives by their order in the last version, those that it dropped after them.
pub(crate) fn in_order(filed: &Filed) -> Vec<&Objective> {
    let mut seen = BTreeSet::new();
    let mut order = Vec::new();
    let versions: Vec<&Contract> = filed.versions.iter().map(|(_, contract)| contract).collect();
    for contract in versions.into_iter().rev() {
        for objective in &contract.objectives {
            if seen.insert(objective.name.as_str()) {
                order.push(objective);
            }
        }
    }
    order
}
