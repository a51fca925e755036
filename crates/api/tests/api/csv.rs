//! Scorecards in a spreadsheet.

use std::collections::BTreeMap;

use contact::{Figure, FigureState, NoValue, Unit};
use proptest::prelude::*;
use scorecard::{Answer, AnswerRow, Dim, LakeVersions, PeriodAnswer};

use crate::support::{Server, instant};

fn answer(site: Option<&str>, value: Option<f64>) -> Answer {
    let figure = Figure {
        id: "service_level".into(),
        value,
        numerator: value,
        denominator: value.map(|_| 1.0),
        n: 7,
        low: None,
        high: None,
        design_effect: None,
        state: if value.is_some() { FigureState::Final } else { FigureState::None },
        reason: value.is_none().then_some(NoValue::NoTraffic),
        definition: "service_level@1:ab".into(),
        unit: Unit::Share,
        finding: None,
    };
    let period =
        PeriodAnswer { from: instant("2026-10-01T00:00:00Z"), to: instant("2026-10-02T00:00:00Z"), zone: "UTC".into() };
    let key = BTreeMap::from([(Dim::Site, site.map(str::to_owned))]);
    let figures = BTreeMap::from([(figure.id.clone(), figure)]);
    Answer {
        view: contact::Viewpoint::Provider,
        conservation: None,
        period,
        previous_period: None,
        now: instant("2026-10-03T00:00:00Z"),
        as_of: None,
        lake: LakeVersions { events: 1, legs: 1, tail: 1, network: String::new(), engine: String::new() },
        residual: 0,
        excluded: Vec::new(),
        cancelled: 0,
        inferred: 0,
        disordered: 0,
        anomalies: 0,
        cuts: Vec::new(),
        rows: vec![AnswerRow { key, bucket: None, figures, previous: None, cuts: vec![] }],
    }
}

fn cells(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.expect("a line").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_line_says_everything_about_its_figure() {
    let text = api::csv::scorecard(&answer(Some("tunis"), Some(0.5)));
    assert_eq!(
        text,
        "site,bucket_from,bucket_to,figure,value,numerator,denominator,n,low,high,design_effect,state,state_reason,unit,definition,finding,cuts\n\
         tunis,2026-10-01T00:00:00Z,2026-10-02T00:00:00Z,service_level,0.5,0.5,1,7,,,,final,,share,service_level@1:ab,,\n"
    );
}

#[test]
fn no_number_is_an_empty_cell_and_never_a_zero() {
    let line = &cells(&api::csv::scorecard(&answer(None, None)))[1];
    assert_eq!(
        (line[0].as_str(), line[4].as_str(), line[11].as_str(), line[12].as_str()),
        ("", "", "none", "no_traffic")
    );
}

#[test]
fn negative_numbers_stay_numbers() {
    let line = &cells(&api::csv::scorecard(&answer(Some("a"), Some(-0.25))))[1];
    assert_eq!(line[4], "-0.25");
}

proptest! {
    #[test]
    fn no_name_becomes_a_formula_and_every_name_survives(name in "[=+\\-@\t\r\n\"',; a-zé]{0,12}") {
        let text = api::csv::scorecard(&answer(Some(&name), Some(1.0)));
        let cell = &cells(&text)[1][0];
        prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
        let quoted = format!("'{name}");
        prop_assert!(*cell == name || *cell == quoted);
    }
}

#[tokio::test]
async fn the_same_figures_leave_as_csv_by_parameter_and_by_header() {
    let server = Server::start().await;
    server.load().await;
    let uri = "/v1/scorecards?from=2026-10-01&to=2026-10-02&by=site,queue&grain=1d&compare=previous";
    let asked = server.get(&format!("{uri}&format=csv")).await;
    assert!(asked.header("content-type").expect("a type").starts_with("text/csv"));
    let accepted = server.get_with(uri, &[("accept", "text/csv, */*;q=0.1")]).await;
    assert_eq!(accepted.body, asked.body);
    let json = server.get_with(uri, &[("accept", "text/html, application/json")]).await.json();
    let lines = cells(&asked.body);
    assert_eq!(lines[0][..2], ["site", "queue"]);
    assert_eq!(lines[0][lines[0].len() - 2..], ["previous_value", "cuts"]);
    let figures: usize = json["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["figures"].as_object().expect("figures").len())
        .sum();
    assert_eq!(lines.len(), figures + 1);
}

/// A line with a cell too many or too few would be read under other headings.
#[tokio::test]
async fn answers_about_cases_have_a_cell_under_every_heading() {
    let server = Server::start().await;
    server.load().await;
    for path in ["backlog", "complaints", "repeats"] {
        let uri = format!("/v1/{path}?from=2026-10-01&to=2026-10-02&by=site");
        let lines = cells(&server.get(&format!("{uri}&format=csv")).await.body);
        let heading = |name: &str| lines[0].iter().position(|heading| heading == name).expect("a heading");
        assert_eq!((heading("site"), heading("bucket_from"), heading("figure")), (0, 1, 3));
        let rows = server.get(&uri).await.json();
        let rows = rows["rows"].as_array().expect("rows").clone();
        let figures: usize = rows.iter().map(|row| row["figures"].as_object().expect("figures").len()).sum();
        assert_eq!(lines.len(), figures + 1, "{path}");
        let is_defined = |line: &Vec<String>| line[heading("definition")].starts_with(&line[heading("figure")]);
        assert!(figures > 0 && lines[1..].iter().all(is_defined), "{path}");
    }
}
