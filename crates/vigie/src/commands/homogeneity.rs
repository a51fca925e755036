//! `vigie homogeneity`: how alike sites are on the same questions.

use std::collections::BTreeMap;

use ::scorecard::{Dim, HomogeneityAnswer, HomogeneityQuestion, Measure, StratumRow, homogeneity};
use contact::{Figure, Finding};

use super::{glance, print_json, repeats::rules, runtime, scorecard::ask};
use crate::{
    args::{Format, HomogeneityArgs},
    exit::{Exit, Usage},
    table::{Table, count, percent, points, said},
};

/// Reasons shown in the table: those that carry most of the spread.
const REASONS: usize = 5;

pub fn run(args: &HomogeneityArgs) -> anyhow::Result<Exit> {
    if args.ask.formula.is_some() || args.ask.threshold_s.is_some() {
        return Err(Usage("--formula and --threshold-s are about waiting; leave them out here".to_owned()).into());
    }
    let rules = rules(&args.repeats)?;
    let answer = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        let question = ask(&args.ask).question(&glance.network, glance.now, glance.customers.clone())?;
        let asked = HomogeneityQuestion::parse(question, args.of.as_deref(), args.by.as_deref())?.with_rules(rules);
        anyhow::Ok(homogeneity(&glance.view, &glance.network, &glance.feeds, &asked).await?)
    })?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::homogeneity(&answer)),
        Format::Table => print_tables(&answer),
    }
    Ok(Exit::Done)
}

fn print_tables(answer: &HomogeneityAnswer) {
    headline(answer);
    println!();
    sides(answer);
    reasons(answer.of, &answer.reasons);
    let period = &answer.period;
    println!("\n{} to {} ({}), judged at {}", period.from, period.to, period.zone, answer.now);
}

fn value(figures: &BTreeMap<String, Figure>, id: &str) -> Option<f64> {
    figures.get(id).and_then(|figure| figure.value)
}

fn headline(answer: &HomogeneityAnswer) {
    let (figures, id) = (&answer.figures, |id| answer.of.id(id));
    let Some(index) = figures.get(id("resolution_homogeneity")) else { return };
    let (title, level) = match answer.of {
        Measure::Resolution => ("Resolution homogeneity", "resolution rate"),
        Measure::NoRepeat => ("Homogeneity of first contact resolution", "first contact resolution"),
    };
    match (index.value, index.low, index.high) {
        (Some(value), Some(low), Some(high)) => {
            println!("{title}: {value:.1} out of 100 ({low:.1} to {high:.1})");
        }
        _ => println!("{title}: not shown"),
    }
    let says = match index.finding {
        Some(Finding::Homogeneous) => "homogeneous: the same chance of a solution whichever site answers",
        Some(Finding::NotHomogeneous) => "not homogeneous: the chance of a solution depends on the site",
        Some(Finding::Uncertain) => "uncertain: a difference is possible but not proven",
        Some(Finding::NotComparable) => "not comparable: no reason is handled at two sites",
        _ => "not enough contacts to say",
    };
    println!("{says}");
    if let Some(gap) = value(figures, id("equivalent_gap")) {
        println!("as if half of the customers reached a site that solves {gap:.1} fewer requests in 100");
    }
    if let Some(floor) = value(figures, id("noise_floor")) {
        println!("with these volumes, chance alone can make a gap of up to {floor:.1} points");
    }
    let parts = value(figures, id("provider_gap")).zip(value(figures, id("within_provider_gap")));
    if let Some((between, within)) = parts {
        println!("between providers {between:.1} points, between the sites of one provider {within:.1} points");
    }
    println!(
        "comparable {}, {level} {}",
        percent(value(figures, id("coverage"))),
        percent(value(figures, id("level")))
    );
}

fn sides(answer: &HomogeneityAnswer) {
    let (dim, id): (Dim, _) = (answer.by, |id| answer.of.id(id));
    let headings = [dim.as_str(), "contacts", "resolved %", "on the same mix %", "gap", "(95 %)", "against the rest"];
    let mut table = Table::new(headings, 1);
    for row in &answer.rows {
        let gap = row.figures.get(id("resolution_gap"));
        let interval = gap.and_then(|gap| Some((gap.low?, gap.high?)));
        let contacts =
            row.figures.get(id("level")).filter(|level| level.value.is_some()).and_then(|level| level.denominator);
        table.push(vec![
            row.key.get(&dim).cloned().flatten().unwrap_or_else(|| "(not stated)".to_owned()),
            count(contacts),
            percent(value(&row.figures, id("level"))),
            percent(value(&row.figures, id("adjusted_resolution_rate"))),
            points(gap.and_then(|gap| gap.value)),
            interval.map(|(low, high)| format!("{low:+.1} to {high:+.1}")).unwrap_or_default(),
            gap.and_then(|gap| gap.finding).map(said).unwrap_or_default().to_owned(),
        ]);
    }
    table.print();
}

fn reasons(of: Measure, reasons: &[StratumRow]) {
    let id = |id| of.id(id);
    let share = |row: &StratumRow| value(&row.figures, id("spread_share")).unwrap_or(0.0);
    let mut carrying: Vec<&StratumRow> = reasons.iter().filter(|row| share(row) > 0.0).collect();
    carrying.sort_by(|one, other| share(other).total_cmp(&share(one)));
    if carrying.is_empty() {
        return;
    }
    println!();
    let mut table = Table::new(["reason", "channel", "language", "resolved %", "part of the spread"], 3);
    for row in carrying.into_iter().take(REASONS) {
        table.push(vec![
            row.reason.clone(),
            row.channel.clone().unwrap_or_default(),
            row.language.clone().unwrap_or_default(),
            percent(value(&row.figures, id("level"))),
            format!("{:.0} %", share(row) * 100.0),
        ]);
    }
    table.print();
}
