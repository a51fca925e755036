//! The words of the page of sealed months.

use jiff::civil::Date;
use settlement::{Because, Moved, Verification};

use super::super::lang::Lang;

/// The texts of the page of sealed months.
pub(in crate::web) struct StatementWords {
    pub(in crate::web) title: &'static str,
    pub(in crate::web) about: &'static str,
    pub(in crate::web) none: &'static str,
    pub(in crate::web) statement: &'static str,
    pub(in crate::web) sealed: &'static str,
    pub(in crate::web) by: &'static str,
    pub(in crate::web) note: &'static str,
    pub(in crate::web) note_again: &'static str,
    pub(in crate::web) contracts: &'static str,
    pub(in crate::web) no_contract: &'static str,
    pub(in crate::web) again: &'static str,
    pub(in crate::web) make_again: &'static str,
    pub(in crate::web) seal: &'static str,
    pub(in crate::web) seal_about: &'static str,
    pub(in crate::web) month: &'static str,
    pub(in crate::web) invoice: &'static str,
    pub(in crate::web) do_seal: &'static str,
    pub(in crate::web) as_of: &'static str,
    pub(in crate::web) now: &'static str,
    pub(in crate::web) then: &'static str,
    pub(in crate::web) since: &'static str,
    pub(in crate::web) changed: &'static str,
    pub(in crate::web) what: &'static str,
    pub(in crate::web) when_sealed: &'static str,
    pub(in crate::web) today: &'static str,
    pub(in crate::web) why: &'static str,
    pub(in crate::web) flips: &'static str,
    pub(in crate::web) same_outcome: &'static str,
    pub(in crate::web) window: &'static str,
    pub(in crate::web) credit: &'static str,
    pub(in crate::web) bonus: &'static str,
    pub(in crate::web) figure: &'static str,
    pub(in crate::web) row: &'static str,
    pub(in crate::web) feeds: &'static str,
    pub(in crate::web) late: &'static str,
    pub(in crate::web) contacts: &'static str,
    pub(in crate::web) events: &'static str,
    pub(in crate::web) last: &'static str,
    pub(in crate::web) network: &'static str,
    pub(in crate::web) not_there: &'static str,
    pub(in crate::web) reconcile: &'static str,
    pub(in crate::web) list_as: &'static str,
}

static ENGLISH: StatementWords = StatementWords {
    title: "Sealed months",
    about: "A sealed month keeps its figures and contracts as they were, with the hashes of all that they were computed by. \
            Made again, it says that it is equal, or what moved since, why, and whether a credit flips.",
    none: "No month is sealed yet.",
    statement: "Statement",
    sealed: "Sealed",
    by: "By",
    note: "Note",
    note_again: "Note (needed to seal a month again)",
    contracts: "Contracts, as sealed",
    no_contract: "none",
    again: "Made again",
    make_again: "make it again",
    seal: "Seal a month",
    seal_about: "Months that are over can be sealed. What is sealed is never replaced: sealing a month again makes its next \
                 version, with the reason.",
    month: "Month",
    invoice: "Invoice of the month, such as 100000.00, or of each contract: care=100000.00; sales=5000",
    do_seal: "Seal",
    as_of: "From what was known on",
    now: "judged as of",
    then: "Made again from what was known then, it differs",
    since: "Moved since",
    changed: "Computed by something else since",
    what: "What",
    when_sealed: "When sealed",
    today: "Now",
    why: "Why",
    flips: "a credit or bonus flips",
    same_outcome: "no credit flips",
    window: "Window",
    credit: "Credit to the brand",
    bonus: "Bonus to the provider",
    figure: "Figure",
    row: "Of",
    feeds: "From",
    late: "Late from",
    contacts: "Contacts",
    events: "Events",
    last: "Last received",
    network: "the network",
    not_there: "not there",
    reconcile: "A provider’s figures beside ours",
    list_as: "The list as",
};

static FRENCH: StatementWords = StatementWords {
    title: "Mois scellés",
    about: "Un mois scellé garde ses chiffres et ses contrats tels qu’ils étaient, avec les empreintes de tout ce qui a servi à \
            les calculer. Refait, il dit qu’il est égal, ou ce qui a bougé depuis, pourquoi, et si un malus bascule.",
    none: "Aucun mois n’est encore scellé.",
    statement: "Relevé",
    sealed: "Scellé le",
    by: "Par",
    note: "Note",
    note_again: "Note (nécessaire pour sceller un mois à nouveau)",
    contracts: "Contrats, tels que scellés",
    no_contract: "aucun",
    again: "Refait",
    make_again: "le refaire",
    seal: "Sceller un mois",
    seal_about: "Les mois terminés peuvent être scellés. Ce qui est scellé n’est jamais remplacé\u{a0}: sceller un mois à nouveau \
                 en fait la version suivante, avec la raison.",
    month: "Mois",
    invoice: "Facture du mois, comme 100000.00, ou de chaque contrat\u{a0}: care=100000.00; sales=5000",
    do_seal: "Sceller",
    as_of: "D’après ce qui était connu le",
    now: "jugé au",
    then: "Refait d’après ce qui était connu alors, il diffère",
    since: "Bougé depuis",
    changed: "Calculé autrement depuis",
    what: "Quoi",
    when_sealed: "Au scellé",
    today: "Maintenant",
    why: "Pourquoi",
    flips: "un malus ou un bonus bascule",
    same_outcome: "aucun malus ne bascule",
    window: "Fenêtre",
    credit: "Malus dû à la marque",
    bonus: "Bonus dû au prestataire",
    figure: "Chiffre",
    row: "De",
    feeds: "Venu de",
    late: "En retard, de",
    contacts: "Contacts",
    events: "Événements",
    last: "Reçu en dernier",
    network: "le réseau",
    not_there: "absent",
    reconcile: "Les chiffres d’un prestataire à côté des nôtres",
    list_as: "La liste en",
};

impl Lang {
    pub(in crate::web) fn statement_words(self) -> &'static StatementWords {
        match self {
            Self::English => &ENGLISH,
            Self::French => &FRENCH,
        }
    }

    /// A month that may be sealed.
    pub(in crate::web) fn sealed_month(self, month: Date, is_sealed: bool) -> String {
        let name = self.month(month);
        if is_sealed { format!("{name} ({})", self.pick("sealed", "scellé")) } else { name }
    }

    /// What a statement says of money.
    pub(in crate::web) fn sealed_money(self, [credit, bonus]: &[String; 2]) -> String {
        match self {
            Self::English => format!("credit {credit}, bonus {bonus}"),
            Self::French => format!("malus {credit}, bonus {bonus}"),
        }
    }

    /// Why something moved.
    pub(in crate::web) fn why(self, because: &[Because]) -> String {
        let word = |because: &Because| match because {
            Because::Definition => self.pick("another definition", "une autre définition"),
            Because::Network => self.pick("another network file", "un autre fichier du réseau"),
            Because::Contract => self.pick("another contract file", "un autre fichier de contrat"),
            Because::Time => self.pick("time has passed", "le temps a passé"),
            Because::LateEvents => self.pick("late events", "des événements tardifs"),
            Because::Unseen => {
                self.pick("events received before and not seen then", "des événements reçus avant et pas vus alors")
            }
        };
        because.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    /// How many figures are not shown.
    pub(in crate::web) fn more_figures(self, more: usize) -> String {
        let more = self.count(more as u64);
        match self {
            Self::English => format!("And {more} more figures, which the JSON lists."),
            Self::French => format!("Et {more} chiffres de plus, que le JSON donne."),
        }
    }

    /// What making a statement again comes to, in one sentence.
    pub(in crate::web) fn made_again(self, told: &Verification) -> String {
        let then = if told.as_sealed.equal {
            self.pick(
                "Made again from what was known then: equal",
                "Refait d’après ce qui était connu alors\u{a0}: égal",
            )
            .to_owned()
        } else {
            let moved = self.moved(&told.as_sealed);
            match self {
                Self::English => format!("Made again from what was known then, it differs: {moved}"),
                Self::French => format!("Refait d’après ce qui était connu alors, il diffère\u{a0}: {moved}"),
            }
        };
        if told.since.equal {
            return format!("{then}{}", self.pick("; nothing has moved since.", "\u{a0}; rien n’a bougé depuis."));
        }
        let moved = self.moved(&told.since);
        match self {
            Self::English => format!("{then}; moved since: {moved}."),
            Self::French => format!("{then}\u{a0}; bougé depuis\u{a0}: {moved}."),
        }
    }

    /// How much moved, and whether a credit flips.
    fn moved(self, moved: &Moved) -> String {
        let number = |count: usize| self.count(count as u64);
        let flips = moved.windows.iter().filter(|window| window.flips).count();
        let (figures, windows) = (number(moved.figures.len()), number(moved.windows.len()));
        let said = self.statement_words();
        let end = match flips {
            0 => said.same_outcome.to_owned(),
            1 => said.flips.to_owned(),
            many => match self {
                Self::English => format!("{} credits or bonuses flip", number(many)),
                Self::French => format!("{} malus ou bonus basculent", number(many)),
            },
        };
        match self {
            Self::English => format!("{figures} figures, {windows} windows; {end}"),
            Self::French => format!("{figures} chiffres, {windows} fenêtres\u{a0}; {end}"),
        }
    }
}
