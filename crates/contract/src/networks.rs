//! The contracts of the built-in networks.

/// A network, and the name and the text of a contract file of it.
const BUILT_IN: [(&str, &str, &str); 6] = [
    ("hypermarket", "contract.yaml", include_str!("../networks/hypermarket.yaml")),
    ("hypermarket", "contract-own-sites.yaml", include_str!("../networks/hypermarket-own-sites.yaml")),
    ("dating", "contract.yaml", include_str!("../networks/dating.yaml")),
    ("outdoor", "contract.yaml", include_str!("../networks/outdoor.yaml")),
    ("rail", "contract.yaml", include_str!("../networks/rail.yaml")),
    ("rental", "contract.yaml", include_str!("../networks/rental.yaml")),
];

/// The contract files of a built-in network, name and text; none of another.
pub fn built_in(network: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILT_IN.iter().filter(move |(of, ..)| *of == network).map(|(_, name, text)| (*name, *text))
}
