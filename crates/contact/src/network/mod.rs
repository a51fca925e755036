//! The network file: parsed, checked and ready to ask.

mod calendar;
mod check;
mod coverage;
mod error;
mod file;
mod flows;
mod mistakes;
mod zone;

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::{Channel, Duration, Instant, ProviderId, QueueId, SiteId};

pub use calendar::{Calendar, CalendarDay, ClockChange, DayRule, Hours, OpenSpan};
pub use coverage::{Coverage, Daily, MonthCoverage, SiteTime};
pub use error::{NetworkError, Place};
pub use file::{CutKind, Discover, ExcludeKind, Formula, NetworkFile};
pub use flows::{CallbackCounts, FlowTerms, OverflowCounts};

/// The network of a brand: who answers, where, through which queues, with which promises.
#[derive(Debug, Clone)]
pub struct Network {
    /// The brand's name.
    pub brand: String,
    /// Zone in which the brand's days are read.
    pub zone: TimeZone,
    /// Days after which a resolution is durable.
    pub durable_days: u32,
    /// Days after its last delivery for which a lake counts as fed though no cadence was agreed.
    pub live_days: u32,
    /// Providers by name.
    pub providers: BTreeMap<ProviderId, Provider>,
    /// Versions of each site, in order of their start.
    pub sites: BTreeMap<SiteId, Vec<Site>>,
    /// Versions of each queue, in order of their start.
    pub queues: BTreeMap<QueueId, Vec<Queue>>,
    /// Whether unknown sites are accepted and listed.
    pub discovers_sites: bool,
    /// Whether unknown queues are accepted and listed.
    pub discovers_queues: bool,
    /// Rules that leave traffic out.
    pub exclusions: Vec<Exclusion>,
    /// Opening hours by name.
    pub calendars: BTreeMap<String, Calendar>,
    /// Families of reasons by reason.
    pub families: BTreeMap<String, Option<String>>,
    /// Dated events that cut a series.
    pub cuts: Vec<Cut>,
    /// SHA-256 of the file, hexadecimal.
    pub hash: String,
}

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The longest time between two deliveries of its feeds.
    pub cadence: Option<Duration>,
}

/// A site, in force from an instant on.
#[derive(Debug, Clone)]
pub struct Site {
    /// Start of this version; `None` is since ever.
    pub from: Option<Instant>,
    /// The provider that runs it.
    pub provider: ProviderId,
    /// Its country.
    pub country: Option<String>,
    /// Its own zone.
    pub zone: TimeZone,
    /// Its shift calendar: when somebody works there; unknown when absent.
    pub shift: Option<String>,
}

/// A queue's promise, in force from an instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Start of this version; `None` is since ever.
    pub from: Option<Instant>,
    /// Channel of contacts that do not state one.
    pub channel: Channel,
    /// Its language.
    pub language: Option<String>,
    /// Waiting up to this counts as in time.
    pub threshold: Duration,
    /// The service-level formula.
    pub formula: Formula,
    /// Abandoning up to this is short.
    pub short_abandon: Duration,
    /// Its promise calendar; always open when absent.
    pub calendar: Option<String>,
    /// What is agreed about overflow and callbacks.
    pub flows: FlowTerms,
}

impl Default for Queue {
    /// What holds for a queue that says nothing: voice, 20 s, formula b, short up to 5 s, always open.
    fn default() -> Self {
        Self {
            from: None,
            channel: Channel::Voice,
            language: None,
            threshold: Duration::from_secs(20),
            formula: Formula::B,
            short_abandon: Duration::from_secs(5),
            calendar: None,
            flows: FlowTerms::default(),
        }
    }
}

/// A rule that leaves traffic out of every figure: each list that is not empty must hold the leg's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// The rule's name.
    pub name: String,
    /// What the traffic is.
    pub kind: ExcludeKind,
    /// Start of the rule; `None` is since ever.
    pub from: Option<Instant>,
    /// End of the rule, exclusive; `None`, as of every rule of a file, is for ever.
    pub to: Option<Instant>,
    /// Column of `legs` (`provider site queue channel reason team customer direction`) to accepted values.
    /// Customers are in clear here and must be replaced by pseudonyms before comparing.
    pub when: BTreeMap<&'static str, BTreeSet<String>>,
}

/// Something dated that cuts a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// In words.
    pub name: String,
    /// When it begins.
    pub at: Instant,
    /// What kind of thing.
    pub kind: CutKind,
    /// The site it concerns; all when absent.
    pub site: Option<SiteId>,
}

/// Whether a name may be used by a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Declared (or discovered), and the provider's own.
    Own,
    /// Declared, but another provider's.
    Foreign,
    /// Not declared, and not to be discovered.
    Unknown,
}

impl Network {
    /// Parses and checks a network file.
    ///
    /// # Errors
    /// The mistakes found, each with line, what is wrong and what would be right.
    pub fn parse(text: &str) -> Result<Self, Vec<NetworkError>> {
        let file: NetworkFile = serde_saphyr::from_str(text).map_err(|error| vec![NetworkError::syntax(&error)])?;
        check::check(file, hex(&Sha256::digest(text.as_bytes())))
    }

    /// The JSON Schema of the file.
    #[must_use]
    pub fn schema() -> schemars::Schema {
        schemars::schema_for!(NetworkFile)
    }

    /// Whether `site` is `provider`'s, in any version.
    #[must_use]
    pub fn site_standing(&self, site: &str, provider: &ProviderId) -> Standing {
        match self.sites.get(site) {
            Some(versions) if versions.iter().any(|version| version.provider == *provider) => Standing::Own,
            Some(_) => Standing::Foreign,
            None if self.discovers_sites => Standing::Own,
            None => Standing::Unknown,
        }
    }

    /// Whether `queue` may be used.
    #[must_use]
    pub fn knows_queue(&self, queue: &str) -> bool {
        self.discovers_queues || self.queues.contains_key(queue)
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
