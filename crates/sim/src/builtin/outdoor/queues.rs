//! What comes in, by queue.

use contact::Duration;

use super::{OUJDA, VALENCE};
use crate::{
    After, Callback, DeskPlan, Held, Machine, QueuePlan, ReasonPlan, Share, SimError, SitePlan,
    builtin::kit::{
        HOUR, LETTERS, MINUTE, acknowledges, after, calls, desk, exponential, queue, reason, site, spread, talk,
    },
};

pub(super) fn queues() -> Result<Vec<QueuePlan>, SimError> {
    Ok(vec![booking_voice()?, booking_mail()?, complaints()?, letters()?, sms()?, social()?])
}

/// Both sites; Oujda's weight given.
fn both(oujda: f64) -> Vec<SitePlan> {
    vec![site(VALENCE, 1.0 - oujda, 1.0), site(OUJDA, oujda, 0.97)]
}

/// Questions about bookings, with the points of each site.
fn bookings(points: &[f64]) -> Vec<ReasonPlan> {
    vec![
        reason("cancellation", 30.0, 780, points),
        reason("booking-change", 20.0, 840, points),
        reason("booking-new", 12.0, 930, points),
        reason("refund-status", 18.0, 690, points),
        reason("voucher", 10.0, 800, points),
        reason("access", 6.0, 910, points),
        reason("complaint-refund", 4.0, 560, points),
    ]
}

fn booking_voice() -> Result<QueuePlan, SimError> {
    let plan = queue("booking-voice", 520.0, spread(330, 0.7)?, both(0.45), bookings(&[0.5, -1.0]));
    Ok(calls(
        QueuePlan {
            after: After {
                transferred: Share::permille(50),
                transfer_to: Some("complaints".to_owned()),
                ..after(850, 12, 400)?
            },
            desk: DeskPlan {
                callback: Some(Callback {
                    after: Duration::from_secs(2 * MINUTE),
                    accepted: Share::permille(350),
                    slot: Duration::from_secs(90 * MINUTE),
                    dialled: Duration::from_secs(10),
                    reached: Share::permille(780),
                    attempts: 3,
                    again: Duration::from_secs(40 * MINUTE),
                }),
                repeated_in: chosen(&[("booking-voice", 6.0), ("booking-mail", 3.0), ("complaints", 1.0)]),
                ..desk(120)
            },
            ..plan
        },
        240,
        930,
    ))
}

fn booking_mail() -> Result<QueuePlan, SimError> {
    let plan = queue("booking-mail", 640.0, spread(380, 0.6)?, both(0.5), bookings(&[0.0, -1.5]));
    Ok(QueuePlan {
        after: after(800, 18, 380)?,
        desk: DeskPlan {
            spam: Share::permille(20),
            machine: Some(acknowledges(990)?),
            talk: Some(talk(160, 220)?),
            repeated_in: chosen(&[("booking-mail", 5.0), ("booking-voice", 4.0), ("social", 1.0)]),
            ..desk(40)
        },
        ..plan
    })
}

/// What is wrong with complaints, with the points of each site.
fn complaint_reasons(points: &[f64]) -> Vec<ReasonPlan> {
    vec![
        reason("complaint-refund", 55.0, 700, points),
        reason("complaint-cancellation", 30.0, 740, points),
        reason("complaint-stay", 15.0, 780, points),
    ]
}

/// Half an hour of work each. Without the number of the booking nobody can begin, and a machine asks for it.
fn complaints() -> Result<QueuePlan, SimError> {
    let plan = queue("complaints", 240.0, spread(1500, 0.5)?, both(0.4), complaint_reasons(&[0.0, 1.0]));
    Ok(QueuePlan {
        after: after(550, 14, 420)?,
        desk: DeskPlan {
            spam: Share::permille(5),
            machine: Some(Machine { asks: Share::permille(60), ..acknowledges(1000)? }),
            talk: Some(talk(120, 420)?),
            repeated_in: chosen(&[("complaints", 4.0), ("booking-voice", 4.0), ("social", 2.0)]),
            ..desk(30)
        },
        ..plan
    })
}

/// A letter counts from its receipt, wherever it lies afterwards.
fn letters() -> Result<QueuePlan, SimError> {
    let sites = vec![site(VALENCE, 1.0, 1.0)];
    let plan = queue("letters", 60.0, spread(1300, 0.5)?, sites, complaint_reasons(&[2.0]));
    Ok(QueuePlan {
        hours: LETTERS,
        closed_day: Share::ZERO,
        after: after(500, 20, 300)?,
        desk: DeskPlan {
            held: Some(Held { share: Share::permille(350), length: exponential(20 * HOUR) }),
            repeated_in: chosen(&[("letters", 5.0), ("booking-voice", 5.0)]),
            ..desk(80)
        },
        ..plan
    })
}

fn sms() -> Result<QueuePlan, SimError> {
    let reasons = vec![
        reason("access", 40.0, 930, &[0.0]),
        reason("booking-change", 35.0, 850, &[0.0]),
        reason("equipment", 25.0, 880, &[0.0]),
    ];
    let plan = queue("sms", 120.0, spread(130, 0.6)?, vec![site(OUJDA, 1.0, 1.0)], reasons);
    Ok(QueuePlan {
        after: after(920, 8, 350)?,
        desk: DeskPlan { closes: true, talk: Some(talk(220, 80)?), ..DeskPlan::default() },
        ..plan
    })
}

fn social() -> Result<QueuePlan, SimError> {
    let mut reasons = bookings(&[0.0, -1.0]);
    reasons.push(reason("complaint-cancellation", 12.0, 540, &[0.0, 0.0]));
    let plan = queue("social", 90.0, spread(260, 0.6)?, both(0.5), reasons);
    Ok(QueuePlan {
        after: after(780, 14, 420)?,
        desk: DeskPlan {
            machine: Some(Machine { is_bot: true, ..acknowledges(500)? }),
            talk: Some(talk(240, 120)?),
            repeated_in: chosen(&[("social", 5.0), ("booking-voice", 3.0), ("booking-mail", 2.0)]),
            ..desk(250)
        },
        ..plan
    })
}

/// Queues to get in touch again, by weight.
fn chosen(queues: &[(&str, f64)]) -> Vec<(String, f64)> {
    queues.iter().map(|(queue, weight)| ((*queue).to_owned(), *weight)).collect()
}
