//! The rules of the event table that single fixtures do not cover, each by what a provider would send.

use std::fmt::Write as _;

use crate::common::{Chance, World, cases, read};
use contact::{EventType, RejectCode};
use intake::{Door, Parsed, parse_event};
use serde_json::{Value, json};

fn base() -> Value {
    serde_json::from_slice(&read("accepted.json")).expect("fixture")
}

fn parse(event: &Value) -> Result<Parsed, (RejectCode, String, String)> {
    parse_text(&event.to_string())
}

fn parse_text(text: &str) -> Result<Parsed, (RejectCode, String, String)> {
    let world = World::new();
    parse_event(text.as_bytes(), &world.context(Door::Http))
        .map_err(|rejected| (rejected.reject.code, rejected.reject.field.unwrap_or_default(), rejected.reject.message))
}

/// The base event with members of `data` replaced, `null` taking one out.
fn with(kind: &str, changes: &Value) -> Value {
    let mut event = base();
    event["type"] = json!(format!("vigie.contact.{kind}.v1"));
    for (key, value) in changes.as_object().expect("an object") {
        event["data"][key] = value.clone();
    }
    event
}

#[test]
fn values_outside_their_rule_are_named_with_their_field() {
    let cases = [
        ("ended", json!({"talk_s": "12"}), "data.talk_s"),
        ("ended", json!({"talk_s": -0.0}), "data.talk_s"),
        ("ended", json!({"wrap_s": 2_592_001}), "data.wrap_s"),
        ("answered", json!({"leg": 1.5}), "data.leg"),
        ("answered", json!({"leg": -1}), "data.leg"),
        ("answered", json!({"revision": 4_294_967_296_u64}), "data.revision"),
        ("answered", json!({"channel": "phone"}), "data.channel"),
        ("answered", json!({"direction": "in"}), "data.direction"),
        ("answered", json!({"complaint": "yes"}), "data.complaint"),
        ("answered", json!({"by": "Bot"}), "data.by"),
        ("answered", json!({"reason": " late"}), "data.reason"),
        ("answered", json!({"reason": ""}), "data.reason"),
        ("answered", json!({"team": "a\u{0}b"}), "data.team"),
        ("answered", json!({"customer": ["x"]}), "data.customer"),
        ("flowed_out", json!({"to": "elsewhere"}), "data.to"),
        ("surveyed", json!({"kind": "stars"}), "data.kind"),
        ("evaluated", json!({"score": 101}), "data.score"),
        ("evaluated", json!({"critical": "yes"}), "data.critical"),
    ];
    for (kind, changes, field) in cases {
        let (code, found, message) = parse(&with(kind, &changes)).expect_err(field);
        assert_eq!((code, found.as_str()), (RejectCode::BadValue, field), "{changes}: {message}");
    }
}

#[test]
fn details_land_in_the_fields_named_after_them() {
    let changes = json!({"talk_s": 61.5, "hold_s": 0, "wrap_s": 9, "ended_by": "customer"});
    let ended = parse(&with("ended", &changes)).expect("ended").event.details;
    assert_eq!(ended.talk.map(contact::Duration::as_micros), Some(61_500_000));
    assert_eq!(ended.hold.map(contact::Duration::as_micros), Some(0));
    assert_eq!(ended.ended_by.as_deref(), Some("customer"));
    let reopened = parse(&with("reopened", &json!({"reason": "not solved"}))).expect("reopened").event;
    assert_eq!(reopened.details.cause.as_deref(), Some("not solved"));
    assert_eq!(reopened.known.reason, None);
    let evaluated =
        parse(&with("evaluated", &json!({"score": 90, "criteria": {"b": [1, {"y": null, "x": "é"}], "a": true}})));
    assert_eq!(
        evaluated.expect("evaluated").event.details.criteria.as_deref(),
        Some(r#"{"a":true,"b":[1,{"x":"é","y":null}]}"#)
    );
    let survey =
        parse(&with("surveyed", &json!({"kind": "csat", "score": -0.0, "scale": 5}))).expect("surveyed").event.details;
    assert_eq!((survey.score.map(f64::to_bits), survey.scale.as_deref()), (Some(0.0_f64.to_bits()), Some("5")));
}

#[test]
fn unknown_and_misplaced_fields_are_told_by_name_and_not_stored() {
    let mut event = with("answered", &json!({"colour": "secret", "talk_s": 5}));
    event["traceparent"] = json!("x");
    let parsed = parse(&event).expect("accepted");
    assert_eq!(parsed.warnings.unknown, ["data.talk_s", "data.colour", "traceparent"]);
    assert_eq!(parsed.event.content_digest(), parse(&base()).expect("accepted").event.content_digest());
    assert!(!format!("{:?}", parsed.warnings).contains("secret"));
}

#[test]
fn contact_level_events_may_leave_the_place_out_but_not_half_of_it() {
    for kind in EventType::ALL.iter().filter(|kind| kind.is_contact_level()) {
        let event = with(kind.as_str(), &json!({"started_at": null, "site": null, "queue": null}));
        let parsed = parse(&event).unwrap_or_else(|wrong| panic!("{kind}: {wrong:?}"));
        assert_eq!((parsed.event.started_at, parsed.event.place), (None, None));
    }
    let (code, field, _) = parse(&with("resolved", &json!({"queue": null}))).expect_err("half a place");
    assert_eq!((code, field.as_str()), (RejectCode::MissingField, "data.queue"));
    let mut bare = with("closed", &json!({}));
    bare.as_object_mut().expect("object").remove("data");
    assert!(parse(&bare).is_ok());
}

#[test]
fn the_contact_key_is_the_brands_or_the_providers_own() {
    assert_eq!(parse(&base()).expect("own").event.contact.as_str(), "north:C-4711");
    let brand = parse(&with("answered", &json!({"contact": "B-1", "provider": "north"}))).expect("brand").event;
    assert_eq!(brand.contact.as_str(), "*:B-1");
}

#[test]
fn a_little_before_the_start_is_a_warning() {
    let parsed =
        parse(&with("answered", &json!({"started_at": "2026-03-29T08:05:17.25+02:00"}))).expect("exactly 5 minutes");
    assert!(parsed.warnings.before_start);
    let (code, ..) =
        parse(&with("answered", &json!({"started_at": "2026-03-29T08:05:17.250001+02:00"}))).expect_err("more");
    assert_eq!(code, RejectCode::BeforeStart);
}

#[test]
fn what_two_readers_could_understand_differently_is_refused() {
    let good = base().to_string();
    let deep = |levels: usize| {
        good.replace("\"data\":{", &format!("\"x\":{}1{},\"data\":{{", "[".repeat(levels), "]".repeat(levels)))
    };
    assert!(parse_text(&deep(31)).is_ok());
    let broken = [
        deep(32),
        deep(40_000 / 2),
        good.replace("\"data\":{", "\"x\":{\"a\":1,\"\\u0061\":2},\"data\":{"),
        good.replace("\"data\":{", "\"data\":{\"zz\":1,\"zz\":1,"),
        good.replace("\"data\":{", "\"data\":null,\"data\":{"),
        good.replace("C-4711", "\\ud800"),
        format!("{good} x"),
        good.replace("C-4711", "a\u{1}b"),
        String::new(),
    ];
    for text in broken {
        let (code, ..) = parse_text(&text).expect_err("refused");
        assert_eq!(code, RejectCode::BadJson, "{}", &text[..text.len().min(200)]);
    }
    assert_eq!(parse_text("[1]").expect_err("no object").0, RejectCode::BadEnvelope);
    assert_eq!(parse_text(&format!("\u{feff}{good}")).expect_err("mark").0, RejectCode::BadEncoding);
    assert_eq!(parse_text(&good.replace("C-4711", "a\\u0000b")).expect_err("NUL").0, RejectCode::BadValue);
}

#[test]
fn no_message_shows_a_person() {
    let secrets = [
        json!(" mail@example.org "),
        json!("x".repeat(200)),
        json!("a\u{7}mail@example.org"),
        json!({"mail@example.org": 1}),
        json!(612_345_678),
    ];
    for secret in secrets {
        for field in ["customer", "agent"] {
            let (code, _, message) = parse(&with("answered", &json!({field: secret}))).expect_err("refused");
            assert_eq!(code, RejectCode::BadValue);
            assert!(!message.contains("example") && !message.contains("xxx") && !message.contains("612"), "{message}");
        }
    }
}

#[test]
fn a_rejected_event_still_says_whose_it_was() {
    let world = World::new();
    let rejected = parse_event(&read("unknown_site.json"), &world.context(Door::Http)).expect_err("rejected");
    assert_eq!(rejected.id.as_deref(), Some("e-1"));
    assert_eq!(rejected.source.as_deref(), Some("/north/tunis/acd"));
    assert_eq!(rejected.contact.as_ref().map(contact::ContactKey::as_str), Some("north:C-4711"));
}

/// Writes a value with its keys in random order and random white space.
fn shuffled(value: &Value, chance: &mut Chance, text: &mut String) {
    let blank = |chance: &mut Chance| ["", " ", "\t", "\r\n", "  "][chance.below(5)];
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            for place in (1..members.len()).rev() {
                members.swap(place, chance.below(place + 1));
            }
            text.push('{');
            for (place, (key, value)) in members.into_iter().enumerate() {
                text.push_str(if place == 0 { "" } else { "," });
                text.push_str(blank(chance));
                if chance.below(4) == 0 {
                    // The same key, escaped.
                    text.push('"');
                    for unit in key.encode_utf16() {
                        write!(text, "\\u{unit:04x}").expect("in memory");
                    }
                    text.push('"');
                } else {
                    text.push_str(&Value::from(key.as_str()).to_string());
                }
                text.push_str(blank(chance));
                text.push(':');
                shuffled(value, chance, text);
                text.push_str(blank(chance));
            }
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
}

#[test]
fn order_of_keys_and_white_space_never_make_another_event() {
    let changes = json!({"score": 77.5, "form": "f", "critical": "none", "criteria": {"a": {"x": 1, "y": 2}, "b": "c"}, "reason": "délai", "priority": 2});
    let event = with("evaluated", &changes);
    let expected = parse(&event).expect("accepted").event;
    for seed in 0..cases(2_000) {
        let mut text = String::new();
        shuffled(&event, &mut Chance::new(seed), &mut text);
        assert_eq!(parse_text(&text).expect("accepted").event, expected, "seed {seed}: {text}");
    }
}
