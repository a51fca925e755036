//! `dating`: a dating site without a telephone, 7,300 contacts a day.
//!
//! | line | a day | promise |
//! |---|---|---|
//! | mails in French and Spanish | 1,480 | 4 h within 8 to 18 in Paris, every day |
//! | photos and texts to be reviewed | 5,800 | 15 min, around the clock; nothing appears before |
//!
//! Mails are written in Antananarivo and Barcelona, each within its own shifts; Antananarivo reviews. On a dated day both
//! centres begin to work from home: service stays comparable. Now and then the filter before publication fails for some
//! hours, or the rules change. The situation is a published one; names of providers, volumes, times and rates are invented.

use contact::network::CutKind;

use super::kit::{
    DAY, EVENINGS, HOUR, acknowledges, after, desk, exponential, feed, forecast, group, level, queue, reaction, reason,
    resolved, site, spread, surge, talk,
};
use crate::{
    After, DeskPlan, Effect, GroupPlan, Length, Machine, Mishaps, Plan, QueuePlan, Reaction, ReasonPlan, Review,
    Scenario, Season, Share, SimError,
};

const TANA: &str = "antananarivo";
const BARCELONA: &str = "barcelona";

/// The plan, to be changed before [`Scenario::new`].
///
/// # Errors
/// None, unless the network file in the crate is damaged.
pub fn dating_plan() -> Result<Plan, SimError> {
    Ok(Plan {
        network: include_str!("../../networks/dating.yaml").to_owned(),
        queues: vec![mail_fr()?, mail_es()?, photos()?, texts()?],
        groups: groups(),
        feeds: vec![feed("soamahery", 3, 8, 5, 6)?, feed("lluna", 2, 4, 2, 3)?],
        season: Season {
            months: [1.12, 1.06, 1.0, 0.97, 0.96, 0.95, 0.98, 0.99, 1.01, 1.0, 0.99, 0.97],
            weekdays: [1.04, 1.0, 0.98, 0.98, 0.96, 0.96, 1.08],
            peak_months: Vec::new(),
        },
        customers: 450_000,
        incidents: Vec::new(),
        mishaps: Mishaps { short_staffed: Share::permille(8), surge: Share::ZERO },
        reactions: reactions(),
        across_providers: false,
        followed: true,
    })
}

/// The scenario.
///
/// # Errors
/// As [`dating_plan`].
pub fn dating() -> Result<Scenario, SimError> {
    Scenario::new(dating_plan()?)
}

/// Reasons of mails, with the points of each site.
fn mail_reasons(points: &[f64]) -> Vec<ReasonPlan> {
    vec![
        reason("subscription", 22.0, 860, points),
        reason("unsubscribe", 16.0, 930, points),
        reason("billing", 15.0, 790, points),
        reason("refund", 9.0, 700, points),
        reason("account-access", 14.0, 880, points),
        reason("technical", 8.0, 760, points),
        reason("report-member", 8.0, 820, points),
        reason("content-refused", 4.0, 720, points),
        reason("complaint-billing", 2.5, 610, points),
        reason("complaint-member", 1.5, 580, points),
    ]
}

fn mail(plan: QueuePlan) -> Result<QueuePlan, SimError> {
    Ok(QueuePlan {
        closed_day: Share::ONE,
        after: after(820, 16, 340)?,
        desk: DeskPlan {
            spam: Share::permille(25),
            machine: Some(Machine { asks: Share::permille(30), ..acknowledges(970)? }),
            talk: Some(talk(190, 200)?),
            ..desk(50)
        },
        ..plan
    })
}

fn mail_fr() -> Result<QueuePlan, SimError> {
    let sites = vec![site(TANA, 70.0, 1.0), site(BARCELONA, 30.0, 1.06)];
    mail(queue("mail-fr", 1100.0, spread(360, 0.6)?, sites, mail_reasons(&[0.0, 1.5])))
}

fn mail_es() -> Result<QueuePlan, SimError> {
    mail(queue("mail-es", 380.0, spread(350, 0.6)?, vec![site(BARCELONA, 1.0, 1.0)], mail_reasons(&[0.5])))
}

/// Content to be reviewed: decided at once; who is refused may contest, by mail if need be.
fn reviewed(plan: QueuePlan, refused: u16, contested_by_mail: Share) -> Result<QueuePlan, SimError> {
    Ok(QueuePlan {
        hours: EVENINGS,
        closed_day: Share::ONE,
        hold_and_wrap: (Share::ZERO, Share::ZERO),
        after: After {
            reopened_good: Share::permille(10),
            reopened_bad: Share::permille(500),
            reopened_after: exponential(20 * HOUR),
            settled_after: spread(5 * HOUR, 0.6)?,
            repeated: contested_by_mail,
            repeated_after: exponential(18 * HOUR),
            ..After::default()
        },
        recognised: Share::ONE,
        desk: DeskPlan {
            review: Some(Review { refused: Share::permille(refused), published_after: spread(4, 0.5)? }),
            repeated_in: vec![("mail-fr".to_owned(), 1.0)],
            ..DeskPlan::default()
        },
        ..plan
    })
}

fn photos() -> Result<QueuePlan, SimError> {
    let reasons = vec![reason("photo-first", 45.0, 965, &[0.0]), reason("photo-more", 55.0, 975, &[0.0])];
    let handling: Length = spread(24, 0.7)?;
    reviewed(queue("photos", 2600.0, handling, vec![site(TANA, 1.0, 1.0)], reasons), 140, Share::permille(300))
}

fn texts() -> Result<QueuePlan, SimError> {
    let reasons = vec![reason("profile-text", 70.0, 980, &[0.0]), reason("message-reported", 30.0, 940, &[0.0])];
    reviewed(queue("texts", 3200.0, spread(28, 0.8)?, vec![site(TANA, 1.0, 1.0)], reasons), 90, Share::permille(200))
}

fn groups() -> Vec<GroupPlan> {
    let mails = [("mail-fr", 0)];
    let both = [("mail-fr", 0), ("mail-es", 0)];
    let reviews = [("photos", 0), ("texts", 0)];
    vec![
        group("antananarivo-mail", TANA, &mails, 20, level(1.22), Some("antananarivo-mails")),
        group("antananarivo-review", TANA, &reviews, 14, forecast(0.15), None),
        group("barcelona-mail", BARCELONA, &both, 24, level(1.22), None),
    ]
}

/// What dated events of the network file bring about.
fn reactions() -> Vec<Reaction> {
    use CutKind::{Move, Outage, Policy};
    let day = DAY / HOUR;
    let pace = |site: &str, factor| Effect::Pace { site: site.to_owned(), factor };
    let staff = |site: &str, permille| Effect::Staff { site: site.to_owned(), left: Share::permille(permille) };
    let unreviewed =
        |queue: &str, permille| Effect::Unreviewed { queue: queue.to_owned(), share: Share::permille(permille) };
    vec![
        reaction(Move, 0, 2 * day, staff(TANA, 900)),
        reaction(Move, 0, 2 * day, staff(BARCELONA, 880)),
        reaction(Move, 0, 10 * day, pace(TANA, 1.04)),
        reaction(Move, 0, 10 * day, pace(BARCELONA, 1.05)),
        reaction(Move, 0, 180 * day, resolved(None, None, -0.4)),
        reaction(Policy, 0, 200 * day, resolved(None, Some("photo-first"), -2.5)),
        reaction(Policy, 8, 6 * day, surge("mail-fr", 1.25)),
        reaction(Outage, 9, 7, unreviewed("photos", 600)),
        reaction(Outage, 9, 7, unreviewed("texts", 350)),
    ]
}
