//! The evaluation: units, plans, counts, windows, contracts.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Instant, Network};
use contract::{Claim, Known, PromiseStanding, promises_standing};
use engine::{Catalog, Statement, View};
use scorecard::{Feeds, LakeVersions};

use crate::{
    ContractAnswer, Evaluation, EvaluationError, EvaluationQuestion, Filed, FiledClaim, FiledDelivery, FiledForecast,
    ObjectiveAnswer, Provenance, State, VersionAnswer, Wanted, WindowAnswer,
    counts::{UnitCounts, counts},
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
    let [evaluation] = evaluate_each(view, network, feeds, filed, question, [question.wanted]).await?;
    Ok(evaluation)
}

/// The same question about several periods, in their order: what is counted is counted once for all of them, and each
/// answer is the one that [`evaluate`] gives.
///
/// # Errors
/// As [`evaluate`].
pub async fn evaluate_each<const N: usize>(
    view: &View,
    network: &Network,
    feeds: &Feeds,
    filed: &[Filed],
    question: &EvaluationQuestion,
    wanted: [Wanted; N],
) -> Result<[Evaluation; N], EvaluationError> {
    let questions = wanted.map(|wanted| EvaluationQuestion { wanted, ..question.clone() });
    let mut evaluations = windows_of(view, network, feeds, filed, &questions).await?;
    for (question, evaluation) in questions.iter().zip(&mut evaluations) {
        let settling = Settling { view, network, feeds, question };
        for (filed, answer) in filed.iter().zip(&mut evaluation.contracts) {
            settling.settle(filed, answer).await?;
        }
    }
    Ok(evaluations)
}

/// The same without money; contracts in the order in which they are given.
pub(crate) async fn windows_only(
    view: &View,
    network: &Network,
    feeds: &Feeds,
    filed: &[Filed],
    question: &EvaluationQuestion,
) -> Result<Evaluation, EvaluationError> {
    let [evaluation] = windows_of(view, network, feeds, filed, std::array::from_ref(question)).await?;
    Ok(evaluation)
}

/// Questions that differ in nothing but the windows that are wanted.
async fn windows_of<const N: usize>(
    view: &View,
    network: &Network,
    feeds: &Feeds,
    filed: &[Filed],
    questions: &[EvaluationQuestion; N],
) -> Result<[Evaluation; N], EvaluationError> {
    let claims: Vec<Vec<Claim>> = filed.iter().map(Filed::claims_only).collect();
    let mut units = Vec::new();
    let mut asked = Vec::new();
    for (number, question) in questions.iter().enumerate() {
        for (position, (contract, claims)) in filed.iter().zip(&claims).enumerate() {
            let known = Known { network, claims, forecasts: &contract.forecasts, as_of: known_at(question) };
            units.extend(Unit::all((position, contract), &known, question)?);
            asked.resize(units.len(), number);
        }
    }
    let catalog = view.engine().catalog();
    let mut terms = Terms::default();
    let counted = match questions.first() {
        Some(question) => {
            let mut planner = Planner { network, catalog, terms: &mut terms, now: question.now };
            let plans: Vec<Plan> = units.iter().map(|unit| planner.plan(unit.objective, &unit.asked)).collect();
            counts(&Ground { view, network, feeds, question, terms: &terms }, &units, plans).await?
        }
        None => Vec::new(),
    };
    let mut held: [Held<'_>; N] = std::array::from_fn(|_| Held::default());
    for ((unit, counted), number) in units.iter().zip(&counted).zip(asked) {
        let (filed, claims) = (&filed[unit.filed], &claims[unit.filed]);
        let judge = Judge { network, feeds, question: &questions[number], filed, claims };
        held[number].judge(&judge, unit, counted, catalog)?;
    }
    let mut numbered = questions.iter();
    Ok(held.map(|held| {
        let question = numbered.next().expect("as many as there are questions");
        held.evaluation(view, network, (filed, &claims), question)
    }))
}

/// What became of the windows of a question, and by which definitions.
#[derive(Default)]
struct Held<'f> {
    windows: BTreeMap<(usize, &'f str), Vec<WindowAnswer>>,
    definitions: BTreeSet<String>,
}

impl<'f> Held<'f> {
    fn judge(
        &mut self,
        judge: &Judge<'_>,
        unit: &Unit<'f>,
        counted: &UnitCounts,
        catalog: &Catalog,
    ) -> Result<(), EvaluationError> {
        let statements = counted.statements.iter().filter_map(|id| catalog.get(id).ok());
        let own: Vec<String> = statements.map(Statement::definition).collect();
        self.definitions.extend(own.iter().cloned());
        for window in &unit.windows {
            let answer = judge.window(unit, window, counted, &own)?;
            self.windows.entry((unit.filed, unit.objective.name.as_str())).or_default().push(answer);
        }
        Ok(())
    }

    fn evaluation(
        self,
        view: &View,
        network: &Network,
        (filed, claims): (&[Filed], &[Vec<Claim>]),
        question: &EvaluationQuestion,
    ) -> Evaluation {
        let contracts = filed.iter().enumerate().zip(claims).map(|((position, filed), claims)| {
            let of = |name: &str| self.windows.get(&(position, name)).cloned().unwrap_or_default();
            contract_answer(filed, claims, question, of)
        });
        Evaluation {
            now: question.now,
            as_of: (question.as_of != Instant::FOREVER).then_some(question.as_of),
            contracts: contracts.collect(),
            provenance: Provenance {
                lake: LakeVersions::of(view, network),
                definitions: self.definitions.into_iter().collect(),
            },
        }
    }
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
