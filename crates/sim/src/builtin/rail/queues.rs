//! What comes in, by queue.

use contact::Duration;

use super::{ASHFORD, LILLE, SAINT_DENIS};
use crate::{
    After, Callback, DeskPlan, Machine, Overflow, QueuePlan, ReasonPlan, Share, SimError,
    builtin::kit::{MINUTE, acknowledges, after, calls, desk, queue, reason, site, spread, talk},
};

pub(super) fn queues() -> Result<Vec<QueuePlan>, SimError> {
    Ok(vec![
        voice_fr()?,
        voice_en()?,
        mail("fr", 1400.0)?,
        mail("en", 1200.0)?,
        social("fr", 420.0)?,
        social("en", 480.0)?,
        lost_property()?,
    ])
}

/// The same reasons in every channel: points of the channel and of each site.
fn reasons(points: &[f64]) -> Vec<ReasonPlan> {
    vec![
        reason("train-status", 24.0, 920, points),
        reason("booking-change", 22.0, 860, points),
        reason("booking-new", 16.0, 930, points),
        reason("refund", 14.0, 720, points),
        reason("accessibility", 6.0, 880, points),
        reason("loyalty", 6.0, 830, points),
        reason("lost-item", 4.0, 640, points),
        reason("complaint-delay", 5.0, 620, points),
        reason("complaint-staff", 3.0, 660, points),
    ]
}

/// The other ways to get in touch in a language, and how often they are chosen next.
fn repeated_in(language: &str, voice: f64, mail: f64, social: f64) -> Vec<(String, f64)> {
    let named = |channel: &str, weight| (format!("{channel}-{language}"), weight);
    vec![named("voice", voice), named("mail", mail), named("social", social)]
}

fn voice_fr() -> Result<QueuePlan, SimError> {
    let plan = queue("voice-fr", 4400.0, spread(290, 0.7)?, vec![site(LILLE, 1.0, 1.0)], reasons(&[0.0]));
    let plan = QueuePlan {
        after: after(880, 10, 380)?,
        desk: DeskPlan {
            callback: Some(Callback {
                after: Duration::from_secs(2 * MINUTE),
                accepted: Share::permille(300),
                slot: Duration::from_secs(60 * MINUTE),
                dialled: Duration::from_secs(10),
                reached: Share::permille(800),
                attempts: 2,
                again: Duration::from_secs(30 * MINUTE),
            }),
            repeated_in: repeated_in("fr", 6.0, 3.0, 1.0),
            ..desk(100)
        },
        ..plan
    };
    Ok(calls(plan, 200, 960))
}

/// The partner has its own part of the calls, and takes what waits too long in Lille.
fn voice_en() -> Result<QueuePlan, SimError> {
    let sites = vec![site(LILLE, 88.0, 1.0), site(ASHFORD, 12.0, 1.04)];
    let plan = queue("voice-en", 3600.0, spread(280, 0.7)?, sites, reasons(&[0.5, -1.5]));
    let plan = QueuePlan {
        after: after(880, 10, 380)?,
        desk: DeskPlan {
            overflow: Some(Overflow { after: Duration::from_secs(60), to: ASHFORD.to_owned() }),
            repeated_in: repeated_in("en", 6.0, 3.0, 1.0),
            ..desk(110)
        },
        ..plan
    };
    let plan = calls(plan, 200, 960);
    Ok(QueuePlan { routing: crate::Routing::Shares, ..plan })
}

fn mail(language: &str, per_day: f64) -> Result<QueuePlan, SimError> {
    let sites = vec![site(LILLE, 1.0, 1.0)];
    let plan = queue(&format!("mail-{language}"), per_day, spread(400, 0.6)?, sites, reasons(&[-2.5]));
    Ok(QueuePlan {
        after: After {
            transferred: Share::permille(15),
            transfer_to: Some("lost-property".to_owned()),
            ..after(830, 14, 360)?
        },
        desk: DeskPlan {
            spam: Share::permille(15),
            machine: Some(acknowledges(980)?),
            talk: Some(talk(150, 240)?),
            repeated_in: repeated_in(language, 4.0, 5.0, 1.0),
            ..desk(30)
        },
        ..plan
    })
}

/// A bot greets, people answer in public.
fn social(language: &str, per_day: f64) -> Result<QueuePlan, SimError> {
    let sites = vec![site(LILLE, 1.0, 1.0)];
    let plan = queue(&format!("social-{language}"), per_day, spread(170, 0.6)?, sites, reasons(&[-4.0]));
    Ok(QueuePlan {
        after: after(860, 8, 400)?,
        desk: DeskPlan {
            machine: Some(Machine { is_bot: true, after: spread(4, 0.4)?, ..acknowledges(600)? }),
            talk: Some(talk(260, 110)?),
            repeated_in: repeated_in(language, 3.0, 2.0, 5.0),
            ..desk(180)
        },
        ..plan
    })
}

fn lost_property() -> Result<QueuePlan, SimError> {
    let reasons = vec![reason("lost-item", 1.0, 600, &[0.0])];
    let plan = queue("lost-property", 90.0, spread(700, 0.6)?, vec![site(SAINT_DENIS, 1.0, 1.0)], reasons);
    Ok(QueuePlan {
        after: after(300, 40, 250)?,
        desk: DeskPlan { machine: Some(acknowledges(900)?), talk: Some(talk(300, 260)?), ..desk(60) },
        ..plan
    })
}
