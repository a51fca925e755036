//! One row of a declared file.

use contact::{Month, Network, ProviderId, network::Standing};
use engine::Title;
use jiff::{civil::Date, tz::TimeZone};

use super::{DeclaredRow, DeclaredShare, read::Cells, said};
use crate::reconcile::{Counts, DayOf, LeftOut, Measure, SiteOf, Stated, Term};

/// Reads a row; `None` when it has a mistake, which is noted.
pub(super) fn read(cells: &mut Cells<'_>, network: &Network) -> Option<DeclaredRow> {
    let before = cells.mistakes.len();
    let provider = provider(cells, network);
    let site = site(cells, network, provider.as_deref());
    let queue = queue(cells, network);
    let days = days(cells);
    let counts = counts(cells);
    let level = cells.read("service_level", DeclaredShare::parse);
    let stated = stated(cells);
    if cells.mistakes.len() == before && counts.is_empty() && level.is_none() {
        cells.wrong(None, said::row_says_nothing());
    }
    let (from, to) = days?;
    let line = cells.line;
    let row = DeclaredRow { line, provider: provider?, site, queue, from, to, counts, level, stated };
    (cells.mistakes.len() == before).then_some(row)
}

/// The provider, which must be known.
pub(super) fn provider(cells: &mut Cells<'_>, network: &Network) -> Option<String> {
    if cells.get("provider").is_none() {
        cells.wrong(Some("provider"), said::no_provider());
    }
    cells.read("provider", |name| {
        let known = network.providers.contains_key(name).then(|| name.to_owned());
        known.ok_or_else(|| said::unknown(name, &list(network.providers.keys())))
    })
}

/// The site, which must be the provider's.
pub(super) fn site(cells: &mut Cells<'_>, network: &Network, provider: Option<&str>) -> Option<String> {
    let provider = provider.and_then(|name| ProviderId::new(name).ok())?;
    let own = || {
        let mine = |versions: &&Vec<contact::network::Site>| versions.iter().any(|site| site.provider == provider);
        list(network.sites.iter().filter(|(_, versions)| mine(versions)).map(|(name, _)| name))
    };
    cells.read("site", |name| match network.site_standing(name, &provider) {
        Standing::Own => Ok(name.to_owned()),
        Standing::Foreign => Err(said::foreign_site(name, provider.as_str(), &own())),
        Standing::Unknown => Err(said::unknown_site(name, provider.as_str(), &own())),
    })
}

/// The queue, which must be known.
pub(super) fn queue(cells: &mut Cells<'_>, network: &Network) -> Option<String> {
    cells.read("queue", |name| {
        let known = network.knows_queue(name).then(|| name.to_owned());
        known.ok_or_else(|| said::unknown(name, &list(network.queues.keys())))
    })
}

fn list(names: impl Iterator<Item = impl ToString>) -> String {
    names.map(|name| name.to_string()).collect::<Vec<_>>().join(", ")
}

fn days(cells: &mut Cells<'_>) -> Option<(Date, Date)> {
    let given = ["day", "period", "from", "to"].map(|column| cells.get(column).is_some());
    match given {
        [true, false, false, false] => {
            let first = cells.read("day", date)?;
            Some((first, first.tomorrow().ok()?))
        }
        [false, true, false, false] => {
            let month: Month = cells.read("period", |text| text.parse().map_err(|_| said::no_month(text)))?;
            Some((month.first(), month.plus(1)?.first()))
        }
        [false, false, true, true] => {
            let (from, to) = (cells.read("from", date), cells.read("to", date));
            let (from, to) = (from?, to?);
            if from >= to {
                cells.wrong(Some("to"), said::backwards(from, to));
                return None;
            }
            Some((from, to))
        }
        _ => {
            cells.wrong(None, said::days_in_one_way());
            None
        }
    }
}

fn date(text: &str) -> Result<Date, Title> {
    let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    date.ok_or_else(|| said::no_day(text))
}

fn counts(cells: &mut Cells<'_>) -> Counts {
    let mut counts = Counts::default();
    for measure in Measure::ALL {
        let count = cells.read(measure.as_str(), |text| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let count = text.parse::<i64>().ok().filter(|count| digits && *count <= 1_000_000_000);
            count.ok_or_else(|| said::no_count(text))
        });
        counts.set(measure, count);
    }
    if let (Some(some), Some(all)) = (counts.get(Measure::InTime), counts.get(Measure::Promised))
        && some > all
    {
        cells.wrong(Some("in_time"), said::more_than_promised(some, all));
    }
    counts
}

fn stated(cells: &mut Cells<'_>) -> Stated {
    Stated {
        formula: cells
            .read("formula", |text| own_or(text, |letter| letter.parse().map_err(|()| said::no_formula(text)))),
        threshold_us: cells.read("threshold_s", |text| own_or(text, seconds)),
        short_us: cells.read("short_abandon_s", |text| own_or(text, seconds)),
        drops_short: cells.read("short_abandons", |text| match text {
            "counted" => Ok(false),
            "dropped" => Ok(true),
            _ => Err(said::no_rule_for_short(text)),
        }),
        site_of: cells.read("site_of", |text| word(text, &SiteOf::ALL, SiteOf::as_str)),
        day_of: cells.read("day_of", |text| word(text, &DayOf::ALL, DayOf::as_str)),
        zone: cells.read("zone", |text| match TimeZone::get(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(_) => Err(said::no_zone(text)),
        }),
        counts: cells.read("counts", left_out),
    }
}

fn own_or<T>(text: &str, parse: impl FnOnce(&str) -> Result<T, Title>) -> Result<Term<T>, Title> {
    if text == "own" { Ok(Term::Own) } else { parse(text).map(Term::Given) }
}

pub(super) fn seconds(text: &str) -> Result<i64, Title> {
    let value = text.replace(',', ".").parse::<f64>().ok().and_then(contact::Duration::from_seconds);
    let value = value.filter(|_| text.starts_with(|first: char| first.is_ascii_digit()));
    value.map(contact::Duration::as_micros).ok_or_else(|| said::no_seconds(text))
}

fn word<T: Copy>(text: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, Title> {
    let words = || all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ");
    all.iter().copied().find(|one| name(*one) == text).ok_or_else(|| said::no_rule(text, &words()))
}

fn left_out(text: &str) -> Result<LeftOut, Title> {
    let mut counted = LeftOut::default();
    if text == "none" {
        return Ok(counted);
    }
    for word in text.split_whitespace() {
        match word {
            "cancelled" => counted.cancelled = true,
            "rules" => counted.ruled = true,
            "closed" => counted.closed = true,
            _ => return Err(said::not_left_out(word)),
        }
    }
    Ok(counted)
}
