//! What a desk answers, and its housekeeping.

use contact::Instant;

use super::Desk;
use crate::{
    Alert, AlertError, AlertFilter, AlertId, DeadLetter, Ledger, Numbered, Observation, Owed, conditions, tables,
};

/// A message that waits for so long beyond its time is overdue.
const OVERDUE_US: i64 = 10 * 60 * 1_000_000;

impl<L: Ledger> Desk<L> {
    /// The newest alerts that a filter lets through, newest first, those that are over included.
    ///
    /// # Errors
    /// The store fails.
    pub fn alerts(&self, filter: &AlertFilter, limit: u32) -> Result<Vec<Alert>, AlertError> {
        self.ledger.read(|db| tables::alerts(db, filter, limit))
    }

    /// An alert with its changes, in order.
    ///
    /// # Errors
    /// No such alert, or the store fails.
    pub fn alert(&self, id: &AlertId) -> Result<(Alert, Vec<Numbered>), AlertError> {
        let found = self.ledger.read(|db| Ok(tables::alert(db, id)?.zip(Some(tables::notices_of(db, id)?))))?;
        found.ok_or_else(|| AlertError::UnknownAlert(id.to_string()))
    }

    /// The changes after a number of the feed, in order: what a stream of events sends, and resumes from. Every change
    /// has a higher number than those that were durable before it.
    ///
    /// # Errors
    /// The store fails.
    pub fn feed(&self, after: i64, limit: u32) -> Result<Vec<Numbered>, AlertError> {
        self.ledger.read(|db| tables::notices_after(db, after, limit))
    }

    /// The newest number of the feed; 0 when it is empty.
    ///
    /// # Errors
    /// The store fails.
    pub fn newest(&self) -> Result<i64, AlertError> {
        self.ledger.read(tables::newest)
    }

    /// The messages that were given up, oldest first.
    ///
    /// # Errors
    /// The store fails.
    pub fn dead_letters(&self, limit: u32) -> Result<Vec<DeadLetter>, AlertError> {
        self.ledger.read(|db| tables::dead_letters(db, limit))
    }

    /// Sends a dead letter again, under its id, for another time until it is given up. What came later on its line may
    /// have been told meanwhile: the numbers of changes say which is the older one.
    ///
    /// # Errors
    /// No such dead letter, or the store fails.
    pub fn requeue(&self, id: &str, now: Instant) -> Result<(), AlertError> {
        let id = id.to_owned();
        self.ledger.write(move |db| tables::requeue(db, &id, now))?;
        self.bell.ring();
        Ok(())
    }

    /// Gives a dead letter up for good.
    ///
    /// # Errors
    /// No such dead letter, or the store fails.
    pub fn discard(&self, id: &str, now: Instant) -> Result<(), AlertError> {
        let id = id.to_owned();
        self.ledger.write(move |db| tables::discard(db, &id, now))
    }

    /// How many messages wait for each receiver, and how many were given up, by its name.
    ///
    /// # Errors
    /// The store fails.
    pub fn owed(&self) -> Result<Vec<Owed>, AlertError> {
        self.ledger.read(tables::owed)
    }

    /// How the receivers are doing, as observations of the rule `delivery`: to be observed with every pass, so that
    /// trouble in telling one receiver is told to the others.
    ///
    /// # Errors
    /// The store fails.
    pub fn delivery(&self, now: Instant) -> Result<Vec<Observation>, AlertError> {
        let bound = now.plus_micros(-OVERDUE_US);
        let names: Vec<&str> = self.settings.receivers.iter().map(crate::Receiver::name).collect();
        let health = self
            .ledger
            .read(|db| names.iter().map(|name| tables::health(db, name, bound)).collect::<Result<Vec<_>, _>>())?;
        health.into_iter().map(|health| conditions::delivery(health, now)).collect()
    }

    /// Deletes what ended before an instant: alerts with their changes, messages that were sent or discarded. Open alerts,
    /// messages that wait and dead letters stay.
    ///
    /// # Errors
    /// The store fails.
    pub fn prune(&self, before: Instant) -> Result<(), AlertError> {
        self.ledger.write(move |db| tables::prune(db, before))
    }
}
