//! First contact resolution: whether the customer had to come back, wherever that was.

mod attempts;
mod edge;
mod matters;
mod touched;

use std::collections::{BTreeMap, BTreeSet};

use contact::{Duration, Figure, Instant, Network, NoValue};
use engine::{Params, Session, View};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;

use self::matters::Matters;
use crate::{
    Bucket, Dim, Feeds, LakeVersions, PeriodAnswer, Question, ScorecardError,
    buckets::buckets,
    cases::{case_params, case_session, every_leg},
    cohort::DAY_US,
    expected::{expected, providers_of, silence},
    figures::Standing,
    maker::{Maker, SUPPRESSED},
    rows::{RowKey, Rows},
    state::is_late,
    tallied::Tallied,
};

/// The statement of first contacts and repeats.
const STATEMENT: &str = "repeats";

/// Figures that are counts, or shares that hold whoever is matched.
const PLAIN: [&str; 3] = ["match_rate", "first_contacts", "repeat_contacts"];

/// Figures that say nothing where a repeat often cannot be recognised.
const MATCHED: [&str; 2] = ["fcr", "repeat_rate"];

/// Sums of first contacts are kept apart by the hour of their receipt: maturity comes hour by hour.
const HOUR_US: i64 = 3_600_000_000;

/// Longest window, in days.
const MOST_DAYS: i64 = 90;

/// What a repeat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RepeatRules {
    window_us: i64,
    transfer_fails: bool,
}

impl Default for RepeatRules {
    /// A further contact within seven days; a transfer within the contact is no failure.
    fn default() -> Self {
        Self { window_us: 7 * DAY_US, transfer_fails: false }
    }
}

impl RepeatRules {
    /// Reads `window` (such as `24h`, `7d` or `30d`; seven days when absent) and `transfers` (`pass`, also when absent, or
    /// `fail`: a first contact that its owner handed on is not resolved).
    ///
    /// # Errors
    /// No length of time up to 90 days, or another word.
    pub fn parse(window: Option<&str>, transfers: Option<&str>) -> Result<Self, ScorecardError> {
        let usual = Self::default();
        let window_us = window.map_or(Ok(usual.window_us), read_window)?;
        let transfer_fails = match transfers {
            None | Some("pass") => false,
            Some("fail") => true,
            Some(other) => {
                let message = format!("{other:?} is neither pass nor fail; leave it out for pass");
                return Err(ScorecardError::question("transfers", message));
            }
        };
        Ok(Self { window_us, transfer_fails })
    }

    /// The window, in seconds.
    fn window_s(self) -> f64 {
        crate::backlog::seconds(self.window_us)
    }

    /// What came before a period decides which of its contacts is the first; what comes after, whether it was followed.
    fn range(self, question: &Question) -> (Instant, Instant) {
        let period = &question.period;
        (period.from.plus_micros(-self.window_us), period.to.plus_micros(self.window_us))
    }

    /// Every parameter that statements of first contacts may declare.
    fn params(self, network: &Network, question: &Question) -> Params {
        case_params(network, question)
            .bigint("stretch_us", HOUR_US)
            .bigint("window_us", self.window_us)
            .boolean("transfer_fails", self.transfer_fails)
    }
}

fn read_window(text: &str) -> Result<i64, ScorecardError> {
    let days = text.strip_suffix('d').and_then(|days| days.trim().parse::<i64>().ok());
    let micros = match days {
        Some(days) => days.checked_mul(DAY_US),
        None => text.parse::<Duration>().ok().map(Duration::as_micros),
    };
    micros.filter(|micros| (1..=MOST_DAYS * DAY_US).contains(micros)).ok_or_else(|| {
        let message = format!("{text:?} is no window; give a length of time such as 24h or 7d, at most {MOST_DAYS}d");
        ScorecardError::question("window", message)
    })
}

/// Whether enough contacts are matched for a repeat to be seen: four of five.
pub(crate) fn enough_matched(matched: i64, handled: i64) -> bool {
    handled > 0 && matched * 5 >= handled * 4
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RepeatsRow {
    /// The value of each grouping, of the first human handling; null where the source did not say.
    pub key: BTreeMap<Dim, Option<String>>,
    /// The stretch of time in which first contacts were received, when a grain was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Bucket>,
    /// `fcr`, `repeat_rate`, `match_rate`, `first_contacts`, `repeat_contacts`.
    pub figures: BTreeMap<String, Figure>,
}

/// First contacts of a period, and whether the customer came back.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RepeatsAnswer {
    /// The period asked: contacts received in it.
    pub period: PeriodAnswer,
    /// The instant as of which they are judged.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Only what had been received by then was used; null for all that is known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Instant>,
    /// The state of the lake.
    pub lake: LakeVersions,
    /// A contact within so many seconds after another one is a repeat.
    pub window_s: f64,
    /// Whether a first contact that its owner handed on counts as not resolved.
    pub transfer_fails: bool,
    /// One row for each grouping and stretch.
    pub rows: Vec<RepeatsRow>,
}

impl RepeatsAnswer {
    /// Every figure.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.rows.iter().flat_map(|row| row.figures.values())
    }
}

/// Tells first contacts and repeats of a view.
///
/// # Errors
/// A question that cannot be answered, files that cannot be read, or a defect.
#[must_use]
pub fn repeats<'a>(
    view: &'a View,
    network: &'a Network,
    feeds: &'a Feeds,
    question: &'a Question,
    rules: RepeatRules,
) -> BoxFuture<'a, Result<RepeatsAnswer, ScorecardError>> {
    Box::pin(async move {
        let catalog = view.engine().catalog();
        let rows = matter_rows(view, network, question, rules, STATEMENT).await?;
        let (matched, handled) = (total(&rows, "matched")?, total(&rows, "handled")?);
        let cells = Tallied::new(catalog, rows, STATEMENT, &question.by, "bucket", &BTreeSet::new())?;
        let wanted = buckets(&question.period, question.grain)?;
        let sheet = Sheet {
            network,
            feeds,
            question,
            wanted: &wanted,
            cells: &cells,
            enough: enough_matched(matched, handled),
        };
        let mut told = Vec::new();
        for dims in expected(network, question, cells.keys()) {
            for bucket in 0..wanted.len() {
                let key = RowKey { dims: dims.clone(), bucket };
                told.push(sheet.row(key, |is_open| Maker::of(catalog, STATEMENT, is_open))?);
            }
        }
        Ok(RepeatsAnswer {
            period: PeriodAnswer::of(&question.period),
            now: question.now,
            as_of: (question.as_of != Instant::FOREVER).then_some(question.as_of),
            lake: LakeVersions::of(view, network),
            window_s: rules.window_s(),
            transfer_fails: rules.transfer_fails,
            rows: told,
        })
    })
}

/// The rows of a statement that reads `matters`.
pub(crate) async fn matter_rows(
    view: &View,
    network: &Network,
    question: &Question,
    rules: RepeatRules,
    statement: &str,
) -> Result<Rows, ScorecardError> {
    Matters { view, network, question, rules, statement }.sums().await?.rows(statement)
}

/// The session in which the statements of first contacts run over all legs at once, and the values they bind: for running
/// the same statements on another engine.
///
/// # Errors
/// As [`repeats`].
#[must_use]
pub fn open_matters<'a>(
    view: &'a View,
    network: &'a Network,
    question: &'a Question,
    rules: RepeatRules,
) -> BoxFuture<'a, Result<(Session, Params), ScorecardError>> {
    Box::pin(async move {
        let wanted = buckets(&question.period, question.grain)?;
        let session = case_session(view, network, question, rules.range(question), &wanted).await?;
        session.keep("attempts", &every_leg(network, question)).await?;
        let params = rules.params(network, question);
        session.keep("matters", &params).await?;
        Ok((session, params))
    })
}

fn total(rows: &Rows, column: &str) -> Result<i64, ScorecardError> {
    let values = rows.ints(column)?;
    Ok((0..rows.len()).filter_map(|row| values.get(row)).sum())
}

/// Everything the rows are made from.
struct Sheet<'a> {
    network: &'a Network,
    feeds: &'a Feeds,
    question: &'a Question,
    wanted: &'a [Bucket],
    cells: &'a Tallied<'a>,
    /// Enough contacts of all rows together are matched.
    enough: bool,
}

impl<'a> Sheet<'a> {
    fn row(
        &self,
        key: RowKey,
        maker: impl Fn(bool) -> Result<Maker<'a>, ScorecardError>,
    ) -> Result<RepeatsRow, ScorecardError> {
        let standing = self.standing(&key)?;
        let (matched, handled) = (self.cells.sum(&key, "matched")?, self.cells.sum(&key, "handled")?);
        let enough = self.enough && enough_matched(matched, handled);
        let mut figures = BTreeMap::new();
        for id in PLAIN.into_iter().chain(MATCHED) {
            let provisional = standing.provisional || self.cells.unsettled(id, &key)?;
            let hidden = MATCHED.contains(&id) && !enough && standing.nothing.is_none();
            let figure = if hidden {
                maker(provisional)?.figure(id, self.cells.sum(&key, "matters")?, SUPPRESSED, None)?
            } else {
                self.cells.figure(id, &key, Standing { provisional, ..standing })?
            };
            figures.insert(id.to_owned(), figure);
        }
        let bucket = self.question.grain.and(self.wanted.get(key.bucket).copied());
        Ok(RepeatsRow { key: key.dims, bucket, figures })
    }

    fn standing(&self, key: &RowKey) -> Result<Standing, ScorecardError> {
        let judged_at = self.question.now.min(self.question.as_of);
        let nothing: Option<NoValue> = if self.cells.sum(key, "handled")? > 0 {
            None
        } else {
            Some(silence(self.network, self.feeds, self.question, &key.dims))
        };
        let mut providers = providers_of(self.network, self.question, &key.dims);
        if providers.is_empty() {
            providers = self.network.providers.keys().map(ToString::to_string).collect();
        }
        let late = providers.iter().any(|provider| is_late(self.network, self.feeds, provider, judged_at));
        let runs = self.wanted.get(key.bucket).is_none_or(|bucket| bucket.to > judged_at);
        Ok(Standing { nothing, unsaid: false, provisional: late || runs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_days_or_lengths_of_time() {
        let window = |text| RepeatRules::parse(Some(text), None).map(|rules| rules.window_us);
        assert_eq!(window("7d").ok(), Some(7 * DAY_US));
        assert_eq!(window("24h").ok(), Some(DAY_US));
        for wrong in ["0d", "91d", "-1d", "7", "a week", "9223372036854775807d"] {
            let error = window(wrong).expect_err(wrong).to_string();
            assert!(error.starts_with("window: ") && error.contains("24h or 7d"), "{error}");
        }
        assert!(RepeatRules::parse(None, Some("fail")).is_ok_and(|rules| rules.transfer_fails));
        assert!(RepeatRules::parse(None, Some("no")).is_err());
    }

    #[test]
    fn four_of_five_are_enough() {
        assert!(enough_matched(4, 5) && enough_matched(80, 100));
        assert!(!enough_matched(79, 100) && !enough_matched(0, 0));
    }
}
