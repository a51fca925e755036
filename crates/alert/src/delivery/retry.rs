//! When a message is sent again, and when it is given up.

use contact::{Duration, Instant};
use sha2::{Digest, Sha256};

use crate::tables::{Message, Settled};

/// When a message is sent again, and when it is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// After the first attempt; doubles with each.
    pub first: Duration,
    /// The longest time between two attempts.
    pub longest: Duration,
    /// How long after its time a message is given up. The last attempt is made then.
    pub give_up: Duration,
}

impl Default for Retry {
    /// From 5 s to an hour, for 72 hours.
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            longest: Duration::from_secs(3600),
            give_up: Duration::from_secs(72 * 3600),
        }
    }
}

impl Retry {
    /// What becomes of a message whose attempt failed at `now`.
    pub(super) fn after(
        self,
        message: &Message,
        error: String,
        asked_to_wait: Option<Duration>,
        now: Instant,
    ) -> Settled {
        let end = message.first_due.plus_micros(self.give_up.as_micros());
        if now >= end {
            return Settled::Dead { error };
        }
        let asked = asked_to_wait.unwrap_or_default().min(self.longest).as_micros();
        let wait = self.wait_us(&message.id, message.attempts).max(asked);
        Settled::Again { due: now.plus_micros(wait).min(end), error }
    }

    /// Twice as long with each attempt up to the longest, less a share of up to a half that depends on the message and the
    /// attempt: receivers that come back are not met by all messages at once, and nothing needs to be drawn.
    fn wait_us(self, id: &str, attempts: u32) -> i64 {
        let doubled = 1_i64.checked_shl(attempts.saturating_sub(1).min(40)).unwrap_or(i64::MAX);
        let whole = self.first.as_micros().saturating_mul(doubled).min(self.longest.as_micros());
        let digest = Sha256::digest(format!("{id} {attempts}"));
        let draw = i64::from(u16::from_be_bytes([digest[0], digest[1]]));
        let less = i128::from(whole) * i128::from(draw) / (2 * 65_536);
        whole - i64::try_from(less).expect("at most half of what it is taken from")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(attempts: u32) -> Message {
        let first_due = Instant::from_micros(0).expect("1970");
        Message { id: "msg_1".to_owned(), receiver: "ops".to_owned(), notices: Vec::new(), attempts, first_due }
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000).expect("after 1970")
    }

    #[test]
    fn attempts_grow_apart_up_to_an_hour_until_the_last_one_at_72_hours() {
        let (mut now, mut attempts, mut waits) = (at(0), 0, Vec::new());
        while attempts < 1000 {
            attempts += 1;
            match Retry::default().after(&message(attempts), "down".to_owned(), None, now) {
                Settled::Again { due, .. } => {
                    waits.push(due.micros_since(now) / 1_000_000);
                    now = due;
                }
                settled => {
                    assert_eq!(settled, Settled::Dead { error: "down".to_owned() });
                    break;
                }
            }
        }
        assert_eq!(now, at(72 * 3600), "the last attempt is made when it is given up");
        assert!((80..180).contains(&attempts), "{attempts}");
        for (nth, wait) in waits[..waits.len() - 1].iter().enumerate() {
            let whole = (5 << nth.min(20)).min(3600);
            assert!((whole / 2..=whole).contains(wait), "attempt {nth}: {wait} s of {whole}");
        }
        let late: std::collections::BTreeSet<_> = waits[12..].iter().collect();
        assert!(late.len() > 20, "they are spread: {late:?}");
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_but_not_for_longer_than_an_hour() {
        let after = |asked| match Retry::default().after(&message(1), String::new(), Some(asked), at(0)) {
            Settled::Again { due, .. } => due.micros_since(at(0)) / 1_000_000,
            settled => panic!("{settled:?}"),
        };
        assert_eq!(after(Duration::from_secs(600)), 600);
        assert_eq!(after(Duration::from_secs(86_400)), 3600);
        assert!(after(Duration::from_secs(0)) >= 2);
    }
}
