//! What a queue has agreed about contacts that leave it otherwise than to its own people: overflow and callbacks.

use std::{
    fmt::{self, Display},
    str::FromStr,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;

use super::{file::QueueEntry, mistakes::Checker};
use crate::{Duration, channel::words};

words!(
    /// How a leg that overflows to another place counts for the queue that it left.
    OverflowCounts {
        /// A miss of the service level, whatever its formula.
        Miss = "miss",
        /// In no service level; still unanswered in the rates of response and abandonment.
        Neutral = "neutral",
        /// In no rate at all; still counted as offered and as flowed out.
        Excluded = "excluded",
    }
);

words!(
    /// How a contact whose customer asked to be called back counts in the service level.
    CallbackCounts {
        /// Answered in time when the customer was reached within the promised time, else a miss.
        AnsweredIfWithin = "answered_if_within",
        /// Not at all.
        Neutral = "neutral",
        /// A miss, however soon the customer is called.
        Miss = "miss",
    }
);

/// What is agreed about overflow and callbacks. What is not stated is as the service-level formula says of a flow-out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlowTerms {
    /// How overflow counts.
    pub overflow: Option<OverflowCounts>,
    /// How callbacks count.
    pub callback: Option<CallbackCounts>,
    /// Within how long of the arrival, or of the promised time of the call, the customer is to be reached; the queue's
    /// threshold when absent.
    pub callback_within: Option<Duration>,
    /// After so many attempts that reached nobody a callback may be given up; never when absent.
    pub callback_attempts: Option<u32>,
}

impl Checker {
    pub(super) fn flows(&mut self, entry: &QueueEntry) -> FlowTerms {
        FlowTerms {
            overflow: self.word("overflow_counts_as", entry.overflow_counts_as.as_ref(), OverflowCounts::ALL),
            callback: self.word("callback_counts_as", entry.callback_counts_as.as_ref(), CallbackCounts::ALL),
            callback_within: entry.callback_within.as_ref().and_then(|text| self.parsed(text)),
            callback_attempts: self.attempts(entry.callback_attempts.as_ref()),
        }
    }

    /// One of the words of a list.
    fn word<T: FromStr + Display>(&mut self, key: &str, text: Option<&Spanned<String>>, all: &[T]) -> Option<T> {
        let text = text?;
        let word = text.value.parse().ok();
        if word.is_none() {
            let words = all.iter().map(T::to_string).collect::<Vec<_>>().join(", ");
            self.wrong(text, format!("{key} is {:?}", text.value), format!("give one of {words}, or leave it out"));
        }
        word
    }

    fn attempts(&mut self, attempts: Option<&Spanned<u32>>) -> Option<u32> {
        let attempts = attempts?;
        let wanted = (1..=100).contains(&attempts.value);
        if !wanted {
            let wrong = format!("callback_attempts is {}", attempts.value);
            self.wrong(attempts, wrong, "give 1 to 100 attempts, or leave it out where a callback is never given up");
        }
        wanted.then_some(attempts.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Network;

    fn of(queue: &str) -> Result<FlowTerms, Vec<String>> {
        let text = format!("brand: b\nzone: UTC\nproviders: [{{name: p}}]\nqueues:\n  - {{name: q{queue}}}\n");
        let network =
            Network::parse(&text).map_err(|found| found.iter().map(ToString::to_string).collect::<Vec<_>>())?;
        Ok(network.queues["q"][0].flows.clone())
    }

    #[test]
    fn what_is_agreed_is_read_and_what_is_not_is_not_made_up() {
        let agreed = ", overflow_counts_as: miss, callback_counts_as: answered_if_within, callback_within: 2h, callback_attempts: 3";
        let terms = FlowTerms {
            overflow: Some(OverflowCounts::Miss),
            callback: Some(CallbackCounts::AnsweredIfWithin),
            callback_within: Some(Duration::from_secs(7_200)),
            callback_attempts: Some(3),
        };
        assert_eq!(of(agreed), Ok(terms));
        assert_eq!(of(""), Ok(FlowTerms::default()));
    }

    /// `excluded` is a word of overflow and none of callbacks: taken for either, a penalty would be another.
    #[test]
    fn every_mistake_is_told_with_its_line_and_what_would_be_right() {
        let wrong =
            ", overflow_counts_as: missed, callback_counts_as: excluded, callback_within: 30, callback_attempts: 0";
        let found = of(wrong).expect_err("four mistakes");
        let said = [
            "overflow_counts_as is \"missed\"; give one of miss, neutral, excluded, or leave it out",
            "callback_counts_as is \"excluded\"; give one of answered_if_within, neutral, miss, or leave it out",
            "\"30\"",
            "callback_attempts is 0; give 1 to 100 attempts, or leave it out where a callback is never given up",
        ];
        assert_eq!(found.len(), said.len(), "{found:#?}");
        for (mistake, said) in found.iter().zip(said) {
            assert!(mistake.starts_with("line 5, ") && mistake.contains(said), "{said}: {found:#?}");
        }
    }
}
