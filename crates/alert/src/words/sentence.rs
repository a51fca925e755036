//! The sentence of a change.

use contact::Instant;
use jiff::tz::TimeZone;

use super::Lang;
use crate::{Alert, Change, Remark, Transition};

impl Lang {
    /// What became of an alert, in one sentence, with times on the clocks of `zone`.
    pub(crate) fn sentence(self, transition: &Transition, zone: &TimeZone) -> String {
        let Transition { alert, change, at, remark } = transition;
        let what = self.of(&alert.evidence.what.en, &alert.evidence.what.fr);
        let colon = self.of(": ", "\u{a0}: ");
        format!(
            "{what}, {}{colon}{}",
            self.place(&alert.subject),
            self.said(alert, *change, *at, remark.as_ref(), zone)
        )
    }

    fn said(self, alert: &Alert, change: Change, at: Instant, remark: Option<&Remark>, zone: &TimeZone) -> String {
        let fired = self.moment(alert.fired_at, at, zone);
        match change {
            Change::Fired => self.condition(alert, at, zone),
            Change::Worsened => {
                format!("{}{}", self.of("worse; ", "aggravation\u{a0}; "), self.condition(alert, at, zone))
            }
            Change::Eased => {
                format!("{}{}", self.of("better; ", "amélioration\u{a0}; "), self.condition(alert, at, zone))
            }
            Change::Resolved => {
                let until = alert.until.unwrap_or(at);
                let (moment, lasted) = (self.moment(until, at, zone), self.length(until.micros_since(alert.since)));
                self.of(
                    format!("back in order since {moment}, after {lasted}."),
                    format!("retour à la normale depuis {moment}, après {lasted}."),
                )
            }
            Change::Ended => self.of(
                format!("its period is over or it is no longer watched; the alert of {fired} ends uncleared."),
                format!(
                    "période terminée ou suivi arrêté\u{a0}; l'alerte ({fired}) s'achève sans retour à la normale."
                ),
            ),
            Change::Retracted => self.of(
                format!("withdrawn; by the data that arrived since, what was announced ({fired}) did not happen."),
                format!("retirée\u{a0}; selon les données arrivées depuis, le fait annoncé ({fired}) n'a pas eu lieu."),
            ),
            Change::Acknowledged => self.remarked("taken on by", "prise en charge par", remark),
            Change::Annotated => self.remarked("note by", "note de", remark),
        }
    }

    fn remarked(self, english: &str, french: &str, remark: Option<&Remark>) -> String {
        let lead = self.of(english, french);
        remark.map_or_else(String::new, |remark| match (remark.by(), remark.text()) {
            (by, "") => format!("{lead} {by}."),
            (by, text) => format!("{lead} {by}{}{text}", self.of(": ", "\u{a0}: ")),
        })
    }
}
