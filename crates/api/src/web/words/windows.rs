//! How windows of contracts stand, in words.

use contact::Unit;
use contract::{Because, Lack, Refusal, Standing};
use evaluation::{CompletenessAnswer, DataState, State};
use jiff::civil::Date;

use super::super::lang::Lang;

impl Lang {
    /// The state of a window.
    pub(in crate::web) fn window_state(self, state: State) -> String {
        let title = state.title();
        match self {
            Self::English => title.en,
            Self::French => title.fr,
        }
    }

    /// Whether money moves.
    pub(in crate::web) fn mode(self, mode: Option<&str>) -> &'static str {
        match mode {
            Some("binding") => {
                self.pick("Binding: credits and bonuses are due.", "Engageant\u{a0}: malus et bonus sont dus.")
            }
            Some("shadow") => self.pick(
                "Shadow: credits and bonuses are computed and shown, and not due.",
                "À blanc\u{a0}: malus et bonus sont calculés et montrés, et ne sont pas dus.",
            ),
            Some(_) => {
                self.pick("Coaching: the same facts, no money.", "Accompagnement\u{a0}: les mêmes faits, sans argent.")
            }
            None => self.pick("No money was agreed.", "Aucun montant n’est convenu."),
        }
    }

    /// Whether the data of a window can carry a result; `since` is the last event of a late provider.
    pub(in crate::web) fn data(self, data: DataState, since: Option<&str>) -> Option<String> {
        let since = since.unwrap_or_default();
        let late = match self {
            Self::English => format!(
                "the provider’s feed is late, nothing came since {since}: held until it is there, never a breach"
            ),
            Self::French => format!(
                "le flux du prestataire est en retard, rien n’est arrivé depuis le {since}\u{a0}: suspendu jusqu’à son \
                 arrivée, jamais un manquement"
            ),
        };
        let words = match data {
            DataState::Complete => return None,
            DataState::Late { .. } => return Some(late),
            DataState::Provisional => self.pick(
                "provisional: contacts may still change it (late answers, reopenings)",
                "provisoire\u{a0}: des contacts peuvent encore le changer (réponses tardives, réouvertures)",
            ),
            DataState::Silent => self.pick(
                "nothing ever came from the provider: held, never a breach",
                "rien n’est jamais arrivé du prestataire\u{a0}: suspendu, jamais un manquement",
            ),
            DataState::Incomplete => self.pick(
                "less came than was expected: held until it is there, as the contract says",
                "il est arrivé moins que prévu\u{a0}: suspendu jusqu’à son arrivée, comme le dit le contrat",
            ),
        };
        Some(words.to_owned())
    }

    /// How much of the data came, what is asked, and what it is measured by.
    pub(in crate::web) fn came(self, came: &CompletenessAnswer) -> String {
        let [received, expected] = [came.received, came.expected].map(|count| self.count(count));
        let share = came.share.map_or_else(String::new, |share| format!(", {}", self.value(Unit::Share, share)));
        let least = self.value(Unit::Share, came.least);
        match self {
            Self::English => {
                format!("{received} of {expected} expected{share}; {least} is asked; {}", came.measured_by.en)
            }
            Self::French => {
                let by = &came.measured_by.fr;
                format!("{received} sur {expected} attendus{share}\u{a0}; il en faut {least}\u{a0}; {by}")
            }
        }
    }

    /// Why a window has no result.
    pub(in crate::web) fn because(self, because: &Because) -> String {
        match (self, because) {
            (Self::English, Because::Waived(claims)) => format!("waived by {}", claims.join(", ")),
            (Self::French, Because::Waived(claims)) => format!("dispensé par {}", claims.join(", ")),
            (_, Because::SurplusVolume) => self
                .pick(
                    "more came than the tolerance allows, and the contract waives the window then",
                    "il est venu plus que la tolérance, et le contrat dispense alors de la fenêtre",
                )
                .to_owned(),
            (_, Because::IncompleteData) => {
                self.pick("the data is not complete", "les données ne sont pas complètes").to_owned()
            }
            (_, Because::NoContacts) => self.pick("no contact at all", "aucun contact").to_owned(),
            (Self::English, Because::SmallSample(found, least)) => {
                format!("{} contacts, where at least {} are needed", self.count(*found), self.count(*least))
            }
            (Self::French, Because::SmallSample(found, least)) => {
                format!("{} contacts, alors qu’il en faut au moins {}", self.count(*found), self.count(*least))
            }
            (_, Because::ReadAtEnd) => {
                self.pick("it is read when the window ends", "il est lu à la fin de la fenêtre").to_owned()
            }
            (_, Because::NothingForeseen) => self
                .pick(
                    "nothing lets one foresee how many contacts are to come",
                    "rien ne permet de prévoir combien de contacts viendront",
                )
                .to_owned(),
        }
    }

    /// What became of a claim.
    pub(in crate::web) fn standing(self, standing: &Standing) -> String {
        let lack = |lack: &Lack| match lack {
            Lack::Evidence => self.pick("evidence", "la preuve"),
            Lack::Client => self.pick("the brand’s acceptance", "l’accord de la marque"),
            Lack::Provider => self.pick("the provider’s acceptance", "l’accord du prestataire"),
            Lack::Notice => self.pick("word to the other party", "l’avis à l’autre partie"),
        };
        match standing {
            Standing::Accepted => self.pick("accepted", "acceptée").to_owned(),
            Standing::Pending(lacks) => {
                let lacks: Vec<&str> = lacks.iter().map(lack).collect();
                format!("{} {}", self.pick("pending, it lacks:", "en attente, il manque\u{a0}:"), lacks.join(", "))
            }
            Standing::Refused(refusal) => {
                let why = match refusal {
                    Refusal::Unknown => self.pick("the contract has no such exclusion", "exclusion absente du contrat"),
                    Refusal::TooLate => self.pick(
                        "it began after the exclusion’s last day",
                        "commencée après le dernier jour de l’exclusion",
                    ),
                    Refusal::NotTold => {
                        self.pick("the other party was not told in time", "l’autre partie prévenue trop tard")
                    }
                };
                format!("{} {why}", self.pick("refused:", "refusée\u{a0}:"))
            }
        }
    }

    /// The level that is promised.
    pub(in crate::web) fn bar(self, better: &str) -> &'static str {
        if better == "lower" { self.pick("at most {}", "au plus {}") } else { self.pick("at least {}", "au moins {}") }
    }

    /// What counts of what there is.
    pub(in crate::web) fn good_of_all(self) -> &'static str {
        self.pick(" ({} of {} good)", " ({} bons sur {})")
    }

    /// What the rest must bring, in the order share required, share of late, good needed, number to come.
    pub(in crate::web) fn rest(self, has_recent: bool) -> &'static str {
        match (self, has_recent) {
            (Self::English, true) => "{} must be good, {} were of late; {} of about {}",
            (Self::English, false) => "{} must be good; {} of about {}",
            (Self::French, true) => "{} doivent être bons, {} l’ont été récemment\u{a0}; {} sur environ {}",
            (Self::French, false) => "{} doivent être bons\u{a0}; {} sur environ {}",
        }
    }

    /// How many of those to come may still be missed.
    pub(in crate::web) fn slack(self, needed: i64, remaining: i64) -> String {
        let count = |value: i64| self.count(value.unsigned_abs());
        if needed <= 0 {
            return self.pick("reached whatever comes", "atteint quoi qu’il vienne").to_owned();
        }
        let spare = count(remaining.saturating_sub(needed));
        match (self, needed <= remaining) {
            (Self::English, true) => format!("{spare} to spare"),
            (Self::French, true) => format!("{spare} de marge"),
            (Self::English, false) => format!("{spare} too few even if all are good"),
            (Self::French, false) => format!("{spare} de trop peu même si tous sont bons"),
        }
    }

    /// Which of the other levels were reached.
    pub(in crate::web) fn other_levels(self, floor: Option<bool>, target: Option<bool>) -> Option<String> {
        let floor = floor.map(|reached| {
            let words = ("floor reached", "plancher atteint");
            let (en, fr) = if reached { words } else { ("floor not reached", "plancher non atteint") };
            self.pick(en, fr)
        });
        let target = target.map(|reached| {
            let words = ("target reached", "cible atteinte");
            let (en, fr) = if reached { words } else { ("target not reached", "cible non atteinte") };
            self.pick(en, fr)
        });
        let said: Vec<&str> = floor.into_iter().chain(target).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }

    /// Slices that met their level, of those that can say.
    pub(in crate::web) fn of_slices(self) -> &'static str {
        self.pick("{} of {}", "{} sur {}")
    }

    /// Slices that can say nothing.
    pub(in crate::web) fn slices_left_out(self, small: u64) -> String {
        let count = self.count(small);
        match self {
            Self::English => format!(", {count} left out for having too few contacts"),
            Self::French => format!(", {count} écartées faute de contacts"),
        }
    }

    /// What claims do to a window.
    pub(in crate::web) fn reliefs(self, [dropped, waived, shown]: [&[String]; 3]) -> Option<String> {
        let parts = [
            (dropped, self.pick("contacts dropped by", "contacts écartés par")),
            (waived, self.pick("window waived by", "fenêtre dispensée par")),
            (shown, self.pick("without effect", "sans effet")),
        ];
        let parts = parts.into_iter().filter(|(claims, _)| !claims.is_empty());
        let said: Vec<String> = parts.map(|(claims, words)| format!("{words} {}", claims.join(", "))).collect();
        (!said.is_empty()).then(|| said.join(self.pick("; ", "\u{a0}; ")))
    }

    /// A version with the time in which it is in force, its file and when that was accepted.
    pub(in crate::web) fn version(self, number: u32, force: &str, accepted: Option<&str>) -> String {
        let accepted = match (self, accepted) {
            (_, None) => String::new(),
            (Self::English, Some(at)) => format!(", accepted on {at}"),
            (Self::French, Some(at)) => format!(", acceptée le {at}"),
        };
        match self {
            Self::English => format!("Version {number}, in force {force}{accepted}, SHA-256"),
            Self::French => format!("Version {number}, en vigueur {force}{accepted}, SHA-256"),
        }
    }

    /// From a day on, until further notice.
    pub(in crate::web) fn until_further_notice(self, day: Date) -> String {
        match self {
            Self::English => format!("from {} on", self.day(day)),
            Self::French => format!("à partir du {}", self.day(day)),
        }
    }

    /// How many windows are in a state.
    pub(in crate::web) fn windows_in(self, number: usize, state: State) -> String {
        let words = self.window_state(state);
        if number == 1 { words } else { format!("{number} × {words}") }
    }

    /// What a version costs, with the part of the invoice and the cap.
    pub(in crate::web) fn cost_of(self, version: u32, days: &str) -> String {
        match self {
            Self::English => format!("Version {version}, {days}: of {{}} invoiced, at most {{}}."),
            Self::French => format!("Version {version}, {days}\u{a0}: de {{}} facturés, au plus {{}}."),
        }
    }

    /// A credit that is given back.
    pub(in crate::web) fn earned_back(self, objective: &str, window: &str, assumed: bool) -> String {
        let by = self.pick(
            " At the invoice of this period: none is given for its own month.",
            " À la facture de cette période\u{a0}: aucune n’est donnée pour son propre mois.",
        );
        let by = if assumed { by } else { "" };
        match self {
            Self::English => format!("Earned back: {{}} of {objective}, {window}.{by}"),
            Self::French => format!("Regagné\u{a0}: {{}} de {objective}, {window}.{by}"),
        }
    }

    /// An amount in minor units of a currency.
    pub(in crate::web) fn amount(self, minor: u64, currency: &str) -> String {
        let point = if self == Self::French { ',' } else { '.' };
        format!("{}{point}{:02}\u{a0}{currency}", self.count(minor / 100), minor % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(said: impl Fn(Lang) -> String) -> [String; 2] {
        [Lang::English, Lang::French].map(|lang| said(lang).replace(['\u{202f}', '\u{a0}'], "_"))
    }

    #[test]
    fn amounts_are_told_to_the_cent() {
        assert_eq!(both(|lang| lang.amount(123_456_705, "EUR")), ["1,234,567.05_EUR", "1_234_567,05_EUR"]);
        assert_eq!(both(|lang| lang.amount(7, "TND")), ["0.07_TND", "0,07_TND"]);
    }

    /// Who reads that nothing is to spare must not read that something is.
    #[test]
    fn what_may_still_be_missed_is_said_of_every_rest() {
        assert_eq!(both(|lang| lang.slack(80, 100)), ["20 to spare", "20 de marge"]);
        assert_eq!(both(|lang| lang.slack(100, 100)), ["0 to spare", "0 de marge"]);
        assert_eq!(both(|lang| lang.slack(0, 100))[0], "reached whatever comes");
        assert_eq!(both(|lang| lang.slack(112, 100))[1], "12 de trop peu même si tous sont bons");
    }
}
