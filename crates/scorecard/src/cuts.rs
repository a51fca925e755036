//! Dated events of the network file that cut a series: what lies before and after one is not the same thing, so a row
//! that spans it says so.

use std::collections::{BTreeMap, BTreeSet};

use contact::{
    Instant, Network,
    network::{Cut, CutKind},
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{AnswerRow, Dim, Filters, Period, Question};

/// A dated event of the network file that a row of the answer spans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeriesCut {
    /// What happened, in the network file's words.
    pub name: String,
    /// When.
    #[schemars(with = "String")]
    pub at: Instant,
    /// What kind of thing it was.
    pub kind: CutKind,
    /// The site it concerns; all when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
}

/// Marks every row with the events that fall into its stretch of time, or between the start of the stretch it is
/// compared with, in `compared` row by row, and its own end; gives those events.
pub(crate) fn mark(
    rows: &mut [AnswerRow],
    network: &Network,
    question: &Question,
    compared: &[Option<Instant>],
) -> Vec<SeriesCut> {
    let mut told: Vec<SeriesCut> = Vec::new();
    for (row, since) in rows.iter_mut().zip(compared) {
        let (after, end) = span(row, &question.period, *since);
        let is_spanned = |cut: &&Cut| after < cut.at && cut.at < end;
        let concerning = network.cuts.iter().filter(is_spanned);
        let cuts: Vec<SeriesCut> =
            concerning.filter(|cut| concerns(cut, &row.key, &question.filters, network)).map(SeriesCut::of).collect();
        row.cuts = cuts.iter().map(|cut| cut.name.clone()).collect();
        told.extend(cuts);
    }
    told.sort_by(|one, other| (one.at, &one.name, &one.site).cmp(&(other.at, &other.name, &other.site)));
    told.dedup();
    told
}

impl SeriesCut {
    fn of(cut: &Cut) -> Self {
        let site = cut.site.as_ref().map(ToString::to_string);
        Self { name: cut.name.clone(), at: cut.at, kind: cut.kind, site }
    }
}

/// The bounds, both exclusive, between which an event cuts what a row shows. An event at the start of a stretch cuts it
/// from the one before, but the first stretch from nothing.
fn span(row: &AnswerRow, period: &Period, compared: Option<Instant>) -> (Instant, Instant) {
    let own = row.bucket.map_or(period.from, |bucket| bucket.from);
    let end = row.bucket.map_or(period.to, |bucket| bucket.to);
    let after = compared.unwrap_or(if own > period.from { own.plus_micros(-1) } else { own });
    (after, end)
}

fn concerns(cut: &Cut, key: &BTreeMap<Dim, Option<String>>, filters: &Filters, network: &Network) -> bool {
    let Some(site) = &cut.site else { return true };
    let provider = network
        .sites
        .get(site.as_str())
        .and_then(|versions| versions.iter().rev().find(|version| version.from.is_none_or(|from| from <= cut.at)));
    let provider = provider.map(|site| site.provider.to_string());
    let is_asked = |names: &BTreeSet<String>, name: &str| names.is_empty() || names.contains(name);
    let is_of = |dim: Dim, name: Option<&str>| key.get(&dim).is_none_or(|stated| stated.as_deref() == name);
    is_asked(&filters.sites, site.as_str())
        && provider.as_deref().is_none_or(|provider| is_asked(&filters.providers, provider))
        && is_of(Dim::Site, Some(site.as_str()))
        && is_of(Dim::Provider, provider.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bucket;
    use jiff::tz::TimeZone;

    const NETWORK: &str = "
brand: b
zone: Europe/Paris
providers: [{name: north}, {name: south}]
sites: [{name: lille, provider: north}, {name: tunis, provider: south}]
events:
  - {name: new refund rule, date: 2026-10-05, kind: policy}
  - {name: moved house, date: 2026-09-10, kind: move, site: lille}
";

    fn network() -> Network {
        Network::parse(NETWORK).expect("a network")
    }

    fn period(from: &str, to: &str) -> Period {
        Period::parse(from, to, TimeZone::get("Europe/Paris").expect("zone")).expect("a period")
    }

    fn question(from: &str, to: &str) -> Question {
        Question {
            period: period(from, to),
            by: BTreeSet::from([Dim::Site]),
            grain: None,
            filters: Filters::default(),
            now: Instant::FOREVER,
            as_of: Instant::FOREVER,
            formula: None,
            threshold: None,
            counting: crate::Counting::default(),
            customers: BTreeMap::new(),
        }
    }

    fn row(site: &str, bucket: Option<Bucket>) -> AnswerRow {
        let key = BTreeMap::from([(Dim::Site, Some(site.to_owned()))]);
        AnswerRow { key, bucket, figures: BTreeMap::new(), previous: None, cuts: Vec::new() }
    }

    #[test]
    fn a_comparison_over_an_event_is_marked_at_the_site_it_concerns() {
        let question = question("2026-10-01", "2026-10-04");
        let since = Some(period("2026-09-01", "2026-10-01").from);
        let mut rows = [row("lille", None), row("tunis", None)];
        let told = mark(&mut rows, &network(), &question, &[since, since]);
        assert_eq!(rows.map(|row| row.cuts), [vec!["moved house".to_owned()], vec![]]);
        assert_eq!(told.len(), 1);
    }

    #[test]
    fn of_a_series_the_stretch_that_begins_anew_is_marked() {
        let days = period("2026-10-04", "2026-10-07");
        let stretches = crate::buckets::buckets(&days, Some(crate::Grain::Day)).expect("three days");
        let mut rows: Vec<AnswerRow> = stretches.into_iter().map(|bucket| row("lille", Some(bucket))).collect();
        mark(&mut rows, &network(), &question("2026-10-04", "2026-10-07"), &[None; 3]);
        assert_eq!(rows.iter().map(|row| row.cuts.len()).collect::<Vec<_>>(), [0, 1, 0]);
    }

    #[test]
    fn what_happened_at_the_very_start_cuts_nothing() {
        let mut rows = [row("lille", None)];
        assert_eq!(mark(&mut rows, &network(), &question("2026-10-05", "2026-10-07"), &[None]), []);
        let told = mark(&mut rows, &network(), &question("2026-10-04", "2026-10-07"), &[None]);
        assert_eq!(told[0].name, "new refund rule");
        assert_eq!(told[0].kind, CutKind::Policy);
    }
}
