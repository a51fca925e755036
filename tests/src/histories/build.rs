//! From a plan to events.

use contact::{
    ContactKey, Details, Duration, Event, EventType, Identity, Instant, Known, People, Place, ProviderId, QueueId,
    SiteId,
};

use super::{Again, ContactPlan, Desk, Draft, PROVIDERS, Plan, QUEUES, Said, Saying, at, plan::ANCHORS, site};
use crate::oracle::Received;

/// The events of a plan, contact by contact in the order in which they were drafted.
#[must_use]
pub fn build(plan: &Plan) -> Vec<Received> {
    let mut received = Vec::new();
    for (number, contact) in plan.contacts.iter().enumerate() {
        // Two providers may call different contacts by one id: each counts its own.
        let earlier = plan.contacts[..number].iter().filter(|other| home(plan, other) == home(plan, contact)).count();
        let mut writer = Writer { plan, contact, subject: format!("C-{earlier}"), events: Vec::new() };
        writer.write();
        received.append(&mut writer.events);
    }
    received
}

/// The provider that a contact belongs to, or none for the whole brand's.
fn home(plan: &Plan, contact: &ContactPlan) -> Option<usize> {
    (!contact.brand_wide).then_some(contact.provider % plan.providers)
}

struct Writer<'a> {
    plan: &'a Plan,
    contact: &'a ContactPlan,
    subject: String,
    events: Vec<Received>,
}

impl Writer<'_> {
    fn write(&mut self) {
        let mut cursor = self.started_at();
        for (position, draft) in self.contact.drafts.iter().enumerate().take(12) {
            match draft {
                Draft::New(saying) => {
                    cursor = cursor.plus_micros(saying.gap);
                    let event = self.event(saying, cursor, position + 1);
                    self.receive(event, saying.delay);
                }
                Draft::Again(again) => self.repeat(again),
            }
        }
    }

    fn started_at(&self) -> Instant {
        at(ANCHORS[self.contact.anchor]).plus_micros(self.contact.seconds * 1_000_000)
    }

    fn receive(&mut self, event: Event, delay: i64) {
        let received_at = event.time.plus_micros(delay);
        self.events.push(Received { event, started_at: self.started_at(), received_at });
    }

    fn event(&self, saying: &Saying, time: Instant, position: usize) -> Event {
        let provider = self.provider(saying.desk);
        let stated = !saying.kind.is_contact_level() || saying.placed;
        let identity = Identity {
            source: ["/acd", "/crm"][saying.source].to_owned(),
            id: format!("e-{}", position * self.contact.salt % 13),
            provider,
        };
        let mut event = Event {
            contact: self.key(&identity.provider),
            subject: self.subject.clone(),
            revision: 0,
            kind: saying.kind,
            time,
            started_at: stated.then(|| self.started_at()),
            place: stated.then(|| self.place(&identity.provider, saying.desk)),
            channel: None,
            direction: None,
            known: Known::default(),
            people: People::default(),
            details: Details::default(),
            identity,
        };
        say(&mut event, &saying.said);
        event
    }

    /// Repeats an earlier event of this contact; nothing when there is none yet.
    fn repeat(&mut self, again: &Again) {
        if self.events.is_empty() {
            return;
        }
        let mut event = again.of.get(&self.events).event.clone();
        let elsewhere = again.elsewhere && self.contact.brand_wide;
        if elsewhere {
            event.identity.provider = self.next_provider(&event.identity.provider);
        } else {
            event.time = event.time.plus_micros(again.shift);
            event.revision += again.revision;
            event.kind = again.kind.unwrap_or(event.kind);
        }
        let (desk, said) = again.corrected.clone().unwrap_or_default();
        if again.corrected.is_some() {
            say(&mut event, &said);
        }
        let misplaced = event.place.is_none() && !event.kind.is_contact_level();
        if again.corrected.is_some() || elsewhere || misplaced {
            event.place = Some(self.place(&event.identity.provider, desk));
            event.started_at = Some(self.started_at());
        }
        self.receive(event, again.delay);
    }

    fn provider(&self, desk: Desk) -> ProviderId {
        let number = home(self.plan, self.contact).unwrap_or(desk.provider % self.plan.providers);
        ProviderId::new(PROVIDERS[number]).expect("a provider of the histories")
    }

    fn next_provider(&self, provider: &ProviderId) -> ProviderId {
        let number = PROVIDERS.iter().position(|name| *name == provider.as_str()).unwrap_or_default();
        self.provider(Desk { provider: number + 1, ..Desk::default() })
    }

    fn key(&self, provider: &ProviderId) -> ContactKey {
        if self.contact.brand_wide {
            ContactKey::of_brand(&self.subject)
        } else {
            ContactKey::of_provider(provider, &self.subject)
        }
    }

    fn place(&self, provider: &ProviderId, desk: Desk) -> Place {
        let queue = QUEUES[(self.plan.first_queue + desk.queue % self.plan.queues) % QUEUES.len()];
        Place {
            site: SiteId::new(&site(provider.as_str(), desk.site % self.plan.sites)).expect("a site of the histories"),
            queue: QueueId::new(queue).expect("a queue of the histories"),
            leg: desk.leg,
        }
    }
}

fn say(event: &mut Event, said: &Said) {
    let text = |word: Option<&str>| word.map(str::to_owned);
    event.channel = said.channel;
    event.direction = said.direction;
    event.known = Known {
        reason: text(said.reason),
        language: text(said.language),
        priority: said.flag.map(|urgent| if urgent { "high" } else { "low" }.to_owned()),
        complaint: said.flag,
        recognised: said.flag.map(|flag| !flag),
    };
    event.people = People { customer: text(said.customer), agent: text(said.agent), team: text(said.team) };
    event.details = Details { actor: text(said.actor), ..details(event.kind, event.time, said) };
}

/// Where a flow-out goes, if it says so.
fn destination(said: &Said) -> Option<&'static str> {
    match (said.language, said.flag) {
        (Some(_), _) => Some("overflow"),
        (None, Some(true)) => Some("callback"),
        (None, Some(false)) => Some("voicemail"),
        (None, None) => None,
    }
}

/// A time promised for a call: some minutes after the request, or an hour.
fn promised(time: Instant, seconds: u32) -> Instant {
    let seconds = if seconds.is_multiple_of(5) { 3_600 } else { seconds };
    time.plus_micros(i64::from(seconds) * 1_000_000)
}

/// What goes with this kind of event.
fn details(kind: EventType, time: Instant, said: &Said) -> Details {
    let text = |word: Option<&str>| word.map(str::to_owned);
    let spent = |seconds: Option<u32>| seconds.map(Duration::from_secs);
    match kind {
        EventType::Ended => Details {
            talk: spent(said.talk),
            hold: spent(said.wrap.filter(|seconds| seconds % 3 == 0)),
            wrap: spent(said.wrap),
            ..Details::default()
        },
        EventType::FlowedOut => Details { flowed_to: text(destination(said)), ..Details::default() },
        EventType::CallbackRequested => {
            Details { slot: said.talk.map(|seconds| promised(time, seconds)), ..Details::default() }
        }
        EventType::Dialled => Details { reached: said.flag, ..Details::default() },
        EventType::Transferred => Details { to_queue: text(said.language.and(Some("side"))), ..Details::default() },
        EventType::Resolved => Details { resolution: text(said.reason), ..Details::default() },
        EventType::Closed if said.reason.is_none() => {
            Details { cause: text(Some("no_reply_needed")), ..Details::default() }
        }
        EventType::Reopened | EventType::Closed | EventType::Cancelled => {
            Details { cause: text(said.reason), ..Details::default() }
        }
        EventType::Waiting => Details { waiting_on: text(said.language.and(Some("customer"))), ..Details::default() },
        EventType::Decided => Details { decision: text(said.reason), ..Details::default() },
        EventType::Surveyed => {
            Details { survey: Some("csat".to_owned()), score: said.talk.map(f64::from), ..Details::default() }
        }
        _ => Details::default(),
    }
}
