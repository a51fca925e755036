//! The way from our count to theirs as a picture: made on the server, its text stays text; its numbers stand in the table
//! beside it.

use askama::Template;
use contact::Unit;
use settlement::MeasureWalk;

use super::{
    lang::Lang,
    words::{ReconcileWords, parts},
};

/// How tall a line is.
const LINE: f64 = 24.0;

/// The plot within the picture: left and right.
const PLOT: (f64, f64) = (150.0, 350.0);

/// The way of one count.
#[derive(Template)]
#[template(path = "waterfall.html")]
pub(super) struct Waterfall {
    said: &'static ReconcileWords,
    id: String,
    /// In one sentence.
    summary: String,
    height: String,
    /// Where both sides stand: ours first, theirs last.
    ends: [End; 2],
    bars: Vec<Bar>,
    /// What leads from one line to the next.
    joins: Vec<String>,
}

/// One side's count.
struct End {
    middle: String,
    x: String,
    text: String,
}

/// One part of the difference.
struct Bar {
    class: &'static str,
    name: &'static str,
    middle: String,
    top: String,
    from: String,
    width: String,
    text: String,
}

/// A stretch of the way: what it is put down to, and by how much the count changes.
struct Stretch {
    class: &'static str,
    name: &'static str,
    change: i64,
}

impl Waterfall {
    /// The picture of a count; `None` where both sides count the same by the same rules.
    pub(super) fn new(lang: Lang, id: String, provider: &str, walk: &MeasureWalk) -> Option<Self> {
        let stretches = stretches(lang, walk);
        if stretches.is_empty() {
            return None;
        }
        let mut at = walk.ours;
        let mut stations = vec![at];
        for stretch in &stretches {
            at += stretch.change;
            stations.push(at);
        }
        let scale = Scale::over(&stations);
        let lines = stretches.len() + 2;
        let bars = stretches.iter().enumerate().map(|(place, stretch)| {
            let (one, other) = (scale.x(stations[place]), scale.x(stations[place + 1]));
            Bar {
                class: stretch.class,
                name: stretch.name,
                middle: number(middle(place + 1)),
                top: number(middle(place + 1) - 7.0),
                from: number(one.min(other)),
                width: number((other - one).abs().max(1.5)),
                text: lang.change(stretch.change),
            }
        });
        // From each line to the next, at the count that both have.
        let joins = stations.iter().enumerate().map(|(place, at)| {
            format!("M{} {}V{}", number(scale.x(*at)), number(middle(place)), number(middle(place + 1)))
        });
        let end = |place: usize, count: i64| End {
            middle: number(middle(place)),
            x: number(scale.x(count)),
            text: lang.value(Unit::Count, exact(count)),
        };
        Some(Self {
            said: lang.reconcile_words(),
            id,
            summary: lang.walked(provider, walk),
            height: number(middle(lines) - LINE / 2.0),
            ends: [end(0, walk.ours), end(lines - 1, walk.theirs)],
            bars: bars.collect(),
            joins: joins.collect(),
        })
    }
}

/// The parts that are not nothing, what nothing explains last.
fn stretches(lang: Lang, walk: &MeasureWalk) -> Vec<Stretch> {
    let class = |change: i64| if change > 0 { "more" } else { "fewer" };
    let known =
        parts(&walk.parts).map(|(part, change)| Stretch { class: class(change), name: lang.part(part), change });
    let left = walk.parts.remainder;
    let rest = Stretch { class: "left", name: lang.reconcile_words().remainder, change: left };
    known.chain([rest]).filter(|stretch| stretch.change != 0).collect()
}

/// From counts to places. The axis begins near the least of them: a difference of a few among many would not be seen.
struct Scale {
    least: i64,
    span: f64,
}

impl Scale {
    fn over(stations: &[i64]) -> Self {
        let least = stations.iter().copied().min().unwrap_or(0);
        let most = stations.iter().copied().max().unwrap_or(0);
        Self { least, span: exact((most - least).max(1)) }
    }

    fn x(&self, at: i64) -> f64 {
        PLOT.0 + (PLOT.1 - PLOT.0) * exact(at - self.least) / self.span
    }
}

/// The middle of a line.
#[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
fn middle(line: usize) -> f64 {
    LINE * (line as f64 + 0.5)
}

fn number(place: f64) -> String {
    format!("{place:.1}")
}

#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn exact(count: i64) -> f64 {
    count as f64
}
