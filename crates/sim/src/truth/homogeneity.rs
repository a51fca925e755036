//! The homogeneity of a network whose true rates are known.

use std::{collections::BTreeMap, ops::Range};

use contact::{Channel, ProviderId, SiteId};
use serde::Serialize;

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

/// The index of section 3 of the homogeneity definition on true rates: weights are the volumes that came, rates are the
/// planted ones, and nothing is taken off for chance because there is none in them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TrueHomogeneity {
    /// 100 − 200 √D with D = Σ_c N_c/N Σ_s w_cs (p_cs − p_c)²; `None` when nothing can be compared.
    pub index: Option<f64>,
    /// D, the spread.
    pub spread: f64,
    /// Comparable contacts over all contacts.
    pub coverage: f64,
    /// The rate that the network would show without chance, over comparable contacts.
    pub level: f64,
    /// Comparable contacts.
    pub contacts: u64,
}

impl Truth {
    /// The cells of the comparison that got contacts on some days, in order of reason, channel, language and site.
    #[must_use]
    pub fn strata(&self, days: Range<usize>) -> Vec<Stratum> {
        let mut strata: BTreeMap<_, Stratum> = BTreeMap::new();
        for (place, cell) in self.chosen(days, |_| true) {
            let name = &place.name;
            for ((reason, rate), counts) in place.reasons.iter().zip(&cell.matters) {
                if counts.contacts == 0 {
                    continue;
                }
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
                let (before, more) = (real(stratum.counts.contacts), real(counts.contacts));
                stratum.rate += (rate.get() - stratum.rate) * more / (before + more);
                stratum.counts.add(counts);
            }
        }
        strata.into_values().collect()
    }

    /// The true homogeneity of some days: what an estimate from their events should come to.
    #[must_use]
    pub fn homogeneity(&self, days: Range<usize>) -> TrueHomogeneity {
        let strata = self.strata(days);
        let all: u64 = strata.iter().map(|cell| cell.counts.contacts).sum();
        let (mut contacts, mut spread, mut level) = (0, 0.0, 0.0);
        let alike =
            |a: &Stratum, b: &Stratum| (&a.reason, a.channel, &a.language) == (&b.reason, b.channel, &b.language);
        for reason in strata.chunk_by(alike) {
            let cells = reason.iter().filter(|cell| cell.counts.contacts >= 2);
            if cells.clone().count() < 2 {
                continue;
            }
            let volume: u64 = cells.clone().map(|cell| cell.counts.contacts).sum();
            let resolved: f64 = cells.clone().map(|cell| real(cell.counts.contacts) * cell.rate).sum();
            let mean = resolved / real(volume);
            spread += cells.map(|cell| real(cell.counts.contacts) * (cell.rate - mean).powi(2)).sum::<f64>();
            level += resolved;
            contacts += volume;
        }
        let over = |sum: f64, number: u64| if number == 0 { 0.0 } else { sum / real(number) };
        let spread = over(spread, contacts);
        TrueHomogeneity {
            index: (contacts > 0).then(|| 100.0 - 200.0 * libm::sqrt(spread)),
            spread,
            coverage: over(real(contacts), all),
            level: over(level, contacts),
            contacts,
        }
    }
}
