//! The file of alerts: what it says, and what its mistakes are told.

use alert::{Address, Plan, Retry, SecretAt, Severity};
use contact::{Duration, Network};

const NETWORK: &str = "
brand: coast
zone: Europe/Paris
providers: [{name: atlas, cadence: 15m}, {name: boreal}]
sites: [{name: tunis, provider: atlas}, {name: lyon, provider: boreal}]
queues: [{name: voice}, {name: mail, channel: email, threshold: 4h}]
calendars:
  - {name: duty, weekly: {monday: ['08:00-18:00']}}
";

fn network() -> Network {
    Network::parse(NETWORK).expect("a network")
}

fn mistakes(text: &str) -> Vec<String> {
    let mistakes = Plan::parse(text, &network()).expect_err("mistakes");
    mistakes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_file_says_who_is_told_what_and_what_is_watched() {
    let text = "
every: 2s
keep_days: 30
receivers:
  - name: duty
    webhook:
      url: https://hooks.example.org/vigie
      secret: {file: /etc/vigie/hook}
      other_secret: {env: OLD_HOOK}
      allow: [10.1.0.0/16]
    language: fr
    least: warning
    remarks: true
    group_by: [site]
    group_wait: 30s
    retry: {first: 2s, longest: 10m}
  - name: am
    alertmanager: {url: 'http://localhost:9093', pages: 'https://vigie.example.org', every: 30s}
objectives:
  - {name: voice, target: 0.8, queues: [voice], channels: [voice], monthly_volume: 12000, call_hours: duty}
  - {name: all, target: '0.925', title: {en: In time, fr: À temps}, design_effect: 12}
feeds: {hours: {atlas: duty}, call_hours: duty}
";
    let plan = Plan::parse(text, &network()).expect("a plan");
    assert_eq!((plan.every, plan.keep_days), (Duration::from_secs(2), 30));
    let [duty, am] = &plan.receivers[..] else { panic!("two receivers") };
    assert_eq!((duty.receiver.name(), duty.receiver.lang.code(), duty.receiver.remarks), ("duty", "fr", true));
    assert_eq!(duty.receiver.least, Severity::Warning);
    assert_eq!((duty.receiver.group_by.join(","), duty.receiver.group_wait), ("site".into(), Duration::from_secs(30)));
    let seconds = Duration::from_secs;
    let retry = Retry { first: seconds(2), longest: seconds(600), give_up: seconds(72 * 3600) };
    assert_eq!((duty.retry, am.retry), (retry, Retry::default()));
    let Address::Webhook { secrets, allow, .. } = &duty.address else { panic!("a webhook") };
    assert_eq!(secrets, &[SecretAt::File("/etc/vigie/hook".into()), SecretAt::Env("OLD_HOOK".to_owned())]);
    assert_eq!(allow, &["10.1.0.0/16"]);
    let Address::Alertmanager { options, .. } = &am.address else { panic!("an Alertmanager") };
    assert_eq!((options.every, options.believes), (Duration::from_secs(30), Duration::from_secs(300)));
    let [voice, all] = &plan.objectives[..] else { panic!("two objectives") };
    assert_eq!((voice.target.fraction(), voice.volume), ((800_000, 1_000_000), 12_000));
    assert_eq!((voice.title.en.as_str(), voice.call_hours.as_deref()), ("Service level", Some("duty")));
    assert_eq!((all.target.fraction(), all.design_effect), ((925_000, 1_000_000), Some(12.0)));
    assert_eq!(all.title.fr, "À temps");
    assert_eq!(plan.feeds.hours["atlas"], "duty");
    assert_eq!(Plan::parse("{}", &network()).expect("a plan"), Plan::without_file());
}

/// A supervisor who misspells a queue would never be called for it.
#[test]
fn every_mistake_is_told_with_its_line_and_what_would_be_right() {
    let text = "every: 1h
receivers:
  - name: Duty
    webhook: {url: 'ftp://x', secret: {file: a, env: b}, allow: [10.0.0.0/99]}
  - name: am
  - name: am
    alertmanager: {url: localhost}
objectives:
  - {name: voice, target: 1.2, queues: [phone], sites: [oslo], providers: [nobody], call_hours: night}
  - {name: voice, target: 0.8, design_effect: 0.5}
feeds: {hours: {cirrus: duty}}
";
    let told = mistakes(text).join("\n");
    for (line, words) in [
        (1, "\"1h\" cannot be used here"),
        (3, "the receiver name \"Duty\" cannot be used"),
        (3, "has no place, or two; give either file: PATH or env: VARIABLE"),
        (4, "\"ftp://x\" is no address; give one that begins with https://"),
        (4, "10.0.0.0/99"),
        (5, "does not say where it is, or says it twice; give either webhook or alertmanager"),
        (6, "the receiver \"am\" is there twice; give each name once"),
        (7, "\"localhost\" is no address"),
        (9, "\"1.2\" is no share"),
        (9, "the network has no queue \"phone\"; use one of: mail, voice"),
        (9, "the network has no site \"oslo\"; use one of: lyon, tunis"),
        (9, "the network has no provider \"nobody\"; use one of: atlas, boreal"),
        (9, "the network has no calendar \"night\"; use one of: duty"),
        (10, "the objective \"voice\" is there twice"),
        (10, "a design effect of 0.5; give 1 or more"),
        (11, "the network has no provider \"cirrus\""),
    ] {
        let found = told.lines().any(|one| one.starts_with(&format!("line {line}, ")) && one.contains(words));
        assert!(found, "line {line}: {words:?} is not in\n{told}");
    }
}

#[test]
fn unknown_keys_are_mistakes() {
    let told = mistakes("receivers: []\nrecievers: []\n");
    assert!(told.len() == 1 && told[0].contains("recievers"), "{told:?}");
    assert!(told[0].ends_with("see `vigie schema alerts` for the keys and values that fit"), "{told:?}");
    let secret = mistakes("receivers: [{name: a, webhook: {url: 'https://x.org', secret: whsec_c2VjcmV0}}]");
    assert!(
        !secret.join("").contains("c2VjcmV0"),
        "a secret that stands in the wrong place is not repeated: {secret:?}"
    );
}

/// The schema is what editors complete from.
#[test]
fn the_schema_knows_the_keys() {
    let schema = serde_json::to_value(Plan::schema()).expect("JSON");
    for key in ["every", "receivers", "objectives", "feeds", "outlook", "keep_days"] {
        assert!(schema["properties"][key].is_object(), "{key} is missing: {schema}");
    }
    assert_eq!(schema["additionalProperties"], false);
}
