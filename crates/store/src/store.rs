//! The store: a lake home open for writing.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use contact::{Instant, Network};
use engine::{Batch, Engine, Pinned, Tail, View};
use intake::{Keys, Person};
use journal::{Clock, Journal, OnFatal, Options};
use lake::{LakeLock, Table};
use scorecard::Feeds;
use tokio::sync::Mutex;

use crate::{Home, StoreError, contracts, glance::feeds_of, now::ask_now, specs, vitals::Vitals};

/// The journal's name in the marks of `events`.
pub(crate) const JOURNAL: &str = "journal";

/// How a store is opened.
pub struct StoreOptions {
    /// What for, told to whoever finds the lake locked.
    pub purpose: String,
    /// The text of a network file; the one remembered when absent.
    pub network: Option<String>,
    /// Gives the instant of receipt.
    pub clock: Clock,
    /// Told when durability can no longer be promised; must end the process.
    pub on_fatal: OnFatal,
}

/// What a view is made from.
pub(crate) struct State {
    pub(crate) pinned: Pinned,
    /// Sequences up to this one are in the lake.
    pub(crate) flushed: i64,
    /// Journal batches as views need them: the tail, and what was flushed and not yet folded.
    pub(crate) batches: BTreeMap<i64, Arc<Batch>>,
    /// The newest view, and whether it still is.
    view: Option<Arc<View>>,
    stale: bool,
}

impl State {
    /// Prepares the batches of a tail that are new.
    pub(crate) fn take(&mut self, tail: &journal::Tail) -> Result<(), StoreError> {
        for batch in tail.batches() {
            if batch.seq > self.flushed && !self.batches.contains_key(&batch.seq) {
                self.batches.insert(batch.seq, Arc::new(Batch::new(batch.seq, &batch.batch)?));
            }
        }
        Ok(())
    }
}

/// A lake home open for writing, by this process alone.
pub struct Store {
    home: Home,
    engine: Engine,
    keys: Arc<Keys>,
    network: Arc<Network>,
    clock: Clock,
    journal: Journal,
    pub(crate) events: Mutex<Table>,
    pub(crate) legs: Mutex<Table>,
    state: RwLock<State>,
    feeds: RwLock<Option<(u64, Feeds)>>,
    pub(crate) vitals: Vitals,
    _lock: LakeLock,
}

impl Store {
    /// Opens the home, or makes it, and brings journal and lake in step after whatever ended the last process.
    ///
    /// # Errors
    /// Another process holds the lake; the network has mistakes, there is none, or it does not fit what the lake holds
    /// (then the one before stays in force); damage, which is named.
    pub async fn open(path: &Path, engine: Engine, options: StoreOptions) -> Result<Self, StoreError> {
        let home = Home::new(path);
        let network = options.network.as_deref().map(Network::parse).transpose().map_err(StoreError::Network)?;
        if network.is_none() && !home.exists() {
            return Err(StoreError::NoLake(home.path().to_owned()));
        }
        let lock = LakeLock::acquire(home.path(), &options.purpose, &(options.clock)().to_string())?;
        lock.sweep()?;
        let keys = Arc::new(Keys::load_or_create(&home.key())?);
        let journal = open_journal(&home, &keys, &options)?;
        let network = remembered_network(&home, &journal, network, options.network.as_deref())?;
        let events = Table::open_or_create(home.path(), specs::events(), clock_millis).await?;
        let legs = Table::open_or_create(home.path(), specs::legs(), clock_millis).await?;
        // Blind like the append under this planted fault: either question alone keeps a flush from counting twice.
        let blind = lake::fault::planted("no_txn_read");
        let flushed = if blind { 0 } else { events.mark(JOURNAL).await?.unwrap_or(0) };
        journal.recover(flushed)?;
        let pinned = Pinned { events: events.snapshot()?, legs: legs.snapshot()? };
        let store = Self {
            home,
            engine,
            keys,
            network: Arc::new(network),
            clock: options.clock,
            journal,
            events: Mutex::new(events),
            legs: Mutex::new(legs),
            state: RwLock::new(State { pinned, flushed, batches: BTreeMap::new(), view: None, stale: false }),
            feeds: RwLock::new(None),
            vitals: Vitals::new(),
            _lock: lock,
        };
        store.recover_bulks().await?;
        Ok(store)
    }

    /// Where it lies.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The network in force.
    #[must_use]
    pub fn network(&self) -> Arc<Network> {
        Arc::clone(&self.network)
    }

    /// The brand's secret.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// This machine's clock.
    #[must_use]
    pub fn clock(&self) -> Instant {
        (self.clock)()
    }

    /// The newest view: everything acknowledged so far, each event once, however far flushing has come.
    ///
    /// # Errors
    /// A defect.
    pub fn view(&self) -> Result<Arc<View>, StoreError> {
        // V1: the tail first. A flush in between only moves rows of this tail into the files seen next; they are
        // left out below by their sequence.
        let tail = self.journal.tail();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let sequence = tail.last_seq().max(state.flushed);
        let newest = state.view.as_ref().filter(|_| !state.stale);
        if let Some(view) = newest.filter(|view| i64::try_from(view.sequence()).is_ok_and(|seen| seen >= sequence)) {
            return Ok(Arc::clone(view));
        }
        state.take(&tail)?;
        let batches = state.batches.values().cloned().collect();
        let tail = Tail { sequence, flushed: state.flushed, batches };
        let view = Arc::new(View::new(self.engine.clone(), state.pinned.clone(), tail, state.view.as_deref()));
        state.view = Some(Arc::clone(&view));
        state.stale = false;
        Ok(view)
    }

    /// An instant until which everything received is in views made from now on: what is known as of it does not change any
    /// more, but for files that are being taken in. Blocks until what is on its way is durable.
    ///
    /// # Errors
    /// The journal has stopped, or its disk is full.
    pub fn known_until(&self) -> Result<Instant, StoreError> {
        let now = self.journal.now();
        // Whatever was received before `now` is ahead of this on the writer's thread.
        self.journal.guest(|_| Ok::<(), journal::JournalError>(()))??;
        Ok(now)
    }

    /// Looks at what views are made from.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows views the version of `events` last loaded, and the journal's mark of that very version, which it returns.
    ///
    /// V1: the two are never shown apart. The version may hold a flush that nobody could tell of, since it failed or was
    /// cut off after its commit.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(crate) async fn show(&self, events: &Table) -> Result<i64, StoreError> {
        let flushed = events.mark_in_snapshot(JOURNAL).await?.unwrap_or(0);
        let snapshot = events.snapshot()?;
        self.publish(|state| {
            state.pinned.events = snapshot;
            state.flushed = flushed;
        });
        Ok(flushed)
    }

    /// Shows new versions of the tables to views from now on.
    pub(crate) fn publish<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.stale = true;
        change(&mut state)
    }

    /// What is known of each provider's deliveries.
    ///
    /// # Errors
    /// Files that cannot be read.
    pub async fn feeds(&self, view: &View) -> Result<Feeds, StoreError> {
        let version = view.pinned().events.version;
        let cached = self.feeds.read().unwrap_or_else(PoisonError::into_inner).clone();
        let in_files = match cached {
            Some((of, feeds)) if of == version => feeds,
            _ => {
                let feeds = feeds_of(&view.files_session()?).await?;
                *self.feeds.write().unwrap_or_else(PoisonError::into_inner) = Some((version, feeds.clone()));
                feeds
            }
        };
        let in_tail = feeds_of(&view.tail_session()?).await?;
        Ok(newest(in_files, in_tail))
    }

    /// Pseudonyms of the customers that exclusion rules name.
    #[must_use]
    pub fn customers(&self) -> BTreeMap<String, String> {
        self.customers_of(&self.network)
    }

    /// Pseudonyms of the customers that exclusion rules of another network file name.
    #[must_use]
    pub fn customers_of(&self, network: &Network) -> BTreeMap<String, String> {
        customers(network, &self.keys)
    }

    /// The `now` of a question that does not say: this instant for a lake that is fed, the end of the data for one that
    /// only holds imports of the past. `feeds` are those of the question's view.
    #[must_use]
    pub fn ask_now(&self, feeds: &Feeds) -> Instant {
        ask_now(feeds, &self.network, self.clock())
    }
}

pub(crate) fn customers(network: &Network, keys: &Keys) -> BTreeMap<String, String> {
    let named = network.exclusions.iter().filter_map(|rule| rule.when.get("customer")).flatten();
    named.map(|clear| (clear.clone(), keys.pseudonym(Person::Customer, clear))).collect()
}

fn newest(mut one: Feeds, other: Feeds) -> Feeds {
    for (provider, feed) in other {
        let kept = one.entry(provider).or_insert(feed);
        kept.last_event = kept.last_event.max(feed.last_event);
        kept.last_received = kept.last_received.max(feed.last_received);
        kept.least_delay_us = kept.least_delay_us.min(feed.least_delay_us);
    }
    one
}

fn open_journal(home: &Home, keys: &Arc<Keys>, options: &StoreOptions) -> Result<Journal, StoreError> {
    let sealing = Arc::clone(keys);
    // Sealing fails only when the system has no randomness; then the bytes are dropped rather than kept in clear.
    let sealer = Arc::new(move |bytes: &[u8]| sealing.seal(bytes).unwrap_or_default());
    let options = Options::new(Arc::clone(&options.clock), sealer, Arc::clone(&options.on_fatal));
    Ok(Journal::open(&home.journal(), options)?)
}

fn remembered_network(
    home: &Home,
    journal: &Journal,
    network: Option<Network>,
    text: Option<&str>,
) -> Result<Network, StoreError> {
    let before = journal.read(|reader| reader.latest("network"))?;
    if let (Some(network), Some(text)) = (network, text) {
        if before.is_none_or(|before| before.text != text) {
            check_network(journal, &network)?;
            journal.store_document("network", text)?;
        }
        return Ok(network);
    }
    let document = before.ok_or_else(|| StoreError::NoNetwork(home.path().to_owned()))?;
    Network::parse(&document.text).map_err(StoreError::Network)
}

/// Refuses a network file with which the lake could not go on, before it takes the place of the one that is remembered.
fn check_network(journal: &Journal, network: &Network) -> Result<(), StoreError> {
    let mut heard = journal.read(journal::Reader::providers)?;
    heard.retain(|name| !network.providers.contains_key(name.as_str()));
    if heard.is_empty() { contracts::fit(journal, network) } else { Err(StoreError::OtherNetwork(heard)) }
}

/// File times in the table's log; nothing is decided by them.
pub(crate) fn clock_millis() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
