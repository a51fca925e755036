//! Who serves which places, and in which calendar.

use contact::{Instant, Network};

use super::{
    Group, Place, Queue, Site,
    check::{positive, site_index, unknown},
};
use crate::{
    SimError,
    plan::{GroupPlan, Staffing},
};

pub(super) fn groups(
    network: &Network,
    plans: &[GroupPlan],
    sites: &[Site],
    queues: &[Queue],
    places: &mut [Place],
) -> Result<Vec<Group>, SimError> {
    let mut groups = Vec::new();
    for plan in plans {
        let site = site_index(sites, &plan.site)?;
        let mut served = Vec::new();
        for (name, priority) in &plan.queues {
            let queue = queues.iter().find(|queue| queue.name.as_str() == name);
            let queue = queue.ok_or_else(|| unknown("the queue", name))?;
            let place = queue.places.iter().copied().find(|place| places[*place].site == site);
            let place = place.ok_or_else(|| unknown("the site's part in the queue", name))?;
            places[place].groups.push(groups.len());
            served.push((place, *priority));
        }
        if let Staffing::Level { slack, .. } = plan.staffing {
            positive("the slack of a group", slack)?;
        }
        if let Staffing::Forecast { beta, .. } = plan.staffing
            && !beta.is_finite()
        {
            return Err(SimError::Number { what: "the safety of a group", value: beta });
        }
        groups.push(Group {
            name: plan.name.clone(),
            site,
            places: served,
            people: plan.people,
            people_at_peak: plan.people_at_peak,
            staffing: plan.staffing,
            shifts: shifts(network, plan, &sites[site])?,
        });
    }
    Ok(groups)
}

/// The calendar of the group itself, else those of the versions of its site.
fn shifts(
    network: &Network,
    plan: &GroupPlan,
    site: &Site,
) -> Result<Vec<(Option<Instant>, Option<String>)>, SimError> {
    if let Some(name) = &plan.shift {
        let known = network.calendars.contains_key(name);
        return if known { Ok(vec![(None, Some(name.clone()))]) } else { Err(unknown("the calendar", name)) };
    }
    let versions = &network.sites[&site.name];
    let shifts = versions.iter().map(|version| (version.from, version.shift.clone()));
    Ok(if versions.iter().any(|version| version.shift.is_some()) { shifts.collect() } else { Vec::new() })
}
