//! Complaints: resolved within a day or two, how long they take with those that are still open, and which those are.

mod rows;

use std::collections::{BTreeMap, BTreeSet};

use contact::{Figure, Instant, Network};
use engine::{Params, Session, View};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;

use self::rows::{Sheet, open_rows};
use crate::{
    Bucket, Dim, Feeds, LakeVersions, PeriodAnswer, Question, ScorecardError, SurvivalPoint,
    bound::{asked as asked_at, local_days, slots},
    buckets::buckets,
    cases::{Beside, Reading, Span, case_params, case_session},
    cohort::{clock_end, open_slots_between},
    lifetimes::Times,
    maker::Maker,
    rows::Rows,
    tallied::Tallied,
};

/// Statements that read the complaints received, in the order in which they are read.
const ASKED: [&str; 3] = ["complaints", "complaint_times", "open_complaints"];

/// Most complaints of the list of open ones.
const MOST: usize = 1000;

/// What is asked of complaints, beside the scorecard's own question.
#[derive(Debug, Clone)]
pub struct ComplaintsQuestion {
    question: Question,
    open: usize,
}

impl ComplaintsQuestion {
    /// `open` is how many of the open complaints are listed.
    ///
    /// # Errors
    /// More than 1,000, or none.
    pub fn new(question: Question, open: usize) -> Result<Self, ScorecardError> {
        if open == 0 || open > MOST {
            return Err(ScorecardError::question("limit", format!("{open} complaints; give 1 to {MOST}")));
        }
        Ok(Self { question, open })
    }

    /// The scorecard's own question.
    #[must_use]
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// Every parameter that its statements may declare; complaints of `silent` providers are not listed.
    fn params(&self, network: &Network, silent: &BTreeSet<String>) -> Params {
        case_params(network, &self.question)
            .bigint("most", i64::try_from(self.open).unwrap_or(i64::MAX))
            .texts("silent", silent.iter().map(String::as_str))
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ComplaintsRow {
    /// The value of each grouping; null where the source did not say.
    pub key: BTreeMap<Dim, Option<String>>,
    /// The stretch of time in which they were received, when a grain was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Bucket>,
    /// Figures by id.
    pub figures: BTreeMap<String, Figure>,
    /// The share not resolved by elapsed time since the receipt.
    pub curve: Vec<SurvivalPoint>,
    /// Until when that is known, in seconds: the longest time for which a complaint was seen; null without complaints.
    pub curve_until_s: Option<f64>,
    /// The share not resolved by open time of the promise calendars.
    pub curve_business: Vec<SurvivalPoint>,
    /// Until when that is known, in seconds of open time; null without complaints.
    pub curve_business_until_s: Option<f64>,
}

/// A complaint that is not resolved after 48 h.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OpenComplaint {
    /// Key of the contact.
    pub contact: String,
    /// Provider of its owner.
    pub provider: String,
    /// Site of its owner.
    pub site: String,
    /// Queue of its owner.
    pub queue: String,
    /// Team of its owner.
    pub team: Option<String>,
    /// Channel.
    pub channel: String,
    /// Reason.
    pub reason: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// When it was received.
    #[schemars(with = "String")]
    pub received_at: Instant,
    /// Whether a human has answered.
    pub answered: bool,
    /// Whether it was resolved once, and reopened.
    pub reopened: bool,
    /// How old it is, in seconds of elapsed time.
    pub age_s: f64,
}

/// The complaints of a period.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ComplaintsAnswer {
    /// The period asked: complaints received in it.
    pub period: PeriodAnswer,
    /// The instant as of which they are judged.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Only what had been received by then was used; null for all that is known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Instant>,
    /// The state of the lake.
    pub lake: LakeVersions,
    /// Providers whose source never says that anything is resolved: their complaints are not counted.
    pub silent: Vec<String>,
    /// One row for each grouping and stretch.
    pub rows: Vec<ComplaintsRow>,
    /// Complaints not resolved after 48 h, the oldest first: those closed without a solution or given up too, which are no
    /// longer in the backlog.
    pub open: Vec<OpenComplaint>,
}

impl ComplaintsAnswer {
    /// Every figure.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.rows.iter().flat_map(|row| row.figures.values())
    }
}

/// Tells the complaints of a view.
///
/// # Errors
/// A question that cannot be answered, files that cannot be read, or a defect.
#[must_use]
pub fn complaints<'a>(
    view: &'a View,
    network: &'a Network,
    feeds: &'a Feeds,
    asked: &'a ComplaintsQuestion,
) -> BoxFuture<'a, Result<ComplaintsAnswer, ScorecardError>> {
    Box::pin(async move {
        let question = &asked.question;
        let catalog = view.engine().catalog();
        let period = &question.period;
        let wanted = buckets(period, question.grain)?;
        local_days(period, &wanted)?;
        let reading = Reading::open(view, network, question, (period.from, period.to), &[]).await?;
        let sources = reading.sums(&["complaint_sources"], |span| Ok(within(question, span))).await?;
        let silent = silent(&sources.rows("complaint_sources")?)?;
        let [cells, times, open] = told(&reading, network, asked, &wanted, &silent).await?;
        let cells = Tallied::new(catalog, cells, "complaints", &question.by, "bucket", &silent)?;
        let times = Tallied::new(catalog, times, "complaint_times", &question.by, "bucket", &silent)?;
        let times = Times::new(times)?;
        let sheet = Sheet { network, feeds, question, wanted: &wanted, silent: &silent, cells: &cells, times: &times };
        let rows = sheet.rows(|standing| Maker::of(catalog, "complaint_times", standing.provisional))?;
        Ok(ComplaintsAnswer {
            period: PeriodAnswer::of(period),
            now: question.now,
            as_of: (question.as_of != Instant::FOREVER).then_some(question.as_of),
            lake: LakeVersions::of(view, network),
            rows,
            open: open_rows(&open)?,
            silent: silent.into_iter().collect(),
        })
    })
}

/// The rows of [`ASKED`]. Complaints are kept by legs file: what each says depends on `now`.
async fn told(
    reading: &Reading<'_>,
    network: &Network,
    asked: &ComplaintsQuestion,
    wanted: &[Bucket],
    silent: &BTreeSet<String>,
) -> Result<[Rows; 3], ScorecardError> {
    let question = &asked.question;
    let rows = reading.rows("complaint_cases", |span| Ok(Beside::nothing(span))).await?;
    let mut tables = vec![Vec::new(); ASKED.len()];
    if let Some(mut bench) = reading.view.engine().workbench_on("complaint_cases", rows)? {
        let period = &question.period;
        let bounds = [
            slots(period, wanted)?,
            asked_at(question.now, clock_end(period))?,
            open_slots_between(reading.view, network, period, (period.from, question.now))?,
        ];
        for bound in bounds {
            bench.bind(bound);
        }
        let params = asked.params(network, silent);
        bench.keep("complaints_received", &params).await?;
        tables = bench.all(&ASKED, &params).await?;
    }
    let [cells, times, open] = [0, 1, 2].map(|number| {
        let rows = tables.get(number).map_or(&[][..], Vec::as_slice);
        Rows::new(ASKED[number], rows)
    });
    Ok([cells?, times?, open?])
}

/// The period, as far as contacts of legs of this span can be received in it.
fn within(question: &Question, span: Span) -> Beside {
    let cut = |at: Instant| at.as_micros().clamp(span.first, span.last.saturating_add(1));
    let name = format!("{} {}", cut(question.period.from), cut(question.period.to));
    Beside { name, bounds: Vec::new(), until_us: span.last }
}

/// The session in which [`complaints`] runs its statements, and the values it binds: for running the same statements on
/// another engine.
///
/// # Errors
/// As [`complaints`].
#[must_use]
pub fn open_complaints<'a>(
    view: &'a View,
    network: &'a Network,
    asked: &'a ComplaintsQuestion,
) -> BoxFuture<'a, Result<(Session, Params), ScorecardError>> {
    Box::pin(async move {
        let question = &asked.question;
        let wanted = buckets(&question.period, question.grain)?;
        let range = (question.period.from, question.period.to);
        let session = case_session(view, network, question, range, &wanted).await?;
        let params = asked.params(network, &BTreeSet::new());
        session.keep("complaint_cases", &params).await?;
        session.keep("complaints_received", &params).await?;
        Ok((session, params))
    })
}

/// Providers that have contacts and never say that one is resolved.
fn silent(sources: &Rows) -> Result<BTreeSet<String>, ScorecardError> {
    let (names, done) = (sources.texts("provider")?, sources.ints("done")?);
    let silent = names.into_iter().enumerate().filter(|(row, _)| done.get(*row).unwrap_or(0) == 0);
    Ok(silent.filter_map(|(_, name)| name).collect())
}
