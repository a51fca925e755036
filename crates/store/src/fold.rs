//! Folding: the legs of a day are rewritten from its events.

use contact::Day;
use engine::fold_day;
use lake::{DataFile, FileTags, LakeError, NewFile, Origins, Snapshot, sort_batches};

use crate::{Store, StoreError, specs, vitals::Step};

/// Days folded in one commit.
const DAYS_A_COMMIT: usize = 32;

impl Store {
    /// Folds every day whose legs are not those of its events. Returns the days folded.
    ///
    /// # Errors
    /// The disk, or a defect in `legs.sql`.
    pub async fn fold(&self) -> Result<usize, StoreError> {
        self.fold_days(false).await
    }

    /// Folds every day anew, whatever its legs say.
    ///
    /// # Errors
    /// As [`Store::fold`].
    pub async fn rebuild(&self) -> Result<usize, StoreError> {
        self.fold_days(true).await
    }

    async fn fold_days(&self, all: bool) -> Result<usize, StoreError> {
        let folded = self.vitals.timed(Step::FOLD, self.fold_due(all)).await?;
        self.vitals.folded_days.inc_by(folded as u64);
        self.measure_days()?;
        Ok(folded)
    }

    async fn fold_due(&self, all: bool) -> Result<usize, StoreError> {
        let fingerprint = self.engine().catalog().get("legs")?.definition();
        let (events, flushed) = {
            // Under the lock of the events no flush can come between the two.
            let events = self.events.lock().await.snapshot()?;
            (events, self.publish(|state| state.flushed))
        };
        let mut legs = self.legs.lock().await;
        let base = legs.snapshot()?;
        let due = due(&events, &base, &fingerprint, all);
        let (mut folded, mut whole) = (0, true);
        for days in due.chunks(DAYS_A_COMMIT) {
            let base = legs.snapshot()?;
            let mut old: Vec<DataFile> = Vec::new();
            let mut new: Vec<NewFile> = Vec::new();
            for day in days {
                let files: Vec<DataFile> = events.day(*day).into_iter().cloned().collect();
                let rows = fold_day(self.engine(), files).await?;
                old.extend(base.day(*day).into_iter().cloned());
                if rows.iter().all(|batch| batch.num_rows() == 0) {
                    continue;
                }
                let sorted = sort_batches(&specs::legs(), &rows)?;
                let tags = FileTags { origins: events.origins(*day), fingerprint: Some(fingerprint.clone()) };
                new.push(legs.write_day(*day, &[sorted], tags).await?);
            }
            if old.is_empty() && new.is_empty() {
                continue;
            }
            match legs.replace(&base, &old, new, true).await {
                Ok(_) => folded += days.len(),
                Err(LakeError::Conflict { .. }) => {
                    legs.refresh().await?;
                    whole = false;
                }
                Err(error) => return Err(error.into()),
            }
            let snapshot = legs.snapshot()?;
            self.publish(|state| state.pinned.legs = snapshot);
        }
        if whole {
            // Every flush up to the snapshot is folded: views need its rows in memory no more.
            self.publish(|state| state.batches.retain(|sequence, _| *sequence > flushed));
        }
        Ok(folded)
    }
}

/// The days to fold: those with other events than their legs were made from, or made by another text.
pub(crate) fn due(events: &Snapshot, legs: &Snapshot, fingerprint: &str, all: bool) -> Vec<Day> {
    let folded = legs.days();
    let is_clean = |day: &Day, files: &[&DataFile]| match folded.get(day).map(Vec::as_slice) {
        Some([legs]) if legs.tags.fingerprint.as_deref() == Some(fingerprint) => {
            legs.tags.origins == Origins::union(files.iter().map(|file| &file.tags.origins))
        }
        _ => false,
    };
    let days = events.days().into_iter().filter(|(day, files)| all || !is_clean(day, files));
    days.map(|(day, _)| day).collect()
}
