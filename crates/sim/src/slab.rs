//! Things that come and go, without a new allocation for each.

use crate::number::index;

/// Things kept until they are taken, each under a number that is used again.
#[derive(Debug, Clone)]
pub(crate) struct Slab<T> {
    entries: Vec<T>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    pub(crate) fn new() -> Self {
        Self { entries: Vec::new(), free: Vec::new() }
    }

    pub(crate) fn insert(&mut self, entry: T) -> u32 {
        if let Some(at) = self.free.pop() {
            self.entries[at as usize] = entry;
            return at;
        }
        self.entries.push(entry);
        index(self.entries.len() - 1)
    }

    /// How many are kept.
    pub(crate) fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    /// Frees a number; what was kept stays readable until the number is used again.
    pub(crate) fn remove(&mut self, at: u32) {
        self.free.push(at);
    }

    pub(crate) fn get(&self, at: u32) -> &T {
        &self.entries[at as usize]
    }

    pub(crate) fn get_mut(&mut self, at: u32) -> &mut T {
        &mut self.entries[at as usize]
    }
}
