//! What a result costs.

use std::collections::BTreeMap;

use super::{Decided, Level, LevelName, Mode, Share};

/// What a result costs.
#[derive(Debug, Clone)]
pub struct Commercial {
    /// ISO 4217.
    pub currency: String,
    /// The share of a period's invoice that credits may reach: also their cap.
    pub at_risk: Share,
    /// What is at stake for an objective, by its name.
    pub stakes: BTreeMap<String, Stake>,
    /// How a credit is earned back.
    pub earn_back: Option<EarnBack>,
    /// Whether money moves.
    pub mode: Mode,
}

/// What is at stake for one objective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stake {
    /// The share of the amount at risk that its class draws from.
    pub pool: Share,
    /// The share of that pool.
    pub allocation: Share,
    /// What each level gives or costs; the first that matches holds.
    pub bands: Vec<Band>,
}

/// Bounds, and what lies between them gives or costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// It holds when this level is reached; always when absent.
    pub reaches: Option<Level>,
    /// It holds when this level is not reached; always when absent.
    pub misses: Option<Level>,
    /// What it gives or costs.
    pub outcome: Outcome,
}

/// What a band gives or costs, as a share of the allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The provider credits it.
    Credit(Share),
    /// The brand pays it on top.
    Bonus(Share),
}

/// How a credit is earned back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EarnBack {
    /// Windows in a row.
    pub windows: u32,
    /// The level each must reach.
    pub level: LevelName,
    /// The share of the credit that is given back.
    pub share: Share,
    /// When it is decided.
    pub decided: Decided,
}
