//! Claims of relief: what happened, whether it was told, proved and accepted in time, and what it does to a window.

use std::collections::BTreeSet;

use contact::Instant;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Contract, ContractError, Party, check,
    file::ClaimsFile,
    terms::{Effect, Exclusion, Objective, Span},
};

/// A claim that one of the contract's exclusions applied.
///
/// It covers the contacts offered in its span, on its queues and sites, for the reasons of the exclusion. One that waives
/// a window waives every window it touches, of every objective that shares a queue and a site with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: String,
    /// The exclusion, by its id in the contract.
    pub exclusion: String,
    /// When it began and ended.
    pub span: Span,
    /// Queues it is limited to; all of the contract when empty.
    pub lines: BTreeSet<String>,
    /// Sites it is limited to; all of the contract when empty.
    pub sites: BTreeSet<String>,
    /// Where the evidence is.
    pub evidence: Option<String>,
    /// When it was handed in; with the claim when absent.
    pub evidence_at: Option<Instant>,
    /// When the other party was told.
    pub notified: Option<Instant>,
    /// Who accepted it, and when.
    pub accepted: Vec<(Party, Instant)>,
}

/// What became of a claim, as known at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "standing", content = "why")]
pub enum Standing {
    /// It holds.
    Accepted,
    /// It may still hold: what is lacking.
    Pending(Vec<Lack>),
    /// It cannot hold.
    Refused(Refusal),
}

/// What a claim lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// Evidence.
    Evidence,
    /// The brand's acceptance.
    Client,
    /// The provider's acceptance.
    Provider,
    /// The other party was not told yet, and there is still time.
    Notice,
}

/// Why a claim cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The contract has no such exclusion.
    Unknown,
    /// It began after the exclusion's last day.
    TooLate,
    /// The other party was told later than agreed, or never.
    NotTold,
}

/// What claims do to a window.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reliefs {
    /// Accepted claims whose contacts are dropped.
    pub dropped: BTreeSet<String>,
    /// Accepted claims that waive the window.
    pub waived: BTreeSet<String>,
    /// Claims of the window that change nothing: to be shown beside the result, pending ones included.
    pub shown: BTreeSet<String>,
}

impl Claim {
    /// Parses and checks a file of claims against the contract they are made under.
    ///
    /// # Errors
    /// The mistakes found, each with line, what is wrong and what would be right.
    pub fn parse_all(text: &str, contract: &Contract) -> Result<Vec<Self>, Vec<ContractError>> {
        let wrong = |error| vec![ContractError::syntax(&error, "claims")];
        let file: ClaimsFile = serde_saphyr::from_str(text).map_err(wrong)?;
        check::claims(&file, contract)
    }

    /// The JSON Schema of a file of claims.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(ClaimsFile)
    }

    /// What became of the claim, by what was known at `as_of`.
    #[must_use]
    pub fn standing(&self, contract: &Contract, as_of: Instant) -> Standing {
        let Some(rule) = contract.exclusions.get(&self.exclusion) else {
            return Standing::Refused(Refusal::Unknown);
        };
        if rule.until.is_some_and(|until| self.span.from >= until) {
            return Standing::Refused(Refusal::TooLate);
        }
        let mut lacks = Vec::new();
        if let Some(within) = rule.notify_within {
            let latest = self.span.from.plus_micros(within.as_micros());
            match self.notified.filter(|told| *told <= as_of) {
                Some(told) if told <= latest => {}
                None if as_of <= latest => lacks.push(Lack::Notice),
                _ => return Standing::Refused(Refusal::NotTold),
            }
        }
        lacks.extend(self.acceptance_lacks(rule, as_of));
        if lacks.is_empty() { Standing::Accepted } else { Standing::Pending(lacks) }
    }

    /// Whether it shares a queue and a site with an objective; those that name none share any.
    fn concerns(&self, objective: &Objective) -> bool {
        let lines = objective.scope.lines.iter().map(contact::QueueId::as_str);
        let sites = objective.scope.sites.iter().map(contact::SiteId::as_str);
        share(&self.lines, lines) && share(&self.sites, sites)
    }

    fn acceptance_lacks(&self, rule: &Exclusion, as_of: Instant) -> Vec<Lack> {
        let accepted = |party| self.accepted.iter().any(|(by, at)| *by == party && *at <= as_of);
        let mut lacks = Vec::new();
        let evident = self.evidence.is_some() && self.evidence_at.is_none_or(|at| at <= as_of);
        if rule.needs_evidence && !evident {
            lacks.push(Lack::Evidence);
        }
        for (party, lack) in [(Party::Client, Lack::Client), (Party::Provider, Lack::Provider)] {
            if rule.accepted_by.needs(party) && !accepted(party) {
                lacks.push(lack);
            }
        }
        lacks
    }
}

impl Reliefs {
    /// Whether accepted claims drop contacts that these claims cover.
    pub(crate) fn drop_any(&self, claims: &BTreeSet<String>) -> bool {
        !self.dropped.is_disjoint(claims)
    }

    /// What the claims that touch a window of an objective do to it, by what was known at `as_of`: a claim accepted after
    /// the close changes the result when it is taken again, and not what it was before.
    ///
    /// Claims on other queues and sites drop contacts as well: they are no part of the volume of their day.
    #[must_use]
    pub fn of(contract: &Contract, objective: &Objective, claims: &[Claim], window: Span, as_of: Instant) -> Self {
        let mut reliefs = Self::default();
        for claim in claims.iter().filter(|claim| claim.span.within(window).is_some()) {
            let effect = contract.exclusions.get(&claim.exclusion).map(|rule| rule.effect);
            let accepted = claim.standing(contract, as_of) == Standing::Accepted;
            let place = match effect {
                Some(Effect::DropContacts) if accepted => &mut reliefs.dropped,
                _ if !claim.concerns(objective) => continue,
                Some(Effect::WaiveWindow) if accepted => &mut reliefs.waived,
                _ => &mut reliefs.shown,
            };
            place.insert(claim.id.clone());
        }
        reliefs
    }
}

fn share<'n>(own: &BTreeSet<String>, mut others: impl ExactSizeIterator<Item = &'n str>) -> bool {
    own.is_empty() || others.len() == 0 || others.any(|other| own.contains(other))
}
