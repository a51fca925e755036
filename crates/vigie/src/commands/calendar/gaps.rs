//! `vigie calendar gaps`.

use contact::{
    Month, Network, QueueId, SiteId,
    network::{Coverage, Daily, MonthCoverage},
};
use serde::Serialize;

use super::{hours, listed, network, this_month};
use crate::{
    args::{CalendarGapsArgs, Format},
    commands::print_json,
    exit::Exit,
    table::Table,
};

/// Promised hours beside shifts.
#[derive(Serialize)]
struct Gaps<'a> {
    first: Month,
    months: u32,
    coverage: Vec<Coverage>,
    /// Sites of which nobody said when they work.
    sites_without_shift: Vec<&'a SiteId>,
    /// Queues that promise an answer at any hour, which are held against no shift.
    queues_without_calendar: Vec<&'a QueueId>,
}

pub fn run(args: &CalendarGapsArgs) -> anyhow::Result<Exit> {
    let network = network(&args.of)?;
    let first = args.month.unwrap_or_else(|| this_month(&network.zone));
    let always = network.queues.iter().filter(|(_, versions)| versions.iter().all(|queue| queue.calendar.is_none()));
    let gaps = Gaps {
        first,
        months: args.months,
        coverage: network.coverage(first, args.months),
        sites_without_shift: network.sites_without_shift(),
        queues_without_calendar: always.map(|(queue, _)| queue).collect(),
    };
    match args.format {
        Format::Json => print_json(&gaps)?,
        Format::Csv => print!("{}", api::csv::records(&lines(&gaps.coverage), &COLUMNS)),
        Format::Table => print_tables(&gaps, &network),
    }
    Ok(Exit::Done)
}

/// The columns of CSV, in order.
const COLUMNS: [&str; 13] = [
    "promise",
    "zone",
    "site",
    "month",
    "hours",
    "from",
    "to",
    "site_zone",
    "site_from",
    "site_to",
    "days",
    "open_s",
    "dates",
];

/// Hours of a month that are alike, as one line of CSV.
#[derive(Serialize)]
struct Line<'a> {
    promise: &'a str,
    zone: &'a str,
    site: Option<&'a SiteId>,
    month: Month,
    hours: &'static str,
    from: &'a str,
    to: &'a str,
    site_zone: Option<&'a str>,
    site_from: Option<&'a str>,
    site_to: Option<&'a str>,
    days: usize,
    open_s: i64,
    dates: String,
}

fn lines(coverage: &[Coverage]) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for coverage in coverage {
        for (month, hours, daily) in coverage.months.iter().flat_map(dailies) {
            let there = daily.at_site.as_ref();
            lines.push(Line {
                promise: &coverage.promise,
                zone: &coverage.zone,
                site: coverage.site.as_ref(),
                month: month.month,
                hours,
                from: &daily.from,
                to: &daily.to,
                site_zone: there.map(|there| there.zone.as_str()),
                site_from: there.map(|there| there.from.as_str()),
                site_to: there.map(|there| there.to.as_str()),
                days: daily.dates.len(),
                open_s: daily.open_s,
                dates: daily.dates.iter().map(ToString::to_string).collect::<Vec<_>>().join(";"),
            });
        }
    }
    lines
}

/// The promised hours of a month, then those of them that are not covered.
fn dailies(month: &MonthCoverage) -> impl Iterator<Item = (&MonthCoverage, &'static str, &Daily)> {
    let promised = month.promised.iter().map(move |daily| (month, "promised", daily));
    promised.chain(month.uncovered.iter().map(move |daily| (month, "uncovered", daily)))
}

fn print_tables(gaps: &Gaps<'_>, network: &Network) {
    if gaps.coverage.is_empty() {
        let missing = if network.promises().is_empty() {
            "no queue names a calendar; give `calendar: NAME` to the queues that promise hours"
        } else {
            "no site names a shift; give `shift: NAME` to the sites, with the calendar by which they work"
        };
        println!("nothing can be compared: {missing}");
    }
    for coverage in &gaps.coverage {
        print_table(coverage);
        println!();
    }
    let without = |what: &str, names: String| {
        if !names.is_empty() {
            println!("{what}: {names}");
        }
    };
    without("no shift is known of", listed(gaps.sites_without_shift.iter().map(|site| site.as_str())));
    without("promised at any hour", listed(gaps.queues_without_calendar.iter().map(|queue| queue.as_str())));
}

fn print_table(coverage: &Coverage) {
    let who = coverage.site.as_ref().map_or("all sites together", SiteId::as_str);
    let queues = listed(coverage.queues.iter().map(contact::QueueId::as_str));
    println!("{} ({queues}) at {who}", coverage.promise);
    let total = |of: fn(&MonthCoverage) -> i64| coverage.months.iter().map(of).sum::<i64>();
    let (promised, uncovered) = (total(|month| month.promised_s), total(|month| month.uncovered_s));
    if uncovered == 0 {
        println!("covered: somebody works at each of the {} promised", hours(promised));
        return;
    }
    println!("{} of {} promised are not covered", hours(uncovered), hours(promised));
    let there = coverage.site.as_ref().map_or_else(String::new, |site| format!("at {site}"));
    let headings = ["month", "from", "to", "hours", coverage.zone.as_str(), there.as_str(), "days", "open"];
    let mut table = Table::new(headings, 6);
    for (month, hours_are, daily) in coverage.months.iter().flat_map(dailies) {
        let date = |date: Option<&jiff::civil::Date>| date.map(ToString::to_string).unwrap_or_default();
        table.push(vec![
            month.month.to_string(),
            date(daily.dates.first()),
            date(daily.dates.last()),
            hours_are.to_owned(),
            format!("{}-{}", daily.from, daily.to),
            daily.at_site.as_ref().map(|there| format!("{}-{}", there.from, there.to)).unwrap_or_default(),
            daily.dates.len().to_string(),
            hours(daily.open_s),
        ]);
    }
    table.print();
}
