//! A contract whose month will be missed: told with what would still save it, and watched contact by contact.

use std::{fs, time::Duration};

use contact::Instant;
use serde_json::json;

use super::support::{Home, NETWORK, SECOND_US, alerts, contract, event, eventually, send};
use crate::served::now;

/// A service level of 80 % by the month within less time than the queue promises, of which a miss that is likelier than not
/// is told.
const PROMISE: &str = "
  objectives:
    - name: promise
      indicator: {ref: service_level, params: {T: 15s}}
      levels: {expected: 0.8}
      timeWindow: [{duration: 1M}]
      alerts: {pMiss: [0.5], lost: true}
";

/// A month of which nothing is said before its end cannot be saved any more.
#[test]
fn a_month_that_will_be_missed_is_told_while_it_lasts() {
    let home = Home::new(NETWORK, "every: 1s\noutlook: {every: 10s}\n");
    fs::write(home.path("contract.yaml"), contract(PROMISE)).expect("written");
    let contract = home.path("contract.yaml").to_string_lossy().into_owned();
    let server = home.start_with(&["--contracts", &contract]);
    // Forty days of forty calls, all lost after half a minute, up to this minute: whatever day of the month it is, lately
    // everything was missed.
    let now = now();
    let mut lines = String::new();
    for call in 0..1600 {
        let began = now.plus_micros(-(60 + 2160 * call) * SECOND_US);
        let name = format!("lost-{call}");
        lines.push_str(&event("lyon", &name, "offered", began, began));
        lines.push_str(&event("lyon", &name, "abandoned", began, began.plus_micros(30 * SECOND_US)));
    }
    send(&server, &lines);
    let fired = |rule: &str| {
        let query = format!("state=firing&rule={rule}&contract=coast-north");
        eventually(Duration::from_mins(2), || alerts(&server, &query).into_iter().next())
    };
    let outlook = fired("outlook").expect("the month is said to be at risk");
    assert_eq!(
        outlook["subject"],
        json!({"contract": "coast-north", "objective": "promise", "period": "1M", "provider": "north"})
    );
    let (level, figures) = (outlook["level_name"].as_str().expect("a level"), &outlook["evidence"]["figures"]);
    assert!(["at_risk", "lost"].contains(&level), "{outlook}");
    assert_eq!((&figures["watch"], &figures["good"], &figures["target"]), (&json!("outlook"), &json!(0), &json!(0.8)));
    if level == "at_risk" {
        assert!(figures["p_miss"].as_f64().is_some_and(|chance| chance > 0.99), "{figures}");
        assert!(figures["remedy"]["required"].as_f64().is_some_and(|share| share > 0.8), "{figures}");
    }
    assert!(outlook["window"].as_str().is_some_and(|window| window.contains("coast-north")), "{outlook}");
    let burn = fired("burn").expect("its misses are watched contact by contact, too");
    assert_eq!((&burn["subject"]["objective"], &burn["subject"]["queue"]), (&json!("promise"), &json!("voice")));
    let remedy = &burn["evidence"]["figures"]["remedy"];
    assert!(remedy["needed"].is_i64() && [json!("hour"), json!("day")].contains(&remedy["until"]), "{burn}");
    let metrics = server.get("/metrics").body;
    let labels = "{contract=\"coast-north\",provider=\"north\",objective=\"promise\",period=\"1M\"}";
    for line in [format!("vigie_period_attainment_ratio{labels} 0"), format!("vigie_period_target_ratio{labels} 0.8")] {
        assert!(metrics.contains(&line), "{line} is not in\n{metrics}");
    }
    server.stop();
}

/// Complaints are promised by themselves, and so are orders.
const BY_REASON: &str = "
  objectives:
    - name: complaints
      scope: {families: [complaints]}
      indicator: {ref: service_level, params: {T: 20s}}
      levels: {expected: 0.8}
      timeWindow: [{duration: 1M}]
    - name: orders
      scope: {reasons: [order]}
      indicator: {ref: service_level, params: {T: 20s}}
      levels: {expected: 0.8}
      timeWindow: [{duration: 1M}]
";

/// A call of a reason, answered after two seconds or lost after half a minute.
fn call(name: &str, reason: &str, is_answered: bool, began: Instant) -> String {
    let (kind, after) = if is_answered { ("answered", 2) } else { ("abandoned", 30) };
    let ends = [("offered", began), (kind, began.plus_micros(after * SECOND_US))];
    let lines = ends.map(|(kind, at)| {
        let event = json!({
            "specversion": "1.0", "id": format!("{name}-{kind}"), "source": "/acd", "subject": name,
            "type": format!("vigie.contact.{kind}.v1"), "time": at.to_string(),
            "data": {"started_at": began.to_string(), "site": "lyon", "queue": "voice", "reason": reason},
        });
        format!("{event}\n")
    });
    lines.concat()
}

/// Complaints that nobody answers are lost among orders that everybody does, unless they are watched by themselves.
#[test]
fn an_objective_about_some_reasons_is_watched_by_their_contacts_alone() {
    let reasons = "reasons: [{name: refund, family: complaints}, {name: order, family: sales}]\n";
    let home = Home::new(&format!("{NETWORK}{reasons}"), "every: 1s\n");
    fs::write(home.path("contract.yaml"), contract(BY_REASON)).expect("written");
    let contract = home.path("contract.yaml").to_string_lossy().into_owned();
    let server = home.start_with(&["--contracts", &contract]);
    let now = now();
    let lines = (0..50).map(|nth| {
        let began = now.plus_micros(-(60 + 60 * nth) * SECOND_US);
        let orders = (0..9).map(|order| call(&format!("order-{nth}-{order}"), "order", true, began));
        call(&format!("refund-{nth}"), "refund", false, began) + &orders.collect::<String>()
    });
    send(&server, &lines.collect::<String>());
    let fired = eventually(Duration::from_mins(2), || alerts(&server, "state=firing&rule=burn").into_iter().next());
    let fired = fired.expect("nine of ten calls are in time, and no complaint is");
    assert_eq!(fired["subject"]["objective"], json!("complaints"), "{fired}");
    let figures = &fired["evidence"]["figures"];
    assert_eq!(figures["missed"], figures["contacts"], "{figures}");
    let burning = alerts(&server, "rule=burn");
    assert!(burning.iter().all(|alert| alert["subject"]["objective"] == "complaints"), "{burning:?}");
    server.stop();
}
