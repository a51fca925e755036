//! The homogeneity of a network whose true rates are known.

use std::{collections::BTreeMap, ops::Range};

use contact::{Channel, ProviderId, SiteId};
use serde::Serialize;
use stats::homogeneity::{TrueCell, index_of, true_spread};

use super::{MatterCounts, Truth};
use crate::number::real;

/// Contacts of one site for one reason, channel and language: a cell of the comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Stratum {
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
    /// What became of the contacts.
    pub counts: MatterCounts,
    /// The probability of being resolved for good; where several queues feed the cell, the mean over its contacts.
    pub rate: f64,
}

/// The homogeneity index on true rates: weights are the volumes that came, rates are the planted ones, and nothing is
/// taken off for chance because there is none in them ([`stats::homogeneity::true_spread`]).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TrueHomogeneity {
    /// 100 − 200 √D; `None` when nothing can be compared.
    pub index: Option<f64>,
    /// D = Σ_c N_c/N Σ_s w_cs (p_cs − p_c)², the spread.
    pub spread: Option<f64>,
    /// Comparable contacts over all contacts; `None` without contacts.
    pub coverage: Option<f64>,
    /// The resolution rate of all contacts without chance; `None` without contacts.
    pub level: Option<f64>,
    /// All contacts.
    pub contacts: u64,
    /// Contacts in cells of at least two, in strata of at least two such cells.
    pub comparable: u64,
}

impl Truth {
    /// The cells of the comparison that got contacts on some days, in order of reason, channel, language and site.
    #[must_use]
    pub fn strata(&self, days: Range<usize>) -> Vec<Stratum> {
        let mut strata: BTreeMap<_, Stratum> = BTreeMap::new();
        for ((day, at), place, cell) in self.chosen(days, |_| true) {
            let name = &place.name;
            for (nth, ((reason, planned), counts)) in place.reasons.iter().zip(&cell.matters).enumerate() {
                if counts.contacts == 0 {
                    continue;
                }
                let rate = self.rates.on(day, at, nth, *planned);
                let key = (reason, name.channel, &name.language, &name.site);
                let stratum = strata.entry(key).or_insert_with(|| Stratum {
                    provider: name.provider.clone(),
                    site: name.site.clone(),
                    reason: reason.clone(),
                    channel: name.channel,
                    language: name.language.clone(),
                    counts: MatterCounts::default(),
                    rate: rate.get(),
                });
                stratum.merge(rate.get(), counts);
            }
        }
        strata.into_values().collect()
    }

    /// The true homogeneity of some days: what an estimate from their events should come to.
    #[must_use]
    pub fn homogeneity(&self, days: Range<usize>) -> TrueHomogeneity {
        compared(&self.strata(days), alike)
    }

    /// The same between channels instead of sites: how alike the answers are to the same reason in the same language.
    #[must_use]
    pub fn channel_homogeneity(&self, days: Range<usize>) -> TrueHomogeneity {
        let mut merged: BTreeMap<_, Stratum> = BTreeMap::new();
        for cell in self.strata(days) {
            let key = (cell.reason.clone(), cell.language.clone(), cell.channel);
            if let Some(stratum) = merged.get_mut(&key) {
                stratum.merge(cell.rate, &cell.counts);
            } else {
                merged.insert(key, cell);
            }
        }
        let strata: Vec<Stratum> = merged.into_values().collect();
        compared(&strata, |a, b| (&a.reason, &a.language) == (&b.reason, &b.language))
    }
}

impl Stratum {
    /// Adds contacts that are resolved at another rate.
    fn merge(&mut self, rate: f64, counts: &MatterCounts) {
        let (before, more) = (real(self.counts.contacts), real(counts.contacts));
        self.rate += (rate - self.rate) * more / (before + more);
        self.counts.add(counts);
    }
}

/// The index over cells in order, of which those that are `alike` are compared with each other.
fn compared(strata: &[Stratum], alike: fn(&Stratum, &Stratum) -> bool) -> TrueHomogeneity {
    let contacts: u64 = strata.iter().map(|cell| cell.counts.contacts).sum();
    let resolved: f64 = strata.iter().map(|cell| real(cell.counts.contacts) * cell.rate).sum();
    let mut cells = Vec::new();
    let mut comparable = 0;
    for (stratum, sites) in strata.chunk_by(alike).enumerate() {
        let eligible: Vec<u64> = sites.iter().map(|cell| cell.counts.contacts).filter(|n| *n >= 2).collect();
        comparable += if eligible.len() < 2 { 0 } else { eligible.iter().sum() };
        cells.extend(sites.iter().enumerate().map(|(site, cell)| TrueCell {
            stratum: Some(stratum),
            site,
            n: i64::try_from(cell.counts.contacts).unwrap_or(i64::MAX),
            rate: cell.rate,
        }));
    }
    let spread = true_spread(&cells);
    let of_all = |sum: f64| (contacts > 0).then(|| sum / real(contacts));
    TrueHomogeneity {
        index: spread.map(index_of),
        spread,
        coverage: of_all(real(comparable)),
        level: of_all(resolved),
        contacts,
        comparable,
    }
}

/// Whether two cells belong to one stratum.
fn alike(a: &Stratum, b: &Stratum) -> bool {
    (&a.reason, a.channel, &a.language) == (&b.reason, b.channel, &b.language)
}
