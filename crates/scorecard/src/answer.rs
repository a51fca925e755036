//! The scorecard: a question's rows of figures.

use std::collections::BTreeMap;

use contact::{Figure, Instant, Network};
use engine::{Session, View};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Bucket, Dim, Feeds, Period, Question, ScorecardError,
    buckets::buckets,
    cohort::{cohort_session, params},
    gaps::site_gaps,
    rows::Rows,
    sheet::Sheet,
};

/// The period of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeriodAnswer {
    /// First instant.
    #[schemars(with = "String")]
    pub from: Instant,
    /// End, exclusive.
    #[schemars(with = "String")]
    pub to: Instant,
    /// The zone in which days were read.
    pub zone: String,
}

/// Which state of the lake answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LakeVersions {
    /// Version of the table `events`.
    pub events: u64,
    /// Version of the table `legs`.
    pub legs: u64,
    /// The last journal sequence seen.
    pub tail: u64,
    /// Hash of the network file.
    pub network: String,
    /// What ran the statements.
    pub engine: String,
}

/// Legs that an exclusion rule left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Excluded {
    /// The rule's name in the network file.
    pub rule: String,
    /// `test`, `robot` or `internal`.
    pub kind: String,
    /// How many legs.
    pub legs: i64,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AnswerRow {
    /// The value of each grouping; null where the source did not say.
    pub key: BTreeMap<Dim, Option<String>>,
    /// The stretch of time, when a grain was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Bucket>,
    /// Figures by id.
    pub figures: BTreeMap<String, Figure>,
    /// The same figures of the previous period, when asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<BTreeMap<String, Figure>>,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Answer {
    /// The period asked.
    pub period: PeriodAnswer,
    /// The period compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_period: Option<PeriodAnswer>,
    /// The instant as of which open legs were judged.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Only what had been received by then was used; null for all that is known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Instant>,
    /// The state of the lake.
    pub lake: LakeVersions,
    /// Offered minus the sum of its outcomes, over all rows; always 0.
    pub residual: i64,
    /// Legs left out by rule.
    pub excluded: Vec<Excluded>,
    /// Legs of cancelled contacts, left out.
    pub cancelled: i64,
    /// Legs without an `offered` event, counted from their first event.
    pub inferred: i64,
    /// Legs whose times run backwards by more than 5 s; their wait is unknown.
    pub disordered: i64,
    /// Outcomes after the first one of a leg, ignored.
    pub anomalies: i64,
    /// One row per grouping and stretch.
    pub rows: Vec<AnswerRow>,
}

/// Answers a question on a view.
///
/// # Errors
/// A question that cannot be answered, files that cannot be read, or a defect.
pub async fn answer(
    view: &View,
    network: &Network,
    feeds: &Feeds,
    question: &Question,
) -> Result<Answer, ScorecardError> {
    let wanted = buckets(&question.period, question.grain)?;
    let params = params(network, question);
    let session = cohort_session(view, network, question, &params, &wanted).await?;
    let mut tables = BTreeMap::new();
    let (above, beside) = above_cells(view, &session)?;
    let (told, cells, gaps) = tokio::try_join!(
        async { Ok(session.all(&beside, &params).await?) },
        async { Ok(session.keep("cells", &params).await?) },
        site_gaps(view, network, question, &session, &params),
    )?;
    let cells = Rows::new("cells", &cells)?;
    let told = told.into_iter().chain(session.all(&above, &params).await?);
    for (id, rows) in beside.iter().chain(&above).zip(told) {
        tables.insert((*id).to_owned(), Rows::new(id, &rows)?);
    }
    let counts = tables.get("counts").ok_or_else(|| engine::EngineError::Unknown("counts".into()))?;
    let total = |column: &str| -> Result<i64, ScorecardError> {
        let ints = counts.ints(column)?;
        Ok((0..counts.len()).filter_map(|row| ints.get(row)).sum())
    };
    if total("residual")? != 0 {
        return Err(ScorecardError::Residual(total("residual")?));
    }
    let sheet = Sheet {
        catalog: view.engine().catalog(),
        network,
        feeds,
        question,
        wanted: &wanted,
        cells: &cells,
        tables: &tables,
        gaps: gaps.as_ref(),
    };
    let rows = sheet.rows()?;
    Ok(Answer {
        period: PeriodAnswer::of(&question.period),
        previous_period: None,
        now: question.now,
        as_of: (question.as_of != Instant::FOREVER).then_some(question.as_of),
        lake: LakeVersions::of(view, network),
        residual: total("residual")?,
        excluded: excluded(&session, network).await?,
        cancelled: total("cancelled")?,
        inferred: total("inferred")?,
        disordered: total("disordered")?,
        anomalies: total("anomalies")?,
        rows,
    })
}

/// The statements of the catalog that read `cells`, and those that can run beside it.
fn above_cells<'a>(view: &'a View, session: &Session) -> Result<(Vec<&'a str>, Vec<&'a str>), ScorecardError> {
    let (mut above, mut beside) = (Vec::new(), Vec::new());
    for statement in view.engine().catalog().scorecard() {
        let reads = session.tables_of(&statement.id)?.contains("cells");
        if reads { above.push(statement.id.as_str()) } else { beside.push(statement.id.as_str()) }
    }
    Ok((above, beside))
}

/// Answers a question and the same question of the previous period, row beside row.
///
/// # Errors
/// As [`answer`].
pub async fn answer_with_previous(
    view: &View,
    network: &Network,
    feeds: &Feeds,
    question: &Question,
) -> Result<Answer, ScorecardError> {
    let mut now = answer(view, network, feeds, question).await?;
    let earlier = Question { period: question.period.previous(), ..question.clone() };
    let before = answer(view, network, feeds, &earlier).await?;
    let mut rows: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in before.rows {
        rows.entry(row.key).or_default().push(row.figures);
    }
    let mut seen: BTreeMap<BTreeMap<Dim, Option<String>>, usize> = BTreeMap::new();
    for row in &mut now.rows {
        // With a grain, the first stretch is compared with the first of the previous period, and so on.
        let index = seen.entry(row.key.clone()).or_default();
        row.previous = rows.get(&row.key).and_then(|figures| figures.get(*index)).cloned();
        *index += 1;
    }
    now.previous_period = Some(before.period);
    Ok(now)
}

impl PeriodAnswer {
    pub(crate) fn of(period: &Period) -> Self {
        let zone = period.zone.iana_name().unwrap_or("UTC").to_owned();
        Self { from: period.from, to: period.to, zone }
    }
}

impl LakeVersions {
    pub(crate) fn of(view: &View, network: &Network) -> Self {
        Self {
            events: view.pinned().events.version,
            legs: view.pinned().legs.version,
            tail: view.sequence(),
            network: network.hash.clone(),
            engine: engine::NAME.to_owned(),
        }
    }
}

async fn excluded(session: &Session, network: &Network) -> Result<Vec<Excluded>, ScorecardError> {
    if network.exclusions.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Rows::new("excluded", &session.rows("excluded", &engine::Params::default()).await?)?;
    let (rules, legs) = (rows.ints("rule")?, rows.ints("legs")?);
    let counted: BTreeMap<i64, i64> =
        (0..rows.len()).filter_map(|row| Some((rules.get(row)?, legs.get(row)?))).collect();
    Ok((0..)
        .zip(&network.exclusions)
        .map(|(ordinal, rule)| Excluded {
            rule: rule.name.clone(),
            kind: rule.kind.as_str().to_owned(),
            legs: counted.get(&ordinal).copied().unwrap_or(0),
        })
        .collect())
}
