//! Statements: SQL text with a header that is the dictionary of what it gives.

use std::{collections::BTreeMap, path::Path};

use contact::Viewpoint;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{EngineError, FigureSpec, ParamType, Span, Title, header::Header};

/// The statements in the binary, by file.
const BUILT_IN: &[(&str, &str)] = &[
    ("legs.sql", include_str!("../../../queries/legs.sql")),
    ("all_legs.sql", include_str!("../../../queries/all_legs.sql")),
    ("ruled_legs.sql", include_str!("../../../queries/ruled_legs.sql")),
    ("cohort.sql", include_str!("../../../queries/cohort.sql")),
    ("replies.sql", include_str!("../../../queries/replies.sql")),
    ("earliest_offer.sql", include_str!("../../../queries/earliest_offer.sql")),
    ("journeys.sql", include_str!("../../../queries/journeys.sql")),
    ("hand_overs.sql", include_str!("../../../queries/hand_overs.sql")),
    ("contacts.sql", include_str!("../../../queries/contacts.sql")),
    ("excluded.sql", include_str!("../../../queries/excluded.sql")),
    ("feeds.sql", include_str!("../../../queries/feeds.sql")),
    ("discovered.sql", include_str!("../../../queries/discovered.sql")),
    ("split_contacts.sql", include_str!("../../../queries/split_contacts.sql")),
    ("every_leg.sql", include_str!("../../../queries/every_leg.sql")),
    ("every_event.sql", include_str!("../../../queries/every_event.sql")),
    ("lateness.sql", include_str!("../../../queries/lateness.sql")),
    ("united_legs.sql", include_str!("../../../queries/united_legs.sql")),
    ("scorecard/cells.sql", include_str!("../../../queries/scorecard/cells.sql")),
    ("scorecard/waits.sql", include_str!("../../../queries/scorecard/waits.sql")),
    ("scorecard/resolutions.sql", include_str!("../../../queries/scorecard/resolutions.sql")),
    ("scorecard/responses.sql", include_str!("../../../queries/scorecard/responses.sql")),
    ("scorecard/response_times.sql", include_str!("../../../queries/scorecard/response_times.sql")),
    ("scorecard/turn_times.sql", include_str!("../../../queries/scorecard/turn_times.sql")),
    ("scorecard/decision_times.sql", include_str!("../../../queries/scorecard/decision_times.sql")),
    ("brand/flows.sql", include_str!("../../../queries/brand/flows.sql")),
    ("homogeneity/cells.sql", include_str!("../../../queries/homogeneity/cells.sql")),
    ("homogeneity/no_repeat.sql", include_str!("../../../queries/homogeneity/no_repeat.sql")),
    ("cases.sql", include_str!("../../../queries/cases.sql")),
    ("backlog/followed.sql", include_str!("../../../queries/backlog/followed.sql")),
    ("backlog/spells.sql", include_str!("../../../queries/backlog/spells.sql")),
    ("backlog/wanted.sql", include_str!("../../../queries/backlog/wanted.sql")),
    ("backlog/standing.sql", include_str!("../../../queries/backlog/standing.sql")),
    ("backlog/levels.sql", include_str!("../../../queries/backlog/levels.sql")),
    ("backlog/flows.sql", include_str!("../../../queries/backlog/flows.sql")),
    ("backlog/sources.sql", include_str!("../../../queries/backlog/sources.sql")),
    ("backlog/oldest.sql", include_str!("../../../queries/backlog/oldest.sql")),
    ("backlog/oldest_of.sql", include_str!("../../../queries/backlog/oldest_of.sql")),
    ("complaints/cases.sql", include_str!("../../../queries/complaints/cases.sql")),
    ("complaints/received.sql", include_str!("../../../queries/complaints/received.sql")),
    ("complaints/cells.sql", include_str!("../../../queries/complaints/cells.sql")),
    ("complaints/times.sql", include_str!("../../../queries/complaints/times.sql")),
    ("complaints/open.sql", include_str!("../../../queries/complaints/open.sql")),
    ("complaints/sources.sql", include_str!("../../../queries/complaints/sources.sql")),
    ("repeats/attempts.sql", include_str!("../../../queries/repeats/attempts.sql")),
    ("repeats/matters.sql", include_str!("../../../queries/repeats/matters.sql")),
    ("repeats/cells.sql", include_str!("../../../queries/repeats/cells.sql")),
    ("contracts/cut_cohort.sql", include_str!("../../../queries/contracts/cut_cohort.sql")),
    ("contracts/offered.sql", include_str!("../../../queries/contracts/offered.sql")),
    ("contracts/arrivals.sql", include_str!("../../../queries/contracts/arrivals.sql")),
    ("contracts/service_levels.sql", include_str!("../../../queries/contracts/service_levels.sql")),
    ("contracts/waits.sql", include_str!("../../../queries/contracts/waits.sql")),
    ("contracts/resolutions.sql", include_str!("../../../queries/contracts/resolutions.sql")),
    ("contracts/open_cases.sql", include_str!("../../../queries/contracts/open_cases.sql")),
    ("reconcile/legs.sql", include_str!("../../../queries/reconcile/legs.sql")),
    ("reconcile/counts.sql", include_str!("../../../queries/reconcile/counts.sql")),
    ("reconcile/missing.sql", include_str!("../../../queries/reconcile/missing.sql")),
    ("seal/late.sql", include_str!("../../../queries/seal/late.sql")),
    ("seal/places.sql", include_str!("../../../queries/seal/places.sql")),
    ("seal/feeds.sql", include_str!("../../../queries/seal/feeds.sql")),
    ("live/standing.sql", include_str!("../../../queries/live/standing.sql")),
    ("live/waits.sql", include_str!("../../../queries/live/waits.sql")),
    ("alerts/decided.sql", include_str!("../../../queries/alerts/decided.sql")),
];

/// The statements that lie between events and every scorecard figure, in the order in which they run.
const CHAIN: [&str; 8] = ["legs", "united_legs", "all_legs", "ruled_legs", "cohort", "replies", "excluded", "cells"];

/// The statements that lie between events and what is said of cases, in the order in which they run.
const CASE_CHAIN: [&str; 5] = ["legs", "united_legs", "all_legs", "ruled_legs", "cases"];

/// Statements that read cases, with those between.
const OF_CASES: [(&str, &[&str]); 12] = [
    ("backlog", &["followed", "spells", "standing_spells", "wanted_spells"]),
    ("backlog_flows", &["followed", "spells", "wanted_spells"]),
    ("backlog_oldest", &["followed", "spells", "standing_spells", "wanted_spells"]),
    ("oldest_cases", &["followed", "spells", "standing_spells", "wanted_spells"]),
    ("case_sources", &["followed", "spells"]),
    ("contract_open_cases", &["followed", "spells", "wanted_spells"]),
    ("complaints", &["complaint_cases", "complaints_received"]),
    ("complaint_times", &["complaint_cases", "complaints_received"]),
    ("open_complaints", &["complaint_cases", "complaints_received"]),
    ("complaint_sources", &[]),
    ("repeats", &["attempts", "matters"]),
    ("no_repeat", &["attempts", "matters"]),
];

/// The folders of statements whose figures have answers of their own: no column of theirs is a figure of a scorecard.
const APART: [&str; 9] =
    ["homogeneity/", "live/", "backlog/", "complaints/", "repeats/", "contracts/", "alerts/", "reconcile/", "seal/"];
/// What makes contacts of legs, between `cohort` and the figures of contacts counted whole.
const WHOLE: &str = "journeys";

/// The folder of statements whose figures only contacts counted whole have.
const BRAND: &str = "brand/";

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

/// All statements: those in the binary, and those of a directory that add to or override them.
#[derive(Debug, Clone)]
pub struct Catalog {
    statements: BTreeMap<String, Statement>,
    scorecard: Vec<String>,
    brand: Vec<String>,
}

impl Catalog {
    /// The statements in the binary.
    ///
    /// # Errors
    /// A header that cannot be read, which a test excludes.
    pub fn built_in() -> Result<Self, EngineError> {
        let mut catalog = Self { statements: BTreeMap::new(), scorecard: Vec::new(), brand: Vec::new() };
        for (file, sql) in BUILT_IN {
            catalog.add(file, sql)?;
        }
        Ok(catalog)
    }

    /// Adds the `.sql` files of a directory and of its folders, which are those of `queries/`; an id that exists is
    /// overridden.
    ///
    /// # Errors
    /// A file that cannot be read, or whose header cannot.
    pub fn with_directory(mut self, directory: &Path) -> Result<Self, EngineError> {
        for folder in ["", "scorecard/", BRAND].into_iter().chain(APART) {
            for (name, sql) in sql_files(&directory.join(folder))? {
                self.add(&format!("{folder}{name}"), &sql)?;
            }
        }
        Ok(self)
    }

    fn add(&mut self, file: &str, sql: &str) -> Result<(), EngineError> {
        let statement = Statement::parse(file, sql)?;
        let in_rows = !statement.figures.is_empty() && !APART.iter().any(|folder| file.starts_with(folder));
        let rows = if file.starts_with(BRAND) { &mut self.brand } else { &mut self.scorecard };
        if in_rows && !rows.contains(&statement.id) {
            rows.push(statement.id.clone());
        }
        self.statements.insert(statement.id.clone(), statement);
        Ok(())
    }

    /// A statement by id.
    ///
    /// # Errors
    /// There is none.
    pub fn get(&self, id: &str) -> Result<&Statement, EngineError> {
        self.statements.get(id).ok_or_else(|| EngineError::Unknown(id.to_owned()))
    }

    /// Every statement, by id.
    pub fn all(&self) -> impl Iterator<Item = &Statement> {
        self.statements.values()
    }

    /// The statements whose columns are figures of scorecards, in the order they were added.
    pub fn scorecard(&self) -> impl Iterator<Item = &Statement> {
        self.scorecard.iter().filter_map(|id| self.statements.get(id))
    }

    /// The statements whose columns are figures of scorecards from a viewpoint.
    pub fn scorecard_of(&self, viewpoint: Viewpoint) -> impl Iterator<Item = &Statement> {
        let more = if viewpoint == Viewpoint::Brand { self.brand.as_slice() } else { &[] };
        self.scorecard().chain(more.iter().filter_map(|id| self.statements.get(id)))
    }

    /// Whether only contacts that are counted whole have the figures of `statement`.
    #[must_use]
    pub fn is_of_brand(&self, statement: &Statement) -> bool {
        self.brand.contains(&statement.id)
    }

    /// The hash of everything that decides a figure of `statement`: the fold, the union of folded and live legs, the
    /// exclusions, what makes a cohort or cases of them, and it.
    #[must_use]
    pub fn chain_hash(&self, statement: &Statement) -> String {
        let between = OF_CASES.iter().find(|(id, _)| *id == statement.id).map(|(_, between)| *between);
        let chain = match between {
            Some(between) => [&CASE_CHAIN[..], between].concat(),
            None => CHAIN.to_vec(),
        };
        let mut texts: Vec<&str> =
            chain.iter().filter_map(|id| self.statements.get(*id)).map(|statement| statement.sql.as_str()).collect();
        texts.push(&statement.sql);
        hash(&texts)
    }

    /// [`Catalog::chain_hash`] from a viewpoint: what makes contacts of legs goes with it where they are counted whole.
    #[must_use]
    pub fn chain_hash_of(&self, statement: &Statement, viewpoint: Viewpoint) -> String {
        let chain = self.chain_hash(statement);
        match (viewpoint, self.statements.get(WHOLE)) {
            (Viewpoint::Brand, Some(whole)) => hash(&[&chain, &whole.sql]),
            _ => chain,
        }
    }
}

fn sql_files(directory: &Path) -> Result<Vec<(String, String)>, EngineError> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| EngineError::Read { path, source }
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(failed(directory))? {
        let path = entry.map_err(failed(directory))?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, std::fs::read_to_string(&path).map_err(failed(&path))?));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_statement_has_a_readable_header() {
        let catalog = Catalog::built_in().expect("readable headers");
        assert!(catalog.all().count() >= 10);
        let figures: Vec<_> = catalog.scorecard().flat_map(|statement| statement.figures.keys()).collect();
        assert!(figures.iter().any(|id| *id == "service_level"), "{figures:?}");
    }

    #[test]
    fn figures_that_compare_are_no_columns_of_a_scorecard() {
        let catalog = Catalog::built_in().expect("readable headers");
        assert!(catalog.get("homogeneity").is_ok_and(|statement| statement.figures.contains_key("resolution_gap")));
        assert!(catalog.scorecard().all(|statement| statement.id != "homogeneity"));
    }

    #[test]
    fn figures_of_cases_are_defined_by_what_lies_between_events_and_cases() {
        let catalog = Catalog::built_in().expect("readable headers");
        let hash = |catalog: &Catalog, id: &str| catalog.get(id).map(|statement| catalog.chain_hash(statement)).ok();
        for (id, between) in OF_CASES {
            for other in CASE_CHAIN.iter().chain(between) {
                let mut edited = catalog.clone();
                edited.statements.get_mut(*other).expect("a statement of that id").sql.push_str("\n-- edited\n");
                assert_ne!(hash(&catalog, id), hash(&edited, id), "{other} decides {id}");
            }
        }
    }

    #[test]
    fn a_changed_text_changes_the_hash() {
        let sql = "-- id: x\n-- version: 1\n-- title: {en: a, fr: b}\n--\nSELECT 1";
        let one = Statement::parse("x.sql", sql).expect("header");
        let two = Statement::parse("x.sql", &sql.replace('1', "2")).expect("header");
        assert_ne!(one.definition(), two.definition());
    }

    /// Who audits a figure by its definition must see that any text on the way from the events was another.
    #[test]
    fn a_changed_text_anywhere_between_events_and_figures_changes_the_definition_of_every_figure() {
        let catalog = Catalog::built_in().expect("readable headers");
        let hashes = |catalog: &Catalog| -> Vec<String> {
            catalog.scorecard().map(|statement| catalog.chain_hash(statement)).collect()
        };
        let edited = |id: &str| {
            let mut edited = catalog.clone();
            let statement = edited.statements.get_mut(id).expect("a statement of that id");
            statement.sql.push_str("\n-- edited\n");
            hashes(&edited)
        };
        let before = hashes(&catalog);
        assert!(before.len() >= 3, "{before:?}");
        for id in ["legs", "united_legs", "all_legs", "ruled_legs", "cohort", "replies", "excluded", "cells"] {
            assert!(before.iter().zip(edited(id)).all(|(before, after)| *before != after), "{id}");
        }
        assert_eq!(before, edited("feeds"), "a statement beside the way changes no definition");
        let own = edited("waits");
        let changed = before.iter().zip(&own).filter(|(before, after)| before != after).count();
        assert_eq!(changed, 1, "a figure's own statement changes its own definition only");
    }

    /// A contact counted whole is not a leg: a figure of one must not be quoted as the definition of the other.
    #[test]
    fn figures_of_contacts_counted_whole_have_definitions_of_their_own() {
        let catalog = Catalog::built_in().expect("readable headers");
        let hashes = |catalog: &Catalog, viewpoint: Viewpoint| -> Vec<String> {
            catalog.scorecard().map(|statement| catalog.chain_hash_of(statement, viewpoint)).collect()
        };
        let (legs, whole) = (hashes(&catalog, Viewpoint::Provider), hashes(&catalog, Viewpoint::Brand));
        assert!(legs.iter().zip(&whole).all(|(leg, whole)| leg != whole));
        let mut edited = catalog.clone();
        edited.statements.get_mut(WHOLE).expect("journeys").sql.push_str("\n-- edited\n");
        assert_eq!(hashes(&edited, Viewpoint::Provider), legs);
        assert!(hashes(&edited, Viewpoint::Brand).iter().zip(&whole).all(|(after, before)| after != before));
        let ids = |viewpoint| catalog.scorecard_of(viewpoint).map(|one| one.id.as_str()).collect::<Vec<_>>();
        assert!(ids(Viewpoint::Brand).contains(&"flows") && !ids(Viewpoint::Provider).contains(&"flows"));
    }

    #[test]
    fn the_rows_of_every_built_in_scorecard_statement_add_up() {
        let catalog = Catalog::built_in().expect("readable headers");
        let adds_up = |id: &str| catalog.get(id).is_ok_and(Statement::adds_up);
        assert!(catalog.scorecard_of(Viewpoint::Brand).all(Statement::adds_up));
        assert!(["homogeneity", "excluded", "hand_overs"].into_iter().all(adds_up));
        assert!(!adds_up("cohort") && !adds_up("replies") && !adds_up("journeys"));
        assert!(adds_up("backlog") && adds_up("backlog_flows") && !adds_up("backlog_oldest"));
    }

    /// Whoever waits now is no figure of a period.
    #[test]
    fn figures_of_an_instant_are_no_columns_of_a_scorecard() {
        let catalog = Catalog::built_in().expect("readable headers");
        for id in ["live_standing", "live_waits"] {
            let statement = catalog.get(id).expect("a statement");
            assert!(statement.adds_up() && !statement.figures.is_empty(), "{id}");
            assert!(catalog.scorecard().all(|other| other.id != id), "{id}");
        }
    }

    #[test]
    fn an_unknown_header_key_is_named() {
        let error =
            Statement::parse("x.sql", "-- id: x\n-- version: 1\n-- titel: {en: a, fr: b}\n--\n").expect_err("typo");
        assert!(error.to_string().contains("titel"), "{error}");
    }
}
