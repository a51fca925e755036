//! Properties that must hold of every random history.

use proptest::{
    strategy::Strategy,
    test_runner::{Config, TestCaseError, TestRunner},
};
use tokio::runtime::Runtime;

/// How hard a property is tried.
#[derive(Debug, Clone, Copy)]
pub struct Tries {
    /// Values it is held against.
    pub cases: u32,
    /// Steps towards a smaller value once it failed; `u32::MAX`: four for each case.
    pub shrinks: u32,
}

/// Holds a property against random values, each on the runtime given. What failed is told with the test, not kept in a
/// file: the next run tries other values.
///
/// # Panics
/// The property does not hold; tells the smallest value found for which it does not.
pub fn holds<S: Strategy>(
    runtime: &Runtime,
    tries: Tries,
    strategy: &S,
    property: impl AsyncFn(S::Value) -> Result<(), TestCaseError>,
) {
    let mut runner = TestRunner::new(Config {
        cases: tries.cases,
        failure_persistence: None,
        max_shrink_iters: tries.shrinks,
        ..Config::default()
    });
    let outcome = runner.run(strategy, |value| runtime.block_on(property(value)));
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
