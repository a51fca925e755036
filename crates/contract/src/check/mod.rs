//! From the file as written to a contract that can be trusted: every mistake found in one go.

mod claims;
mod commercial;
mod contradictions;
mod delivery;
mod forecast;
mod indicator;
mod mistakes;
mod objective;
mod promises;
mod relieving;
mod scope;

use contact::{Instant, Network, ProviderId};
use jiff::tz::TimeZone;

use crate::{
    Contract, ContractError, InForce,
    file::{ContractFile, DataEntry, InForceEntry, Party, SignatureEntry, SpecEntry},
    terms::{Completeness, Mode, SourceOfTruth, Span},
};
pub(crate) use claims::claims;
pub(crate) use delivery::delivery;
pub(crate) use forecast::forecast;
use mistakes::Checker;

pub(crate) fn check(
    file: ContractFile,
    network: Option<&Network>,
    hash: String,
) -> Result<Contract, Vec<ContractError>> {
    let spec = file.spec;
    let binding = spec.commercial.as_ref().is_some_and(|money| money.mode.value == Mode::Binding);
    let mut checker = Checker { mistakes: Vec::new(), left_open: Vec::new(), zone: TimeZone::UTC, binding, network };
    checker.zone = checker.zone(&spec.zone);
    checker.name(&file.metadata.name);
    let contract = checker.contract(file.metadata.name.value, file.metadata.labels, spec, hash);
    checker.mistakes.sort_by_key(|mistake| mistake.place);
    match contract {
        Some(mut contract) if checker.mistakes.is_empty() => {
            contract.left_open = checker.left_open;
            contract.left_open.sort_by_key(|open| open.place);
            Ok(contract)
        }
        _ => Err(checker.mistakes),
    }
}

impl Checker<'_> {
    /// The contract; `None` when something it cannot be without is unreadable, which was then told.
    fn contract(
        &mut self,
        name: String,
        labels: std::collections::BTreeMap<String, String>,
        spec: SpecEntry,
        hash: String,
    ) -> Option<Contract> {
        let in_force = self.in_force(&spec.in_force);
        let provider = self.parsed::<ProviderId>(&spec.parties.provider);
        self.provider_is_known(&spec.parties.provider);
        let signed_by = self.signatures(&spec.signed_by, &spec.in_force.from);
        let lines = self.lines(&spec.scope.lines);
        let sites = self.sites(&spec.scope.sites, provider.as_ref());
        let calendars = self.calendars(spec.calendars.as_ref(), &spec.scope);
        let data = spec.data.unwrap_or_default();
        let completeness = self.completeness(&data, &spec.zone);
        let forecast = self.forecast(spec.forecast.unwrap_or_default());
        let exclusions = self.exclusions(&spec.exclusions);
        let (commercial, repeat, chronic) = match spec.commercial {
            Some(mut entry) => {
                let (repeat, chronic) = (entry.repeat.take(), entry.chronic.take());
                (Some(entry), repeat, chronic)
            }
            None => (None, None, None),
        };
        let mut objectives = self.objectives(&spec.objectives, &calendars, &spec.scope, &spec.zone);
        let commercial = commercial.and_then(|entry| self.commercial(&entry, &spec.objectives, &mut objectives));
        self.contradictions(&spec.objectives, &objectives);
        let promises = self.promises(&spec.promises, &spec.objectives);
        Some(Contract {
            name,
            labels,
            client: spec.parties.client.value,
            provider: provider?,
            in_force: in_force?,
            signed_by,
            lines,
            sites,
            zone: self.zone.clone(),
            calendars,
            source_of_truth: data.source_of_truth.unwrap_or(SourceOfTruth::ProviderEvents),
            delivered_by: data.delivered_by,
            finality: data.finality.unwrap_or_default(),
            completeness,
            forecast,
            objectives,
            promises,
            exclusions,
            commercial,
            repeat,
            chronic,
            governance: spec.governance,
            left_open: Vec::new(),
            hash,
        })
    }

    fn name(&mut self, name: &serde_saphyr::Spanned<String>) {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.value.is_empty() || name.value.len() > 128 || !name.value.chars().all(fits) {
            let wrong = format!("{:?} cannot name a contract", name.value);
            self.wrong(name, wrong, "give 1 to 128 of a-z, 0-9 and '-', such as brand-provider-care-2026");
        }
    }

    fn in_force(&mut self, entry: &InForceEntry) -> Option<InForce> {
        let from = self.date(&entry.from);
        let to = entry.to.as_ref().map(|to| (to, self.date(to)));
        if entry.version.value == 0 {
            self.wrong(&entry.version, "version 0 is not a version", "count versions from 1");
        }
        if let Some(supersedes) = &entry.supersedes
            && supersedes.value >= entry.version.value
        {
            let wrong = format!("version {} supersedes version {}", entry.version.value, supersedes.value);
            self.wrong(supersedes, wrong, "give the number of an earlier version");
        }
        if let (Some(from), Some((at, Some(to)))) = (from, to)
            && to < from
        {
            self.wrong(at, format!("the last day {to} is before the first day {from}"), "give a later day");
        }
        let last = match to {
            Some((_, date)) => self.end(date?),
            None => Some(Instant::FOREVER),
        };
        let span = Span { from: self.begin(from?)?, to: last? };
        let supersedes = entry.supersedes.as_ref().map(|number| number.value);
        Some(InForce { span, version: entry.version.value, supersedes })
    }

    fn signatures(
        &mut self,
        entries: &[SignatureEntry],
        from: &serde_saphyr::Spanned<String>,
    ) -> Vec<(Party, jiff::civil::Date)> {
        let mut signed = Vec::new();
        for entry in entries {
            let Some(on) = self.date(&entry.on) else { continue };
            if signed.iter().any(|(party, _)| *party == entry.party) {
                let wrong = format!("the {} signs twice", entry.party.as_str());
                self.wrong(&entry.on, wrong, "keep the signature of this version");
            }
            signed.push((entry.party, on));
        }
        for party in [Party::Client, Party::Provider] {
            if self.binding && !entries.iter().any(|entry| entry.party == party) {
                let wrong = format!("the contract is binding and the {} has not signed", party.as_str());
                self.wrong(from, wrong, "add the signature under `signedBy`, or set the mode to shadow");
            }
        }
        signed
    }

    fn completeness(&mut self, data: &DataEntry, zone: &serde_saphyr::Spanned<String>) -> Option<Completeness> {
        let Some(entry) = &data.completeness else {
            self.open(
                zone,
                "nothing is said of late data",
                "data.completeness",
                "a result is taken from what there is",
            );
            return None;
        };
        let min_share = self.share(&entry.min_share)?;
        Some(Completeness { min_share, on_shortfall: entry.on_shortfall })
    }
}
