//! The contracts of the built-in networks.

use std::{collections::BTreeMap, fs, path::Path};

use contact::Network;
use contract::{ClosedState, Contract, OpenState, PromiseStanding, promises_standing};

use crate::fixtures::read;

const HYPERMARKET: &str = include_str!("../../networks/hypermarket.yaml");
const OWN_SITES: &str = include_str!("../../networks/hypermarket-own-sites.yaml");
const NETWORK: &str = include_str!("../../../sim/networks/hypermarket.yaml");

#[test]
fn every_network_has_a_contract_without_mistake_or_gap() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("networks");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("readable").path();
        let contract = read(&fs::read_to_string(&path).expect("UTF-8"));
        assert!(contract.left_open.is_empty(), "{}: {:#?}", path.display(), contract.left_open);
        names.push(contract.client);
    }
    names.sort();
    assert_eq!(names, ["dating", "hypermarket", "hypermarket", "outdoor", "rail", "rental"]);
}

/// Complaints are taken at own sites alone: without their agreement nothing would measure that promise.
#[test]
fn own_sites_promise_the_same_without_money() {
    let network = Network::parse(NETWORK).expect("a network without mistake");
    let own = Contract::parse_for(OWN_SITES, &network).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let provider = read(HYPERMARKET);
    assert_eq!(own.promises, provider.promises);
    let asked = |contract: &Contract| -> Vec<_> {
        contract.objectives.iter().map(|objective| (objective.name.clone(), objective.levels)).collect()
    };
    assert_eq!(asked(&own), asked(&provider));
}

#[test]
fn a_contract_names_what_its_network_has() {
    let network = Network::parse(NETWORK).expect("a network without mistake");
    Contract::parse_for(HYPERMARKET, &network).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let text = HYPERMARKET
        .replace("sites: [ tunis ]", "sites: [ dakar, sfax ]")
        .replace("families: [ complaints ]", "families: [ complaint ]")
        .replace("promise: { ref: desks }", "promise: { ref: desk }")
        .replace("social, post ]", "social, pots ]");
    let mistakes = Contract::parse_for(&text, &network).expect_err("unknown names");
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 12, column 165: the queue \"pots\" is not in the network file; use one of: card-mail, card-voice, \
             care-mail, care-sms, care-voice, post, shop-mail, shop-sms, shop-voice, social, switchboard-mail, \
             switchboard-sms, switchboard-voice",
            "line 13, column 14: the site \"dakar\" is not run by cordelia; name the provider's own sites only",
            "line 13, column 21: the site \"sfax\" is not in the network file; use one of: antananarivo, dakar, evry, \
             saint-etienne, tunis",
            "line 16, column 21: the calendar \"desk\" is not in the network file; use one of: desks, lines",
            "line 71, column 28: the family \"complaint\" is not in the network file; use one of: card, complaints, \
             other, shop, switchboard",
            "line 79, column 28: the family \"complaint\" is not in the network file; use one of: card, complaints, \
             other, shop, switchboard",
        ]
    );
}

/// Promises that nothing measures, at any depth.
fn leaves(promises: &[PromiseStanding<ClosedState>]) -> Vec<&str> {
    let leaf = |promise: &PromiseStanding<ClosedState>| promise.unmeasured.is_some();
    let own = promises.iter().filter(|promise| leaf(promise)).map(|promise| promise.name.as_str());
    own.chain(promises.iter().flat_map(|promise| leaves(&promise.promises))).collect()
}

/// Five promises: three measured, one in part, one not; each is as good as its gravest part.
#[test]
fn the_five_promises_are_a_tree() {
    let contract = read(HYPERMARKET);
    let mut states: BTreeMap<String, ClosedState> =
        contract.objectives.iter().map(|objective| (objective.name.clone(), ClosedState::Met)).collect();
    states.insert("letters-answered".into(), ClosedState::NotEnoughData);
    states.insert("complaints-48h".into(), ClosedState::Breached);
    let promises = promises_standing(&contract.promises, &states);
    let shown: Vec<_> = promises.iter().map(|promise| (promise.name.as_str(), promise.state)).collect();
    assert_eq!(
        shown,
        [
            ("always-answer", Some(ClosedState::NotEnoughData)),
            ("no-waiting", Some(ClosedState::Met)),
            ("complaints-resolved", Some(ClosedState::Breached)),
            ("whole-team", Some(ClosedState::Met)),
            ("personal", None),
        ]
    );
    assert_eq!(leaves(&promises), ["personal", "stores-involved"]);
}

/// Open windows are ordered by gravity as well: what is lost is graver than what is not known.
#[test]
fn a_promise_is_as_open_as_its_gravest_part() {
    let contract = read(HYPERMARKET);
    let states = BTreeMap::from([
        ("calls-in-time".to_owned(), OpenState::OnTrack),
        ("longest-waits".to_owned(), OpenState::Lost),
    ]);
    let promises = promises_standing(&contract.promises, &states);
    assert_eq!((promises[1].state, promises[0].state), (Some(OpenState::Lost), None));
}
