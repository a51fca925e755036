//! From contracts held against the lake to results: windows that are over, with what a missed one costs.

use alert::{Attained, Cost, Ended, Ending, Title, conditions::Over};
use contact::{Instant, Network};
use contract::{
    Closed, Contract,
    terms::{Mode, Outcome},
};
use evaluation::{ContractAnswer, Evaluation, Filed, State, Wanted, WindowAnswer};
use jiff::ToSpan;

use super::outlooks::{subject, target, version, whole};

/// Results are looked at again for so long after the end of their window: claims and late data may still change them.
const DAYS: i64 = 62;

/// The windows of which results are looked at.
pub fn wanted(network: &Network, now: Instant) -> anyhow::Result<Wanted> {
    let today = now.to_timestamp().to_zoned(network.zone.clone()).date();
    Ok(Wanted::Days(today.checked_sub(DAYS.days())?, today))
}

/// The windows that are over by `now`, but for those that move on every day and those that were over before the lake knew
/// their contract: nobody is called for what is history.
pub fn ended(evaluation: &Evaluation, filed: &[Filed], now: Instant) -> anyhow::Result<Vec<Ended>> {
    let mut ended = Vec::new();
    for (contract, objective, window) in evaluation.windows() {
        let is_rolling = window.length.ends_with("rolling");
        if is_rolling || window.piece.to > now || is_history(contract, window) {
            continue;
        }
        let Some(version) = version(filed, contract, window) else { continue };
        let Some(terms) = version.objectives.iter().find(|terms| terms.name == objective.name) else { continue };
        let attained = window.closed.as_ref().zip(target(terms, window)).map(|(closed, target)| {
            let counted = &closed.counted;
            Attained { contacts: whole(counted.total()), good: whole(counted.good()), target }
        });
        let margin = window.closed.as_ref().and_then(|closed| closed.margin);
        let over = Over {
            from: window.piece.from,
            to: window.piece.to,
            attained,
            short: margin.filter(|margin| *margin < 0).map(i64::saturating_neg),
            cost: window.closed.as_ref().and_then(|closed| cost(version, &objective.name, closed)),
        };
        ended.push(Ended {
            subject: subject(contract, objective, window)?,
            window: window.id.clone(),
            what: Title { en: objective.name.clone(), fr: objective.name.clone() },
            over,
            outcome: ending(window.state),
            call_hours: terms.alerts.quiet_hours.clone(),
        });
    }
    Ok(ended)
}

fn is_history(contract: &ContractAnswer, window: &WindowAnswer) -> bool {
    let held = contract.versions.iter().find(|version| version.version == window.version);
    held.and_then(|version| version.accepted_at).is_some_and(|accepted| accepted >= window.piece.to)
}

fn ending(state: State) -> Ending {
    match state {
        State::Breached => Ending::Breached,
        State::Met | State::Excused | State::NotEnoughData => Ending::Kept,
        State::Secured
        | State::OnTrack
        | State::NotCounted
        | State::Held
        | State::AtRisk
        | State::Unlikely
        | State::Lost => Ending::Unknown,
    }
}

/// The share of the invoice that the band of a result credits, before the cap on all credits of the period together.
fn cost(contract: &Contract, objective: &str, closed: &Closed) -> Option<Cost> {
    let money = contract.commercial.as_ref().filter(|money| money.mode != Mode::Coaching)?;
    let stake = money.stakes.get(objective)?;
    let Outcome::Credit(share) = stake.bands.get(closed.band?)?.outcome else { return None };
    let credit = [money.at_risk, stake.pool, stake.allocation, share].iter().map(|share| share.as_f64()).product();
    Some(Cost { credit, due: money.mode == Mode::Binding })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A provider must not be accused of what its late data may still refute, nor stay accused of what was refuted.
    #[test]
    fn only_a_result_tells_or_withdraws() {
        let of = |ending: Ending| -> Vec<State> {
            State::ALL.into_iter().filter(|state| super::ending(*state) == ending).collect()
        };
        assert_eq!(of(Ending::Breached), [State::Breached]);
        assert_eq!(of(Ending::Kept), [State::Excused, State::Met, State::NotEnoughData]);
    }
}
