//! Progress: a bar on a terminal, a line every few seconds elsewhere, nothing when quiet.

use std::{
    io::IsTerminal,
    sync::Mutex,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const LINE_EVERY: Duration = Duration::from_secs(5);

/// What is made progress in.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Bytes,
    Days,
}

impl Unit {
    fn template(self) -> &'static str {
        match self {
            Self::Bytes => "{prefix} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {msg} {eta} left",
            Self::Days => "{prefix} {bar:30} day {pos} of {len} {msg} {eta} left",
        }
    }
}

/// Progress of reading one file, or of simulating some days.
pub struct Progress {
    bar: ProgressBar,
    lines: Option<Mutex<Instant>>,
    label: String,
    total: u64,
    unit: Unit,
}

impl Progress {
    /// For a file of `total` bytes.
    pub fn new(label: &str, total: u64, quiet: bool) -> Self {
        Self::of(Unit::Bytes, label, total, quiet)
    }

    /// For so many days.
    pub fn of_days(label: &str, days: u64, quiet: bool) -> Self {
        Self::of(Unit::Days, label, days, quiet)
    }

    fn of(unit: Unit, label: &str, total: u64, quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target = if quiet || !terminal { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        if let Ok(style) = ProgressStyle::with_template(unit.template()) {
            bar.set_style(style);
        }
        bar.set_prefix(label.to_owned());
        let lines = (!quiet && !terminal).then(|| Mutex::new(Instant::now()));
        Self { bar, lines, label: label.to_owned(), total, unit }
    }

    /// So many bytes of the file read or days simulated, `events` made of them.
    pub fn at(&self, done: u64, events: u64) {
        self.bar.set_position(done);
        self.bar.set_message(format!("{events} events"));
        let Some(Ok(mut last)) = self.lines.as_ref().map(Mutex::lock) else { return };
        if last.elapsed() >= LINE_EVERY {
            *last = Instant::now();
            let percent = done.saturating_mul(100).checked_div(self.total).unwrap_or(100);
            let (label, rate) = (&self.label, self.bar.per_sec());
            match self.unit {
                Unit::Bytes => eprintln!("{label}: {percent} %, {events} events, {:.1} MB/s", rate / 1e6),
                Unit::Days => eprintln!("{label}: day {done} of {}, {events} events", self.total),
            }
        }
    }

    /// Done.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
