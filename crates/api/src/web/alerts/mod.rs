//! Alerts: what fires, what would still save it, who takes it on, what fired before, and what could not be told.
//!
//! They are asked of the desk alone, so that the page answers while questions about figures wait.

mod letters;
mod post;
mod shown;

use std::sync::Arc;

use alert::{AlertFilter, DeadLetter, Kind, Numbered};
use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use store::AlertDesk;

use self::{
    letters::Letters,
    shown::{About, Past, Pending, Shown},
};
use super::{
    address::{self, Address},
    frame::{Choice, Form, Frame, Input, Select},
    lang::{LANG, Lang},
    page::{filled, rendered, told},
    words::AlertWords,
};
use crate::{
    Api, ApiError,
    alerts::{AlertsAnswer, LABELS, PARAMETERS, filter},
    query::{Parameter, Parameters},
};

pub(super) use post::{acknowledge, annotate, send_again};

/// Where the page is.
pub(super) const PATH: &str = "/alerts";

/// Alerts that fire, and messages that were given up, at most.
const SHOWN: usize = 50;

/// Alerts of a page of the history.
const LISTED: usize = 25;

/// Its parameters: those of the API but what the page decides for itself.
pub(super) fn parameters() -> Vec<Parameter> {
    let own = ["state", "limit"];
    let all = PARAMETERS.iter().filter(|parameter| !own.contains(&parameter.name)).copied();
    all.chain([LANG]).collect()
}

/// `GET /alerts`.
pub(super) async fn get(State(api): State<Arc<Api>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let lang = Lang::of(query.as_deref(), &headers);
    let shown = shown(&api, lang, filled(query).as_deref()).await;
    told(&api, lang, shown)
}

async fn shown(api: &Arc<Api>, lang: Lang, query: Option<&str>) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query, &parameters())?;
    Lang::check(&mut given)?;
    let asked = Asked::new(query);
    let filter = filter(&mut given, api)?;
    let known = match api.alerting() {
        Ok(_) => Some(api.at_desk(move |desk| Known::of(desk, &filter)).await?),
        Err(_) => None,
    };
    rendered(&Shape::new(api, lang, &asked, known))
}

/// An alert with its changes.
type Story = (alert::Alert, Vec<Numbered>);

/// What the desk says.
struct Known {
    firing: Vec<Story>,
    /// There are more that fire.
    more: bool,
    past: AlertsAnswer,
    /// The changes of the alerts of the past, in their order.
    changes: Vec<Vec<Numbered>>,
    letters: Vec<DeadLetter>,
}

impl Known {
    fn of(desk: &AlertDesk, filter: &AlertFilter) -> Result<Self, alert::AlertError> {
        let now = AlertFilter { firing: true, from: None, to: None, after: None, ..filter.clone() };
        let mut firing = desk.alerts(&now, rows(SHOWN + 1))?;
        let more = firing.len() > SHOWN;
        firing.truncate(SHOWN);
        let past = AlertsAnswer::page(desk.alerts(filter, rows(LISTED + 1))?, desk.pending()?, LISTED);
        let changes = past.alerts.iter().map(|alert| Ok(desk.alert(&alert.id)?.1));
        Ok(Self {
            firing: firing.iter().map(|alert| desk.alert(&alert.id)).collect::<Result<_, _>>()?,
            more,
            changes: changes.collect::<Result<_, alert::AlertError>>()?,
            past,
            letters: desk.dead_letters(rows(SHOWN))?,
        })
    }
}

fn rows(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// What the address says, to be said again.
struct Asked {
    given: Vec<(String, String)>,
    address: Address,
}

impl Asked {
    fn new(query: Option<&str>) -> Self {
        let given = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned();
        Self { given: given.collect(), address: Address::of(query, "", None) }
    }

    fn one(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// What was given for these parameters.
    fn pairs<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let given = self.given.iter().filter(|(name, _)| names.contains(&name.as_str()));
        given.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Which alerts are asked for, whenever they fired.
    fn which(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs(&["kind", "rule"]).chain(self.pairs(&LABELS))
    }

    fn form(&self, lang: Lang) -> Form {
        let (words, said) = (lang.words(), lang.alert_words());
        let chosen = self.one("kind").unwrap_or_default();
        let every = Choice { value: String::new(), name: said.every_kind.to_owned(), is_chosen: chosen.is_empty() };
        let kinds = [Kind::Breach, Kind::Data, Kind::Delivery].map(|kind| Choice {
            value: kind.as_str().to_owned(),
            name: lang.kind(kind).to_owned(),
            is_chosen: chosen == kind.as_str(),
        });
        let mut address = self.address.clone();
        // Another question begins with its first page.
        address.kept.retain(|(name, _)| name != "cursor");
        Form::new(lang, PATH, &address, &[])
            .asking(Input::open_bound("from", words.from, self.one("from")))
            .asking(Input::open_bound("to", words.to, self.one("to")))
            .choosing(Select { name: "kind", label: said.kind, options: [every].into_iter().chain(kinds).collect() })
    }
}

/// What the template shows.
#[derive(Template)]
#[template(path = "alerts.html")]
struct Shape {
    frame: Frame,
    form: Form,
    said: &'static AlertWords,
    /// A desk is kept.
    has_desk: bool,
    /// What is to be said where nothing fires.
    nothing: Vec<&'static str>,
    /// There is a history to be shown: something has fired, or it was asked for.
    has_history: bool,
    firing: Vec<Shown>,
    more: bool,
    pending: Vec<Pending>,
    past: Vec<Past>,
    older: Option<String>,
    letters: Letters,
    json: [String; 3],
}

impl Shape {
    fn new(api: &Api, lang: Lang, asked: &Asked, known: Option<Known>) -> Self {
        let network = api.network();
        let language = (LANG.name, lang.code());
        let times = ["from", "to"];
        let same = asked.which().chain(asked.pairs(&["from", "to", "cursor"]));
        let here = address::with("", same.chain([language]));
        let about = About { lang, zone: &network.zone, here: &here };
        let (said, has_desk) = (lang.alert_words(), known.is_some());
        let known = known.unwrap_or_else(Known::none);
        let is_filtered = asked.given.iter().any(|(name, _)| name != LANG.name);
        let has_history = is_filtered || !known.past.alerts.is_empty();
        let past = known.past.alerts.iter().zip(&known.changes);
        let older = known.past.next.as_deref().map(|next| {
            let pairs = asked.which().chain(asked.pairs(&times)).chain([("cursor", next), language]);
            address::with(PATH, pairs)
        });
        let listed = LISTED.to_string();
        let history = asked.which().chain(asked.pairs(&["from", "to", "cursor"])).chain([("limit", listed.as_str())]);
        let kept = SHOWN.to_string();
        let firing = [("state", "firing"), ("limit", kept.as_str())];
        Self {
            frame: Frame::new(lang, &network.brand, Some(PATH)),
            form: asked.form(lang),
            said,
            has_desk,
            nothing: nothing(said, known.firing.is_empty(), has_history),
            has_history,
            firing: known.firing.iter().map(|(alert, changes)| Shown::new(&about, alert, changes)).collect(),
            more: known.more,
            pending: known.past.pending.iter().map(|pending| Pending::new(&about, pending)).collect(),
            past: past.map(|(alert, changes)| Past::new(&about, alert, changes)).collect(),
            older,
            letters: Letters::new(&about, &known.letters),
            json: [
                address::with("/v1/alerts", firing.into_iter().chain(asked.which())),
                address::with("/v1/alerts", history),
                address::with("/v1/dead-letters", [("limit", kept.as_str())]),
            ],
        }
    }
}

/// What is to be said where nothing fires: how to get alerts, too, where none ever fired.
fn nothing(said: &AlertWords, is_quiet: bool, has_history: bool) -> Vec<&'static str> {
    match (is_quiet, has_history) {
        (false, _) => Vec::new(),
        (true, true) => vec![said.nothing_fires],
        (true, false) => vec![said.nothing_fires, said.never, said.how],
    }
}

impl Known {
    /// What is known without a desk.
    fn none() -> Self {
        let past = AlertsAnswer { alerts: Vec::new(), pending: Vec::new(), next: None };
        Self { firing: Vec::new(), more: false, past, changes: Vec::new(), letters: Vec::new() }
    }
}
