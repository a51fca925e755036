//! One contract as its template shows it.

use askama::Template;
use contact::Instant;
use evaluation::{ContractAnswer, ObjectiveAnswer, Wanted, WindowAnswer};
use jiff::tz::TimeZone;

use super::{
    address_of,
    card::Card,
    money::Money,
    promises::Tree,
    timeline::Timeline,
    told::{Told, objective_id},
};
use crate::{
    ApiError,
    web::{
        page::Reader,
        words::{ContractWords, Words},
    },
};

/// One contract.
#[derive(Template)]
#[template(path = "contract.html")]
pub(super) struct Shown {
    words: &'static Words,
    said: &'static ContractWords,
    id: String,
    name: String,
    parties: String,
    mode: &'static str,
    versions: Vec<Version>,
    promises: Option<Tree>,
    objectives: Vec<Objective>,
    timeline: Option<Timeline>,
    money: Vec<Money>,
    /// What is to be said where nothing costs anything.
    no_money: Option<&'static str>,
    claims: Vec<Claim>,
    json: String,
    csv: String,
    /// The same of the whole month, where the page shows the present.
    month: Option<[String; 2]>,
}

/// A version, and the hash of its file.
struct Version {
    text: String,
    hash: String,
}

/// An objective with the windows that are open now, or its last ones.
struct Objective {
    id: String,
    name: String,
    indicator: String,
    cards: Vec<Card>,
}

/// A claim of relief.
struct Claim {
    id: String,
    exclusion: String,
    span: String,
    standing: String,
    evidence: Option<String>,
}

/// What is asked of a contract.
pub(super) struct About {
    /// Its place on the page.
    pub(super) position: usize,
    /// The period of all its windows.
    pub(super) wanted: Wanted,
    pub(super) now: Instant,
    pub(super) has_invoice: bool,
}

impl Shown {
    /// A contract with all windows of the period, and those of the present where that is asked.
    pub(super) fn new(
        reader: &Reader<'_>,
        about: &About,
        all: &ContractAnswer,
        current: Option<&ContractAnswer>,
    ) -> Result<Self, ApiError> {
        let lang = reader.lang;
        let zone = TimeZone::get(&all.zone).unwrap_or_else(|_| reader.zone.clone());
        let told = Told { lang, zone: &zone };
        let id = format!("contract-{}", about.position + 1);
        let contract = current.unwrap_or(all);
        let said = lang.contract_words();
        let span = about.wanted.span(&zone)?;
        let link = |wanted, format| address_of(reader.address, &contract.name, wanted, format);
        let wanted = if current.is_some() { Wanted::Current } else { about.wanted };
        Ok(Self {
            words: lang.words(),
            said,
            mode: lang.mode(contract.mode.as_deref()),
            parties: parties(contract),
            versions: versions(told, contract),
            promises: (!contract.promises.is_empty()).then(|| Tree::new(lang, &id, contract)),
            objectives: objectives(told, &id, contract, about.now),
            timeline: span.and_then(|span| Timeline::new(told, &id, all, span, about.now)),
            money: all.money.iter().map(|money| Money::new(told, money)).collect(),
            no_money: no_money(said, all, about.has_invoice),
            claims: contract.claims.iter().map(|claim| Claim::new(told, claim)).collect(),
            json: link(wanted, None),
            csv: link(wanted, Some("csv")),
            month: current.map(|_| [None, Some("csv")].map(|format| link(about.wanted, format))),
            name: contract.name.clone(),
            id,
        })
    }
}

impl Claim {
    fn new(told: Told<'_>, claim: &evaluation::FiledClaim) -> Self {
        Self {
            id: claim.id.clone(),
            exclusion: claim.exclusion.clone(),
            span: told.span(claim.span),
            standing: told.lang.standing(&claim.standing),
            evidence: claim.evidence.clone(),
        }
    }
}

/// Who agreed it, and its labels.
fn parties(contract: &ContractAnswer) -> String {
    let labels = contract.labels.iter().map(|(name, value)| format!("{name} {value}"));
    let parties = format!("{} · {}", contract.client, contract.provider);
    [parties].into_iter().chain(labels).collect::<Vec<_>>().join(" · ")
}

fn versions(told: Told<'_>, contract: &ContractAnswer) -> Vec<Version> {
    let text = |version: &evaluation::VersionAnswer| {
        let accepted = version.accepted_at.map(|at| told.minute(at));
        told.lang.version(version.version, &told.force(version.in_force), accepted.as_deref())
    };
    contract.versions.iter().map(|version| Version { text: text(version), hash: version.hash.clone() }).collect()
}

fn objectives(told: Told<'_>, id: &str, contract: &ContractAnswer, now: Instant) -> Vec<Objective> {
    let shown = |(position, objective): (usize, &ObjectiveAnswer)| Objective {
        id: objective_id(id, position),
        name: objective.name.clone(),
        indicator: objective.indicator.clone(),
        cards: latest(&objective.windows, now).map(|window| Card::new(told, window)).collect(),
    };
    contract.objectives.iter().enumerate().map(shown).collect()
}

/// Of each length the window that is open now, else the last one, in all its parts.
fn latest(windows: &[WindowAnswer], now: Instant) -> impl Iterator<Item = &WindowAnswer> {
    let shown = move |window: &WindowAnswer| {
        let ends = || windows.iter().filter(|other| other.length == window.length).map(|other| other.window.to);
        ends().filter(|end| *end > now).min().or(ends().max())
    };
    windows.iter().filter(move |window| shown(window) == Some(window.window.to))
}

/// What is to be said of money where no version of the period has a bill.
fn no_money(said: &ContractWords, contract: &ContractAnswer, has_invoice: bool) -> Option<&'static str> {
    let agreed = matches!(contract.mode.as_deref(), Some("binding" | "shadow"));
    let says = contract.money.is_empty() && agreed;
    says.then_some(if has_invoice { said.no_lines } else { said.give_invoice })
}
