//! From contracts held against the lake to observations of the rule `outlook`: whether open windows can still be met.

use alert::{
    Observation, Remedy, Subject, Title,
    conditions::{Chance, Outlook, outlook},
};
use contact::Instant;
use contract::{Contract, Objective, Open, terms::Metric};
use evaluation::{ContractAnswer, Evaluation, Filed, ObjectiveAnswer, State, WindowAnswer};

/// How an open window stands, for whoever draws it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The contract.
    pub contract: String,
    /// The provider.
    pub provider: String,
    /// The objective.
    pub objective: String,
    /// The length of the window.
    pub length: String,
    /// The share that is good so far.
    pub attained: Option<f64>,
    /// The share promised.
    pub target: f64,
    /// The share of the rest that must be good.
    pub required: Option<f64>,
    /// The share that was good of late.
    pub recent: Option<f64>,
    /// The chance of a miss.
    pub miss: Option<f64>,
}

/// What was found of open windows.
#[derive(Debug, Default)]
pub struct Outlooks {
    /// Of those that are to be told.
    pub observations: Vec<Observation>,
    /// Of all that are shares.
    pub standings: Vec<Standing>,
    /// What has been said to be lost and is not, by its subject and window: with data that arrived since.
    pub not_lost: Vec<(Subject, String)>,
}

/// Looks at the windows in which `now` lies.
pub fn outlooks(evaluation: &Evaluation, filed: &[Filed], now: Instant) -> anyhow::Result<Outlooks> {
    let mut found = Outlooks::default();
    for (contract, objective, window) in evaluation.windows() {
        let Some(terms) = terms(filed, contract, objective, window) else { continue };
        let (Some(open), Some(target)) = (&window.open, target(terms, window)) else { continue };
        let stands = Outlook { chance: chance(window, open), target, ..counted(open) };
        found.standings.push(standing(contract, objective, window, &stands));
        if terms.alerts.p_miss.is_empty() && !terms.alerts.lost {
            continue;
        }
        let subject = subject(contract, objective, window)?;
        if is_not_lost(window.state) {
            found.not_lost.push((subject.clone(), window.id.clone()));
        }
        let p_miss: Vec<f64> = terms.alerts.p_miss.iter().map(|share| share.as_f64()).collect();
        let what = Title { en: objective.name.clone(), fr: objective.name.clone() };
        let seen = outlook(stands, &p_miss, terms.alerts.lost, what).of("outlook", subject, now);
        // A window that moves on every day is one for its alerts.
        let period = (!window.length.ends_with("rolling")).then(|| window.id.clone());
        let call_hours = terms.alerts.quiet_hours.clone();
        found.observations.push(Observation { window: period, call_hours, ..seen });
    }
    Ok(found)
}

/// The version that a window is held against.
pub(super) fn version<'f>(
    filed: &'f [Filed],
    contract: &ContractAnswer,
    window: &WindowAnswer,
) -> Option<&'f Contract> {
    let filed = filed.iter().find(|filed| filed.name() == Some(contract.name.as_str()))?;
    let mut versions = filed.versions.iter().map(|(_, version)| version);
    versions.find(|version| version.in_force.version == window.version)
}

/// The objective as the version of the window has it.
fn terms<'f>(
    filed: &'f [Filed],
    contract: &ContractAnswer,
    objective: &ObjectiveAnswer,
    window: &WindowAnswer,
) -> Option<&'f Objective> {
    version(filed, contract, window)?.objectives.iter().find(|terms| terms.name == objective.name)
}

/// The share of contacts that must be good; `None` of what is no share of contacts.
pub(super) fn target(terms: &Objective, window: &WindowAnswer) -> Option<f64> {
    match (&terms.indicator.metric, window.unit.as_str()) {
        (Metric::WaitPercentile { p, .. }, _) => Some(p.as_f64()),
        (_, "share") if window.better == "lower" => Some(1.0 - window.expected),
        (_, "share") => Some(window.expected),
        _ => None,
    }
}

fn chance(window: &WindowAnswer, open: &Open) -> Chance {
    match window.state {
        State::Secured | State::Met | State::Excused => Chance::Secured,
        State::Lost | State::Breached => Chance::Lost,
        State::OnTrack | State::AtRisk | State::Unlikely => {
            open.chance.map_or(Chance::Unknown, |met| Chance::Miss(1.0 - met))
        }
        State::Held | State::NotEnoughData | State::NotCounted => Chance::Unknown,
    }
}

/// Whether it can be said that a window is not lost.
fn is_not_lost(state: State) -> bool {
    use State::{AtRisk, Excused, Met, OnTrack, Secured, Unlikely};
    matches!(state, Excused | Met | Secured | OnTrack | AtRisk | Unlikely)
}

fn counted(open: &Open) -> Outlook {
    let remedy = open.contacts.as_ref().and_then(|ahead| {
        Some(Remedy { required: ahead.required.mid?, remaining: ahead.remaining.mid, recent: ahead.recent_share })
    });
    let (contacts, good) = (whole(open.so_far.total()), whole(open.so_far.good()));
    Outlook { chance: Chance::Unknown, contacts, good, target: 0.0, remedy }
}

fn standing(
    contract: &ContractAnswer,
    objective: &ObjectiveAnswer,
    window: &WindowAnswer,
    stands: &Outlook,
) -> Standing {
    Standing {
        contract: contract.name.clone(),
        provider: contract.provider.clone(),
        objective: objective.name.clone(),
        length: window.length.clone(),
        attained: window.open.as_ref().and_then(|open| open.so_far.share()),
        target: stands.target,
        required: stands.remedy.map(|remedy| remedy.required),
        recent: stands.remedy.and_then(|remedy| remedy.recent),
        miss: match stands.chance {
            Chance::Secured => Some(0.0),
            Chance::Miss(chance) => Some(chance),
            Chance::Lost => Some(1.0),
            Chance::Unknown => None,
        },
    }
}

/// Windows of several lengths are told apart.
pub(super) fn subject(
    contract: &ContractAnswer,
    objective: &ObjectiveAnswer,
    window: &WindowAnswer,
) -> Result<Subject, alert::AlertError> {
    Subject::new([
        ("contract", contract.name.as_str()),
        ("provider", contract.provider.as_str()),
        ("objective", objective.name.as_str()),
        ("period", window.length.as_str()),
    ])
}

#[expect(clippy::cast_possible_truncation, reason = "counts of contacts are far below 2^53")]
pub(super) fn whole(count: f64) -> i64 {
    count.round() as i64
}
