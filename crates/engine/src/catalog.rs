//! The catalog of statements, and what lies between events and the figures of each.

use std::{collections::BTreeMap, path::Path};

use contact::Viewpoint;

use crate::{EngineError, Statement, built_in::BUILT_IN, statement::hash};

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
}
