//! `vigie reconcile`: our figures beside the provider's own, the difference explained.

use contact::Network;
use settlement::{
    Known, MeasureWalk, MissingContact, ReconcileAnswer, ReconcileQuestion, ReconciledCell, ReconciledGroup, declared,
    reconcile,
};

use super::{glance, mistakes_in, print_json, read, runtime};
use crate::{
    args::{Format, ReconcileArgs},
    exit::Exit,
    table::{Table, percent},
};

/// The leading columns of the CSV.
const COLUMNS: &[&str] = &[
    "provider",
    "line",
    "site",
    "queue",
    "from",
    "to",
    "measure",
    "ours",
    "theirs",
    "difference",
    "formula",
    "short_abandons",
    "attribution",
    "exclusions",
    "missing_events",
    "remainder",
];

pub fn run(args: &ReconcileArgs) -> anyhow::Result<Exit> {
    let network = match &args.network {
        Some(file) => Some(Network::parse(&read(file)?).map_err(|mistakes| mistakes_in(file, &mistakes))?),
        None => None,
    };
    let text = read(&args.declared)?;
    let listed = args.contacts.as_deref().map(read).transpose()?;
    let answer = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        let network = network.as_ref().unwrap_or(&glance.network);
        let declared = declared::parse(&text, network).map_err(|mistakes| mistakes_in(&args.declared, &mistakes))?;
        let contacts = match (&listed, &args.contacts) {
            (Some(text), Some(file)) => {
                Some(declared::contacts(text, network).map_err(|mistakes| mistakes_in(file, &mistakes))?)
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
        Format::Csv => print!("{}", api::csv::records(&answer.lines(), COLUMNS)),
        Format::Table => tables(&answer),
    }
    Ok(Exit::Done)
}

fn tables(answer: &ReconcileAnswer) {
    for group in &answer.groups {
        println!("{}", group.provider);
        rules(group);
        println!();
        cells(group);
        levels(group);
        one_sided("counted by us and not listed by the provider", &group.only_ours);
        one_sided("listed by the provider and never received", &group.only_theirs);
        println!();
    }
    let period = &answer.period;
    println!("declared {} to {} ({}), judged at {}", period.from, period.to, period.zone, answer.now);
    let order: Vec<&str> = answer.order.iter().map(|step| step.step.as_str()).collect();
    println!("one rule is changed at a time, in this order, and everything is counted anew: {}", order.join(", "));
    if answer.explained {
        println!("explained to the last contact");
    } else {
        let left = answer.remainder.iter().filter(|(_, left)| **left > 0).map(|(name, left)| format!("{left} {name}"));
        println!("not explained: {}", left.chain(unexplained_levels(answer)).collect::<Vec<_>>().join(", "));
    }
}

fn unexplained_levels(answer: &ReconcileAnswer) -> Option<String> {
    let cells = answer.groups.iter().flat_map(|group| &group.cells);
    let left = cells.filter(|cell| cell.level.as_ref().is_some_and(|level| !level.explained)).count();
    (left > 0).then(|| format!("{left} service levels"))
}

fn rules(group: &ReconciledGroup) {
    let mut table = Table::new(["rule", "ours", "theirs", ""], 4);
    for rule in &group.rules {
        let known = match rule.known {
            Known::Stated => "stated",
            Known::Searched => "not stated, found by search",
            Known::Assumed => "",
        };
        let theirs = if rule.differs { rule.theirs.clone() } else { "the same".to_owned() };
        table.push(vec![rule.step.as_str().to_owned(), rule.ours.clone(), theirs, known.to_owned()]);
    }
    table.print();
    if let Some(search) = &group.search {
        print!("{} sets of rules counted", search.tried);
        match search.as_good {
            0 => {}
            1 => print!("; one other explains as much with as few changes"),
            others => print!("; {others} others explain as much with as few changes"),
        }
        println!("{}", if search.complete { "" } else { "; not all were tried: state rules in the file" });
    }
}

fn cells(group: &ReconciledGroup) {
    let headings = [
        "line",
        "site",
        "queue",
        "from",
        "to",
        "",
        "ours",
        "formula",
        "short",
        "attribution",
        "exclusions",
        "missing",
        "remainder",
        "theirs",
    ];
    let mut table = Table::new(headings, 6);
    for cell in &group.cells {
        for walk in &cell.measures {
            let mut row = place(cell);
            row.push(walk.measure.as_str().to_owned());
            row.extend(numbers(walk));
            table.push(row);
        }
    }
    table.print();
}

fn place(cell: &ReconciledCell) -> Vec<String> {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "all".to_owned());
    vec![cell.line.to_string(), name(&cell.site), name(&cell.queue), cell.from.clone(), cell.to.clone()]
}

fn numbers(walk: &MeasureWalk) -> Vec<String> {
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
    numbers.extend(changes.map(|change| if change == 0 { "·".to_owned() } else { format!("{change:+}") }));
    numbers.push(walk.theirs.to_string());
    numbers
}

fn levels(group: &ReconciledGroup) {
    for cell in &group.cells {
        let Some(level) = &cell.level else { continue };
        let steps = level.steps.iter().filter_map(|step| {
            Some(format!("{} {} ({} of {})", step.step?.as_str(), percent(step.value), step.in_time, step.promised))
        });
        let walk: Vec<String> = std::iter::once(format!("ours {}", percent(level.ours))).chain(steps).collect();
        let end = if level.explained { "explained" } else { "not explained" };
        println!(
            "line {}: service level {}; theirs {}: {end}",
            cell.line,
            walk.join(", "),
            percent(Some(level.theirs))
        );
    }
}

fn one_sided(heading: &str, contacts: &[MissingContact]) {
    if contacts.is_empty() {
        return;
    }
    println!();
    let mut table = Table::new([heading, "site", "queue", "at", "outcome"], 5);
    for contact in contacts {
        let row = [&contact.contact, &contact.site, &contact.queue, &contact.at.to_string(), &contact.outcome];
        table.push(row.map(Clone::clone).to_vec());
    }
    table.print();
}
