//! What costs more to make than to keep, within a bound of bytes: what was used longest ago is forgotten first.
//!
//! Whatever is kept here can be made again, from files that never change and from statements, under a name that says all
//! it depends on. Bytes are what those who keep say they take; the pool of the queries knows nothing of them.

use std::{
    any::Any,
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

/// Values by name.
pub(crate) struct Kept {
    bound: usize,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    entries: HashMap<String, Entry>,
    /// Names by the number of their last use.
    order: BTreeMap<u64, String>,
    bytes: usize,
    uses: u64,
}

struct Entry {
    value: Arc<dyn Any + Send + Sync>,
    bytes: usize,
    used: u64,
}

impl Kept {
    /// Keeps at most `bound` bytes.
    pub(crate) fn new(bound: usize) -> Self {
        Self { bound, shelf: Mutex::default() }
    }

    /// The value kept under `name`, if it is of that type.
    pub(crate) fn get<T: Any + Send + Sync>(&self, name: &str) -> Option<Arc<T>> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let shelf = &mut *shelf;
        let entry = shelf.entries.get_mut(name)?;
        shelf.uses += 1;
        shelf.order.remove(&entry.used);
        shelf.order.insert(shelf.uses, name.to_owned());
        entry.used = shelf.uses;
        Arc::clone(&entry.value).downcast().ok()
    }

    /// Keeps a value of about `bytes` bytes. One that is larger than the bound is not kept, and costs no other its place.
    pub(crate) fn put<T: Any + Send + Sync>(&self, name: String, value: Arc<T>, bytes: usize) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.forget(&name);
        // Small things cost their name and their place, too.
        let bytes = bytes.saturating_add(name.len() * 2 + 128);
        if bytes > self.bound {
            return;
        }
        shelf.uses += 1;
        let used = shelf.uses;
        shelf.bytes += bytes;
        shelf.order.insert(used, name.clone());
        shelf.entries.insert(name, Entry { value, bytes, used });
        while shelf.bytes > self.bound {
            let Some((_, oldest)) = shelf.order.pop_first() else { break };
            shelf.forget(&oldest);
        }
    }
}

impl Shelf {
    fn forget(&mut self, name: &str) {
        if let Some(entry) = self.entries.remove(name) {
            self.order.remove(&entry.used);
            self.bytes -= entry.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without a bound, a question over years would take all memory of the machine.
    #[test]
    fn what_was_used_longest_ago_is_forgotten_first() {
        let kept = Kept::new(3_500);
        for name in ["a", "b", "c"] {
            kept.put(name.to_owned(), Arc::new(name), 1_000);
        }
        assert!(kept.get::<&str>("a").is_some());
        kept.put("d".to_owned(), Arc::new("d"), 1_000);
        let held: Vec<_> = ["a", "b", "c", "d"].into_iter().filter(|name| kept.get::<&str>(name).is_some()).collect();
        assert_eq!(held, ["a", "c", "d"]);
    }

    #[test]
    fn a_new_value_takes_the_place_of_the_old_one() {
        let kept = Kept::new(10_000);
        kept.put("a".to_owned(), Arc::new(1), 4_000);
        kept.put("a".to_owned(), Arc::new(2), 4_000);
        kept.put("b".to_owned(), Arc::new(3), 4_000);
        assert_eq!((kept.get("a").as_deref(), kept.get("b").as_deref()), (Some(&2), Some(&3)));
    }

    /// One question over years must not make every other question start from nothing.
    #[test]
    fn what_is_larger_than_the_bound_is_not_kept_and_displaces_nothing() {
        let kept = Kept::new(1_000);
        kept.put("a".to_owned(), Arc::new(1), 10);
        kept.put("b".to_owned(), Arc::new(2), 2_000);
        assert_eq!((kept.get("a").as_deref(), kept.get::<i32>("b")), (Some(&1), None));
    }

    #[test]
    fn a_value_of_another_type_is_not_taken_for_the_one_that_was_kept() {
        let kept = Kept::new(1_000);
        kept.put("a".to_owned(), Arc::new(1_i32), 10);
        assert!(kept.get::<String>("a").is_none());
        assert_eq!(kept.get::<i32>("a").as_deref(), Some(&1));
    }
}
