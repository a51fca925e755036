//! Months that are sealed: what each of them said of the contracts, one of them made again, and the form that seals one.

mod again;
mod post;
mod shown;

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use contact::Instant;
use evaluation::Filed;
use settlement::{Sealed, Verification, list};

use self::{again::Again, shown::Row};
use super::{
    address,
    frame::{Choice, Form, Frame, Select},
    lang::{LANG, Lang},
    page::{filled, rendered, told},
    reconcile::finished,
    words::StatementWords,
};
use crate::{
    Api, ApiError,
    query::{Parameter, Parameters, Shape as Takes},
    statements::{reading, verified},
};
pub(super) use post::post;

/// Where the page is.
pub(super) const PATH: &str = "/statements";

const CONTRACT: Parameter =
    Parameter::new("contract", Takes::Text, "only what was sealed of the contract of this name");
const STATEMENT: Parameter =
    Parameter::new("statement", Takes::Text, "the statement that is made again, such as 2026-10-v1");

/// `GET /statements`.
pub(super) async fn get(State(api): State<Arc<Api>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let lang = Lang::of(query.as_deref(), &headers);
    let shown = shown(&api, lang, filled(query)).await;
    told(&api, lang, shown)
}

async fn shown(api: &Arc<Api>, lang: Lang, query: Option<String>) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &[CONTRACT, STATEMENT, LANG])?;
    Lang::check(&mut given)?;
    let (contract, statement) = (given.one(CONTRACT.name), given.one(STATEMENT.name));
    let sealed = api.block(|api| reading(api, list)).await?;
    let filed = api.block(|api| api.store().filed_contracts(Instant::FOREVER)).await?;
    let again = match statement {
        Some(id) => Some(verified(api, id).await?),
        None => None,
    };
    let asked = Asked { query: query.as_deref(), contract: contract.as_deref() };
    rendered(&Shape::new(api, lang, asked, &sealed, &filed, again.as_ref()))
}

/// What the address says.
#[derive(Clone, Copy)]
struct Asked<'a> {
    query: Option<&'a str>,
    contract: Option<&'a str>,
}

/// What the template shows.
#[derive(Template)]
#[template(path = "statements.html")]
struct Shape {
    frame: Frame,
    said: &'static StatementWords,
    form: Form,
    contracts: String,
    reconcile: String,
    rows: Vec<Row>,
    again: Option<Again>,
    /// Where the form is sent.
    action: String,
    months: Vec<Choice>,
}

impl Shape {
    fn new(
        api: &Api,
        lang: Lang,
        asked: Asked<'_>,
        sealed: &[Sealed],
        filed: &[Filed],
        again: Option<&Verification>,
    ) -> Self {
        let network = api.network();
        let rows = sealed.iter().rev().map(|sealed| Row::new(lang, &network.zone, asked.contract, sealed));
        let is_sealed = |month: &str| sealed.iter().any(|sealed| sealed.statement.month == month);
        let now = api.store().clock();
        let months: Vec<_> = finished(now, &network.zone).collect();
        let months = months.iter().enumerate().map(|(place, month)| Choice {
            value: month.to_string(),
            name: lang.sealed_month(month.first(), is_sealed(&month.to_string())),
            is_chosen: place == 0,
        });
        Self {
            frame: Frame::new(lang, &network.brand, None),
            said: lang.statement_words(),
            form: form(lang, asked, filed),
            contracts: address::page("/contracts", lang),
            reconcile: address::page(super::reconcile::PATH, lang),
            rows: rows.collect(),
            again: again.map(|again| Again::new(lang, &network.zone, again)),
            action: address::page(PATH, lang),
            months: months.collect(),
        }
    }
}

/// The form in which the page is asked otherwise: of one contract, in the other language.
fn form(lang: Lang, asked: Asked<'_>, filed: &[Filed]) -> Form {
    let said = lang.contract_words();
    let option = |value: &str, name: &str| Choice {
        value: value.to_owned(),
        name: name.to_owned(),
        is_chosen: asked.contract.unwrap_or_default() == value,
    };
    let names = filed.iter().filter_map(Filed::name).map(|name| option(name, name));
    let options = [option("", said.every)].into_iter().chain(names).collect();
    Form::new(lang, PATH, &address::Address::of(asked.query, "", None), &[]).choosing(Select {
        name: CONTRACT.name,
        label: said.contract,
        options,
    })
}
