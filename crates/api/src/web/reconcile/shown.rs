//! A reconciliation as its template shows it.

use askama::Template;
use contact::{Network, Unit};
use settlement::{
    LevelWalk, MeasureWalk, MissingContact, ReconcileAnswer, ReconciledCell, ReconciledGroup, RuleAnswer,
};

use crate::web::{
    caption::{self, Caption, Moment},
    lang::Lang,
    table::Value,
    waterfall::Waterfall,
    words::{ReconcileFormWords, ReconcileWords, parts},
};

/// Pictures of a page: further differences are in their tables alone.
const PICTURES: usize = 24;

/// Cells of a page: what is not explained first, then what differs; all others are in the CSV.
const CELLS: usize = 30;

/// Contacts of one side that are shown.
const LISTED: usize = 50;

/// What both sides count, and the way from one to the other.
#[derive(Template)]
#[template(path = "reconciled.html")]
pub(super) struct Shown {
    said: &'static ReconcileWords,
    form: &'static ReconcileFormWords,
    /// In one sentence.
    summary: String,
    explained: bool,
    caption: Caption,
    order: String,
    groups: Vec<Group>,
    /// Some differences have no picture.
    few_pictures: bool,
    definitions: Vec<String>,
}

/// The cells that a provider declares by the same rules.
struct Group {
    id: String,
    provider: String,
    rules: Vec<Rule>,
    search: Option<String>,
    cells: Vec<Cell>,
    /// Some cells are not shown.
    more: Option<String>,
    lists: Vec<List>,
}

/// A rule of both sides.
struct Rule {
    step: &'static str,
    ours: String,
    theirs: String,
    differs: bool,
    known: &'static str,
}

/// One declared cell.
struct Cell {
    id: String,
    place: String,
    line: String,
    pictures: Vec<Waterfall>,
    counts: Vec<Count>,
    level: Option<Level>,
}

/// A count of both sides.
struct Count {
    measure: &'static str,
    definition: &'static str,
    ours: Value,
    /// The parts, the remainder last.
    parts: Vec<Part>,
    theirs: Value,
}

/// A part of a difference; of nothing, none.
struct Part {
    value: Option<Value>,
    is_left: bool,
}

/// The service level, step by step.
struct Level {
    sentence: String,
    reached: bool,
    steps: Vec<LevelRow>,
}

/// The service level after a step.
struct LevelRow {
    step: &'static str,
    value: Option<Value>,
    of: String,
}

/// Contacts that only one side counts.
struct List {
    heading: &'static str,
    id: String,
    rows: Vec<Listed>,
    more: Option<String>,
}

/// One of them.
struct Listed {
    contact: String,
    site: String,
    queue: String,
    at: Moment,
    outcome: String,
}

impl Shown {
    pub(super) fn new(lang: Lang, network: &Network, answer: &ReconcileAnswer) -> Self {
        let said = lang.reconcile_words();
        let period = caption::period(lang, &network.zone, &answer.period);
        let order: Vec<&str> = answer.order.iter().map(|step| lang.step(step.step)).collect();
        let told = caption::Told { period: &answer.period, now: answer.now, as_of: answer.as_of, lake: &answer.lake };
        let mut pictures = Pictures { lang, left: PICTURES, missed: false, cells: CELLS };
        let groups = answer.groups.iter().enumerate();
        let groups = groups.map(|(place, group)| Group::new(&mut pictures, network, place, group)).collect();
        Self {
            said,
            form: lang.reconcile_form_words(),
            summary: lang.reconciled(answer),
            explained: answer.explained,
            caption: Caption::new(lang, &network.zone, period, &told),
            order: order.join(", "),
            groups,
            few_pictures: pictures.missed,
            definitions: answer.definitions.clone(),
        }
    }
}

/// How much a page may still have.
struct Pictures {
    lang: Lang,
    left: usize,
    missed: bool,
    /// How many cells it may.
    cells: usize,
}

impl Pictures {
    fn of(&mut self, id: String, provider: &str, walk: &MeasureWalk) -> Option<Waterfall> {
        let picture = Waterfall::new(self.lang, id, provider, walk)?;
        if self.left == 0 {
            self.missed = true;
            return None;
        }
        self.left -= 1;
        Some(picture)
    }
}

impl Group {
    fn new(pictures: &mut Pictures, network: &Network, place: usize, group: &ReconciledGroup) -> Self {
        let lang = pictures.lang;
        let id = format!("group-{}", place + 1);
        let said = lang.reconcile_words();
        let lists = [(said.only_ours, "ours", &group.only_ours), (said.only_theirs, "theirs", &group.only_theirs)];
        let list = |(heading, name, contacts): (&'static str, &str, &Vec<MissingContact>)| {
            (!contacts.is_empty()).then(|| List::new(lang, network, heading, format!("{id}-{name}"), contacts))
        };
        let lists = lists.into_iter().filter_map(list).collect();
        let cells = shown(&group.cells, pictures.cells);
        let hidden = group.cells.len() - cells.len();
        pictures.cells -= cells.len();
        Self {
            provider: group.provider.clone(),
            rules: group.rules.iter().map(|rule| Rule::new(lang, rule)).collect(),
            search: group.search.as_ref().map(|search| lang.searched(search)),
            cells: cells.into_iter().map(|cell| Cell::new(pictures, &id, &group.provider, cell)).collect(),
            more: (hidden > 0).then(|| lang.more_lines(hidden)),
            lists,
            id,
        }
    }
}

/// At most so many cells, in the order of the file: what is not explained first, then what differs.
fn shown(cells: &[ReconciledCell], most: usize) -> Vec<&ReconciledCell> {
    let differs = |cell: &ReconciledCell| cell.measures.iter().any(|walk| walk.difference != 0);
    let rank = |cell: &&ReconciledCell| (cell.is_explained(), !differs(cell), cell.line);
    let mut chosen: Vec<&ReconciledCell> = cells.iter().collect();
    chosen.sort_by_key(rank);
    chosen.truncate(most);
    chosen.sort_by_key(|cell| cell.line);
    chosen
}

impl Rule {
    fn new(lang: Lang, rule: &RuleAnswer) -> Self {
        let theirs = if rule.differs { lang.text(&rule.theirs) } else { lang.reconcile_words().the_same };
        Self {
            step: lang.step(rule.step),
            ours: lang.text(&rule.ours).to_owned(),
            theirs: theirs.to_owned(),
            differs: rule.differs,
            known: lang.known(rule.known),
        }
    }
}

impl Cell {
    fn new(pictures: &mut Pictures, group: &str, provider: &str, cell: &ReconciledCell) -> Self {
        let lang = pictures.lang;
        let id = format!("{group}-line-{}", cell.line);
        let walks = cell.measures.iter();
        let drawn = walks
            .clone()
            .filter_map(|walk| pictures.of(format!("{id}-{}", walk.measure.as_str()), provider, walk))
            .collect();
        Self {
            place: place(lang, cell),
            line: format!("{} {}", lang.reconcile_words().line, lang.count(cell.line)),
            pictures: drawn,
            counts: walks.map(|walk| Count::new(lang, walk)).collect(),
            level: cell.level.as_ref().map(|level| Level::new(lang, provider, level)),
            id,
        }
    }
}

/// Where and when a cell is.
fn place(lang: Lang, cell: &ReconciledCell) -> String {
    let form = lang.reconcile_form_words();
    let site = cell.site.clone().unwrap_or_else(|| form.every_site.to_owned());
    let queue = cell.queue.clone().unwrap_or_else(|| form.every_queue.to_owned());
    let day = |text: &str| text.parse::<jiff::civil::Date>().ok();
    let days = match (day(&cell.from), day(&cell.to).and_then(|to| to.yesterday().ok())) {
        (Some(first), Some(last)) if first == last => lang.day(first),
        (Some(first), Some(last)) => format!("{} – {}", lang.day(first), lang.day(last)),
        _ => format!("{} – {}", cell.from, cell.to),
    };
    format!("{site} · {queue} · {days}")
}

impl Count {
    fn new(lang: Lang, walk: &MeasureWalk) -> Self {
        let count = |count: i64| Value::new(exact(count), lang.value(Unit::Count, exact(count)));
        let part = |change: i64, is_left: bool| Part {
            value: (change != 0).then(|| Value::new(exact(change), lang.change(change))),
            is_left,
        };
        let split = parts(&walk.parts).map(|(_, change)| part(change, false));
        Self {
            measure: lang.measure(walk.measure),
            definition: definition(walk.measure),
            ours: count(walk.ours),
            parts: split.chain([part(walk.parts.remainder, true)]).collect(),
            theirs: count(walk.theirs),
        }
    }
}

/// The figure that a count is of.
fn definition(measure: settlement::Measure) -> &'static str {
    use settlement::Measure;
    match measure {
        Measure::Offered => "offered",
        Measure::Answered => "answered",
        Measure::Abandoned => "abandoned",
        Measure::ShortAbandoned => "short_abandoned",
        Measure::FlowedOut => "flowed_out",
        Measure::InTime | Measure::Promised => "service_level",
    }
}

impl Level {
    fn new(lang: Lang, provider: &str, level: &LevelWalk) -> Self {
        let share = |share: f64| Value::new(share, lang.share(Some(share)));
        let steps = level.steps.iter().map(|step| LevelRow {
            step: step.step.map_or(lang.reconcile_words().ours, |step| lang.step(step)),
            value: step.value.map(share),
            of: format!("{} / {}", lang.whole(step.in_time), lang.whole(step.promised)),
        });
        Self { sentence: lang.levels(provider, level), reached: level.explained, steps: steps.collect() }
    }
}

impl List {
    fn new(lang: Lang, network: &Network, heading: &'static str, id: String, contacts: &[MissingContact]) -> Self {
        let row = |contact: &MissingContact| Listed {
            contact: contact.contact.clone(),
            site: contact.site.clone(),
            queue: contact.queue.clone(),
            at: Moment::new(lang, &network.zone, contact.at),
            outcome: lang.outcome(&contact.outcome),
        };
        let hidden = contacts.len().saturating_sub(LISTED);
        Self {
            heading,
            id,
            rows: contacts.iter().take(LISTED).map(row).collect(),
            more: (hidden > 0).then(|| lang.more_contacts(hidden)),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn exact(count: i64) -> f64 {
    count as f64
}
