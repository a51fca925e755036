//! J1, L1: what was acknowledged is there, once, whatever ends the program, and however suddenly.
//!
//! [`kill`] ends the real program under load, at random and at named places of flush, fold, trim, recovery and import.
//! [`power`] cuts the power of the disk below it. [`files`] sends one file in overlapping parts through both doors with
//! kills in between. [`tampered`] holds the checker to lakes spoilt by hand, [`controls`] the loops to a program with faults
//! planted: both must be noticed.
//!
//! All of them hold what the lake says against a [`ledger`] of what was sent and answered, kept outside of it, and hand
//! back findings; none means that nothing was lost, doubled or made up.

pub(crate) mod chance;
mod check;
mod client;
mod controls;
mod disk;
mod files;
mod kill;
mod ledger;
mod power;
mod server;
mod story;
mod tampered;
mod tool;

/// How many rounds a loop makes: the gate's number unless the environment says another.
fn rounds(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What a loop did and found.
#[derive(Debug, Default)]
struct Outcome {
    /// What ended the program in each round: what was aimed at, and where it struck.
    struck: Vec<(String, &'static str)>,
    /// What is not as it should be.
    findings: Vec<String>,
    /// Events sent.
    sent: usize,
}

impl Outcome {
    /// One line for whoever reads the log.
    fn told(&self, what: &str, seed: u64, began: std::time::Instant) {
        let struck: Vec<String> = self.struck.iter().map(|(aim, place)| format!("{aim} in {place}")).collect();
        println!(
            "{what}: {} rounds, {} events sent, {} findings, {:.1} s, VIGIE_SEED={seed}: {}",
            struck.len(),
            self.sent,
            self.findings.len(),
            began.elapsed().as_secs_f64(),
            struck.join(", ")
        );
    }

    fn times(&self, place: &str) -> usize {
        self.struck.iter().filter(|(_, struck)| *struck == place).count()
    }

    /// # Panics
    /// With what was found, if anything was.
    fn assert_nothing_found(&self, seed: u64) {
        let shown: Vec<&str> = self.findings.iter().map(String::as_str).take(20).collect();
        assert!(
            shown.is_empty(),
            "{} findings (VIGIE_SEED={seed}):\n{}\nafter {:?}",
            self.findings.len(),
            shown.join("\n"),
            self.struck
        );
    }
}
