//! The desk: takes observations and what people do in, keeps alerts and the messages owed for them, answers questions.

mod apply;
mod ask;

use std::{collections::BTreeMap, sync::Arc};

use contact::{Instant, network::Calendar};
use jiff::tz::TimeZone;

use crate::{
    Action, AlertError, AlertId, Ledger, Notice, Observation, Receiver, Rule, Subject, bell::Bell, conditions, tables,
};

/// Told of the newest number of the feed, after the changes up to it are durable.
pub type OnNotice = Arc<dyn Fn(i64) + Send + Sync>;

/// What a desk works by.
#[derive(Clone)]
pub struct Settings {
    rules: BTreeMap<String, Rule>,
    receivers: Vec<Receiver>,
    calendars: BTreeMap<String, Calendar>,
    zone: TimeZone,
    on_notice: Option<OnNotice>,
}

impl Settings {
    /// Rules, with those who are told, and the zone on whose clocks messages tell times. The rule `delivery` is there
    /// without being given.
    ///
    /// # Errors
    /// Two rules or two receivers have one name.
    pub fn new(rules: Vec<Rule>, receivers: Vec<Receiver>, zone: TimeZone) -> Result<Self, AlertError> {
        let twice =
            |what, value: &str| Err(AlertError::Value { what, value: value.to_owned(), right: "each name once" });
        let mut by_id = BTreeMap::new();
        for rule in rules.into_iter().chain([conditions::delivery_rule()?]) {
            if let Some(other) = by_id.insert(rule.id().to_owned(), rule) {
                return twice("the rule name", other.id());
            }
        }
        for (index, receiver) in receivers.iter().enumerate() {
            if receivers[..index].iter().any(|other| other.name() == receiver.name()) {
                return twice("the receiver name", receiver.name());
            }
        }
        Ok(Self { rules: by_id, receivers, calendars: BTreeMap::new(), zone, on_notice: None })
    }

    /// The calendars in whose open time people may be called, by name.
    #[must_use]
    pub fn calendars(self, calendars: BTreeMap<String, Calendar>) -> Self {
        Self { calendars, ..self }
    }

    /// Whom to tell that there is something new in the feed, such as a stream of events.
    #[must_use]
    pub fn on_notice(self, on_notice: OnNotice) -> Self {
        Self { on_notice: Some(on_notice), ..self }
    }

    fn rule(&self, id: &str) -> Result<&Rule, AlertError> {
        let known = || self.rules.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        self.rules.get(id).ok_or_else(|| AlertError::UnknownRule { rule: id.to_owned(), known: known() })
    }
}

/// Keeps the alerts of one lake.
pub struct Desk<L> {
    ledger: Arc<L>,
    settings: Arc<Settings>,
    bell: Bell,
}

impl<L: Ledger> Desk<L> {
    /// Opens the desk; makes the tables if they are not there.
    ///
    /// # Errors
    /// The tables were written by a newer program, or the store fails.
    pub fn open(ledger: Arc<L>, settings: Settings) -> Result<Self, AlertError> {
        ledger.write(tables::create)?;
        Ok(Self { ledger, settings: Arc::new(settings), bell: Bell::default() })
    }

    /// Looks at the desk of a file that somebody else keeps; `None` when nobody has ever opened one there.
    ///
    /// # Errors
    /// The tables were written by a newer program, or the store fails.
    pub fn look(ledger: Arc<L>, settings: Settings) -> Result<Option<Self>, AlertError> {
        let are_there = ledger.read(tables::are_there)?;
        Ok(are_there.then(|| Self { ledger, settings: Arc::new(settings), bell: Bell::default() }))
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Arc<L> {
        &self.ledger
    }

    /// The bell that rings when something is to be sent.
    #[must_use]
    pub fn bell(&self) -> Bell {
        self.bell.clone()
    }

    /// Takes a pass of observations in. What changes is durable, with the messages owed for it, when this returns: in one
    /// transaction, or in none if nothing changes.
    ///
    /// # Errors
    /// An observation names an unknown rule, or the store fails; then nothing has changed.
    pub fn observe(&self, pass: Vec<Observation>, now: Instant) -> Result<Vec<Notice>, AlertError> {
        let settings = Arc::clone(&self.settings);
        let is_news = self.ledger.read(|db| Ok(!apply::advance(&settings, tables::states(db)?, &pass)?.is_empty()))?;
        if !is_news {
            return Ok(Vec::new());
        }
        self.change(move |db| {
            let advanced = apply::advance(&settings, tables::states(db)?, &pass)?;
            apply::keep(db, &settings, advanced, now)
        })
    }

    /// What is no longer watched: alerts of these rules and subjects end.
    ///
    /// # Errors
    /// The store fails.
    pub fn unwatch(&self, gone: Vec<(String, Subject)>, now: Instant) -> Result<Vec<Notice>, AlertError> {
        let settings = Arc::clone(&self.settings);
        self.change(move |db| {
            let advanced = apply::unwatch(tables::states(db)?, &gone, now);
            apply::keep(db, &settings, advanced, now)
        })
    }

    /// Acknowledges an alert, adds a note to it, or withdraws it.
    ///
    /// # Errors
    /// No such alert, one that is over is acknowledged, one that is withdrawn is withdrawn again, or the store fails.
    pub fn act(&self, id: &AlertId, action: Action, now: Instant) -> Result<Notice, AlertError> {
        let (settings, id) = (Arc::clone(&self.settings), id.clone());
        let mut notices = self.change(move |db| {
            let alert = tables::alert(db, &id)?.ok_or_else(|| AlertError::UnknownAlert(id.to_string()))?;
            let advanced = apply::act(tables::states(db)?, alert, action, now)?;
            apply::keep(db, &settings, advanced, now)
        })?;
        Ok(notices.pop().expect("an action is one change"))
    }

    /// Writes, then tells whoever waits for changes.
    fn change(
        &self,
        change: impl FnOnce(&rusqlite::Connection) -> Result<(Vec<Notice>, i64), AlertError> + Send + 'static,
    ) -> Result<Vec<Notice>, AlertError> {
        let (notices, newest) = self.ledger.write(change)?;
        if !notices.is_empty() {
            self.bell.ring();
            if let Some(on_notice) = &self.settings.on_notice {
                on_notice(newest);
            }
        }
        Ok(notices)
    }

    /// What is pending: rules and subjects whose condition holds, with since when, and for which no alert has fired yet.
    ///
    /// # Errors
    /// The store fails.
    pub fn pending(&self) -> Result<Vec<(String, Subject, Instant)>, AlertError> {
        let states = self.ledger.read(tables::states)?;
        let pending = states.into_iter().filter_map(|((rule, key), state)| {
            state.pending_since().map(|since| Ok((rule, serde_json::from_str(&key)?, since)))
        });
        pending.collect()
    }
}
