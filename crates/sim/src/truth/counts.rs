//! Additive counts.

/// Declares counts that add up field by field.
macro_rules! counts {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $($(#[$fdoc])* pub $field: u64,)+
        }

        impl $name {
            /// Adds other counts to these.
            pub fn add(&mut self, other: &Self) {
                $(self.$field += other.$field;)+
            }
        }
    };
}

counts!(
    /// Counts of legs.
    LegCounts {
        /// Contacts that began here; the other legs came by transfer.
        contacts,
        /// Those of them that were redials.
        redials,
        /// Those of them that were repeats.
        repeats,
        /// Offered in opening hours, or written.
        offered,
        /// Live legs offered while the queue was closed; in no other count but `contacts`.
        out_of_hours,
        /// Offered when nobody was free.
        delayed,
        /// Answered by a human.
        answered,
        /// Answered with a wait of at most the queue's threshold.
        answered_in_time,
        /// Given up by the customer.
        abandoned,
        /// Given up after at most the threshold.
        abandoned_in_time,
        /// Given up after at most the queue's limit of short abandons.
        short_abandoned,
        /// Sum of the waits of legs answered, microseconds.
        wait_us,
        /// Sum of the waits of legs given up, microseconds.
        abandon_wait_us,
        /// Sum of talk, hold and wrap-up of legs answered, microseconds.
        handle_us,
        /// Handed to another queue.
        transferred,
        /// Left the queue unanswered, the customer not hanging up.
        #[serde(default, skip_serializing_if = "is_none")]
        flowed_out,
        /// Sum of the waits of legs that flowed out, microseconds.
        #[serde(default, skip_serializing_if = "is_none")]
        flow_wait_us,
        /// Legs of contacts that were cancelled; in no other count but `contacts`.
        #[serde(default, skip_serializing_if = "is_none")]
        cancelled,
        /// Written to by a machine first.
        #[serde(default, skip_serializing_if = "is_none")]
        acknowledged,
        /// Put into the queue later than received.
        #[serde(default, skip_serializing_if = "is_none")]
        held,
    }
);

/// What does not happen in a network is not said of it.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the serializer hands over a reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

impl LegCounts {
    /// Legs that still wait: offered, neither answered nor given up nor gone elsewhere. 0 once a run is over, unless a
    /// queue is so saturated that some are never taken.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.offered.saturating_sub(self.answered + self.abandoned + self.flowed_out)
    }
}

counts!(
    /// Counts of contacts by the place that owns them: that of their first human answer.
    MatterCounts {
        /// Contacts owned, all of them answered.
        contacts,
        /// Resolved for good.
        resolved,
        /// Resolved at least once.
        ever_resolved,
        /// Reopened at least once after a resolution.
        reopened,
        /// Resolved for good within 24 hours of the first offer.
        resolved_24h,
        /// Resolved for good within 48 hours of the first offer.
        resolved_48h,
        /// Followed by another contact of the same customer for the same reason.
        repeated,
    }
);

pub(super) use counts;

/// The value of nearest rank `ceil(permille · n / 1000)` of a sorted list; `None` of an empty one.
#[must_use]
pub fn percentile(sorted: &[u64], permille: usize) -> Option<u64> {
    let rank = (permille * sorted.len()).div_ceil(1000).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_nearest_rank() {
        let values: Vec<u64> = (1..=20).collect();
        assert_eq!(percentile(&values, 500), Some(10));
        assert_eq!(percentile(&values, 901), Some(19));
        assert_eq!(percentile(&values, 1000), Some(20));
        assert_eq!(percentile(&[7], 1), Some(7));
        assert_eq!(percentile(&[], 500), None);
    }
}
