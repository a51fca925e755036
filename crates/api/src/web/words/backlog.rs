//! The words of the page of backlog and complaints.

use contact::Unit;

use super::super::lang::Lang;

/// The figures of a backlog, in the order of their columns.
pub(in crate::web) const BACKLOG: [&str; 11] = [
    "backlog",
    "backlog_0_24h",
    "backlog_24_48h",
    "backlog_2_5d",
    "backlog_5_15d",
    "backlog_over_15d",
    "backlog_oldest_s",
    "backlog_past_due",
    "backlog_unanswered",
    "backlog_net_flow",
    "backlog_days",
];

/// The age bands of a backlog, which together are all of it, and the colour of each.
pub(in crate::web) const AGES: [(&str, &str); 5] = [
    ("backlog_0_24h", "age1"),
    ("backlog_24_48h", "age2"),
    ("backlog_2_5d", "age3"),
    ("backlog_5_15d", "age4"),
    ("backlog_over_15d", "age5"),
];

/// The figures of complaints, in the order of their columns.
pub(in crate::web) const COMPLAINTS: [&str; 9] = [
    "complaints",
    "complaints_24h",
    "complaints_48h",
    "complaints_24h_business",
    "complaints_48h_business",
    "complaint_p50_s",
    "complaint_p90_s",
    "complaints_beyond_48h",
    "complaints_48h_of_resolved",
];

/// The texts of the page of backlog and complaints.
pub(in crate::web) struct BacklogWords {
    /// The heading of the part about what is open.
    pub(in crate::web) about_open: &'static str,
    /// The headings of [`BACKLOG`].
    pub(in crate::web) open: [&'static str; BACKLOG.len()],
    pub(in crate::web) ahead: &'static str,
    pub(in crate::web) saturated: &'static str,
    pub(in crate::web) cleared: &'static str,
    pub(in crate::web) legend: &'static str,
    pub(in crate::web) oldest: &'static str,
    /// The heading of the part about complaints.
    pub(in crate::web) about_complaints: &'static str,
    /// The headings of [`COMPLAINTS`].
    pub(in crate::web) complaints: [&'static str; COMPLAINTS.len()],
    /// How complaints that are not resolved differ from cases that are open.
    pub(in crate::web) not_resolved: &'static str,
    pub(in crate::web) beyond: &'static str,
    pub(in crate::web) curves: &'static str,
    pub(in crate::web) curves_legend: &'static str,
    pub(in crate::web) few_curves: &'static str,
    pub(in crate::web) never_done: &'static str,
    pub(in crate::web) never_resolved: &'static str,
    pub(in crate::web) same_complaints_as: &'static str,
}

static ENGLISH: BacklogWords = BacklogWords {
    about_open: "Backlog",
    open: [
        "Open",
        "≤\u{202f}24\u{202f}h",
        "24–48\u{202f}h",
        "2–5\u{202f}d",
        "5–15\u{202f}d",
        ">\u{202f}15\u{202f}d",
        "Oldest",
        "Past due",
        "Unanswered",
        "Net flow",
        "Days of work",
    ],
    ahead: "Where it leads",
    saturated: "until it is saturated",
    cleared: "until it is cleared",
    legend: "Ages are in the open time of the promise of a case’s queue since its receipt, a day being 24 hours of it; the \
             oldest is told in elapsed time. Net flow is what came in and was reopened in the period less what went out. Days \
             of work are the open cases at the pace of the last seven open days.",
    oldest: "The oldest open cases",
    about_complaints: "Complaints",
    complaints: [
        "Received",
        "Within 24 h",
        "Within 48 h",
        "24 h, open time",
        "48 h, open time",
        "Half within",
        "Nine of ten within",
        "Not resolved after 48 h",
        "Of those resolved, within 48 h",
    ],
    not_resolved: "Not resolved is not the same as open: a complaint that was closed without a solution, or given up by the \
                   customer, has left the backlog above and stays among those not resolved here, in the shares, the curves \
                   and the list.",
    beyond: "Complaints not resolved after 48 h, the oldest first",
    curves: "Share of complaints not resolved, by time since their receipt",
    curves_legend: "Complaints that are not resolved count for as long as they were seen. The band is the 95% interval; steps of less than half a \
                    point are left out.",
    few_curves: "Curves are drawn for the first twelve rows only; ask for fewer rows, or see the JSON.",
    never_done: "Not counted as open, for they never say that a case is done:",
    never_resolved: "Not counted among complaints, for they never say that anything is resolved:",
    same_complaints_as: "Complaints as",
};

static FRENCH: BacklogWords = BacklogWords {
    about_open: "Stock",
    open: [
        "En cours",
        "≤\u{202f}24\u{202f}h",
        "24–48\u{202f}h",
        "2–5\u{202f}j",
        "5–15\u{202f}j",
        ">\u{202f}15\u{202f}j",
        "Le plus ancien",
        "Hors délai",
        "Sans réponse",
        "Flux net",
        "Jours de stock",
    ],
    ahead: "Où cela mène",
    saturated: "avant saturation",
    cleared: "avant résorption",
    legend: "L’ancienneté se compte en heures ouvrées de l’engagement de la file depuis la réception, un jour valant 24 heures \
             ouvrées\u{a0}; le plus ancien est donné en temps écoulé. Le flux net est ce qui est entré et rouvert pendant la \
             période moins ce qui est sorti. Les jours de stock sont les dossiers en cours au rythme des sept derniers jours \
             ouverts.",
    oldest: "Les plus anciens dossiers en cours",
    about_complaints: "Réclamations",
    complaints: [
        "Reçues",
        "Sous 24 h",
        "Sous 48 h",
        "24 h ouvrées",
        "48 h ouvrées",
        "La moitié en",
        "Neuf sur dix en",
        "Non résolues après 48 h",
        "Parmi les résolues, sous 48 h",
    ],
    not_resolved: "Non résolue ne veut pas dire en cours\u{a0}: une réclamation close sans solution, ou abandonnée par le \
                   client, a quitté le stock ci-dessus et reste ici parmi les non résolues, dans les taux, les courbes et la \
                   liste.",
    beyond: "Réclamations non résolues après 48 h, les plus anciennes d’abord",
    curves: "Part des réclamations non résolues, selon le temps écoulé depuis la réception",
    curves_legend: "Les réclamations non résolues comptent aussi longtemps qu’elles ont été suivies. La bande est l’intervalle à \
                    95\u{202f}%\u{a0}; les marches de moins d’un demi-point sont omises.",
    few_curves: "Seules les courbes des douze premières lignes sont tracées\u{a0}; demandez moins de lignes, ou voyez le JSON.",
    never_done: "Non comptés en cours, car ils ne disent jamais qu’un dossier est terminé\u{a0}:",
    never_resolved: "Non comptés parmi les réclamations, car ils ne disent jamais que quoi que ce soit est résolu\u{a0}:",
    same_complaints_as: "Les réclamations en",
};

impl Lang {
    pub(in crate::web) fn backlog_words(self) -> &'static BacklogWords {
        match self {
            Self::English => &ENGLISH,
            Self::French => &FRENCH,
        }
    }

    /// The caption of what is open at an instant.
    pub(in crate::web) fn open_at(self, instant: &str) -> String {
        match self {
            Self::English => format!("Open cases on {instant}"),
            Self::French => format!("Dossiers en cours le {instant}"),
        }
    }

    /// The caption of what was received in a period.
    pub(in crate::web) fn received_in(self, period: &str) -> String {
        match self {
            Self::English => format!("Complaints received: {period}"),
            Self::French => format!("Réclamations reçues\u{a0}: {period}"),
        }
    }

    /// A number of open days.
    pub(in crate::web) fn open_days(self, days: f64) -> String {
        let number = self.value(Unit::Count, days);
        let is_one = number == "1";
        match self {
            Self::English if is_one => format!("{number} open day"),
            Self::English => format!("{number} open days"),
            Self::French if is_one || number == "0" => format!("{number} jour ouvert"),
            Self::French => format!("{number} jours ouverts"),
        }
    }

    /// An age, in hours up to two days, then in days.
    pub(in crate::web) fn age(self, hours: f64) -> String {
        if hours <= 48.0 {
            return format!("{hours:.0}\u{202f}h");
        }
        let days = hours / 24.0;
        match self {
            Self::English => format!("{days:.0}\u{202f}d"),
            Self::French => format!("{days:.0}\u{202f}j"),
        }
    }

    /// What is noteworthy of a case.
    pub(in crate::web) fn remarks(self, complaint: bool, unanswered: bool, reopened: bool) -> String {
        let words = [
            (complaint, self.pick("complaint", "réclamation")),
            (unanswered, self.pick("unanswered", "sans réponse")),
            (reopened, self.pick("reopened", "rouvert")),
        ];
        words.into_iter().filter_map(|(is, word)| is.then_some(word)).collect::<Vec<_>>().join(", ")
    }

    /// What a curve shows: the shares not resolved after 24 h and 48 h, where that is known.
    pub(in crate::web) fn curve(self, complaints: u64, shares: [Option<f64>; 2]) -> String {
        let said = ["24", "48"].into_iter().zip(shares).filter_map(|(hours, share)| {
            let share = self.value(Unit::Share, share?);
            Some(match self {
                Self::English => format!("{share} not resolved after {hours} h"),
                Self::French => format!("{share} non résolues après {hours}\u{202f}h"),
            })
        });
        let said: Vec<String> = said.collect();
        let number = self.count(complaints);
        let all = match self {
            Self::English => format!("{number} complaints"),
            Self::French => format!("{number} réclamations"),
        };
        [vec![all], said].concat().join(" · ")
    }

    /// What the forecast takes for granted.
    pub(in crate::web) fn forecast(self, assumption: &str, limit_days: f64) -> String {
        let days = self.value(Unit::Count, limit_days);
        match self {
            Self::English => format!("Where it leads, if {assumption}; saturated at {days} days of work."),
            Self::French => format!("Où cela mène, si {assumption}\u{a0}; saturation à {days} jours de stock."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(said: impl Fn(Lang) -> String) -> [String; 2] {
        [Lang::English, Lang::French].map(|lang| said(lang).replace('\u{202f}', "_"))
    }

    #[test]
    fn days_and_ages_are_said_as_people_say_them() {
        assert_eq!(both(|lang| lang.open_days(0.2)), ["0 open days", "0 jour ouvert"]);
        assert_eq!(both(|lang| lang.open_days(1.4)), ["1 open day", "1 jour ouvert"]);
        assert_eq!(both(|lang| lang.open_days(28.7)), ["29 open days", "29 jours ouverts"]);
        assert_eq!(both(|lang| lang.age(48.0)), ["48_h", "48_h"]);
        assert_eq!(both(|lang| lang.age(240.0)), ["10_d", "10_j"]);
    }

    /// A share that is not known yet must not be told.
    #[test]
    fn a_curve_tells_what_is_known() {
        let told = both(|lang| lang.curve(1_200, [Some(0.5), None]));
        assert_eq!(
            told,
            ["1,200 complaints · 50.0% not resolved after 24 h", "1_200 réclamations · 50,0_% non résolues après 24_h"]
        );
    }
}
