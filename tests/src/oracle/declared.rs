//! What a provider would declare that counts by rules of its own, from the definitions of those rules.

use contact::{Duration, Instant, Network, Outcome, network::Formula};
use jiff::{civil::Date, tz::TimeZone};

use super::{
    Counting, Leg, Query,
    calls::CountsAs,
    promise::{Standing, Stay},
};

/// Whose site and queue a leg counts at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum CountedAt {
    Arrival,
    Owner,
    OwnerOnce,
}

/// On whose day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it themselves")]
pub enum CountedOn {
    Arrival,
    Outcome,
    End,
}

/// The rules by which somebody counts. `None` is each queue's own.
#[derive(Debug, Clone)]
pub struct Declaring {
    /// The service-level formula.
    pub formula: Option<Formula>,
    /// Its threshold.
    pub threshold: Option<Duration>,
    /// Which abandons are short.
    pub short: Option<Duration>,
    /// Short ones are not counted at all.
    pub drops_short: bool,
    /// Whose site and queue.
    pub at: CountedAt,
    /// Whose day.
    pub on: CountedOn,
    /// Where days begin.
    pub zone: TimeZone,
    /// Cancelled contacts, traffic that rules name, and live contacts offered while closed are counted too.
    pub counts: [bool; 3],
}

/// A cell that somebody declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredCell {
    /// The provider.
    pub provider: String,
    /// One site, or all.
    pub site: Option<String>,
    /// One queue, or all.
    pub queue: Option<String>,
    /// First day.
    pub from: Date,
    /// Day after the last.
    pub to: Date,
}

/// offered, answered, abandoned, short abandoned, flowed out, in time, promised.
pub type DeclaredCounts = [i64; 7];

/// One leg, as it counts.
struct Entry {
    provider: String,
    site: String,
    queue: String,
    date: Date,
    outcome: Outcome,
    in_time: bool,
    short: bool,
    formula: Formula,
    /// What was agreed, where the rules leave each queue its own.
    agreed: Option<CountsAs>,
}

/// What is counted in each cell.
#[must_use]
pub fn declared(
    legs: &[Leg],
    network: &Network,
    now: Instant,
    rules: &Declaring,
    cells: &[DeclaredCell],
) -> Vec<DeclaredCounts> {
    let entries: Vec<Entry> = legs.iter().filter_map(|leg| entry(leg, legs, network, now, rules)).collect();
    let within = |entry: &&Entry, cell: &DeclaredCell| {
        entry.provider == cell.provider
            && cell.site.as_ref().is_none_or(|site| *site == entry.site)
            && cell.queue.as_ref().is_none_or(|queue| *queue == entry.queue)
            && cell.from <= entry.date
            && entry.date < cell.to
    };
    cells.iter().map(|cell| counts(entries.iter().filter(|entry| within(entry, cell)))).collect()
}

fn entry(leg: &Leg, legs: &[Leg], network: &Network, now: Instant, rules: &Declaring) -> Option<Entry> {
    if leg.direction != contact::Direction::Inbound || (rules.at == CountedAt::OwnerOnce && !leg.owner) {
        return None;
    }
    let query = Query {
        from: Instant::BEGINNING,
        to: Instant::FOREVER,
        zone: rules.zone.clone(),
        by: std::collections::BTreeSet::new(),
        now,
        formula: None,
        threshold: None,
        counting: Counting::default(),
    };
    let stay = Stay::new(leg, network, &query);
    let [cancelled, ruled, closed] = rules.counts;
    let counted = match &stay.standing {
        Standing::Cancelled => cancelled,
        Standing::Excluded(_) => ruled,
        Standing::OutOfHours => closed,
        Standing::Counted(_) => true,
    };
    let threshold = rules.threshold.unwrap_or(stay.queue.threshold).as_micros();
    let open = if stay.so_far(network, now).max(0) > threshold { Outcome::Overdue } else { Outcome::Pending };
    let outcome = leg.outcome.unwrap_or(open);
    let within = |limit: i64| stay.wait.is_some_and(|wait| wait <= limit);
    let short =
        outcome == Outcome::Abandoned && rules.short.map_or_else(|| stay.is_short(), |short| within(short.as_micros()));
    if !counted || (short && rules.drops_short) {
        return None;
    }
    let at = match rules.on {
        CountedOn::Arrival => Some(leg.offered_at),
        CountedOn::End if outcome == Outcome::Answered => leg.ended_at,
        CountedOn::Outcome | CountedOn::End => leg.outcome_at,
    };
    let owner = legs.iter().find(|other| other.contact_id == leg.contact_id && other.owner).unwrap_or(leg);
    let place = if rules.at == CountedAt::Arrival { leg } else { owner };
    Some(Entry {
        provider: place.provider.clone(),
        site: place.site.clone(),
        queue: place.queue.clone(),
        date: at?.to_timestamp().to_zoned(rules.zone.clone()).date(),
        outcome,
        in_time: within(threshold),
        short,
        formula: rules.formula.unwrap_or(stay.queue.formula),
        agreed: stay.counts_as.filter(|_| rules.formula.is_none()),
    })
}

fn counts<'a>(entries: impl Iterator<Item = &'a Entry>) -> DeclaredCounts {
    let mut counts = [0; 7];
    for entry in entries {
        let [answered, abandoned, flowed, overdue] =
            [Outcome::Answered, Outcome::Abandoned, Outcome::FlowedOut, Outcome::Overdue]
                .map(|outcome| entry.outcome == outcome);
        let in_time = match entry.formula {
            Formula::E => (answered || abandoned) && entry.in_time,
            Formula::G => (answered && entry.in_time) || entry.short,
            _ => answered && entry.in_time,
        };
        let promised = match entry.formula {
            Formula::A => answered || abandoned || flowed || overdue,
            Formula::B | Formula::E | Formula::G => answered || abandoned || overdue,
            Formula::C => answered || (abandoned && !entry.short) || overdue,
            Formula::D => answered || (abandoned && !entry.in_time) || overdue,
            Formula::F => answered,
        };
        let (in_time, promised) = match entry.agreed {
            None => (in_time, promised),
            Some(CountsAs::InTime) => (true, true),
            Some(CountsAs::Miss) => (false, true),
            Some(CountsAs::Neutral | CountsAs::Excluded) => (false, false),
        };
        let flags = [true, answered, abandoned, entry.short, flowed, in_time, promised];
        for (count, flag) in counts.iter_mut().zip(flags) {
            *count += i64::from(flag);
        }
    }
    counts
}
