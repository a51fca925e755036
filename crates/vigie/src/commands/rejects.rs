//! `vigie rejects`: what was not accepted.

use api::{RejectsAnswer, ReplayAnswer};
use contact::RejectCode;
use journal::{RejectFilter, RejectId, RejectState};

use super::{glance, open, print_json, runtime};
use crate::{
    args::{Format, RejectsAction, RejectsArgs, RejectsFilterArgs, RejectsListArgs, RejectsReplayArgs},
    exit::{Exit, Usage},
    table::Table,
};

pub fn run(args: &RejectsArgs) -> anyhow::Result<Exit> {
    match &args.action {
        RejectsAction::List(args) => list(args),
        RejectsAction::Replay(args) => replay(args),
    }
}

fn filter(args: &RejectsFilterArgs, state: Option<RejectState>) -> anyhow::Result<RejectFilter> {
    let code = args.reason.as_deref().map(|word| {
        word.parse::<RejectCode>().map_err(|()| {
            let all = RejectCode::ALL.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", ");
            Usage(format!("--reason: {word:?} is no reason; use one of: {all}"))
        })
    });
    Ok(RejectFilter { provider: args.provider.clone(), source: args.source.clone(), code: code.transpose()?, state })
}

fn list(args: &RejectsListArgs) -> anyhow::Result<Exit> {
    let filter = filter(&args.filter, (!args.all).then_some(RejectState::Open))?;
    let glance = runtime()?.block_on(glance(&args.lake))?;
    let limit = usize::from(args.limit);
    let rows = glance.reader.rejects(&filter, args.before.map(RejectId), limit + 1)?;
    let answer = RejectsAnswer::page(glance.reader.reject_counts()?, rows, limit);
    match args.format {
        Format::Json => print_json(&answer)?,
        Format::Csv => print!(
            "{}",
            api::csv::records(&answer.rejects, &["id", "received_at", "provider", "source", "code", "field"])
        ),
        Format::Table => table(&answer),
    }
    Ok(Exit::Done)
}

fn table(answer: &RejectsAnswer) {
    let mut counts = Table::new(["reason", "provider", "source", "open"], 3);
    for count in &answer.counts {
        let row = [count.code.to_string(), count.provider.clone(), count.source.clone(), count.rejects.to_string()];
        counts.push(row.to_vec());
    }
    counts.print();
    println!();
    let mut rows = Table::new(["id", "reason", "field", "place", "message"], 5);
    for reject in &answer.rejects {
        let field = reject.field.clone().unwrap_or_default();
        let row =
            [reject.id.0.to_string(), reject.code.to_string(), field, reject.position.clone(), reject.message.clone()];
        rows.push(row.to_vec());
    }
    rows.print();
    if let Some(next) = &answer.next {
        println!("\nmore: --before {next}");
    }
}

fn replay(args: &RejectsReplayArgs) -> anyhow::Result<Exit> {
    let filter = filter(&args.filter, None)?;
    let runtime = runtime()?;
    let store = runtime.block_on(open(&args.lake, args.network.as_deref(), "rejects replay"))?;
    let done = store.replay(&filter)?;
    runtime.block_on(async {
        store.flush().await?;
        store.maintain().await
    })?;
    let answer = ReplayAnswer::from(done);
    print_json(&answer)?;
    if answer.left_out > 0 {
        eprintln!("vigie: {} are too large and were cut; send them again in smaller parts", answer.left_out);
    }
    if answer.rejected + answer.unreadable == 0 {
        return Ok(Exit::Done);
    }
    if answer.unreadable > 0 {
        eprintln!("vigie: {} cannot be read any more (another secret key, or a mapping not stored)", answer.unreadable);
    }
    println!("{} still rejected; see them with `vigie rejects list`", answer.rejected + answer.unreadable);
    Ok(Exit::Rejects)
}
