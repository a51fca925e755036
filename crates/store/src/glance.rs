//! A glance: a lake home read by a process that does not hold it.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use contact::{Instant, Network, ProviderId};
use engine::{Batch, Engine, Params, Pinned, Session, Tail, View};
use intake::Keys;
use journal::Reader;
use lake::Table;
use scorecard::{Feed, Feeds};

use crate::{
    Home, StoreError,
    now::ask_now,
    specs,
    store::{JOURNAL, clock_millis, customers},
};

/// One state of a lake home, read without disturbing its writer.
pub struct Glance {
    /// The state.
    pub view: Arc<View>,
    /// The network in force.
    pub network: Network,
    /// What is known of each provider's deliveries.
    pub feeds: Feeds,
    /// Pseudonyms of the customers that exclusion rules name.
    pub customers: BTreeMap<String, String>,
    /// The `now` of a question that does not say.
    pub now: Instant,
    /// Books, rejects, receipts and documents of the same state.
    pub reader: Reader,
    keys: Keys,
}

impl Glance {
    /// Looks at the home. The journal's read transaction begins first, then the tables are opened, then the tail above
    /// their mark is taken: the other order would lose a flush in between.
    ///
    /// # Errors
    /// There is no lake or no network; damage.
    pub async fn open(path: &Path, engine: Engine, clock: Instant) -> Result<Self, StoreError> {
        let home = Home::new(path);
        if !home.exists() {
            return Err(StoreError::NoLake(home.path().to_owned()));
        }
        let reader = Reader::open(&home.journal())?;
        let events = Table::open(home.path(), specs::events(), clock_millis).await?;
        let legs = Table::open(home.path(), specs::legs(), clock_millis).await?;
        let flushed = events.mark_in_snapshot(JOURNAL).await?.unwrap_or(0);
        let tail = reader.tail_after(flushed)?;
        let batches = tail.batches().iter().map(|batch| Ok(Arc::new(Batch::new(batch.seq, &batch.batch)?)));
        let batches = batches.collect::<Result<_, StoreError>>()?;
        let tail = Tail { sequence: tail.last_seq().max(flushed), flushed, batches };
        let pinned = Pinned { events: events.snapshot()?, legs: legs.snapshot()? };
        let view = Arc::new(View::new(engine, pinned, tail, None));
        let document = reader.latest("network")?.ok_or_else(|| StoreError::NoNetwork(home.path().to_owned()))?;
        let network = Network::parse(&document.text).map_err(StoreError::Network)?;
        let keys = Keys::load(&home.key())?;
        let feeds = feeds_of(&view.events_session()?).await?;
        let now = ask_now(&feeds, &network, clock);
        Ok(Self { feeds, customers: customers(&network, &keys), now, view, network, reader, keys })
    }
}

impl Glance {
    /// Pseudonyms of the customers that exclusion rules of another network file name.
    #[must_use]
    pub fn customers_of(&self, network: &Network) -> BTreeMap<String, String> {
        customers(network, &self.keys)
    }
}

/// What is known of each provider's deliveries, from a session with the table `events`.
pub(crate) async fn feeds_of(session: &Session) -> Result<Feeds, StoreError> {
    use arrow::{
        array::{ArrayRef, AsArray},
        compute::cast,
        datatypes::{DataType, Int64Type},
    };
    let mut feeds = Feeds::new();
    for batch in session.rows("feeds", &Params::default()).await? {
        let providers = cast(batch.column(0), &DataType::Utf8)?;
        let events = cast(batch.column(1), &DataType::Int64)?;
        let receipts = cast(batch.column(2), &DataType::Int64)?;
        let delays = cast(batch.column(3), &DataType::Int64)?;
        for (row, provider) in providers.as_string::<i32>().iter().enumerate() {
            let micros = |column: &ArrayRef| column.as_primitive::<Int64Type>().value(row);
            let instant = |column: &ArrayRef| Instant::from_micros(micros(column)).ok();
            let provider = provider.and_then(|name| ProviderId::new(name).ok());
            if let (Some(provider), Some(last_event), Some(last_received)) =
                (provider, instant(&events), instant(&receipts))
            {
                let feed = Feed { last_event, last_received, least_delay_us: micros(&delays) };
                feeds.insert(provider, feed);
            }
        }
    }
    Ok(feeds)
}
