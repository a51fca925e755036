//! How alike sites are on the same questions: the headline, each site against the rest, and where the spread comes from.

use std::collections::BTreeMap;

use contact::{Figure, Instant, Network, Viewpoint};
use engine::View;
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;
use stats::homogeneity::{Limits, MARGIN, gaps, index};

use crate::{
    Counting, Dim, Feeds, LakeVersions, Measure, PeriodAnswer, Question, RepeatRules, ScorecardError,
    compared::{Compared, compared_rows, no_repeat_rows},
    comparison::Comparison,
    maker::Maker,
    state::is_open,
};

/// What is asked of a comparison, beside the scorecard's own question (whose grouping and grain do not matter).
#[derive(Debug, Clone)]
pub struct HomogeneityQuestion {
    question: Question,
    of: Measure,
    by: Dim,
    rules: RepeatRules,
}

impl HomogeneityQuestion {
    /// Reads `of` (`resolution`, also when absent, or `no_repeat`) and `by` (`site` or `provider`; `site` when absent).
    ///
    /// # Errors
    /// Another word.
    pub fn parse(question: Question, of: Option<&str>, by: Option<&str>) -> Result<Self, ScorecardError> {
        let of = match of {
            None => Measure::Resolution,
            Some(word) => Measure::ALL.into_iter().find(|measure| measure.as_str() == word).ok_or_else(|| {
                let message = format!("{word:?} is not compared; give resolution or no_repeat, or leave it out");
                ScorecardError::question("of", message)
            })?,
        };
        let by = match by {
            None | Some("site") => Dim::Site,
            Some("provider") => Dim::Provider,
            Some(other) => {
                let message = format!("{other:?} cannot be compared; give site or provider");
                return Err(ScorecardError::question("by", message));
            }
        };
        // Sites are compared on what they resolved: each contact is credited to the leg that owns it, wherever it came in.
        let counting = Counting { viewpoint: Viewpoint::Provider, ..question.counting };
        Ok(Self { question: Question { counting, ..question }, of, by, rules: RepeatRules::default() })
    }

    /// The same question, with other rules of what a repeat is.
    #[must_use]
    pub fn with_rules(self, rules: RepeatRules) -> Self {
        Self { rules, ..self }
    }

    /// The scorecard's own question.
    #[must_use]
    pub fn question(&self) -> &Question {
        &self.question
    }
}

/// The rules behind the findings, in points and shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Rules {
    /// The largest equivalent gap that is homogeneous, in points.
    pub gap_ok: f64,
    /// The highest noise floor at which the index is shown, in points.
    pub floor_max: f64,
    /// The lowest coverage at which the index is shown, 0–1.
    pub coverage_min: f64,
    /// The smallest gap of a site that matters, in points.
    pub margin: f64,
}

/// One site, or one provider.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SideRow {
    /// Which.
    pub key: BTreeMap<Dim, Option<String>>,
    /// `resolution_gap` with its finding, `level`, `adjusted_resolution_rate`, `spread_share`; of first contacts those that
    /// [`Measure::id`] names.
    pub figures: BTreeMap<String, Figure>,
    /// How often chance alone goes so far, after as many comparisons as there are rows; null when not comparable.
    pub p_adjusted: Option<f64>,
}

/// One reason, in one channel and language.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StratumRow {
    /// The reason.
    pub reason: String,
    /// The channel.
    pub channel: Option<String>,
    /// The language; null where it was not stated.
    pub language: Option<String>,
    /// How many sites, or providers, handle it.
    pub sides: usize,
    /// `level`, `spread_share`.
    pub figures: BTreeMap<String, Figure>,
}

/// How alike sites, or providers, are on the same questions.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct HomogeneityAnswer {
    /// The period asked.
    pub period: PeriodAnswer,
    /// The instant as of which contacts were judged.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Only what had been received by then was used; null for all that is known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Instant>,
    /// The state of the lake.
    pub lake: LakeVersions,
    /// What is compared.
    pub of: Measure,
    /// Between whom: `site` or `provider`.
    pub by: Dim,
    /// `resolution_homogeneity` with its finding, `equivalent_gap`, `noise_floor`, `coverage`, `level`; by site also
    /// `provider_gap` and `within_provider_gap`.
    pub figures: BTreeMap<String, Figure>,
    /// The rules behind the findings.
    pub rules: Rules,
    /// One row for each site or provider, by name.
    pub rows: Vec<SideRow>,
    /// One row for each reason, channel and language, by name.
    pub reasons: Vec<StratumRow>,
}

impl HomogeneityAnswer {
    /// Every figure.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        let rows = self.rows.iter().flat_map(|row| row.figures.values());
        self.figures.values().chain(rows).chain(self.reasons.iter().flat_map(|row| row.figures.values()))
    }
}

/// Compares the sites, or providers, of a view.
///
/// # Errors
/// A question that cannot be answered, files that cannot be read, or a defect.
#[must_use]
pub fn homogeneity<'a>(
    view: &'a View,
    network: &'a Network,
    feeds: &'a Feeds,
    asked: &'a HomogeneityQuestion,
) -> BoxFuture<'a, Result<HomogeneityAnswer, ScorecardError>> {
    Box::pin(async move {
        let question = &asked.question;
        let rows = match asked.of {
            Measure::Resolution => compared_rows(view, network, question).await?,
            Measure::NoRepeat => no_repeat_rows(view, network, question, asked.rules).await?,
        };
        let compared = Compared::read(&rows, &[asked.by], asked.of)?;
        let limits = Limits::default();
        let is_open = compared.unsettled > 0 || is_open(network, feeds, question);
        let comparison = Comparison {
            network,
            feeds,
            question,
            by: asked.by,
            index: index(&compared.cells(), 1.0, limits),
            gaps: gaps(&compared.tallies, 1.0, MARGIN),
            compared,
            maker: Maker::of(view.engine().catalog(), asked.of.statement(), is_open)?,
            of: asked.of,
        };
        Ok(HomogeneityAnswer {
            period: PeriodAnswer::of(&question.period),
            now: question.now,
            as_of: (question.as_of != Instant::FOREVER).then_some(question.as_of),
            lake: LakeVersions::of(view, network),
            of: asked.of,
            by: asked.by,
            figures: comparison.headline(&rows)?,
            rules: Rules {
                gap_ok: limits.gap_ok,
                floor_max: limits.floor_max,
                coverage_min: limits.coverage_min,
                margin: MARGIN * 100.0,
            },
            rows: comparison.sides()?,
            reasons: comparison.strata()?,
        })
    })
}
