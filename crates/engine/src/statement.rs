//! A statement: SQL text with a header that is the dictionary of what it gives.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{EngineError, FigureSpec, ParamType, Span, Title, header::Header};

/// One statement: one file of `queries/`.
#[derive(Debug, Clone, Serialize)]
pub struct Statement {
    /// Its id.
    pub id: String,
    /// Its version; a new text that changes answers has a new version.
    pub version: u32,
    /// What it gives.
    pub title: Title,
    /// Parameters by name.
    pub params: BTreeMap<String, ParamType>,
    /// The columns that name a row of a statement whose rows add up over its legs: all others are sums, of integers, and
    /// a row whose sums are all 0 is no row. Empty for statements whose rows do not add up.
    pub adds_by: Vec<String>,
    /// When what a leg with an outcome adds depends on `now`: it changes once `now` is so long after the instant in that
    /// column, and never otherwise. A parameter may give several such lengths, each for some of the legs; they may move with
    /// `now`, as long as what is due by one `now` is due by every later one.
    pub turns: BTreeMap<String, Vec<Span>>,
    /// Figures by id.
    pub figures: BTreeMap<String, FigureSpec>,
    /// The whole text, header included.
    pub sql: String,
    /// First 16 hexadecimal digits of the SHA-256 of the text.
    pub hash: String,
}

impl Statement {
    /// Parses the text of a file.
    ///
    /// # Errors
    /// A header that cannot be read, or whose promises do not go together.
    pub fn parse(file: &str, sql: &str) -> Result<Self, EngineError> {
        let yaml: String =
            sql.lines().map_while(|line| line.strip_prefix("-- ")).flat_map(|line| [line, "\n"]).collect();
        let header: Header = serde_saphyr::from_str(&yaml).map_err(|error| EngineError::Header {
            file: file.to_owned(),
            message: error.without_snippet().to_string(),
        })?;
        header.check().map_err(|message| EngineError::Contradiction { file: file.to_owned(), message })?;
        Ok(Self {
            id: header.id,
            version: header.version,
            title: header.title,
            params: header.params,
            adds_by: header.adds_by,
            turns: header.turns,
            figures: header.figures,
            sql: sql.to_owned(),
            hash: hash(&[sql]),
        })
    }

    /// Whether the rows of all legs are the rows of some legs and those of the others, added up.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        !self.adds_by.is_empty()
    }

    /// The column whose values its ranks are taken of, and the one that says how many observations have each.
    #[must_use]
    pub fn spread(&self) -> Option<(&str, &str)> {
        let ranked = self.figures.values().find(|figure| figure.rank.is_some())?;
        Some((&ranked.of, ranked.n.as_deref()?))
    }

    /// `id@version:hash`, the name under which its answers are quoted.
    #[must_use]
    pub fn definition(&self) -> String {
        format!("{}@{}:{}", self.id, self.version, self.hash)
    }
}

/// First 16 hexadecimal digits of the SHA-256 over several texts.
pub(crate) fn hash(texts: &[&str]) -> String {
    use std::fmt::Write as _;
    let mut digest = Sha256::new();
    for text in texts {
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text.as_bytes());
    }
    digest.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_text_changes_the_hash() {
        let sql = "-- id: x\n-- version: 1\n-- title: {en: a, fr: b}\n--\nSELECT 1";
        let one = Statement::parse("x.sql", sql).expect("header");
        let two = Statement::parse("x.sql", &sql.replace('1', "2")).expect("header");
        assert_ne!(one.definition(), two.definition());
    }

    #[test]
    fn an_unknown_header_key_is_named() {
        let error =
            Statement::parse("x.sql", "-- id: x\n-- version: 1\n-- titel: {en: a, fr: b}\n--\n").expect_err("typo");
        assert!(error.to_string().contains("titel"), "{error}");
    }
}
