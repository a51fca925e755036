//! The contacts that a provider says it counts, one a line.

use contact::{ContactKey, Instant, Network, Outcome, ProviderId};
use engine::Title;

use super::{
    Mistake,
    read::{Cells, records},
    row, said,
};

/// The columns of such a file.
const COLUMNS: [&str; 7] = ["provider", "contact", "site", "queue", "at", "outcome", "wait_s"];

/// A contact as its provider counts it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredContact {
    /// Line in the file, the header being 1.
    pub line: u64,
    /// The provider.
    pub provider: String,
    /// Its id there, as `subject` or as `data.contact` of its events.
    pub contact: String,
    /// The site it is counted at.
    pub site: String,
    /// The queue it is counted at.
    pub queue: String,
    /// The instant whose day it is counted on.
    pub at: Instant,
    /// What became of it.
    pub outcome: Outcome,
    /// How long it waited, in microseconds; unknown when absent.
    pub wait_us: Option<i64>,
}

impl DeclaredContact {
    /// The keys that it may have here: the provider's own, and the brand's.
    pub(crate) fn keys(&self) -> Option<[String; 2]> {
        let provider = ProviderId::new(&self.provider).ok()?;
        let keys = [ContactKey::of_provider(&provider, &self.contact), ContactKey::of_brand(&self.contact)];
        Some(keys.map(|key| key.as_str().to_owned()))
    }
}

/// Reads the file; see [`super::parse`].
///
/// # Errors
/// Every mistake, with its line.
pub fn contacts(text: &str, network: &Network) -> Result<Vec<DeclaredContact>, Vec<Mistake>> {
    let (mut mistakes, mut all) = (Vec::new(), Vec::new());
    records(text, &COLUMNS, &mut mistakes, |mut cells| all.extend(read(&mut cells, network)));
    all.sort_by(|one, other| {
        (&one.provider, &one.contact, one.line).cmp(&(&other.provider, &other.contact, other.line))
    });
    for pair in all.windows(2) {
        if (&pair[0].provider, &pair[0].contact) == (&pair[1].provider, &pair[1].contact) {
            let message = said::contact_twice(&pair[1].contact, pair[0].line);
            mistakes.push(Mistake::new(pair[1].line, Some("contact"), message));
        }
    }
    mistakes.sort_by_key(|mistake| mistake.line);
    if mistakes.is_empty() { Ok(all) } else { Err(mistakes) }
}

fn read(cells: &mut Cells<'_>, network: &Network) -> Option<DeclaredContact> {
    for column in ["contact", "site", "queue", "at", "outcome"] {
        if cells.get(column).is_none() {
            cells.wrong(Some(column), said::contact_lacks());
        }
    }
    let provider = row::provider(cells, network);
    let site = row::site(cells, network, provider.as_deref());
    let queue = row::queue(cells, network);
    let at = cells.read("at", |text| text.parse().map_err(|_| said::no_instant(text)));
    let outcome = cells.read("outcome", outcome);
    let wait_us = cells.read("wait_s", row::seconds);
    Some(DeclaredContact {
        line: cells.line,
        provider: provider?,
        contact: cells.get("contact")?.to_owned(),
        site: site?,
        queue: queue?,
        at: at?,
        outcome: outcome?,
        wait_us,
    })
}

/// A contact without an outcome is on no list of what was counted.
fn outcome(text: &str) -> Result<Outcome, Title> {
    let known = text.parse::<Outcome>().ok().filter(|outcome| !matches!(outcome, Outcome::Overdue | Outcome::Pending));
    known.ok_or_else(|| said::no_outcome(text))
}
