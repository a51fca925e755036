//! How one window stands.

use contact::{Duration, Instant, Network};
use contract::{
    Ahead, Asked, Because, Closed, Contract, Course, Facts, Objective, Open, Received, Reliefs, Rest, close, look,
    terms::{Better, Level, Metric, Span, Unit as MetricUnit},
};
use scorecard::{Feeds, is_late};
use stats::sla::{Recent, Remaining, Tried};

use crate::{
    CompletenessAnswer, DataState, EvaluationError, EvaluationQuestion, Filed, State, WindowAnswer,
    counts::UnitCounts,
    received::completeness,
    unit::{HeldWindow, Unit, lately, reliefs},
};

/// What is known when a window is judged.
pub(crate) struct Judge<'a> {
    pub(crate) network: &'a Network,
    pub(crate) feeds: &'a Feeds,
    pub(crate) question: &'a EvaluationQuestion,
    pub(crate) filed: &'a Filed,
    pub(crate) claims: &'a [contract::Claim],
}

impl Judge<'_> {
    /// A window of a unit.
    pub(crate) fn window(
        &self,
        unit: &Unit<'_>,
        window: &HeldWindow<'_>,
        counted: &UnitCounts,
        definitions: &[String],
    ) -> Result<WindowAnswer, EvaluationError> {
        let (contract, objective, piece) = (unit.contract, unit.objective, window.held.piece);
        let reliefs = reliefs(unit, self.claims, piece, known_at(self.question));
        let data = self.data(contract, objective, piece);
        let mut answer = blank(unit, window, reliefs, data, definitions);
        answer.evidence = evidence(&unit.asked, contract, piece);
        answer.completeness =
            completeness((self.filed, self.network), unit, piece, self.question.now, &counted.offered);
        let mut known = match counted.facts(unit, piece) {
            Ok(facts) => facts,
            Err(why) => {
                answer.not_counted = Some(why.clone());
                return Ok(answer);
            }
        };
        let came = |of: &CompletenessAnswer| Received { received: of.received, expected: of.expected };
        known.received = answer.completeness.as_ref().map(came);
        let is_over = piece.to <= self.question.now;
        let kept = known.strata.iter().filter(|stratum| stratum.claims.is_disjoint(&answer.reliefs.dropped));
        let pending: u64 = kept.map(|stratum| stratum.pending).sum();
        if is_over && pending == 0 {
            let closed = close(contract, objective, &known, &answer.reliefs)?;
            answer.value = closed_value(objective, &closed, &known);
            answer.state = closed.state.into();
            if closed.because == Some(Because::IncompleteData) {
                answer.data = DataState::Incomplete;
            } else if !closed.settled && !answer.data.holds() {
                answer.data = DataState::Provisional;
            }
            answer.closed = Some(closed);
        } else {
            let open = self.open(unit, piece, &known, &answer.reliefs, counted)?;
            answer.value = open_value(objective, &open, &known);
            answer.state = open.state.into();
            if open.because == Some(Because::IncompleteData) {
                answer.data = DataState::Incomplete;
            } else if is_over && !answer.data.holds() {
                answer.data = DataState::Provisional;
            }
            answer.open = Some(open);
        }
        // What is excused stays so whatever data comes.
        if answer.data.holds() && answer.state != State::Excused {
            answer.state = State::Held;
        }
        Ok(answer)
    }

    fn open(
        &self,
        unit: &Unit<'_>,
        piece: Span,
        known: &Facts,
        reliefs: &Reliefs,
        counted: &UnitCounts,
    ) -> Result<Open, EvaluationError> {
        let (contract, objective, now) = (unit.contract, unit.objective, self.question.now);
        let ahead = if piece.to <= now {
            Some(nothing_ahead(objective))
        } else if let Some((lately, facts)) =
            lately(contract, now).and_then(|span| Some((span, counted.facts(unit, span).ok()?)))
        {
            let reliefs = crate::unit::reliefs(unit, self.claims, lately, known_at(self.question));
            let foreseen = unit.asked.foreseen();
            let rest = Rest { span: Span { from: now, to: piece.to }, foreseen: &foreseen };
            Ahead::of(contract, objective, &facts, &reliefs, &rest)?
        } else {
            None
        };
        Ok(look(contract, objective, known, reliefs, ahead.as_ref())?)
    }

    /// Whether data of a piece is late or missing: of the contract's provider, or of any where all sites are compared.
    fn data(&self, contract: &Contract, objective: &Objective, piece: Span) -> DataState {
        let now = known_at(self.question);
        let all = objective.indicator.metric == Metric::HomogeneityGap;
        let providers = self.network.providers.keys().filter(|name| all || **name == contract.provider);
        let states = providers.map(|name| match self.feeds.get(name) {
            None => DataState::Silent,
            Some(feed) if feed.last_event < piece.to && is_late(self.network, self.feeds, name.as_str(), now) => {
                DataState::Late { since: feed.last_event }
            }
            Some(_) => DataState::Complete,
        });
        let worst = states.reduce(|one, other| if other.holds() && !one.holds() { other } else { one });
        worst.unwrap_or(DataState::Silent)
    }
}

/// Nothing is to come any more but what is pending, of which nothing is known.
fn nothing_ahead(objective: &Objective) -> Ahead {
    let remaining = Remaining::new(0, 0, 0).expect("0 ≤ 0 ≤ 0");
    let recent = Recent::new(Tried::new(0, 0).expect("none of none"), 1.0).expect("one is finite");
    let course = Course { remaining, recent };
    Ahead { contacts: course, slices: objective.consistency.map(|_| course) }
}

fn blank(
    unit: &Unit<'_>,
    window: &HeldWindow<'_>,
    reliefs: Reliefs,
    data: DataState,
    definitions: &[String],
) -> WindowAnswer {
    let (contract, objective, held) = (unit.contract, unit.objective, window.held);
    let length = window.length.to_string();
    let metric = &objective.indicator.metric;
    WindowAnswer {
        id: format!(
            "{}/{}/{length}/{}/{}/{}",
            contract.name, objective.name, held.window.from, held.window.to, held.piece.from
        ),
        length,
        window: held.window,
        piece: held.piece,
        version: contract.in_force.version,
        unit: metric.unit().as_str().to_owned(),
        better: metric.better().as_str().to_owned(),
        expected: shown(objective.levels.expected),
        value: None,
        state: State::NotCounted,
        data,
        completeness: None,
        closed: None,
        open: None,
        not_counted: None,
        reliefs,
        definitions: definitions.to_vec(),
        evidence: String::new(),
    }
}

/// A level in its unit.
fn shown(level: Level) -> f64 {
    match level {
        Level::Share(share) => share.as_f64(),
        Level::Time(time) => time.as_seconds(),
        Level::Points(points) => finest(points.thousandths(), MetricUnit::Points),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number to show")]
fn finest(value: u64, unit: MetricUnit) -> f64 {
    value as f64 / if unit == MetricUnit::Points { 1e3 } else { 1e6 }
}

fn closed_value(objective: &Objective, closed: &Closed, known: &Facts) -> Option<f64> {
    value(objective, closed.counted.share(), known)
}

fn open_value(objective: &Objective, open: &Open, known: &Facts) -> Option<f64> {
    value(objective, open.so_far.share(), known)
}

/// The figure, in the unit: a share, or the reading furthest from good. A percentile is only known to be within a level or not.
fn value(objective: &Objective, good: Option<f64>, known: &Facts) -> Option<f64> {
    let metric = &objective.indicator.metric;
    let readings = known.strata.iter().filter_map(|stratum| stratum.reading);
    match (objective.way(), metric.better()) {
        (contract::terms::Way::Share(Better::Higher), _) => good,
        (contract::terms::Way::Share(Better::Lower), _) => good.map(|good| 1.0 - good),
        (contract::terms::Way::Percentile(_), _) => None,
        (contract::terms::Way::Readings(_), Better::Higher) => readings.min().map(|value| finest(value, metric.unit())),
        (contract::terms::Way::Readings(_), Better::Lower) => readings.max().map(|value| finest(value, metric.unit())),
    }
}

/// Where the contacts of a piece can be read.
fn evidence(asked: &Asked, contract: &Contract, piece: Span) -> String {
    use std::fmt::Write as _;
    let mut address = format!("/v1/contacts?from={}&to={}&missed=true", piece.from, piece.to);
    let provider = asked.scope.provider.as_ref().unwrap_or(&contract.provider).to_string();
    let sites = asked.scope.sites.iter().flatten().map(ToString::to_string);
    let lines = asked.scope.lines.iter().flatten().map(ToString::to_string);
    let channels = asked.scope.channels.iter().flatten().map(|channel| channel.as_str().to_owned());
    let reasons = asked.scope.reasons.iter().flatten().cloned();
    let lists = [
        ("provider", std::iter::once(provider).collect::<Vec<_>>()),
        ("site", sites.collect()),
        ("queue", lines.collect()),
        ("channel", channels.collect()),
        ("reason", reasons.collect()),
    ];
    for (name, values) in lists {
        for value in values {
            let _ = write!(address, "&{name}={}", encoded(&value));
        }
    }
    if let Some(allowed) = allowed(&asked.indicator.metric) {
        let _ = write!(address, "&threshold_s={}", allowed.as_seconds());
    }
    address
}

/// The time within which the contract wants an answer, where it is another than what each queue promises: who missed that
/// is not who missed the queue's. Longer ones than a question takes are left to the queue.
fn allowed(metric: &Metric) -> Option<Duration> {
    let allowed = match metric {
        Metric::ServiceLevel { threshold, .. } => *threshold,
        Metric::FirstResponse { within, .. } => Some(*within),
        _ => None,
    };
    allowed.filter(|allowed| *allowed <= Duration::MAX_HANDLE)
}

/// A value as an address holds it.
fn encoded(value: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// The instant that decides what is known: claims are judged by it.
pub(crate) fn known_at(question: &EvaluationQuestion) -> Instant {
    question.now.min(question.as_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_an_address_holds_them() {
        assert_eq!(encoded("Évry & co"), "%C3%89vry%20%26%20co");
    }

    /// The list behind a breach must be of those that missed the contract's time, not the queue's.
    #[test]
    fn contacts_are_looked_up_by_the_time_of_the_contract() {
        let within = |hours: u32| Metric::FirstResponse {
            within: Duration::from_secs(hours * 3_600),
            bot_stops_clock: false,
            calendar: contract::terms::CalendarRole::Promise,
        };
        assert_eq!(allowed(&within(4)).map(Duration::as_seconds), Some(14_400.0));
        assert_eq!((allowed(&within(960)), allowed(&Metric::HomogeneityGap)), (None, None));
    }
}
