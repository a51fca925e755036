//! `vigie complaints`: within a day or two, how long they take, and which are not resolved.

use ::scorecard::{ComplaintsAnswer, ComplaintsQuestion, complaints};

use super::{
    backlog::{key_cells, key_headings, rows_asked},
    glance, print_json, runtime,
};
use crate::{
    args::{ComplaintsArgs, Format},
    exit::Exit,
    table::{Table, count, duration, percent},
};

pub fn run(args: &ComplaintsArgs) -> anyhow::Result<Exit> {
    let ask = rows_asked(&args.ask, &args.rows)?;
    let answer = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        let question = ask.question(&glance.network, glance.now, glance.customers.clone())?;
        let asked = ComplaintsQuestion::new(question, args.limit)?;
        anyhow::Ok(complaints(&glance.view, &glance.network, &glance.feeds, &asked).await?)
    })?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::complaints(&answer)),
        Format::Table => tables(&answer),
    }
    Ok(Exit::Done)
}

fn tables(answer: &ComplaintsAnswer) {
    let (mut headings, left) = key_headings(answer.rows.first().map(|row| (&row.key, row.bucket)));
    let figures = ["received", "within 24 h", "within 48 h", "24 h open time", "48 h open time", "half in", "90 % in"];
    headings.extend(figures.into_iter().chain(["unresolved, 48 h", "of resolved, 48 h"]).map(str::to_owned));
    let mut table = Table::with(headings, left);
    for row in &answer.rows {
        let value = |id: &str| row.figures.get(id).and_then(|figure| figure.value);
        let mut cells = key_cells(&row.key, row.bucket);
        cells.extend([
            count(value("complaints")),
            percent(value("complaints_24h")),
            percent(value("complaints_48h")),
            percent(value("complaints_24h_business")),
            percent(value("complaints_48h_business")),
            duration(value("complaint_p50_s")),
            duration(value("complaint_p90_s")),
            count(value("complaints_beyond_48h")),
            percent(value("complaints_48h_of_resolved")),
        ]);
        table.push(cells);
    }
    table.print();
    let period = &answer.period;
    println!("\nreceived {} to {} ({}), judged at {}", period.from, period.to, period.zone, answer.now);
    println!(
        "not resolved is not the same as open: what was closed without a solution, or given up by the customer, has left the \
         backlog, and counts here as not resolved"
    );
    if !answer.silent.is_empty() {
        println!("not counted, for they never say that anything is resolved: {}", answer.silent.join(", "));
    }
    if answer.open.is_empty() {
        return;
    }
    println!();
    let mut table =
        Table::new(["not resolved after 48 h", "provider", "site", "queue", "reason", "received", "age", ""], 6);
    for complaint in &answer.open {
        table.push(vec![
            complaint.contact.clone(),
            complaint.provider.clone(),
            complaint.site.clone(),
            complaint.queue.clone(),
            complaint.reason.clone().unwrap_or_default(),
            complaint.received_at.to_string(),
            duration(Some(complaint.age_s)),
            if complaint.reopened { "reopened".to_owned() } else { String::new() },
        ]);
    }
    table.print();
}
