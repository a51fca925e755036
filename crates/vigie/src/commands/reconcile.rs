//! `vigie reconcile`: our figures beside the provider's own, the difference explained.

use std::path::Path;

use api::Lang;
use contact::Network;
use settlement::{
    MeasureWalk, MissingContact, Part, ReconcileAnswer, ReconcileQuestion, ReconciledCell, ReconciledGroup,
    declared::{self, Mistake},
    reconcile,
};

use super::{glance, mistakes_in, print_json, read, runtime};
use crate::{
    args::{Format, ReconcileArgs},
    exit::{Exit, Usage},
    table::Table,
};

pub fn run(args: &ReconcileArgs) -> anyhow::Result<Exit> {
    let network = match &args.network {
        Some(file) => Some(Network::parse(&read(file)?).map_err(|mistakes| mistakes_in(file, &mistakes))?),
        None => None,
    };
    let lang = Lang::from(args.lang);
    let text = read(&args.declared)?;
    let listed = args.contacts.as_deref().map(read).transpose()?;
    let answer = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        let network = network.as_ref().unwrap_or(&glance.network);
        let declared = declared::parse(&text, network).map_err(|mistakes| mistaken(lang, &args.declared, &mistakes))?;
        let contacts = match (&listed, &args.contacts) {
            (Some(text), Some(file)) => {
                Some(declared::contacts(text, network).map_err(|mistakes| mistaken(lang, file, &mistakes))?)
            }
            _ => None,
        };
        let ask = api::Ask { now: args.now.clone(), as_of: args.as_of.clone(), ..api::Ask::default() };
        let instants = ask.question(network, glance.now, glance.customers.clone())?;
        let asked = ReconcileQuestion {
            declared,
            contacts,
            now: instants.now,
            as_of: instants.as_of,
            customers: instants.customers,
            search: !args.stated_only,
        };
        anyhow::Ok(reconcile(&glance.view, network, &asked).await?)
    })?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::reconciliation(&answer)),
        Format::Table => tables(lang, &answer),
    }
    Ok(Exit::Done)
}

/// Mistakes of a declared file, one a line.
fn mistaken(lang: Lang, path: &Path, mistakes: &[Mistake]) -> anyhow::Error {
    let line = lang.reconcile_words().line.to_lowercase();
    let told = mistakes.iter().map(|mistake| {
        let column = mistake.column.map(|column| format!("{column}: ")).unwrap_or_default();
        format!("{}, {line} {}: {column}{}", path.display(), mistake.line, lang.text(&mistake.message))
    });
    Usage(told.collect::<Vec<_>>().join("\n")).into()
}

fn tables(lang: Lang, answer: &ReconcileAnswer) {
    let said = lang.reconcile_words();
    println!("{}", lang.reconciled(answer));
    for group in &answer.groups {
        println!("\n{}", group.provider);
        rules(lang, group);
        println!();
        cells(lang, group);
        levels(lang, group);
        one_sided(lang, said.only_ours, &group.only_ours);
        one_sided(lang, said.only_theirs, &group.only_theirs);
    }
    let period = &answer.period;
    println!(
        "\n{}",
        lang.declared(&period.from.to_string(), &period.to.to_string(), &period.zone, &answer.now.to_string())
    );
    let order: Vec<&str> = answer.order.iter().map(|step| lang.step(step.step)).collect();
    println!("{} {}.", said.walk, order.join(", "));
}

fn rules(lang: Lang, group: &ReconciledGroup) {
    let said = lang.reconcile_words();
    let mut table = Table::new([said.rule, said.ours, said.theirs, said.known], 4);
    for rule in &group.rules {
        let theirs = if rule.differs { lang.text(&rule.theirs) } else { said.the_same };
        let row = [lang.step(rule.step), lang.text(&rule.ours), theirs, lang.known(rule.known)];
        table.push(row.map(str::to_owned).to_vec());
    }
    table.print();
    if let Some(search) = &group.search {
        println!("{}", lang.searched(search));
    }
}

fn cells(lang: Lang, group: &ReconciledGroup) {
    let said = lang.reconcile_words();
    let names = [Part::Formula, Part::ShortAbandons, Part::Attribution, Part::Exclusions, Part::MissingEvents];
    let names = names.map(|part| lang.part(part));
    let place = [said.line, said.site, said.queue, said.from, said.to, said.measure, said.ours];
    let headings = place.into_iter().chain(names).chain([said.remainder, said.theirs]);
    let mut table = Table::with(headings.map(str::to_owned).collect(), 6);
    for cell in &group.cells {
        for walk in &cell.measures {
            let mut row = whereabouts(lang, cell);
            row.push(lang.measure(walk.measure).to_owned());
            row.extend(numbers(lang, walk));
            table.push(row);
        }
    }
    table.print();
}

fn whereabouts(lang: Lang, cell: &ReconciledCell) -> Vec<String> {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| lang.reconcile_words().all.to_owned());
    vec![cell.line.to_string(), name(&cell.site), name(&cell.queue), cell.from.clone(), cell.to.clone()]
}

fn numbers(lang: Lang, walk: &MeasureWalk) -> Vec<String> {
    let parts = &walk.parts;
    let changes = [
        parts.formula,
        parts.short_abandons,
        parts.attribution,
        parts.exclusions,
        parts.missing_events,
        parts.remainder,
    ];
    let mut numbers = vec![walk.ours.to_string()];
    numbers.extend(changes.map(|change| if change == 0 { "·".to_owned() } else { lang.change(change) }));
    numbers.push(walk.theirs.to_string());
    numbers
}

fn levels(lang: Lang, group: &ReconciledGroup) {
    let said = lang.reconcile_words();
    for cell in &group.cells {
        let Some(level) = &cell.level else { continue };
        let steps = level.steps.iter().map(|step| {
            let name = step.step.map_or(said.ours, |step| lang.step(step));
            format!("{name} {} ({} / {})", lang.share(step.value), step.in_time, step.promised)
        });
        let walk = steps.collect::<Vec<_>>().join(", ");
        let end = if level.explained { said.reached } else { said.not_reached };
        let theirs = lang.share(Some(level.theirs));
        println!("{} {} · {} · {walk}; {} {theirs} · {end}", said.line, cell.line, said.level, said.theirs);
    }
}

fn one_sided(lang: Lang, heading: &str, contacts: &[MissingContact]) {
    if contacts.is_empty() {
        return;
    }
    println!();
    let said = lang.reconcile_words();
    let mut table = Table::new([heading, said.site, said.queue, said.at, said.outcome], 5);
    for contact in contacts {
        let outcome = lang.outcome(&contact.outcome);
        let row = [&contact.contact, &contact.site, &contact.queue, &contact.at.to_string(), &outcome];
        table.push(row.map(Clone::clone).to_vec());
    }
    table.print();
}
