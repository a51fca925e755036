//! A statement made again: equal, or what moved, why, from where, and which credit flips.

use std::collections::BTreeMap;

use askama::Template;
use contact::Instant;
use evaluation::State;
use jiff::tz::TimeZone;
use scorecard::Dim;
use settlement::{Changed, LateFeed, Moved, MovedFigure, MovedMoney, MovedWindow, Number, Verification};

use crate::web::{
    caption::{self, Moment},
    lang::Lang,
    words::{StatementWords, Words},
};

/// Figures that are shown: those of the fewest places first.
const SHOWN: usize = 60;

/// What making a statement again tells.
#[derive(Template)]
#[template(path = "again.html")]
pub(super) struct Again {
    said: &'static StatementWords,
    words: &'static Words,
    id: String,
    hash: String,
    as_of: Moment,
    now: Moment,
    equal: bool,
    /// In one sentence.
    summary: String,
    /// What differs: from what was known then, and from all that is known now.
    differs: Vec<Differs>,
    changed: Vec<ChangedRow>,
    late: Vec<Late>,
    json: String,
}

/// What differs.
struct Differs {
    id: &'static str,
    heading: &'static str,
    windows: Vec<WindowRow>,
    money: Vec<MoneyRow>,
    figures: Vec<FigureRow>,
    more: Option<String>,
}

/// A window of a contract.
struct WindowRow {
    contract: String,
    window: String,
    sealed: String,
    now: String,
    flips: bool,
    why: String,
}

/// A credit or a bonus.
struct MoneyRow {
    of: String,
    credit: [String; 2],
    bonus: [String; 2],
}

/// A figure.
struct FigureRow {
    row: String,
    figure: String,
    sealed: String,
    now: String,
    why: String,
    feeds: String,
}

/// What a statement was computed by, and is another now.
struct ChangedRow {
    name: String,
    sealed: String,
    now: String,
}

/// What came late from a feed.
struct Late {
    feed: String,
    places: Vec<Place>,
}

/// Where it belongs.
struct Place {
    site: String,
    queue: String,
    contacts: String,
    events: String,
    last: Moment,
}

impl Again {
    pub(super) fn new(lang: Lang, zone: &TimeZone, told: &Verification) -> Self {
        let said = lang.statement_words();
        let differs =
            |id, heading, moved: &Moved| (!moved.equal).then(|| Differs::new(lang, zone, (id, heading), moved));
        Self {
            said,
            words: lang.words(),
            id: told.id.clone(),
            hash: told.hash.clone(),
            as_of: Moment::new(lang, zone, told.as_of),
            now: Moment::new(lang, zone, told.now),
            equal: told.as_sealed.equal && told.since.equal,
            summary: lang.made_again(told),
            differs: [differs("then", said.then, &told.as_sealed), differs("since", said.since, &told.since)]
                .into_iter()
                .flatten()
                .collect(),
            changed: told.changed.iter().map(|changed| ChangedRow::new(said, changed)).collect(),
            late: told.late.iter().map(|feed| Late::new(lang, zone, feed)).collect(),
            json: format!("/v1/statements/{}/verification", crate::web::address::segment(&told.id)),
        }
    }
}

impl Differs {
    fn new(lang: Lang, zone: &TimeZone, (id, heading): (&'static str, &'static str), moved: &Moved) -> Self {
        let mut figures: Vec<&MovedFigure> = moved.figures.iter().collect();
        figures.sort_by_key(|figure| figure.key.len());
        let hidden = figures.len().saturating_sub(SHOWN);
        Self {
            id,
            heading,
            windows: moved.windows.iter().map(|window| WindowRow::new(lang, zone, window)).collect(),
            money: moved.money.iter().map(|money| MoneyRow::new(lang, money)).collect(),
            figures: figures.into_iter().take(SHOWN).map(|figure| FigureRow::new(lang, figure)).collect(),
            more: (hidden > 0).then(|| lang.more_figures(hidden)),
        }
    }
}

impl WindowRow {
    fn new(lang: Lang, zone: &TimeZone, window: &MovedWindow) -> Self {
        let state = |name: &Option<String>| match name {
            None => lang.statement_words().not_there.to_owned(),
            Some(name) => {
                let known = State::ALL.into_iter().find(|state| state.as_str() == name);
                known.map_or_else(|| name.clone(), |state| lang.window_state(state))
            }
        };
        Self {
            contract: window.contract.clone(),
            window: format!("{} · {}", window.objective, span(lang, zone, &window.window)),
            sealed: state(&window.sealed),
            now: state(&window.now),
            flips: window.flips,
            why: lang.why(&window.because),
        }
    }
}

impl MoneyRow {
    fn new(lang: Lang, money: &MovedMoney) -> Self {
        let amount = |minor: u64| lang.amount(minor, &money.currency);
        Self {
            of: format!("{} · {}", money.contract, money.objective),
            credit: [amount(money.sealed_credit), amount(money.now_credit)],
            bonus: [amount(money.sealed_bonus), amount(money.now_bonus)],
        }
    }
}

impl FigureRow {
    fn new(lang: Lang, figure: &MovedFigure) -> Self {
        Self {
            row: row(lang, &figure.key),
            figure: figure.figure.clone(),
            sealed: number(figure.sealed),
            now: number(figure.now),
            why: lang.why(&figure.because),
            feeds: figure.feeds.join(", "),
        }
    }
}

impl ChangedRow {
    fn new(said: &'static StatementWords, changed: &Changed) -> Self {
        let hash = |hash: &Option<String>| hash.clone().unwrap_or_else(|| said.not_there.to_owned());
        Self { name: changed.name.clone(), sealed: hash(&changed.sealed), now: hash(&changed.now) }
    }
}

impl Late {
    fn new(lang: Lang, zone: &TimeZone, feed: &LateFeed) -> Self {
        let place = |place: &settlement::LatePlace| Place {
            site: place.site.clone(),
            queue: place.queue.clone(),
            contacts: lang.whole(place.contacts),
            events: lang.whole(place.events),
            last: Moment::new(lang, zone, place.last_received_at),
        };
        Self { feed: format!("{} {}", feed.provider, feed.source), places: feed.places.iter().map(place).collect() }
    }
}

/// The span of a window, which its name ends with: length, first instant, end, and where its part begins.
fn span(lang: Lang, zone: &TimeZone, name: &str) -> String {
    let parts: Vec<&str> = name.rsplitn(5, '/').collect();
    let &[_, to, from, length, _] = parts.as_slice() else { return name.to_owned() };
    match (from.parse::<Instant>(), to.parse::<Instant>()) {
        (Ok(from), Ok(to)) => format!("{} ({length})", caption::stretch(lang, zone, [from, to])),
        _ => name.to_owned(),
    }
}

/// The names of a row; the network has none.
fn row(lang: Lang, key: &BTreeMap<Dim, Option<String>>) -> String {
    let names: Vec<&str> = key.values().filter_map(Option::as_deref).collect();
    if names.is_empty() { lang.statement_words().network.to_owned() } else { names.join(" · ") }
}

/// A number as it is: what moved in its last digit must be seen.
fn number(number: Number) -> String {
    let exact = |value: f64| format!("{value:.4}").trim_end_matches('0').trim_end_matches('.').to_owned();
    number.value.map_or_else(|| "–".to_owned(), exact)
}
