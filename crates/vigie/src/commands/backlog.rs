//! `vigie backlog`: what is open, how old it is, what came in and went out.

use std::collections::BTreeMap;

use ::scorecard::{BacklogAnswer, BacklogQuestion, BacklogRow, Bucket, Dim, backlog};
use api::Ask;

use super::{glance, print_json, runtime, scorecard::ask};
use crate::{
    args::{AskArgs, BacklogArgs, Format, RowArgs},
    exit::{Exit, Usage},
    table::{Table, count, duration, percent},
};

pub fn run(args: &BacklogArgs) -> anyhow::Result<Exit> {
    let ask = rows_asked(&args.ask, &args.rows)?;
    let answer = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        let question = ask.question(&glance.network, glance.now, glance.customers.clone())?;
        let asked = BacklogQuestion::parse(question, args.limit_days.as_deref(), args.limit)?;
        anyhow::Ok(backlog(&glance.view, &glance.network, &glance.feeds, &asked).await?)
    })?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::backlog(&answer)),
        Format::Table => tables(&answer),
    }
    Ok(Exit::Done)
}

/// The words of a question that has rows, and nothing to do with waiting.
pub fn rows_asked(args: &AskArgs, rows: &RowArgs) -> anyhow::Result<Ask> {
    if args.formula.is_some() || args.threshold_s.is_some() {
        return Err(Usage("--formula and --threshold-s are about waiting; leave them out here".to_owned()).into());
    }
    Ok(Ask { by: rows.by.clone(), grain: rows.grain.clone(), ..ask(args) })
}

type Key = BTreeMap<Dim, Option<String>>;

/// The headings of what names a row like this one, and how many they are.
pub fn key_headings(row: Option<(&Key, Option<Bucket>)>) -> (Vec<String>, usize) {
    let mut headings: Vec<String> = Vec::new();
    if let Some((key, bucket)) = row {
        headings.extend(key.keys().map(|dim| dim.as_str().to_owned()));
        headings.extend(bucket.map(|_| "from".to_owned()));
    }
    let left = headings.len();
    (headings, left)
}

/// What names a row.
pub fn key_cells(key: &Key, bucket: Option<Bucket>) -> Vec<String> {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "(not stated)".to_owned());
    key.values().map(name).chain(bucket.map(|bucket| bucket.from.to_string())).collect()
}

fn tables(answer: &BacklogAnswer) {
    let (mut headings, left) = key_headings(answer.rows.first().map(|row| (&row.key, row.bucket)));
    let levels = ["open", "≤ 24 h", "24–48 h", "2–5 d", "5–15 d", "> 15 d", "oldest", "past due"];
    headings.extend(levels.into_iter().chain(["in", "out", "net", "days of work", "forecast"]).map(str::to_owned));
    let mut table = Table::with(headings, left);
    for row in &answer.rows {
        let mut cells = key_cells(&row.key, row.bucket);
        cells.extend(figures(row));
        table.push(cells);
    }
    table.print();
    let period = &answer.period;
    println!("\nopen at {}; in and out from {} ({})", answer.at, period.from, period.zone);
    println!("forecast: {}; saturated at {} days of work", answer.assumption.en, answer.limit_days);
    if !answer.silent.is_empty() {
        println!("not counted, for they never say that a case is done: {}", answer.silent.join(", "));
    }
    oldest(answer);
}

fn figures(row: &BacklogRow) -> Vec<String> {
    let value = |id: &str| row.figures.get(id).and_then(|figure| figure.value);
    let sum = |ids: &[&str]| ids.iter().map(|id| value(id)).sum::<Option<f64>>();
    let mut cells: Vec<String> =
        ["backlog", "backlog_0_24h", "backlog_24_48h", "backlog_2_5d", "backlog_5_15d", "backlog_over_15d"]
            .map(|id| count(value(id)))
            .to_vec();
    let gone = ["backlog_resolved", "backlog_closed", "backlog_abandoned", "backlog_cancelled"];
    cells.extend([
        duration(value("backlog_oldest_s")),
        percent(value("backlog_past_due")),
        count(sum(&["backlog_received", "backlog_reopened"])),
        count(sum(&gone)),
        value("backlog_net_flow").map_or("–".to_owned(), |net| format!("{net:+.0}")),
        value("backlog_days").map_or("–".to_owned(), |days| format!("{days:.1}")),
        forecast(value("backlog_saturated_in_days"), value("backlog_cleared_in_days")),
    ]);
    cells
}

fn forecast(saturated: Option<f64>, cleared: Option<f64>) -> String {
    match (saturated, cleared) {
        (Some(days), _) if days <= 0.0 => "saturated".to_owned(),
        (Some(days), _) => format!("saturated in {days:.0} open days"),
        (None, Some(days)) => format!("cleared in {days:.0} open days"),
        (None, None) => String::new(),
    }
}

fn oldest(answer: &BacklogAnswer) {
    if answer.oldest.is_empty() {
        return;
    }
    println!();
    let mut table = Table::new(["oldest", "provider", "site", "queue", "reason", "received", "age", ""], 6);
    for case in &answer.oldest {
        let remarks = [(case.complaint, "complaint"), (!case.answered, "unanswered"), (case.reopened, "reopened")];
        let said: Vec<&str> = remarks.into_iter().filter_map(|(is, word)| is.then_some(word)).collect();
        table.push(vec![
            case.contact.clone(),
            case.provider.clone(),
            case.site.clone(),
            case.queue.clone(),
            case.reason.clone().unwrap_or_default(),
            case.received_at.to_string(),
            duration(Some(case.age_s)),
            said.join(", "),
        ]);
    }
    table.print();
}
