//! Effects name what there is.

use super::{
    Queue, Site,
    check::{positive, site_index, unknown},
};
use crate::{SimError, plan::Effect};

pub(super) fn check_effect(effect: &Effect, sites: &[Site], queues: &[Queue]) -> Result<(), SimError> {
    let site = |name: &String| site_index(sites, name).map(|_| ());
    let queue = |name: &String| {
        let known = queues.iter().any(|known| known.name.as_str() == name);
        if known { Ok(()) } else { Err(unknown("the queue", name)) }
    };
    let reason = |name: &String| {
        let known = queues.iter().flat_map(|queue| &queue.reasons).any(|known| known.name == *name);
        if known { Ok(()) } else { Err(unknown("the reason", name)) }
    };
    match effect {
        Effect::Staff { site: name, .. } => site(name),
        Effect::Surge { queue: name, factor } => {
            positive("the factor of a surge", *factor)?;
            queue(name)
        }
        Effect::Pace { site: name, factor } => {
            positive("the factor of a pace", *factor)?;
            site(name)
        }
        Effect::Resolved { site: at, reason: of, points } => {
            positive("how far a rate moves", points.abs())?;
            at.as_ref().map_or(Ok(()), site)?;
            of.as_ref().map_or(Ok(()), reason)
        }
        Effect::NewestFirst { site: at, queue: of } => site(at).and_then(|()| queue(of)),
        Effect::Unreviewed { queue: name, .. } => queue(name),
    }
}
