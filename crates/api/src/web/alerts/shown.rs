//! One alert as its template shows it: what, where, since when, how bad, what would still save it, and what became of it.

use alert::{Alert, Attained, Change, Cost, Figures, Numbered, Remedy, Rescue, Severity, Subject};
use askama::Template;
use contact::{Instant, Unit};
use jiff::tz::TimeZone;

use crate::{
    PendingAnswer,
    web::{
        caption::Moment,
        fact::{Badge, Fact, Facts, Sentence},
        lang::Lang,
        words::AlertWords,
    },
};

/// For whom alerts are told, and the question of the page, to come back to.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) lang: Lang,
    pub(super) zone: &'a TimeZone,
    /// The query of the page, with its question mark.
    pub(super) here: &'a str,
}

/// An alert that fires.
#[derive(Template)]
#[template(path = "alert.html")]
pub(super) struct Shown {
    id: String,
    badge: Badge,
    kind: &'static str,
    what: String,
    place: String,
    /// The sentence that was told of it last.
    sentence: String,
    facts: Facts,
    story: Story,
}

/// What became of an alert, and the form in which something is said of it.
#[derive(Template)]
#[template(path = "story.html")]
pub(super) struct Story {
    said: &'static AlertWords,
    id: String,
    here: String,
    /// It can be taken on: it fires.
    fires: bool,
    changes: Vec<Told>,
}

/// A change, in one sentence.
struct Told {
    at: Moment,
    text: String,
}

/// An alert of the history.
pub(super) struct Past {
    pub(super) id: String,
    pub(super) what: String,
    pub(super) place: String,
    pub(super) badge: Badge,
    pub(super) fired: Moment,
    pub(super) until: Option<Moment>,
    pub(super) ended: &'static str,
    pub(super) taken: Option<String>,
    /// What became of it; of one that fires it stands above.
    pub(super) story: Option<Story>,
}

/// A condition that holds, and has not held for long enough.
pub(super) struct Pending {
    pub(super) rule: String,
    pub(super) place: String,
    pub(super) since: Moment,
}

impl About<'_> {
    fn moment(&self, at: Instant) -> Moment {
        Moment::new(self.lang, self.zone, at)
    }
}

impl Shown {
    pub(super) fn new(about: &About<'_>, alert: &Alert, changes: &[Numbered]) -> Self {
        let levels = changes.iter().rev().find(|change| !change.notice.change.is_remark());
        let sentence = levels.map(|change| text(about.lang, change)).unwrap_or_default();
        Self {
            id: alert.id.to_string(),
            badge: urgency(about.lang, alert.severity),
            kind: about.lang.kind(alert.kind),
            what: what(about.lang, alert),
            place: place(about.lang, &alert.subject),
            sentence,
            facts: Facts { list: facts(about, alert) },
            story: Story::new(about, alert, changes),
        }
    }
}

impl Story {
    fn new(about: &About<'_>, alert: &Alert, changes: &[Numbered]) -> Self {
        let told = |change: &Numbered| Told { at: about.moment(change.notice.at), text: text(about.lang, change) };
        Self {
            said: about.lang.alert_words(),
            id: alert.id.to_string(),
            here: about.here.to_owned(),
            fires: alert.closed_at.is_none(),
            changes: changes.iter().map(told).collect(),
        }
    }
}

impl Past {
    pub(super) fn new(about: &About<'_>, alert: &Alert, changes: &[Numbered]) -> Self {
        let said = about.lang.alert_words();
        let is_over = alert.closed_at.is_some();
        let retracted = alert.retracted_at.map(|_| Change::Retracted);
        Self {
            id: alert.id.to_string(),
            what: what(about.lang, alert),
            place: place(about.lang, &alert.subject),
            badge: urgency(about.lang, alert.peak),
            fired: about.moment(alert.fired_at),
            until: alert.closed_at.map(|at| about.moment(alert.until.unwrap_or(at))),
            ended: if is_over { about.lang.ended(retracted.or(alert.closed)) } else { said.still },
            taken: taken(about, alert),
            story: is_over.then(|| Story::new(about, alert, changes)),
        }
    }
}

impl Pending {
    pub(super) fn new(about: &About<'_>, pending: &PendingAnswer) -> Self {
        let rule = about.lang.of_messages().rule(&pending.rule).to_owned();
        Self { rule, place: place(about.lang, &pending.subject), since: about.moment(pending.since) }
    }
}

/// A change in the language of the page.
fn text(lang: Lang, change: &Numbered) -> String {
    change.notice.text.get(&lang.of_messages()).cloned().unwrap_or_default()
}

fn what(lang: Lang, alert: &Alert) -> String {
    let title = &alert.evidence.what;
    match lang {
        Lang::English => title.en.clone(),
        Lang::French => title.fr.clone(),
    }
}

/// What it is about, by its labels.
fn place(lang: Lang, subject: &Subject) -> String {
    let said = |(label, value): (&str, &str)| match label {
        "period" => lang.of_messages().period(value),
        _ => value.to_owned(),
    };
    subject.labels().map(said).collect::<Vec<_>>().join(" · ")
}

/// The window of a contract by its bounds, which end its name; any other by its name.
fn window(about: &About<'_>, name: &str) -> String {
    let bounds = || {
        let mut parts = name.rsplit('/');
        let [from, to] = [parts.next()?.parse().ok()?, parts.next()?.parse().ok()?];
        Some([from, to].map(|at| about.moment(at).text).join(" – "))
    };
    bounds().unwrap_or_else(|| name.to_owned())
}

/// The level that an alert is at, with what its rule watches.
fn level(lang: Lang, alert: &Alert) -> String {
    let said = lang.of_messages();
    format!("{} ({})", said.level(&alert.rule, &alert.level_name), said.rule(&alert.rule))
}

/// How urgent, with a shape beside the colour.
fn urgency(lang: Lang, severity: Severity) -> Badge {
    let (class, shape) = match severity {
        Severity::Critical => ("bad", "✕"),
        Severity::Warning => ("risk", "▲"),
        Severity::Info => ("held", "●"),
    };
    Badge { class, shape, text: lang.severity(severity).to_owned() }
}

/// Who took it on.
fn taken(about: &About<'_>, alert: &Alert) -> Option<String> {
    let seen = alert.acknowledged.as_ref()?;
    let at = about.moment(seen.at).text;
    Some(about.lang.taken_on(seen.remark.by(), &at, seen.remark.text(), alert.is_acknowledged()))
}

fn facts(about: &About<'_>, alert: &Alert) -> Vec<Fact> {
    let said = about.lang.alert_words();
    let mut facts = vec![
        Fact::words(said.since, about.moment(alert.since).text),
        Fact::words(said.fired, about.moment(alert.fired_at).text),
        Fact::words(said.level, level(about.lang, alert)),
    ];
    facts.extend(alert.window.as_ref().map(|name| Fact::words(said.window, window(about, name))));
    facts.extend(figures(about, &alert.evidence.figures));
    facts.extend(alert.call_hours.as_ref().map(|hours| Fact::words(said.call_hours, hours.clone())));
    facts.push(Fact::words(said.taken, taken(about, alert).unwrap_or_else(|| said.nobody.to_owned())));
    facts
}

/// How bad it is, and what would still save it.
fn figures(about: &About<'_>, figures: &Figures) -> Vec<Fact> {
    let (lang, said) = (about.lang, about.lang.alert_words());
    let share = |share: f64| (share, lang.value(Unit::Share, share));
    match figures {
        Figures::Burn { minutes, contacts, missed, target, used, remedy } => {
            let window = lang.of_window(&lang.value(Unit::Seconds, exact(*minutes) * 60.0));
            let burnt = used.map(|used| Fact::number(said.used, share(used)));
            let told = [
                Fact::new(said.missed, Sentence::of(&window, [count(lang, *missed), count(lang, *contacts)])),
                Fact::number(said.promised, share(*target)),
            ];
            told.into_iter().chain(burnt).chain(remedy.map(|rescue| rescued(lang, rescue))).collect()
        }
        Figures::Outlook { contacts, good, target, p_miss, remedy } => {
            let so_far = Sentence::of(lang.of_contacts(), [count(lang, *good), count(lang, *contacts)]);
            let chance = p_miss.map(|chance| Fact::number(said.p_miss, share(chance)));
            let told = [Fact::new(said.good, so_far), Fact::number(said.promised, share(*target))];
            told.into_iter().chain(chance).chain(remedy.map(|remedy| saved(lang, remedy))).collect()
        }
        Figures::Result { from, to, attained, short, cost } => {
            let over = [from, to].map(|at| about.moment(*at).text).join(" – ");
            let told = attained.iter().flat_map(|attained| reached(lang, attained));
            let lacked = short.map(|short| Fact::number(said.short, count(lang, short)));
            let price = cost.map(|cost| priced(lang, cost));
            [Fact::words(said.over, over)].into_iter().chain(told).chain(lacked).chain(price).collect()
        }
        Figures::Feed { last, every_s } => {
            let last = last.map(|last| Fact::words(said.last, about.moment(last).text));
            let every = (exact(*every_s), lang.value(Unit::Seconds, exact(*every_s)));
            last.into_iter().chain([Fact::number(said.every, every)]).collect()
        }
        Figures::Delivery { dead, overdue, error } => {
            let told = [Fact::number(said.dead, count(lang, *dead)), Fact::number(said.overdue, count(lang, *overdue))];
            let met = error.as_ref().map(|error| Fact::words(said.error, lang.of_messages().delivery_error(error)));
            told.into_iter().chain(met).collect()
        }
    }
}

fn saved(lang: Lang, remedy: Remedy) -> Fact {
    let share = |share: f64| (share, lang.value(Unit::Share, share));
    let numbers = [Some(share(remedy.required)), Some(count(lang, remedy.remaining)), remedy.recent.map(share)];
    let said = Sentence::of(lang.remedy(remedy.recent.is_some()), numbers.into_iter().flatten());
    Fact::new(lang.alert_words().remedy, said)
}

/// How many of those to come would still save the hour or the day.
fn rescued(lang: Lang, rescue: Rescue) -> Fact {
    let name = lang.alert_words().remedy;
    let Rescue { until, needed, coming, recent } = rescue;
    if needed > coming || needed <= 0 {
        return Fact::words(name, lang.past_rescue(until, needed <= 0));
    }
    let lately = recent.map(|share| (share, lang.value(Unit::Share, share)));
    let numbers = [Some(count(lang, needed)), Some(count(lang, coming)), lately];
    Fact::new(name, Sentence::of(&lang.rescue(until, recent.is_some()), numbers.into_iter().flatten()))
}

fn reached(lang: Lang, attained: &Attained) -> [Fact; 2] {
    let Attained { contacts, good, target } = *attained;
    let said = lang.alert_words();
    [
        Fact::new(said.good, Sentence::of(lang.of_contacts(), [count(lang, good), count(lang, contacts)])),
        Fact::number(said.promised, (target, lang.value(Unit::Share, target))),
    ]
}

fn priced(lang: Lang, cost: Cost) -> Fact {
    let share = (cost.credit, lang.value(Unit::Share, cost.credit));
    Fact::new(lang.alert_words().cost, Sentence::of(lang.of_invoice(cost.due), [share]))
}

fn count(lang: Lang, count: i64) -> (f64, String) {
    (exact(count), lang.value(Unit::Count, exact(count)))
}

#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn exact(count: i64) -> f64 {
    count as f64
}
