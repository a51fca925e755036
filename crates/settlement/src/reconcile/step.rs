//! The walk from our figure to theirs: which rule changes at which step, and what it says.

use contact::network::Formula;
use schemars::JsonSchema;
use serde::Serialize;

use super::rules::{DayOf, LeftOut, Rules, SiteOf, Stated};

/// A step of the walk, in the order in which it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The service-level formula.
    Formula,
    /// The threshold within which an answer is in time.
    Threshold,
    /// Which abandons are short, and whether they count.
    ShortAbandons,
    /// Whose site and queue a stay counts at.
    Site,
    /// On whose day it counts.
    Day,
    /// The zone in which days begin.
    Zone,
    /// What scorecards leave out.
    Exclusions,
    /// Contacts that only one side counts.
    Missing,
}

/// What a difference is put down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Formula and threshold.
    Formula,
    /// Short abandons.
    ShortAbandons,
    /// Site, day and zone.
    Attribution,
    /// What scorecards leave out.
    Exclusions,
    /// Contacts that only one side counts.
    MissingEvents,
}

impl Step {
    /// Every step, in the order of the walk.
    pub const ALL: [Self; 8] = [
        Self::Formula,
        Self::Threshold,
        Self::ShortAbandons,
        Self::Site,
        Self::Day,
        Self::Zone,
        Self::Exclusions,
        Self::Missing,
    ];

    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Formula => "formula",
            Self::Threshold => "threshold",
            Self::ShortAbandons => "short_abandons",
            Self::Site => "site",
            Self::Day => "day",
            Self::Zone => "zone",
            Self::Exclusions => "exclusions",
            Self::Missing => "missing",
        }
    }

    /// What its difference is put down to.
    #[must_use]
    pub fn part(self) -> Part {
        match self {
            Self::Formula | Self::Threshold => Part::Formula,
            Self::ShortAbandons => Part::ShortAbandons,
            Self::Site | Self::Day | Self::Zone => Part::Attribution,
            Self::Exclusions => Part::Exclusions,
            Self::Missing => Part::MissingEvents,
        }
    }

    /// `from` with this one rule as `to` has it.
    pub(crate) fn take(self, from: &Rules, to: &Rules) -> Rules {
        let mut next = from.clone();
        match self {
            Self::Formula => next.formula = to.formula,
            Self::Threshold => next.threshold_us = to.threshold_us,
            Self::ShortAbandons => (next.short_us, next.drops_short) = (to.short_us, to.drops_short),
            Self::Site => next.site_of = to.site_of,
            Self::Day => next.day_of = to.day_of,
            Self::Zone => next.zone = to.zone,
            Self::Exclusions => next.counts = to.counts,
            Self::Missing => next.theirs = to.theirs,
        }
        next
    }

    /// Whether the provider states all of this rule.
    pub(crate) fn is_stated(self, stated: &Stated) -> bool {
        match self {
            Self::Formula => stated.formula.is_some(),
            Self::Threshold => stated.threshold_us.is_some(),
            Self::ShortAbandons => stated.short_us.is_some() && stated.drops_short.is_some(),
            Self::Site => stated.site_of.is_some(),
            Self::Day => stated.day_of.is_some(),
            Self::Zone => stated.zone.is_some(),
            Self::Exclusions => stated.counts.is_some(),
            Self::Missing => true,
        }
    }

    /// The rule in words.
    pub(crate) fn said(self, rules: &Rules, zones: &[String]) -> String {
        match self {
            Self::Formula => rules.formula.map_or(
                "each queue's own formula, and what was agreed about overflow and callbacks".to_owned(),
                |formula| formula_said(formula).to_owned(),
            ),
            Self::Threshold => rules
                .threshold_us
                .map_or("each queue's own threshold".to_owned(), |us| format!("{} s for every queue", seconds(us))),
            Self::ShortAbandons => {
                let short =
                    rules.short_us.map_or("as each queue says".to_owned(), |us| format!("up to {} s", seconds(us)));
                let dropped = if rules.drops_short { "not counted at all" } else { "counted as abandoned" };
                format!("short {short}, {dropped}")
            }
            Self::Site => site_said(rules.site_of).to_owned(),
            Self::Day => day_said(rules.day_of).to_owned(),
            Self::Zone => zones.get(rules.zone).map_or_else(String::new, |zone| format!("days of {zone}")),
            Self::Exclusions => left_out_said(rules.counts),
            Self::Missing if rules.theirs => "the contacts that the provider lists".to_owned(),
            Self::Missing => "the contacts of which we have received events".to_owned(),
        }
    }
}

/// Seconds as people write them.
fn seconds(us: i64) -> String {
    let (whole, rest) = (us / 1_000_000, us % 1_000_000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:06}").trim_end_matches('0').to_owned() }
}

fn formula_said(formula: Formula) -> &'static str {
    match formula {
        Formula::A => "a: answered in time of answered, abandoned and flowed out",
        Formula::B => "b: answered in time of answered and abandoned",
        Formula::C => "c: as b, short abandons left out",
        Formula::D => "d: as b, abandons in time left out",
        Formula::E => "e: as b, abandons in time credited",
        Formula::F => "f: answered in time of answered",
        Formula::G => "g: as b, short abandons credited",
    }
}

fn site_said(site_of: SiteOf) -> &'static str {
    match site_of {
        SiteOf::Arrival => "at the site and queue where it was offered",
        SiteOf::Owner => "at the site and queue where its contact was first answered",
        SiteOf::Once => "each contact once, at the site and queue where it was first answered",
    }
}

fn day_said(day_of: DayOf) -> &'static str {
    match day_of {
        DayOf::Arrival => "on the day of its offer",
        DayOf::Outcome => "on the day of its answer or abandon",
        DayOf::End => "on the day on which its handling ended",
    }
}

fn left_out_said(counts: LeftOut) -> String {
    let kinds = [
        (counts.cancelled, "cancelled contacts"),
        (counts.ruled, "traffic that rules name"),
        (counts.closed, "contacts offered while closed"),
    ];
    let counted: Vec<&str> = kinds.iter().filter(|(counted, _)| *counted).map(|(_, kind)| *kind).collect();
    if counted.is_empty() {
        "nothing that scorecards leave out".to_owned()
    } else {
        format!("also {}", counted.join(" and "))
    }
}
