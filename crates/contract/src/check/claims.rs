//! Claims, against the contract they are made under.

use std::collections::BTreeSet;

use contact::Instant;
use serde_saphyr::Spanned;

use super::mistakes::{Checker, listed};
use crate::{
    Claim, Contract, ContractError,
    file::{ClaimEntry, ClaimsFile},
    terms::Span,
};

pub(crate) fn claims(file: &ClaimsFile, contract: &Contract) -> Result<Vec<Claim>, Vec<ContractError>> {
    let mut checker = Checker::under(contract);
    let name = &file.metadata.contract;
    if name.value != contract.name {
        let wrong = format!("the claims are made under {:?}", name.value);
        checker.wrong(name, wrong, format!("give claims under {}", contract.name));
    }
    let mut ids = BTreeSet::new();
    let mut claims = Vec::new();
    for entry in &file.claims {
        if !ids.insert(entry.id.value.as_str()) {
            checker.twice("claim", &entry.id);
        }
        claims.extend(checker.claim(entry, contract));
    }
    checker.mistakes.sort_by_key(|mistake| mistake.place);
    if checker.mistakes.is_empty() { Ok(claims) } else { Err(checker.mistakes) }
}

impl Checker<'_> {
    fn claim(&mut self, entry: &ClaimEntry, contract: &Contract) -> Option<Claim> {
        let exclusion = &entry.exclusion;
        if !contract.exclusions.contains_key(&exclusion.value) {
            let wrong = format!("the contract has no exclusion {:?}", exclusion.value);
            let known = listed(contract.exclusions.keys().map(String::as_str));
            self.wrong(exclusion, wrong, format!("use one of: {known}"));
        }
        let lines = self.inside("queue", &entry.lines, contract.lines.iter().map(contact::QueueId::as_str));
        let sites = self.inside("site", &entry.sites, contract.sites.iter().map(contact::SiteId::as_str));
        let (from, to) = (self.parsed::<Instant>(&entry.from), self.parsed::<Instant>(&entry.to));
        let notified = self.maybe::<Instant>(entry.notified_at.as_ref());
        let evidence_at = self.maybe::<Instant>(entry.evidence_at.as_ref());
        let mut accepted = Vec::new();
        for acceptance in &entry.accepted {
            let Some(at) = self.parsed::<Instant>(&acceptance.at) else { continue };
            if accepted.iter().any(|(party, _)| *party == acceptance.party) {
                let wrong = format!("the {} accepts twice", acceptance.party.as_str());
                self.wrong(&acceptance.at, wrong, "keep the first acceptance");
            }
            accepted.push((acceptance.party, at));
        }
        let span = Span { from: from?, to: to? };
        if span.to <= span.from {
            let wrong = format!("the claim ends at {} and begins at {}", span.to, span.from);
            self.wrong(&entry.to, wrong, "give an end after its begin");
        }
        let (id, exclusion) = (entry.id.value.clone(), exclusion.value.clone());
        let evidence = entry.evidence.clone();
        Some(Claim { id, exclusion, span, lines, sites, evidence, evidence_at, notified, accepted })
    }

    /// Names that must be in the scope of the contract, where that names any.
    fn inside<'n>(
        &mut self,
        what: &str,
        names: &[Spanned<String>],
        scope: impl Iterator<Item = &'n str>,
    ) -> BTreeSet<String> {
        let scope: Vec<&str> = scope.collect();
        for name in names {
            if !scope.is_empty() && !scope.contains(&name.value.as_str()) {
                let wrong = format!("the {what} {:?} is not in the scope of the contract", name.value);
                self.wrong(name, wrong, format!("use one of: {}", listed(scope.iter().copied())));
            }
        }
        names.iter().map(|name| name.value.clone()).collect()
    }
}
