//! The words of the page of alerts.

use alert::{Change, Kind, Severity, Until};

use super::super::lang::Lang;

/// The texts of the page of alerts.
pub(in crate::web) struct AlertWords {
    pub(in crate::web) firing: &'static str,
    pub(in crate::web) nothing_fires: &'static str,
    pub(in crate::web) never: &'static str,
    pub(in crate::web) no_desk: &'static str,
    pub(in crate::web) how: &'static str,
    pub(in crate::web) more: &'static str,
    pub(in crate::web) pending: &'static str,
    pub(in crate::web) rule: &'static str,
    pub(in crate::web) about: &'static str,
    pub(in crate::web) since: &'static str,
    pub(in crate::web) fired: &'static str,
    pub(in crate::web) until: &'static str,
    pub(in crate::web) level: &'static str,
    pub(in crate::web) window: &'static str,
    pub(in crate::web) call_hours: &'static str,
    pub(in crate::web) missed: &'static str,
    pub(in crate::web) good: &'static str,
    pub(in crate::web) promised: &'static str,
    pub(in crate::web) used: &'static str,
    pub(in crate::web) p_miss: &'static str,
    pub(in crate::web) remedy: &'static str,
    pub(in crate::web) over: &'static str,
    pub(in crate::web) short: &'static str,
    pub(in crate::web) cost: &'static str,
    pub(in crate::web) last: &'static str,
    pub(in crate::web) every: &'static str,
    pub(in crate::web) dead: &'static str,
    pub(in crate::web) overdue: &'static str,
    pub(in crate::web) error: &'static str,
    pub(in crate::web) taken: &'static str,
    pub(in crate::web) nobody: &'static str,
    pub(in crate::web) changes: &'static str,
    pub(in crate::web) author: &'static str,
    pub(in crate::web) note: &'static str,
    pub(in crate::web) take: &'static str,
    pub(in crate::web) annotate: &'static str,
    pub(in crate::web) history: &'static str,
    pub(in crate::web) nothing_fired: &'static str,
    pub(in crate::web) alert: &'static str,
    pub(in crate::web) worst: &'static str,
    pub(in crate::web) still: &'static str,
    pub(in crate::web) older: &'static str,
    pub(in crate::web) kind: &'static str,
    pub(in crate::web) every_kind: &'static str,
    pub(in crate::web) letters: &'static str,
    pub(in crate::web) no_letters: &'static str,
    pub(in crate::web) letters_how: &'static str,
    pub(in crate::web) message: &'static str,
    pub(in crate::web) receiver: &'static str,
    pub(in crate::web) attempts: &'static str,
    pub(in crate::web) says: &'static str,
    pub(in crate::web) what_to_do: &'static str,
    pub(in crate::web) send_again: &'static str,
    pub(in crate::web) firing_as: &'static str,
    pub(in crate::web) history_as: &'static str,
    pub(in crate::web) letters_as: &'static str,
}

static ENGLISH: AlertWords = AlertWords {
    firing: "Firing now",
    nothing_fires: "Nothing fires.",
    never: "No alert has ever fired in this lake.",
    no_desk: "This server keeps no alerts; ask one that “vigie serve” started.",
    how: "What is watched, and who is told, stands in a file: “vigie serve --alerts alerts.yaml” reads it, “vigie alerts check” \
          says what is wrong in it, “vigie schema alerts” what it may hold. Objectives of contracts that are filed are watched \
          as well.",
    more: "More alerts fire than are shown here; filter them by the address, or see the JSON.",
    pending: "Begun, and not yet for long enough to fire",
    rule: "Rule",
    about: "About",
    since: "Since",
    fired: "Fired",
    until: "Ended",
    level: "Level",
    window: "Period",
    call_hours: "People are called in",
    missed: "Missed",
    good: "Good so far",
    promised: "Promised",
    used: "Used of the period’s allowance",
    p_miss: "Chance to miss the period",
    remedy: "What would still save it",
    over: "Period",
    short: "Contacts lacking",
    cost: "What it costs",
    last: "Last delivery",
    every: "Agreed at most",
    dead: "Given up",
    overdue: "Overdue",
    error: "Last error",
    taken: "Taken on",
    nobody: "nobody yet",
    changes: "What became of it",
    author: "Your name",
    note: "Note",
    take: "Take it on",
    annotate: "Add the note only",
    history: "History",
    nothing_fired: "Nothing fired that belongs to this question.",
    alert: "Alert",
    worst: "At its worst",
    still: "still fires",
    older: "Older alerts",
    kind: "Kind",
    every_kind: "Every kind",
    letters: "Messages that were given up",
    no_letters: "None.",
    letters_how: "Mend the receiver, then send them again, here or by “vigie alerts dead-letters --requeue ID”; with --discard \
                  ID they are given up for good.",
    message: "Message",
    receiver: "Receiver",
    attempts: "Attempts",
    says: "What it says",
    what_to_do: "What to do",
    send_again: "Send again",
    firing_as: "What fires as",
    history_as: "The history as",
    letters_as: "Messages given up as",
};

static FRENCH: AlertWords = AlertWords {
    firing: "En cours",
    nothing_fires: "Aucune alerte en cours.",
    never: "Aucune alerte ne s’est jamais déclenchée dans ce lac.",
    no_desk: "Ce serveur ne tient pas d’alertes\u{a0}; demandez à un serveur lancé par «\u{a0}vigie serve\u{a0}».",
    how: "Ce qui est surveillé, et qui est prévenu, est dit dans un fichier\u{a0}: «\u{a0}vigie serve --alerts alerts.yaml\u{a0}» \
          le lit, «\u{a0}vigie alerts check\u{a0}» dit ce qui y est faux, «\u{a0}vigie schema alerts\u{a0}» ce qu’il peut \
          contenir. Les objectifs des contrats déposés sont surveillés aussi.",
    more: "Plus d’alertes sont en cours qu’il n’en est montré ici\u{a0}; filtrez-les par l’adresse, ou voyez le JSON.",
    pending: "Commencées, depuis trop peu de temps pour se déclencher",
    rule: "Règle",
    about: "Concerne",
    since: "Depuis",
    fired: "Déclenchée",
    until: "Terminée",
    level: "Niveau",
    window: "Période",
    call_hours: "On appelle pendant",
    missed: "Manqués",
    good: "Bons jusqu’ici",
    promised: "Promis",
    used: "Pris sur la marge de la période",
    p_miss: "Risque de manquer la période",
    remedy: "Ce qui la sauverait encore",
    over: "Période",
    short: "Contacts manquants",
    cost: "Ce que cela coûte",
    last: "Dernière livraison",
    every: "Convenu au plus",
    dead: "En échec",
    overdue: "En retard",
    error: "Dernière erreur",
    taken: "Prise en charge",
    nobody: "par personne encore",
    changes: "Son déroulement",
    author: "Votre nom",
    note: "Note",
    take: "Prendre en charge",
    annotate: "Ajouter seulement la note",
    history: "Historique",
    nothing_fired: "Aucune alerte ne répond à cette question.",
    alert: "Alerte",
    worst: "Au pire",
    still: "en cours",
    older: "Alertes plus anciennes",
    kind: "Nature",
    every_kind: "Toutes",
    letters: "Messages en échec",
    no_letters: "Aucun.",
    letters_how: "Rétablissez le destinataire, puis renvoyez-les, ici ou par «\u{a0}vigie alerts dead-letters --requeue \
                  ID\u{a0}»\u{a0}; avec --discard ID, ils sont abandonnés.",
    message: "Message",
    receiver: "Destinataire",
    attempts: "Tentatives",
    says: "Ce qu’il dit",
    what_to_do: "Que faire",
    send_again: "Renvoyer",
    firing_as: "Les alertes en cours en",
    history_as: "L’historique en",
    letters_as: "Les messages en échec en",
};

impl Lang {
    pub(in crate::web) fn alert_words(self) -> &'static AlertWords {
        match self {
            Self::English => &ENGLISH,
            Self::French => &FRENCH,
        }
    }

    /// The same language in messages.
    pub(in crate::web) fn of_messages(self) -> alert::Lang {
        match self {
            Self::English => alert::Lang::English,
            Self::French => alert::Lang::French,
        }
    }

    /// How urgent an alert is.
    pub(in crate::web) fn severity(self, severity: Severity) -> &'static str {
        match severity {
            Severity::Critical => self.pick("critical", "critique"),
            Severity::Warning => self.pick("warning", "avertissement"),
            Severity::Info => self.pick("information", "information"),
        }
    }

    /// What an alert says has happened.
    pub(in crate::web) fn kind(self, kind: Kind) -> &'static str {
        match kind {
            Kind::Breach => {
                self.pick("a promise is being missed, or will be", "un engagement est manqué, ou va l’être")
            }
            Kind::Data => self.pick("data is late or missing", "données en retard ou manquantes"),
            Kind::Delivery => self.pick("messages are not delivered", "messages non livrés"),
        }
    }

    /// How an alert ended.
    pub(in crate::web) fn ended(self, closed: Option<Change>) -> &'static str {
        match closed {
            Some(Change::Resolved) => self.pick("back in order", "retour à la normale"),
            Some(Change::Retracted) => self.pick("withdrawn: it did not happen", "retirée\u{a0}: n’a pas eu lieu"),
            _ => self.pick("its period is over, uncleared", "période terminée, sans retour à la normale"),
        }
    }

    /// Misses among contacts of so long a window.
    pub(in crate::web) fn of_window(self, length: &str) -> String {
        match self {
            Self::English => format!("{{}} of {{}} contacts, over {length} of open time"),
            Self::French => format!("{{}} sur {{}} contacts, sur {length} d’heures ouvrées"),
        }
    }

    /// A part of what there is.
    pub(in crate::web) fn of_contacts(self) -> &'static str {
        self.pick("{} of {} contacts", "{} sur {} contacts")
    }

    /// What those to come must bring, in the order needed, to come, share of late.
    pub(in crate::web) fn rescue(self, until: Until, has_recent: bool) -> String {
        let stretch = self.stretch(until);
        let lately = if has_recent { self.pick(", {} were of late", ", {} l’ont été récemment") } else { "" };
        match self {
            Self::English => format!("{{}} of the next {{}} must be in time to save {stretch}{lately}"),
            Self::French => {
                format!("{{}} des {{}} prochains doivent l’être dans le délai pour sauver {stretch}{lately}")
            }
        }
    }

    /// An hour or a day that is safe whatever comes, or cannot be saved.
    pub(in crate::web) fn past_rescue(self, until: Until, is_safe: bool) -> String {
        let stretch = self.stretch(until);
        match (self, is_safe) {
            (Self::English, true) => format!("{stretch} keeps the promise whatever comes"),
            (Self::English, false) => format!("{stretch} can no longer keep the promise"),
            (Self::French, true) => format!("{stretch} tient la promesse quoi qu’il arrive"),
            (Self::French, false) => format!("{stretch} ne peut plus tenir la promesse"),
        }
    }

    fn stretch(self, until: Until) -> &'static str {
        match until {
            Until::Hour => self.pick("this hour", "cette heure"),
            Until::Day => self.pick("this day", "cette journée"),
        }
    }

    /// A credit, due or only shown.
    pub(in crate::web) fn of_invoice(self, is_due: bool) -> &'static str {
        if is_due {
            self.pick("{} of the period’s invoice", "{} de la facture de la période")
        } else {
            self.pick("{} of the period’s invoice, not due", "{} de la facture de la période, non dû")
        }
    }

    /// What the rest must bring, in the order share required, number to come, share of late.
    pub(in crate::web) fn remedy(self, has_recent: bool) -> &'static str {
        match (self, has_recent) {
            (Self::English, true) => "{} of the remaining {} must be good, {} were of late",
            (Self::English, false) => "{} of the remaining {} must be good",
            (Self::French, true) => "{} des {} restants doivent être bons, {} l’ont été récemment",
            (Self::French, false) => "{} des {} restants doivent être bons",
        }
    }

    /// Who took an alert on, and whether it has worsened since.
    pub(in crate::web) fn taken_on(self, by: &str, at: &str, note: &str, is_in_force: bool) -> String {
        let note = if note.is_empty() { String::new() } else { format!("{} {note}", self.pick(":", "\u{a0}:")) };
        let since = if is_in_force {
            ""
        } else {
            self.pick(
                " It has worsened since: to be taken on again.",
                " Elle s’est aggravée depuis\u{a0}: à reprendre en charge.",
            )
        };
        match self {
            Self::English => format!("by {by} on {at}{note}{since}"),
            Self::French => format!("par {by} le {at}{note}{since}"),
        }
    }
}
