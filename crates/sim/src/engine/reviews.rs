//! Review of content before it appears.

use super::{World, state::State};
use crate::{
    chance::{draw, draw::desk},
    outbox::{Agent, Said},
    plan::Review,
    truth::{Change, Settlement},
};

impl State {
    /// Content appears before anybody has seen it, where nothing holds it back.
    pub(super) fn perhaps_publish_unreviewed(&mut self, world: &World, at: u32) {
        let contact = *self.contacts.get(at);
        let number = world.scenario.places[contact.cell.place as usize].queue;
        let Some(review) = world.scenario.queues[number].desk.review else { return };
        let share = world.timeline.unreviewed(number, self.now);
        let stream = contact.begun.stream.branch(draw::DESK);
        if share.get() > 0.0 && stream.happens(desk::UNREVIEWED, share) {
            self.publish(world, at, &review);
        }
    }

    /// Whoever took it decides; what is accepted appears.
    pub(super) fn decide(&mut self, world: &World, at: u32, agent: Agent, review: &Review) {
        let contact = *self.contacts.get(at);
        let stream = contact.begun.stream.branch(draw::DESK);
        let accepted = !stream.happens(desk::REFUSED, review.refused);
        let agent = self.floor.badge(agent);
        self.contacts.get_mut(at).desk.decided_by = Some(agent);
        self.tell_again(world, at, 0, self.now, Said::Decided { agent, accepted });
        self.follow_change(&contact, self.now, Change::Decided);
        if let Some((book, owed)) = self.truth.book.as_mut().zip(contact.desk.owed) {
            book.settle(owed, self.now, Settlement::Replied);
        }
        if accepted && !contact.desk.published {
            self.publish(world, at, review);
        }
    }

    /// What was decided is contested, and decided the other way.
    pub(super) fn decide_again(&mut self, world: &World, at: u32, time: i64) {
        let contact = *self.contacts.get(at);
        let number = contact.begun.queue as usize;
        let Some(review) = world.scenario.queues[number].desk.review else { return };
        let Some(agent) = contact.desk.decided_by else { return };
        let stream = contact.begun.stream.branch(draw::DESK);
        let accepted = stream.happens(desk::REFUSED, review.refused);
        self.tell_again(world, at, 1, time, Said::Decided { agent, accepted });
        self.follow_change(&contact, time, Change::Decided);
    }

    fn publish(&mut self, world: &World, at: u32, review: &Review) {
        let contact = self.contacts.get_mut(at);
        contact.desk.published = true;
        let stream = contact.begun.stream.branch(draw::DESK);
        let appears = self.now + review.published_after.draw(stream, desk::PUBLISHED_AFTER, 1.0);
        if let Some((book, owed)) = self.truth.book.as_mut().zip(contact.desk.owed) {
            book.publish(owed, appears);
        }
        self.tell(world, at, appears, Said::Published);
    }
}
