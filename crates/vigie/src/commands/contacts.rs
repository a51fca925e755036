//! `vigie contacts`: the contacts behind a figure.

use ::scorecard::{ContactsAnswer, ContactsQuestion, Cursor, contacts};
use contact::Outcome;

use super::{
    glance, print_json, runtime,
    scorecard::{ask, counting},
};
use crate::{
    args::{ContactsArgs, Format},
    exit::{Exit, Usage},
    table::{Table, duration},
};

/// The leading columns of the CSV.
const COLUMNS: &[&str] =
    &["contact", "provider", "site", "queue", "leg", "offered_at", "outcome", "outcome_at", "wait_s", "in_time"];

pub fn run(args: &ContactsArgs) -> anyhow::Result<Exit> {
    let outcomes = args.outcome.iter().map(|word| outcome(word)).collect::<anyhow::Result<Vec<_>>>()?;
    let after = args.cursor.as_deref().map(Cursor::decode).transpose()?;
    let answer = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        let ask = counting(ask(&args.ask), &args.counting);
        let question = ask.question(&glance.network, glance.now, glance.customers.clone())?;
        let asked = ContactsQuestion { question, outcomes, missed_only: args.missed, after, page: args.limit };
        anyhow::Ok(contacts(&glance.view, &glance.network, &asked).await?)
    })?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::records(&answer.contacts, COLUMNS)),
        Format::Table => table(&answer),
    }
    Ok(Exit::Done)
}

fn outcome(word: &str) -> anyhow::Result<Outcome> {
    word.parse().map_err(|()| {
        let all = Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect::<Vec<_>>().join(", ");
        Usage(format!("--outcome: {word:?} is no outcome; use {all}")).into()
    })
}

fn table(answer: &ContactsAnswer) {
    let mut table =
        Table::new(["contact", "provider", "site", "queue", "outcome", "offered at", "wait", "handle", ""], 6);
    for row in &answer.contacts {
        let remark = row.left_out.clone().unwrap_or_else(|| if row.in_time { "in time".into() } else { String::new() });
        table.push(vec![
            row.contact.clone(),
            row.provider.clone(),
            row.site.clone(),
            row.queue.clone(),
            row.outcome.clone(),
            row.offered_at.to_string(),
            duration(row.wait_s),
            duration(row.handle_s),
            remark,
        ]);
    }
    table.print();
    if let Some(next) = &answer.next {
        println!("\nmore: --cursor '{next}'");
    }
}
