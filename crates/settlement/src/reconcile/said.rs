//! The rules of both sides in words, in both languages.

use contact::network::Formula;
use engine::Title;

use super::{
    rules::{DayOf, LeftOut, Rules, SiteOf},
    step::Step,
};

impl Step {
    /// The rule of this step in words.
    pub(crate) fn said(self, rules: &Rules, zones: &[String]) -> Title {
        match self {
            Self::Formula => formula(rules.formula),
            Self::Threshold => threshold(rules.threshold_us),
            Self::ShortAbandons => short(rules.short_us, rules.drops_short),
            Self::Site => site(rules.site_of),
            Self::Day => day(rules.day_of),
            Self::Zone => {
                let zone = zones.get(rules.zone).map_or("", String::as_str);
                both(&format!("days of {zone}"), &format!("jours de {zone}"))
            }
            Self::Exclusions => left_out(rules.counts),
            Self::Missing if rules.theirs => {
                both("the contacts that the provider lists", "les contacts de la liste du prestataire")
            }
            Self::Missing => both(
                "the contacts of which we have received events",
                "les contacts dont nous avons reçu des événements",
            ),
        }
    }
}

fn both(en: &str, fr: &str) -> Title {
    Title { en: en.to_owned(), fr: fr.to_owned() }
}

/// Seconds as people write them.
fn seconds(us: i64) -> String {
    let (whole, rest) = (us / 1_000_000, us % 1_000_000);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:06}").trim_end_matches('0').to_owned() }
}

fn formula(formula: Option<Formula>) -> Title {
    let Some(formula) = formula else {
        return both(
            "each queue's own formula, and what was agreed about overflow and callbacks",
            "la formule de chaque file, et ce qui est convenu du débordement et des rappels",
        );
    };
    match formula {
        Formula::A => both(
            "a: answered in time of answered, abandoned and flowed out",
            "a\u{a0}: répondus dans le délai sur répondus, abandonnés et débordés",
        ),
        Formula::B => both(
            "b: answered in time of answered and abandoned",
            "b\u{a0}: répondus dans le délai sur répondus et abandonnés",
        ),
        Formula::C => both("c: as b, short abandons left out", "c\u{a0}: comme b, sans les abandons courts"),
        Formula::D => both("d: as b, abandons in time left out", "d\u{a0}: comme b, sans les abandons dans le délai"),
        Formula::E => {
            both("e: as b, abandons in time credited", "e\u{a0}: comme b, abandons dans le délai comptés comme tenus")
        }
        Formula::F => both("f: answered in time of answered", "f\u{a0}: répondus dans le délai sur répondus"),
        Formula::G => both("g: as b, short abandons credited", "g\u{a0}: comme b, abandons courts comptés comme tenus"),
    }
}

fn threshold(us: Option<i64>) -> Title {
    match us.map(seconds) {
        None => both("each queue's own threshold", "le seuil de chaque file"),
        Some(given) => {
            both(&format!("{given} s for every queue"), &format!("{} s pour toutes les files", given.replace('.', ",")))
        }
    }
}

fn short(us: Option<i64>, drops: bool) -> Title {
    let up_to = us.map(seconds);
    let en = up_to.as_ref().map_or("as each queue says".to_owned(), |given| format!("up to {given} s"));
    let fr = up_to.map_or("selon chaque file".to_owned(), |given| format!("jusqu’à {} s", given.replace('.', ",")));
    if drops {
        both(&format!("short {en}, not counted at all"), &format!("courts {fr}, pas comptés du tout"))
    } else {
        both(&format!("short {en}, counted as abandoned"), &format!("courts {fr}, comptés comme abandonnés"))
    }
}

fn site(site_of: SiteOf) -> Title {
    match site_of {
        SiteOf::Arrival => {
            both("at the site and queue where it was offered", "au site et à la file où il a été présenté")
        }
        SiteOf::Owner => both(
            "at the site and queue where its contact was first answered",
            "au site et à la file où son contact a d’abord été répondu",
        ),
        SiteOf::Once => both(
            "each contact once, at the site and queue where it was first answered",
            "chaque contact une fois, au site et à la file où il a d’abord été répondu",
        ),
    }
}

fn day(day_of: DayOf) -> Title {
    match day_of {
        DayOf::Arrival => both("on the day of its offer", "le jour de sa présentation"),
        DayOf::Outcome => both("on the day of its answer or abandon", "le jour de sa réponse ou de son abandon"),
        DayOf::End => both("on the day on which its handling ended", "le jour où son traitement a fini"),
    }
}

fn left_out(counts: LeftOut) -> Title {
    let kinds = [
        (counts.cancelled, "cancelled contacts", "les contacts annulés"),
        (counts.ruled, "traffic that rules name", "le trafic que des règles nomment"),
        (counts.closed, "contacts offered while closed", "les contacts présentés fermé"),
    ];
    let counted: Vec<_> = kinds.iter().filter(|(counted, ..)| *counted).collect();
    if counted.is_empty() {
        return both("nothing that scorecards leave out", "rien de ce que les tableaux de bord écartent");
    }
    let en: Vec<&str> = counted.iter().map(|(_, en, _)| *en).collect();
    let fr: Vec<&str> = counted.iter().map(|(.., fr)| *fr).collect();
    both(&format!("also {}", en.join(" and ")), &format!("aussi {}", fr.join(" et ")))
}
