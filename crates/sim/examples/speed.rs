//! How many events one core simulates and writes: `cargo run --release -p sim --example speed [DAYS] [NETWORK]`.

use std::{convert::Infallible, error::Error, time::Instant as Clock};

use sim::{LegCounts, Run, Scenario, SimError, Simulation, Truth, dating, hypermarket, outdoor, rail};

#[expect(clippy::cast_precision_loss, reason = "a rate is shown to a few digits")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let days: u16 = words.next().map_or(Ok(30), |text| text.parse())?;
    let scenario = network(words.next().as_deref().unwrap_or("hypermarket"))?;
    let run = Run { from: jiff::civil::date(2026, 1, 1), days, seed: 1 };
    let simulation = Simulation::new(scenario, run)?;
    let (mut events, mut bytes) = (0_u64, 0_u64);
    let start = Clock::now();
    let truth = simulation.run(|delivery| {
        events += 1;
        bytes += delivery.line.len() as u64;
        Ok::<(), Infallible>(())
    })?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{events} events, {bytes} bytes in {seconds:.2} s: {:.0} events/s on one core", events as f64 / seconds);
    let start = Clock::now();
    let report = truth.report();
    println!("{} rows of truth in {:.2} s", report.legs.len(), start.elapsed().as_secs_f64());
    println!("{} contacts, {} redials, {} repeats", report.total.contacts, report.total.redials, report.total.repeats);
    shares(&truth, &report.total);
    service(&truth);
    println!("true homogeneity: {:?}", report.homogeneity);
    Ok(())
}

fn network(name: &str) -> Result<Scenario, SimError> {
    match name {
        "dating" => dating(),
        "outdoor" => outdoor(),
        "rail" => rail(),
        _ => hypermarket(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown to a few digits")]
fn shares(truth: &Truth, total: &LegCounts) {
    for channels in [&["voice"][..], &["email", "sms"], &["social"], &["post"], &["moderation"]] {
        let sum = truth.sum(truth.all_days(), |place| channels.contains(&place.channel.as_str()));
        println!("{:>6.2} % {}", 100.0 * sum.contacts as f64 / total.contacts as f64, channels.join(" and "));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown to a few digits")]
fn service(truth: &Truth) {
    let mut places: Vec<(String, String)> = Vec::new();
    truth.report().legs.iter().for_each(|row| places.push((row.site.to_string(), row.queue.to_string())));
    places.sort();
    places.dedup();
    for (site, queue) in places {
        let here = |place: &sim::PlaceName| place.site.as_str() == site && place.queue.as_str() == queue;
        let sum = truth.sum(truth.all_days(), here);
        let of = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
        println!(
            "{site:>14} {queue:>18}: {:>8} offered, {:>5.1} % answered, {:>5.1} % in time, {:>7.0} s mean wait, {} waiting",
            sum.offered,
            of(sum.answered, sum.offered),
            of(sum.answered_in_time, sum.answered + sum.abandoned),
            sum.wait_us as f64 / 1e6 / sum.answered.max(1) as f64,
            sum.waiting(),
        );
    }
}
