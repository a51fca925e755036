//! Since when, how bad, and what would still save it.

use contact::Instant;
use jiff::tz::TimeZone;

use super::Lang;
use crate::{
    Alert,
    evidence::{Figures, Remedy, Rescue, Until},
};

impl Lang {
    /// The rest of the sentence of an alert that fires, as of `now`.
    pub(super) fn condition(self, alert: &Alert, now: Instant, zone: &TimeZone) -> String {
        let since = self.moment(alert.since, now, zone);
        match &alert.evidence.figures {
            figures @ Figures::Burn { .. } => self.burn(&since, figures),
            figures @ Figures::Outlook { .. } => self.outlook(&since, figures),
            figures @ Figures::Result { .. } => self.result(figures, now, zone),
            Figures::Feed { last, every_s } => {
                self.feed(last.map(|last| self.moment(last, now, zone)), every_s.saturating_mul(1_000_000))
            }
            Figures::Delivery { dead, overdue, error } => self.delivery(&since, *dead, *overdue, error.as_deref()),
        }
    }

    fn burn(self, since: &str, figures: &Figures) -> String {
        let Figures::Burn { minutes, contacts, missed, target, used, remedy } = figures else { return String::new() };
        let (last, all, target) = (self.last(*minutes), self.count(*contacts), self.target(*target));
        let share = self.percent(ratio(*missed, *contacts), 0);
        let used = used.map_or_else(String::new, |used| {
            let used = self.percent(used, 1);
            self.of(format!(", {used} of the period's allowance"), format!(", soit {used} de la marge de la période"))
        });
        let saved = self.rescue(*remedy, &target);
        self.of(
            format!(
                "since {since}, {share} of the {all} contacts of {last} missed the target of {target}{used}{saved}."
            ),
            format!("depuis {since}, {share} des {all} contacts sur {last} hors objectif ({target}){used}{saved}."),
        )
    }

    fn outlook(self, since: &str, figures: &Figures) -> String {
        let Figures::Outlook { contacts, good, target, p_miss, remedy } = figures else { return String::new() };
        let (all, target) = (self.count(*contacts), self.target(*target));
        let share = self.percent(ratio(*good, *contacts), 1);
        let chance = p_miss.map(|chance| self.percent(chance, 0));
        let stands = match (remedy, chance) {
            (None, _) => self.lost().to_owned(),
            (_, None) => self.of("the period is at risk", "la période est menacée").to_owned(),
            (_, Some(chance)) => self.of(
                format!("the period will be missed with a chance of {chance}"),
                format!("le risque de manquer la période est de {chance}"),
            ),
        };
        let saved = self.remedy(*remedy, &target);
        self.of(
            format!("since {since}, {stands}: {share} of {all} contacts so far, {target} promised{saved}."),
            format!("depuis {since}, {stands}\u{a0}: {share} des {all} contacts jusqu'ici, {target} promis{saved}."),
        )
    }

    fn feed(self, last: Option<String>, every_us: i64) -> String {
        let every = self.length(every_us);
        let silence = last.map_or_else(
            || self.of("nothing has ever arrived", "rien n'est jamais arrivé").to_owned(),
            |last| {
                self.of(
                    format!("nothing that happened after {last} has arrived"),
                    format!("rien de ce qui s'est passé après {last} n'est arrivé"),
                )
            },
        );
        self.of(
            format!(
                "{silence}, where deliveries at most {every} apart were agreed; its figures are provisional, which is no \
                 breach; a delivery puts it right."
            ),
            format!(
                "{silence}, alors que des livraisons espacées d'au plus {every} sont convenues\u{a0}; ses chiffres sont \
                 provisoires, ce n'est pas un manquement\u{a0}; une livraison suffit."
            ),
        )
    }

    fn delivery(self, since: &str, dead: i64, overdue: i64, error: Option<&str>) -> String {
        let (dead, overdue) = (self.count(dead), self.count(overdue));
        let error = error.map_or_else(String::new, |error| format!(" ({})", self.delivery_error(error)));
        self.of(
            format!(
                "since {since}, {dead} given up and {overdue} overdue{error}; mend the receiver, then send the dead \
                 letters again."
            ),
            format!(
                "depuis {since}, {dead} en échec et {overdue} en retard{error}\u{a0}; rétablir le destinataire, puis \
                 renvoyer les messages en échec."
            ),
        )
    }

    fn lost(self) -> &'static str {
        self.of("the period can no longer be met", "la période ne peut plus être tenue")
    }

    fn result(self, figures: &Figures, now: Instant, zone: &TimeZone) -> String {
        let Figures::Result { from, to, attained, short, cost } = figures else { return String::new() };
        let [from, to] = [from, to].map(|bound| self.moment(*bound, now, zone));
        let attained = attained.map_or_else(String::new, |attained| {
            let share = self.percent(ratio(attained.good, attained.contacts), 2);
            let (all, target) = (self.count(attained.contacts), self.target(attained.target));
            let short = short.map_or_else(String::new, |short| {
                let short = self.count(short);
                self.of(format!(", {short} contacts short"), format!(", il en manque {short}"))
            });
            self.of(
                format!(": {share} of {all} contacts, {target} promised{short}"),
                format!("\u{a0}: {share} des {all} contacts, {target} promis{short}"),
            )
        });
        let cost = cost.map_or_else(String::new, |cost| {
            let credit = self.percent(cost.credit, 2);
            if cost.due {
                return self.of(
                    format!("; it costs {credit} of the invoice"),
                    format!("\u{a0}; cela coûte {credit} de la facture"),
                );
            }
            self.of(
                format!("; it would cost {credit} of the invoice, were the contract binding"),
                format!("\u{a0}; cela coûterait {credit} de la facture si le contrat engageait"),
            )
        });
        self.of(
            format!(
                "the period from {from} to {to} was missed{attained}{cost}; only data that is put right or a claim that is \
                 accepted can change it."
            ),
            format!(
                "la période ouverte {from} et close {to} est manquée{attained}{cost}\u{a0}; seules des données corrigées \
                 ou une exclusion acceptée peuvent y changer quelque chose."
            ),
        )
    }

    /// What would still save the hour or the day, as the rest of a sentence.
    fn rescue(self, rescue: Option<Rescue>, target: &str) -> String {
        let Some(Rescue { until, needed, coming, recent }) = rescue else { return String::new() };
        let semicolon = self.of("; ", "\u{a0}; ");
        let stretch = match until {
            Until::Hour => self.of("hour", "l'heure"),
            Until::Day => self.of("day", "la journée"),
        };
        if needed > coming {
            let lost = self.of(
                format!("this {stretch} can no longer end at {target}"),
                format!("{stretch} ne peut plus finir à {target}"),
            );
            return format!("{semicolon}{lost}");
        }
        if needed <= 0 {
            let safe = self.of(
                format!("this {stretch} keeps {target} whatever comes"),
                format!("{stretch} tient {target} quoi qu'il arrive"),
            );
            return format!("{semicolon}{safe}");
        }
        let (needed, coming) = (self.count(needed), self.count(coming));
        let recent = self.lately(recent);
        self.of(
            format!("{semicolon}to end this {stretch} at {target}, {needed} of the next {coming} must be in time{recent}"),
            format!("{semicolon}pour finir {stretch} à {target}, il faut {needed} des {coming} prochains dans le délai{recent}"),
        )
    }

    fn lately(self, recent: Option<f64>) -> String {
        recent.map_or_else(String::new, |recent| {
            let recent = self.percent(recent, 1);
            self.of(format!(" (lately {recent})"), format!(" (récemment {recent})"))
        })
    }

    /// What would still save it, as the rest of a sentence.
    fn remedy(self, remedy: Option<Remedy>, target: &str) -> String {
        let Some(Remedy { required, remaining, recent }) = remedy else { return String::new() };
        let semicolon = self.of("; ", "\u{a0}; ");
        if required > 1.0 {
            return format!("{semicolon}{}", self.lost());
        }
        if required <= 0.0 {
            return format!("{semicolon}{}", self.of("the period is safe", "la période est acquise"));
        }
        let (required, remaining) = (self.percent(required, 1), self.count(remaining));
        let recent = self.lately(recent);
        self.of(
            format!("{semicolon}to keep {target}, {required} of the remaining {remaining} must be in time{recent}"),
            format!(
                "{semicolon}pour tenir {target}, il faut {required} des {remaining} restants dans le délai{recent}"
            ),
        )
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn ratio(part: i64, of: i64) -> f64 {
    if of > 0 { part as f64 / of as f64 } else { 0.0 }
}
