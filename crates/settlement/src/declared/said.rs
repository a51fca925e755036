//! What is wrong with a declared file, and what would be right: every message, in both languages.

use engine::Title;
use jiff::civil::Date;

fn both(en: impl Into<String>, fr: impl Into<String>) -> Title {
    Title { en: en.into(), fr: fr.into() }
}

pub(super) fn unreadable(error: &csv::Error) -> Title {
    both(
        format!("{error}; give text in UTF-8"),
        format!("le texte ne peut pas être lu ({error})\u{a0}; donnez-le en UTF-8"),
    )
}

pub(super) fn no_header(error: &csv::Error) -> Title {
    both(
        format!("{error}; give a CSV with a header"),
        format!("l’en-tête ne peut pas être lu ({error})\u{a0}; donnez un CSV avec un en-tête"),
    )
}

pub(super) fn nothing() -> Title {
    both(
        "no row says anything; give one line for each cell declared",
        "aucune ligne ne dit quoi que ce soit\u{a0}; donnez une ligne par cellule déclarée",
    )
}

pub(super) fn too_many_rows(most: usize) -> Title {
    both(
        format!("the file has more than {most} rows; give it in parts"),
        format!("le fichier a plus de {most} lignes\u{a0}; donnez-le en plusieurs parties"),
    )
}

pub(super) fn too_many_days(most: i64) -> Title {
    both(
        format!("the periods declared so far are of more than {most} days together; give the file in parts"),
        format!(
            "les périodes déclarées jusqu’ici font ensemble plus de {most} jours\u{a0}; donnez le fichier en plusieurs \
             parties"
        ),
    )
}

pub(super) fn cells(found: usize, wanted: usize) -> Title {
    both(
        format!("has {found} cells and the header {wanted}; give one cell for each column"),
        format!("a {found} cellules et l’en-tête {wanted}\u{a0}; donnez une cellule par colonne"),
    )
}

pub(super) fn column_twice() -> Title {
    both("is given twice; give each column once", "est donnée deux fois\u{a0}; donnez chaque colonne une fois")
}

pub(super) fn no_column(name: &str, known: &str) -> Title {
    both(
        format!("there is no column {name:?}; use {known}"),
        format!("il n’y a pas de colonne {name:?}\u{a0}; utilisez {known}"),
    )
}

pub(super) fn column_missing(known: &str) -> Title {
    both(format!("is missing; the columns are {known}"), format!("manque\u{a0}; les colonnes sont {known}"))
}

pub(super) fn cell_twice() -> Title {
    both(
        "declares a cell that an earlier line declares; give each provider, site, queue and period once",
        "déclare une cellule qu’une ligne précédente déclare déjà\u{a0}; donnez chaque prestataire, site, file et période \
         une seule fois",
    )
}

pub(super) fn row_says_nothing() -> Title {
    both(
        "declares nothing; give offered, answered, abandoned, in_time, promised or service_level, or leave the line out",
        "ne déclare rien\u{a0}; donnez offered, answered, abandoned, in_time, promised ou service_level, ou retirez la \
         ligne",
    )
}

pub(super) fn no_provider() -> Title {
    both("is empty; say whose figures these are", "est vide\u{a0}; dites de qui sont ces chiffres")
}

pub(super) fn unknown(name: &str, known: &str) -> Title {
    both(
        format!("{name:?} is not in the network file; use {known}"),
        format!("{name:?} n’est pas dans le fichier du réseau\u{a0}; utilisez {known}"),
    )
}

pub(super) fn unknown_site(name: &str, provider: &str, own: &str) -> Title {
    both(
        format!("{name:?} is not in the network file; {provider} has {own}"),
        format!("{name:?} n’est pas dans le fichier du réseau\u{a0}; {provider} a {own}"),
    )
}

pub(super) fn foreign_site(name: &str, provider: &str, own: &str) -> Title {
    both(
        format!("{name:?} is another provider's site; {provider} has {own}"),
        format!("{name:?} est le site d’un autre prestataire\u{a0}; {provider} a {own}"),
    )
}

pub(super) fn days_in_one_way() -> Title {
    both(
        "must say its days in one way: day, period, or from and to",
        "doit dire ses jours d’une seule façon\u{a0}: day, period, ou from et to",
    )
}

pub(super) fn no_month(text: &str) -> Title {
    both(
        format!("{text:?} is no month; write it as 2026-10"),
        format!("{text:?} n’est pas un mois\u{a0}; écrivez-le comme 2026-10"),
    )
}

pub(super) fn no_day(text: &str) -> Title {
    both(
        format!("{text:?} is no day; write it as 2026-10-05"),
        format!("{text:?} n’est pas un jour\u{a0}; écrivez-le comme 2026-10-05"),
    )
}

pub(super) fn backwards(from: Date, to: Date) -> Title {
    both(
        format!("{to} is not after {from}; `to` is the day after the last"),
        format!("{to} n’est pas après {from}\u{a0}; `to` est le lendemain du dernier jour"),
    )
}

pub(super) fn no_count(text: &str) -> Title {
    both(
        format!("{text:?} is no number of contacts; write a whole number such as 1240"),
        format!("{text:?} n’est pas un nombre de contacts\u{a0}; écrivez un nombre entier comme 1240"),
    )
}

pub(super) fn more_than_promised(some: i64, all: i64) -> Title {
    both(
        format!("{some} of {all} promised; the numerator cannot exceed the denominator"),
        format!("{some} sur {all} promis\u{a0}; le numérateur ne peut pas dépasser le dénominateur"),
    )
}

pub(super) fn no_formula(text: &str) -> Title {
    both(
        format!("{text:?} is no formula; use a, b, c, d, e, f, g or own"),
        format!("{text:?} n’est pas une formule\u{a0}; utilisez a, b, c, d, e, f, g ou own"),
    )
}

pub(super) fn no_rule_for_short(text: &str) -> Title {
    both(
        format!("{text:?} is no rule for short abandons; use counted or dropped"),
        format!("{text:?} n’est pas une règle d’abandons courts\u{a0}; utilisez counted ou dropped"),
    )
}

pub(super) fn no_rule(text: &str, words: &str) -> Title {
    both(
        format!("{text:?} is no rule here; use {words}"),
        format!("{text:?} n’est pas une règle ici\u{a0}; utilisez {words}"),
    )
}

pub(super) fn no_zone(text: &str) -> Title {
    both(
        format!("{text:?} is no zone; give a name such as Europe/Paris or UTC"),
        format!("{text:?} n’est pas un fuseau\u{a0}; donnez un nom comme Europe/Paris ou UTC"),
    )
}

pub(super) fn no_seconds(text: &str) -> Title {
    both(
        format!("{text:?} is no number of seconds; write it as 20, or own for each queue's"),
        format!("{text:?} n’est pas un nombre de secondes\u{a0}; écrivez 20, ou own pour celui de chaque file"),
    )
}

pub(super) fn not_left_out(word: &str) -> Title {
    both(
        format!("{word:?} is nothing that is left out; use cancelled, rules, closed or none"),
        format!("{word:?} n’est rien d’écarté\u{a0}; utilisez cancelled, rules, closed ou none"),
    )
}

pub(super) fn no_share(text: &str) -> Title {
    both(
        format!("{text:?} is no share; write it as 0.813 or 81.3 %"),
        format!("{text:?} n’est pas une part\u{a0}; écrivez 0,813 ou 81,3 %"),
    )
}

pub(super) fn more_than_all(text: &str) -> Title {
    both(
        format!("{text:?} is more than all; write it as 0.813 or 81.3 %"),
        format!("{text:?} est plus que tout\u{a0}; écrivez 0,813 ou 81,3 %"),
    )
}

pub(super) fn contact_twice(contact: &str, line: u64) -> Title {
    both(
        format!("{contact:?} is on line {line} too; give each contact once"),
        format!("{contact:?} est déjà à la ligne {line}\u{a0}; donnez chaque contact une seule fois"),
    )
}

pub(super) fn contact_lacks() -> Title {
    both(
        "is empty; every contact has its id, site, queue, instant and outcome",
        "est vide\u{a0}; chaque contact a son identifiant, son site, sa file, son instant et son issue",
    )
}

pub(super) fn no_instant(text: &str) -> Title {
    both(
        format!("{text:?} is no instant; write it as 2026-10-05T09:30:00+02:00"),
        format!("{text:?} n’est pas un instant\u{a0}; écrivez-le comme 2026-10-05T09:30:00+02:00"),
    )
}

pub(super) fn no_outcome(text: &str) -> Title {
    both(
        format!("{text:?} is no outcome; use answered, abandoned or flowed_out"),
        format!("{text:?} n’est pas une issue\u{a0}; utilisez answered, abandoned ou flowed_out"),
    )
}
