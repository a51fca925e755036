//! `vigie scorecard`.

use ::scorecard::{Answer, AnswerRow, Conservation, Dim, answer, answer_with_previous};
use api::Ask;
use contact::{Figure, FigureState, NoValue};

use super::{glance, print_json, runtime};
use crate::{
    args::{AskArgs, CountingArgs, Format, ScorecardArgs},
    exit::Exit,
    table::{Table, count, duration, percent, points, said},
};

pub fn run(args: &ScorecardArgs) -> anyhow::Result<Exit> {
    let asked = counting(ask(&args.ask), &args.counting);
    let ask = Ask { by: args.by.clone(), grain: args.grain.clone(), compare: args.compare.clone(), ..asked };
    let answer = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        let question = ask.question(&glance.network, glance.now, glance.customers.clone())?;
        let compares = ask.compares()?;
        let answered = if compares {
            answer_with_previous(&glance.view, &glance.network, &glance.feeds, &question).await
        } else {
            answer(&glance.view, &glance.network, &glance.feeds, &question).await
        };
        anyhow::Ok(answered?)
    })?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::scorecard(&answer)),
        Format::Table => table(&answer),
    }
    Ok(Exit::Done)
}

/// The words of a question.
pub fn ask(args: &AskArgs) -> Ask {
    Ask {
        from: args.from.clone(),
        to: args.to.clone(),
        zone: args.zone.clone(),
        provider: args.provider.clone(),
        site: args.site.clone(),
        queue: args.queue.clone(),
        channel: args.channel.clone(),
        reason: args.reason.clone(),
        now: args.now.clone(),
        as_of: args.as_of.clone(),
        formula: args.formula.clone(),
        threshold_s: args.threshold_s.clone(),
        ..Ask::default()
    }
}

/// The words of a question, with those of what is counted.
pub fn counting(ask: Ask, args: &CountingArgs) -> Ask {
    Ask {
        view: args.view.clone(),
        overflow_counts_as: args.overflow_counts_as.clone(),
        callback_counts_as: args.callback_counts_as.clone(),
        ..ask
    }
}

fn table(answer: &Answer) {
    let dims: Vec<Dim> = answer.rows.first().map(|row| row.key.keys().copied().collect()).unwrap_or_default();
    let with_bucket = answer.rows.iter().any(|row| row.bucket.is_some());
    let mut headings: Vec<String> = dims.iter().map(|dim| dim.as_str().to_owned()).collect();
    if with_bucket {
        headings.push("from".to_owned());
    }
    let left = headings.len();
    let figures = ["offered", "answered", "abandoned", "answered %", "(95 %)", "in time %", "(95 %)"];
    let waits = ["wait P50", "wait P90", "handle", "resolved %", "state"];
    headings.extend(figures.into_iter().chain(waits).map(str::to_owned));
    let with_gap = answer.rows.iter().any(|row| row.figures.contains_key("resolution_gap"));
    if with_gap {
        headings.extend(["gap", "against the rest"].map(str::to_owned));
    }
    let mut table = Table::with(headings, left);
    for row in &answer.rows {
        let mut cells = cells(answer, row, &dims, with_bucket);
        if let Some(gap) = row.figures.get("resolution_gap") {
            cells.extend([points(gap.value), gap.finding.map(said).unwrap_or_default().to_owned()]);
        }
        table.push(cells);
    }
    table.print();
    let period = &answer.period;
    println!("\n{} to {} ({}), judged at {}", period.from, period.to, period.zone, answer.now);
    if let Some(conservation) = &answer.conservation {
        let Conservation { legs, handed_over, between_providers, contacts, residual } = conservation;
        println!(
            "contacts counted whole: {contacts} of {legs} legs, {handed_over} handed over ({between_providers} between providers), residual {residual}"
        );
    }
    let left_out: i64 = answer.excluded.iter().map(|rule| rule.legs).sum();
    if left_out + answer.cancelled > 0 {
        println!("left out: {left_out} by exclusion rules, {} cancelled", answer.cancelled);
    }
    if answer.inferred + answer.disordered + answer.anomalies > 0 {
        println!(
            "data quality: {} legs without an offer, {} with times out of order, {} outcomes after the first",
            answer.inferred, answer.disordered, answer.anomalies
        );
    }
    for cut in &answer.cuts {
        let zone = jiff::tz::TimeZone::get(&period.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let day = cut.at.to_timestamp().to_zoned(zone).date();
        let site = cut.site.as_ref().map(|site| format!(" ({site})")).unwrap_or_default();
        println!("{day}: {}{site}; figures before and after are not of one series", cut.name);
    }
}

fn cells(answer: &Answer, row: &AnswerRow, dims: &[Dim], with_bucket: bool) -> Vec<String> {
    let figure = |id: &str| row.figures.get(id);
    let value = |id: &str| figure(id).and_then(|figure| figure.value);
    let interval = |id: &str| match figure(id).map(|figure| (figure.low, figure.high)) {
        Some((Some(low), Some(high))) => format!("{:.1}–{:.1}", low * 100.0, high * 100.0),
        _ => String::new(),
    };
    let key = |dim: &Dim| row.key.get(dim).cloned().flatten().unwrap_or_else(|| "(not stated)".to_owned());
    let mut cells: Vec<String> = dims.iter().map(key).collect();
    if with_bucket {
        let zone = jiff::tz::TimeZone::get(&answer.period.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let from = row.bucket.map(|bucket| bucket.from.to_timestamp().to_zoned(zone));
        cells.push(from.map(|from| from.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default());
    }
    cells.extend([
        count(value("offered")),
        count(value("answered")),
        count(value("abandoned")),
        percent(value("response_rate")),
        interval("response_rate"),
        percent(value("service_level")),
        interval("service_level"),
        duration(value("wait_p50_s")),
        duration(value("wait_p90_s")),
        duration(value("handle_mean_s")),
        percent(value("resolution_rate")),
        figure("response_rate").map(state).unwrap_or_default(),
    ]);
    cells
}

/// How far a figure can be relied on, else why there is none.
pub fn state(figure: &Figure) -> String {
    let word = match (figure.state, figure.reason) {
        (FigureState::Final, _) => "final",
        (FigureState::Provisional, _) => "provisional",
        (FigureState::Restated, _) => "restated",
        (_, Some(NoValue::NoTraffic)) => "no traffic",
        (_, Some(NoValue::Closed)) => "closed",
        (_, Some(NoValue::NoData)) => "no data",
        (_, Some(NoValue::TooFew)) => "too few",
        (_, Some(NoValue::NotComparable)) => "not comparable",
        (FigureState::Suppressed | FigureState::None, None) => "",
    };
    word.to_owned()
}
