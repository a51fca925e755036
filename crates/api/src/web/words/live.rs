//! The words of the page of now.

use super::super::lang::Lang;

/// The figures of the page of now, in the order of its columns.
pub(in crate::web) const LIVE: [&str; 9] = [
    "waiting",
    "waiting_over_threshold",
    "waiting_longest_s",
    "in_work",
    "offered",
    "answered",
    "abandoned",
    "response_rate",
    "service_level",
];

/// The texts of the page of now.
pub(in crate::web) struct LiveWords {
    /// The headings of [`LIVE`].
    pub(in crate::web) figures: [&'static str; LIVE.len()],
    pub(in crate::web) late: &'static str,
    pub(in crate::web) again: &'static str,
    pub(in crate::web) by_itself: &'static str,
    pub(in crate::web) stop: &'static str,
    pub(in crate::web) legend: &'static str,
    pub(in crate::web) feeds: &'static str,
    pub(in crate::web) last_event: &'static str,
    pub(in crate::web) last_received: &'static str,
    pub(in crate::web) feed: &'static str,
    pub(in crate::web) never: &'static str,
}

static ENGLISH: LiveWords = LiveWords {
    figures: [
        "Waiting",
        "Beyond the promise",
        "Longest wait",
        "In work",
        "Offered today",
        "Answered today",
        "Abandoned today",
        "Answered, share",
        "In time",
    ],
    late: "Late feeds",
    again: "Look again",
    by_itself: "Look again by itself every 15 seconds",
    stop: "Stop looking again by itself",
    legend: "Waiting and in work are as of the instant above, however long ago the contacts were offered; a mail waits in the \
             open time of its promise. The other figures are about the local day so far. Where a feed is late or was never \
             heard, a zero is shown as no data.",
    feeds: "Feeds",
    last_event: "Last event",
    last_received: "Last received",
    feed: "State",
    never: "never",
};

static FRENCH: LiveWords = LiveWords {
    figures: [
        "En attente",
        "Hors seuil",
        "Plus longue attente",
        "En traitement",
        "Présentés aujourd’hui",
        "Décrochés aujourd’hui",
        "Abandonnés aujourd’hui",
        "Décrochés, part",
        "Dans le délai",
    ],
    late: "Flux en retard",
    again: "Regarder à nouveau",
    by_itself: "Actualiser toutes les 15 secondes",
    stop: "Ne plus actualiser",
    legend: "L’attente et le traitement sont ceux de l’instant ci-dessus, quelle que soit l’ancienneté des contacts\u{a0}; un \
             courriel attend en heures ouvrées de son engagement. Les autres chiffres portent sur la journée locale en cours. \
             Quand un flux est en retard ou n’a jamais rien envoyé, un zéro est affiché comme une absence de données.",
    feeds: "Flux",
    last_event: "Dernier événement",
    last_received: "Dernière réception",
    feed: "État",
    never: "jamais",
};

impl Lang {
    pub(in crate::web) fn live_words(self) -> &'static LiveWords {
        match self {
            Self::English => &ENGLISH,
            Self::French => &FRENCH,
        }
    }

    /// How a feed is, against the time between two deliveries that was agreed.
    pub(in crate::web) fn feed(self, late: Option<bool>, cadence: Option<&str>) -> String {
        let agreed = cadence.unwrap_or_default();
        match (self, late) {
            (Self::English, Some(true)) => format!("late: one was due every {agreed}"),
            (Self::English, Some(false)) => format!("on time: one is due every {agreed}"),
            (Self::English, None) => "no cadence agreed".to_owned(),
            (Self::French, Some(true)) => format!("en retard\u{a0}: un envoi était attendu toutes les {agreed}"),
            (Self::French, Some(false)) => format!("à l’heure\u{a0}: un envoi est attendu toutes les {agreed}"),
            (Self::French, None) => "aucune cadence convenue".to_owned(),
        }
    }

    /// Whose stays are not known to end.
    pub(in crate::web) fn never_ended(self, providers: &str) -> String {
        match self {
            Self::English => {
                format!("Never say that a stay has ended, so that nobody knows what is in work there: {providers}.")
            }
            Self::French => format!(
                "Ne disent jamais qu’un traitement est terminé\u{a0}; ce qui est en traitement y est inconnu\u{a0}: {providers}."
            ),
        }
    }
}
