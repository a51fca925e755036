//! `vigie`: the command line, and the wiring of everything else.
//!
//! Every subcommand is one file of `commands/`: it parses, asks a crate below, and prints. Results go to standard output,
//! everything else to standard error; whoever stops reading (`| head`) ends no command. Exit status: 0 done, 1 failed,
//! 2 wrong usage or configuration, 3 done with rejects.
//!
//! Absent on purpose: anything that decides. The clock is read here and nowhere else, and handed down.

// First, for its macros.
#[macro_use]
mod output;

mod args;
mod clock;
mod commands;
mod exit;
mod logging;
mod progress;
mod table;

use clap::Parser;

use args::{Cli, Command};
use exit::Exit;

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    logging::start(cli.quiet);
    let exit = match run(cli) {
        Ok(exit) => exit,
        Err(error) => exit::explain(&error),
    };
    output::finish(exit).into()
}

fn run(cli: Cli) -> anyhow::Result<Exit> {
    match cli.command {
        Command::Serve(args) => commands::serve::run(&args),
        Command::Ingest(args) => commands::ingest::run(&args, cli.quiet),
        Command::Scorecard(args) => commands::scorecard::run(&args),
        Command::Homogeneity(args) => commands::homogeneity::run(&args),
        Command::Live(args) => commands::live::run(&args),
        Command::Backlog(args) => commands::backlog::run(&args),
        Command::Complaints(args) => commands::complaints::run(&args),
        Command::Repeats(args) => commands::repeats::run(&args),
        Command::Contacts(args) => commands::contacts::run(&args),
        Command::Feeds(args) => commands::feeds::run(&args),
        Command::Rejects(args) => commands::rejects::run(&args),
        Command::Alerts(args) => commands::alerts::run(&args),
        Command::Mapping(args) => commands::mapping::run(&args),
        Command::Network(args) => commands::network::run(&args),
        Command::Contract(args) => commands::contract::run(&args),
        Command::Reconcile(args) => commands::reconcile::run(&args),
        Command::Seal(args) => commands::seal::run(&args),
        Command::Calendar(args) => commands::calendar::run(&args),
        Command::Simulate(args) => commands::simulate::run(&args, cli.quiet),
        Command::Schema(args) => commands::schema::run(&args),
        Command::Verify(args) => commands::upkeep::verify(&args),
        Command::Compact(args) => commands::upkeep::compact(&args),
        Command::Rebuild(args) => commands::upkeep::rebuild(&args),
        Command::Completions(args) => {
            commands::completions(args.shell);
            Ok(Exit::Done)
        }
    }
}
