//! `vigie repeats`: first contact resolution, and who had to come back.

use ::scorecard::{RepeatRules, RepeatsAnswer, repeats};
use contact::FigureState;

use super::{backlog::rows_asked, glance, print_json, runtime};
use crate::{
    args::{Format, RepeatRuleArgs, RepeatsArgs},
    exit::Exit,
    table::{Table, count, duration, percent},
};

pub fn run(args: &RepeatsArgs) -> anyhow::Result<Exit> {
    let ask = rows_asked(&args.ask, &args.rows)?;
    let rules = rules(&args.rules)?;
    let answer = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        let question = ask.question(&glance.network, glance.now, glance.customers.clone())?;
        anyhow::Ok(repeats(&glance.view, &glance.network, &glance.feeds, &question, rules).await?)
    })?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::repeats(&answer)),
        Format::Table => table(&answer),
    }
    Ok(Exit::Done)
}

/// What a repeat is, in the words of a command.
pub fn rules(args: &RepeatRuleArgs) -> anyhow::Result<RepeatRules> {
    Ok(RepeatRules::parse(args.window.as_deref(), args.transfers.as_deref())?)
}

fn table(answer: &RepeatsAnswer) {
    let (mut headings, left) = super::backlog::key_headings(answer.rows.first().map(|row| (&row.key, row.bucket)));
    headings.extend(["first contacts", "FCR", "(95 %)", "matched", "repeats"].map(str::to_owned));
    let mut table = Table::with(headings, left);
    for row in &answer.rows {
        let figure = |id: &str| row.figures.get(id);
        let value = |id: &str| figure(id).and_then(|figure| figure.value);
        let mut cells = super::backlog::key_cells(&row.key, row.bucket);
        let interval = figure("fcr").and_then(|fcr| Some((fcr.low?, fcr.high?)));
        let hidden = figure("fcr").is_some_and(|fcr| fcr.state == FigureState::Suppressed);
        cells.extend([
            count(value("first_contacts")),
            if hidden { "too few matched".to_owned() } else { percent(value("fcr")) },
            interval.map(|(low, high)| format!("{:.1}–{:.1}", low * 100.0, high * 100.0)).unwrap_or_default(),
            percent(value("match_rate")),
            count(value("repeat_contacts")),
        ]);
        table.push(cells);
    }
    table.print();
    let period = &answer.period;
    println!("\n{} to {} ({}), judged at {}", period.from, period.to, period.zone, answer.now);
    println!(
        "a repeat is a contact of the same customer on the same family of reasons within {}",
        duration(Some(answer.window_s))
    );
}
