//! A declared file to begin with: the lines of a month, to be filled in, or filled with our own figures.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use contact::{Figure, Month, Network};
use scorecard::Dim;

use super::finished;
use crate::{
    Api, ApiError, Ask,
    format::csv,
    ground::Ground,
    query::{Parameter, Parameters, Shape},
    web::{
        lang::{LANG, Lang},
        page::{filled, told},
    },
};

/// Where the file is.
pub(in crate::web) const PATH: &str = "/reconcile/declared.csv";

const PROVIDER: Parameter = Parameter::new("provider", Shape::Text, "whose lines; everybody’s when absent");
const PERIOD: Parameter = Parameter::new("period", Shape::Text, "the month; the last one that is over when absent");
const FIGURES: Parameter = Parameter::new(
    "figures",
    Shape::Word(&["none", "ours"]),
    "ours: filled with our own figures; none, or absent: empty",
);

/// One of the numbers of a figure.
type Number = fn(&Figure) -> Option<f64>;

/// The columns, and of each what our own figures say: the figure, and which of its numbers.
const COUNTS: [(&str, &str, Number); 5] = [
    ("offered", "offered", |figure| figure.value),
    ("answered", "answered", |figure| figure.value),
    ("abandoned", "abandoned", |figure| figure.value),
    ("in_time", "service_level", |figure| figure.numerator),
    ("promised", "service_level", |figure| figure.denominator),
];

/// Columns that are left empty: what the provider may say beside.
const EMPTY: [&str; 9] = [
    "service_level",
    "formula",
    "threshold_s",
    "short_abandon_s",
    "short_abandons",
    "site_of",
    "day_of",
    "zone",
    "counts",
];

/// `GET /reconcile/declared.csv`.
pub(in crate::web) async fn get(
    State(api): State<Arc<Api>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let lang = Lang::of(query.as_deref(), &headers);
    let made = made(&api, lang, filled(query)).await;
    told(&api, lang, made)
}

async fn made(api: &Arc<Api>, lang: Lang, query: Option<String>) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), &[PROVIDER, PERIOD, FIGURES, LANG])?;
    Lang::check(&mut given)?;
    let network = api.network();
    let month = month(api, given.one(PERIOD.name))?;
    let providers = providers(network, given.one(PROVIDER.name))?;
    let ours = match given.one(FIGURES.name).as_deref() {
        None | Some("none") => BTreeMap::new(),
        Some("ours") => ours(api, month, &providers).await?,
        Some(other) => return Err(ApiError::bad(FIGURES.name, format!("{other:?} is neither; give none or ours"))),
    };
    let mut rows = Vec::new();
    for provider in &providers {
        let is_own = |site: &&contact::network::Site| site.provider.as_str() == provider.as_str();
        let sites = network.sites.iter().filter(|(_, versions)| versions.iter().any(|site| is_own(&site)));
        let places = [String::new()].into_iter().chain(sites.map(|(name, _)| name.to_string()));
        for site in places {
            let counts = ours.get(&(provider.clone(), site.clone())).cloned().unwrap_or_default();
            // A line that says nothing would be a mistake where others are filled in.
            if !ours.is_empty() && counts.first().is_none_or(String::is_empty) {
                continue;
            }
            rows.push(row(provider, &site, month, &counts));
        }
    }
    Ok(csv(text(lang, &rows), &format!("declared-{month}.csv")))
}

/// A spreadsheet in French parts cells by semicolons; the mark at the beginning tells it that names are in UTF-8.
fn text(lang: Lang, rows: &[Vec<String>]) -> String {
    let separator = match lang {
        Lang::English => b',',
        Lang::French => b';',
    };
    let mut writer = ::csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    let counts = COUNTS.iter().map(|(column, ..)| *column);
    let header: Vec<&str> = ["provider", "site", "period"].into_iter().chain(counts).chain(EMPTY).collect();
    let written = writer.write_record(&header).and_then(|()| rows.iter().try_for_each(|row| writer.write_record(row)));
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    format!("\u{feff}{}", String::from_utf8_lossy(&bytes))
}

fn row(provider: &str, site: &str, month: Month, counts: &[String]) -> Vec<String> {
    let counts = (0..COUNTS.len()).map(|place| counts.get(place).cloned().unwrap_or_default());
    let empty = EMPTY.iter().map(|_| String::new());
    [provider.to_owned(), site.to_owned(), month.to_string()].into_iter().chain(counts).chain(empty).collect()
}

fn month(api: &Api, given: Option<String>) -> Result<Month, ApiError> {
    if let Some(text) = given {
        let wrong = |_| ApiError::bad(PERIOD.name, format!("{text:?} is no month; give one such as 2026-10"));
        return text.parse().map_err(wrong);
    }
    let last = finished(api.store().clock(), &api.network().zone).next();
    last.ok_or_else(|| ApiError::bad(PERIOD.name, "no month is over; give one such as 2026-10"))
}

/// The provider that is named, or all of them.
fn providers(network: &Network, given: Option<String>) -> Result<Vec<String>, ApiError> {
    let all: Vec<String> = network.providers.keys().map(ToString::to_string).collect();
    match given {
        None => Ok(all),
        Some(name) if all.contains(&name) => Ok(vec![name]),
        Some(name) => {
            let right = format!("{name:?} is not in the network file; use one of: {}", all.join(", "));
            Err(ApiError::bad(PROVIDER.name, right))
        }
    }
}

/// Our own counts by provider and site; of all its sites under none.
async fn ours(
    api: &Arc<Api>,
    month: Month,
    providers: &[String],
) -> Result<BTreeMap<(String, String), Vec<String>>, ApiError> {
    let end = month.plus(1).ok_or_else(|| ApiError::bad(PERIOD.name, "the month is beyond the calendar"))?;
    let ask = |by: &[&str]| Ask {
        from: Some(month.first().to_string()),
        to: Some(end.first().to_string()),
        by: by.iter().map(|dim| (*dim).to_owned()).collect(),
        provider: providers.to_vec(),
        ..Ask::default()
    };
    let asked = [ask(&["provider"]), ask(&["provider", "site"])];
    let asking = Arc::clone(api);
    api.ask(async move {
        let mut found = BTreeMap::new();
        for ask in asked {
            let ground = Ground::of(&asking, &ask).await?;
            let answer = ground.answer(&asking, &ground.question).await?;
            for row in &answer.rows {
                let name = |dim: Dim| row.key.get(&dim).cloned().flatten().unwrap_or_default();
                let count = |(_, id, of): &(&str, &str, Number)| {
                    let count = row.figures.get(*id).and_then(of);
                    count.map(|count| format!("{count:.0}")).unwrap_or_default()
                };
                found.insert((name(Dim::Provider), name(Dim::Site)), COUNTS.iter().map(count).collect());
            }
        }
        Ok(found)
    })
    .await
}
