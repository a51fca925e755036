//! What readers call rules, levels, places, periods and errors: the identifiers of answers and labels, in words.

use super::Lang;
use crate::Subject;

/// Labels in the order in which a place is told, with their words.
const PLACES: [(&str, [&str; 2]); 7] = [
    ("queue", ["queue", "file"]),
    ("channel", ["channel", "canal"]),
    ("site", ["site", "site"]),
    ("provider", ["provider", "prestataire"]),
    ("contract", ["contract", "contrat"]),
    ("period", ["period", "période"]),
    ("receiver", ["receiver", "destinataire"]),
];

/// Rules, each with its levels.
const RULES: [(&str, [&str; 2], &[Word]); 5] = [
    (
        "burn",
        ["pace of misses", "rythme des contacts manqués"],
        &[("slow", ["slow", "lent"]), ("medium", ["medium", "moyen"]), ("fast", ["fast", "rapide"])],
    ),
    (
        "outlook",
        ["outlook of the period", "perspectives de la période"],
        &[
            ("at_risk", ["at risk", "menacé"]),
            ("unlikely", ["unlikely to be kept", "compromis"]),
            ("lost", ["lost", "perdu"]),
        ],
    ),
    ("result", ["result of the period", "bilan de la période"], &[("breached", ["missed", "manqué"])]),
    (
        "feed",
        ["delivery of data", "livraison des données"],
        &[("late", ["late", "en retard"]), ("silent", ["silent", "muet"])],
    ),
    (
        "delivery",
        ["delivery of messages", "envoi des messages"],
        &[("overdue", ["overdue", "en retard"]), ("dead", ["given up", "abandonné"])],
    ),
];

/// An identifier with its words.
type Word = (&'static str, [&'static str; 2]);

/// What the attempt to deliver a message met with, by what such errors contain.
const ERRORS: [(&str, &str); 7] = [
    ("Connection refused", "connexion refusée"),
    ("host not found", "adresse introuvable"),
    ("failed to lookup", "adresse introuvable"),
    ("timeout", "pas de réponse à temps"),
    ("is not public", "adresse privée non autorisée"),
    ("in clear", "envoi en clair refusé"),
    ("ertificate", "certificat refusé"),
];

impl Lang {
    /// What a rule watches; its identifier for one of which there is no word.
    #[must_use]
    pub fn rule(self, rule: &str) -> &str {
        RULES.iter().find(|(id, ..)| *id == rule).map_or(rule, |(_, words, _)| self.word(*words))
    }

    /// The level of a rule; its identifier for one of which there is no word.
    #[must_use]
    pub fn level<'t>(self, rule: &str, level: &'t str) -> &'t str {
        let levels = RULES.iter().find(|(id, ..)| *id == rule).map_or(&[][..], |(.., levels)| *levels);
        levels.iter().find(|(id, _)| *id == level).map_or(level, |(_, words)| self.word(*words))
    }

    /// Where, from the labels: `queue voice, site tunis`.
    #[must_use]
    pub fn place(self, subject: &Subject) -> String {
        let known = PLACES.iter().filter_map(|(label, words)| {
            let value = subject.get(label)?;
            Some(if *label == "period" { self.period(value) } else { format!("{} {value}", self.word(*words)) })
        });
        let is_other = |label: &str| label != "objective" && PLACES.iter().all(|(known, _)| *known != label);
        let others = subject.labels().filter(|(label, _)| is_other(label));
        let others = others.map(|(label, value)| format!("{} {value}", label.replace('_', " ")));
        let parts: Vec<String> = known.chain(others).collect();
        match (parts.is_empty(), subject.get("objective")) {
            (true, Some(objective)) => format!("{} {objective}", self.of("objective", "objectif")),
            _ => parts.join(", "),
        }
    }

    /// The periods of a contract's windows, by their length as the contract writes it: `1M`, `28d rolling`.
    #[must_use]
    pub fn period(self, length: &str) -> String {
        let (bare, is_rolling) = length.strip_suffix(" rolling").map_or((length, false), |bare| (bare, true));
        let Some((count, [one, many])) = self.counted(bare) else {
            return self.of(format!("period {length}"), format!("période {length}"));
        };
        let unit = if count == 1 { one } else { many };
        if is_rolling {
            return self
                .of(format!("rolling period of {count} {unit}"), format!("période glissante de {count} {unit}"));
        }
        self.of(format!("period of {count} {unit}"), format!("période de {count} {unit}"))
    }

    /// How many of what a length is, with the words for one and for several.
    fn counted(self, length: &str) -> Option<(u32, [&'static str; 2])> {
        let unit = length.chars().last()?;
        let count = length[..length.len() - unit.len_utf8()].parse().ok()?;
        let words = match unit {
            'd' => self.of(["day", "days"], ["jour", "jours"]),
            'w' => self.of(["week", "weeks"], ["semaine", "semaines"]),
            'M' => self.of(["month", "months"], ["mois", "mois"]),
            'Q' => self.of(["quarter", "quarters"], ["trimestre", "trimestres"]),
            'Y' => self.of(["year", "years"], ["an", "ans"]),
            _ => return None,
        };
        Some((count, words))
    }

    /// What an attempt to deliver a message met with. Errors are kept as they were met with, in English: French readers are
    /// told their kind in words, and see them quoted.
    #[must_use]
    pub fn delivery_error(self, error: &str) -> String {
        let error = error.trim();
        if self == Self::English {
            return error.to_owned();
        }
        let status = error.strip_prefix("answered ").and_then(|rest| rest.get(..3));
        if let Some(status) = status.filter(|status| status.bytes().all(|digit| digit.is_ascii_digit())) {
            let rest = error["answered ".len() + status.len()..].trim_start_matches([':', ';', ' ']);
            return match rest {
                "" => format!("a répondu {status}"),
                "redirects are not followed" => {
                    format!("a répondu {status}\u{a0}; les redirections ne sont pas suivies")
                }
                said => format!("a répondu {status}\u{a0}: «\u{a0}{said}\u{a0}»"),
            };
        }
        let kind = ERRORS.iter().find(|(part, _)| error.contains(part)).map_or("erreur technique", |(_, words)| words);
        format!("{kind}\u{a0}: «\u{a0}{error}\u{a0}»")
    }

    fn word(self, [english, french]: [&str; 2]) -> &str {
        self.of(english, french)
    }
}
