//! `vigie alerts`: what fires, taken on, and what could not be delivered. Reading asks the lake, whoever holds it; what
//! people say goes to the server, which tells those who are to be told.

mod server;

use std::{path::Path, sync::Arc};

use alert::{AlertFilter, AlertId, Desk, Kind, Plan, Settings};
use anyhow::anyhow;
use api::{AlertAnswer, AlertsAnswer, ChangeAnswer, DeadLetterAnswer, DeadLettersAnswer};
use contact::{Instant, Network};
use jiff::tz::TimeZone;
use journal::Reader;
use store::{AlertGlance, Home, StoreError};

use super::{mistakes_in, print_json, read};
use crate::{
    args::{AlertsAction, AlertsArgs, AlertsListArgs, AlertsSayArgs, AlertsShowArgs, DeadLettersArgs, Format},
    exit::{Exit, Usage},
    table::Table,
};

/// Dead letters of one list.
const LETTERS: u32 = 1000;

pub fn run(args: &AlertsArgs) -> anyhow::Result<Exit> {
    match &args.action {
        AlertsAction::List(args) => list(args),
        AlertsAction::Show(args) => show(args),
        AlertsAction::Ack(args) => say(args, "acknowledgement"),
        AlertsAction::Note(args) => say(args, "annotations"),
        AlertsAction::DeadLetters(args) => dead_letters(args),
        AlertsAction::Check { file, network } => check(file, network),
    }
}

/// The desk of a lake, to be read; `None` where no server has kept one yet.
fn desk(lake: &Path) -> anyhow::Result<Option<Desk<AlertGlance>>> {
    let home = Home::new(lake);
    if !home.exists() {
        return Err(StoreError::NoLake(home.path().to_owned()).into());
    }
    let ledger = AlertGlance::new(Reader::open(&home.journal())?);
    Ok(Desk::look(Arc::new(ledger), Settings::new(Vec::new(), Vec::new(), TimeZone::UTC)?)?)
}

fn list(args: &AlertsListArgs) -> anyhow::Result<Exit> {
    let filter = filter(args)?;
    let answer = match desk(&args.lake)? {
        Some(desk) => {
            let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
            AlertsAnswer::page(desk.alerts(&filter, args.limit + 1)?, desk.pending()?, limit)
        }
        None => AlertsAnswer::page(Vec::new(), Vec::new(), 1),
    };
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => {
            let lines: Vec<Line> = answer.alerts.iter().map(Line::of).collect();
            print!("{}", api::csv::records(&lines, &["id", "rule", "kind", "severity", "level", "fired_at"]));
        }
        Format::Table => table(&answer),
    }
    Ok(Exit::Done)
}

fn filter(args: &AlertsListArgs) -> anyhow::Result<AlertFilter> {
    let labels =
        [("provider", &args.provider), ("site", &args.site), ("queue", &args.queue), ("objective", &args.objective)];
    let kinds = [Kind::Breach, Kind::Data, Kind::Delivery];
    let cursor = args.cursor.as_deref().map(|text| {
        let read = || {
            let (fired, id) = text.split_once('~')?;
            Some((Instant::from_micros(fired.parse().ok()?).ok()?, AlertId::from(id)))
        };
        read().ok_or_else(|| Usage(format!("--cursor: {text:?} is no cursor; give `next` of the page before")))
    });
    Ok(AlertFilter {
        kind: args.kind.as_deref().and_then(|word| kinds.into_iter().find(|kind| kind.as_str() == word)),
        rule: args.rule.clone(),
        labels: labels.iter().filter_map(|(label, value)| Some(((*label).to_owned(), (*value).clone()?))).collect(),
        firing: args.firing,
        after: cursor.transpose()?,
        ..AlertFilter::default()
    })
}

/// One line of a spreadsheet.
#[derive(serde::Serialize)]
struct Line<'a> {
    id: &'a str,
    rule: &'a str,
    kind: &'static str,
    severity: &'static str,
    level: &'a str,
    subject: String,
    since: Instant,
    fired_at: Instant,
    closed_at: Option<Instant>,
    closed: Option<&'static str>,
    acknowledged_by: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(alert: &'a alert::Alert) -> Self {
        Self {
            id: alert.id.as_str(),
            rule: &alert.rule,
            kind: alert.kind.as_str(),
            severity: alert.severity.as_str(),
            level: &alert.level_name,
            subject: subject(&alert.subject),
            since: alert.since,
            fired_at: alert.fired_at,
            closed_at: alert.closed_at,
            closed: alert.closed.map(alert::Change::as_str),
            acknowledged_by: alert.acknowledged.as_ref().map(|seen| seen.remark.by()),
        }
    }
}

fn subject(subject: &alert::Subject) -> String {
    subject.labels().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}

fn table(answer: &AlertsAnswer) {
    let mut table = Table::new(["id", "fired", "severity", "rule", "level", "about", "until", "taken on by"], 8);
    for alert in &answer.alerts {
        let line = Line::of(alert);
        let until =
            line.closed.zip(line.closed_at).map_or_else(|| "fires".to_owned(), |(how, at)| format!("{how} {at}"));
        let [id, severity, rule, level] = [line.id, line.severity, line.rule, line.level].map(str::to_owned);
        let by = line.acknowledged_by.unwrap_or_default().to_owned();
        table.push(vec![id, line.fired_at.to_string(), severity, rule, level, line.subject, until, by]);
    }
    table.print();
    for pending in &answer.pending {
        println!("pending: {} {} since {}", pending.rule, subject(&pending.subject), pending.since);
    }
    if let Some(next) = &answer.next {
        println!("\nmore: --cursor {next}");
    }
}

fn show(args: &AlertsShowArgs) -> anyhow::Result<Exit> {
    let Some(desk) = desk(&args.lake)? else {
        return Err(anyhow!("no server has kept alerts in {} yet; start one with `vigie serve`", args.lake.display()));
    };
    let (alert, changes) = desk.alert(&AlertId::from(args.id.as_str()))?;
    let answer = AlertAnswer { alert, changes: changes.into_iter().map(ChangeAnswer::from).collect() };
    match args.format {
        Format::Json | Format::Csv => print_json(&answer)?,
        Format::Table => {
            for change in &answer.changes {
                let notice = &change.notice;
                let text = notice.text.values().next().map_or("", String::as_str);
                println!("{} {}: {text}", notice.at, notice.change.as_str());
            }
        }
    }
    Ok(Exit::Done)
}

fn say(args: &AlertsSayArgs, what: &str) -> anyhow::Result<Exit> {
    let body = serde_json::json!({ "author": args.by, "note": args.note });
    let told = server::post(&args.server, &["v1", "alerts", &args.id, what], &body)?;
    println!("{told}");
    Ok(Exit::Done)
}

fn dead_letters(args: &DeadLettersArgs) -> anyhow::Result<Exit> {
    let asked = args.requeue.as_ref().map(|id| (id, "requeue")).or(args.discard.as_ref().map(|id| (id, "discard")));
    if let Some((id, what)) = asked {
        server::post(&args.server, &["v1", "dead-letters", id, what], &serde_json::json!({}))?;
        println!("{id}: {what}, done");
        return Ok(Exit::Done);
    }
    let Some(lake) = &args.lake else { return Err(Usage("give the lake with --lake DIR".to_owned()).into()) };
    let letters = desk(lake)?.map(|desk| desk.dead_letters(LETTERS)).transpose()?.unwrap_or_default();
    let answer = DeadLettersAnswer { dead_letters: letters.into_iter().map(DeadLetterAnswer::from).collect() };
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::records(&answer.dead_letters, &["id", "receiver", "since"])),
        Format::Table => {
            let mut table = Table::new(["id", "receiver", "since", "tries", "error", "says"], 3);
            for letter in &answer.dead_letters {
                let [id, receiver, since] = [letter.id.clone(), letter.receiver.clone(), letter.since.to_string()];
                let (error, says) = (letter.error.clone().unwrap_or_default(), letter.says.join(" "));
                table.push(vec![id, receiver, since, letter.attempts.to_string(), error, says]);
            }
            table.print();
        }
    }
    Ok(Exit::Done)
}

fn check(file: &Path, network: &Path) -> anyhow::Result<Exit> {
    let network = Network::parse(&read(network)?).map_err(|mistakes| mistakes_in(network, &mistakes))?;
    let plan = Plan::parse(&read(file)?, &network).map_err(|mistakes| mistakes_in(file, &mistakes))?;
    let (receivers, objectives) = (plan.receivers.len(), plan.objectives.len());
    println!("{}: {receivers} receivers, {objectives} objectives; no mistake found", file.display());
    Ok(Exit::Done)
}
