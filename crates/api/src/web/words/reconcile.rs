//! What is said of a provider's own figures beside ours: on the page, and on the command line.

use engine::Title;
use settlement::{Known, Measure, MeasureWalk, Part, Parts, ReconcileAnswer, SearchAnswer, Step};

use super::super::lang::Lang;

/// The texts of a reconciliation.
pub struct ReconcileWords {
    /// The title of the page.
    pub title: &'static str,
    /// The heading of rules.
    pub rule: &'static str,
    /// Our side.
    pub ours: &'static str,
    /// The provider's side.
    pub theirs: &'static str,
    /// Where a rule of theirs is known from.
    pub known: &'static str,
    /// A rule that is on both sides.
    pub the_same: &'static str,
    /// Line of the declared file.
    pub line: &'static str,
    /// A site.
    pub site: &'static str,
    /// A queue.
    pub queue: &'static str,
    /// First day.
    pub from: &'static str,
    /// Day after the last.
    pub to: &'static str,
    /// What is counted.
    pub measure: &'static str,
    /// The service level.
    pub level: &'static str,
    /// Every site, every queue.
    pub all: &'static str,
    /// What nothing explains.
    pub remainder: &'static str,
    /// The service level is reached.
    pub reached: &'static str,
    /// The service level is not.
    pub not_reached: &'static str,
    /// Contacts that the provider does not list.
    pub only_ours: &'static str,
    /// Contacts that only the provider knows.
    pub only_theirs: &'static str,
    /// The instant of a contact.
    pub at: &'static str,
    /// What became of a contact.
    pub outcome: &'static str,
    /// How the walk is made.
    pub walk: &'static str,
}

static ENGLISH: ReconcileWords = ReconcileWords {
    title: "The provider’s figures beside ours",
    rule: "Rule",
    ours: "Ours",
    theirs: "Theirs",
    known: "Known from",
    the_same: "the same",
    line: "Line",
    site: "Site",
    queue: "Queue",
    from: "From",
    to: "To (excluded)",
    measure: "Counted",
    level: "Service level",
    all: "all",
    remainder: "Unexplained",
    reached: "explained",
    not_reached: "not explained",
    only_ours: "Counted by us and not listed by the provider",
    only_theirs: "Listed by the provider and never received",
    at: "At",
    outcome: "Outcome",
    walk: "One rule is changed at a time, in this order, and everything is counted anew:",
};

static FRENCH: ReconcileWords = ReconcileWords {
    title: "Les chiffres du prestataire à côté des nôtres",
    rule: "Règle",
    ours: "Nous",
    theirs: "Prestataire",
    known: "Connue par",
    the_same: "la même",
    line: "Ligne",
    site: "Site",
    queue: "File",
    from: "Du",
    to: "Au (exclu)",
    measure: "Compté",
    level: "Taux de service",
    all: "tout",
    remainder: "Inexpliqué",
    reached: "expliqué",
    not_reached: "pas expliqué",
    only_ours: "Comptés par nous et absents de la liste du prestataire",
    only_theirs: "Dans la liste du prestataire et jamais reçus",
    at: "Le",
    outcome: "Issue",
    walk: "Une règle change à la fois, dans cet ordre, et tout est recompté\u{a0}:",
};

impl Lang {
    /// The texts of a reconciliation.
    #[must_use]
    pub fn reconcile_words(self) -> &'static ReconcileWords {
        match self {
            Self::English => &ENGLISH,
            Self::French => &FRENCH,
        }
    }

    /// What is told in both languages, in this one.
    #[must_use]
    pub fn text(self, title: &Title) -> &str {
        match self {
            Self::English => &title.en,
            Self::French => &title.fr,
        }
    }

    /// What is counted.
    #[must_use]
    pub fn measure(self, measure: Measure) -> &'static str {
        match measure {
            Measure::Offered => self.pick("offered", "présentés"),
            Measure::Answered => self.pick("answered", "répondus"),
            Measure::Abandoned => self.pick("abandoned", "abandonnés"),
            Measure::ShortAbandoned => self.pick("short abandons", "abandons courts"),
            Measure::FlowedOut => self.pick("flowed out", "débordés"),
            Measure::InTime => self.pick("in time", "dans le délai"),
            Measure::Promised => self.pick("promised", "promis"),
        }
    }

    /// What a difference is put down to.
    #[must_use]
    pub fn part(self, part: Part) -> &'static str {
        match part {
            Part::Formula => self.pick("formula, threshold", "formule, seuil"),
            Part::ShortAbandons => self.pick("short abandons", "abandons courts"),
            Part::Attribution => self.pick("attribution", "attribution"),
            Part::Exclusions => self.pick("exclusions", "exclusions"),
            Part::MissingEvents => self.pick("missing events", "événements manquants"),
        }
    }

    /// A step of the walk.
    #[must_use]
    pub fn step(self, step: Step) -> &'static str {
        match step {
            Step::Formula => self.pick("formula", "formule"),
            Step::Threshold => self.pick("threshold", "seuil"),
            Step::ShortAbandons => self.pick("short abandons", "abandons courts"),
            Step::Site => self.pick("site", "site"),
            Step::Day => self.pick("day", "jour"),
            Step::Zone => self.pick("zone", "fuseau"),
            Step::Exclusions => self.pick("exclusions", "exclusions"),
            Step::Missing => self.pick("missing contacts", "contacts manquants"),
        }
    }

    /// Where a rule of theirs is known from.
    #[must_use]
    pub fn known(self, known: Known) -> &'static str {
        match known {
            Known::Stated => self.pick("stated in the file", "dite dans le fichier"),
            Known::Searched => self.pick("not stated, found by search", "non dite, trouvée par recherche"),
            Known::Assumed => self.pick("taken as ours", "prise comme la nôtre"),
        }
    }

    /// The outcome of a contact.
    #[must_use]
    pub fn outcome(self, word: &str) -> String {
        let said = match word {
            "answered" => self.pick("answered", "répondu"),
            "abandoned" => self.pick("abandoned", "abandonné"),
            "flowed_out" => self.pick("flowed out", "débordé"),
            "overdue" => self.pick("overdue", "en retard"),
            "pending" => self.pick("pending", "en attente"),
            other => return other.to_owned(),
        };
        said.to_owned()
    }

    /// A share as people read it.
    #[must_use]
    pub fn share(self, share: Option<f64>) -> String {
        share.map_or_else(|| "–".to_owned(), |share| self.value(contact::Unit::Share, share))
    }

    /// A change, with its sign.
    #[must_use]
    pub fn change(self, change: i64) -> String {
        let sign = if change < 0 { "−" } else { "+" };
        format!("{sign}{}", self.count(change.unsigned_abs()))
    }

    /// What was declared, and as of when it was judged.
    #[must_use]
    pub fn declared(self, from: &str, to: &str, zone: &str, now: &str) -> String {
        match self {
            Self::English => format!("Declared: {from} to {to} ({zone}); judged at {now}."),
            Self::French => format!("Déclaré\u{a0}: du {from} au {to} ({zone})\u{a0}; jugé au {now}."),
        }
    }

    /// Which sets of rules were counted, and how sure the one found is.
    #[must_use]
    pub fn searched(self, search: &SearchAnswer) -> String {
        let tried = self.count(search.tried as u64);
        let others = self.count(search.as_good as u64);
        let mut said = match self {
            Self::English => format!("{tried} sets of rules were counted"),
            Self::French => format!("{tried} jeux de règles ont été comptés"),
        };
        let as_good = match (self, search.as_good) {
            (_, 0) => String::new(),
            (Self::English, 1) => "; one other explains as much with as few changes".to_owned(),
            (Self::French, 1) => "\u{a0}; un autre explique autant avec aussi peu de changements".to_owned(),
            (Self::English, _) => format!("; {others} others explain as much with as few changes"),
            (Self::French, _) => format!("\u{a0}; {others} autres expliquent autant avec aussi peu de changements"),
        };
        said.push_str(&as_good);
        if search.as_good > 0 {
            said.push_str(self.pick(
                ", and only the provider can say which it is",
                ", et seul le prestataire peut dire lequel c’est",
            ));
        }
        if !search.complete {
            said.push_str(self.pick(
                "; not all were tried: state rules in the file",
                "\u{a0}; tous n’ont pas été essayés\u{a0}: dites des règles dans le fichier",
            ));
        }
        said.push('.');
        said
    }

    /// A count of both sides, and what its difference is put down to, in one sentence.
    #[must_use]
    pub fn walked(self, provider: &str, walk: &MeasureWalk) -> String {
        let measure = self.measure(walk.measure);
        let [ours, theirs] = [walk.ours, walk.theirs].map(|count| self.count(count.unsigned_abs()));
        if walk.difference == 0 && walk.parts == Parts::default() {
            return match self {
                Self::English => format!("Both count {ours} {measure}."),
                Self::French => format!("Les deux comptent {ours} {measure}."),
            };
        }
        let by = self.count(walk.difference.unsigned_abs());
        let than = match (self, walk.difference) {
            (Self::English, 0) => "as many".to_owned(),
            (Self::French, 0) => "autant".to_owned(),
            (Self::English, 1..) => format!("{by} more"),
            (Self::English, _) => format!("{by} fewer"),
            (Self::French, 1..) => format!("{by} de plus"),
            (Self::French, _) => format!("{by} de moins"),
        };
        let parts = parts(&walk.parts).filter(|(_, change)| *change != 0);
        let parts: Vec<String> =
            parts.map(|(part, change)| format!("{} {}", self.change(change), self.part(part))).collect();
        let left = match walk.parts.remainder {
            0 => self.pick("nothing is left unexplained", "rien ne reste inexpliqué").to_owned(),
            left => format!("{} {}", self.change(left), self.pick("left unexplained", "inexpliqués")),
        };
        let split = if parts.is_empty() { String::new() } else { format!(" {}", parts.join(", ")) };
        match self {
            Self::English => {
                let stop = if split.is_empty() { " " } else { "; " };
                format!("{provider} declares {theirs} {measure}, we count {ours}: {than}.{split}{stop}{left}.")
            }
            Self::French => {
                let stop = if split.is_empty() { " " } else { "\u{a0}; " };
                format!(
                    "{provider} déclare {theirs} {measure}, nous en comptons {ours}\u{a0}: {than}.{split}{stop}{left}."
                )
            }
        }
    }

    /// What a reconciliation comes to, in one sentence.
    #[must_use]
    pub fn reconciled(self, answer: &ReconcileAnswer) -> String {
        let Compared { figures, equal } = Compared::of(answer);
        let differ = figures - equal;
        let (declared, same, other) = (self.count(figures), self.count(equal), self.count(differ));
        let said = match (self, figures, differ) {
            (Self::English, 1, 0) => "One figure is declared, and it equals ours".to_owned(),
            (Self::French, 1, 0) => "Un chiffre est déclaré, égal au nôtre".to_owned(),
            (Self::English, 1, _) => "One figure is declared, and it is not ours".to_owned(),
            (Self::French, 1, _) => "Un chiffre est déclaré, différent du nôtre".to_owned(),
            (Self::English, _, 0) => format!("{declared} figures are declared, and all of them equal ours"),
            (Self::French, _, 0) => format!("{declared} chiffres sont déclarés, tous égaux aux nôtres"),
            (Self::English, ..) => format!("{declared} figures are declared; as in ours: {same}, otherwise: {other}"),
            (Self::French, ..) => {
                format!(
                    "{declared} chiffres sont déclarés\u{a0}; comme les nôtres\u{a0}: {same}, autrement\u{a0}: {other}"
                )
            }
        };
        if answer.explained {
            let end = if differ == 0 {
                ""
            } else {
                self.pick(
                    "; every difference is explained to the last contact",
                    "\u{a0}; chaque différence est expliquée au contact près",
                )
            };
            return format!("{said}{end}.");
        }
        let left = self.unexplained(answer).join(", ");
        match self {
            Self::English => format!("{said}; not explained: {left}."),
            Self::French => format!("{said}\u{a0}; inexpliqués\u{a0}: {left}."),
        }
    }

    /// What no rule explains.
    fn unexplained(self, answer: &ReconcileAnswer) -> Vec<String> {
        let measures = Measure::ALL.iter().filter_map(|measure| {
            let left = *answer.remainder.get(measure.as_str()).filter(|left| **left > 0)?;
            Some(format!("{} {}", self.count(left.unsigned_abs()), self.measure(*measure)))
        });
        let cells = answer.groups.iter().flat_map(|group| &group.cells);
        let levels = cells.filter(|cell| cell.level.as_ref().is_some_and(|level| !level.explained)).count();
        let levels = match (self, levels) {
            (_, 0) => None,
            (Self::English, 1) => Some("1 service level".to_owned()),
            (Self::French, 1) => Some("1 taux de service".to_owned()),
            (Self::English, many) => Some(format!("{many} service levels")),
            (Self::French, many) => Some(format!("{many} taux de service")),
        };
        measures.chain(levels).collect()
    }
}

/// Every part of a difference but the remainder, in the order of the walk.
pub(in crate::web) fn parts(parts: &Parts) -> impl Iterator<Item = (Part, i64)> + use<> {
    [
        (Part::Formula, parts.formula),
        (Part::ShortAbandons, parts.short_abandons),
        (Part::Attribution, parts.attribution),
        (Part::Exclusions, parts.exclusions),
        (Part::MissingEvents, parts.missing_events),
    ]
    .into_iter()
}

/// How many figures are declared, and how many of them equal ours.
struct Compared {
    figures: u64,
    equal: u64,
}

impl Compared {
    fn of(answer: &ReconcileAnswer) -> Self {
        let mut compared = Self { figures: 0, equal: 0 };
        for cell in answer.groups.iter().flat_map(|group| &group.cells) {
            let same = cell.measures.iter().map(|walk| walk.difference == 0);
            let level = cell
                .level
                .iter()
                .map(|level| level.ours.is_some_and(|ours| (ours - level.theirs).abs() <= level.within * (1.0 + 1e-9)));
            for is_equal in same.chain(level) {
                compared.figures += 1;
                compared.equal += u64::from(is_equal);
            }
        }
        compared
    }
}
