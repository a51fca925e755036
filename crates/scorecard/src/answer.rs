//! The scorecard: a question's rows of figures.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Figure, Instant, Network, Viewpoint};
use engine::{Catalog, Statement, View};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Bucket, Dim, Feeds, Period, Question, ScorecardError,
    buckets::buckets,
    cohort::{cohort_session, params},
    compared::STATEMENT as HOMOGENEITY,
    conservation::{Conservation, HAND_OVERS, total},
    cuts::{SeriesCut, mark},
    excluded::{EXCLUDED, Excluded, excluded},
    gaps::{gaps_beside, site_gaps},
    parts::{Sums, sums},
    ranked::Ranked,
    rows::Rows,
    sheet::Sheet,
};

/// The period of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// Dated events of the network file that this row spans, with the stretch compared with: before and after are not of
    /// one series.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<String>,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Answer {
    /// What the rows count: each leg for whoever got it (`provider`), or each contact whole, where it came in (`brand`).
    pub view: Viewpoint,
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
    /// Legs of the providers against contacts of the brand, where contacts are counted whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conservation: Option<Conservation>,
    /// Legs (or whole contacts) left out by rule.
    pub excluded: Vec<Excluded>,
    /// Legs of cancelled contacts (or these contacts), left out.
    pub cancelled: i64,
    /// Legs without an `offered` event, counted from their first event; or contacts with such a leg.
    pub inferred: i64,
    /// Legs whose times run backwards by more than 5 s; their wait is unknown. Or contacts with such a leg.
    pub disordered: i64,
    /// Outcomes after the first one of a leg, ignored.
    pub anomalies: i64,
    /// Dated events of the network file that some row spans.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<SeriesCut>,
    /// One row per grouping and stretch.
    pub rows: Vec<AnswerRow>,
}

/// Answers a question on a view.
///
/// # Errors
/// A question that cannot be answered, files that cannot be read, or a defect.
#[must_use]
pub fn answer<'a>(
    view: &'a View,
    network: &'a Network,
    feeds: &'a Feeds,
    question: &'a Question,
) -> BoxFuture<'a, Result<Answer, ScorecardError>> {
    Box::pin(async move {
        let catalog = view.engine().catalog();
        let viewpoint = question.counting.viewpoint;
        let sums = sums(view, network, question, &added_up(catalog, network, question)).await?;
        let (tables, ranked) = tables(view, network, question, &sums).await?;
        let cells = tables.get("cells").ok_or_else(|| engine::EngineError::Unknown("cells".into()))?;
        let residual = total(cells, "residual")?;
        if residual != 0 {
            return Err(ScorecardError::Residual(residual));
        }
        let conservation = match viewpoint {
            Viewpoint::Provider => None,
            Viewpoint::Brand => Some(Conservation::of(view, network, question, &sums).await?),
        };
        let gaps = site_gaps(view, network, question, &sums).await?;
        let wanted = buckets(&question.period, question.grain)?;
        let sheet = Sheet {
            catalog,
            network,
            feeds,
            question,
            wanted: &wanted,
            cells,
            tables: &tables,
            ranked: &ranked,
            gaps: gaps.as_ref(),
        };
        let mut rows = sheet.rows()?;
        let nothing = vec![None; rows.len()];
        let cuts = mark(&mut rows, network, question, &nothing);
        Ok(Answer {
            view: viewpoint,
            period: PeriodAnswer::of(&question.period),
            previous_period: None,
            now: question.now,
            as_of: (question.as_of != Instant::FOREVER).then_some(question.as_of),
            lake: LakeVersions::of(view, network),
            residual,
            conservation,
            excluded: excluded(&sums, network)?,
            cancelled: total(cells, "cancelled")?,
            inferred: total(cells, "inferred")?,
            disordered: total(cells, "disordered")?,
            anomalies: total(cells, "anomalies")?,
            cuts,
            rows,
        })
    })
}

/// The rows of the statements behind the figures, and the ranks of distributions.
async fn tables(
    view: &View,
    network: &Network,
    question: &Question,
    sums: &Sums,
) -> Result<(BTreeMap<String, Rows>, BTreeMap<String, Ranked>), ScorecardError> {
    let statements = view.engine().catalog().scorecard_of(question.counting.viewpoint);
    let (adding, others): (Vec<&Statement>, Vec<&Statement>) = statements.partition(|statement| statement.adds_up());
    let mut tables = others_rows(view, network, question, &others).await?;
    let mut ranked = BTreeMap::new();
    for statement in adding {
        if statement.spread().is_some() {
            ranked.insert(statement.id.clone(), Ranked::new(statement, sums.spreads(&statement.id), question)?);
        } else {
            tables.insert(statement.id.clone(), sums.rows(&statement.id)?);
        }
    }
    Ok((tables, ranked))
}

/// The statements whose rows are added up for a scorecard.
pub(crate) fn added_up<'c>(catalog: &'c Catalog, network: &Network, question: &Question) -> Vec<&'c str> {
    let viewpoint = question.counting.viewpoint;
    let adding = catalog.scorecard_of(viewpoint).filter(|statement| statement.adds_up());
    let mut ids: Vec<&str> = adding.map(|statement| statement.id.as_str()).collect();
    ids.extend((!network.exclusions.is_empty()).then_some(EXCLUDED));
    ids.extend(gaps_beside(question).then_some(HOMOGENEITY));
    ids.extend((viewpoint == Viewpoint::Brand).then_some(HAND_OVERS));
    // A directory may give these figures; they are asked once.
    let mut asked = BTreeSet::new();
    ids.retain(|id| asked.insert(*id));
    ids
}

/// The rows of statements that do not add up: those of a directory given at start. They see all legs at once.
async fn others_rows(
    view: &View,
    network: &Network,
    question: &Question,
    statements: &[&Statement],
) -> Result<BTreeMap<String, Rows>, ScorecardError> {
    let mut tables = BTreeMap::new();
    if statements.is_empty() {
        return Ok(tables);
    }
    let wanted = buckets(&question.period, question.grain)?;
    let params = params(network, question);
    let session = cohort_session(view, network, question, &params, &wanted).await?;
    session.keep("cells", &params).await?;
    let ids: Vec<&str> = statements.iter().map(|statement| statement.id.as_str()).collect();
    for (id, rows) in ids.iter().zip(session.all(&ids, &params).await?) {
        tables.insert((*id).to_owned(), Rows::new(id, &rows)?);
    }
    Ok(tables)
}

/// Answers a question and the same question of the previous period, row beside row.
///
/// # Errors
/// As [`answer`].
#[must_use]
pub fn answer_with_previous<'a>(
    view: &'a View,
    network: &'a Network,
    feeds: &'a Feeds,
    question: &'a Question,
) -> BoxFuture<'a, Result<Answer, ScorecardError>> {
    Box::pin(async move {
        let mut now = answer(view, network, feeds, question).await?;
        let earlier = Question { period: question.period.previous(), ..question.clone() };
        let before = answer(view, network, feeds, &earlier).await?;
        let mut rows: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in before.rows {
            let from = row.bucket.map_or(before.period.from, |bucket| bucket.from);
            rows.entry(row.key).or_default().push((from, row.figures));
        }
        let mut seen: BTreeMap<BTreeMap<Dim, Option<String>>, usize> = BTreeMap::new();
        let mut compared = Vec::new();
        for row in &mut now.rows {
            // With a grain, the first stretch is compared with the first of the previous period, and so on.
            let index = seen.entry(row.key.clone()).or_default();
            let earlier = rows.get(&row.key).and_then(|stretches| stretches.get(*index));
            row.previous = earlier.map(|(_, figures)| figures.clone());
            compared.push(earlier.map(|(from, _)| *from));
            *index += 1;
        }
        now.cuts = mark(&mut now.rows, network, question, &compared);
        now.previous_period = Some(before.period);
        Ok(now)
    })
}

impl PeriodAnswer {
    /// As an answer tells a period.
    #[must_use]
    pub fn of(period: &Period) -> Self {
        let zone = period.zone.iana_name().unwrap_or("UTC").to_owned();
        Self { from: period.from, to: period.to, zone }
    }
}

impl LakeVersions {
    /// Those of a view.
    #[must_use]
    pub fn of(view: &View, network: &Network) -> Self {
        Self {
            events: view.pinned().events.version,
            legs: view.pinned().legs.version,
            tail: view.sequence(),
            network: network.hash.clone(),
            engine: engine::NAME.to_owned(),
        }
    }
}
