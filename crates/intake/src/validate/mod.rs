//! From a draft to an event that can be trusted: every rule of the event table, in one place for every door.

mod details;
mod read;

use contact::{
    Channel, ContactKey, Direction, Event, EventType, Identity, Instant, Network, People, Place, ProviderId, QueueId,
    Reject, RejectCode, SiteId, network::Standing,
};

use crate::{
    Keys, Person, Warnings,
    draft::{Draft, Scalar},
    field::Field,
    warning::shown_name,
};
pub(crate) use read::shown;
use read::{MAX_ID, MAX_SOURCE, integer, required_text, required_time, text, word};

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// How far ahead of our clock a sender's clock may be, and how long before its contact's start an event may lie.
const SLACK: i64 = 5 * MINUTE;
/// How old an event may be that comes through HTTP.
const MAX_AGE: i64 = 400 * DAY;

/// How an event comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Pushed: an event older than 400 days is a mistake.
    Http,
    /// Imported by an operator, who vouches for its age.
    File,
}

/// Whom and what an event is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The network in force.
    pub network: &'a Network,
    /// Who sends: from the credential or the operator, never from the event.
    pub provider: &'a ProviderId,
    /// The brand's secret.
    pub keys: &'a Keys,
    /// Our clock.
    pub now: Instant,
    /// How it comes in.
    pub door: Door,
}

/// An accepted event.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The event, people as pseudonyms.
    pub event: Event,
    /// What to tell about it.
    pub warnings: Warnings,
}

/// A rejected event: why, and whose it was as far as that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Why.
    pub reject: Reject,
    /// Whose it is, when that is known.
    pub provider: Option<ProviderId>,
    /// The event's `id`, when it is one.
    pub id: Option<String>,
    /// The event's `source`, when it is one.
    pub source: Option<String>,
    /// The contact, when it is named.
    pub contact: Option<ContactKey>,
    /// When its contact began, when it says so.
    pub began: Option<Instant>,
    /// The site it names, whether or not it is one of the network.
    pub site: Option<String>,
    /// The queue it names, whether or not it is one of the network.
    pub queue: Option<String>,
}

impl From<Reject> for Rejected {
    /// A reject of bytes that could not be read far enough to say whose they are.
    fn from(reject: Reject) -> Self {
        Self { reject, provider: None, id: None, source: None, contact: None, began: None, site: None, queue: None }
    }
}

/// Checks a draft.
pub(crate) fn validate(draft: &mut Draft<'_>, context: &Context<'_>) -> Result<Parsed, Box<Rejected>> {
    let mut warnings = Warnings::default();
    match event(draft, context, &mut warnings) {
        Ok(event) => {
            draft.unknown.drain(..).for_each(|path| warnings.add_unknown(path));
            Ok(Parsed { event, warnings })
        }
        Err(reject) => Err(Box::new(described(draft, context, reject))),
    }
}

/// Adds whose event it was, leaving out what does not meet its own rule.
fn described(draft: &Draft<'_>, context: &Context<'_>, reject: Reject) -> Rejected {
    let readable = |field, max| text(draft, field, max).ok().flatten().map(str::to_owned);
    Rejected {
        reject,
        provider: Some(context.provider.clone()),
        id: readable(Field::Id, MAX_ID),
        source: readable(Field::Source, MAX_SOURCE),
        contact: contact(draft, context.provider).ok().map(|(key, _)| key),
        began: required_time(draft, Field::StartedAt).ok(),
        site: readable(Field::Site, MAX_ID),
        queue: readable(Field::Queue, MAX_ID),
    }
}

fn event(draft: &Draft<'_>, context: &Context<'_>, warnings: &mut Warnings) -> Result<Event, Reject> {
    envelope(draft)?;
    let id = required_text(draft, Field::Id, MAX_ID)?.to_owned();
    let source = required_text(draft, Field::Source, MAX_SOURCE)?.to_owned();
    let kind = kind(draft)?;
    sender(draft, context.provider)?;
    let (contact, subject) = contact(draft, context.provider)?;
    let time = required_time(draft, Field::Time)?;
    in_window(time, context)?;
    let started_at = started_at(draft, kind, time, warnings)?;
    let place = place(draft, kind, context)?;
    misplaced(draft, kind, warnings);
    Ok(Event {
        identity: Identity { provider: context.provider.clone(), source, id },
        revision: integer(draft, Field::Revision)?.unwrap_or(0),
        contact,
        subject,
        kind,
        time,
        started_at,
        place,
        channel: word(draft, Field::Channel, Channel::ALL)?,
        direction: word(draft, Field::Direction, Direction::ALL)?,
        known: details::known(draft, kind)?,
        people: people(draft, context.keys)?,
        details: details::details(draft, kind)?,
    })
}

fn envelope(draft: &Draft<'_>) -> Result<(), Reject> {
    let wrong = |field: &'static str, message: &str| Err(Reject::new(RejectCode::BadEnvelope, field, message));
    match draft.text(Field::SpecVersion) {
        Some("1.0") => {}
        Some(other) => {
            return wrong("specversion", &format!("specversion is {}; CloudEvents \"1.0\" is read", shown(other)));
        }
        None => return wrong("specversion", "no specversion; give a CloudEvents object with \"specversion\":\"1.0\""),
    }
    if !draft.data_is_object {
        return wrong("data", "data is not an object; give the event's fields as a JSON object");
    }
    if draft.unknown.iter().any(|name| name == "data_base64") {
        return wrong("data_base64", "binary data is not read; give the event's fields as a JSON object in data");
    }
    let json = |kind: &str| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/json") || kind.to_ascii_lowercase().ends_with("+json")
    };
    match draft.get(Field::DataContentType) {
        Scalar::Absent => Ok(()),
        Scalar::Text(kind) if json(kind) => Ok(()),
        _ => wrong("datacontenttype", "datacontenttype is not JSON; leave it out or give application/json"),
    }
}

fn kind(draft: &Draft<'_>) -> Result<EventType, Reject> {
    let word = required_text(draft, Field::Type, MAX_ID)?;
    EventType::from_wire(word).ok_or_else(|| {
        let message = format!(
            "the type {} is not known; give vigie.contact.<what happened>.v1, such as vigie.contact.answered.v1",
            shown(word)
        );
        Reject::new(RejectCode::UnknownType, "type", message)
    })
}

fn sender(draft: &Draft<'_>, provider: &ProviderId) -> Result<(), Reject> {
    match text(draft, Field::Provider, MAX_ID)? {
        Some(named) if named != provider.as_str() => {
            let message = format!(
                "the event names the provider {}, but {:?} sends it; leave data.provider out",
                shown(named),
                provider.as_str()
            );
            Err(Reject::new(RejectCode::ForeignProvider, "data.provider", message))
        }
        _ => Ok(()),
    }
}

fn contact(draft: &Draft<'_>, provider: &ProviderId) -> Result<(ContactKey, String), Reject> {
    let subject = required_text(draft, Field::Subject, MAX_ID)?;
    let key = match text(draft, Field::Contact, MAX_ID)? {
        Some(brand_wide) => ContactKey::of_brand(brand_wide),
        None => ContactKey::of_provider(provider, subject),
    };
    Ok((key, subject.to_owned()))
}

fn in_window(time: Instant, context: &Context<'_>) -> Result<(), Reject> {
    let ahead = time.micros_since(context.now);
    if ahead > SLACK {
        let message = format!(
            "{time} is more than 5 minutes ahead of our clock, {}; check the sender's clock and offset",
            context.now
        );
        return Err(Reject::new(RejectCode::FutureTime, "time", message));
    }
    if context.door == Door::Http && ahead < -MAX_AGE {
        let message = format!("{time} is more than 400 days ago; import history as a file");
        return Err(Reject::new(RejectCode::TooOld, "time", message));
    }
    Ok(())
}

fn started_at(
    draft: &Draft<'_>,
    kind: EventType,
    at: Instant,
    warnings: &mut Warnings,
) -> Result<Option<Instant>, Reject> {
    if draft.is_absent(Field::StartedAt) && kind.is_contact_level() {
        return Ok(None);
    }
    let started_at = required_time(draft, Field::StartedAt)?;
    let early = started_at.micros_since(at);
    if early > SLACK {
        let message = format!(
            "the event of {at} lies more than 5 minutes before its contact began, {started_at}; one of the two is wrong"
        );
        return Err(Reject::new(RejectCode::BeforeStart, "data.started_at", message));
    }
    warnings.before_start = early > 0;
    Ok(Some(started_at))
}

fn place(draft: &Draft<'_>, kind: EventType, context: &Context<'_>) -> Result<Option<Place>, Reject> {
    let unplaced = [Field::Site, Field::Queue, Field::Leg].iter().all(|field| draft.is_absent(*field));
    if unplaced && kind.is_contact_level() {
        return Ok(None);
    }
    let site = site(required_text(draft, Field::Site, MAX_ID)?, context)?;
    let queue = queue(required_text(draft, Field::Queue, MAX_ID)?, context.network)?;
    Ok(Some(Place { site, queue, leg: integer(draft, Field::Leg)?.unwrap_or(0) }))
}

fn site(name: &str, context: &Context<'_>) -> Result<SiteId, Reject> {
    match context.network.site_standing(name, context.provider) {
        // The network's own copy of the name is shared, not made anew for every event.
        Standing::Own => match context.network.sites.get_key_value(name) {
            Some((site, _)) => Ok(site.clone()),
            None => {
                SiteId::new(name).map_err(|error| Reject::new(RejectCode::BadValue, "data.site", error.to_string()))
            }
        },
        Standing::Foreign => {
            let message = format!(
                "the site {} is not one of {:?}; send its events with its own provider's credential",
                shown(name),
                context.provider.as_str()
            );
            Err(Reject::new(RejectCode::ForeignSite, "data.site", message))
        }
        Standing::Unknown => {
            let message = format!(
                "the site {} is not in the network file; correct the name, or declare it under `sites`",
                shown(name)
            );
            Err(Reject::new(RejectCode::UnknownSite, "data.site", message))
        }
    }
}

fn queue(name: &str, network: &Network) -> Result<QueueId, Reject> {
    if let Some((queue, _)) = network.queues.get_key_value(name) {
        return Ok(queue.clone());
    }
    if network.knows_queue(name) {
        return QueueId::new(name).map_err(|error| Reject::new(RejectCode::BadValue, "data.queue", error.to_string()));
    }
    let message =
        format!("the queue {} is not in the network file; correct the name, or declare it under `queues`", shown(name));
    Err(Reject::new(RejectCode::UnknownQueue, "data.queue", message))
}

fn people(draft: &Draft<'_>, keys: &Keys) -> Result<People, Reject> {
    let pseudonym =
        |field, person| -> Result<_, Reject> { Ok(text(draft, field, MAX_ID)?.map(|id| keys.pseudonym(person, id))) };
    Ok(People {
        customer: pseudonym(Field::Customer, Person::Customer)?,
        agent: pseudonym(Field::Agent, Person::Agent)?,
        team: text(draft, Field::Team, MAX_ID)?.map(str::to_owned),
    })
}

/// Fields that are known, but have no use on this type of event, are warned about like unknown ones.
fn misplaced(draft: &Draft<'_>, kind: EventType, warnings: &mut Warnings) {
    for field in Field::DATA {
        if !draft.is_absent(*field) && !field.belongs_to(kind) {
            warnings.add_unknown(shown_name("", field.path()));
        }
    }
}
