//! Contracts and breaches: what was promised, how the windows stand, what they cost, and which were missed.

mod breaches;
mod card;
mod money;
mod promises;
mod shown;
mod state;
mod timeline;
mod told;

use std::sync::Arc;

use askama::Template;
use contact::{Figure, Month};
use evaluation::{Evaluation, Wanted};
use jiff::{ToSpan, civil::Date};
use scorecard::{Period, Question};

use self::{breaches::Breaches, shown::Shown as Contract};
use super::{
    address::{self, Address},
    caption::Caption,
    frame::{Choice, Form, Frame, Input, Select},
    lang::Lang,
    page::{Page, Reader, Shown},
    words::ContractWords,
};
use crate::{
    Api, ApiError, Ask,
    contracts::{AS_OF, Asked, INVOICE, NOW, PROVIDER, Standing},
    ground::Ground,
    query::{Parameter, Parameters, Shape as Takes},
};

/// Months that the form offers.
const MONTHS: u32 = 12;

/// The value of `period` for the present, which is that of a page that does not say.
const PRESENT: &str = "now";

const CONTRACT: Parameter = Parameter::new("contract", Takes::Text, "only the contract of this name");
const PERIOD: Parameter = Parameter::new(
    "period",
    Takes::Text,
    "a month such as 2026-10, a day or days: the windows that end in it; now, or absent: those in which now lies",
);

/// Which contracts, in which period.
pub(super) struct Contracts {
    contract: Option<String>,
    period: Option<String>,
    asked: Asked,
}

impl Page for Contracts {
    const PATH: &'static str = "/contracts";
    const BY: &'static str = "";

    fn parameters() -> Vec<Parameter> {
        vec![CONTRACT, PERIOD, PROVIDER, INVOICE, NOW, AS_OF]
    }

    fn take(given: &mut Parameters) -> Result<Self, ApiError> {
        Ok(Self {
            contract: given.one(CONTRACT.name),
            period: given.one(PERIOD.name).filter(|period| period != PRESENT),
            asked: Asked::new(given.list(PROVIDER.name), given.one(INVOICE.name)),
        })
    }

    /// A page of contracts has no period that a scorecard could have. So it is never over, and has no tag: what is filed
    /// later may say something else of any window.
    fn period(_: &Ask, _: &Question) -> Result<Option<Period>, ApiError> {
        Ok(None)
    }

    async fn show(self, api: &Api, ground: &Ground, reader: &Reader<'_>) -> Result<Shown, ApiError> {
        let today = ground.today(api);
        let wanted = self.period.as_deref().map_or(Ok(Wanted::Current), Wanted::parse)?;
        let name = self.contract.as_deref();
        let is_present = wanted == Wanted::Current && name.is_none() && self.asked.is_plain() && !ground.fixed;
        let stood = is_present.then(|| api.stood(ground)).flatten();
        let is_kept = stood.is_some();
        let standing = match stood {
            Some(stood) => stood,
            None => Arc::new(self.asked.standing(api, ground, name, wanted).await?),
        };
        let names = api.store().filed_contracts(ground.question.as_of)?;
        let names: Vec<&str> = names.iter().filter_map(evaluation::Filed::name).collect();
        let form = self.form(reader, &names, Month::of(today));
        let no_figures: [&Figure; 0] = [];
        let given = Given { form, has_invoice: self.asked.invoice.is_some(), is_kept };
        Shown::new(&Shape::new(reader, given, &standing)?, no_figures)
    }
}

impl Contracts {
    fn form(&self, reader: &Reader<'_>, names: &[&str], this: Month) -> Form {
        let Reader { lang, address, .. } = *reader;
        let said = lang.contract_words();
        let option = |value: &str, name: String, chosen: Option<&str>| Choice {
            value: value.to_owned(),
            name,
            is_chosen: chosen == Some(value),
        };
        let contract = self.contract.as_deref();
        let every = option("", said.every.to_owned(), contract);
        let names = names.iter().map(|name| option(name, (*name).to_owned(), contract));
        let period = self.period.as_deref().unwrap_or(PRESENT);
        let months = (0..MONTHS).filter_map(|back| this.first().checked_sub(i64::from(back).months()).ok());
        let months: Vec<String> = months.map(|first| Month::of(first).to_string()).collect();
        let another = (period != PRESENT && !months.iter().any(|month| month == period)).then(|| period.to_owned());
        let periods =
            another.into_iter().chain(months).map(|value| option(&value, in_words(lang, &value), Some(period)));
        let periods = [option(PRESENT, said.now.to_owned(), Some(period))].into_iter().chain(periods).collect();
        Form::new(lang, Self::PATH, address, &[])
            .asking(Input {
                name: INVOICE.name,
                label: said.invoice,
                kind: "text",
                value: self.asked.invoice.clone().unwrap_or_default(),
                is_required: false,
            })
            .choosing(Select {
                name: CONTRACT.name,
                label: said.contract,
                options: [every].into_iter().chain(names).collect(),
            })
            .choosing(Select { name: PERIOD.name, label: said.period, options: periods })
    }
}

/// A period as its reader says it: a month by its name, anything else as it was given.
fn in_words(lang: Lang, period: &str) -> String {
    period.parse::<Month>().map_or_else(|_| period.to_owned(), |month| lang.month(month.first()))
}

/// What was given to the page beside its question.
struct Given {
    form: Form,
    has_invoice: bool,
    /// It was evaluated a moment ago.
    is_kept: bool,
}

/// What the template shows.
#[derive(Template)]
#[template(path = "contracts.html")]
struct Shape {
    frame: Frame,
    form: Form,
    /// The ways to what is done at the table: their addresses and names.
    reconcile: (String, &'static str),
    statements: (String, &'static str),
    said: &'static ContractWords,
    caption: Caption,
    /// It was evaluated a moment ago.
    is_kept: bool,
    contracts: Vec<Contract>,
    breaches: Breaches,
    json: String,
    csv: String,
}

impl Shape {
    fn new(reader: &Reader<'_>, given: Given, answers: &Standing) -> Result<Self, ApiError> {
        let Given { form, has_invoice, is_kept } = given;
        let Reader { lang, zone, address, .. } = *reader;
        let Evaluation { now, as_of, provenance, .. } = &answers.all;
        let title = lang.words().contracts.to_owned();
        let mut contracts = Vec::new();
        for (position, contract) in answers.all.contracts.iter().enumerate() {
            let now_of =
                |current: &'_ Evaluation| current.contracts.iter().position(|other| other.name == contract.name);
            let current = answers.current.as_ref().and_then(|current| current.contracts.get(now_of(current)?));
            let about = shown::About { position, wanted: answers.wanted, now: *now, has_invoice };
            contracts.push(Contract::new(reader, &about, contract, current)?);
        }
        let days = [("from", answers.breaches.from.as_str()), ("to", answers.breaches.to.as_str())];
        let breaches = |format: Option<&'static str>| {
            let format = format.map(|format| ("format", format));
            let same = address.given(&["provider", "now", "as_of"]);
            address::with("/v1/breaches", days.into_iter().chain(same).chain(format))
        };
        Ok(Self {
            frame: Frame::new(lang, reader.brand, Some(Contracts::PATH)),
            form,
            reconcile: (address::page(super::reconcile::PATH, lang), lang.statement_words().reconcile),
            statements: (address::page(super::statements::PATH, lang), lang.statement_words().title),
            said: lang.contract_words(),
            caption: Caption::judged(lang, zone, title, (*now, *as_of), &provenance.lake),
            is_kept,
            contracts,
            breaches: Breaches::new(lang, zone, &answers.breaches),
            json: breaches(None),
            csv: breaches(Some("csv")),
        })
    }
}

/// The address of a contract under the API: in the present, or in a period.
fn address_of(address: &Address, name: &str, wanted: Wanted, format: Option<&'static str>) -> String {
    let day = |date: Date| date.to_string();
    let period = match wanted {
        Wanted::Current => None,
        Wanted::Month(month) => Some(month.to_string()),
        Wanted::Days(first, last) if first == last => Some(day(first)),
        Wanted::Days(first, last) => Some(format!("{}/{}", day(first), day(last))),
    };
    let name = address::segment(name);
    let format = format.map(|format| ("format", format));
    match period {
        None => address::with(&format!("/v1/contracts/{name}"), address.given(&["now", "as_of"]).chain(format)),
        Some(period) => {
            let path = format!("/v1/contracts/{name}/periods/{}", address::segment(&period));
            address::with(&path, address.given(&["invoice", "now", "as_of"]).chain(format))
        }
    }
}
