//! A question in words, as an address or a command line gives it.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

use contact::{
    Channel, Duration, Instant, Network, Viewpoint,
    network::{CallbackCounts, Formula, OverflowCounts},
};
use jiff::{civil::Date, tz::TimeZone};
use scorecard::{Counting, Dim, Filters, Period, Question, ScorecardError};

use crate::query::{Parameter, Parameters, Shape};

/// Days of a period that does not say where it begins.
const DAYS: i64 = 30;

/// A question in words: nothing is checked yet. Lists take one name each, or several separated by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    /// First day or instant; 30 days before the end when absent.
    pub from: Option<String>,
    /// End, exclusive; the end of the day of `now` when absent.
    pub to: Option<String>,
    /// Zone in which dates are read; the network's when absent.
    pub zone: Option<String>,
    /// Groupings.
    pub by: Vec<String>,
    /// `15m`, `1h`, `1d`, `1w` or `1mo`.
    pub grain: Option<String>,
    /// Providers wanted; all when empty.
    pub provider: Vec<String>,
    /// Sites wanted; all when empty.
    pub site: Vec<String>,
    /// Queues wanted; all when empty.
    pub queue: Vec<String>,
    /// Channels wanted; all when empty.
    pub channel: Vec<String>,
    /// Reasons wanted; all when empty.
    pub reason: Vec<String>,
    /// The instant as of which open contacts are judged; `as_of` when that is given.
    pub now: Option<String>,
    /// Only what had been received by then.
    pub as_of: Option<String>,
    /// One service-level formula for all queues, `a` to `g`.
    pub formula: Option<String>,
    /// One service-level threshold for all queues, in seconds.
    pub threshold_s: Option<String>,
    /// `previous`: beside the period before.
    pub compare: Option<String>,
    /// `provider`: each leg for whoever got it; `brand`: each contact whole, where it came in.
    pub view: Option<String>,
    /// How overflow counts in all queues: `miss`, `neutral` or `excluded`.
    pub overflow_counts_as: Option<String>,
    /// How callbacks count in all queues: `answered_if_within`, `neutral` or `miss`.
    pub callback_counts_as: Option<String>,
}

/// The parameters of what is counted, which only scorecards and the contacts behind them have.
pub(crate) const COUNTING: [&str; 3] = ["view", "overflow_counts_as", "callback_counts_as"];

impl Ask {
    /// Every parameter, in the order of the documentation.
    pub const PARAMETERS: &'static [Parameter] = &[
        Parameter::new("from", Shape::Text, "first day or instant; 30 days before the end when absent"),
        Parameter::new("to", Shape::Text, "end, exclusive; the end of the day of `now` when absent"),
        Parameter::new(
            "zone",
            Shape::Text,
            "zone in which dates are read, such as Europe/Paris; the network's when absent",
        ),
        Parameter::new(
            "by",
            Shape::Words(&["provider", "site", "queue", "channel", "reason", "team"]),
            "one row for each",
        ),
        Parameter::new("grain", Shape::Word(&["15m", "1h", "1d", "1w", "1mo"]), "one row for each stretch of time"),
        Parameter::new("provider", Shape::List, "only these providers"),
        Parameter::new("site", Shape::List, "only these sites"),
        Parameter::new("queue", Shape::List, "only these queues"),
        Parameter::new("channel", Shape::List, "only these channels"),
        Parameter::new("reason", Shape::List, "only these reasons"),
        Parameter::new(
            "now",
            Shape::Text,
            "the instant as of which open contacts are judged; the end of a lake that no longer grows",
        ),
        Parameter::new("as_of", Shape::Text, "only what had been received by then"),
        Parameter::new(
            "formula",
            Shape::Word(&["a", "b", "c", "d", "e", "f", "g"]),
            "one service-level formula for all queues",
        ),
        Parameter::new("threshold_s", Shape::Number, "one service-level threshold for all queues, in seconds"),
        Parameter::new("compare", Shape::Word(&["previous"]), "beside the period before"),
        Parameter::new(
            "view",
            Shape::Word(&["provider", "brand"]),
            "provider, or absent: each leg for whoever got it; brand: each contact whole, where it came in, with all its waits",
        ),
        Parameter::new(
            "overflow_counts_as",
            Shape::Word(&["miss", "neutral", "excluded"]),
            "how overflow counts in all queues, instead of what each has agreed",
        ),
        Parameter::new(
            "callback_counts_as",
            Shape::Word(&["answered_if_within", "neutral", "miss"]),
            "how callbacks count in all queues, instead of what each has agreed",
        ),
    ];

    /// The parameters but those named.
    pub(crate) fn parameters_without(names: &[&str]) -> Vec<Parameter> {
        Self::PARAMETERS.iter().filter(|parameter| !names.contains(&parameter.name)).copied().collect()
    }

    /// Takes what an address says.
    pub(crate) fn take(parameters: &mut Parameters) -> Self {
        Self {
            from: parameters.one("from"),
            to: parameters.one("to"),
            zone: parameters.one("zone"),
            by: parameters.list("by"),
            grain: parameters.one("grain"),
            provider: parameters.list("provider"),
            site: parameters.list("site"),
            queue: parameters.list("queue"),
            channel: parameters.list("channel"),
            reason: parameters.list("reason"),
            now: parameters.one("now"),
            as_of: parameters.one("as_of"),
            formula: parameters.one("formula"),
            threshold_s: parameters.one("threshold_s"),
            compare: parameters.one("compare"),
            view: parameters.one("view"),
            overflow_counts_as: parameters.one("overflow_counts_as"),
            callback_counts_as: parameters.one("callback_counts_as"),
        }
    }

    /// Whether the period before is wanted too.
    ///
    /// # Errors
    /// Another word than `previous`.
    pub fn compares(&self) -> Result<bool, ScorecardError> {
        match self.compare.as_deref() {
            None => Ok(false),
            Some("previous") => Ok(true),
            Some(other) => {
                Err(wrong("compare", format!("{other:?} is nothing to compare with; give previous, or leave it out")))
            }
        }
    }

    /// The question. `now` is that of a question which does not say ([`store::Store::ask_now`]); `customers` are the
    /// pseudonyms of the customers that exclusion rules name ([`store::Store::customers`]).
    ///
    /// # Errors
    /// Names the parameter, what is wrong with it and what would be right.
    pub fn question(
        &self,
        network: &Network,
        now: Instant,
        customers: BTreeMap<String, String>,
    ) -> Result<Question, ScorecardError> {
        let zone = self.zone(network)?;
        let instant =
            |field, text: &Option<String>| text.as_deref().map(|text| instant(field, text, &zone)).transpose();
        let as_of = instant("as_of", &self.as_of)?;
        let now = instant("now", &self.now)?.or(as_of).unwrap_or(now);
        Ok(Question {
            period: self.period(now, zone)?,
            by: words(&self.by).map(str::parse::<Dim>).collect::<Result<_, _>>()?,
            grain: self.grain.as_deref().map(str::parse).transpose()?,
            filters: self.filters(network)?,
            now,
            as_of: as_of.unwrap_or(Instant::FOREVER),
            formula: self.formula.as_deref().map(formula).transpose()?,
            threshold: self.threshold_s.as_deref().map(threshold).transpose()?,
            counting: self.counting()?,
            customers,
        })
    }

    fn counting(&self) -> Result<Counting, ScorecardError> {
        Ok(Counting {
            viewpoint: word("view", self.view.as_deref(), Viewpoint::ALL)?.unwrap_or_default(),
            overflow: word("overflow_counts_as", self.overflow_counts_as.as_deref(), OverflowCounts::ALL)?,
            callback: word("callback_counts_as", self.callback_counts_as.as_deref(), CallbackCounts::ALL)?,
        })
    }

    fn zone(&self, network: &Network) -> Result<TimeZone, ScorecardError> {
        let Some(name) = &self.zone else { return Ok(network.zone.clone()) };
        let wrong = |_| wrong("zone", format!("{name:?} is no zone; give a name such as Europe/Paris or UTC"));
        TimeZone::get(name).map_err(wrong)
    }

    fn period(&self, now: Instant, zone: TimeZone) -> Result<Period, ScorecardError> {
        let beyond = |_| wrong("to", "the period goes beyond the calendar; give years 1 to 9999");
        let local = |instant: Instant| instant.to_timestamp().to_zoned(zone.clone()).date();
        let to = match &self.to {
            Some(to) => to.clone(),
            None => local(now).tomorrow().map_err(beyond)?.to_string(),
        };
        let from = if let Some(from) = &self.from {
            from.clone()
        } else {
            let last = local(instant("to", &to, &zone)?.plus_micros(-1));
            last.checked_sub(jiff::Span::new().days(DAYS - 1)).map_err(beyond)?.to_string()
        };
        Period::parse(&from, &to, zone)
    }

    fn filters(&self, network: &Network) -> Result<Filters, ScorecardError> {
        let provider = |name: &str| network.providers.contains_key(name);
        let site = |name: &str| network.sites.contains_key(name);
        let queue = |name: &str| network.queues.contains_key(name);
        let any_site = |name: &str| network.discovers_sites || site(name);
        let any_queue = |name: &str| network.knows_queue(name);
        let listed = |name: &str| network.families.contains_key(name);
        Ok(Filters {
            providers: known("provider", &self.provider, provider, provider, || names(&network.providers))?,
            sites: known("site", &self.site, site, any_site, || names(&network.sites))?,
            queues: known("queue", &self.queue, queue, any_queue, || names(&network.queues))?,
            channels: words(&self.channel).map(channel).collect::<Result<_, _>>()?,
            reasons: split(&self.reason, listed).map(str::to_owned).collect(),
        })
    }
}

fn names<N: ToString, V>(known: &BTreeMap<N, V>) -> String {
    known.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Names of the network; what is not in it would silently give nothing. Where every name is known because it would be
/// discovered, only declared ones are taken whole when they hold a comma.
fn known(
    field: &'static str,
    values: &[String],
    is_declared: impl Fn(&str) -> bool + Copy,
    is_known: impl Fn(&str) -> bool + Copy,
    all: impl Fn() -> String,
) -> Result<BTreeSet<String>, ScorecardError> {
    let stranger = split(values, is_declared).find(|name| !is_known(name));
    match stranger {
        Some(name) => Err(wrong(field, format!("{name:?} is not in the network file; use one of: {}", all()))),
        None => Ok(split(values, is_declared).map(str::to_owned).collect()),
    }
}

/// Each value as it is when it is a name with commas that is known, else its parts.
fn split<'a>(values: &'a [String], is_known: impl Fn(&str) -> bool + Copy + 'a) -> impl Iterator<Item = &'a str> {
    values.iter().flat_map(move |value| {
        let whole = value.contains(',') && is_known(value);
        let separator = if whole { '\0' } else { ',' };
        value.split(separator).map(str::trim).filter(|part| !part.is_empty())
    })
}

fn words(values: &[String]) -> impl Iterator<Item = &str> {
    split(values, |_| false)
}

fn wrong(field: &'static str, message: impl Into<String>) -> ScorecardError {
    ScorecardError::Question { field, message: message.into() }
}

/// A day or an instant; days are those of `zone`.
pub(crate) fn instant(field: &'static str, text: &str, zone: &TimeZone) -> Result<Instant, ScorecardError> {
    let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let read = match date {
        Some(date) => Instant::start_of_day(date, zone),
        None => text.parse(),
    };
    let right = "give a date such as 2026-10-01, or an instant such as 2026-10-01T00:00:00+02:00";
    read.map_err(|_| wrong(field, format!("{text:?} is neither a date nor an instant; {right}")))
}

fn formula(text: &str) -> Result<Formula, ScorecardError> {
    text.parse().map_err(|()| wrong("formula", format!("{text:?} is no formula; use a, b, c, d, e, f or g")))
}

fn threshold(text: &str) -> Result<Duration, ScorecardError> {
    let seconds = text.parse().ok().and_then(Duration::from_seconds);
    seconds.ok_or_else(|| {
        wrong("threshold_s", format!("{text:?} is no threshold; give seconds such as 20, at most 30 days"))
    })
}

/// One of the words of a list, if any is given.
fn word<T: FromStr + ToString>(
    field: &'static str,
    text: Option<&str>,
    all: &[T],
) -> Result<Option<T>, ScorecardError> {
    let Some(text) = text else { return Ok(None) };
    let words = || all.iter().map(T::to_string).collect::<Vec<_>>().join(", ");
    text.parse().map(Some).map_err(|_| wrong(field, format!("{text:?} is no {field}; use {}", words())))
}

fn channel(text: &str) -> Result<Channel, ScorecardError> {
    let all = || Channel::ALL.iter().map(|channel| channel.as_str()).collect::<Vec<_>>().join(", ");
    text.parse().map_err(|()| wrong("channel", format!("{text:?} is no channel; use {}", all())))
}
