//! How many events one core takes in: `cargo run --release -p intake --example intake_rate`.

use std::{hint::black_box, time::Instant as Clock};

use contact::{Network, ProviderId};
use intake::{Context, Door, Keys, parse_event};

const ROUNDS: usize = 400;

#[expect(clippy::cast_precision_loss, reason = "a rate is shown to a few digits")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let network = "brand: b\nzone: UTC\nproviders: [{name: north}]\nsites: [{name: tunis, provider: north}]\nqueues: [{name: ecommerce-voice-fr}]\n";
    let network = Network::parse(network).map_err(|mistakes| mistakes[0].to_string())?;
    let provider = ProviderId::new("north")?;
    let keys = Keys::from_secrets(&[1; 32], &[2; 32]);
    let context = Context {
        network: &network,
        provider: &provider,
        keys: &keys,
        now: "2026-03-29T12:00:00Z".parse()?,
        door: Door::Http,
    };
    let lines: Vec<String> = (0..1_000).map(line).collect();
    let bytes: usize = lines.iter().map(String::len).sum();
    let start = Clock::now();
    for _ in 0..ROUNDS {
        for line in &lines {
            black_box(parse_event(black_box(line.as_bytes()), &context).map_err(|rejected| rejected.reject.message)?);
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let events = (ROUNDS * lines.len()) as f64;
    println!("{:.0} events/s on one core, {:.0} MB/s", events / seconds, ROUNDS as f64 * bytes as f64 / seconds / 1e6);
    Ok(())
}

fn line(number: usize) -> String {
    let (kind, data) = match number % 3 {
        0 => (
            "offered",
            format!(
                r#""reason":"delivery","language":"fr","customer":"+33 6 12 34 {:02} {:02}""#,
                number % 100,
                number / 100
            ),
        ),
        1 => ("answered", format!(r#""agent":"a-{number}""#)),
        _ => (
            "ended",
            format!(r#""agent":"a-{number}","talk_s":{number}.5,"hold_s":0,"wrap_s":12,"ended_by":"customer""#),
        ),
    };
    format!(
        r#"{{"specversion":"1.0","id":"e-{number}","source":"/north/tunis/acd","type":"vigie.contact.{kind}.v1","subject":"C-{number}","time":"2026-03-29T08:00:17.250+02:00","data":{{"started_at":"2026-03-29T08:00:00+02:00","site":"tunis","queue":"ecommerce-voice-fr","channel":"voice",{data}}}}}"#
    )
}
