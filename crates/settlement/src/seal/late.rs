//! From which feed events of a period came after it was sealed.

use std::collections::BTreeMap;

use arrow::compute::concat_batches;
use contact::Instant;
use engine::{Bound, Params};
use scorecard::{Dim, Period, open_cohort};

use super::{
    make::{Ground, Instants, question},
    verified::{LateFeed, LatePlace},
};
use crate::{SettlementError, rows::Rows};

const CONTACTS: &str = "late_contacts";
const FEEDS: &str = "late_feeds";

/// The feeds that told something of the period's contacts after `after`.
pub(super) async fn late(
    ground: Ground<'_>,
    period: &Period,
    after: Instant,
    now: Instant,
) -> Result<Vec<LateFeed>, SettlementError> {
    let params = Params::default().instant("after", after).instant("before", period.to);
    let contacts = ground.view.events_session()?.rows(CONTACTS, &params).await?;
    let Some(first) = contacts.iter().find(|batch| batch.num_rows() > 0) else { return Ok(Vec::new()) };
    let rows = concat_batches(&first.schema(), &contacts)?;
    let question = question(ground, period, Instants { now, as_of: Instant::FOREVER }, &[]);
    let (session, params) = open_cohort(ground.view, ground.network, &question).await?;
    session.bind(Bound { name: CONTACTS, rows })?;
    places(&Rows::new(FEEDS, &session.rows(FEEDS, &params).await?)?)
}

fn places(rows: &Rows) -> Result<Vec<LateFeed>, SettlementError> {
    let [providers, sites, queues] = [rows.texts("provider")?, rows.texts("site")?, rows.texts("queue")?];
    let [feeds, sources] = [rows.texts("feed")?, rows.texts("source")?];
    let [contacts, events, revised] = [rows.ints("contacts")?, rows.ints("events")?, rows.ints("revised")?];
    let [first, last] = [rows.ints("first_received_at")?, rows.ints("last_received_at")?];
    let instant = |micros: i64| Instant::from_micros(micros).unwrap_or(Instant::FOREVER);
    let mut found: BTreeMap<(&String, &String), Vec<LatePlace>> = BTreeMap::new();
    for row in 0..rows.len() {
        found.entry((&feeds[row], &sources[row])).or_default().push(LatePlace {
            provider: providers[row].clone(),
            site: sites[row].clone(),
            queue: queues[row].clone(),
            contacts: contacts[row],
            events: events[row],
            revised: revised[row],
            first_received_at: instant(first[row]),
            last_received_at: instant(last[row]),
        });
    }
    let feed = |((provider, source), places): ((&String, &String), Vec<LatePlace>)| LateFeed {
        provider: provider.clone(),
        source: source.clone(),
        places,
    };
    Ok(found.into_iter().map(feed).collect())
}

/// The feeds that concern a row.
pub(super) fn of_row(late: &[LateFeed], key: &BTreeMap<Dim, Option<String>>) -> Vec<String> {
    let is = |dim: Dim, name: &String| key.get(&dim).is_none_or(|value| value.as_ref() == Some(name));
    let concerns = |place: &LatePlace| {
        is(Dim::Provider, &place.provider) && is(Dim::Site, &place.site) && is(Dim::Queue, &place.queue)
    };
    let feeds = late.iter().filter(|feed| feed.places.iter().any(concerns));
    feeds.map(|feed| format!("{} {}", feed.provider, feed.source)).collect()
}
