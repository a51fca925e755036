//! Replies that legs owe in writing, and decisions on moderated content, each timed on the promise's open clock.

use contact::{Channel, Instant, Network, Outcome};

use super::{
    Lasting, Query, Ratio,
    decided::Found,
    promise::{Standing, Stay},
};

const DAY_US: i64 = 86_400_000_000;
const TOLERANCE_US: i64 = 5_000_000;

/// What is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The first human answer.
    First,
    /// A human reply to a further message.
    Next,
    /// A person's decision on moderated content.
    Decision,
}

/// A reply that a leg owes or owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is counted by itself")]
struct Awaited {
    /// What is awaited.
    kind: Kind,
    /// Since when, and until when.
    span: Lasting,
    /// It came.
    replied: bool,
    /// It may still come.
    open: bool,
    /// Microseconds on the open clock, until now while it is open; none when unknown.
    time: Option<i64>,
    /// It came within the promised time.
    in_time: bool,
    /// The promised time has passed since it was awaited.
    due: bool,
}

/// Counts of what is awaited of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "they say it themselves")]
pub struct Counted {
    pub all: i64,
    pub open: i64,
    pub replied: i64,
    pub in_time: i64,
    pub due: i64,
    pub due_replied: i64,
    pub due_in_time: i64,
    /// Times of what was replied to, sorted.
    pub times: Vec<i64>,
}

/// The replies of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replies {
    /// First answers.
    pub first: Counted,
    /// Replies to further messages.
    pub next: Counted,
    /// Decisions.
    pub decisions: Counted,
    /// Turns of cases closed because no reply was needed.
    pub settled: i64,
    /// Letters put into their queue after their receipt.
    pub held: i64,
    /// Published before a decision, over published.
    pub unreviewed: Ratio,
}

impl Replies {
    pub(super) fn of(stays: &[Stay], network: &Network, query: &Query) -> Self {
        let mut replies = Self::default();
        for stay in stays {
            let desk = Desk { stay, network, query };
            for awaited in desk.awaited() {
                match awaited.kind {
                    Kind::First => replies.first.add(awaited),
                    Kind::Next => replies.next.add(awaited),
                    Kind::Decision => replies.decisions.add(awaited),
                }
            }
            replies.settled += if desk.is_written() { stay.leg.turns_settled } else { 0 };
            replies.held += i64::from(desk.is_written() && desk.received_at() < stay.leg.offered_at);
            if let (true, Some(published)) = (desk.is_moderated(), stay.leg.published_at) {
                replies.unreviewed.numerator +=
                    i64::from(stay.leg.decided_at.is_none_or(|decided| published < decided));
                replies.unreviewed.denominator += 1;
            }
        }
        for counted in [&mut replies.first, &mut replies.next, &mut replies.decisions] {
            counted.times.sort_unstable();
        }
        replies
    }
}

impl Counted {
    fn add(&mut self, awaited: Awaited) {
        let Awaited { replied, open, in_time, due, time, .. } = awaited;
        self.all += 1;
        self.open += i64::from(open);
        self.replied += i64::from(replied);
        self.in_time += i64::from(in_time);
        self.due += i64::from(due);
        self.due_replied += i64::from(due && replied);
        self.due_in_time += i64::from(due && in_time);
        self.times.extend(time.filter(|_| replied));
    }
}

/// What is decided of a leg's first reply or decision: by the reply in time, else by the promised open time.
pub(super) fn decided_in_writing(stay: &Stay, network: &Network, query: &Query) -> Vec<Found> {
    let calendar = stay.queue.calendar.as_ref().map(|name| &network.calendars[name]);
    let threshold = stay.queue.threshold;
    let found = |awaited: Awaited| {
        let Awaited { span, in_time, open, .. } = awaited;
        let at = match (in_time, calendar) {
            (true, _) => span.to?,
            (false, None) => span.from.plus_micros(threshold.as_micros()),
            (false, Some(calendar)) => calendar.due(span.from, threshold)?.min(query.now),
        };
        Some(Found { at, in_time, waits: open && !in_time && calendar.is_none() })
    };
    let wanted = |awaited: &Awaited| awaited.kind != Kind::Next && (awaited.due || awaited.in_time);
    Desk { stay, network, query }.awaited().into_iter().filter(wanted).filter_map(found).collect()
}

/// A leg as whoever awaits its replies sees it.
struct Desk<'a> {
    stay: &'a Stay<'a>,
    network: &'a Network,
    query: &'a Query,
}

impl Desk<'_> {
    fn is_written(&self) -> bool {
        matches!(
            (&self.stay.standing, self.stay.channel),
            (Standing::Counted(_), Channel::Email | Channel::Sms | Channel::Social | Channel::Post)
                | (Standing::OutOfHours, Channel::Chat)
        )
    }

    fn is_moderated(&self) -> bool {
        self.stay.is_counted() && self.stay.channel == Channel::Moderation
    }

    /// A letter was received when its contact began, however long it lay before the first queue.
    fn received_at(&self) -> Instant {
        let leg = self.stay.leg;
        let is_letter = self.stay.channel == Channel::Post && leg.first_offered_at == Some(leg.offered_at);
        if is_letter { leg.started_at.min(leg.offered_at) } else { leg.offered_at }
    }

    fn awaited(&self) -> Vec<Awaited> {
        let leg = self.stay.leg;
        if self.is_moderated() {
            let decision = Lasting { from: leg.offered_at, to: leg.decided_at };
            return vec![self.judged(Kind::Decision, decision, leg.decided_at.is_some())];
        }
        if !self.is_written() {
            return Vec::new();
        }
        let first = Lasting { from: self.received_at(), to: leg.outcome_at };
        let answered = leg.outcome == Some(Outcome::Answered);
        let turns = leg.turns.iter().map(|turn| self.judged(Kind::Next, *turn, turn.to.is_some()));
        [self.judged(Kind::First, first, answered)].into_iter().chain(turns).collect()
    }

    fn judged(&self, kind: Kind, span: Lasting, replied: bool) -> Awaited {
        let promised = self.stay.queue.threshold.as_micros();
        let time = self.time(kind, span);
        let now = self.now();
        let known = span.from.micros_since(self.stay.leg.offered_at) >= -35 * DAY_US;
        let passed = !known
            || self.query.now.micros_since(span.from) >= 400 * DAY_US
            || self.open_time(span.from, now) >= promised;
        let may_be_in_time = span.to.is_none() && kind != Kind::Decision && time.is_some_and(|time| time <= promised);
        Awaited {
            kind,
            span,
            replied,
            open: span.to.is_none(),
            time,
            in_time: replied && time.is_some_and(|time| time <= promised),
            due: passed && !may_be_in_time,
        }
    }

    /// Open time between awaiting and reply, or now, without the pauses.
    fn time(&self, kind: Kind, span: Lasting) -> Option<i64> {
        let leg = self.stay.leg;
        let too_late = span.to.is_some_and(|to| to.micros_since(leg.offered_at) >= 400 * DAY_US);
        let backwards = span.to.is_some_and(|to| to.micros_since(span.from) < -TOLERANCE_US);
        if too_late || backwards || span.from.micros_since(leg.offered_at) < -35 * DAY_US {
            return None;
        }
        let end = span.to.unwrap_or_else(|| self.now());
        let pauses = leg.paused.iter().filter(|_| kind != Kind::Decision);
        let paused: i64 =
            pauses.map(|pause| self.open_time(pause.from.max(span.from), pause.to.unwrap_or(end).min(end))).sum();
        Some(self.open_time(span.from, end) - paused)
    }

    /// The question's now, as far as the clock is known.
    fn now(&self) -> Instant {
        self.query.now.min(self.query.to.plus_micros(400 * DAY_US))
    }

    fn open_time(&self, from: Instant, to: Instant) -> i64 {
        if to <= from {
            return 0;
        }
        let Some(calendar) = &self.stay.queue.calendar else { return to.micros_since(from) };
        let spans = self.network.calendars[calendar].open_spans(from, to);
        spans.iter().map(|span| span.to.min(to).micros_since(span.from.max(from))).sum()
    }
}
