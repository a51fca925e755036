//! Coverage gaps: hours that are promised, and at which nobody works.
//!
//! A promise is in its own zone, and so is a shift: 8 to 18 in Paris is 10 to 20 in Antananarivo in winter, 9 to 19 in
//! summer, and a shift that covers the one misses an hour of the other. The network file does not say which sites serve
//! a queue; so every promise calendar is held against every site that names a shift, and against all of them together.

mod daily;

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Network, OpenSpan, Site,
    calendar::{Calendar, difference, intersection, union},
};
use crate::{Instant, Month, QueueId, SiteId};

pub use daily::{Daily, SiteTime};
use daily::{Piece, pieces};

/// A promise calendar beside the shift of a site.
#[derive(Debug, Clone, Serialize)]
pub struct Coverage {
    /// The promise calendar.
    pub promise: String,
    /// Its zone.
    pub zone: String,
    /// The queues that name it.
    pub queues: Vec<QueueId>,
    /// The site; `None` is all sites with a shift together, and a gap there is an hour at which nobody works.
    pub site: Option<SiteId>,
    /// The months asked for in which the promise and a shift are in force, by the zone of the promise.
    pub months: Vec<MonthCoverage>,
}

/// One month of it.
#[derive(Debug, Clone, Serialize)]
pub struct MonthCoverage {
    /// The month.
    pub month: Month,
    /// Promised time in seconds.
    pub promised_s: i64,
    /// Promised time outside of the shift, in seconds.
    pub uncovered_s: i64,
    /// The promised hours, in the promise's zone and in the site's.
    pub promised: Vec<Daily>,
    /// Those of them outside of the shift.
    pub uncovered: Vec<Daily>,
}

impl Network {
    /// The calendars that queues promise, in any version, with those queues.
    #[must_use]
    pub fn promises(&self) -> BTreeMap<&str, Vec<&QueueId>> {
        let mut promises: BTreeMap<&str, Vec<&QueueId>> = BTreeMap::new();
        for (queue, versions) in &self.queues {
            for calendar in versions.iter().filter_map(|version| version.calendar.as_deref()) {
                let queues = promises.entry(calendar).or_default();
                if queues.last() != Some(&queue) {
                    queues.push(queue);
                }
            }
        }
        promises
    }

    /// The calendars that sites work by, in any version, with those sites.
    #[must_use]
    pub fn shifts(&self) -> BTreeMap<&str, Vec<&SiteId>> {
        let mut shifts: BTreeMap<&str, Vec<&SiteId>> = BTreeMap::new();
        for (site, versions) in &self.sites {
            for calendar in versions.iter().filter_map(|version| version.shift.as_deref()) {
                let sites = shifts.entry(calendar).or_default();
                if sites.last() != Some(&site) {
                    sites.push(site);
                }
            }
        }
        shifts
    }

    /// The sites that name no shift in any version: whether they cover a promise is not known.
    #[must_use]
    pub fn sites_without_shift(&self) -> Vec<&SiteId> {
        let unknown = |versions: &[Site]| versions.iter().all(|version| version.shift.is_none());
        self.sites.iter().filter(|(_, versions)| unknown(versions)).map(|(site, _)| site).collect()
    }

    /// Every promise calendar beside the shift of every site that names one, and beside all of them together where there
    /// are several; over `months` months from `first` on, by the zone of the promise.
    #[must_use]
    pub fn coverage(&self, first: Month, months: u32) -> Vec<Coverage> {
        let mut all = Vec::new();
        for (name, queues) in self.promises() {
            let Some(calendar) = self.calendars.get(name) else { continue };
            let Some(period) = period(calendar, first, months) else { continue };
            let promised = intersection(&calendar.open_spans(period.from, period.to), &self.promised(name, period));
            let worked: Vec<_> =
                self.sites.iter().map(|(site, versions)| (site, self.worked(versions, period))).collect();
            let worked: Vec<_> = worked.into_iter().filter(|(_, worked)| !worked.known.is_empty()).collect();
            let mut push = |site: Option<&SiteId>, known: &[OpenSpan], covered: &[OpenSpan]| {
                let promised = intersection(&promised, known);
                let uncovered = difference(&promised, covered);
                let sites = site.map(|site| self.sites[site].as_slice());
                let months = by_month(pieces(calendar, &promised, sites), pieces(calendar, &uncovered, sites));
                let queues = queues.iter().map(|queue| (*queue).clone()).collect();
                let zone = zone_name(calendar.zone());
                all.push(Coverage { promise: name.to_owned(), zone, queues, site: site.cloned(), months });
            };
            for (site, worked) in &worked {
                push(Some(site), &worked.known, &worked.spans);
            }
            if worked.len() > 1 {
                let known = union(worked.iter().flat_map(|(_, worked)| worked.known.clone()).collect());
                let spans = union(worked.iter().flat_map(|(_, worked)| worked.spans.clone()).collect());
                push(None, &known, &spans);
            }
        }
        all
    }

    /// When a queue promises the hours of this calendar.
    fn promised(&self, calendar: &str, period: OpenSpan) -> Vec<OpenSpan> {
        let versions = self.queues.values().flat_map(|versions| in_force(versions, |queue| queue.from, period));
        union(versions.filter(|(_, queue)| queue.calendar.as_deref() == Some(calendar)).map(|(span, _)| span).collect())
    }

    /// When it is known whether somebody works at a site, and when somebody does.
    fn worked(&self, versions: &[Site], period: OpenSpan) -> Worked {
        let mut worked = Worked { known: Vec::new(), spans: Vec::new() };
        for (span, site) in in_force(versions, |site| site.from, period) {
            if let Some(shift) = site.shift.as_ref().and_then(|shift| self.calendars.get(shift)) {
                worked.known.push(span);
                worked.spans.extend(shift.open_spans(span.from, span.to));
            }
        }
        Worked { known: union(worked.known), spans: union(worked.spans) }
    }
}

struct Worked {
    known: Vec<OpenSpan>,
    spans: Vec<OpenSpan>,
}

/// The name under which people know a zone.
pub(super) fn zone_name(zone: &jiff::tz::TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

fn period(calendar: &Calendar, first: Month, months: u32) -> Option<OpenSpan> {
    let start = |month: Month| Instant::start_of_day(month.first(), calendar.zone()).ok();
    Some(OpenSpan { from: start(first)?, to: start(first.plus(months)?)? })
}

/// The versions that are in force within the period, each with when.
fn in_force<T>(
    versions: &[T],
    from: impl Fn(&T) -> Option<Instant>,
    period: OpenSpan,
) -> impl Iterator<Item = (OpenSpan, &T)> {
    let starts: Vec<Instant> = versions.iter().map(|version| from(version).unwrap_or(period.from)).collect();
    versions.iter().enumerate().filter_map(move |(nth, version)| {
        let to = starts.get(nth + 1).copied().unwrap_or(period.to);
        OpenSpan { from: starts[nth], to }.within(period).map(|span| (span, version))
    })
}

fn by_month(promised: Vec<Piece>, uncovered: Vec<Piece>) -> Vec<MonthCoverage> {
    let mut months: BTreeMap<Month, [Vec<Piece>; 2]> = BTreeMap::new();
    for (side, pieces) in [promised, uncovered].into_iter().enumerate() {
        for piece in pieces {
            months.entry(Month::of(piece.date)).or_default()[side].push(piece);
        }
    }
    let seconds = |pieces: &[Piece]| pieces.iter().map(|piece| piece.span.micros()).sum::<i64>() / 1_000_000;
    let month = |(month, [promised, uncovered]): (Month, [Vec<Piece>; 2])| MonthCoverage {
        month,
        promised_s: seconds(&promised),
        uncovered_s: seconds(&uncovered),
        promised: Daily::of(promised),
        uncovered: Daily::of(uncovered),
    };
    months.into_iter().map(month).collect()
}

#[cfg(test)]
mod tests;
