//! Contracts, claims, forecasts and deliveries as they are filed: each text by its hash, with the instant at which it was
//! accepted, so that an edit changes what is said later and never what was said before.

use std::collections::BTreeMap;

use contact::{Instant, Network};
use evaluation::{DocumentKind, Filed, FiledDocument, FiledError, Lacking};
use journal::{Document, Journal, Reader};

use crate::{Store, StoreError};

/// The folders of documents about contracts.
const FOLDERS: [&str; 4] = ["contract/", "claims/", "forecast/", "delivery/"];

impl Store {
    /// Files contracts and what is filed under them, all or none: together with what is filed already they must be without mistake.
    /// A text that is in force already is not accepted again. Returns how many were new.
    ///
    /// # Errors
    /// Mistakes, with file and place; a forecast of a day that is filed with another text: it may have decided money.
    pub fn file_contracts(&self, documents: &[FiledDocument]) -> Result<usize, StoreError> {
        let known = self.journal().read(documents_of)?;
        let mut fresh = Vec::new();
        let mut wrong = of_one_place(documents);
        for document in documents {
            match document.place() {
                Err(FiledError(mistakes)) => wrong.extend(mistakes),
                Ok((kind, place)) => match in_force(&known, &place, Instant::FOREVER) {
                    Some(before) if before.text == document.text => {}
                    Some(_) if kind == DocumentKind::Forecast => wrong.push(format!(
                        "{}: another forecast of the same day of issue is filed; give the new one a day of issue of its own",
                        document.from
                    )),
                    _ => fresh.push((place, document.clone())),
                },
            }
        }
        if !wrong.is_empty() {
            return Err(FiledError(wrong).into());
        }
        let mut all: Vec<FiledDocument> = fresh.iter().map(|(_, document)| document.clone()).collect();
        let replaced = |place: &str| fresh.iter().any(|(fresh, _)| fresh == place);
        all.extend(
            places(&known)
                .filter(|place| !replaced(place))
                .filter_map(|place| in_force(&known, place, Instant::FOREVER).map(as_filed)),
        );
        let wrong = of_nobody(&Filed::read(&all, &self.network())?, &self.network());
        if !wrong.is_empty() {
            return Err(FiledError(wrong).into());
        }
        let filed = fresh.len();
        self.journal().store_documents(fresh.into_iter().map(|(place, document)| (place, document.text)).collect())?;
        Ok(filed)
    }

    /// The contracts filed until an instant, by name.
    ///
    /// # Errors
    /// What is filed no longer fits the network in force.
    pub fn filed_contracts(&self, as_of: Instant) -> Result<Vec<Filed>, StoreError> {
        let known = self.journal().read(documents_of)?;
        let lacking = self.journal().read(|reader| reader.lacking(as_of))?;
        let mut filed = read(&known, &self.network(), as_of)?;
        tell(&mut filed, &lacking);
        Ok(filed)
    }

    /// Tells contracts anew of which contacts nothing had come by an instant.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn tell_lacking(&self, filed: &mut [Filed], as_of: Instant) -> Result<(), StoreError> {
        tell(filed, &self.journal().read(|reader| reader.lacking(as_of))?);
        Ok(())
    }
}

/// Tells contracts from a journal that is only read of which contacts nothing had come by an instant.
///
/// # Errors
/// The journal cannot be read.
pub fn tell_lacking(reader: &Reader, filed: &mut [Filed], as_of: Instant) -> Result<(), StoreError> {
    tell(filed, &reader.lacking(as_of)?);
    Ok(())
}

/// Each contract those of its provider.
fn tell(filed: &mut [Filed], lacking: &[journal::Lacking]) {
    for one in filed {
        let own = lacking.iter().filter(|of| one.provider() == Some(of.provider.as_str()));
        let own = own.map(|of| Lacking {
            at: of.at,
            named: of.named,
            site: of.site.clone(),
            queue: of.queue.clone(),
            contacts: of.contacts,
        });
        one.lacking = own.collect();
    }
}

/// The contracts filed until an instant, from a journal that is only read.
///
/// # Errors
/// As [`Store::filed_contracts`].
pub fn filed(reader: &Reader, network: &Network, as_of: Instant) -> Result<Vec<Filed>, StoreError> {
    let mut filed = read(&documents_of(reader)?, network, as_of)?;
    tell_lacking(reader, &mut filed, as_of)?;
    Ok(filed)
}

/// Whether what is filed can be read with another network file.
///
/// # Errors
/// As [`Store::filed_contracts`].
pub(crate) fn fit(journal: &Journal, network: &Network) -> Result<(), StoreError> {
    read(&journal.read(documents_of)?, network, Instant::FOREVER).map(|_| ())
}

fn read(known: &[Document], network: &Network, as_of: Instant) -> Result<Vec<Filed>, StoreError> {
    let documents: Vec<FiledDocument> =
        places(known).filter_map(|place| in_force(known, place, as_of)).map(as_filed).collect();
    Ok(Filed::read(&documents, network)?)
}

fn documents_of(reader: &Reader) -> Result<Vec<Document>, journal::JournalError> {
    let mut all = Vec::new();
    for folder in FOLDERS {
        all.extend(reader.history_under(folder)?);
    }
    Ok(all)
}

/// Claims of two files of one name: the second would take the place of the first, whose claims would be gone. Contracts and
/// forecasts of one place are told apart where they are read.
fn of_one_place(documents: &[FiledDocument]) -> Vec<String> {
    let mut seen: BTreeMap<String, &FiledDocument> = BTreeMap::new();
    let mut wrong = Vec::new();
    for document in documents {
        let Ok((DocumentKind::Claims, place)) = document.place() else { continue };
        match seen.insert(place, document) {
            Some(other) if other.text != document.text => wrong.push(format!(
                "{}: {} has the same name and is filed under the same contract; give each file of claims a name of its own",
                document.from, other.from
            )),
            _ => {}
        }
    }
    wrong
}

/// Claims about queues and sites that no event can have: accepted, they would relieve of nothing, and nobody would know.
fn of_nobody(filed: &[Filed], network: &Network) -> Vec<String> {
    let mut wrong = Vec::new();
    for claim in filed.iter().flat_map(|filed| &filed.claims).map(|(claim, _)| claim) {
        let queues = claim.lines.iter().filter(|name| !network.knows_queue(name)).map(|name| ("queue", name));
        let is_site = |name: &&String| network.discovers_sites || network.sites.contains_key(name.as_str());
        let sites = claim.sites.iter().filter(|name| !is_site(name)).map(|name| ("site", name));
        for (what, name) in queues.chain(sites) {
            let right = "name one that it lists, or none to mean all";
            wrong.push(format!("the claim {:?}: the {what} {name:?} is not in the network file; {right}", claim.id));
        }
    }
    wrong
}

/// Every place, once.
fn places(known: &[Document]) -> impl Iterator<Item = &str> {
    let is_first =
        |position: usize, document: &Document| !known[..position].iter().any(|other| other.kind == document.kind);
    let first = known.iter().enumerate().filter(move |(position, document)| is_first(*position, document));
    first.map(|(_, document)| document.kind.as_str())
}

/// What was in force at a place at an instant.
fn in_force<'d>(known: &'d [Document], place: &str, as_of: Instant) -> Option<&'d Document> {
    known.iter().rev().find(|document| document.kind == place && document.accepted_at <= as_of)
}

/// A document as filed; when its text was first accepted is when it is known from.
fn as_filed(document: &Document) -> FiledDocument {
    FiledDocument { from: document.kind.clone(), text: document.text.clone(), accepted_at: Some(document.accepted_at) }
}
