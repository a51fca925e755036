//! A simulation told to a running server, as its providers would: in their order, in batches, nothing before its time.

use std::time::Duration;

use anyhow::bail;
use contact::Instant;
use sim::Delivery;

use super::{
    Course, DAY_US,
    client::{Client, Stop, Tally},
};
use crate::{
    args::Pace,
    clock,
    commands::runtime,
    exit::{Exit, Usage},
    progress::Progress,
};

/// Bounds of a batch, well within what a server takes: so much is sent again when it is busy.
const BATCH_EVENTS: u64 = 2000;
const BATCH_BYTES: usize = 1 << 20;
/// For how long events are gathered before they are sent.
const GATHERED_US: i64 = 1_000_000;
/// Servers refuse older events over HTTP.
const OLDEST_DAYS: i64 = 400;
/// Longest sleep, after which the clock is read again: a machine may have been suspended.
const LONGEST_SLEEP_US: i64 = 60_000_000;

/// Sends everything that is due, and goes on in real time while there is something to come.
pub(super) fn push(course: &mut Course, address: &str, pace: Pace, quiet: bool) -> anyhow::Result<Exit> {
    let client = Client::new(address)?;
    let first = course.told.unwrap_or(course.begin);
    if clock::now().micros_since(first) > OLDEST_DAYS * DAY_US {
        let right = "take later days, or write files with --out and land them with `vigie ingest`";
        bail!(Usage(format!("servers take no events older than {OLDEST_DAYS} days, these begin at {first}; {right}")));
    }
    let runtime = runtime()?;
    let stop = Stop::listen(&runtime)?;
    let mut outgoing = Outgoing::new(course, client, stop);
    let progress = Progress::of_days(course.network.as_str(), course.days, quiet);
    let told = tell(course, &mut outgoing, pace, &progress);
    progress.finish();
    told?;
    Ok(outgoing.summary())
}

fn tell(course: &mut Course, outgoing: &mut Outgoing, pace: Pace, progress: &Progress) -> anyhow::Result<()> {
    let mut schedule = Schedule { pace, began: None };
    while let Some(delivery) = course.simulation.next_delivery() {
        let at = delivery.at;
        if course.told.is_some_and(|told| at <= told) {
            continue;
        }
        let now = clock::now();
        let due = schedule.due(at, now);
        let sends = outgoing.is_due(now) || due.micros_since(now) > GATHERED_US;
        if sends {
            outgoing.flush()?;
        }
        outgoing.wait_until(due);
        if outgoing.stopped {
            break;
        }
        outgoing.add(&delivery)?;
        if sends {
            progress.at(course.days_done(at), outgoing.tally.received);
        }
    }
    outgoing.flush()
}

/// When a delivery is due by the clock.
struct Schedule {
    pace: Pace,
    /// When the first delivery was delivered in the simulation, and when by the clock.
    began: Option<(Instant, Instant)>,
}

impl Schedule {
    /// Never before it is delivered in the simulation: the future is not told, however fast the past is.
    fn due(&mut self, at: Instant, now: Instant) -> Instant {
        let Pace::Times(times) = self.pace else { return at };
        let (first, began) = *self.began.get_or_insert((at, now));
        at.max(began.plus_micros(at.micros_since(first) / i64::from(times.get())))
    }
}

/// Events of one provider that wait to be sent.
struct Batch {
    provider: String,
    lines: Vec<u8>,
    events: u64,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.events >= BATCH_EVENTS || self.lines.len() >= BATCH_BYTES
    }
}

/// What is on its way to the server.
struct Outgoing {
    client: Client,
    stop: Stop,
    /// Told to stop: nothing more is added, and nothing refused is tried again.
    stopped: bool,
    /// By [`Delivery::provider_index`].
    batches: Vec<Batch>,
    /// Since when something waits.
    since: Option<Instant>,
    tally: Tally,
    unsent: u64,
}

impl Outgoing {
    fn new(course: &Course, client: Client, stop: Stop) -> Self {
        let batch = |provider: &contact::ProviderId| Batch {
            provider: provider.to_string(),
            lines: Vec::with_capacity(BATCH_BYTES),
            events: 0,
        };
        let batches = course.simulation.scenario().providers().map(batch).collect();
        Self { client, stop, stopped: false, batches, since: None, tally: Tally::default(), unsent: 0 }
    }

    /// Whether something has waited long enough.
    fn is_due(&self, now: Instant) -> bool {
        self.since.is_some_and(|since| now.micros_since(since) >= GATHERED_US)
    }

    /// Sleeps until then, or until told to stop.
    fn wait_until(&mut self, due: Instant) {
        loop {
            let left = due.micros_since(clock::now()).clamp(0, LONGEST_SLEEP_US);
            self.stopped = self.stopped || self.stop.within(Duration::from_micros(left.unsigned_abs()));
            if self.stopped || left == 0 {
                return;
            }
        }
    }

    fn add(&mut self, delivery: &Delivery<'_>) -> anyhow::Result<()> {
        let batch = &mut self.batches[delivery.provider_index];
        batch.lines.extend_from_slice(delivery.line);
        batch.events += 1;
        self.since.get_or_insert_with(clock::now);
        if batch.is_full() { self.send(delivery.provider_index) } else { Ok(()) }
    }

    /// Sends all that waits.
    fn flush(&mut self) -> anyhow::Result<()> {
        self.since = None;
        (0..self.batches.len()).try_for_each(|provider| self.send(provider))
    }

    fn send(&mut self, provider: usize) -> anyhow::Result<()> {
        let batch = &mut self.batches[provider];
        if batch.events == 0 {
            return Ok(());
        }
        if let Some(tally) = self.client.send(&batch.provider, &batch.lines, &self.stop)? {
            self.tally.add(&tally);
        } else {
            self.stopped = true;
            self.unsent += batch.events;
        }
        batch.lines.clear();
        batch.events = 0;
        Ok(())
    }

    /// What became of everything; the last line says where rejects are to be seen.
    fn summary(&self) -> Exit {
        let Tally { received, accepted, duplicate, conflict, rejected } = self.tally;
        println!("sent {received} events: {accepted} accepted, {duplicate} known before, {conflict} in conflict");
        if self.unsent > 0 {
            println!("{} were gathered and not taken any more", self.unsent);
        }
        if rejected == 0 {
            return Exit::Done;
        }
        println!("{rejected} rejected; see them with `vigie rejects list`");
        Exit::Rejects
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(seconds: i64) -> Instant {
        Instant::from_micros(1_790_000_000_000_000 + seconds * 1_000_000).expect("within the calendar")
    }

    fn due(pace: &str, at: [i64; 3], now: i64) -> [Instant; 3] {
        let mut schedule = Schedule { pace: pace.parse().expect("a pace"), began: None };
        at.map(|at| schedule.due(instant(at), instant(now)))
    }

    /// A live wall board would show what has not happened yet.
    #[test]
    fn nothing_is_told_before_its_time_at_any_pace() {
        assert_eq!(due("60", [0, 6000, 12_000], 11_000), [11_000, 11_100, 12_000].map(instant));
        assert_eq!(due("1", [0, 60, 90], 11_000), [11_000, 11_060, 11_090].map(instant));
        assert_eq!(due("max", [0, 60, 12_000], 11_000), [0, 60, 12_000].map(instant));
    }
}
