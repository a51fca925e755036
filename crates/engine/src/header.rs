//! The header of a statement: what it promises about its rows, and whether the promises go together.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The column by which the rows of a statement that adds up are kept apart, and the parameter that says how finely.
const STRETCH: (&str, &str) = ("stretch", "stretch_us");

/// Type of a parameter, as headers write it. A trailing `?` lets the value be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ParamType {
    /// UTC instant, microseconds.
    Timestamp,
    /// 64-bit integer.
    Bigint,
    /// 64-bit integer or null.
    #[serde(rename = "bigint?")]
    OptionalBigint,
    /// Text.
    Text,
    /// Text or null.
    #[serde(rename = "text?")]
    OptionalText,
    /// List of texts.
    #[serde(rename = "text[]")]
    Texts,
    /// True or false.
    Boolean,
}

/// A title in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

/// A figure that a statement of `queries/scorecard/` gives, or that is a function of the rows of one of another folder, as
/// its text says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FigureSpec {
    /// Unit of the value. Columns of a `seconds` figure hold microseconds.
    pub unit: contact::Unit,
    /// Column of the value, or of the numerator when `per` is given.
    pub of: String,
    /// Column of the denominator.
    pub per: Option<String>,
    /// Column of the number of observations; `per`, else `of`, when absent.
    pub n: Option<String>,
    /// The figure is the nearest rank in percent among the values of `of`, each of which `n` observations have: the
    /// smallest value that at least this share of them do not exceed.
    #[schemars(range(min = 1, max = 100))]
    pub rank: Option<u8>,
    /// Fewer observations than this are not shown.
    #[serde(default)]
    pub at_least: u64,
    /// Column of `cells` that is 0 for a whole provider when its source never says such a thing: then there is no data.
    pub needs: Option<String>,
    /// Columns of statements whose rows add up that must be 0 before the figure can be final: of `cells`, else of the one
    /// that has it.
    #[serde(default)]
    pub until: Vec<String>,
    /// Title in English.
    pub en: String,
    /// Title in French.
    pub fr: String,
}

/// A length of time in a header: microseconds, or the parameter that gives them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Span {
    /// Microseconds.
    Micros(i64),
    /// The name of a parameter.
    Param(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) id: String,
    pub(crate) version: u32,
    pub(crate) title: Title,
    #[serde(default)]
    pub(crate) params: BTreeMap<String, ParamType>,
    #[serde(default)]
    pub(crate) adds_by: Vec<String>,
    #[serde(default)]
    pub(crate) turns: BTreeMap<String, Vec<Span>>,
    #[serde(default)]
    pub(crate) figures: BTreeMap<String, FigureSpec>,
}

impl Header {
    /// Checks that the promises go together; else says what would be right.
    pub(crate) fn check(&self) -> Result<(), String> {
        self.check_sums()?;
        self.check_turns()?;
        self.check_ranks()
    }

    /// Rows that add up are kept apart by the stretch of their contacts' starts, and no figure adds up their names.
    fn check_sums(&self) -> Result<(), String> {
        if self.adds_by.is_empty() {
            return Ok(());
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = self.adds_by.iter().find(|name| !seen.insert(*name)) {
            return Err(format!("adds_by names {twice} twice; name it once"));
        }
        let (column, param) = STRETCH;
        let is_named = self.adds_by.iter().any(|name| name == column);
        if !is_named || self.params.get(param) != Some(&ParamType::Bigint) {
            let gives = "CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch";
            return Err(format!(
                "rows that add up are kept apart by stretch; name {column} in adds_by, {param}: bigint in params, and give {gives}"
            ));
        }
        for (id, figure) in self.figures.iter().filter(|(_, figure)| figure.rank.is_none()) {
            let columns = [Some(&figure.of), figure.per.as_ref(), figure.n.as_ref()];
            if let Some(name) = columns.into_iter().flatten().find(|name| self.adds_by.contains(name)) {
                return Err(format!("figure {id} adds up {name}, which names a row; take it out of adds_by"));
            }
        }
        Ok(())
    }

    /// What a leg adds can only turn at an instant that it has.
    fn check_turns(&self) -> Result<(), String> {
        if !self.turns.is_empty() && self.adds_by.is_empty() {
            return Err("turns say when a sum changes; give adds_by as well, or leave turns out".to_owned());
        }
        let schema = columns::legs_schema();
        let instants = schema.fields().iter().filter(|field| *field.data_type() == columns::instant_type());
        let instants: Vec<&str> = instants.map(|field| field.name().as_str()).collect();
        match self.turns.keys().find(|column| !instants.contains(&column.as_str())) {
            Some(column) => {
                Err(format!("turns after {column}, which is no instant of a leg; use {}", instants.join(", ")))
            }
            None => Ok(()),
        }
    }

    /// Ranks are taken of one distribution whose rows add up.
    fn check_ranks(&self) -> Result<(), String> {
        let ranked: Vec<_> = self.figures.iter().filter_map(|(id, figure)| Some((id, figure, figure.rank?))).collect();
        let Some((_, first, _)) = ranked.first() else { return Ok(()) };
        for (id, figure, rank) in &ranked {
            if !(1..=100).contains(rank) {
                return Err(format!("figure {id} has the rank {rank}; give a percentage from 1 to 100"));
            }
            if figure.per.is_some() {
                return Err(format!("figure {id} has a rank, which is a share of nothing; leave out per"));
            }
            let Some(n) = &figure.n else {
                return Err(format!("figure {id} has a rank; name the column of how many observations in n"));
            };
            if (&figure.of, Some(n)) != (&first.of, first.n.as_ref()) {
                return Err(format!("figure {id} ranks another column than the ranks before it; give it its own file"));
            }
            if !self.adds_by.contains(&figure.of) || self.adds_by.contains(n) {
                return Err(format!("figure {id} ranks {}: it must be among adds_by, and {n} must not", figure.of));
            }
        }
        match self.figures.iter().find(|(_, figure)| figure.rank.is_none()) {
            Some((id, _)) => Err(format!("figure {id} has no rank beside figures that have; give it its own file")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Statement;

    const ADDS_UP: &str = "params: {stretch_us: bigint}\nadds_by: [site, wait_us, stretch]";

    /// What is said of a header with these lines; empty when nothing is wrong.
    #[track_caller]
    fn said(lines: &str) -> String {
        let header: String = format!("id: x\nversion: 1\ntitle: {{en: a, fr: b}}\n{lines}")
            .lines()
            .flat_map(|line| ["-- ", line, "\n"])
            .collect();
        Statement::parse("x.sql", &format!("{header}--\nSELECT 1"))
            .map_or_else(|error| error.to_string(), |_| String::new())
    }

    fn figures(figures: &str) -> String {
        said(&format!("{ADDS_UP}\nfigures: {{{figures}}}"))
    }

    #[track_caller]
    fn says(said: &str, words: &str) {
        assert!(said.contains(words), "{said:?} does not say {words:?}");
        assert!(said.starts_with("statement file x.sql: "), "{said:?}");
    }

    #[test]
    fn a_header_whose_promises_go_together_is_taken() {
        assert_eq!(said(ADDS_UP), "");
        assert_eq!(figures("a: {unit: seconds, of: wait_us, n: legs, rank: 50, en: A, fr: A}"), "");
        assert_eq!(figures("a: {unit: count, of: legs, en: A, fr: A}"), "");
        assert_eq!(said(&format!("{ADDS_UP}\nturns: {{started_at: [durable_us, 5]}}")), "");
    }

    /// Without its stretch, a row could not be told apart from the same row of another day.
    #[test]
    fn rows_that_add_up_have_a_stretch() {
        says(&said("adds_by: [site]"), "name stretch in adds_by, stretch_us: bigint in params");
        says(&said("adds_by: [site, stretch]"), "stretch_us: bigint in params");
        says(&said("params: {stretch_us: bigint}\nadds_by: [site]"), "name stretch in adds_by");
        says(&said("params: {stretch_us: bigint}\nadds_by: [site, site, stretch]"), "names site twice");
    }

    #[test]
    fn a_column_is_a_name_or_a_sum() {
        says(&figures("a: {unit: count, of: site, en: A, fr: A}"), "figure a adds up site, which names a row");
        says(&figures("a: {unit: share, of: x, per: wait_us, en: A, fr: A}"), "take it out of adds_by");
    }

    #[test]
    fn turns_are_instants_of_a_leg() {
        says(&said(&format!("{ADDS_UP}\nturns: {{begun_at: [5]}}")), "use started_at, offered_at, outcome_at");
        says(&said(&format!("{ADDS_UP}\nturns: {{site: [5]}}")), "site, which is no instant of a leg");
        says(&said("turns: {started_at: [5]}"), "give adds_by as well");
    }

    #[test]
    fn a_rank_stands_on_one_distribution() {
        let rank = |rest: &str| figures(&format!("a: {{unit: seconds, of: wait_us, en: A, fr: A, {rest}}}"));
        says(&rank("rank: 50"), "name the column of how many observations in n");
        says(&rank("rank: 0, n: legs"), "has the rank 0; give a percentage from 1 to 100");
        says(&rank("rank: 101, n: legs"), "has the rank 101");
        says(&rank("rank: 50, n: legs, per: legs"), "leave out per");
        says(&rank("rank: 50, n: site"), "wait_us: it must be among adds_by, and site must not");
        let not_named = "a: {unit: seconds, of: other_us, n: legs, rank: 50, en: A, fr: A}";
        says(&figures(not_named), "other_us: it must be among adds_by");
    }

    #[test]
    fn figures_of_other_kinds_have_files_of_their_own() {
        let first = "a: {unit: seconds, of: wait_us, n: legs, rank: 50, en: A, fr: A}";
        says(&figures(&format!("{first}, b: {{unit: count, of: legs, en: B, fr: B}}")), "figure b has no rank beside");
        let other = "b: {unit: seconds, of: site, n: legs, rank: 90, en: B, fr: B}";
        says(&figures(&format!("{first}, {other}")), "figure b ranks another column");
    }
}
