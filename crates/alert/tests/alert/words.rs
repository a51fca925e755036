//! What messages say, word by word, in both languages.

use alert::{
    Action, Alert, Attained, Cost, Evidence, Figures, Lang, Notice, Remark, Remedy, Rescue, State, Subject, Title,
    Until, Verdict, act, step,
};

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

const RESCUE: Rescue = Rescue { until: Until::Day, needed: 412, coming: 480, recent: Some(0.46) };

fn burn(remedy: Option<Rescue>) -> Figures {
    Figures::Burn { minutes: 60, contacts: 412, missed: 222, target: 0.8, used: Some(0.013), remedy }
}

/// What, where, since when, how bad, and what would still save it: in one sentence.
#[test]
fn a_burn_says_all_five() {
    let (_, _, said) = fired(burn(Some(RESCUE)));
    assert_eq!(
        said,
        [
            "Service level, queue voice, site tunis: since 10:42, 54% of the 412 contacts of the last hour missed the target \
             of 80%, 1.3% of the period's allowance; to end this day at 80%, 412 of the next 480 must be in time (lately \
             46.0%).",
            "Taux de service, file voice, site tunis~: depuis 10_h_42, 54_% des 412 contacts sur la dernière heure hors \
             objectif (80_%), soit 1,3_% de la marge de la période~; pour finir la journée à 80_%, il faut 412 des 480 \
             prochains dans le délai (récemment 46,0_%).",
        ]
    );
    let (_, _, said) = fired(burn(Some(Rescue { until: Until::Hour, ..RESCUE })));
    assert!(said[0].contains("; to end this hour at 80%, 412 of the next 480 must"), "{said:?}");
    let (_, _, said) = fired(burn(Some(Rescue { needed: 481, ..RESCUE })));
    assert!(said[0].ends_with("allowance; this day can no longer end at 80%."), "{said:?}");
    let (_, _, said) = fired(burn(Some(Rescue { needed: 0, ..RESCUE })));
    assert!(said[1].ends_with("~; la journée tient 80_% quoi qu'il arrive."), "{said:?}");
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
fn a_result_says_what_was_missed_and_what_it_costs() {
    let figures = |cost| Figures::Result {
        from: time("2026-08-31T22:00:00Z"),
        to: time("2026-09-30T22:00:00Z"),
        attained: Some(Attained { contacts: 12_000, good: 9468, target: 0.8 }),
        short: Some(132),
        cost,
    };
    let (_, _, said) = fired(figures(Some(Cost { credit: 0.02, due: true })));
    assert_eq!(
        said,
        [
            "Service level, queue voice, site tunis: the period from 1 September, 00:00 to 1 October, 00:00 was missed: 78.90% \
             of 12,000 contacts, 80% promised, 132 contacts short; it costs 2.00% of the invoice; only data that is put \
             right or a claim that is accepted can change it.",
            "Taux de service, file voice, site tunis~: la période ouverte le 1er septembre à 0_h_00 et close le 1er octobre à \
             0_h_00 est manquée~: 78,90_% des 12_000 contacts, 80_% promis, il en manque 132~; cela coûte 2,00_% de la \
             facture~; seules des données corrigées ou une exclusion acceptée peuvent y changer quelque chose.",
        ]
    );
    let (_, _, said) = fired(figures(Some(Cost { credit: 0.02, due: false })));
    assert!(said[0].contains("; it would cost 2.00% of the invoice, were the contract binding; only"), "{said:?}");
    let gap = Figures::Result { from: at(0), to: at(60), attained: None, short: None, cost: None };
    assert!(fired(gap).2[0].contains("from 10:00 to 10:01 was missed; only"), "nothing is made up");
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
    let all = [burn(Some(RESCUE)), burn(None)].map(|figures| fired(figures).2).concat().join(" ").to_lowercase();
    for word in ["significant", "worst", "outlier", "proof", "significatif", "pire"] {
        assert!(!all.contains(word), "{word}");
    }
}

/// Each rule with its levels, as the desk has them.
fn rules() -> Vec<alert::Rule> {
    use alert::conditions::{burn_rule, delivery_rule, feed_rule, outlook_rule, result_rule};
    [burn_rule(), delivery_rule(), feed_rule(), outlook_rule(), result_rule()].map(|rule| rule.expect("a rule")).into()
}

/// A supervisor who reads French must not meet an identifier, or English, on the card of an alert.
#[test]
fn every_rule_and_level_has_words_in_both_languages() {
    for rule in rules() {
        let [english, french] = Lang::ALL.map(|lang| lang.rule(rule.id()));
        assert!(english != rule.id() && french != rule.id() && english != french, "{}: {english}, {french}", rule.id());
        for level in rule.levels() {
            let [english, french] = Lang::ALL.map(|lang| lang.level(rule.id(), level.name));
            assert!(french != level.name && english != french, "{} {}: {english}, {french}", rule.id(), level.name);
            assert!(!english.contains('_') && !french.contains('_'), "{english}, {french}");
        }
    }
    assert_eq!(Lang::French.level("burn", "unheard_of"), "unheard_of", "what nobody named is shown as it is");
}

#[test]
fn the_periods_of_a_contract_are_told_in_words() {
    let periods = |length| Lang::ALL.map(|lang| lang.period(length));
    assert_eq!(periods("1M"), ["period of 1 month", "période de 1 mois"]);
    assert_eq!(periods("28d rolling"), ["rolling period of 28 days", "période glissante de 28 jours"]);
    assert_eq!(periods("1w rolling"), ["rolling period of 1 week", "période glissante de 1 semaine"]);
    assert_eq!(periods("2Q"), ["period of 2 quarters", "période de 2 trimestres"]);
    assert_eq!(periods("é"), ["period é", "période é"], "what is no length is shown as it is");
    let subject = Subject::new([("contract", "care"), ("period", "1M"), ("objective", "calls")]).expect("labels");
    let places = Lang::ALL.map(|lang| lang.place(&subject));
    assert_eq!(places, ["contract care, period of 1 month", "contrat care, période de 1 mois"]);
}

/// What a receiver answered is kept as it came; a French reader is told what kind of trouble it is, and sees it quoted.
#[test]
fn why_a_message_was_not_taken_is_told_in_the_language_of_the_reader() {
    let cases = [
        ("answered 503", "a répondu 503"),
        ("answered 302; redirects are not followed", "a répondu 302~; les redirections ne sont pas suivies"),
        ("answered 400: bad label", "a répondu 400~: «~bad label~»"),
        ("io: Connection refused (os error 111)", "connexion refusée~: «~io: Connection refused (os error 111)~»"),
        ("timeout: global", "pas de réponse à temps~: «~timeout: global~»"),
        ("protocol: bad head", "erreur technique~: «~protocol: bad head~»"),
        ("answered été", "erreur technique~: «~answered été~»"),
    ];
    for (error, french) in cases {
        assert_eq!(Lang::English.delivery_error(error), error);
        assert_eq!(shown(&Lang::French.delivery_error(error)), french);
    }
}
