//! The present of contracts, evaluated again and again, so that nobody waits for it who opens its page.
//!
//! What is kept is judged as of the instant at which it was evaluated, and shown with it: never as what is so now.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant as Clock},
};

use contact::Instant;
use evaluation::{Evaluation, Wanted};
use tokio::time::{sleep, timeout};

use super::{Asked, BreachesAnswer};
use crate::{Api, ApiError, Ask, ground::Ground};

/// The present is evaluated so often, at most.
const EVERY: Duration = Duration::from_secs(15);
/// Others need the machine, too: after an evaluation comes a rest of so many times its length.
const RESTS: u32 = 3;
/// What was evaluated longer ago is not shown.
const OLDEST_US: i64 = 60 * 1_000_000;
/// An evaluation that takes longer is given up, and tried again.
const DEADLINE: Duration = Duration::from_mins(5);

/// How contracts stand.
pub(crate) struct Standing {
    /// The period of `all`.
    pub(crate) wanted: Wanted,
    /// The windows that end in the period.
    pub(crate) all: Evaluation,
    /// Those in which now lies, where the present is asked.
    pub(crate) current: Option<Evaluation>,
    /// What was missed, and what is lost.
    pub(crate) breaches: BreachesAnswer,
}

/// What is kept: one evaluation, of every contract.
#[derive(Default)]
pub(crate) struct Present(RwLock<Option<Arc<Kept>>>);

struct Kept {
    /// The instant of the server's clock at which it was asked.
    asked: Instant,
    /// The state of the lake and the `now` that it is of.
    of: (u64, u64, u64, Instant),
    standing: Arc<Standing>,
}

impl Present {
    fn kept(&self) -> Option<Arc<Kept>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, kept: Kept) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(kept));
    }
}

impl Api {
    /// How every contract stood a moment ago, on the same local day as `ground`; none where nothing young enough is kept.
    pub(crate) fn stood(&self, ground: &Ground) -> Option<Arc<Standing>> {
        let kept = self.present.kept()?;
        let age_us = self.store().clock().micros_since(kept.asked);
        let day = |now: Instant| self.network().zone.to_datetime(now.to_timestamp()).date();
        let is_young = (0..=OLDEST_US).contains(&age_us) && day(kept.standing.all.now) == ground.today(self);
        is_young.then(|| Arc::clone(&kept.standing))
    }

    /// Evaluates the present of every contract, and keeps it. Where nothing is filed there is nothing to keep; where
    /// nothing moved, what is kept is what would be found.
    ///
    /// # Errors
    /// As `GET /v1/contracts`.
    pub async fn keep_present(&self) -> Result<(), ApiError> {
        let asked = self.store().clock();
        if self.store().filed_contracts(Instant::FOREVER)?.is_empty() {
            return Ok(());
        }
        let ground = Ground::of(self, &Ask::default()).await?;
        let pinned = ground.view.pinned();
        let of = (ground.view.sequence(), pinned.events.version, pinned.legs.version, ground.question.now);
        let standing = if let Some(kept) = self.present.kept().filter(|kept| kept.of == of) {
            Arc::clone(&kept.standing)
        } else {
            let plain = Asked::new(Vec::new(), None);
            Arc::new(Box::pin(plain.standing(self, &ground, None, Wanted::Current)).await?)
        };
        self.present.keep(Kept { asked, of, standing });
        Ok(())
    }

    /// Does so again and again, until the server is told to stop. Runs on the threads of the questions.
    pub async fn keep_up_present(self: Arc<Self>) {
        let mut draining = self.draining();
        let mut rest = EVERY;
        while !*draining.borrow_and_update() {
            // Alerts evaluate first when a server begins: what they count need not be counted twice at once.
            tokio::select! {
                _ = draining.changed() => continue,
                () = sleep(rest) => {}
            }
            let begun = Clock::now();
            tokio::select! {
                _ = draining.changed() => continue,
                kept = timeout(DEADLINE, self.keep_present()) => match kept {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::warn!(detail = error.detail, "contracts could not be evaluated ahead"),
                    Err(_) => tracing::warn!("evaluating contracts ahead took too long and was given up"),
                },
            }
            rest = EVERY.max(begun.elapsed().saturating_mul(RESTS));
        }
    }
}
