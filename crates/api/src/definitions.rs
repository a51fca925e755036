//! `GET /v1/definitions`: what each figure means, and the statement that says so.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use contact::{Unit, Viewpoint};
use engine::{Catalog, FigureSpec, ParamType, Statement, Title};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Api, ApiError,
    format::json,
    openapi::{Given, Operation},
    query::Parameters,
};

/// Every figure and every statement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DefinitionsAnswer {
    /// The figures of scorecards and comparisons, by id.
    pub figures: Vec<FigureDefinition>,
    /// The statements, by id.
    pub statements: Vec<StatementDefinition>,
}

/// What a figure is.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FigureDefinition {
    /// Its id, as in answers.
    pub id: String,
    /// Its name.
    pub title: Title,
    /// The unit of its value.
    pub unit: Unit,
    /// `id@version:hash` over every statement that decides it, as in answers.
    pub definition: String,
    /// The same where contacts are counted whole (`view=brand`); null for figures that no such answer has.
    pub brand: Option<String>,
    /// The statement that gives it.
    pub statement: String,
    /// The statement's column of the value, or of the numerator.
    pub of: String,
    /// The statement's column of the denominator.
    pub per: Option<String>,
    /// Fewer observations than this are not shown.
    pub at_least: u64,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StatementDefinition {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// First 16 hexadecimal digits of the SHA-256 of its text.
    pub hash: String,
    /// What it gives.
    pub title: Title,
    /// Its parameters.
    pub params: BTreeMap<String, ParamType>,
    /// The figures it gives.
    pub figures: Vec<String>,
    /// Its text.
    pub sql: String,
}

/// One definition: a figure with its statement, or a statement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DefinitionAnswer {
    /// The figure; null when a statement was asked for.
    pub figure: Option<FigureDefinition>,
    /// The statement.
    pub statement: StatementDefinition,
}

pub(crate) fn about() -> Operation {
    Operation::new("What each figure means").gives::<DefinitionsAnswer>("figures and statements", Given::Json)
}

pub(crate) fn about_one() -> Operation {
    Operation::new("What one figure or statement means")
        .path("id", "the id of a figure or a statement, or the `definition` of a figure")
        .gives::<DefinitionAnswer>("the definition", Given::Json)
        .refuses(404, "no such definition in force")
}

pub(crate) async fn list(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref(), &[])?;
    let catalog = api.store().engine().catalog();
    let mut figures: Vec<_> =
        figures(catalog).map(|(id, spec, statement)| figure(catalog, id, spec, statement)).collect();
    figures.sort_by(|one, other| one.id.cmp(&other.id));
    json(&DefinitionsAnswer { figures, statements: catalog.all().map(StatementDefinition::from).collect() })
}

pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref(), &[])?;
    let catalog = api.store().engine().catalog();
    let named = figures(catalog).map(|(name, spec, statement)| (figure(catalog, name, spec, statement), statement));
    let named = named.into_iter().find(|(figure, _)| {
        figure.id == id || figure.definition == id || figure.brand.as_ref().is_some_and(|brand| *brand == id)
    });
    let (figure, statement) = match named {
        Some((figure, statement)) => (Some(figure), statement),
        None => (None, statement(catalog, &id)?),
    };
    json(&DefinitionAnswer { figure, statement: statement.into() })
}

fn statement<'c>(catalog: &'c Catalog, id: &str) -> Result<&'c Statement, ApiError> {
    let found = catalog.all().find(|statement| statement.id == id || statement.definition() == id);
    found.ok_or_else(|| {
        let shown: String = id.chars().take(128).collect();
        let right = "see /v1/definitions for those in force";
        ApiError::not_found("unknown_definition", format!("there is no definition {shown:?}; {right}")).field("id")
    })
}

fn figures(catalog: &Catalog) -> impl Iterator<Item = (&str, &FigureSpec, &Statement)> {
    catalog.all().flat_map(|statement| statement.figures.iter().map(move |(id, spec)| (id.as_str(), spec, statement)))
}

fn figure(catalog: &Catalog, id: &str, spec: &FigureSpec, statement: &Statement) -> FigureDefinition {
    let quoted = |viewpoint| format!("{id}@{}:{}", statement.version, catalog.chain_hash_of(statement, viewpoint));
    let in_brand = catalog.scorecard_of(Viewpoint::Brand).any(|other| other.id == statement.id);
    let own = if catalog.is_of_brand(statement) { Viewpoint::Brand } else { Viewpoint::Provider };
    FigureDefinition {
        id: id.to_owned(),
        title: Title { en: spec.en.clone(), fr: spec.fr.clone() },
        unit: spec.unit,
        definition: quoted(own),
        brand: in_brand.then(|| quoted(Viewpoint::Brand)),
        statement: statement.id.clone(),
        of: spec.of.clone(),
        per: spec.per.clone(),
        at_least: spec.at_least,
    }
}

impl From<&Statement> for StatementDefinition {
    fn from(statement: &Statement) -> Self {
        Self {
            id: statement.id.clone(),
            version: statement.version,
            hash: statement.hash.clone(),
            title: statement.title.clone(),
            params: statement.params.clone(),
            figures: statement.figures.keys().cloned().collect(),
            sql: statement.sql.clone(),
        }
    }
}
