//! The columns of a declared file: the one list from which rows are read, mistakes told and the schema made.

use serde_json::{Map, Value, json};

/// A column: its name, what it says in both languages, and the words or the pattern it takes.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// The same in French.
    about_fr: &'static str,
    takes: Takes,
}

enum Takes {
    Text,
    Pattern(&'static str),
    Words(&'static [&'static str]),
}

const COUNT: &str = "^[0-9]+$";
const DAY: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
const SECONDS: &str = "^(own|[0-9]+([.,][0-9]+)?)$";

/// Every column, in the order of the documentation.
pub(super) const COLUMNS: &[Column] = &[
    column(
        "provider",
        Takes::Text,
        "the provider, as in the network file",
        "le prestataire, comme dans le fichier du réseau",
    ),
    column(
        "site",
        Takes::Text,
        "one site; empty for all of the provider's",
        "un site\u{a0}; vide pour tous ceux du prestataire",
    ),
    column("queue", Takes::Text, "one queue; empty for all", "une file\u{a0}; vide pour toutes"),
    column(
        "day",
        Takes::Pattern(DAY),
        "one day; or `period`; or `from` and `to`",
        "un jour\u{a0}; ou bien `period`\u{a0}; ou bien `from` et `to`",
    ),
    column("period", Takes::Pattern("^[0-9]{4}-[0-9]{2}$"), "one calendar month", "un mois du calendrier"),
    column("from", Takes::Pattern(DAY), "the first day", "le premier jour"),
    column("to", Takes::Pattern(DAY), "the day after the last", "le lendemain du dernier jour"),
    column("offered", Takes::Pattern(COUNT), "contacts that reached the queue", "les contacts arrivés dans la file"),
    column("answered", Takes::Pattern(COUNT), "answered by a human", "répondus par un humain"),
    column("abandoned", Takes::Pattern(COUNT), "the customer left the queue", "le client a quitté la file"),
    column(
        "short_abandoned",
        Takes::Pattern(COUNT),
        "of these, within the short-abandon threshold",
        "dont ceux dans le seuil d’abandon court",
    ),
    column(
        "flowed_out",
        Takes::Pattern(COUNT),
        "left the queue unanswered without hanging up",
        "sortis de la file sans réponse et sans raccrocher",
    ),
    column("in_time", Takes::Pattern(COUNT), "numerator of the service level", "numérateur du taux de service"),
    column("promised", Takes::Pattern(COUNT), "denominator of the service level", "dénominateur du taux de service"),
    column(
        "service_level",
        Takes::Text,
        "the service level as declared: 0.813 or 81.3 %; compared to the digits given",
        "le taux de service tel que déclaré\u{a0}: 0,813 ou 81,3 %\u{a0}; comparé aux chiffres donnés",
    ),
    column(
        "formula",
        Takes::Words(&["own", "a", "b", "c", "d", "e", "f", "g"]),
        "the service-level formula used, alone; own: each queue's, with what was agreed about overflow and callbacks",
        "la formule du taux de service employée, seule\u{a0}; own\u{a0}: celle de chaque file, avec ce qui est convenu \
         du débordement et des rappels",
    ),
    column(
        "threshold_s",
        Takes::Pattern(SECONDS),
        "waiting up to so many seconds is in time; own: each queue's",
        "attendre jusqu’à tant de secondes est dans le délai\u{a0}; own\u{a0}: celui de chaque file",
    ),
    column(
        "short_abandon_s",
        Takes::Pattern(SECONDS),
        "abandoning up to so many seconds is short; own: each queue's",
        "abandonner en tant de secondes au plus est court\u{a0}; own\u{a0}: celui de chaque file",
    ),
    column(
        "short_abandons",
        Takes::Words(&["counted", "dropped"]),
        "whether short abandons are among offered and abandoned at all",
        "si les abandons courts sont parmi les présentés et les abandonnés\u{a0}: counted (comptés) ou dropped (retirés)",
    ),
    column(
        "site_of",
        Takes::Words(&["arrival", "owner", "once"]),
        "whose site and queue a stay counts at: where it was offered; where its contact was first answered; likewise, and \
         each contact once",
        "à quel site et à quelle file un passage compte\u{a0}: arrival, là où il a été présenté\u{a0}; owner, là où son \
         contact a d’abord été répondu\u{a0}; once, de même et chaque contact une fois",
    ),
    column(
        "day_of",
        Takes::Words(&["arrival", "outcome", "end"]),
        "on whose day a stay counts: of its offer; of its answer or abandon; of the end of its handling",
        "quel jour un passage compte\u{a0}: arrival, celui de sa présentation\u{a0}; outcome, celui de sa réponse ou de \
         son abandon\u{a0}; end, celui de la fin de son traitement",
    ),
    column(
        "zone",
        Takes::Text,
        "the zone in which days begin, such as Europe/Paris",
        "le fuseau dans lequel commencent les jours, comme Europe/Paris",
    ),
    column(
        "counts",
        Takes::Pattern("^(none|(cancelled|rules|closed)( (cancelled|rules|closed))*)$"),
        "what is counted though scorecards leave it out: cancelled contacts, traffic that rules of the network file name, \
         live contacts offered while closed; several with a space between; none",
        "ce qui est compté alors que les tableaux de bord l’écartent\u{a0}: cancelled, contacts annulés\u{a0}; rules, \
         trafic que nomment les règles du réseau\u{a0}; closed, contacts vifs présentés fermé\u{a0}; plusieurs séparés \
         par une espace\u{a0}; none",
    ),
];

const fn column(name: &'static str, takes: Takes, about: &'static str, about_fr: &'static str) -> Column {
    Column { name, about, about_fr, takes }
}

/// What a column says, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnSaid {
    /// Its name.
    pub name: &'static str,
    /// In English.
    pub en: &'static str,
    /// In French.
    pub fr: &'static str,
}

/// Every column, in the order of the documentation.
pub fn columns() -> impl Iterator<Item = ColumnSaid> {
    COLUMNS.iter().map(|column| ColumnSaid { name: column.name, en: column.about, fr: column.about_fr })
}

/// The names, for saying what would be right.
pub(super) fn names() -> String {
    COLUMNS.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

/// The JSON Schema of one row: its cells by column.
#[must_use]
pub fn schema() -> Value {
    let property = |column: &Column| {
        let mut made = json!({ "type": "string", "description": column.about });
        match column.takes {
            Takes::Text => {}
            Takes::Pattern(pattern) => made["pattern"] = json!(pattern),
            Takes::Words(words) => made["enum"] = json!(words),
        }
        (column.name.to_owned(), made)
    };
    let properties: Map<String, Value> = COLUMNS.iter().map(property).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A row of a declared file",
        "description": "One line of a CSV with a header: a provider's own figures for a cell, and the rules it used. Rules \
                        that are not stated are searched. Empty cells say nothing.",
        "type": "object",
        "properties": properties,
        "required": ["provider"],
        "anyOf": [{ "required": ["day"] }, { "required": ["period"] }, { "required": ["from", "to"] }],
        "additionalProperties": false,
    })
}
