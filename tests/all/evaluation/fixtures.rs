//! The fixtures of the contract's design, on real lakes.

use contact::Instant;
use serde_json::{Value, json};

use super::kit::{CONTRACT, Home, money, windows};

const MARCH: [&str; 6] = ["--period", "2026-03", "--now", "2026-04-10T00:00:00Z", "--invoice", "100000.00"];

/// 10 % at risk × 100,000 invoiced × pool of 50 % × allocation of 40 % = 2,000.
#[test]
fn one_call_too_few_costs_two_thousand() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 1_000, 201);
    home.land();
    let contract = home.evaluated(&MARCH);
    let [window] = windows(&contract) else { panic!("{contract}") };
    assert_eq!((&window["state"], &window["closed"]["margin"]), (&json!("breached"), &json!(-1)), "{window}");
    assert_eq!((window["value"].as_f64(), &window["data"]["data"]), (Some(0.799), &json!("complete")));
    assert_eq!(money(&contract), (200_000, 0));
    assert_eq!(contract["money"][0]["settlement"]["due"], json!(false), "in shadow");
}

/// Met exactly, it costs nothing; a call that gave up at once is no call.
#[test]
fn the_level_itself_is_met() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 1_000, 200);
    home.land();
    let contract = home.evaluated(&MARCH);
    assert_eq!((&windows(&contract)[0]["state"], money(&contract)), (&json!("met"), (0, 0)));
}

/// Several misses together cost no more than what is at risk; each is cut in proportion.
#[test]
fn credits_stop_at_the_cap() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 400, 400);
    let again = "objectives:\n    - name: answered-fast\n      class: critical\n      indicator: { ref: service_level, variant: \
                 SL-b, params: { T: 10s, boundary: inclusive } }\n      levels: { expected: 0.50, target: 0.6 }\n      \
                 timeWindow: [ { duration: 1M } ]\n      minSample: 300\n";
    let contract = CONTRACT
        .replace("objectives:\n", again)
        .replace("pools: { critical: 0.50 }", "pools: { critical: 1 }")
        .replace("allocation: { service: 0.40 }", "allocation: { service: 0.40, answered-fast: 0.60 }")
        .replace("bands: { ", "bands: { answered-fast: [ { below: 0.50, credit: 1.00 } ], ")
        .replace("atRisk: 0.10", "atRisk: 0.0999");
    home.write("contracts/contract.yaml", &contract);
    home.land();
    let contract = home.evaluated(&MARCH);
    let settlement = &contract["money"][0]["settlement"];
    let credits: Vec<&Value> =
        settlement["lines"].as_array().expect("lines").iter().map(|line| &line["credit"]).collect();
    assert_eq!((credits, &settlement["cap"]), (vec![&json!(599_400), &json!(399_600)], &json!(999_000)));
    // Twice the pool would be twice the cap: now the cap is shared out.
    let text = std::fs::read_to_string(home.path("contracts/contract.yaml")).expect("a file");
    home.write(
        "contracts/contract.yaml",
        &text
            .replace(
                "class: critical\n      indicator: { ref: service_level, variant: \
                 SL-b",
                "class: standard\n      indicator: { ref: service_level, variant: SL-b",
            )
            .replace("pools: { critical: 1 }", "pools: { critical: 1, standard: 1 }")
            .replace("service: 0.40, answered-fast: 0.60", "service: 1, answered-fast: 1"),
    );
    let contract = home.evaluated(&MARCH);
    let settlement = &contract["money"][0]["settlement"];
    let credits: Vec<&Value> =
        settlement["lines"].as_array().expect("lines").iter().map(|line| &line["credit"]).collect();
    assert_eq!((credits, &settlement["credit"]), (vec![&json!(499_500), &json!(499_500)], &json!(999_000)));
}

/// A credit of January comes back after three months at the target, when the quarter of the third ends: not a month before.
#[test]
fn a_credit_is_earned_back_after_exactly_three_months() {
    let mut home = Home::new();
    for (month, late) in [("01", 201), ("02", 150), ("03", 100), ("04", 150), ("05", 0)] {
        home.calls(&format!("2026-{month}-05T07:00:00Z"), 1_000, late);
    }
    home.land();
    let back = |period: &str, now: &str| {
        let contract = home.evaluated(&["--period", period, "--now", now, "--invoice", "100000.00"]);
        contract["money"][0]["earned_back"].clone()
    };
    assert_eq!(back("2026-05", "2026-07-05T00:00:00Z"), json!([]));
    let june = back("2026-06", "2026-07-05T00:00:00Z");
    assert_eq!((june[0]["objective"].as_str(), june[0]["amount"].as_u64()), (Some("service"), Some(200_000)), "{june}");
    assert_eq!(june[0]["at"], json!("2026-06-30T22:00:00Z"));
    assert_eq!(june.as_array().map(Vec::len), Some(1));
    assert_eq!((&june[0]["invoice"], &june[0]["assumed"]), (&json!(10_000_000), &json!(true)));
}

/// January was invoiced half as much: half of the credit there was comes back, whatever June is invoiced. Without an invoice
/// of January nobody can say what there was.
#[test]
fn a_credit_is_earned_back_at_the_invoice_of_its_own_month() {
    let mut home = Home::new();
    for (month, late) in [("01", 201), ("02", 150), ("03", 100), ("04", 150)] {
        home.calls(&format!("2026-{month}-05T07:00:00Z"), 1_000, late);
    }
    home.land();
    let back = |invoices: &[&str]| {
        let invoices = invoices.iter().flat_map(|invoice| ["--invoice", invoice]);
        let words = ["--period", "2026-06", "--now", "2026-07-05T00:00:00Z"].into_iter().chain(invoices);
        home.evaluated(&words.collect::<Vec<_>>())["money"][0]["earned_back"].clone()
    };
    let told = back(&["100000.00", "2026-01:50000.00"]);
    assert_eq!(
        (&told[0]["amount"], &told[0]["invoice"], &told[0]["assumed"]),
        (&json!(100_000), &json!(5_000_000), &json!(false))
    );
    assert_eq!(back(&["north-atlas-care=2026-01:50000.00,100000.00"]), told);
    assert_eq!(back(&["2026-06:100000.00"]), json!([]));
    assert!(home.refused(&["--period", "2026-06", "--invoice", "2026-13:1.00"]).contains("names no month"));
}

/// 300 foreseen and 330 allowed, 400 came: each weighs 330/400, or the first 330 count.
#[test]
fn a_surplus_day_weighs_less() {
    let mut home = Home::new();
    let forecast = "apiVersion: vigie/v1\nkind: SlaForecast\nmetadata: { contract: north-atlas-care }\nissuedOn: \
                    2026-01-10\ndays: { 2026-03-29: 300 }\n";
    home.write("contracts/forecast.yaml", forecast);
    // The last 80 are late.
    home.calls("2026-03-29T07:00:00Z", 320, 0);
    home.calls("2026-03-29T14:00:00Z", 80, 80);
    home.land();
    let counted = || {
        let contract = home.evaluated(&MARCH);
        let counted = windows(&contract)[0]["closed"]["counted"].clone();
        (counted["good"].as_f64(), counted["total"].as_f64(), windows(&contract)[0]["state"].clone())
    };
    assert_eq!(counted(), (Some(264.0), Some(330.0), json!("met")), "80 % of each");
    home.write("contracts/contract.yaml", &CONTRACT.replace("surplusRule: prorata", "surplusRule: chronological"));
    assert_eq!(
        counted(),
        (Some(320.0), Some(330.0), json!("met")),
        "the last 70 came when all that was allowed had come"
    );
    home.write("contracts/forecast.yaml", &forecast.replace("2026-01-10", "2026-02-10"));
    assert_eq!(counted(), (Some(320.0), Some(400.0), json!("met")), "issued after the lock, it changes nothing");
}

/// Accepted after the close, a claim changes what is said later: the credit of March is gone, and not before.
#[test]
fn a_relief_accepted_later_takes_the_credit_back() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 400, 80);
    home.calls("2026-03-10T07:00:00Z", 20, 20);
    home.write(
        "contracts/claims.yaml",
        "apiVersion: vigie/v1\nkind: SlaClaims\nmetadata: { contract: north-atlas-care }\nclaims:\n  - id: outage-1\n    \
         exclusion: carrier-outage\n    from: 2026-03-10T00:00:00Z\n    to: 2026-03-11T00:00:00Z\n    evidence: report \
         4711\n    accepted: [ { party: provider, at: 2026-03-12T08:00:00Z }, { party: client, at: \
         2026-04-10T08:00:00Z } ]\n",
    );
    home.land();
    let told = |now: &str| {
        let contract = home.evaluated(&["--period", "2026-03", "--now", now, "--invoice", "100000.00"]);
        let window = windows(&contract)[0].clone();
        let standing = contract["claims"][0]["standing"]["standing"].clone();
        (window["closed"]["margin"].as_i64(), money(&contract).0, standing, window["closed"]["dropped"].as_u64())
    };
    assert_eq!(told("2026-04-10T07:59:59Z"), (Some(-16), 200_000, json!("pending"), Some(0)));
    assert_eq!(told("2026-04-10T08:00:00Z"), (Some(0), 0, json!("accepted"), Some(20)));
}

/// From the 15th on a minute is in time: what was late before stays late.
#[test]
fn a_version_of_mid_month_has_no_effect_before_its_day() {
    let mut home = Home::new();
    let second = CONTRACT
        .replace("from: 2026-01-01, version: 1", "from: 2026-03-15, version: 2, supersedes: 1")
        .replace("T: 20s", "T: 60s");
    home.write("contracts/second.yaml", &second);
    // Both sides of the cut, which is at midnight in Paris.
    for (from, calls) in [("2026-03-14T07:00:00Z", 400), ("2026-03-15T07:00:00Z", 400)] {
        home.calls(from, calls, calls);
    }
    home.call("voice-fr", "2026-03-14T22:59:59Z".parse().expect("an instant"), 21, "access");
    home.call("voice-fr", "2026-03-14T23:00:00Z".parse().expect("an instant"), 21, "access");
    home.land();
    let contract = home.evaluated(&MARCH);
    let told: Vec<_> = windows(&contract)
        .iter()
        .map(|window| {
            let counted = &window["closed"]["counted"];
            (window["version"].as_u64(), window["state"].as_str(), counted["good"].as_f64(), counted["total"].as_f64())
        })
        .collect();
    let expected =
        [(Some(1), Some("breached"), Some(0.0), Some(401.0)), (Some(2), Some("met"), Some(401.0), Some(401.0))];
    assert_eq!(told, expected);
    let parts: Vec<_> = contract["money"].as_array().expect("money").iter().map(|part| &part["invoice"]).collect();
    assert_eq!(parts, [&json!(4_516_129), &json!(5_483_871)], "14 and 17 days of 31");
}

/// Whoever promises to call back and does not must not be paid as if nobody had asked.
#[test]
fn callbacks_count_as_the_contract_says() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 300, 0);
    let afternoon: Instant = "2026-03-02T14:00:00Z".parse().expect("an instant");
    // In time exactly, a second late, never.
    for (number, after) in (0..).zip([vec![Some(20); 20], vec![Some(21); 10], vec![None; 10]].concat()) {
        home.called_back(afternoon.plus_micros(number * 60_000_000), after);
    }
    home.land();
    let agreed = super::kit::NETWORK.replace("threshold: 20s }", "threshold: 20s, callback_within: 21s }");
    home.write("agreed.yaml", &agreed);
    let agreed = home.path("agreed.yaml").to_string_lossy().into_owned();
    let counted = |params: &str, more: &[&str]| {
        let contract = CONTRACT.replace("boundary: inclusive", &format!("boundary: inclusive{params}"));
        home.write("contracts/contract.yaml", &contract);
        let contract = home.evaluated(&[&MARCH[..], more].concat());
        let counted = &windows(&contract)[0]["closed"]["counted"];
        (counted["good"].as_f64(), counted["total"].as_f64())
    };
    let of = |good: f64, total: f64| (Some(good), Some(total));
    assert_eq!(counted("", &[]), of(300.0, 300.0), "formula c knows no flow-outs");
    assert_eq!(counted(", callback: neutral", &[]), of(300.0, 300.0));
    assert_eq!(counted(", callback: miss", &[]), of(300.0, 340.0));
    assert_eq!(counted(", callback: answered_if_within", &[]), of(320.0, 340.0));
    assert_eq!(counted(", overflow: miss, callback: neutral", &[]), of(300.0, 300.0), "a callback is no overflow");
    let within = counted(", callback: answered_if_within", &["--network", &agreed]);
    assert_eq!(within, of(330.0, 340.0), "21 s were agreed for the call");
}

/// Too few to say: neither credit nor bonus.
#[test]
fn below_the_least_sample_nothing_is_said_and_nothing_costs() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 299, 299);
    home.land();
    let contract = home.evaluated(&MARCH);
    let window = &windows(&contract)[0];
    assert_eq!((&window["state"], &window["closed"]["margin"]), (&json!("not_enough_data"), &Value::Null));
    assert_eq!(window["closed"]["because"], json!({"small_sample": [299, 300]}));
    assert_eq!(money(&contract), (0, 0));
}

/// A feed that stopped is no breach: the window is held, and says since when nothing came.
#[test]
fn late_data_holds_a_window_and_costs_nothing() {
    let mut home = Home::new();
    home.write("network.yaml", &super::kit::NETWORK.replace("{ name: atlas }", "{ name: atlas, cadence: 1h }"));
    home.calls("2026-03-02T07:00:00Z", 400, 400);
    home.land();
    let contract = home.evaluated(&MARCH);
    let window = &windows(&contract)[0];
    assert_eq!((&window["state"], &window["data"]["data"]), (&json!("held"), &json!("late")), "{window}");
    assert_eq!(window["data"]["since"], json!("2026-03-02T13:39:21Z"));
    assert_eq!(window["closed"]["state"], json!("breached"), "what is known so far stands beside it");
    assert_eq!(contract["money"][0]["settlement"]["lines"], json!([]));
}

/// In the middle of the month: what the rest must bring, beside how it went lately, and the volume assumed.
#[test]
fn an_open_window_says_what_it_takes() {
    let mut home = Home::new();
    for day in 1..=20 {
        home.calls(&format!("2026-02-{day:02}T07:00:00Z"), 100, 15);
        home.calls(&format!("2026-03-{day:02}T07:00:00Z"), 100, 30);
    }
    home.land();
    let contract = home.evaluated(&["--period", "2026-03", "--now", "2026-03-20T22:59:59Z"]);
    let open = &windows(&contract)[0]["open"];
    assert_eq!((open["so_far"]["good"].as_f64(), open["so_far"]["total"].as_f64()), (Some(1_400.0), Some(2_000.0)));
    let outlook = &open["contacts"];
    let remaining = outlook["remaining"]["mid"].as_i64().expect("a number");
    assert!((500..=1_100).contains(&remaining), "eleven days of up to a hundred: {outlook}");
    let required = outlook["required"]["mid"].as_f64().expect("a share");
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let expected = (0.8 * (2_000.0 + remaining as f64) - 1_400.0) / remaining as f64;
    assert!((required - expected).abs() < 1e-6, "{required} and {expected}");
    assert!(contract["money"].as_array().is_some_and(Vec::is_empty), "{contract}");
}

#[test]
fn what_cannot_be_asked_is_told_with_what_would_be_right() {
    let mut home = Home::new();
    home.calls("2026-03-02T07:00:00Z", 2, 0);
    home.land();
    for (words, told) in [
        (["--period", "march"], "\"march\" is no period; give a month such as 2026-10"),
        (["--as-of", "yesterday"], "\"yesterday\" is no instant; give one such as"),
        (["--invoice", "1e5"], "\"1e5\" is no amount; give an amount such as 100000.00"),
        (["--invoice", "other=5"], "there is no contract \"other\"; use one of: north-atlas-care"),
    ] {
        let said = home.refused(&words);
        assert!(said.contains(told), "{said}");
    }
    home.write(
        "contracts/claims.yaml",
        "apiVersion: vigie/v1\nkind: SlaClaims\nmetadata: { contract: other }\nclaims: []\n",
    );
    assert!(home.refused(&[]).contains("filed under \"other\", which is not there"));
}
