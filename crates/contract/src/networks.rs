//! The contracts of the built-in networks.

/// Contract files by the name of their network.
const BUILT_IN: [(&str, &str); 5] = [
    ("hypermarket", include_str!("../networks/hypermarket.yaml")),
    ("dating", include_str!("../networks/dating.yaml")),
    ("outdoor", include_str!("../networks/outdoor.yaml")),
    ("rail", include_str!("../networks/rail.yaml")),
    ("rental", include_str!("../networks/rental.yaml")),
];

/// The contract file of a built-in network; `None` for another.
#[must_use]
pub fn built_in(network: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(name, _)| *name == network).map(|(_, text)| *text)
}
