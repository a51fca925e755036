//! Which legs a turn concerns. Pure.

use std::collections::BTreeSet;

use contact::Channel;

/// Which legs may change at a turn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Concern {
    /// All of them.
    All,
    /// Those that owe something in writing under one promise.
    Writing(Writing),
}

/// The queues that make one promise. A leg that says that it is a call owes nothing in writing.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Writing {
    /// By name.
    pub(crate) queues: BTreeSet<String>,
    /// Those of them whose contacts write unless they say otherwise.
    pub(crate) unless_stated: BTreeSet<String>,
    /// Every queue but these makes it, too.
    pub(crate) all_but: Option<BTreeSet<String>>,
}

impl Concern {
    /// Whether a leg of this queue is concerned; `stated` is the channel that it names itself.
    pub(crate) fn is_of(&self, queue: &str, stated: Option<&str>) -> bool {
        let Self::Writing(writing) = self else { return true };
        match stated {
            None => writing.unless_stated.contains(queue),
            Some(channel) if is_call(channel) => false,
            Some(_) => {
                let beyond = writing.all_but.as_ref().is_some_and(|others| !others.contains(queue));
                beyond || writing.queues.contains(queue)
            }
        }
    }
}

/// Whether contacts of a channel speak.
pub(crate) fn is_call(channel: &str) -> bool {
    [Channel::Voice, Channel::Video].iter().any(|call| call.as_str() == channel)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// Left out here, a leg would be kept as not due, and be that for ever.
    #[test]
    fn whoever_may_write_is_concerned() {
        let desk = Concern::Writing(Writing {
            queues: names(&["mail", "phone"]),
            unless_stated: names(&["mail"]),
            all_but: None,
        });
        let of = |queue: &str| {
            [None, Some("email"), Some("chat"), Some("moderation"), Some("voice"), Some("video")]
                .map(|stated| desk.is_of(queue, stated))
        };
        assert_eq!(of("mail"), [true, true, true, true, false, false]);
        assert_eq!(of("phone"), [false, true, true, true, false, false], "a mail in the queue of calls is a mail");
        assert_eq!(of("other"), [false; 6]);
        assert!(Concern::All.is_of("other", Some("voice")));
    }

    #[test]
    fn queues_that_nobody_declared_make_the_promise_of_all_of_them() {
        let undeclared = Writing { all_but: Some(names(&["mail"])), ..Writing::default() };
        let undeclared = Concern::Writing(undeclared);
        assert!(undeclared.is_of("other", Some("email")));
        assert!(!undeclared.is_of("mail", Some("email")));
        assert!(!undeclared.is_of("other", None), "it is called there, unless it says otherwise");
    }
}
