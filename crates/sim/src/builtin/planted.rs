//! Sites and reasons with resolution rates set by hand: what a homogeneity index has to find again.

use std::collections::BTreeMap;

use contact::Duration;

use super::{plain_queue, plain_site};
use crate::{GroupPlan, Length, Mishaps, Plan, ReasonPlan, Scenario, Season, Share, SimError, Staffing};

/// A site and who runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantedSite {
    /// Its name.
    pub site: String,
    /// Its provider.
    pub provider: String,
}

/// Contacts of one site for one reason. Pairs without a cell get no contact.
#[derive(Debug, Clone, PartialEq)]
pub struct PlantedCell {
    /// Position of the site in the list of sites.
    pub site: usize,
    /// The reason.
    pub reason: String,
    /// Expected contacts a day.
    pub per_day: f64,
    /// The true probability of being resolved for good.
    pub resolved: Share,
}

/// A plan of answered calls with planted rates: one voice queue `line` in zone UTC, open day and night, with people enough
/// that nobody waits. Add feeds, reopenings or repeats before [`Scenario::new`].
///
/// # Errors
/// A cell names a site that is not there, or no cell has volume.
pub fn planted_plan(sites: &[PlantedSite], cells: &[PlantedCell]) -> Result<Plan, SimError> {
    let mut by_reason: BTreeMap<&str, Vec<&PlantedCell>> = BTreeMap::new();
    let mut volumes = vec![0.0; sites.len()];
    for cell in cells {
        let unknown = || SimError::Unknown { what: "the site number", name: cell.site.to_string() };
        *volumes.get_mut(cell.site).ok_or_else(unknown)? += cell.per_day;
        by_reason.entry(&cell.reason).or_default().push(cell);
    }
    let reasons = by_reason.iter().map(|(name, cells)| reason(name, cells, sites.len())).collect();
    let entries = sites.iter().zip(&volumes).map(|(site, volume)| plain_site(&site.site, *volume)).collect();
    let handling = Length::log_normal(Duration::from_secs(240), 0.6)?;
    let queue = plain_queue("line", volumes.iter().sum(), handling, entries, reasons);
    let group = |site: &PlantedSite| GroupPlan {
        name: site.site.clone(),
        site: site.site.clone(),
        queues: vec![("line".to_owned(), 0)],
        people: 40,
        people_at_peak: 40,
        staffing: Staffing::Ample,
        shift: None,
    };
    Ok(Plan {
        network: network(sites),
        queues: vec![queue],
        groups: sites.iter().map(group).collect(),
        feeds: Vec::new(),
        season: Season::FLAT,
        customers: 5_000_000,
        incidents: Vec::new(),
        mishaps: Mishaps::NONE,
        reactions: Vec::new(),
        across_providers: false,
        followed: false,
    })
}

/// The scenario of [`planted_plan`] as it is.
///
/// # Errors
/// As [`planted_plan`] and [`Scenario::new`].
pub fn planted(sites: &[PlantedSite], cells: &[PlantedCell]) -> Result<Scenario, SimError> {
    Scenario::new(planted_plan(sites, cells)?)
}

fn reason(name: &str, cells: &[&PlantedCell], sites: usize) -> ReasonPlan {
    let mut weights = vec![0.0; sites];
    let mut resolved = vec![Share::ZERO; sites];
    for cell in cells {
        weights[cell.site] += cell.per_day;
        resolved[cell.site] = cell.resolved;
    }
    ReasonPlan {
        name: name.to_owned(),
        weight: weights.iter().sum(),
        sites: Some(weights),
        complaint: false,
        resolved,
        codes: Vec::new(),
    }
}

fn network(sites: &[PlantedSite]) -> String {
    let mut providers: Vec<&str> = sites.iter().map(|site| site.provider.as_str()).collect();
    providers.sort_unstable();
    providers.dedup();
    let providers: Vec<String> = providers.iter().map(|name| format!("{{name: {name}}}")).collect();
    let site = |site: &PlantedSite| format!("{{name: {}, provider: {}}}", site.site, site.provider);
    let sites: Vec<String> = sites.iter().map(site).collect();
    format!(
        "brand: planted\nzone: UTC\nproviders: [{}]\nsites: [{}]\n\
         queues: [{{name: line, channel: voice, language: fr, threshold: 20s}}]\n",
        providers.join(", "),
        sites.join(", ")
    )
}
