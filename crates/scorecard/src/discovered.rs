//! Names that events use and the network file does not list.

use contact::{Instant, Network};
use engine::{Params, Session, View};
use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{LakeVersions, ScorecardError, bound::known_names, rows::Rows};

/// Most names of one answer.
const MOST: usize = 1_000;

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NameKind {
    /// A site.
    Site,
    /// A queue.
    Queue,
    /// A reason of contact.
    Reason,
}

impl NameKind {
    const ALL: [Self; 3] = [Self::Site, Self::Queue, Self::Reason];

    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Queue => "queue",
            Self::Reason => "reason",
        }
    }
}

/// One name of one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiscoveredName {
    /// What it names.
    pub kind: NameKind,
    /// As events say it.
    pub name: String,
    /// The provider whose events say it.
    pub provider: String,
    /// How many events, repetitions included.
    pub events: u64,
    /// When the first of them was received.
    #[schemars(with = "String")]
    pub first_seen_at: Instant,
    /// When the last of them was received.
    #[schemars(with = "String")]
    pub last_seen_at: Instant,
}

/// The names that the network file does not list: to be added to it, or mended where they come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiscoveredAnswer {
    /// The state of the lake.
    pub lake: LakeVersions,
    /// `id@version:hash` of the statement that finds them.
    pub definition: String,
    /// The names by kind, the most frequent first.
    pub names: Vec<DiscoveredName>,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// Finds the names that events of the lake and of the tail use and the network file does not list.
///
/// # Errors
/// Files that cannot be read, or a defect.
#[must_use]
pub fn discovered<'a>(view: &'a View, network: &'a Network) -> BoxFuture<'a, Result<DiscoveredAnswer, ScorecardError>> {
    Box::pin(async move {
        let (session, params) = open_names(view, network)?;
        let rows = Rows::new("discovered", &session.rows("discovered", &params).await?)?;
        let mut names = read(&rows)?;
        let more = names.len() > MOST;
        names.truncate(MOST);
        let definition = view.engine().catalog().get("discovered")?.definition();
        Ok(DiscoveredAnswer { lake: LakeVersions::of(view, network), definition, names, more })
    })
}

/// The session in which [`discovered`] runs its statement, and the values it binds: for running the same statement on
/// another engine.
///
/// # Errors
/// A defect.
pub fn open_names(view: &View, network: &Network) -> Result<(Session, Params), ScorecardError> {
    let session = view.events_session()?;
    session.bind(known_names(network)?)?;
    let one_more = i64::try_from(MOST).unwrap_or(i64::MAX).saturating_add(1);
    Ok((session, Params::default().bigint("most", one_more)))
}

fn read(rows: &Rows) -> Result<Vec<DiscoveredName>, ScorecardError> {
    let [kinds, names, providers] = [rows.texts("kind")?, rows.texts("name")?, rows.texts("provider")?];
    let [events, first, last] = [rows.ints("events")?, rows.ints("first_seen_at")?, rows.ints("last_seen_at")?];
    let instant = |micros: Option<i64>| micros.and_then(|micros| Instant::from_micros(micros).ok());
    let name = |row: usize| {
        Some(DiscoveredName {
            kind: NameKind::ALL.into_iter().find(|kind| Some(kind.as_str()) == kinds[row].as_deref())?,
            name: names[row].clone()?,
            provider: providers[row].clone()?,
            events: u64::try_from(events.get(row)?).ok()?,
            first_seen_at: instant(first.get(row))?,
            last_seen_at: instant(last.get(row))?,
        })
    };
    let missing = || ScorecardError::Column { statement: "discovered".to_owned(), column: "kind".to_owned() };
    (0..rows.len()).map(|row| name(row).ok_or_else(missing)).collect()
}
