//! The state machine, by properties and beside a plain reading of its definition.

use alert::{Action, Change, Observation, Remark, Rule, State, Transition, Verdict, act, end, step};
use contact::Instant;
use proptest::prelude::*;

use crate::support::{at, minutes, plain_rule, queue, seen, stepped_rule};

const HYSTERESIS_US: i64 = 600_000_000;

/// Everything that is told of a series of observations.
fn told(rule: &Rule, series: &[Observation]) -> Vec<Transition> {
    let mut state = State::default();
    let mut all = Vec::new();
    for seen in series {
        let (after, transitions) = step(rule, state, seen);
        state = after;
        all.extend(transitions);
    }
    all
}

fn changes(told: &[Transition]) -> Vec<(Change, i64)> {
    told.iter().map(|told| (told.change, told.at.micros_since(at(0)) / 1_000_000)).collect()
}

/// Verdicts of one level: reached, not reached, or undecided.
fn plain(series: &[(i64, Option<bool>)]) -> Vec<Observation> {
    let verdict = |reached: Option<bool>| reached.map_or(Verdict::UNDECIDED, |reached| Verdict::level(reached.into()));
    let rule = plain_rule();
    series.iter().map(|(seconds, reached)| seen(&rule, queue("voice"), at(*seconds), verdict(*reached))).collect()
}

#[test]
fn an_alert_fires_at_once_and_is_resolved_after_the_hysteresis() {
    let rule = plain_rule();
    let series =
        plain(&[(0, Some(false)), (60, Some(true)), (120, Some(false)), (700, Some(false)), (720, Some(false))]);
    let told = told(&rule, &series);
    assert_eq!(changes(&told), [(Change::Fired, 60), (Change::Resolved, 720)]);
    let alert = &told[1].alert;
    assert_eq!((alert.since, alert.fired_at, alert.until), (at(60), at(60), Some(at(120))));
    assert_eq!((alert.closed_at, alert.closed, alert.number), (Some(at(720)), Some(Change::Resolved), 2));
    assert_eq!(told[0].alert.id, alert.id);
}

#[test]
fn a_condition_is_pending_before_it_is_told_and_forgotten_if_it_does_not_last() {
    let rule = plain_rule().pending(minutes(2));
    let series = plain(&[(0, Some(true)), (60, Some(false)), (90, Some(true)), (200, Some(true))]);
    let (state, nothing) = step(&rule, State::default(), &series[0]);
    assert!(nothing.is_empty() && state.open().is_none());
    assert_eq!(state.pending_since(), Some(at(0)));
    assert!(changes(&told(&rule, &series)).is_empty(), "110 s are not 2 min");
    let series = plain(&[(90, Some(true)), (200, Some(true)), (210, Some(true))]);
    let told = told(&rule, &series);
    assert_eq!(changes(&told), [(Change::Fired, 210)]);
    assert_eq!(told[0].alert.since, at(90), "since the condition holds, not since it is told");
}

/// Else a night without calls would end an alert, or a provider would end one by sending nothing.
#[test]
fn silence_is_no_recovery_and_no_breach() {
    let rule = plain_rule();
    let silence: Vec<_> = (2..2000).map(|minute| (minute * 60, None)).collect();
    let mut series = vec![(0, Some(true))];
    series.extend(&silence);
    assert_eq!(changes(&told(&rule, &plain(&series))), [(Change::Fired, 0)]);
    assert!(told(&rule, &plain(&silence)).is_empty());
}

#[test]
fn few_contacts_begin_nothing_and_end_nothing() {
    use alert::{LowVolume, Volume};
    let rule = plain_rule().low_volume(LowVolume { contacts: 20, missed: 5 });
    let with = |second: i64, level, contacts, missed| Observation {
        volume: Some(Volume { contacts, missed }),
        ..seen(&rule, queue("voice"), at(second), Verdict::level(level))
    };
    assert!(told(&rule, &[with(0, 1, 19, 19), with(60, 1, 100, 4)]).is_empty());
    let series = [with(0, 1, 20, 5), with(60, 1, 3, 3), with(800, 1, 3, 3)];
    assert_eq!(changes(&told(&rule, &series)), [(Change::Fired, 0)]);
}

#[test]
fn levels_rise_at_once_and_fall_after_the_hysteresis() {
    let rule = stepped_rule();
    let go = |second: i64, verdict| seen(&rule, queue("voice"), at(second), verdict);
    let between = |low, high| Verdict::between(low, high).expect("in order");
    let series = [
        go(0, Verdict::level(1)),
        go(60, Verdict::level(3)),
        go(120, between(1, 3)),
        go(800, between(1, 2)),
        go(1300, Verdict::level(1)),
        go(1400, Verdict::level(1)),
        go(1900, Verdict::level(1)),
        go(2000, Verdict::CLEAR),
        go(2600, Verdict::CLEAR),
    ];
    let told = told(&rule, &series);
    let levels: Vec<_> = told.iter().map(|told| (told.change, told.alert.level)).collect();
    let expected =
        [(Change::Fired, 1), (Change::Worsened, 3), (Change::Eased, 2), (Change::Eased, 1), (Change::Resolved, 1)];
    assert_eq!(levels, expected);
    assert_eq!(changes(&told).into_iter().map(|(_, second)| second).collect::<Vec<_>>(), [0, 60, 1400, 1900, 2600]);
}

#[test]
fn an_alert_ends_with_its_period_and_may_begin_in_the_next() {
    let rule = plain_rule();
    let of = |window: &str, second, level| Observation {
        window: Some(window.to_owned()),
        ..seen(&rule, queue("voice"), at(second), Verdict::level(level))
    };
    let series = [of("2026-10", 0, 1), of("2026-11", 3600, 1)];
    let told = told(&rule, &series);
    assert_eq!(changes(&told), [(Change::Fired, 0), (Change::Ended, 3600), (Change::Fired, 3600)]);
    assert_ne!(told[0].alert.id, told[2].alert.id);
    assert_eq!(told[2].alert.since, at(3600), "what held in October is not held against November");
}

#[test]
fn what_is_no_longer_watched_ends() {
    let (state, _) = step(&plain_rule(), State::default(), &plain(&[(0, Some(true))])[0]);
    let (state, ended) = end(state, at(60));
    assert_eq!(changes(&[ended.expect("it was open")]), [(Change::Ended, 60)]);
    assert!(state.open().is_none() && end(state, at(61)).1.is_none());
}

#[test]
fn a_withdrawn_alert_is_over_and_a_new_one_is_another() {
    let rule = plain_rule();
    let (state, told) = step(&rule, State::default(), &plain(&[(0, Some(true))])[0]);
    let alert = told[0].alert.clone();
    let (state, withdrawn) = act(state, alert, Action::Retract, at(30)).expect("withdrawn");
    assert_eq!((withdrawn.change, withdrawn.alert.retracted_at), (Change::Retracted, Some(at(30))));
    assert!(state.open().is_none());
    assert!(act(state.clone(), withdrawn.alert.clone(), Action::Retract, at(40)).is_err(), "once");
    let series = plain(&[(60, Some(true)), (599, Some(true)), (600, Some(true))]);
    let (state, early) = step(&rule, state, &series[0]);
    let (state, still_early) = step(&rule, state, &series[1]);
    let (_, again) = step(&rule, state, &series[2]);
    assert!(early.is_empty() && still_early.is_empty(), "firings lie a hysteresis apart");
    assert_eq!(changes(&again), [(Change::Fired, 600)]);
    assert_ne!(again[0].alert.id, withdrawn.alert.id);
}

#[test]
fn an_alert_that_is_over_can_be_withdrawn_without_touching_a_newer_one() {
    let rule = plain_rule();
    let first = told(&rule, &plain(&[(0, Some(true)), (1, Some(false)), (601, Some(false))])).pop().expect("resolved");
    let (open, fired) = step(&rule, State::default(), &plain(&[(5000, Some(true))])[0]);
    let (after, withdrawn) = act(open.clone(), first.alert, Action::Retract, at(6000)).expect("withdrawn");
    assert_eq!(after, open);
    assert_eq!((withdrawn.alert.closed, withdrawn.alert.closed_at), (Some(Change::Resolved), Some(at(601))));
    assert_ne!(withdrawn.alert.id, fired[0].alert.id);
}

#[test]
fn somebody_takes_an_alert_on_until_it_worsens() {
    let rule = stepped_rule();
    let go = |second, level| seen(&rule, queue("voice"), at(second), Verdict::level(level));
    let (state, told) = step(&rule, State::default(), &go(0, 1));
    let remark = Remark::new("Awa", "calling the site").expect("a remark");
    let taken = Action::Acknowledge(remark.clone());
    let (state, told) = act(state, told[0].alert.clone(), taken.clone(), at(10)).expect("open");
    assert!(told.alert.is_acknowledged() && told.remark == Some(remark));
    assert_eq!(state.open(), Some(&told.alert));
    let (state, told) = step(&rule, state, &go(20, 2));
    assert!(!told[0].alert.is_acknowledged(), "nobody has seen this");
    let (_, gone) = step(&rule, state, &go(30, 2));
    assert!(gone.is_empty());
    let over = end(State::default(), at(0)).0;
    let closed = alert::Alert { closed_at: Some(at(40)), ..told[0].alert.clone() };
    assert!(act(over.clone(), closed.clone(), taken, at(50)).is_err());
    let note = Action::Annotate(Remark::new("Awa", "it was the carrier").expect("a remark"));
    assert!(act(over, closed, note, at(60)).is_ok(), "a note can still be added");
}

/// What the definition says, read off the whole series each time: since when a level was decided as it is now.
fn reading(series: &[(i64, Option<bool>)]) -> Vec<(Change, i64)> {
    let (mut open, mut fired, mut told) = (false, None::<i64>, Vec::new());
    for (index, (now, reached)) in series.iter().enumerate() {
        let Some(reached) = *reached else { continue };
        let decided: Vec<_> = series[..=index].iter().filter_map(|(at, reached)| reached.map(|it| (*at, it))).collect();
        let since = decided.iter().rev().take_while(|(_, it)| *it == reached).last().expect("the newest").0;
        if reached && !open && fired.is_none_or(|fired| now - fired >= 600) {
            (open, fired) = (true, Some(*now));
            told.push((Change::Fired, *now));
        } else if !reached && open && now - since >= 600 {
            open = false;
            told.push((Change::Resolved, *now));
        }
    }
    told
}

fn series(longest: i64) -> impl Strategy<Value = Vec<(i64, Option<bool>)>> {
    let one = (1..longest, prop_oneof![3 => Just(Some(true)), 3 => Just(Some(false)), 1 => Just(None)]);
    prop::collection::vec(one, 1..120).prop_map(|steps| {
        let mut now = 0;
        let timed = steps.into_iter().map(|(gap, reached)| {
            now += gap;
            (now, reached)
        });
        timed.collect()
    })
}

fn cases() -> ProptestConfig {
    let cases = std::env::var("VIGIE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// No stretch of the length of a hysteresis has two of a kind.
fn apart(told: &[Transition], change: Change) -> bool {
    let times: Vec<Instant> = told.iter().filter(|told| told.change == change).map(|told| told.at).collect();
    times.windows(2).all(|pair| pair[1].micros_since(pair[0]) >= HYSTERESIS_US)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_machine_says_what_its_definition_says(series in prop_oneof![series(100), series(900)]) {
        prop_assert_eq!(changes(&told(&plain_rule(), &plain(&series))), reading(&series));
    }

    #[test]
    fn a_flapping_subject_is_told_at_most_once_in_a_hysteresis(
        steps in prop::collection::vec((1_i64..400, 0_u8..4, 0_u8..4, 0_u8..40), 1..200)
    ) {
        let rule = stepped_rule();
        let mut now = 0;
        let series: Vec<_> = steps.into_iter().map(|(gap, one, other, window)| {
            now += gap;
            let verdict = Verdict::between(one.min(other), one.max(other)).expect("in order");
            Observation {
                // Rarely another period.
                window: Some(if window == 0 { "2026-11" } else { "2026-10" }.to_owned()),
                ..seen(&rule, queue("voice"), at(now), verdict)
            }
        }).collect();
        let told = told(&rule, &series);
        prop_assert!(apart(&told, Change::Fired));
        prop_assert!(apart(&told, Change::Resolved));
        let is_end = |change| matches!(change, Change::Resolved | Change::Ended);
        let mut open: Option<Transition> = None;
        for one in told {
            match &open {
                None => prop_assert!(one.change == Change::Fired && one.alert.number == 1),
                Some(before) => {
                    prop_assert!(one.change != Change::Fired && one.alert.id == before.alert.id);
                    prop_assert_eq!(one.alert.number, before.alert.number + 1);
                    prop_assert_eq!(one.change == Change::Worsened, one.alert.level > before.alert.level);
                    prop_assert_eq!(one.change == Change::Eased, one.alert.level < before.alert.level);
                }
            }
            open = Some(one).filter(|one| !is_end(one.change));
        }
    }

    /// A restart reads the state back; a pass that is repeated, or comes late, must not be told again.
    #[test]
    fn neither_restarts_nor_repeated_or_old_observations_change_what_is_told(series in series(400)) {
        let rule = plain_rule();
        let observations = plain(&series);
        let expected = changes(&told(&rule, &observations));
        let (mut state, mut found) = (State::default(), Vec::new());
        for (index, seen) in observations.iter().enumerate() {
            let (after, told) = step(&rule, state, seen);
            found.extend(changes(&told));
            let stored = serde_json::to_string(&after).expect("JSON");
            state = serde_json::from_str(&stored).expect("as stored");
            prop_assert_eq!(&state, &after);
            let (again, repeated) = step(&rule, state, seen);
            prop_assert!(repeated.is_empty() && again == after);
            let older = Observation { at: seen.at.plus_micros(-1), verdict: Verdict::level(1), ..seen.clone() };
            let is_news = told.iter().any(|told| told.at == seen.at);
            let (unmoved, late) = step(&rule, again.clone(), &older);
            if is_news {
                prop_assert!(late.is_empty() && unmoved == again, "after {index}");
            }
            state = again;
        }
        prop_assert_eq!(found, expected);
    }
}
