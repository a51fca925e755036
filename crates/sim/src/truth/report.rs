//! The truth as a document: what a comparison with figures reads.

use contact::{Channel, ProviderId, QueueId, SiteId};
use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::{Followed, LegCounts, MatterCounts, TrueHomogeneity, Truth, counts::percentile};
use crate::plan::{Effect, Incident};

/// Everything counted in a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TruthReport {
    /// The seed.
    pub seed: u64,
    /// The first day.
    #[serde(serialize_with = "as_text")]
    pub from: Date,
    /// How many days.
    pub days: u16,
    /// All legs together.
    pub total: LegCounts,
    /// By local day, site and queue; days without any leg are left out.
    pub legs: Vec<LegRow>,
    /// Waits over the whole run, by site and queue; empty when the run kept none.
    pub waits: Vec<WaitRow>,
    /// Over the whole run, by site, reason, channel and language.
    pub matters: Vec<MatterRow>,
    /// Over the whole run.
    pub homogeneity: TrueHomogeneity,
    /// What went wrong, and when.
    pub incidents: Vec<IncidentRow>,
    /// What else was different, and when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeRow>,
    /// What the run followed contact by contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followed: Option<Followed>,
}

/// Legs of one day at one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LegRow {
    /// Local day of the offer.
    #[serde(serialize_with = "as_text")]
    pub day: Date,
    /// Who runs the site.
    pub provider: ProviderId,
    /// The site.
    pub site: SiteId,
    /// The queue.
    pub queue: QueueId,
    /// The channel.
    pub channel: Channel,
    /// The counts.
    #[serde(flatten)]
    pub counts: LegCounts,
}

/// Waits of the legs answered at one place, nearest rank, microseconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WaitRow {
    /// The site.
    pub site: SiteId,
    /// The queue.
    pub queue: QueueId,
    /// How many.
    pub n: usize,
    /// Median.
    pub p50_us: Option<u64>,
    /// 90th percentile.
    pub p90_us: Option<u64>,
    /// 95th percentile.
    pub p95_us: Option<u64>,
    /// The longest.
    pub max_us: Option<u64>,
}

/// Contacts of one cell of the comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MatterRow {
    /// Who runs the site.
    pub provider: ProviderId,
    /// The site.
    pub site: SiteId,
    /// The reason.
    pub reason: String,
    /// The channel.
    pub channel: Channel,
    /// The language.
    pub language: Option<String>,
    /// The true probability of being resolved for good.
    pub true_rate: f64,
    /// What came of it.
    #[serde(flatten)]
    pub counts: MatterCounts,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IncidentRow {
    /// When it began.
    pub from: contact::Instant,
    /// When it was over.
    pub to: contact::Instant,
    /// The site that was short of staff.
    pub site: Option<String>,
    /// The queue that got more.
    pub queue: Option<String>,
    /// What staff or arrivals were multiplied by.
    pub factor: f64,
}

/// Something that was different for some time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangeRow {
    /// When it began.
    pub from: contact::Instant,
    /// When it was over.
    pub to: contact::Instant,
    /// What: `pace`, `resolved` (points by which true rates move), `newest_first` or `unreviewed`.
    pub what: &'static str,
    /// At which site; at all when absent.
    pub site: Option<String>,
    /// In which queue; in all when absent.
    pub queue: Option<String>,
    /// For which reason; for all when absent.
    pub reason: Option<String>,
    /// By how much.
    pub value: Option<f64>,
}

impl Truth {
    /// Everything counted so far.
    #[must_use]
    pub fn report(&self) -> TruthReport {
        let matters = self.strata(0..self.cells.len()).into_iter().map(|stratum| MatterRow {
            provider: stratum.provider,
            site: stratum.site,
            reason: stratum.reason,
            channel: stratum.channel,
            language: stratum.language,
            true_rate: stratum.rate,
            counts: stratum.counts,
        });
        TruthReport {
            seed: self.run.seed,
            from: self.run.from,
            days: self.run.days,
            total: self.sum(0..self.cells.len(), |_| true),
            legs: self.leg_rows(),
            waits: self.wait_rows(),
            matters: matters.collect(),
            homogeneity: self.homogeneity(0..self.cells.len()),
            incidents: self.incidents.iter().filter_map(incident_row).collect(),
            changes: self.incidents.iter().filter_map(change_row).collect(),
            followed: self.book.as_ref().map(|book| book.report(self.channel_homogeneity(0..self.cells.len()))),
        }
    }

    fn leg_rows(&self) -> Vec<LegRow> {
        let mut rows = Vec::new();
        for (day, cells) in self.dates.iter().zip(&self.cells) {
            for (place, cell) in self.places.iter().zip(cells) {
                if cell.legs != LegCounts::default() {
                    let name = place.name.clone();
                    let (provider, site, queue) = (name.provider, name.site, name.queue);
                    rows.push(LegRow { day: *day, provider, site, queue, channel: name.channel, counts: cell.legs });
                }
            }
        }
        rows
    }

    fn wait_rows(&self) -> Vec<WaitRow> {
        let row = |name: &super::PlaceName| {
            let waits = self.waits(0..self.cells.len(), |place| place == name);
            let at = |permille| percentile(&waits, permille);
            let (p50_us, p90_us, p95_us, max_us) = (at(500), at(900), at(950), at(1000));
            let (site, queue) = (name.site.clone(), name.queue.clone());
            WaitRow { site, queue, n: waits.len(), p50_us, p90_us, p95_us, max_us }
        };
        if self.keeps_waits { self.places.iter().map(|place| row(&place.name)).collect() } else { Vec::new() }
    }
}

fn incident_row(incident: &Incident) -> Option<IncidentRow> {
    let (site, queue, factor) = match &incident.effect {
        Effect::Staff { site, left } => (Some(site.clone()), None, left.get()),
        Effect::Surge { queue, factor } => (None, Some(queue.clone()), *factor),
        _ => return None,
    };
    Some(IncidentRow { from: incident.from, to: incident.to, site, queue, factor })
}

fn change_row(incident: &Incident) -> Option<ChangeRow> {
    let (from, to) = (incident.from, incident.to);
    let row = |what| ChangeRow { from, to, what, site: None, queue: None, reason: None, value: None };
    Some(match &incident.effect {
        Effect::Staff { .. } | Effect::Surge { .. } => return None,
        Effect::Pace { site, factor } => ChangeRow { site: Some(site.clone()), value: Some(*factor), ..row("pace") },
        Effect::Resolved { site, reason, points } => {
            ChangeRow { site: site.clone(), reason: reason.clone(), value: Some(*points), ..row("resolved") }
        }
        Effect::NewestFirst { site, queue } => {
            ChangeRow { site: Some(site.clone()), queue: Some(queue.clone()), ..row("newest_first") }
        }
        Effect::Unreviewed { queue, share } => {
            ChangeRow { queue: Some(queue.clone()), value: Some(share.get()), ..row("unreviewed") }
        }
    })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the serializer hands over a reference")]
fn as_text<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}
