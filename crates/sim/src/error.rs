//! What makes a scenario unusable.

/// A scenario that cannot be simulated: the value, and what would be right.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SimError {
    /// The network file has mistakes.
    #[error("the scenario's network file is wrong: {0}")]
    Network(String),
    /// A probability outside [0, 1].
    #[error("{0} is not a share; give a number from 0 to 1")]
    Share(f64),
    /// A weight, rate or spread that is negative or not finite.
    #[error("{what} is {value}; give a finite number that is not negative")]
    Number {
        /// What it is.
        what: &'static str,
        /// The value.
        value: f64,
    },
    /// A list without any weight.
    #[error("{what} of {name:?} weigh nothing; give at least one a weight above 0")]
    Weightless {
        /// What is weighed.
        what: &'static str,
        /// Of what.
        name: String,
    },
    /// A name that is not declared.
    #[error("{what} {name:?} is not declared; declare it in the network file or the scenario")]
    Unknown {
        /// What it names.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A list of the wrong length.
    #[error("{name:?} has {given} {what}; give {right}, one for each")]
    Length {
        /// What is counted.
        what: &'static str,
        /// Of what.
        name: String,
        /// How many there are.
        given: usize,
        /// How many there should be.
        right: usize,
    },
    /// A site is to take a queue that none of its groups serves.
    #[error("nobody at {site:?} serves {queue:?}; add the queue to a group of that site")]
    Unserved {
        /// The site.
        site: String,
        /// The queue.
        queue: String,
    },
    /// Days that the calendar library does not have.
    #[error("{days} days from {from} leave the years 1 to 9999; give fewer days")]
    Days {
        /// The first day.
        from: String,
        /// How many days.
        days: u16,
    },
}
