//! What becomes of one valid event, given what is known: a pure decision.

use contact::{Instant, Reject, RejectCode};

/// What the identity index knows of an event's identity and revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Nothing.
    Never,
    /// The same content.
    Same,
    /// Another content only.
    Other,
}

/// What becomes of an event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// To be stored, in the partition of this start.
    Store { started_at: Instant, conflict: bool },
    /// Not to be stored again.
    Duplicate,
    /// Not acceptable.
    Reject(Reject),
}

/// Decides on an event that states the start `stated`, of a contact that began at `known`.
/// The starts stated by the same submission are known already, so the order within it does not matter.
pub(crate) fn decide(stated: Option<Instant>, known: Option<Instant>, seen: Seen) -> Verdict {
    let started_at = match (stated, known) {
        (None, None) => return Verdict::Reject(unknown_contact()),
        (Some(stated), Some(known)) if stated != known => return Verdict::Reject(started_at_mismatch(stated, known)),
        (_, Some(known)) => known,
        (Some(stated), None) => stated,
    };
    match seen {
        Seen::Never => Verdict::Store { started_at, conflict: false },
        Seen::Other => Verdict::Store { started_at, conflict: true },
        Seen::Same => Verdict::Duplicate,
    }
}

/// Why an event that does not say when its contact began is rejected, at every door, while nobody has said it.
#[must_use]
pub fn unknown_contact() -> Reject {
    Reject::new(
        RejectCode::UnknownContact,
        "data.started_at",
        "the contact is not known yet and the event does not state its start; \
         state started_at, or wait: the event is replayed when the contact arrives",
    )
}

/// Why an event that says `stated` is rejected, at every door, when its contact is known to have begun at `known`.
#[must_use]
pub fn started_at_mismatch(stated: Instant, known: Instant) -> Reject {
    Reject::new(
        RejectCode::StartedAtMismatch,
        "data.started_at",
        format!("the contact is known to have started at {known}, this event says {stated}; a start never changes"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Instant {
        Instant::from_micros(micros).expect("time")
    }

    #[test]
    fn a_start_is_stated_or_looked_up_and_never_changes() {
        let store = |start| Verdict::Store { started_at: at(start), conflict: false };
        assert_eq!(decide(Some(at(1)), None, Seen::Never), store(1));
        assert_eq!(decide(Some(at(1)), Some(at(1)), Seen::Never), store(1));
        assert_eq!(decide(None, Some(at(2)), Seen::Never), store(2));
        let Verdict::Reject(reject) = decide(Some(at(1)), Some(at(2_000_000)), Seen::Same) else {
            panic!("another start is a reject, even of an event seen before");
        };
        assert_eq!(reject.code, RejectCode::StartedAtMismatch);
        assert!(
            reject.message.contains("1970-01-01T00:00:02Z") && reject.message.contains("1970-01-01T00:00:00.000001Z")
        );
        assert!(matches!(decide(None, None, Seen::Never), Verdict::Reject(r) if r.code == RejectCode::UnknownContact));
    }

    #[test]
    fn other_content_is_stored_and_equal_content_is_not() {
        assert_eq!(decide(None, Some(at(1)), Seen::Same), Verdict::Duplicate);
        assert_eq!(decide(None, Some(at(1)), Seen::Other), Verdict::Store { started_at: at(1), conflict: true });
    }
}
