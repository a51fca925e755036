//! What sites are compared on.

use schemars::JsonSchema;
use serde::Serialize;

/// What is compared between sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Contacts resolved for good, as their sources say.
    Resolution,
    /// First contacts that no repeat followed.
    NoRepeat,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 2] = [Self::Resolution, Self::NoRepeat];

    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resolution => "resolution",
            Self::NoRepeat => "no_repeat",
        }
    }

    /// The statement that counts it.
    pub(crate) fn statement(self) -> &'static str {
        match self {
            Self::Resolution => "homogeneity",
            Self::NoRepeat => "no_repeat",
        }
    }

    /// The id of the figure that says of this measure what `id` says of resolution.
    #[must_use]
    pub fn id(self, id: &'static str) -> &'static str {
        match (self, id) {
            (Self::Resolution, id) => id,
            (Self::NoRepeat, "resolution_homogeneity") => "no_repeat_homogeneity",
            (Self::NoRepeat, "equivalent_gap") => "no_repeat_equivalent_gap",
            (Self::NoRepeat, "noise_floor") => "no_repeat_noise_floor",
            (Self::NoRepeat, "coverage") => "no_repeat_coverage",
            (Self::NoRepeat, "level") => "no_repeat_level",
            (Self::NoRepeat, "provider_gap") => "no_repeat_provider_gap",
            (Self::NoRepeat, "within_provider_gap") => "no_repeat_within_provider_gap",
            (Self::NoRepeat, "resolution_gap") => "no_repeat_gap",
            (Self::NoRepeat, "adjusted_resolution_rate") => "adjusted_no_repeat_rate",
            (Self::NoRepeat, "spread_share") => "no_repeat_spread_share",
            (Self::NoRepeat, other) => other,
        }
    }
}
