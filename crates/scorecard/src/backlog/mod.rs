//! The backlog: what is open, how old it is, what came in and went out, and what follows if that goes on.

mod cut;
mod pace;
mod rows;
mod standing;

use std::collections::{BTreeMap, BTreeSet};

use contact::{Figure, Instant, Network};
use engine::{Params, Session, Title, View};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;

use self::{cut::Cut, rows::Sheet, standing::Standing};
use crate::{
    Bucket, Dim, Feeds, LakeVersions, PeriodAnswer, Question, ScorecardError,
    bound::{moments, spans, standing_at},
    buckets::buckets,
    cases::{Reading, case_params, case_session},
    rows::Rows,
    tallied::Tallied,
};

/// Statements that add up, over all cases there ever were.
const COUNTED: [&str; 3] = ["backlog", "backlog_flows", "case_sources"];

/// What lies between cases and them.
const STEPS: [&str; 2] = ["followed", "spells"];

/// Most cases of the list of the oldest.
const MOST: usize = 1000;

/// Days of work at which a backlog counts as saturated, unless the question says.
const LIMIT_DAYS: f64 = 5.0;

/// What is asked of a backlog, beside the scorecard's own question.
#[derive(Debug, Clone)]
pub struct BacklogQuestion {
    question: Question,
    limit_days: f64,
    oldest: usize,
}

impl BacklogQuestion {
    /// Reads `limit_days`, the days of work at which the backlog counts as saturated (5 when absent); `oldest` is how many of
    /// the oldest cases are listed.
    ///
    /// # Errors
    /// Not a number above 0, or more cases than 1,000.
    pub fn parse(question: Question, limit_days: Option<&str>, oldest: usize) -> Result<Self, ScorecardError> {
        let limit_days = match limit_days {
            None => LIMIT_DAYS,
            Some(text) => {
                text.parse::<f64>().ok().filter(|days| (0.0..=1e6).contains(days) && *days > 0.0).ok_or_else(|| {
                    let message = format!("{text:?} is no number of days of work; give one above 0, such as 5");
                    ScorecardError::question("limit_days", message)
                })?
            }
        };
        if oldest == 0 || oldest > MOST {
            return Err(ScorecardError::question("limit", format!("{oldest} cases; give 1 to {MOST}")));
        }
        Ok(Self { question, limit_days, oldest })
    }

    /// The scorecard's own question.
    #[must_use]
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// Every parameter that its statements may declare; cases of `silent` providers are not listed.
    fn params(&self, network: &Network, silent: &BTreeSet<String>) -> Params {
        case_params(network, &self.question)
            .bigint("most", i64::try_from(self.oldest).unwrap_or(i64::MAX))
            .texts("silent", silent.iter().map(String::as_str))
    }
}

/// One row: a grouping, at the end of a stretch and over it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BacklogRow {
    /// The value of each grouping; null where the source did not say.
    pub key: BTreeMap<Dim, Option<String>>,
    /// The stretch of time, when a grain was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Bucket>,
    /// Figures by id. `backlog_saturated_in_days` and `backlog_cleared_in_days` are there only where that will happen,
    /// `backlog_oldest_s` at the end of the period only.
    pub figures: BTreeMap<String, Figure>,
}

/// A case that is still open.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OpenCase {
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
    /// Whether it is a complaint.
    pub complaint: bool,
    /// When it was received.
    #[schemars(with = "String")]
    pub received_at: Instant,
    /// Whether a human has answered.
    pub answered: bool,
    /// Whether it was closed before, and opened again.
    pub reopened: bool,
    /// How old it is, in seconds of elapsed time.
    pub age_s: f64,
}

/// What is open, and how it came to be.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BacklogAnswer {
    /// The period asked.
    pub period: PeriodAnswer,
    /// The instant of the levels: the end of the period, or `now` while it runs.
    #[schemars(with = "String")]
    pub at: Instant,
    /// The instant as of which owners, reasons and what happened are known.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Only what had been received by then was used; null for all that is known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Instant>,
    /// The state of the lake.
    pub lake: LakeVersions,
    /// Open at the end minus what was open at the start, came in and went out, over all rows and stretches; always 0.
    pub residual: i64,
    /// Days of work at which the backlog counts as saturated.
    pub limit_days: f64,
    /// What the forecast takes for granted.
    pub assumption: Title,
    /// Providers whose source never says that a case is done: their cases are not counted.
    pub silent: Vec<String>,
    /// One row for each grouping and stretch.
    pub rows: Vec<BacklogRow>,
    /// The oldest open cases.
    pub oldest: Vec<OpenCase>,
}

impl BacklogAnswer {
    /// Every figure.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.rows.iter().flat_map(|row| row.figures.values())
    }
}

/// Tells the backlog of a view.
///
/// # Errors
/// A question that cannot be answered, files that cannot be read, or a defect.
#[must_use]
pub fn backlog<'a>(
    view: &'a View,
    network: &'a Network,
    feeds: &'a Feeds,
    asked: &'a BacklogQuestion,
) -> BoxFuture<'a, Result<BacklogAnswer, ScorecardError>> {
    Box::pin(async move {
        let question = &asked.question;
        let catalog = view.engine().catalog();
        let cut = Cut::of(network, question)?;
        let (_, end) = cut.end();
        let reading = Reading::open(view, network, question, (Instant::BEGINNING, end), &STEPS).await?;
        let mut sums = reading.sums(&COUNTED, |span| cut.counting(span)).await?;
        let sources = Sources::read(&sums.rows("case_sources")?)?;
        let standing = Standing::read(&reading, network, asked, &cut, &sources.silent).await?;
        sums.add(&standing.levels);
        let tallied =
            |rows: Rows, id: &str, part: &str| Tallied::new(catalog, rows, id, &question.by, part, &sources.silent);
        let levels = tallied(sums.rows("backlog")?, "backlog", "moment")?;
        let flows = tallied(sums.rows("backlog_flows")?, "backlog_flows", "span")?;
        let oldest = tallied(standing.oldest, "backlog_oldest", "moment")?;
        let sheet = Sheet {
            catalog,
            network,
            feeds,
            asked,
            cut: &cut,
            sources: &sources,
            levels: &levels,
            flows: &flows,
            oldest: &oldest,
        };
        let residual = sheet.residual()?;
        if residual != 0 {
            return Err(ScorecardError::Backlog(residual));
        }
        Ok(BacklogAnswer {
            period: PeriodAnswer::of(&question.period),
            at: question.period.to.min(question.now),
            now: question.now,
            as_of: (question.as_of != Instant::FOREVER).then_some(question.as_of),
            lake: LakeVersions::of(view, network),
            residual,
            limit_days: asked.limit_days,
            assumption: assumption(),
            rows: sheet.rows()?,
            oldest: open_cases(&standing.cases)?,
            silent: sources.silent.into_iter().collect(),
        })
    })
}

/// The session in which the statements of [`backlog()`] run over all legs at once, and the values they bind: for running the
/// same statements on another engine.
///
/// # Errors
/// As [`backlog()`].
#[must_use]
pub fn open_backlog<'a>(
    view: &'a View,
    network: &'a Network,
    asked: &'a BacklogQuestion,
) -> BoxFuture<'a, Result<(Session, Params), ScorecardError>> {
    Box::pin(async move {
        let question = &asked.question;
        let cut = Cut::of(network, question)?;
        let (_, end) = cut.end();
        let whole = buckets(&question.period, None)?;
        let session = case_session(view, network, question, (Instant::BEGINNING, end), &whole).await?;
        let instants: Vec<(i64, Instant)> = (0..).zip(cut.moments.iter().copied()).collect();
        for bound in [moments(&instants)?, spans(&cut.spans)?, standing_at(end)?] {
            session.bind(bound)?;
        }
        let params = asked.params(network, &BTreeSet::new());
        for step in STEPS {
            session.keep(step, &params).await?;
        }
        session.define("wanted_spells", "wanted_spells", &params).await?;
        Ok((session, params))
    })
}

fn assumption() -> Title {
    Title {
        en: "cases come in and go out on every open day as they did on the last seven open days".to_owned(),
        fr: "les dossiers arrivent et sortent chaque jour ouvert comme sur les sept derniers jours ouverts".to_owned(),
    }
}

/// What is known of the providers that have cases.
struct Sources {
    /// Those that say that cases are done.
    speaking: BTreeSet<String>,
    /// Those that never do.
    silent: BTreeSet<String>,
}

impl Sources {
    fn read(rows: &Rows) -> Result<Self, ScorecardError> {
        let (names, done) = (rows.texts("provider")?, rows.ints("done")?);
        let mut sources = Self { speaking: BTreeSet::new(), silent: BTreeSet::new() };
        for (row, name) in names.into_iter().enumerate() {
            let says = done.get(row).unwrap_or(0) > 0;
            let among = if says { &mut sources.speaking } else { &mut sources.silent };
            among.extend(name);
        }
        Ok(sources)
    }
}

fn open_cases(rows: &Rows) -> Result<Vec<OpenCase>, ScorecardError> {
    let text = |name: &str| rows.texts(name);
    let [contact, provider, site, queue, channel] =
        [text("contact_id")?, text("provider")?, text("site")?, text("queue")?, text("channel")?];
    let [team, reason, language] = [text("team")?, text("reason")?, text("language")?];
    let (received, age) = (rows.ints("received_at")?, rows.ints("age_us")?);
    let [complaint, answered, reopened] = [rows.flags("complaint")?, rows.flags("answered")?, rows.flags("reopened")?];
    let case = |row: usize| {
        Some(OpenCase {
            contact: contact[row].clone()?,
            provider: provider[row].clone()?,
            site: site[row].clone()?,
            queue: queue[row].clone()?,
            team: team[row].clone(),
            channel: channel[row].clone()?,
            reason: reason[row].clone(),
            language: language[row].clone(),
            complaint: complaint[row],
            received_at: Instant::from_micros(received.get(row)?).ok()?,
            answered: answered[row],
            reopened: reopened[row],
            age_s: seconds(age.get(row)?),
        })
    };
    Ok((0..rows.len()).filter_map(case).collect())
}

#[expect(clippy::cast_precision_loss, reason = "an age in microseconds is far below 2^53")]
pub(crate) fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}
