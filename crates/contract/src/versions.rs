//! The versions of one contract: which is in force, and how a change cuts a window.

use contact::Instant;

use crate::{
    Contract,
    terms::{Objective, Span},
};

/// Versions that do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Another contract.
    #[error("{found:?} is no version of {expected:?}; give versions of one contract, all of one name")]
    Name {
        /// The name of the first.
        expected: String,
        /// The name of another.
        found: String,
    },
    /// Another zone.
    #[error("version {version} of {name:?} is read in another zone than the one before; give every version the same")]
    Zone {
        /// The contract.
        name: String,
        /// The version.
        version: u32,
    },
    /// A number twice.
    #[error("version {version} of {name:?} is given twice; give each version its own number")]
    Twice {
        /// The contract.
        name: String,
        /// The number.
        version: u32,
    },
    /// Two in force at once.
    #[error(
        "versions {one} and {other} of {name:?} are both in force; let {other} supersede {one}, or end {one} before"
    )]
    Both {
        /// The contract.
        name: String,
        /// The earlier.
        one: u32,
        /// The later.
        other: u32,
    },
}

/// The versions of one contract, in order of their start. At any instant at most one is in force.
#[derive(Debug, Clone)]
pub struct Versions {
    versions: Vec<(Span, Contract)>,
}

/// A window of an objective, or the part of it in which one version was in force.
#[derive(Debug, Clone, Copy)]
pub struct Held<'v> {
    /// The version in force.
    pub contract: &'v Contract,
    /// The objective, by that version.
    pub objective: &'v Objective,
    /// The whole window.
    pub window: Span,
    /// The part of it in which the version was in force: what is counted.
    pub piece: Span,
}

impl Versions {
    /// Puts versions in order. One that supersedes another ends it, with no effect on what was before.
    ///
    /// # Errors
    /// Versions of different contracts or zones, a number twice, or two in force at once.
    pub fn new(mut contracts: Vec<Contract>) -> Result<Self, Vec<VersionError>> {
        contracts.sort_by_key(|contract| (contract.in_force.span.from, contract.in_force.version));
        let mut errors = Vec::new();
        let mut versions: Vec<(Span, Contract)> = Vec::new();
        for contract in contracts {
            let (name, version) = (contract.name.clone(), contract.in_force.version);
            if let Some((_, first)) = versions.first() {
                if first.name != name {
                    errors.push(VersionError::Name { expected: first.name.clone(), found: name.clone() });
                }
                if first.zone != contract.zone {
                    errors.push(VersionError::Zone { name: name.clone(), version });
                }
            }
            let is_twice = versions.iter().any(|(_, other)| other.in_force.version == version);
            if is_twice {
                errors.push(VersionError::Twice { name: name.clone(), version });
            }
            let from = contract.in_force.span.from;
            if let Some((span, before)) = versions.last_mut()
                && span.to > from
            {
                let one = before.in_force.version;
                if !is_twice && (contract.in_force.supersedes != Some(one) || span.from == from) {
                    errors.push(VersionError::Both { name, one, other: version });
                }
                span.to = from;
            }
            versions.push((contract.in_force.span, contract));
        }
        if errors.is_empty() { Ok(Self { versions }) } else { Err(errors) }
    }

    /// The versions, each with the span in which it is in force.
    pub fn iter(&self) -> impl Iterator<Item = (Span, &Contract)> {
        self.versions.iter().map(|(span, contract)| (*span, contract))
    }

    /// The version in force at an instant.
    #[must_use]
    pub fn at(&self, at: Instant) -> Option<&Contract> {
        self.iter().find(|(span, _)| span.holds(at)).map(|(_, contract)| contract)
    }

    /// The parts of a span in which one version each is in force, in order.
    #[must_use]
    pub fn pieces(&self, span: Span) -> Vec<(Span, &Contract)> {
        self.iter().filter_map(|(force, contract)| Some((force.within(span)?, contract))).collect()
    }

    /// Every window that ends in `(from, to]`, of every objective, cut where the version changes: each part is held
    /// against its own version only.
    #[must_use]
    pub fn closing_in(&self, from: Instant, to: Instant) -> Vec<Held<'_>> {
        self.held(|contract, window| window.ending_in(from, to, &contract.zone))
    }

    /// The windows in which an instant lies, of every objective of the version in force then.
    #[must_use]
    pub fn open_at(&self, at: Instant) -> Vec<Held<'_>> {
        let held = self.held(|contract, window| window.holding(at, &contract.zone).into_iter().collect());
        held.into_iter().filter(|held| held.piece.holds(at)).collect()
    }

    fn held(&self, windows: impl Fn(&Contract, crate::terms::TimeWindow) -> Vec<Span>) -> Vec<Held<'_>> {
        let mut found = Vec::new();
        for (force, contract) in self.iter() {
            for objective in &contract.objectives {
                for window in objective.windows.iter().flat_map(|window| windows(contract, *window)) {
                    let piece = force.within(window);
                    found.extend(piece.map(|piece| Held { contract, objective, window, piece }));
                }
            }
        }
        found
    }
}
