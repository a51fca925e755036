//! Now: what waits, what is worked on, and how the day goes so far.

mod feeds;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use contact::{Figure, Instant, Network, Viewpoint};
use engine::View;
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;

pub use self::feeds::LiveFeed;
use self::{
    feeds::feeds_of,
    rows::{Counted, Sheet},
};
use crate::{
    Bucket, Counting, Dim, Feeds, LakeVersions, Period, PeriodAnswer, Question, ScorecardError,
    buckets::SLOT_US,
    parts::{sums, sums_ever},
};

/// What waits and what is worked on.
const STANDING: &str = "live_standing";

/// How long those who wait have waited.
const WAITS: &str = "live_waits";

/// The scorecard's own counts.
const CELLS: &str = "cells";

/// What is asked of the present: the scorecard's own question, about the local day of its `now`, by queue unless it says
/// otherwise.
#[derive(Debug, Clone)]
pub struct LiveQuestion {
    question: Question,
}

impl LiveQuestion {
    /// Reads the question; its period and its grain do not matter, only the zone in which its days are read.
    ///
    /// # Errors
    /// The local day lies beyond the calendar, or begins between quarter-hours.
    pub fn new(question: Question) -> Result<Self, ScorecardError> {
        let by = if question.by.is_empty() { BTreeSet::from([Dim::Queue]) } else { question.by };
        let period = day_of(question.now, &question.period)?;
        // Who waits, waits somewhere: legs, whoever answers the contact in the end.
        let counting = Counting { viewpoint: Viewpoint::Provider, ..question.counting };
        Ok(Self { question: Question { period, by, counting, grain: None, ..question } })
    }

    /// The scorecard's own question, about the day.
    #[must_use]
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// The question about every leg ever offered, and its two stretches: before the day, and the day.
    fn ever(&self) -> (Question, [Bucket; 2]) {
        let Period { from: midnight, to, zone } = self.question.period.clone();
        let ever = Period { from: Instant::BEGINNING, to, zone };
        let wanted = [Bucket { from: Instant::BEGINNING, to: midnight }, Bucket { from: midnight, to }];
        (Question { period: ever, ..self.question.clone() }, wanted)
    }
}

/// The local day of an instant, in the zone of a period.
fn day_of(now: Instant, period: &Period) -> Result<Period, ScorecardError> {
    let zone = period.zone.clone();
    let date = now.to_timestamp().to_zoned(zone.clone()).date();
    let start = |date| Instant::start_of_day(date, &zone).ok();
    let bounds = start(date).zip(date.tomorrow().ok().and_then(start));
    let Some((from, to)) = bounds else {
        return Err(ScorecardError::question(
            "now",
            format!("the day of {now} is the last of the calendar; give an earlier one"),
        ));
    };
    if from.as_micros() % SLOT_US != 0 {
        let message = format!("the local day begins at {from}, not on a quarter-hour; give zone=UTC");
        return Err(ScorecardError::question("zone", message));
    }
    Ok(Period { from, to, zone })
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LiveRow {
    /// The value of each grouping; null where the source did not say.
    pub key: BTreeMap<Dim, Option<String>>,
    /// The providers of this row whose feed is late: what they have not told yet is missing here.
    pub late: Vec<String>,
    /// Figures by id: those of the instant, and those of the day, which are the scorecard's own. A zero that only says that
    /// nothing was told is none.
    pub figures: BTreeMap<String, Figure>,
}

/// What waits, what is worked on, and how the day goes so far.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LiveAnswer {
    /// The local day of `now`, which the figures of the day are about.
    pub period: PeriodAnswer,
    /// The instant at which it was so.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Only what had been received by then was used; null for all that is known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Instant>,
    /// The state of the lake.
    pub lake: LakeVersions,
    /// Offered on the day minus the sum of its outcomes, over all rows; always 0.
    pub residual: i64,
    /// Providers whose source never says that a stay has ended: nobody knows what is in work there, and none of it is counted.
    pub never_ended: Vec<String>,
    /// When each provider was heard last.
    pub feeds: Vec<LiveFeed>,
    /// All rows together.
    pub total: LiveRow,
    /// One row for each grouping.
    pub rows: Vec<LiveRow>,
}

impl LiveAnswer {
    /// Every figure.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.rows.iter().chain([&self.total]).flat_map(|row| row.figures.values())
    }
}

/// Tells the present of a view.
///
/// Legs without an outcome are found whenever they were offered: files say which they are (`parts`).
///
/// # Errors
/// As [`crate::answer`].
#[must_use]
pub fn live<'a>(
    view: &'a View,
    network: &'a Network,
    feeds: &'a Feeds,
    asked: &'a LiveQuestion,
) -> BoxFuture<'a, Result<LiveAnswer, ScorecardError>> {
    Box::pin(async move {
        let question = &asked.question;
        let (ever, wanted) = asked.ever();
        let (standing, day) = tokio::try_join!(
            sums_ever(view, network, &ever, &wanted, &[STANDING, WAITS]),
            sums(view, network, question, &[CELLS]),
        )?;
        let counted = Counted { catalog: view.engine().catalog(), standing: &standing, day: &day };
        let residual = counted.residual()?;
        if residual != 0 {
            return Err(ScorecardError::Residual(residual));
        }
        let whole = Question { by: BTreeSet::new(), ..question.clone() };
        let total = Sheet::new(&counted, network, feeds, &whole)?;
        let rows = Sheet::new(&counted, network, feeds, question)?;
        Ok(LiveAnswer {
            period: PeriodAnswer::of(&question.period),
            now: question.now,
            as_of: (question.as_of != Instant::FOREVER).then_some(question.as_of),
            lake: LakeVersions::of(view, network),
            residual,
            never_ended: counted.never_ended()?.into_iter().collect(),
            feeds: feeds_of(network, feeds, question),
            total: total.row(BTreeMap::new())?,
            rows: rows.rows()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::Filters;

    fn asked(now: &str, zone: &str) -> Result<LiveQuestion, String> {
        let zone = TimeZone::get(zone).expect("zone");
        let question = Question {
            period: Period::parse("2026-10-01", "2026-10-02", zone).expect("period"),
            by: BTreeSet::new(),
            grain: None,
            filters: Filters::default(),
            now: now.parse().expect("a time"),
            as_of: Instant::FOREVER,
            formula: None,
            threshold: None,
            counting: crate::Counting::default(),
            customers: BTreeMap::new(),
        };
        LiveQuestion::new(question).map_err(|error| error.to_string())
    }

    fn day(now: &str, zone: &str) -> [String; 2] {
        let period = asked(now, zone).expect("a day").question.period;
        [period.from, period.to].map(|bound| bound.to_string())
    }

    /// A day that began at midnight elsewhere would show the service of another shift.
    #[test]
    fn the_day_is_the_local_one_also_when_the_clocks_change() {
        assert_eq!(day("2026-10-20T22:00:00Z", "Europe/Paris"), ["2026-10-20T22:00:00Z", "2026-10-21T22:00:00Z"]);
        assert_eq!(day("2026-10-20T21:59:59Z", "Europe/Paris"), ["2026-10-19T22:00:00Z", "2026-10-20T22:00:00Z"]);
        assert_eq!(day("2026-10-25T12:00:00Z", "Europe/Paris"), ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"]);
        assert_eq!(day("2026-10-25T12:00:00Z", "UTC"), ["2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z"]);
    }

    #[test]
    fn a_day_that_cannot_be_told_is_refused_with_what_would_be_right() {
        let error = asked("9999-12-30T12:00:00Z", "UTC").expect_err("no day follows");
        assert!(
            error.starts_with("now: the day of 9999-12-30T12:00:00Z") && error.ends_with("give an earlier one"),
            "{error}"
        );
        let error = asked("1971-06-01T12:00:00Z", "Africa/Monrovia").expect_err("44 minutes and a half behind");
        assert!(error.starts_with("zone: the local day begins at 1971-06-01T00:44:30Z"), "{error}");
    }

    #[test]
    fn it_is_told_by_queue_unless_another_grouping_is_asked() {
        assert_eq!(asked("2026-10-20T12:00:00Z", "UTC").expect("a day").question.by, BTreeSet::from([Dim::Queue]));
    }
}
