//! How many events one core simulates and writes: `cargo run --release -p sim --example speed [DAYS]`.

use std::{convert::Infallible, time::Instant as Clock};

use sim::{LegCounts, Run, Simulation, Truth, hypermarket};

#[expect(clippy::cast_precision_loss, reason = "a rate is shown to a few digits")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let days: u16 = std::env::args().nth(1).map_or(Ok(30), |text| text.parse())?;
    let run = Run { from: jiff::civil::date(2026, 1, 1), days, seed: 1 };
    let simulation = Simulation::new(hypermarket()?, run)?;
    let (mut events, mut bytes) = (0_u64, 0_u64);
    let start = Clock::now();
    let truth = simulation.run(|delivery| {
        events += 1;
        bytes += delivery.line.len() as u64;
        Ok::<(), Infallible>(())
    })?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{events} events, {bytes} bytes in {seconds:.2} s: {:.0} events/s on one core", events as f64 / seconds);
    let total = truth.sum(truth.all_days(), |_| true);
    println!("{} contacts, {} redials, {} repeats", total.contacts, total.redials, total.repeats);
    shares(&truth, &total);
    service(&truth);
    println!("true homogeneity: {:?}", truth.homogeneity(truth.all_days()));
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown to a few digits")]
fn shares(truth: &Truth, total: &LegCounts) {
    for channels in [&["voice"][..], &["email", "sms"], &["social"], &["post"]] {
        let sum = truth.sum(truth.all_days(), |place| channels.contains(&place.channel.as_str()));
        println!("{:>6.2} % {}", 100.0 * sum.contacts as f64 / total.contacts as f64, channels.join(" and "));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share is shown to a few digits")]
fn service(truth: &Truth) {
    for site in ["evry", "saint-etienne", "tunis", "dakar", "antananarivo"] {
        for channel in ["voice", "email", "sms", "social", "post"] {
            let sum =
                truth.sum(truth.all_days(), |place| place.site.as_str() == site && place.channel.as_str() == channel);
            if sum.offered == 0 {
                continue;
            }
            let of = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
            println!(
                "{site:>14} {channel:>6}: {:>8} offered, {:>5.1} % answered, {:>5.1} % in time, {:>6.0} s mean wait, {} waiting",
                sum.offered,
                of(sum.answered, sum.offered),
                of(sum.answered_in_time, sum.answered + sum.abandoned),
                sum.wait_us as f64 / 1e6 / sum.answered.max(1) as f64,
                sum.waiting(),
            );
        }
    }
}
