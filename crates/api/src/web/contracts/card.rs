//! One window of an objective, as a card of facts.

use contact::Unit;
use contract::{Closed, Open, Outlook, Slices, Tally};
use evaluation::{DataState, WindowAnswer};

use super::{state::state_badge, told::Told};
use crate::web::{
    fact::{Badge, Fact, Facts, Sentence},
    lang::Lang,
    words::ContractWords,
};

/// How one window stands.
pub(super) struct Card {
    pub(super) window: String,
    pub(super) badge: Badge,
    pub(super) facts: Facts,
    pub(super) evidence: String,
    /// The statements that count it.
    pub(super) definitions: Vec<String>,
}

impl Card {
    pub(super) fn new(told: Told<'_>, window: &WindowAnswer) -> Self {
        let Told { lang, .. } = told;
        let said = lang.contract_words();
        let counted = window.closed.as_ref().map(|closed| &closed.counted);
        let counted = counted.or(window.open.as_ref().map(|open| &open.so_far));
        let mut facts = vec![Fact::new(said.promised, Sentence::of(lang.bar(&window.better), [level(lang, window)]))];
        facts.extend(counted.map(|counted| attained(lang, window, counted)));
        facts.extend(window.closed.iter().flat_map(|closed| over(lang, said, closed)));
        facts.extend(window.open.iter().flat_map(|open| open_yet(lang, said, open)));
        facts.extend(words(told, said, window));
        Self {
            window: format!("{} ({})", told.span(window.piece), window.length),
            badge: state_badge(lang, window.state),
            facts: Facts { list: facts },
            evidence: window.evidence.clone(),
            definitions: window.definitions.clone(),
        }
    }
}

/// The level that decides.
pub(super) fn level(lang: Lang, window: &WindowAnswer) -> (f64, String) {
    (window.expected, in_unit(lang, window, window.expected))
}

/// A number in the unit of a window's level.
pub(super) fn in_unit(lang: Lang, window: &WindowAnswer, value: f64) -> String {
    let unit = match window.unit.as_str() {
        "share" => Unit::Share,
        "duration" => Unit::Seconds,
        _ => Unit::Ratio,
    };
    lang.value(unit, value)
}

/// The figure, with what counts and what there is.
fn attained(lang: Lang, window: &WindowAnswer, counted: &Tally) -> Fact {
    let words = lang.contract_words();
    let said = match window.value {
        Some(value) => Sentence::default().number((value, in_unit(lang, window, value))),
        None if counted.is_empty() => Sentence::default().words(words.nothing),
        None => Sentence::default().words(words.no_number),
    };
    if counted.is_empty() {
        return Fact::new(words.attained, said);
    }
    let count = |value: f64| (value, lang.value(Unit::Count, value));
    let counts = [count(counted.good()), count(counted.total())];
    Fact::new(words.attained, said.and(Sentence::of(lang.good_of_all(), counts)))
}

/// What is to be said of a window that is over.
fn over(lang: Lang, said: &ContractWords, closed: &Closed) -> Vec<Fact> {
    let mut facts = Vec::new();
    facts.extend(closed.margin.map(|margin| {
        let name = if margin < 0 { said.missing } else { said.spare };
        Fact::number(name, (exact(margin), lang.count(margin.unsigned_abs())))
    }));
    facts.extend(lang.other_levels(closed.floor, closed.target).map(|levels| Fact::words(said.levels, levels)));
    facts.extend(closed.slices.map(|slices| {
        let left_out = if slices.small > 0 { lang.slices_left_out(slices.small) } else { String::new() };
        Fact::new(said.slices, in_time(lang, slices).words(left_out))
    }));
    facts.extend(closed.because.as_ref().map(|because| Fact::words(said.why, lang.because(because))));
    facts
}

/// What is to be said of a window that may still turn out either way.
fn open_yet(lang: Lang, said: &ContractWords, open: &Open) -> Vec<Fact> {
    let mut facts = Vec::new();
    if open.pending > 0 {
        facts.push(Fact::number(said.pending, whole(lang, open.pending)));
    }
    facts.extend(open.contacts.as_ref().map(|outlook| Fact::new(said.rest, rest(lang, outlook))));
    facts.extend(open.slices_so_far.map(|slices| Fact::new(said.slices, in_time(lang, slices))));
    facts.extend(open.slices.as_ref().map(|outlook| Fact::new(said.rest_of_slices, rest(lang, outlook))));
    facts.extend(open.chance.map(|chance| Fact::number(said.chance, (chance, lang.value(Unit::Share, chance)))));
    facts.extend(open.because.as_ref().map(|because| Fact::words(said.why, lang.because(because))));
    facts
}

/// Slices that met their level, of those that can say.
fn in_time(lang: Lang, slices: Slices) -> Sentence {
    Sentence::of(lang.of_slices(), [slices.meeting, slices.counted].map(|count| whole(lang, count)))
}

/// What those to come must bring, beside what those of late brought.
fn rest(lang: Lang, outlook: &Outlook) -> Sentence {
    let (needed, remaining) = (outlook.needed, outlook.remaining.mid);
    let slack = lang.slack(needed, remaining);
    let Some(required) = outlook.required.mid.filter(|_| needed > 0) else { return Sentence::default().words(slack) };
    let share = |share: f64| (share, lang.value(Unit::Share, share));
    let count = |count: i64| (exact(count), lang.value(Unit::Count, exact(count)));
    let recent = outlook.recent_share;
    let numbers = [Some(share(required)), recent.map(share), Some(count(needed)), Some(count(remaining))];
    let said = Sentence::of(lang.rest(recent.is_some()), numbers.into_iter().flatten());
    said.words(format!("{} {slack}", lang.pick(":", "\u{a0}:")))
}

/// What is to be said in words alone: of data, claims, and of what cannot be counted.
fn words(told: Told<'_>, said: &ContractWords, window: &WindowAnswer) -> Vec<Fact> {
    let lang = told.lang;
    let since = match window.data {
        DataState::Late { since } => Some(told.minute(since)),
        _ => None,
    };
    let list = |claims: &std::collections::BTreeSet<String>| claims.iter().cloned().collect::<Vec<_>>();
    let reliefs = [&window.reliefs.dropped, &window.reliefs.waived, &window.reliefs.shown].map(list);
    let not_counted = window.not_counted.as_ref().map(|why| match lang {
        Lang::English => why.en.clone(),
        Lang::French => why.fr.clone(),
    });
    let facts = [
        (said.came, window.completeness.as_ref().map(|came| lang.came(came))),
        (said.why, not_counted),
        (said.data, lang.data(window.data, since.as_deref())),
        (said.relief, lang.reliefs(reliefs.each_ref().map(Vec::as_slice))),
    ];
    facts.into_iter().filter_map(|(name, text)| Some(Fact::words(name, text?))).collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn exact(count: i64) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn whole(lang: Lang, count: u64) -> (f64, String) {
    (count as f64, lang.count(count))
}
