//! The evaluation: units, plans, counts, windows, contracts.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Instant, Network};
use contract::{Claim, Known, PromiseStanding, promises_standing};
use engine::{Statement, View};
use scorecard::{Feeds, LakeVersions};

use crate::{
    ContractAnswer, Evaluation, EvaluationError, EvaluationQuestion, Filed, FiledClaim, FiledDelivery, FiledForecast,
    ObjectiveAnswer, Provenance, State, VersionAnswer, WindowAnswer,
    counts::counts,
    plan::{Plan, Planner},
    runs::Ground,
    settled::Settling,
    terms::Terms,
    unit::{Unit, in_order},
    window::{Judge, known_at},
};

/// Evaluates contracts on a view: the windows that are wanted, and what they cost where an invoice is given.
///
/// # Errors
/// A question that cannot be answered, files that cannot be read, or a defect.
pub async fn evaluate(
    view: &View,
    network: &Network,
    feeds: &Feeds,
    filed: &[Filed],
    question: &EvaluationQuestion,
) -> Result<Evaluation, EvaluationError> {
    let mut evaluation = windows_only(view, network, feeds, filed, question).await?;
    let settling = Settling { view, network, feeds, question };
    for (filed, answer) in filed.iter().zip(&mut evaluation.contracts) {
        settling.settle(filed, answer).await?;
    }
    Ok(evaluation)
}

/// The same without money; contracts in the order in which they are given.
pub(crate) async fn windows_only(
    view: &View,
    network: &Network,
    feeds: &Feeds,
    filed: &[Filed],
    question: &EvaluationQuestion,
) -> Result<Evaluation, EvaluationError> {
    let claims: Vec<Vec<Claim>> = filed.iter().map(Filed::claims_only).collect();
    let mut units = Vec::new();
    for (position, (contract, claims)) in filed.iter().zip(&claims).enumerate() {
        let known = Known { network, claims, forecasts: &contract.forecasts, as_of: known_at(question) };
        units.extend(Unit::all((position, contract), &known, question)?);
    }
    let catalog = view.engine().catalog();
    let mut terms = Terms::default();
    let mut planner = Planner { network, catalog, terms: &mut terms, now: question.now };
    let plans: Vec<Plan> = units.iter().map(|unit| planner.plan(unit.objective, &unit.asked)).collect();
    let ground = Ground { view, network, feeds, question, terms: &terms };
    let counted = counts(&ground, &units, plans).await?;
    let mut windows: BTreeMap<(usize, &str), Vec<WindowAnswer>> = BTreeMap::new();
    let mut definitions = BTreeSet::new();
    for (unit, counted) in units.iter().zip(&counted) {
        let judge = Judge { network, feeds, question, filed: &filed[unit.filed], claims: &claims[unit.filed] };
        let statements = counted.statements.iter().filter_map(|id| catalog.get(id).ok());
        let own: Vec<String> = statements.map(Statement::definition).collect();
        definitions.extend(own.iter().cloned());
        for window in &unit.windows {
            let answer = judge.window(unit, window, counted, &own)?;
            windows.entry((unit.filed, unit.objective.name.as_str())).or_default().push(answer);
        }
    }
    let contracts = filed.iter().enumerate().zip(&claims);
    let contracts = contracts
        .map(|((position, filed), claims)| {
            let of = |name: &str| windows.get(&(position, name)).cloned().unwrap_or_default();
            contract_answer(filed, claims, question, of)
        })
        .collect();
    Ok(Evaluation {
        now: question.now,
        as_of: (question.as_of != Instant::FOREVER).then_some(question.as_of),
        provenance: Provenance {
            lake: LakeVersions::of(view, network),
            definitions: definitions.into_iter().collect(),
        },
        contracts,
    })
}

fn contract_answer(
    filed: &Filed,
    claims: &[Claim],
    question: &EvaluationQuestion,
    windows: impl Fn(&str) -> Vec<WindowAnswer>,
) -> ContractAnswer {
    let objectives: Vec<ObjectiveAnswer> = in_order(filed)
        .into_iter()
        .map(|objective| {
            let mut windows = windows(&objective.name);
            windows.sort_by_key(|window| (window.window.to, window.window.from, window.piece.from));
            let (name, indicator) = (objective.name.clone(), objective.indicator.name.clone());
            ObjectiveAnswer { name, indicator, windows }
        })
        .collect();
    let at = known_at(question);
    let shown = filed.shown(at);
    let versions = filed.versions.iter().map(|(in_force, contract)| VersionAnswer {
        version: contract.in_force.version,
        hash: contract.hash.clone(),
        in_force,
        accepted_at: filed.accepted.get(&contract.in_force.version).copied().flatten(),
    });
    let claims = claims.iter().zip(&filed.claims).map(|(claim, (_, hash))| FiledClaim {
        id: claim.id.clone(),
        exclusion: claim.exclusion.clone(),
        span: claim.span,
        standing: claim.standing(filed.versions.at(claim.span.from).unwrap_or(shown), at),
        evidence: claim.evidence.clone(),
        hash: hash.clone(),
    });
    let forecasts = filed.issues.iter().map(|issue| FiledForecast {
        issued_on: issue.issued_on.to_string(),
        days: issue.days.len(),
        hash: issue.hash.clone(),
    });
    let deliveries = filed
        .deliveries
        .all()
        .map(|delivery| FiledDelivery { declared_on: delivery.declared_on.to_string(), hash: delivery.hash.clone() });
    ContractAnswer {
        name: shown.name.clone(),
        client: shown.client.clone(),
        provider: shown.provider.to_string(),
        zone: shown.zone.iana_name().unwrap_or("UTC").to_owned(),
        labels: shown.labels.clone(),
        mode: shown.commercial.as_ref().map(|money| money.mode.as_str().to_owned()),
        versions: versions.collect(),
        claims: claims.collect(),
        forecasts: forecasts.collect(),
        deliveries: deliveries.collect(),
        promises: promises(shown, &objectives),
        objectives,
        money: Vec::new(),
    }
}

/// How promises stand: an objective as its gravest window.
fn promises(contract: &contract::Contract, objectives: &[ObjectiveAnswer]) -> Vec<PromiseStanding<State>> {
    let gravest = |objective: &ObjectiveAnswer| {
        let state = objective.windows.iter().map(|window| window.state).max()?;
        Some((objective.name.clone(), state))
    };
    promises_standing(&contract.promises, &objectives.iter().filter_map(gravest).collect())
}
