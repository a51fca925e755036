//! What is filed: contracts in their versions, claims, forecasts and deliveries, each known from an instant on.

use std::collections::BTreeMap;

use contact::{Instant, Network};
use contract::{Claim, Contract, ContractError, Deliveries, Delivery, Forecasts, Issue, Versions};
use serde::Deserialize;

/// What a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentKind {
    /// One version of a contract.
    Contract,
    /// Claims under a contract.
    Claims,
    /// A forecast issued under a contract.
    Forecast,
    /// What the provider declares to have sent under a contract.
    Delivery,
}

/// A file as it was filed, or as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledDocument {
    /// Where it comes from, for messages.
    pub from: String,
    /// Its text.
    pub text: String,
    /// When it was accepted; `None` when it is only given, and known since ever.
    pub accepted_at: Option<Instant>,
}

/// What cannot be read, or not together: one line for each mistake, with file, place, what is wrong and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct FiledError(pub Vec<String>);

/// One contract with all that is filed under it.
#[derive(Debug, Clone)]
pub struct Filed {
    /// Its versions.
    pub versions: Versions,
    /// When each version's file was accepted, by number.
    pub accepted: BTreeMap<u32, Option<Instant>>,
    /// Claims, each with the hash of its file, in the order in which they were filed.
    pub claims: Vec<(Claim, String)>,
    /// Forecasts by day of issue.
    pub issues: Vec<Issue>,
    /// The same, as locked.
    pub forecasts: Forecasts,
    /// What the provider declares to have sent.
    pub deliveries: Deliveries,
    /// What it sent that could not be taken; nothing of files that are only read.
    pub lacking: Vec<Lacking>,
}

/// Contacts of which all that was sent was rejected, by quarter-hour and place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// Start of the quarter-hour in which they began.
    pub at: Instant,
    /// Whether contact and beginning are named. Else each is a rejected event or row, at the time of its receipt.
    pub named: bool,
    /// The site that is named.
    pub site: Option<String>,
    /// The queue that is named.
    pub queue: Option<String>,
    /// How many.
    pub contacts: u64,
}

/// What every such file says of itself.
#[derive(Debug, Deserialize)]
struct Head {
    kind: String,
    metadata: HeadMetadata,
    #[serde(rename = "issuedOn")]
    issued_on: Option<String>,
    #[serde(rename = "declaredOn")]
    declared_on: Option<String>,
    spec: Option<HeadSpec>,
}

#[derive(Debug, Deserialize)]
struct HeadMetadata {
    name: Option<String>,
    contract: Option<String>,
}

#[derive(Debug, Deserialize)]
struct HeadSpec {
    #[serde(rename = "inForce")]
    in_force: Option<HeadVersion>,
}

#[derive(Debug, Deserialize)]
struct HeadVersion {
    version: Option<u32>,
}

impl FiledDocument {
    /// What the file is about, and the name under which a later edit of it is the same file: `contract/NAME/VERSION`,
    /// `claims/NAME/FILE`, `forecast/NAME/DAY` or `delivery/NAME/DAY`.
    ///
    /// # Errors
    /// A text that is no such file.
    pub fn place(&self) -> Result<(DocumentKind, String), FiledError> {
        let wrong = |what: String| FiledError(vec![format!("{}: {what}", self.from)]);
        let head: Head = serde_saphyr::from_str(&self.text).map_err(|error| {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or("not readable").to_owned();
            wrong(format!("{first}; give a contract, claims, a forecast or a delivery, see `vigie schema contract`"))
        })?;
        let under = head.metadata.contract.unwrap_or_default();
        match head.kind.as_str() {
            "SlaContract" => {
                let version = head.spec.and_then(|spec| spec.in_force).and_then(|in_force| in_force.version);
                let name = head.metadata.name.unwrap_or_default();
                Ok((DocumentKind::Contract, format!("contract/{name}/{}", version.unwrap_or_default())))
            }
            "SlaClaims" => {
                let file = self.from.rsplit(['/', '\\']).next().unwrap_or(&self.from);
                Ok((DocumentKind::Claims, format!("claims/{under}/{file}")))
            }
            "SlaForecast" => {
                let day = head.issued_on.unwrap_or_default();
                Ok((DocumentKind::Forecast, format!("forecast/{under}/{day}")))
            }
            "SlaDelivery" => {
                let day = head.declared_on.unwrap_or_default();
                Ok((DocumentKind::Delivery, format!("delivery/{under}/{day}")))
            }
            other => {
                let right = "give kind: SlaContract, SlaClaims, SlaForecast or SlaDelivery";
                Err(wrong(format!("{other:?} is not what a file about contracts describes; {right}")))
            }
        }
    }
}

impl Filed {
    /// Reads files together, contract by contract, by name: what is filed under one says what it does under the latest version that they
    /// fit.
    ///
    /// # Errors
    /// Every mistake of every file, and files that do not go together.
    pub fn read(documents: &[FiledDocument], network: &Network) -> Result<Vec<Self>, FiledError> {
        let mut wrong = Vec::new();
        let mut contracts: BTreeMap<String, Vec<(Contract, Option<Instant>)>> = BTreeMap::new();
        let mut under = Vec::new();
        for document in documents {
            match document.place() {
                Err(FiledError(mistakes)) => wrong.extend(mistakes),
                Ok((DocumentKind::Contract, _)) => match Contract::parse_for(&document.text, network) {
                    Ok(contract) => {
                        let versions = contracts.entry(contract.name.clone()).or_default();
                        versions.push((contract, document.accepted_at));
                    }
                    Err(mistakes) => wrong.extend(told(document, &mistakes)),
                },
                Ok((kind, place)) => under.push((kind, place, document)),
            }
        }
        let mut found = Vec::new();
        for (name, versions) in contracts {
            let own = under.iter().filter(|(_, place, _)| place.split('/').nth(1) == Some(name.as_str()));
            let own: Vec<_> = own.map(|(kind, _, document)| (*kind, *document)).collect();
            match Self::one(versions, &own) {
                Ok(filed) => found.push(filed),
                Err(FiledError(mistakes)) => wrong.extend(mistakes),
            }
        }
        for (_, place, document) in &under {
            let name = place.split('/').nth(1).unwrap_or_default();
            // A contract with a mistake is told already; what is filed under it is not blamed for that.
            if wrong.is_empty() && !found.iter().any(|filed| filed.name() == Some(name)) {
                wrong.push(format!(
                    "{}: filed under {name:?}, which is not there; file that contract, too",
                    document.from
                ));
            }
        }
        if wrong.is_empty() { Ok(found) } else { Err(FiledError(wrong)) }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.versions.iter().next().map(|(_, contract)| contract.name.as_str())
    }

    /// The provider it is with.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        self.versions.iter().next().map(|(_, contract)| contract.provider.as_str())
    }

    /// The version in force at an instant, else the first or the last.
    pub(crate) fn shown(&self, at: Instant) -> &Contract {
        let last_before = self.versions.iter().filter(|(span, _)| span.from <= at).last();
        let one = last_before.or_else(|| self.versions.iter().next());
        self.versions.at(at).or(one.map(|(_, contract)| contract)).expect("a contract is filed with a version")
    }

    /// Claims alone.
    pub(crate) fn claims_only(&self) -> Vec<Claim> {
        self.claims.iter().map(|(claim, _)| claim.clone()).collect()
    }

    fn one(
        versions: Vec<(Contract, Option<Instant>)>,
        under: &[(DocumentKind, &FiledDocument)],
    ) -> Result<Self, FiledError> {
        let mut wrong = Vec::new();
        let mut latest: Vec<&Contract> = versions.iter().map(|(contract, _)| contract).collect();
        latest.sort_by_key(|contract| std::cmp::Reverse(contract.in_force.version));
        let (mut claims, mut issues): (Vec<(Claim, String)>, Vec<Issue>) = (Vec::new(), Vec::new());
        let mut deliveries = Vec::new();
        for (kind, document) in under {
            let read = match kind {
                DocumentKind::Claims => fitting(document, &latest, Claim::parse_all).map(|more| {
                    let hash = hash(&document.text);
                    claims.extend(more.into_iter().map(|claim| (claim, hash.clone())));
                }),
                DocumentKind::Delivery => fitting(document, &latest, Delivery::parse).map(|one| deliveries.push(one)),
                DocumentKind::Forecast | DocumentKind::Contract => {
                    fitting(document, &latest, Issue::parse).map(|issue| issues.push(issue))
                }
            };
            wrong.extend(read.err().into_iter().flatten());
        }
        issues.sort_by_key(|issue| issue.issued_on);
        let mut seen = BTreeMap::new();
        for (claim, file) in &claims {
            if let Some(other) = seen.insert(claim.id.clone(), file)
                && other != file
            {
                wrong.push(format!("the claim {:?} is filed twice; give each its own id", claim.id));
            }
        }
        let forecasts = Forecasts::new(issues.clone()).map_err(|error| wrong.push(error.to_string())).ok();
        let deliveries = Deliveries::new(deliveries).map_err(|error| wrong.push(error.to_string())).ok();
        let accepted = versions.iter().map(|(contract, at)| (contract.in_force.version, *at)).collect();
        let versions = Versions::new(versions.into_iter().map(|(contract, _)| contract).collect());
        let versions = versions.map_err(|errors| wrong.extend(errors.iter().map(ToString::to_string))).ok();
        match (versions, forecasts, deliveries) {
            (Some(versions), Some(forecasts), Some(deliveries)) if wrong.is_empty() => {
                Ok(Self { versions, accepted, claims, issues, forecasts, deliveries, lacking: Vec::new() })
            }
            _ => Err(FiledError(wrong)),
        }
    }
}

/// What a file says under the latest version that it fits; else its mistakes under the latest.
fn fitting<T>(
    document: &FiledDocument,
    latest: &[&Contract],
    parse: impl Fn(&str, &Contract) -> Result<T, Vec<ContractError>>,
) -> Result<T, Vec<String>> {
    let mut first = None;
    for contract in latest {
        match parse(&document.text, contract) {
            Ok(read) => return Ok(read),
            Err(mistakes) => first = first.or(Some(mistakes)),
        }
    }
    Err(told(document, &first.unwrap_or_default()))
}

fn told(document: &FiledDocument, mistakes: &[ContractError]) -> Vec<String> {
    mistakes.iter().map(|mistake| format!("{}, {mistake}", document.from)).collect()
}

fn hash(text: &str) -> String {
    use std::fmt::Write as _;

    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
