//! Which events were stored of late: the bounded index behind `duplicate` and `conflict`.
//!
//! Best effort by design: what it has forgotten is stored again, and the fold finds it.

use std::collections::{HashMap, VecDeque};

use sha2::{Digest, Sha256};

use crate::decide::Seen;

/// The first 128 bits of SHA-256 over provider, source, id and revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct IdentityKey(u128);

impl IdentityKey {
    pub(crate) fn new(provider: &str, source: &str, id: &str, revision: i64) -> Self {
        let mut hash = Sha256::new();
        for text in [provider, source, id] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.update(revision.to_be_bytes());
        let digest = hash.finalize();
        Self(u128::from_be_bytes(digest[..16].try_into().expect("a SHA-256 digest has 32 bytes")))
    }

    /// The key under which a further content of the same identity is remembered.
    fn with(self, digest: i64) -> Self {
        // Odd, so that no two digests give the same key.
        const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
        let digest = u128::from(digest.cast_unsigned());
        Self(self.0 ^ (digest + 1).wrapping_mul(SPREAD))
    }
}

/// Identity to content digest, the oldest forgotten first.
/// What a group adds is staged until the group is durable.
pub(crate) struct Identities {
    capacity: usize,
    known: HashMap<IdentityKey, i64>,
    order: VecDeque<IdentityKey>,
    staged: HashMap<IdentityKey, i64>,
    staged_order: Vec<IdentityKey>,
}

impl Identities {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            known: HashMap::new(),
            order: VecDeque::new(),
            staged: HashMap::new(),
            staged_order: Vec::new(),
        }
    }

    /// What is known of `key` with the content `digest`.
    pub(crate) fn seen(&self, key: IdentityKey, digest: i64) -> Seen {
        match self.get(key) {
            None => Seen::Never,
            Some(first) if first == digest || self.get(key.with(digest)).is_some() => Seen::Same,
            Some(_) => Seen::Other,
        }
    }

    fn get(&self, key: IdentityKey) -> Option<i64> {
        self.staged.get(&key).or_else(|| self.known.get(&key)).copied()
    }

    /// Remembers a stored event, until [`Self::rollback`] says that it was not.
    pub(crate) fn stage(&mut self, key: IdentityKey, digest: i64) {
        let key = if self.get(key).is_some() { key.with(digest) } else { key };
        if self.staged.insert(key, digest).is_none() {
            self.staged_order.push(key);
        }
    }

    /// The staged events are durable.
    pub(crate) fn commit(&mut self) {
        for key in self.staged_order.drain(..) {
            let digest = self.staged[&key];
            if self.known.insert(key, digest).is_none() {
                self.order.push_back(key);
            }
            if self.order.len() > self.capacity
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
        self.staged.clear();
    }

    /// The staged events were not stored.
    pub(crate) fn rollback(&mut self) {
        self.staged.clear();
        self.staged_order.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> IdentityKey {
        IdentityKey::new("north", "/acd", id, 0)
    }

    #[test]
    fn equal_and_other_content_are_told_apart_even_the_second_time() {
        let mut index = Identities::new(10);
        assert_eq!(index.seen(key("a"), 1), Seen::Never);
        index.stage(key("a"), 1);
        assert_eq!(index.seen(key("a"), 1), Seen::Same);
        assert_eq!(index.seen(key("a"), 2), Seen::Other);
        index.stage(key("a"), 2);
        index.commit();
        assert_eq!((index.seen(key("a"), 1), index.seen(key("a"), 2)), (Seen::Same, Seen::Same));
        assert_eq!(index.seen(key("a"), 3), Seen::Other);
    }

    #[test]
    fn the_oldest_is_forgotten_and_what_failed_never_was() {
        let mut index = Identities::new(2);
        for id in ["a", "b", "c"] {
            index.stage(key(id), 1);
        }
        index.commit();
        assert_eq!(index.seen(key("a"), 1), Seen::Never);
        assert_eq!(index.seen(key("c"), 1), Seen::Same);
        index.stage(key("d"), 1);
        index.rollback();
        assert_eq!(index.seen(key("d"), 1), Seen::Never);
        assert_eq!(index.known.len(), 2);
    }

    #[test]
    fn fields_of_an_identity_do_not_run_together() {
        assert_ne!(IdentityKey::new("a", "bc", "d", 0), IdentityKey::new("ab", "c", "d", 0));
        assert_ne!(IdentityKey::new("a", "b", "c", 0), IdentityKey::new("a", "b", "c", 1));
    }
}
