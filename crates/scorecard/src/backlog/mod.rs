//! The backlog: what is open, how old it is, what came in and went out, and what follows if that goes on.

mod pace;
mod rows;
mod session;

use std::collections::{BTreeMap, BTreeSet};

use contact::{Figure, Instant, Network};
use engine::{Catalog, Params, Session, Title, View};
use schemars::JsonSchema;
use serde::Serialize;

pub use self::session::open_backlog;
use self::{
    rows::Sheet,
    session::{Cut, cut},
};
use crate::{Bucket, Dim, Feeds, LakeVersions, PeriodAnswer, Question, ScorecardError, rows::Rows, tallied::Tallied};

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
}

/// One row: a grouping, at the end of a stretch and over it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BacklogRow {
    /// The value of each grouping; null where the source did not say.
    pub key: BTreeMap<Dim, Option<String>>,
    /// The stretch of time, when a grain was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Bucket>,
    /// Figures by id. `backlog_saturated_in_days` and `backlog_cleared_in_days` are there only where that will happen.
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
pub async fn backlog(
    view: &View,
    network: &Network,
    feeds: &Feeds,
    asked: &BacklogQuestion,
) -> Result<BacklogAnswer, ScorecardError> {
    let question = &asked.question;
    let cut = cut(question)?;
    let (session, params) = open_backlog(view, network, asked).await?;
    let catalog = view.engine().catalog();
    let asked_of = Asked { catalog, session: &session, params: &params };
    let sources = Sources::read(&asked_of.rows("case_sources").await?)?;
    let by = &question.by;
    let levels = Tallied::new(catalog, asked_of.rows("backlog").await?, "backlog", by, "moment", &sources.silent)?;
    let flows = asked_of.rows("backlog_flows").await?;
    let flows = Tallied::new(catalog, flows, "backlog_flows", by, "stretch", &sources.silent)?;
    let oldest = open_cases(&asked_of.rows("oldest_cases").await?, &sources.silent)?;
    let sheet = Sheet { catalog, network, feeds, asked, cut: &cut, sources: &sources, levels: &levels, flows: &flows };
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
        silent: sources.silent.into_iter().collect(),
        oldest,
    })
}

fn assumption() -> Title {
    Title {
        en: "cases come in and go out on every open day as they did on the last seven open days".to_owned(),
        fr: "les dossiers arrivent et sortent chaque jour ouvert comme sur les sept derniers jours ouverts".to_owned(),
    }
}

/// Runs the statements of one answer.
struct Asked<'a> {
    catalog: &'a Catalog,
    session: &'a Session,
    params: &'a Params,
}

impl Asked<'_> {
    async fn rows(&self, id: &str) -> Result<Rows, ScorecardError> {
        let statement = self.catalog.get(id)?;
        Rows::new(&statement.id, &self.session.rows(id, self.params).await?)
    }
}

/// What is known of the providers that have cases.
struct Sources {
    /// The receipt of the first case of any of them, microseconds.
    first_us: Option<i64>,
    /// Those that say that cases are done.
    speaking: BTreeSet<String>,
    /// Those that never do.
    silent: BTreeSet<String>,
}

impl Sources {
    fn read(rows: &Rows) -> Result<Self, ScorecardError> {
        let (names, first, done) = (rows.texts("provider")?, rows.ints("first_us")?, rows.ints("done")?);
        let mut sources = Self { first_us: None, speaking: BTreeSet::new(), silent: BTreeSet::new() };
        for (row, name) in names.into_iter().enumerate() {
            let says = done.get(row).unwrap_or(0) > 0;
            let among = if says { &mut sources.speaking } else { &mut sources.silent };
            among.extend(name);
            let earliest = sources.first_us.into_iter().chain(first.get(row)).min();
            sources.first_us = earliest;
        }
        Ok(sources)
    }
}

fn open_cases(rows: &Rows, silent: &BTreeSet<String>) -> Result<Vec<OpenCase>, ScorecardError> {
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
    let cases = (0..rows.len()).filter_map(case);
    Ok(cases.filter(|case| !silent.contains(&case.provider)).collect())
}

#[expect(clippy::cast_precision_loss, reason = "an age in microseconds is far below 2^53")]
pub(crate) fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}
