//! Places where a crash test may stop the process, and faults that it may plant to prove that it would notice them.
//!
//! [`point`] does nothing unless the environment names it: `VIGIE_FAULT=lake.after_sync` aborts the process at the first
//! passage, `VIGIE_FAULT=lake.after_sync:3` at the third. [`planted`] is always false without the cargo feature
//! `planted`; with it, `VIGIE_PLANT=no_file_sync` makes the code skip exactly that step.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

struct Target {
    name: String,
    passage: u64,
    seen: AtomicU64,
}

impl Target {
    fn parse(text: &str) -> Self {
        let (name, passage) = match text.rsplit_once(':') {
            Some((name, count)) => (name, count.parse().unwrap_or(1)),
            None => (text, 1),
        };
        Self { name: name.to_owned(), passage, seen: AtomicU64::new(0) }
    }

    fn is_due(&self, name: &str) -> bool {
        self.name == name && self.seen.fetch_add(1, Ordering::Relaxed) + 1 == self.passage
    }
}

/// Aborts the process, as a power cut would, if the environment asks for it at this place and passage.
pub fn point(name: &str) {
    static TARGET: OnceLock<Option<Target>> = OnceLock::new();
    let target = TARGET.get_or_init(|| std::env::var("VIGIE_FAULT").ok().map(|text| Target::parse(&text)));
    if target.as_ref().is_some_and(|target| target.is_due(name)) {
        std::process::abort();
    }
}

/// Whether the step called `name` is to be left out. Always false unless built with the feature `planted`.
#[must_use]
pub fn planted(name: &str) -> bool {
    static PLANT: OnceLock<Option<String>> = OnceLock::new();
    cfg!(feature = "planted") && PLANT.get_or_init(|| std::env::var("VIGIE_PLANT").ok()).as_deref() == Some(name)
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn a_crash_happens_at_the_named_place_and_passage_only() {
        let target = Target::parse("lake.after_link:2");
        assert!(!target.is_due("lake.after_link"));
        assert!(!target.is_due("lake.after_sync"));
        assert!(target.is_due("lake.after_link"));
        assert!(!target.is_due("lake.after_link"));
    }
}
