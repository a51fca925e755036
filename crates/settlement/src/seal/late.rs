//! From which feed events of a period came after it was sealed.

use std::collections::{BTreeMap, BTreeSet};

use arrow::{array::RecordBatch, compute::concat_batches};
use contact::Instant;
use engine::{Bound, Params};
use scorecard::{Dim, Period, Portioned, by_portion};

use super::{
    make::{Ground, Instants, question},
    verified::{LateFeed, LatePlace},
};
use crate::{SettlementError, rows::Rows};

const CONTACTS: &str = "late_contacts";
const PLACES: &str = "late_places";
const FEEDS: &str = "late_feeds";

/// By how much an event may be earlier than the start of its contact.
const EARLY_US: i64 = 5 * 60_000_000;

/// What came after a statement knew what it knows.
#[derive(Debug, Default)]
pub(super) struct Late {
    /// Whether anything at all came that might concern it.
    pub(super) any: bool,
    /// The feeds it came from, as far as it concerns contacts of the period, then or now.
    pub(super) feeds: Vec<LateFeed>,
}

/// The feeds that told something of the period's contacts since. `then` is what the statement knew.
pub(super) async fn late(
    ground: Ground<'_>,
    period: &Period,
    then: Instants,
    now: Instant,
) -> Result<Late, SettlementError> {
    let before = period.to.plus_micros(EARLY_US);
    let params = Params::default().instant("after", then.as_of).instant("before", before);
    let contacts = ground.view.events_session()?.rows(CONTACTS, &params).await?;
    let Some(contacts) = one(&contacts)? else { return Ok(Late::default()) };
    let names: BTreeSet<String> =
        Rows::new(CONTACTS, std::slice::from_ref(&contacts))?.texts("contact_id")?.into_iter().collect();
    let (params, beside) = (Params::default(), [Bound { name: CONTACTS, rows: contacts.clone() }]);
    let asked = Portioned { statement: PLACES, params: &params, beside: &beside };
    let mut places = Vec::new();
    for instants in [then, Instants { now, as_of: Instant::FOREVER }] {
        let question = question(ground, period, instants, &[]);
        let is_late = |_: &str, contact: &str| names.contains(contact);
        let portions = by_portion(ground.view, ground.network, &question, asked, is_late);
        places.extend(Box::pin(portions).await?.into_iter().flatten());
    }
    let Some(rows) = one(&places)? else { return Ok(Late { any: true, feeds: Vec::new() }) };
    let session = ground.view.engine().session()?;
    session.bind(Bound { name: CONTACTS, rows: contacts })?;
    session.bind(Bound { name: PLACES, rows })?;
    let feeds = by_feed(&Rows::new(FEEDS, &session.rows(FEEDS, &Params::default()).await?)?)?;
    Ok(Late { any: true, feeds })
}

/// All rows in one batch, when there are any.
fn one(rows: &[RecordBatch]) -> Result<Option<RecordBatch>, SettlementError> {
    let Some(first) = rows.iter().find(|batch| batch.num_rows() > 0) else { return Ok(None) };
    let schema = first.schema();
    Ok(Some(concat_batches(&schema, rows.iter().filter(|batch| batch.num_rows() > 0))?))
}

fn by_feed(rows: &Rows) -> Result<Vec<LateFeed>, SettlementError> {
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
