//! What alerts are made of, for Prometheus: figures of the business with labels that the files bound, and the health of the
//! watching itself.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use alert::{Owed, Reading};
use contact::{Duration, Instant};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, counter::Counter, gauge::ConstGauge, histogram::Histogram},
    registry::Registry,
};

use super::outlooks::Standing;

/// Bounds of the durations, in seconds.
const SECONDS: [f64; 9] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// A provider's feed.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its name.
    pub name: String,
    /// The longest time between two deliveries that was agreed.
    pub cadence: Option<Duration>,
    /// The latest event's own time.
    pub last_event: Option<Instant>,
    /// Whether it is late.
    pub is_late: bool,
    /// When that was.
    pub at: Instant,
}

/// What the last look found.
#[derive(Debug, Default)]
struct Seen {
    readings: Vec<Reading>,
    providers: Vec<Provider>,
    firing: BTreeMap<(String, &'static str), i64>,
    owed: Vec<Owed>,
    standings: Vec<Standing>,
    /// Seconds since 1970 of the last look that was done.
    looked_s: f64,
}

#[derive(Debug, Clone, Default)]
struct Shown(Arc<RwLock<Seen>>);

/// Counts and shows.
pub struct Figures {
    shown: Shown,
    durations: Histogram,
    failures: Counter,
}

impl Figures {
    /// Registers them.
    pub fn register(registry: &mut Registry) -> Self {
        let figures =
            Self { shown: Shown::default(), durations: Histogram::new(SECONDS), failures: Counter::default() };
        let looks = "Time that a look at the present took";
        registry.register("vigie_alert_look_duration_seconds", looks, figures.durations.clone());
        let failures = "Looks at the present that failed or took too long";
        registry.register("vigie_alert_look_failures", failures, figures.failures.clone());
        registry.register_collector(Box::new(figures.shown.clone()));
        figures
    }

    /// A look was done.
    pub fn looked(&self, at: Instant, took: std::time::Duration) {
        self.durations.observe(took.as_secs_f64());
        self.shown.0.write().unwrap_or_else(PoisonError::into_inner).looked_s = seconds(at.as_micros());
    }

    /// A look was not done.
    pub fn failed(&self) {
        self.failures.inc();
    }

    /// Shows what a look found, instead of what was found before.
    pub fn show(
        &self,
        readings: Vec<Reading>,
        providers: Vec<Provider>,
        firing: BTreeMap<(String, &'static str), i64>,
        owed: Vec<Owed>,
    ) {
        let mut seen = self.shown.0.write().unwrap_or_else(PoisonError::into_inner);
        (seen.readings, seen.providers, seen.firing, seen.owed) = (readings, providers, firing, owed);
    }

    /// Shows how open windows stand.
    pub fn show_periods(&self, standings: Vec<Standing>) {
        self.shown.0.write().unwrap_or_else(PoisonError::into_inner).standings = standings;
    }
}

/// Labels with their values.
type Labels<'a> = Vec<(&'static str, &'a str)>;

/// Writes one gauge with a value for each set of labels; none where there is nothing to show.
fn gauge<'a>(
    encoder: &mut DescriptorEncoder,
    name: &str,
    help: &str,
    values: impl Iterator<Item = (Labels<'a>, f64)>,
) -> fmt::Result {
    let mut values = values.peekable();
    if values.peek().is_none() {
        return Ok(());
    }
    let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    values.try_for_each(|(labels, value)| ConstGauge::new(value).encode(metric.encode_family(&labels)?))
}

fn place(reading: &Reading) -> Labels<'_> {
    vec![
        ("objective", reading.objective.as_str()),
        ("provider", reading.provider.as_str()),
        ("site", reading.site.as_str()),
        ("queue", reading.queue.as_str()),
    ]
}

fn within<'a>(reading: &'a Reading, window: &'static str) -> Labels<'a> {
    place(reading).into_iter().chain([("window", window)]).collect()
}

impl Collector for Shown {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let seen = self.0.read().unwrap_or_else(PoisonError::into_inner);
        objectives(&mut encoder, &seen.readings)?;
        periods(&mut encoder, &seen.standings)?;
        feeds(&mut encoder, &seen.providers)?;
        let firing = seen
            .firing
            .iter()
            .map(|((rule, severity), n)| (vec![("rule", rule.as_str()), ("severity", *severity)], count(*n)));
        gauge(&mut encoder, "vigie_alerts_firing", "Alerts that fire", firing)?;
        let owed = |dead: fn(&Owed) -> i64| {
            seen.owed.iter().map(move |owed| (vec![("receiver", owed.receiver.as_str())], count(dead(owed))))
        };
        gauge(
            &mut encoder,
            "vigie_alert_messages_waiting",
            "Messages that wait for a receiver",
            owed(|owed| owed.waiting),
        )?;
        gauge(
            &mut encoder,
            "vigie_alert_messages_dead",
            "Messages to a receiver that were given up",
            owed(|owed| owed.dead),
        )?;
        let looked = "When the present was last looked at, in seconds since 1970";
        gauge(&mut encoder, "vigie_alert_looked_timestamp_seconds", looked, [(Vec::new(), seen.looked_s)].into_iter())
    }
}

fn objectives(encoder: &mut DescriptorEncoder, readings: &[Reading]) -> fmt::Result {
    let target = readings.iter().map(|one| (place(one), one.target));
    gauge(encoder, "vigie_objective_target_ratio", "The share promised", target)?;
    let windows = |of: fn(stats::sla::Tried) -> i64| {
        readings
            .iter()
            .flat_map(move |one| [(within(one, "1h"), count(of(one.hour))), (within(one, "4h"), count(of(one.hours)))])
    };
    let decided = "Contacts that were decided in the latest open hours";
    gauge(encoder, "vigie_objective_contacts", decided, windows(stats::sla::Tried::n))?;
    let missed = "Contacts that were missed in the latest open hours";
    gauge(encoder, "vigie_objective_missed_contacts", missed, windows(stats::sla::Tried::missed))?;
    let attained = readings.iter().flat_map(|one| {
        let share = |window, tried: stats::sla::Tried| Some((within(one, window), tried.share()?));
        [share("1h", one.hour), share("4h", one.hours)].into_iter().flatten()
    });
    gauge(encoder, "vigie_objective_attainment_ratio", "The share in time of the latest open hours", attained)
}

fn periods(encoder: &mut DescriptorEncoder, standings: &[Standing]) -> fmt::Result {
    let mut show = |name: &str, help: &str, value: fn(&Standing) -> Option<f64>| {
        gauge(encoder, name, help, standings.iter().filter_map(|one| Some((period(one), value(one)?))))
    };
    let promised = "The share promised for the open window of a contract";
    show("vigie_period_target_ratio", promised, |one| Some(one.target))?;
    show("vigie_period_attainment_ratio", "The share that is good so far", |one| one.attained)?;
    show("vigie_period_required_ratio", "The share of the rest that must be good to keep it", |one| one.required)?;
    show("vigie_period_recent_ratio", "The share that was good of late", |one| one.recent)?;
    show("vigie_period_miss_probability", "The chance that the window will be missed", |one| one.miss)
}

fn period(one: &Standing) -> Labels<'_> {
    vec![
        ("contract", one.contract.as_str()),
        ("provider", one.provider.as_str()),
        ("objective", one.objective.as_str()),
        ("period", one.length.as_str()),
    ]
}

fn feeds(encoder: &mut DescriptorEncoder, providers: &[Provider]) -> fmt::Result {
    let label: fn(&Provider) -> Labels<'_> = |one| vec![("provider", one.name.as_str())];
    let age = providers.iter().filter_map(|one| Some((label(one), seconds(one.at.micros_since(one.last_event?)))));
    gauge(encoder, "vigie_feed_age_seconds", "Time since the latest event that was told", age)?;
    let cadence = providers.iter().filter_map(|one| Some((label(one), one.cadence?.as_seconds())));
    gauge(encoder, "vigie_feed_cadence_seconds", "The longest time between two deliveries that was agreed", cadence)?;
    let late = providers.iter().map(|one| (label(one), if one.is_late { 1.0 } else { 0.0 }));
    gauge(encoder, "vigie_feed_late", "Whether a feed has been silent for longer than agreed", late)
}

#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn count(count: i64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of this age are below 2^53")]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}
