//! `vigie feeds`: what each provider delivered.

use api::{ApiError, Ask, FeedsAnswer, SourceAnswer};

use super::{glance, print_json, runtime};
use crate::{
    args::{FeedsArgs, Format},
    exit::{Exit, Usage},
    table::Table,
};

pub fn run(args: &FeedsArgs) -> anyhow::Result<Exit> {
    let ask = Ask { from: args.from.clone(), to: args.to.clone(), ..Ask::default() };
    let answer = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        let (network, feeds) = (&glance.network, glance.feeds.clone());
        let answer = api::feeds_answer(&ask, &glance.view, network, feeds, glance.now, &glance.reader).await;
        answer.map_err(told)
    })?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::records(&lines(&answer), &["provider", "source"])),
        Format::Table => table(&answer),
    }
    Ok(if answer.balanced { Exit::Done } else { Exit::Failed })
}

/// An error of the edge as every other command tells it: what cannot be asked with its field, as wrong usage.
fn told(error: ApiError) -> anyhow::Error {
    match &error.field {
        Some(field) if error.status.is_client_error() => Usage(format!("{field}: {error}")).into(),
        _ => error.into(),
    }
}

/// One line per provider and source.
#[derive(serde::Serialize)]
struct Line<'a> {
    provider: &'a str,
    late: Option<bool>,
    #[serde(flatten)]
    source: &'a SourceAnswer,
}

fn lines(answer: &FeedsAnswer) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for feed in &answer.feeds {
        lines.extend(feed.sources.iter().map(|source| Line {
            provider: &feed.heard.provider,
            late: feed.heard.late,
            source,
        }));
    }
    lines
}

fn table(answer: &FeedsAnswer) {
    let headings = [
        "provider",
        "source",
        "received",
        "accepted",
        "duplicate",
        "conflict",
        "rejected",
        "rows",
        "skipped",
        "last event",
        "books",
    ];
    let mut table = Table::new(headings, 2);
    for feed in &answer.feeds {
        if feed.sources.is_empty() {
            table.push(vec![feed.heard.provider.clone(), "(nothing yet)".to_owned()]);
        }
        for source in &feed.sources {
            let events = source.events;
            let numbers = [events.received, events.accepted, events.duplicate, events.conflict, events.rejected];
            let mut row = vec![feed.heard.provider.clone(), source.source.clone()];
            row.extend(numbers.iter().chain([&source.rows.read, &source.rows.skipped]).map(ToString::to_string));
            row.push(source.last_event_at.map(|at| at.to_string()).unwrap_or_default());
            row.push(if source.balanced { "balance" } else { "DO NOT BALANCE" }.to_owned());
            table.push(row);
        }
    }
    table.print();
    for feed in answer.feeds.iter().filter(|feed| feed.heard.late == Some(true)) {
        println!("late: {}", feed.heard.provider);
    }
}
