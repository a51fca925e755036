//! What is read, and what is told of what a contract leaves open.

use contract::{
    Contract,
    terms::{Level, Metric, Mode, OverVolume, SurplusRule},
};

use crate::fixtures::{CARE, care_with, read};

const RECOMMENDED: &str = include_str!("fixtures/recommended.yaml");

#[test]
fn the_recommended_contract_is_read_to_the_last_key() {
    let contract = read(RECOMMENDED);
    assert_eq!((contract.name.as_str(), contract.in_force.version), ("brand-provider-a-care-2025", 3));
    assert_eq!(contract.in_force.span.from.to_string(), "2024-12-31T23:00:00Z");
    assert_eq!(contract.in_force.span.to.to_string(), "2025-12-31T23:00:00Z");
    assert_eq!(contract.forecast.over_volume, Some(OverVolume::Surplus(SurplusRule::Prorata)));
    let voice = contract.objective("voice-service-level").expect("the first objective");
    let Metric::ServiceLevel { formula, threshold, .. } = &voice.indicator.metric else { panic!("{voice:?}") };
    assert_eq!(formula.map(contact::network::Formula::as_str), Some("c"));
    assert_eq!(threshold.map(contact::Duration::as_micros), Some(20_000_000));
    let commercial = contract.commercial.as_ref().expect("commercial terms");
    assert_eq!((commercial.mode, commercial.stakes.len()), (Mode::Shadow, 2));
    assert_eq!(commercial.stakes["complaints-48h"].bands.len(), 1, "a miss of the expected level costs all");
    let moderation = contract.objective("moderation-delay").expect("the last objective");
    assert_eq!(moderation.yardsticks(), [Level::Time("15m".parse().expect("a duration"))]);
    assert_eq!(contract.repeat.map(|repeat| repeat.consecutive_misses), Some(3));
    assert_eq!(contract.governance.and_then(|meetings| meetings.qa_tolerance_points), Some(5));
}

/// Two readers of a contract would fill a gap differently: every gap is told, with what is taken for it.
#[test]
fn what_is_left_open_is_told_with_what_is_taken_for_it() {
    let told: Vec<String> = read(RECOMMENDED).left_open.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 12, "{told:#?}");
    assert_eq!(
        told[0],
        "line 44, column 13: nothing says how few contacts are too few for \"mail-first-response\"; one contact is \
         enough; say it with `minSample`"
    );
    assert!(read(CARE).left_open.is_empty());
}

/// Where money is due, nothing is filled in.
#[test]
fn a_binding_contract_leaves_nothing_open() {
    let mistakes = Contract::parse(&RECOMMENDED.replace("mode: shadow", "mode: binding")).expect_err("gaps");
    assert_eq!(mistakes.len(), 12, "{mistakes:#?}");
    assert!(mistakes.iter().all(|mistake| mistake.wrong.ends_with("and the contract is binding")), "{mistakes:#?}");
}

/// An amended word is another contract, even where it reads alike.
#[test]
fn the_hash_covers_every_word() {
    assert_ne!(read(CARE).hash, care_with("surplusRule: prorata", "surplusRule: chronological").hash);
}

/// An editor that checks the file while it is written must accept what the program accepts.
#[test]
fn the_schema_knows_the_keys() {
    let schema = serde_json::to_value(Contract::schema()).expect("JSON");
    let keys = |entry: &str| -> Vec<String> {
        let keys = schema["$defs"][entry]["properties"].as_object().expect("an object");
        keys.keys().cloned().collect()
    };
    assert_eq!(keys("BandEntry"), ["above", "below", "bonus", "credit", "from", "upTo"]);
    assert!(keys("IndicatorEntry").contains(&"ref".to_owned()));
    assert!(keys("ParamsEntry").contains(&"T".to_owned()));
    assert_eq!(schema["properties"]["apiVersion"]["$ref"], "#/$defs/ApiVersion");
    assert_eq!(schema["additionalProperties"], false);
}
