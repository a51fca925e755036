//! Statements in the journal: durable, never replaced, each with the hash of its own bytes.

use std::collections::BTreeMap;

use contact::Month;
use journal::{Document, Journal, Reader};
use sha2::{Digest, Sha256};

use super::statement::{Sealed, Statement};
use crate::SettlementError;

/// Kinds of documents that are statements; the month follows.
const PREFIX: &str = "statement/";

/// Keeps a statement under the next version of its month.
///
/// # Errors
/// The month is sealed already and no cause is given; the journal fails.
pub fn keep(journal: &Journal, mut statement: Statement) -> Result<Sealed, SettlementError> {
    let kind = format!("{PREFIX}{}", statement.month);
    let before = journal.read(|reader| reader.history(&kind))?;
    if let Some(last) = before.last()
        && statement.note.as_deref().is_none_or(|note| note.trim().is_empty())
    {
        let (month, at) = (&statement.month, last.accepted_at);
        let message =
            format!("{month} was sealed at {at}; say why it is sealed again, as the note of the next version");
        return Err(SettlementError::question("note", message));
    }
    statement.version = u32::try_from(before.len()).unwrap_or(u32::MAX).saturating_add(1);
    statement.id = format!("{}-v{}", statement.month, statement.version);
    let text = serde_json::to_string(&statement)?;
    let document = journal.store_document(&kind, &text)?;
    read(&statement.id, document)
}

/// Every statement, by month and version.
///
/// # Errors
/// One is not what was sealed; the journal fails.
pub fn list(reader: &Reader) -> Result<Vec<Sealed>, SettlementError> {
    let mut all = Vec::new();
    let mut versions: BTreeMap<String, u32> = BTreeMap::new();
    for document in reader.history_under(PREFIX)? {
        let month = document.kind.trim_start_matches(PREFIX).to_owned();
        let version = versions.entry(month.clone()).or_default();
        *version += 1;
        all.push(read(&format!("{month}-v{version}"), document)?);
    }
    all.sort_by(|one, other| {
        let key = |sealed: &Sealed| (sealed.statement.month.clone(), sealed.statement.version);
        key(one).cmp(&key(other))
    });
    Ok(all)
}

/// A statement by its name, or the last one of a month.
///
/// # Errors
/// There is none; it is not what was sealed; the journal fails.
pub fn find(reader: &Reader, name: &str) -> Result<Sealed, SettlementError> {
    let (month, version) = match name.split_once("-v") {
        Some((month, version)) => (month, Some(version)),
        None => (name, None),
    };
    let known = || {
        let all = list(reader)?;
        let names: Vec<&str> = all.iter().map(|sealed| sealed.statement.id.as_str()).collect();
        let right = match names.as_slice() {
            [] => "none is sealed yet".to_owned(),
            names => format!("use one of {}", names.join(", ")),
        };
        Err(SettlementError::NoStatement { name: name.chars().take(64).collect(), right })
    };
    if month.parse::<Month>().is_err() {
        return known();
    }
    let mut documents = reader.history(&format!("{PREFIX}{month}"))?;
    let place = match version {
        None => documents.len().checked_sub(1),
        Some(version) => version.parse::<usize>().ok().and_then(|version| version.checked_sub(1)),
    };
    match place.filter(|place| *place < documents.len()) {
        Some(place) => read(&format!("{month}-v{}", place + 1), documents.swap_remove(place)),
        None => known(),
    }
}

/// Reads a document, whose bytes must be those that were sealed under this name.
fn read(id: &str, document: Document) -> Result<Sealed, SettlementError> {
    let broken = |what: &str| SettlementError::Broken { name: id.to_owned(), what: what.to_owned() };
    if hex(&document.text) != document.hash {
        return Err(broken("its bytes do not have their hash"));
    }
    let statement: Statement = serde_json::from_str(&document.text).map_err(|_| broken("its bytes cannot be read"))?;
    if statement.id != id {
        return Err(broken("it bears another name"));
    }
    Ok(Sealed { statement, text: document.text, hash: document.hash, sealed_at: document.accepted_at })
}

fn hex(text: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use contact::Instant;

    use super::*;

    /// A statement that was written over would be believed.
    #[test]
    fn bytes_that_are_not_those_that_were_sealed_are_refused() {
        let text = r#"{"id":"2026-10-v1"}"#;
        let document = |text: &str, hash: String| Document {
            kind: "statement/2026-10".to_owned(),
            hash,
            accepted_at: Instant::BEGINNING,
            text: text.to_owned(),
        };
        let told = |document| read("2026-10-v1", document).expect_err("not as it was sealed").to_string();
        let other = told(document(&text.replace("v1", "v2"), hex(text)));
        assert!(other.contains("its bytes do not have their hash"), "{other}");
        let cut = told(document(text, hex(text)));
        assert!(cut.contains("its bytes cannot be read"), "{cut}");
    }
}
