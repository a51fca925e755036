//! One receiver's courier.

use std::{collections::BTreeSet, sync::Arc};

use contact::{Duration, Instant};

use super::{Attempt, Carrier, Claimed, Outcome, Retry};
use crate::{
    AlertError, Ledger,
    tables::{self, Message, Settled},
};

/// Reads the time.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// A message of which nothing is heard for so long was cut off with its courier.
const LEASE_US: i64 = 30_000_000;
/// The longest time for which a receiver that does not answer is left alone with other messages.
const REST_US: i64 = 60_000_000;
/// Messages of one pass.
const MAX_PASS: usize = 100;

/// Carries the messages of one receiver. There is one for each; two at once would break the order.
pub struct Courier<L> {
    ledger: Arc<L>,
    receiver: String,
    carrier: Box<dyn Carrier>,
    retry: Retry,
    clock: Clock,
    rests_until: Option<Instant>,
}

impl<L: Ledger> Courier<L> {
    /// The courier of a receiver.
    #[must_use]
    pub fn new(ledger: Arc<L>, receiver: &str, carrier: Box<dyn Carrier>, retry: Retry, clock: Clock) -> Self {
        Self { ledger, receiver: receiver.to_owned(), carrier, retry, clock, rests_until: None }
    }

    /// The receiver's name.
    #[must_use]
    pub fn receiver(&self) -> &str {
        &self.receiver
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    /// Carries what is due, then reminds. Returns when there is something to do again; `None` if nothing is owed.
    ///
    /// A message is claimed before it is sent and settled afterwards, each in a transaction of its own: cut off in between,
    /// it is sent again under its id. A receiver that does not answer is left alone with everything else for a while.
    ///
    /// # Errors
    /// The store fails.
    pub fn pass(&mut self) -> Result<Option<Instant>, AlertError> {
        for _ in 0..MAX_PASS {
            if self.rests_until.is_some_and(|until| self.now() < until) {
                break;
            }
            let Some(claimed) = self.claim()? else { break };
            let attempt = self.carrier.carry(&claimed, self.now());
            self.settle(&claimed.message, attempt)?;
        }
        self.remind()?;
        self.next()
    }

    fn claim(&self) -> Result<Option<Claimed>, AlertError> {
        let now = self.now();
        // Most passes find nothing: asking first keeps them off the writer.
        if self.due()?.is_none_or(|due| due > now) {
            return Ok(None);
        }
        let receiver = self.receiver.clone();
        self.ledger.write(move |db| {
            let Some(message) = tables::claim(db, &receiver, now, now.plus_micros(LEASE_US))? else { return Ok(None) };
            let ids: BTreeSet<_> = message.notices.iter().map(|notice| &notice.alert.id).collect();
            let alerts = ids.into_iter().filter_map(|id| tables::alert(db, id).transpose());
            let alerts = alerts.collect::<Result<_, _>>()?;
            Ok(Some(Claimed { message, alerts, told: tables::told(db, &receiver)? }))
        })
    }

    fn settle(&mut self, message: &Message, attempt: Attempt) -> Result<(), AlertError> {
        let now = self.now();
        let is_taken = attempt.outcome == Outcome::Taken;
        let settled = self.judge(message, attempt.outcome, now);
        self.log(message, &settled);
        let again = now.plus_micros(self.carrier.reminds_every().unwrap_or_default().as_micros());
        let (id, receiver) = (message.id.clone(), self.receiver.clone());
        self.ledger.write(move |db| {
            tables::settle(db, &id, &settled, now)?;
            for told in attempt.told.iter().filter(|_| is_taken) {
                tables::told_set(db, &receiver, told, again)?;
            }
            Ok(())
        })
    }

    /// What becomes of a message; a receiver that does not answer, or asks for time, is left alone.
    fn judge(&mut self, message: &Message, outcome: Outcome, now: Instant) -> Settled {
        let rests = matches!(outcome, Outcome::Unanswered { .. } | Outcome::Failed { asked_to_wait: Some(_), .. });
        let settled = match outcome {
            Outcome::Taken => Settled::Sent,
            Outcome::Gone { error } => Settled::Dead { error },
            Outcome::Unanswered { error } => self.retry.after(message, error, None, now),
            Outcome::Failed { error, asked_to_wait } => self.retry.after(message, error, asked_to_wait, now),
        };
        self.rests_until = match &settled {
            Settled::Again { due, .. } if rests => Some((*due).min(now.plus_micros(REST_US))),
            _ => None,
        };
        settled
    }

    fn log(&self, message: &Message, settled: &Settled) {
        let (receiver, id, attempts) = (&self.receiver, &message.id, message.attempts);
        match settled {
            Settled::Sent => tracing::info!(receiver, id, attempts, "alert message taken"),
            Settled::Again { due, error } => {
                tracing::warn!(receiver, id, attempts, error, %due, "alert message not taken, to be sent again");
            }
            Settled::Dead { error } => tracing::error!(receiver, id, attempts, error, "alert message given up"),
        }
    }

    /// Tells a receiver that forgets again what fires, and for a while what has ended.
    fn remind(&self) -> Result<(), AlertError> {
        let Some(every) = self.carrier.reminds_every() else { return Ok(()) };
        let (now, ended_after) = (self.now(), self.ended_after());
        let told = self.ledger.read(|db| tables::told_due(db, &self.receiver, now, ended_after))?;
        if told.is_empty() {
            return Ok(());
        }
        if let Outcome::Unanswered { error } | Outcome::Failed { error, .. } = self.carrier.remind(&told, now) {
            tracing::warn!(receiver = self.receiver, error, "a receiver could not be reminded of its alerts");
        }
        let (receiver, again) = (self.receiver.clone(), now.plus_micros(every.as_micros()));
        self.ledger.write(move |db| told.iter().try_for_each(|told| tables::told_set(db, &receiver, told, again)))
    }

    fn ended_after(&self) -> Instant {
        self.now().plus_micros(-self.carrier.reminds_of_ends_for().as_micros())
    }

    fn due(&self) -> Result<Option<Instant>, AlertError> {
        self.ledger.read(|db| tables::next_due(db, &self.receiver))
    }

    fn next(&self) -> Result<Option<Instant>, AlertError> {
        let due = self.due()?.map(|due| self.rests_until.map_or(due, |until| due.max(until)));
        let reminds = self.carrier.reminds_every().map(Duration::as_micros).is_some_and(|every| every > 0);
        if !reminds {
            return Ok(due);
        }
        let remind = self.ledger.read(|db| tables::told_next(db, &self.receiver, self.ended_after()))?;
        Ok(due.into_iter().chain(remind).min())
    }
}
