//! `hypermarket` is what it was before other networks could be simulated: whoever kept a seed has the same history still.

use sim::hypermarket;

use crate::support::{MONDAY, hypermarket_with, lines_of, run_of};

const EVENTS: u64 = 0x80a1_f8cf_4aad_c863;
const TRUTH: u64 = 0x7a50_db3e_ea14_d9ea;
const NETWORK: u64 = 0x3ea3_8164_cc77_48e2;

/// FNV-1a, 64 bits.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The figures of the events, of the truth and of the network file were taken before the simulator knew anything else.
#[test]
fn hypermarket_has_not_changed_by_a_byte() {
    let friday = MONDAY.checked_add(jiff::Span::new().days(4)).expect("a date");
    let (lines, truth) = lines_of(hypermarket_with(run_of(friday, 4, 4), |_| {}));
    let truth = serde_json::to_vec_pretty(&truth.report()).expect("JSON");
    let scenario = hypermarket().expect("a scenario");
    let found = [&lines[..], &truth, scenario.network_file().as_bytes()].map(|bytes| (bytes.len(), digest(bytes)));
    assert_eq!(found, [(73_122_492, EVENTS), (196_441, TRUTH), (4549, NETWORK)], "{found:x?}");
}
