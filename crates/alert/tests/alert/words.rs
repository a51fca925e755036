//! What messages say, word by word, in both languages.

use alert::{Action, Alert, Evidence, Figures, Lang, Notice, Remark, Remedy, State, Title, Verdict, act, step};

use crate::support::{at, paris, plain_rule, queue, seen, time};

/// Narrow and ordinary no-break spaces, shown.
fn shown(text: &str) -> String {
    text.replace('\u{202f}', "_").replace('\u{a0}', "~")
}

fn said(notice: &Notice) -> [String; 2] {
    Lang::ALL.map(|lang| shown(&notice.text[&lang]))
}

fn fired(figures: Figures) -> (State, Alert, [String; 2]) {
    let what = Title { en: "Service level".to_owned(), fr: "Taux de service".to_owned() };
    let mut seen = seen(&plain_rule(), queue("voice"), at(42 * 60), Verdict::level(1));
    seen.evidence = Evidence { what, figures };
    let (state, mut told) = step(&plain_rule(), State::default(), &seen);
    let notice = Notice::new(told.remove(0), &paris());
    (state, notice.alert.clone(), said(&notice))
}

const REMEDY: Remedy = Remedy { required: 0.81, remaining: 6000, recent: Some(0.805) };

fn burn(remedy: Option<Remedy>) -> Figures {
    Figures::Burn { minutes: 60, contacts: 412, missed: 222, target: 0.8, used: Some(0.013), remedy }
}

/// What, where, since when, how bad, and what would still save it: in one sentence.
#[test]
fn a_burn_says_all_five() {
    let (_, _, said) = fired(burn(Some(REMEDY)));
    assert_eq!(
        said,
        [
            "Service level, queue voice, site tunis: since 10:42, 54% of the 412 contacts of the last hour missed the target \
             of 80%, 1.3% of the period's allowance; to keep 80%, 81.0% of the remaining 6,000 must be in time (lately \
             80.5%).",
            "Taux de service, file voice, site tunis~: depuis 10_h_42, 54_% des 412 contacts sur la dernière heure hors \
             objectif (80_%), soit 1,3_% de la marge de la période~; pour tenir 80_%, il faut 81,0_% des 6_000 restants \
             dans le délai (récemment 80,5_%).",
        ]
    );
    let (_, _, said) = fired(burn(Some(Remedy { required: 1.2, ..REMEDY })));
    assert!(said[0].ends_with("allowance; the period can no longer be met."), "{said:?}");
    let (_, _, said) = fired(burn(Some(Remedy { required: -0.1, ..REMEDY })));
    assert!(said[1].ends_with("~; la période est acquise."), "{said:?}");
}

#[test]
fn an_outlook_says_the_chance_and_what_it_takes() {
    let figures = |p_miss, remedy| Figures::Outlook { contacts: 12_000, good: 9540, target: 0.8, p_miss, remedy };
    let (_, _, said) = fired(figures(Some(0.59), Some(REMEDY)));
    assert_eq!(
        said,
        [
            "Service level, queue voice, site tunis: since 10:42, the period will be missed with a chance of 59%: 79.5% of \
             12,000 contacts so far, 80% promised; to keep 80%, 81.0% of the remaining 6,000 must be in time (lately 80.5%).",
            "Taux de service, file voice, site tunis~: depuis 10_h_42, le risque de manquer la période est de 59_%~: 79,5_% \
             des 12_000 contacts jusqu'ici, 80_% promis~; pour tenir 80_%, il faut 81,0_% des 6_000 restants dans le \
             délai (récemment 80,5_%).",
        ]
    );
    let (_, _, said) = fired(figures(None, None));
    assert_eq!(
        said[0],
        "Service level, queue voice, site tunis: since 10:42, the period can no longer be met: 79.5% of 12,000 contacts so \
         far, 80% promised."
    );
}

#[test]
fn silence_is_said_to_be_no_breach() {
    let (_, _, said) = fired(Figures::Feed { last: Some(time("2026-10-11T21:30:00Z")), every_s: 900 });
    assert_eq!(
        said,
        [
            "Service level, queue voice, site tunis: nothing that happened after 11 October, 23:30 has arrived, where \
             deliveries at most 15_min apart were agreed; its figures are provisional, which is no breach; a delivery puts it right.",
            "Taux de service, file voice, site tunis~: rien de ce qui s'est passé après le 11 octobre à 23_h_30 \
             n'est arrivé, alors que des livraisons espacées d'au plus 15_min sont convenues~; ses chiffres sont provisoires, ce n'est pas un \
             manquement~; une livraison suffit.",
        ]
    );
    let (_, _, said) = fired(Figures::Feed { last: None, every_s: 86_400 });
    assert!(said[0].contains("nothing has ever arrived, where deliveries at most 1_d 0_h apart"), "{said:?}");
}

#[test]
fn ends_say_how_long_it_lasted_and_withdrawals_what_did_not_happen() {
    let (state, alert, _) = fired(burn(None));
    let rule = plain_rule();
    let go = |state, second| step(&rule, state, &seen(&rule, queue("voice"), at(second), Verdict::CLEAR));
    let (clearing, _) = go(state.clone(), 90 * 60);
    let (_, mut told) = go(clearing, 105 * 60);
    let resolved = Notice::new(told.remove(0), &paris());
    assert_eq!(
        said(&resolved),
        [
            "Service level, queue voice, site tunis: back in order since 11:30, after 48_min.",
            "Taux de service, file voice, site tunis~: retour à la normale depuis 11_h_30, après 48_min.",
        ]
    );
    let (_, withdrawn) = act(state.clone(), alert.clone(), Action::Retract, at(86_400)).expect("open");
    assert_eq!(
        said(&Notice::new(withdrawn, &paris())),
        [
            "Service level, queue voice, site tunis: withdrawn; by the data that arrived since, what was announced (12 \
             October, 10:42) did not happen.",
            "Taux de service, file voice, site tunis~: retirée~; selon les données arrivées depuis, le fait annoncé (le 12 \
             octobre à 10_h_42) n'a pas eu lieu.",
        ]
    );
    let remark = Remark::new("Awa", "on appelle").expect("a remark");
    let (_, taken) = act(state, alert, Action::Acknowledge(remark), at(43 * 60)).expect("open");
    assert_eq!(
        said(&Notice::new(taken, &paris())),
        [
            "Service level, queue voice, site tunis: taken on by Awa: on appelle",
            "Taux de service, file voice, site tunis~: prise en charge par Awa~: on appelle",
        ]
    );
}

/// Words that the wording rules of the product keep out.
#[test]
fn no_message_blames() {
    let all = [burn(Some(REMEDY)), burn(None)].map(|figures| fired(figures).2).concat().join(" ").to_lowercase();
    for word in ["significant", "worst", "outlier", "proof", "significatif", "pire"] {
        assert!(!all.contains(word), "{word}");
    }
}
