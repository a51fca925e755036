//! Progress: a bar on a terminal, a line every few seconds elsewhere, nothing when quiet.

use std::{
    io::IsTerminal,
    sync::Mutex,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const LINE_EVERY: Duration = Duration::from_secs(5);

/// Progress of reading one file.
pub struct Progress {
    bar: ProgressBar,
    lines: Option<Mutex<Instant>>,
    label: String,
    total: u64,
}

impl Progress {
    /// For a file of `total` bytes.
    pub fn new(label: &str, total: u64, quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target = if quiet || !terminal { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = "{prefix} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {msg} {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(label.to_owned());
        let lines = (!quiet && !terminal).then(|| Mutex::new(Instant::now()));
        Self { bar, lines, label: label.to_owned(), total }
    }

    /// `bytes` of the file read, `events` made of them.
    pub fn at(&self, bytes: u64, events: u64) {
        self.bar.set_position(bytes);
        self.bar.set_message(format!("{events} events"));
        let Some(Ok(mut last)) = self.lines.as_ref().map(Mutex::lock) else { return };
        if last.elapsed() >= LINE_EVERY {
            *last = Instant::now();
            let percent = bytes.saturating_mul(100).checked_div(self.total).unwrap_or(100);
            let rate = self.bar.per_sec();
            eprintln!("{}: {percent} %, {events} events, {:.1} MB/s", self.label, rate / 1e6);
        }
    }

    /// Done.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
