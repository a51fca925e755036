//! Every word of the pages, in both languages. A text that one language lacks does not compile.

mod alerts;
mod backlog;
mod contracts;
mod live;
mod reconcile;
mod reconcile_form;
mod statements;
mod windows;

use contact::{Figure, FigureState, Finding, NoValue};
use scorecard::Dim;

use super::lang::Lang;
pub(super) use alerts::AlertWords;
pub(super) use backlog::{AGES, BACKLOG, BacklogWords, COMPLAINTS};
pub(super) use contracts::ContractWords;
pub(super) use live::{LIVE, LiveWords};
pub use reconcile::ReconcileWords;
pub(super) use reconcile::parts;
pub(super) use reconcile_form::ReconcileFormWords;
pub(super) use statements::StatementWords;

/// The figures of the overview, in the order of its columns.
pub(super) const FIGURES: [&str; 7] =
    ["offered", "response_rate", "service_level", "wait_p50_s", "wait_p90_s", "resolution_rate", GAP];
/// The figure that only rows of sites have.
pub(super) const GAP: &str = "resolution_gap";

/// The texts of the pages.
pub(super) struct Words {
    pub(super) lang: &'static str,
    pub(super) scorecard: &'static str,
    pub(super) now: &'static str,
    pub(super) backlog: &'static str,
    pub(super) contracts: &'static str,
    pub(super) alerts: &'static str,
    pub(super) pages: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) language: &'static str,
    pub(super) by: &'static str,
    pub(super) all: &'static str,
    pub(super) show: &'static str,
    /// The headings of [`FIGURES`].
    pub(super) figures: [&'static str; FIGURES.len()],
    pub(super) state: &'static str,
    pub(super) definition_of: &'static str,
    pub(super) not_stated: &'static str,
    pub(super) contact: &'static str,
    pub(super) site: &'static str,
    pub(super) queue: &'static str,
    pub(super) reason_of: &'static str,
    pub(super) received: &'static str,
    pub(super) age: &'static str,
    pub(super) remarks: &'static str,
    pub(super) provider: &'static str,
    pub(super) still_open: &'static str,
    pub(super) interval: &'static str,
    pub(super) at_risk: &'static str,
    pub(super) as_table: &'static str,
    pub(super) nothing: &'static str,
    pub(super) legend: &'static str,
    /// The same without what only sites have.
    pub(super) legend_figures: &'static str,
    pub(super) judged: &'static str,
    pub(super) as_known: &'static str,
    pub(super) events_version: &'static str,
    pub(super) legs_version: &'static str,
    pub(super) sequence: &'static str,
    pub(super) network: &'static str,
    pub(super) same_as: &'static str,
    pub(super) definitions: &'static str,
    pub(super) parameter: &'static str,
    pub(super) reason: &'static str,
    pub(super) again: &'static str,
}

static ENGLISH: Words = Words {
    lang: "en",
    scorecard: "Site scorecard",
    now: "Now",
    backlog: "Backlog and complaints",
    contracts: "Contracts",
    alerts: "Alerts",
    pages: "Pages",
    from: "From",
    to: "To (excluded)",
    language: "Language",
    by: "One row for each",
    all: "All",
    show: "Show",
    figures: [
        "Offered",
        "Answered",
        "In time",
        "Wait P50",
        "Wait P90",
        "Resolved",
        "Resolution against the other sites, in points",
    ],
    state: "State",
    definition_of: "Definition:",
    not_stated: "(not stated)",
    contact: "Contact",
    site: "Site",
    queue: "Queue",
    reason_of: "Reason",
    received: "Received",
    age: "Age",
    remarks: "Remarks",
    provider: "Provider",
    still_open: "Not resolved",
    interval: "95% interval",
    at_risk: "Followed",
    as_table: "As a table",
    nothing: "Nothing was received that belongs to this question. Ask for another period or fewer filters.",
    legend: "Below a figure: its 95% interval, and n, the number of observations behind it. The gap against the other \
             sites is taken on the same reasons.",
    legend_figures: "Below a figure: its 95% interval, and n, the number of observations behind it.",
    judged: "Judged as of",
    as_known: "from what had been received by",
    events_version: "Lake: events version",
    legs_version: "legs version",
    sequence: "journal sequence",
    network: "network file",
    same_as: "The same question as",
    definitions: "All definitions",
    parameter: "Parameter",
    reason: "What is wrong, and what would be right",
    again: "Back to the overview",
};

static FRENCH: Words = Words {
    lang: "fr",
    scorecard: "Tableau de bord des sites",
    now: "Maintenant",
    backlog: "Stock et réclamations",
    contracts: "Contrats",
    alerts: "Alertes",
    pages: "Pages",
    from: "Du",
    to: "Au (exclu)",
    language: "Langue",
    by: "Une ligne par",
    all: "Ensemble",
    show: "Afficher",
    figures: [
        "Présentés",
        "Décrochés",
        "Dans le délai",
        "Attente P50",
        "Attente P90",
        "Résolus",
        "Résolution par rapport aux autres sites, en points",
    ],
    state: "État",
    definition_of: "Définition\u{a0}:",
    not_stated: "(non précisé)",
    contact: "Contact",
    site: "Site",
    queue: "File",
    reason_of: "Motif",
    received: "Reçu le",
    age: "Ancienneté",
    remarks: "Remarques",
    provider: "Prestataire",
    still_open: "Non résolues",
    interval: "Intervalle à 95\u{202f}%",
    at_risk: "Suivies",
    as_table: "En tableau",
    nothing: "Rien n’a été reçu pour cette question. Demandez une autre période ou moins de filtres.",
    legend: "Sous chaque chiffre\u{a0}: son intervalle à 95\u{202f}% et n, le nombre d’observations. L’écart avec les autres \
             sites est mesuré à motifs identiques.",
    legend_figures: "Sous chaque chiffre\u{a0}: son intervalle à 95\u{202f}% et n, le nombre d’observations.",
    judged: "Jugé au",
    as_known: "d’après ce qui avait été reçu au",
    events_version: "Lac\u{a0}: événements version",
    legs_version: "séjours version",
    sequence: "séquence du journal",
    network: "fichier du réseau",
    same_as: "La même question en",
    definitions: "Toutes les définitions",
    parameter: "Paramètre",
    reason: "Ce qui ne va pas, et ce qui irait (en anglais)",
    again: "Retour à la vue d’ensemble",
};

impl Lang {
    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::French => &FRENCH,
        }
    }

    /// Why there is no number.
    pub(super) fn no_value(self, reason: NoValue) -> &'static str {
        match reason {
            NoValue::NoTraffic => self.pick("nothing offered", "aucun contact présenté"),
            NoValue::Closed => self.pick("closed", "fermé"),
            NoValue::NoData => self.pick("no data received", "aucune donnée reçue"),
            NoValue::TooFew => self.pick("not enough contacts to say", "pas assez de contacts pour conclure"),
            NoValue::NotComparable => self.pick("no common ground to compare", "pas de terrain commun à comparer"),
        }
    }

    /// How far a figure can be relied on.
    pub(super) fn state(self, state: FigureState) -> &'static str {
        match state {
            FigureState::Final => self.pick("final", "définitif"),
            FigureState::Provisional => self.pick("provisional", "provisoire"),
            FigureState::Restated => self.pick("restated", "révisé"),
            FigureState::Suppressed => self.pick("not shown", "non affiché"),
            FigureState::None => self.pick("no number", "aucun chiffre"),
        }
    }

    /// How far a row can be relied on: what all its figures share, else that some are provisional or restated.
    pub(super) fn row_state<'f>(self, mut figures: impl Iterator<Item = &'f Figure> + Clone) -> &'static str {
        let mut told = figures.clone().filter(|figure| figure.value.is_some()).map(|figure| figure.state);
        let Some(first) = told.next() else {
            let reason = figures.find_map(|figure| figure.reason);
            return reason.map_or_else(|| self.state(FigureState::None), |reason| self.no_value(reason));
        };
        let others: Vec<FigureState> = told.filter(|state| *state != first).collect();
        if others.is_empty() {
            self.state(first)
        } else if first == FigureState::Provisional || others.contains(&FigureState::Provisional) {
            self.pick("provisional in part", "provisoire en partie")
        } else {
            self.pick("restated in part", "révisé en partie")
        }
    }

    /// What a comparison says.
    pub(super) fn finding(self, finding: Finding) -> &'static str {
        match finding {
            Finding::Lower => self.pick("below the other sites", "en dessous des autres sites"),
            Finding::Higher => self.pick("above the other sites", "au-dessus des autres sites"),
            Finding::Comparable => self.pick("comparable", "comparable"),
            Finding::NotSettled => self.pick("not settled", "à confirmer"),
            Finding::Homogeneous => self.pick("homogeneous", "homogène"),
            Finding::NotHomogeneous => self.pick("not homogeneous", "non homogène"),
            Finding::Uncertain => self.pick("uncertain", "incertain"),
            Finding::NotComparable => self.pick("not comparable", "non comparable"),
            Finding::NotEnoughData => self.pick("not enough data", "pas assez de données"),
        }
    }

    /// The heading of a grouping.
    pub(super) fn dim(self, dim: Dim) -> &'static str {
        match dim {
            Dim::Site => self.pick("Site", "Site"),
            Dim::Provider => self.pick("Provider", "Prestataire"),
            Dim::Queue => self.pick("Queue", "File"),
            Dim::Channel => self.pick("Channel", "Canal"),
            Dim::Reason => self.pick("Reason", "Motif"),
            Dim::Team => self.pick("Team", "Équipe"),
        }
    }

    /// The title of a page that says no.
    pub(super) fn refusal(self, status: u16) -> &'static str {
        match status {
            400 => self.pick(
                "This question cannot be answered as it is asked",
                "Cette question ne peut pas recevoir de réponse telle qu’elle est posée",
            ),
            403 => self.pick("Not from there", "Pas depuis cet endroit"),
            404 => self.pick("There is no such thing here", "Introuvable ici"),
            408 | 413 | 415 => self.pick("What was sent cannot be read", "Ce qui a été envoyé ne peut pas être lu"),
            409 => self.pick("It cannot be done as things stand", "Impossible en l’état"),
            503 => self.pick("Not now", "Pas maintenant"),
            _ => self.pick("The server failed", "Le serveur a échoué"),
        }
    }

    /// When to come back.
    pub(super) fn come_back(self, seconds: u32) -> String {
        let seconds = self.count(seconds.into());
        match self {
            Self::English => format!("Try again in {seconds} s."),
            Self::French => format!("Réessayez dans {seconds}\u{202f}s."),
        }
    }

    /// What was left out of the figures.
    pub(super) fn left_out(self, by_rule: &str, cancelled: &str) -> String {
        match self {
            Self::English => format!("Left out: {by_rule} by exclusion rules, {cancelled} of cancelled contacts."),
            Self::French => {
                format!("Écartés\u{a0}: {by_rule} par les règles d’exclusion, {cancelled} de contacts annulés.")
            }
        }
    }

    /// What the sources got wrong.
    pub(super) fn quality(self, inferred: &str, disordered: &str, anomalies: &str) -> String {
        match self {
            Self::English => format!(
                "Data quality: {inferred} without an offer, {disordered} with times out of order, \
                 {anomalies} outcomes after the first."
            ),
            Self::French => format!(
                "Qualité des données\u{a0}: {inferred} sans présentation, {disordered} aux heures en désordre, \
                 {anomalies} issues après la première."
            ),
        }
    }

    /// A dated event that some row spans: what stands on its two sides is not of one series.
    pub(super) fn cut(self, day: &str, name: &str, site: Option<&str>) -> String {
        let site = site.map(|site| format!(" ({site})")).unwrap_or_default();
        match self {
            Self::English => format!("{day}: {name}{site}. Figures before and after are not of one series."),
            Self::French => {
                format!("{day}\u{a0}: {name}{site}. Les chiffres d’avant et d’après ne forment pas une même série.")
            }
        }
    }

    /// The text of this language.
    pub(super) fn pick(self, english: &'static str, french: &'static str) -> &'static str {
        match self {
            Self::English => english,
            Self::French => french,
        }
    }
}
