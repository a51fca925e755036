//! The contacts behind a figure, one page at a time.

use contact::{Instant, Network, Outcome};
use engine::View;
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    LakeVersions, PeriodAnswer, Question, ScorecardError,
    buckets::buckets,
    cohort::{cohort_session, params},
    rows::Rows,
};

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Offer of the last leg seen, microseconds.
    pub offered_us: i64,
    /// Key of the last leg seen.
    pub row_key: String,
}

impl Cursor {
    /// As one word for an address.
    #[must_use]
    pub fn encode(&self) -> String {
        format!("{}~{}", self.offered_us, self.row_key)
    }

    /// Reads [`Cursor::encode`].
    ///
    /// # Errors
    /// Not a cursor.
    pub fn decode(text: &str) -> Result<Self, ScorecardError> {
        text.split_once('~')
            .and_then(|(offered, key)| Some(Self { offered_us: offered.parse().ok()?, row_key: key.to_owned() }))
            .ok_or_else(|| {
                ScorecardError::question("cursor", format!("{text:?} is no cursor; give `next` of the page before"))
            })
    }
}

/// Which contacts are wanted, beside the scorecard's own question.
#[derive(Debug, Clone)]
pub struct ContactsQuestion {
    /// Period and filters.
    pub question: Question,
    /// Outcomes wanted; empty wants all.
    pub outcomes: Vec<Outcome>,
    /// Only legs that do not count as in time.
    pub missed_only: bool,
    /// Start after this leg.
    pub after: Option<Cursor>,
    /// Rows a page, 1 to 1,000.
    pub page: usize,
}

/// One leg behind a figure.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ContactRow {
    /// Key of the contact.
    pub contact: String,
    /// Provider.
    pub provider: String,
    /// Site.
    pub site: String,
    /// Queue.
    pub queue: String,
    /// Which stay.
    pub leg: i64,
    /// Channel, stated or the queue's.
    pub channel: String,
    /// Reason.
    pub reason: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// Team.
    pub team: Option<String>,
    /// Pseudonym of the agent.
    pub agent: Option<String>,
    /// Pseudonym of the customer.
    pub customer: Option<String>,
    /// When the contact began.
    #[schemars(with = "String")]
    pub started_at: Instant,
    /// When this leg was offered.
    #[schemars(with = "String")]
    pub offered_at: Instant,
    /// What became of it.
    pub outcome: String,
    /// When.
    #[schemars(with = "Option<String>")]
    pub outcome_at: Option<Instant>,
    /// Its wait so far or in all, in seconds; null when unknown.
    pub wait_s: Option<f64>,
    /// Whether it counts as answered in time.
    pub in_time: bool,
    /// When its handling ended.
    #[schemars(with = "Option<String>")]
    pub ended_at: Option<Instant>,
    /// Talk, hold and wrap, in seconds.
    pub handle_s: Option<f64>,
    /// Transfers out of this leg.
    pub transfers: i64,
    /// Whether the contact is credited to this leg.
    pub owner: bool,
    /// Last resolution of the contact.
    #[schemars(with = "Option<String>")]
    pub resolved_at: Option<Instant>,
    /// First reopening after it.
    #[schemars(with = "Option<String>")]
    pub reopened_at: Option<Instant>,
    /// Whether it counts in the figures.
    pub counted: bool,
    /// Why not: `out_of_hours`, `cancelled`, or the exclusion rule.
    pub left_out: Option<String>,
    /// Marks on the data: `inferred`, `disordered`.
    pub marks: Vec<&'static str>,
}

/// A page of the contacts behind a figure.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ContactsAnswer {
    /// The period asked.
    pub period: PeriodAnswer,
    /// The instant as of which open contacts were judged.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Only what had been received by then was used; null for all that is known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Instant>,
    /// The state of the lake.
    pub lake: LakeVersions,
    /// `id@version:hash` of the statement that lists them.
    pub definition: String,
    /// One line for each stay at a site and queue, in the order of their offer.
    pub contacts: Vec<ContactRow>,
    /// What to give as `cursor` for the next page; null on the last.
    pub next: Option<String>,
}

/// One page of the legs of a cohort, in the order of their offer.
///
/// # Errors
/// A question that cannot be answered, or a defect.
#[must_use]
pub fn contacts<'a>(
    view: &'a View,
    network: &'a Network,
    asked: &'a ContactsQuestion,
) -> BoxFuture<'a, Result<ContactsAnswer, ScorecardError>> {
    Box::pin(async move {
        if asked.page == 0 || asked.page > 1000 {
            return Err(ScorecardError::question("limit", format!("{} rows a page; give 1 to 1000", asked.page)));
        }
        let wanted = buckets(&asked.question.period, None)?;
        let after = asked.after.clone().unwrap_or(Cursor { offered_us: i64::MIN, row_key: String::new() });
        let params = params(network, &asked.question)
            .boolean("any_outcome", asked.outcomes.is_empty())
            .texts("outcomes", asked.outcomes.iter().map(|outcome| outcome.as_str()))
            .boolean("missed_only", asked.missed_only)
            .bigint("after_us", after.offered_us)
            .text("after_key", &after.row_key)
            .bigint("page", i64::try_from(asked.page).unwrap_or(1000) + 1);
        let session = cohort_session(view, network, &asked.question, &params, &wanted).await?;
        let rows = Rows::new("contacts", &session.rows("contacts", &params).await?)?;
        let (contacts, next) = page(&rows, network, asked.page)?;
        let question = &asked.question;
        Ok(ContactsAnswer {
            period: PeriodAnswer::of(&question.period),
            now: question.now,
            as_of: (question.as_of != Instant::FOREVER).then_some(question.as_of),
            lake: LakeVersions::of(view, network),
            definition: view.engine().catalog().get("contacts")?.definition(),
            contacts,
            next,
        })
    })
}

fn page(rows: &Rows, network: &Network, limit: usize) -> Result<(Vec<ContactRow>, Option<String>), ScorecardError> {
    let mut contacts = read(rows, network)?;
    let more = contacts.len() > limit;
    contacts.truncate(limit);
    let next = if more {
        let (offered, keys) = (rows.ints("offered_us")?, rows.texts("row_key")?);
        let last = limit - 1;
        Some(
            Cursor { offered_us: offered.get(last).unwrap_or(0), row_key: keys[last].clone().unwrap_or_default() }
                .encode(),
        )
    } else {
        None
    };
    Ok((contacts, next))
}

fn read(rows: &Rows, network: &Network) -> Result<Vec<ContactRow>, ScorecardError> {
    let text = |name: &str| rows.texts(name);
    let [contact, provider, site, queue, channel, outcome] =
        [text("contact_id")?, text("provider")?, text("site")?, text("queue")?, text("channel")?, text("outcome")?];
    let [reason, language, team, agent, customer] =
        [text("reason")?, text("language")?, text("team")?, text("agent")?, text("customer")?];
    let int = |name: &str| rows.ints(name);
    let [leg, wait, handle, transfers, rule] =
        [int("leg")?, int("wait_us")?, int("handle_us")?, int("transfers")?, int("rule")?];
    let [started, offered, ended_outcome, ended, resolved, reopened] = [
        int("started_at")?,
        int("offered_at")?,
        int("outcome_at")?,
        int("ended_at")?,
        int("last_resolved_at")?,
        int("reopened_at")?,
    ];
    let flag = |name: &str| rows.flags(name);
    let [in_time, owner, counted, out_of_hours, cancelled, inferred, disordered] = [
        flag("answered_in_time")?,
        flag("owner")?,
        flag("counted")?,
        flag("out_of_hours")?,
        flag("cancelled")?,
        flag("inferred")?,
        flag("disordered")?,
    ];
    let instant = |micros: Option<i64>| micros.and_then(|micros| Instant::from_micros(micros).ok());
    let needed = |micros: Option<i64>| instant(micros).unwrap_or(Instant::FOREVER);
    let left_out = |row: usize| {
        let rule = rule.get(row).and_then(|ordinal| network.exclusions.get(usize::try_from(ordinal).ok()?));
        match (cancelled[row], rule, out_of_hours[row]) {
            (true, _, _) => Some("cancelled".to_owned()),
            (_, Some(rule), _) => Some(rule.name.clone()),
            (_, _, true) => Some("out_of_hours".to_owned()),
            _ => None,
        }
    };
    Ok((0..rows.len())
        .map(|row| ContactRow {
            contact: contact[row].clone().unwrap_or_default(),
            provider: provider[row].clone().unwrap_or_default(),
            site: site[row].clone().unwrap_or_default(),
            queue: queue[row].clone().unwrap_or_default(),
            leg: leg.get(row).unwrap_or(0),
            channel: channel[row].clone().unwrap_or_default(),
            reason: reason[row].clone(),
            language: language[row].clone(),
            team: team[row].clone(),
            agent: agent[row].clone(),
            customer: customer[row].clone(),
            started_at: needed(started.get(row)),
            offered_at: needed(offered.get(row)),
            outcome: outcome[row].clone().unwrap_or_default(),
            outcome_at: instant(ended_outcome.get(row)),
            wait_s: wait.get(row).map(seconds),
            in_time: in_time[row],
            ended_at: instant(ended.get(row)),
            handle_s: handle.get(row).map(seconds),
            transfers: transfers.get(row).unwrap_or(0),
            owner: owner[row],
            resolved_at: instant(resolved.get(row)),
            reopened_at: instant(reopened.get(row)),
            counted: counted[row],
            left_out: left_out(row),
            marks: [("inferred", inferred[row]), ("disordered", disordered[row])]
                .into_iter()
                .filter_map(|(mark, set)| set.then_some(mark))
                .collect(),
        })
        .collect())
}

#[expect(clippy::cast_precision_loss, reason = "a wait in microseconds is far below 2^53")]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}
