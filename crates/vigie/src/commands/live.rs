//! `vigie live`: what waits now, what is worked on, and how the day goes so far; on a terminal again and again.

use std::{
    fmt::Write as _,
    io::{IsTerminal as _, Write as _, stdout},
    time::Duration,
};

use ::scorecard::{Dim, LiveAnswer, LiveFeed, LiveQuestion, LiveRow, live};
use anyhow::Context;
use api::Ask;
use contact::{Figure, Instant};
use engine::Engine;
use jiff::tz::TimeZone;
use store::Glance;

use super::{
    engine, print_json, runtime,
    scorecard::{ask, state},
    serve::stop_signal,
};
use crate::{
    args::{Format, LiveArgs},
    clock,
    exit::{Exit, Usage},
    table::{Table, count, duration, percent},
};

pub fn run(args: &LiveArgs) -> anyhow::Result<Exit> {
    if args.ask.from.is_some() || args.ask.to.is_some() {
        let message = "--from and --to are about periods, live shows the day of --now so far; leave them out here";
        return Err(Usage(message.to_owned()).into());
    }
    let ask = Ask { by: args.by.clone(), ..ask(&args.ask) };
    let (runtime, engine) = (runtime()?, engine(&args.lake)?);
    let is_fixed = ask.now.is_some() || ask.as_of.is_some();
    if args.format == Format::Table && stdout().is_terminal() && !args.once && !is_fixed {
        runtime.block_on(watch(args, &ask, &engine))?;
        return Ok(Exit::Done);
    }
    let answer = runtime.block_on(look(args, &ask, &engine))?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::live(&answer)),
        Format::Table => print!("{}", page(&answer)),
    }
    Ok(Exit::Done)
}

/// The present of the lake. The engine is the same at every look: what it keeps of the lake's files need not be read again.
async fn look(args: &LiveArgs, ask: &Ask, engine: &Engine) -> anyhow::Result<LiveAnswer> {
    let glance = Glance::open(&args.lake.lake, engine.clone(), clock::now()).await?;
    let asked = LiveQuestion::new(ask.question(&glance.network, glance.now, glance.customers.clone())?)?;
    Ok(live(&glance.view, &glance.network, &glance.feeds, &asked).await?)
}

/// Shows the present every few seconds, until told to stop.
async fn watch(args: &LiveArgs, ask: &Ask, engine: &Engine) -> anyhow::Result<()> {
    let stop = stop_signal().context("cannot wait for signals")?;
    tokio::pin!(stop);
    loop {
        let turn = async {
            let page = page(&look(args, ask, engine).await?);
            let mut terminal = stdout().lock();
            terminal.write_all(frame(&page).as_bytes())?;
            terminal.flush()?;
            drop(terminal);
            tokio::time::sleep(Duration::from_secs(args.every)).await;
            anyhow::Ok(())
        };
        tokio::select! {
            () = &mut stop => return Ok(()),
            turn = turn => turn?,
        }
    }
}

/// A page written over the one before: from the top, each line to its end, and nothing left below. Nothing flickers, and
/// what was shown last stays when it ends.
fn frame(page: &str) -> String {
    let lines = page.lines().flat_map(|line| [line, "\x1b[K\n"]);
    ["\x1b[H"].into_iter().chain(lines).chain(["\x1b[J"]).collect()
}

fn page(answer: &LiveAnswer) -> String {
    let zone = TimeZone::get(&answer.period.zone).unwrap_or(TimeZone::UTC);
    let at = answer.now.to_timestamp().to_zoned(zone);
    let mut text = format!("{} ({})\n\n", at.strftime("%Y-%m-%d %H:%M:%S"), answer.period.zone);
    text.push_str(&table(answer).render());
    text.push('\n');
    for feed in &answer.feeds {
        // A text takes everything that is written to it.
        let _ = writeln!(text, "{}", heard(feed, answer.now));
    }
    if !answer.never_ended.is_empty() {
        let _ = writeln!(text, "never say that a stay has ended: {}", answer.never_ended.join(", "));
    }
    text
}

fn table(answer: &LiveAnswer) -> Table {
    let dims: Vec<Dim> = answer.rows.first().map(|row| row.key.keys().copied().collect()).unwrap_or_default();
    let mut headings: Vec<String> = dims.iter().map(|dim| dim.as_str().to_owned()).collect();
    let left = headings.len();
    let now = ["waiting", "over T", "longest", "in work"];
    let day = ["offered", "answered", "abandoned", "in time %", "of", "late"];
    headings.extend(now.into_iter().chain(day).map(str::to_owned));
    let mut table = Table::with(headings, left);
    let name = |value: &Option<String>| value.clone().unwrap_or_else(|| "(not stated)".to_owned());
    for row in &answer.rows {
        let names = dims.iter().map(|dim| row.key.get(dim).map(name).unwrap_or_default());
        table.push(names.chain(cells(row)).collect());
    }
    if !dims.is_empty() {
        let names = ["all"].into_iter().chain([""; Dim::ALL.len()]).take(dims.len());
        table.push(names.map(str::to_owned).chain(cells(&answer.total)).collect());
    }
    table
}

fn cells(row: &LiveRow) -> Vec<String> {
    let figure = |id: &str| row.figures.get(id);
    let counted = |id: &str| {
        let said = |figure: &Figure| figure.value.map_or_else(|| state(figure), |value| count(Some(value)));
        figure(id).map(said).unwrap_or_default()
    };
    let value = |id: &str| figure(id).and_then(|figure| figure.value);
    vec![
        counted("waiting"),
        counted("waiting_over_threshold"),
        duration(value("waiting_longest_s")),
        counted("in_work"),
        counted("offered"),
        counted("answered"),
        counted("abandoned"),
        percent(value("service_level")),
        count(value("service_level").and(figure("service_level").and_then(|level| level.denominator))),
        row.late.join(", "),
    ]
}

fn heard(feed: &LiveFeed, now: Instant) -> String {
    let seconds =
        |last: Instant| std::time::Duration::from_micros(now.micros_since(last).max(0).unsigned_abs()).as_secs_f64();
    let mut text = match feed.last_event_at {
        Some(last) => format!("{}: last event {} ago", feed.provider, duration(Some(seconds(last).round()))),
        None => format!("{}: nothing yet", feed.provider),
    };
    if feed.late == Some(true) {
        let _ = write!(text, ", LATE: one was due every {}", duration(feed.cadence_s));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was on a line before must not show behind a shorter one, and no line of a longer page below.
    #[test]
    fn a_page_leaves_nothing_of_the_one_before() {
        assert_eq!(frame("a\nbc\n"), "\x1b[Ha\x1b[K\nbc\x1b[K\n\x1b[J");
    }

    #[test]
    fn silence_is_said_with_its_length() {
        let at = |text: &str| -> Instant { text.parse().expect("a time") };
        let feed = |last: Option<&str>, late| LiveFeed {
            provider: "atlas".to_owned(),
            cadence_s: Some(300.0),
            last_event_at: last.map(at),
            last_received_at: None,
            late: Some(late),
        };
        let now = at("2026-10-20T12:00:00Z");
        assert_eq!(heard(&feed(Some("2026-10-20T11:59:48.4Z"), false), now), "atlas: last event 12 s ago");
        assert_eq!(
            heard(&feed(Some("2026-10-20T11:18:00Z"), true), now),
            "atlas: last event 42 min 00 ago, LATE: one was due every 5 min 00"
        );
        assert_eq!(heard(&feed(None, true), now), "atlas: nothing yet, LATE: one was due every 5 min 00");
        assert_eq!(heard(&feed(Some("2026-10-20T12:00:01Z"), false), now), "atlas: last event 0 s ago");
    }
}
