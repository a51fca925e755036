//! `vigie seal`: statements of a month that stay as they were.

use std::collections::BTreeMap;

use contact::{Instant, Network};
use evaluation::Filed;
use settlement::{
    Because, Ground, Moved, MovedFigure, SealQuestion, Sealed, SealedLine, Verification, VerifyQuestion, keep, list,
    month, seal, verify,
};

use super::{
    contract::{amounts, documents},
    glance, mistakes_in, open, print_json, read, runtime,
};
use crate::{
    args::{Format, LakeArgs, SealAction, SealArgs, SealListArgs, SealVerifyArgs},
    exit::{Exit, Usage},
    table::Table,
};

pub fn run(args: &SealArgs) -> anyhow::Result<Exit> {
    match &args.action {
        None => make(args),
        Some(SealAction::List(args)) => listed(args),
        Some(SealAction::Verify(args)) => verified(args),
    }
}

fn make(args: &SealArgs) -> anyhow::Result<Exit> {
    let missing = |what: &str| Usage(format!("--{what} is missing; say `vigie seal --lake DIR --period 2026-10`"));
    let lake = args.lake.clone().ok_or_else(|| missing("lake"))?;
    let lake = LakeArgs { lake, queries: args.queries.clone() };
    let month = month(args.period.as_deref().ok_or_else(|| missing("period"))?)?;
    let sealed = runtime()?.block_on(async {
        let store = open(&lake, None, "seal").await?;
        if !args.contracts.is_empty() {
            store.file_contracts(&documents(&args.contracts)?)?;
        }
        let as_of = store.known_until()?;
        let view = store.view()?;
        let feeds = store.feeds(&view).await?;
        let (network, customers) = (store.network(), store.customers());
        let filed = store.filed_contracts(Instant::FOREVER)?;
        let invoices = amounts(&args.invoice, &filed)?;
        let ground = Ground {
            view: &view,
            network: &network,
            feeds: &feeds,
            customers: &customers,
            filed: &filed,
            invoices: &invoices,
        };
        let now = store.ask_now(&feeds);
        let question = SealQuestion { month, by: args.by.clone(), note: args.note.clone(), as_of, now };
        anyhow::Ok(keep(store.journal(), seal(ground, &question).await?)?)
    })?;
    print_line(&sealed);
    Ok(Exit::Done)
}

fn print_line(sealed: &Sealed) {
    let SealedLine { id, as_of, contracts, hash, .. } = sealed.line();
    let rows = sealed.statement.rows.len();
    println!("sealed {id}: {rows} rows of figures, {contracts} contracts, as known at {as_of}; sha256 {hash}");
}

fn listed(args: &SealListArgs) -> anyhow::Result<Exit> {
    let lines: Vec<SealedLine> = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        anyhow::Ok(list(&glance.reader)?.iter().map(Sealed::line).collect())
    })?;
    match args.format {
        Format::Json => print_json(&api::StatementsAnswer { statements: lines })?,
        Format::Csv => {
            print!("{}", api::csv::records(&lines, &["id", "month", "version", "sealed_at", "as_of", "by", "note"]));
        }
        Format::Table => {
            let mut table = Table::new(["statement", "sealed at", "by", "contracts", "sha256", "note"], 6);
            for line in lines {
                let (by, note) = (line.by.unwrap_or_default(), line.note.unwrap_or_default());
                let sealed_at = line.sealed_at.to_string();
                table.push(vec![line.id, sealed_at, by, line.contracts.to_string(), line.hash[..16].to_owned(), note]);
            }
            table.print();
        }
    }
    Ok(Exit::Done)
}

fn verified(args: &SealVerifyArgs) -> anyhow::Result<Exit> {
    let given = match &args.network {
        Some(file) => Some(Network::parse(&read(file)?).map_err(|mistakes| mistakes_in(file, &mistakes))?),
        None => None,
    };
    let answer = runtime()?.block_on(async {
        let glance = glance(&args.lake).await?;
        let (sealed, old) = api::sealed_by(&glance.reader, &args.name)?;
        let network = given.as_ref().unwrap_or(&glance.network);
        let ask = api::Ask { now: args.now.clone(), ..api::Ask::default() };
        let now = ask.question(network, glance.now, BTreeMap::new())?.now;
        let (customers, old_customers) =
            (glance.customers_of(network), old.as_ref().map(|old| glance.customers_of(old)));
        let given = match args.contracts.as_slice() {
            [] => None,
            paths => Some(Filed::read(&documents(paths)?, network)?),
        };
        let filed = |as_of| match given.clone() {
            Some(mut given) => store::tell_lacking(&glance.reader, &mut given, as_of).map(|()| given),
            None => store::filed(&glance.reader, network, as_of),
        };
        let (filed_then, filed) = (filed(sealed.statement.as_of)?, filed(Instant::FOREVER)?);
        let invoices = sealed.statement.invoices();
        let ground = Ground {
            view: &glance.view,
            network,
            feeds: &glance.feeds,
            customers: &customers,
            filed: &filed,
            invoices: &invoices,
        };
        let asked = VerifyQuestion {
            sealed: &sealed,
            network: old.as_ref().zip(old_customers.as_ref()),
            filed: &filed_then,
            now,
        };
        anyhow::Ok(verify(ground, asked).await?)
    })?;
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!("{}", api::csv::records(&answer.since.figures, &["figure"])),
        Format::Table => tell(&answer),
    }
    Ok(if answer.as_sealed.equal { Exit::Done } else { Exit::Failed })
}

fn tell(answer: &Verification) {
    println!("{}: the bytes are as they were sealed, sha256 {}", answer.id, answer.hash);
    for changed in &answer.changed {
        let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        println!("another since: {}, {} when sealed, {} now", changed.name, said(&changed.sealed), said(&changed.now));
    }
    if answer.as_sealed.equal {
        println!("made again as of {}: equal", answer.as_of);
    } else {
        println!("made again as of {}, it differs:", answer.as_of);
        moved(&answer.as_sealed);
    }
    if answer.since.equal {
        println!("as of {}: nothing has moved", answer.now);
        return;
    }
    println!("\nas of {}, moved since:", answer.now);
    moved(&answer.since);
    for feed in &answer.late {
        println!("\nlate from {}, source {}:", feed.provider, feed.source);
        let mut table = Table::new(["site", "queue", "contacts", "events", "revised", "last received"], 2);
        for place in &feed.places {
            table.push(vec![
                place.site.clone(),
                place.queue.clone(),
                place.contacts.to_string(),
                place.events.to_string(),
                place.revised.to_string(),
                place.last_received_at.to_string(),
            ]);
        }
        table.print();
    }
}

fn moved(moved: &Moved) {
    if !moved.figures.is_empty() {
        let mut table = Table::new(["row", "figure", "why", "from", "sealed", "now"], 4);
        for figure in &moved.figures {
            table.push(vec![
                row(figure),
                figure.figure.clone(),
                why(&figure.because),
                figure.feeds.join(", "),
                number(figure.sealed.value),
                number(figure.now.value),
            ]);
        }
        table.print();
    }
    for window in &moved.windows {
        let state = |state: &Option<String>| state.clone().unwrap_or_else(|| "not there".to_owned());
        let flips = if window.flips { "; a credit or bonus flips" } else { "" };
        let (was, is) = (state(&window.sealed), state(&window.now));
        println!(
            "{} {}: {was} when sealed, {is} now{flips} ({})",
            window.contract,
            window.window,
            why(&window.because)
        );
    }
    for money in &moved.money {
        println!(
            "{} {}: credit {} when sealed, {} now; bonus {} when sealed, {} now ({}, minor units)",
            money.contract,
            money.objective,
            money.sealed_credit,
            money.now_credit,
            money.sealed_bonus,
            money.now_bonus,
            money.currency,
        );
    }
}

fn row(figure: &MovedFigure) -> String {
    let names: Vec<String> = figure.key.values().map(|value| value.clone().unwrap_or_default()).collect();
    if names.is_empty() { "network".to_owned() } else { names.join(" ") }
}

fn why(because: &[Because]) -> String {
    let word = |because: &Because| match because {
        Because::Definition => "another definition",
        Because::Network => "another network file",
        Because::Contract => "another contract file",
        Because::Time => "time has passed",
        Because::LateEvents => "late events",
        Because::Unseen => "events received before and not seen then",
    };
    because.iter().map(word).collect::<Vec<_>>().join(", ")
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(
        || "–".to_owned(),
        |value| format!("{value:.4}").trim_end_matches('0').trim_end_matches('.').to_owned(),
    )
}
