//! When a file has been quiet for long enough to be looked into, and when waiting for the rest of it ends.

use std::{
    fs::Metadata,
    os::unix::fs::MetadataExt,
    time::{Duration, Instant},
};

use super::DropPolicy;

/// Longest pause after a failure of this machine.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// Which file it is, and the state of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) bytes: u64,
    /// Seconds since 1970, and nanoseconds.
    modified: (i64, i64),
    /// The same of content, name and permissions.
    changed: (i64, i64),
    file: (u64, u64),
}

impl From<&Metadata> for Stamp {
    fn from(found: &Metadata) -> Self {
        Self {
            bytes: found.len(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
            file: (found.dev(), found.ino()),
        }
    }
}

impl Stamp {
    /// Whether it is the same file with the same content, whatever its name.
    pub(super) fn has_content_of(&self, other: &Self) -> bool {
        (self.file, self.bytes, self.modified) == (other.file, other.bytes, other.modified)
    }

    /// When the content was last written; absent where no calendar reaches.
    pub(super) fn modified_at(&self) -> Option<contact::Instant> {
        let (seconds, nanoseconds) = self.modified;
        let micros = seconds.checked_mul(1_000_000)?.checked_add(nanoseconds / 1_000)?;
        contact::Instant::from_micros(micros).ok()
    }
}

/// A file that lies in an inbox.
#[derive(Debug)]
pub(super) struct Waiting {
    stamp: Stamp,
    /// Since when it has been as it is.
    since: Instant,
    found: Found,
}

/// What came of looking into it.
#[derive(Debug)]
enum Found {
    /// Nobody has looked.
    Nothing,
    /// It is not whole, or cannot be opened.
    Unready(String),
    /// This machine failed, so many times.
    Failed { why: String, times: u32, until: Instant },
}

/// What is to be done with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing yet.
    Wait,
    /// Look into it.
    Look,
    /// Refuse it, for this reason.
    GiveUp(String),
}

impl Waiting {
    pub(super) fn new(stamp: Stamp, now: Instant) -> Self {
        Self { stamp, since: now, found: Found::Nothing }
    }

    pub(super) fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// It was seen again. If anything about it is different, waiting begins anew.
    pub(super) fn seen(&mut self, stamp: Stamp, now: Instant) {
        if stamp != self.stamp {
            *self = Self::new(stamp, now);
        }
    }

    pub(super) fn step(&self, now: Instant, policy: &DropPolicy) -> Step {
        let quiet = now.saturating_duration_since(self.since);
        match &self.found {
            Found::Nothing if quiet >= policy.settle => Step::Look,
            Found::Unready(why) if quiet >= policy.patience => Step::GiveUp(why.clone()),
            Found::Failed { until, .. } if now >= *until => Step::Look,
            _ => Step::Wait,
        }
    }

    /// It is not ready, and need not be looked into again before it changes.
    pub(super) fn is_unready(&mut self, why: String) {
        self.found = Found::Unready(why);
    }

    /// This machine failed. It is tried again, after ever longer pauses.
    pub(super) fn has_failed(&mut self, why: String, now: Instant) {
        let times = if let Found::Failed { times, .. } = self.found { times.saturating_add(1) } else { 0 };
        let pause = Duration::from_secs(10).saturating_mul(1 << times.min(6)).min(LONGEST_PAUSE);
        self.found = Found::Failed { why, times, until: now + pause };
    }

    /// Why it is still there, if there is a reason but time.
    pub(super) fn why(&self) -> Option<&str> {
        match &self.found {
            Found::Nothing => None,
            Found::Unready(why) | Found::Failed { why, .. } => Some(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: DropPolicy =
        DropPolicy { settle: Duration::from_secs(10), patience: Duration::from_mins(1), workers: 1 };

    fn stamp(bytes: u64) -> Stamp {
        Stamp { bytes, modified: (1, 0), changed: (1, 0), file: (1, 1) }
    }

    fn after(begun: Instant, seconds: u64) -> Instant {
        begun + Duration::from_secs(seconds)
    }

    /// A file that grows is being written; one that has stopped growing is looked into once, and not again for nothing.
    #[test]
    fn only_a_file_that_is_quiet_is_looked_into() {
        let begun = Instant::now();
        let mut file = Waiting::new(stamp(1), begun);
        assert_eq!(file.step(after(begun, 9), &POLICY), Step::Wait);
        file.seen(stamp(2), after(begun, 9));
        assert_eq!(file.step(after(begun, 18), &POLICY), Step::Wait);
        file.seen(stamp(2), after(begun, 18));
        assert_eq!(file.step(after(begun, 19), &POLICY), Step::Look);
        file.is_unready("cut".to_owned());
        assert_eq!(file.step(after(begun, 60), &POLICY), Step::Wait);
        assert_eq!(file.step(after(begun, 69), &POLICY), Step::GiveUp("cut".to_owned()));
        file.seen(stamp(3), after(begun, 69));
        assert_eq!((file.step(after(begun, 70), &POLICY), file.why()), (Step::Wait, None));
    }

    /// A full disk must neither refuse a provider's file nor have it read over and over.
    #[test]
    fn a_failure_of_this_machine_is_tried_again_ever_less_often() {
        let begun = Instant::now();
        let mut file = Waiting::new(stamp(1), begun);
        let mut now = begun;
        let mut pauses = Vec::new();
        for _ in 0..9 {
            file.has_failed("full".to_owned(), now);
            let pause = (1..=1_000).find(|seconds| file.step(after(now, *seconds), &POLICY) == Step::Look);
            pauses.push(pause.expect("it is tried again"));
            now = after(now, pause.unwrap_or_default());
        }
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 600, 600, 600]);
    }
}
