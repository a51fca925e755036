//! The book as part of the truth's report: as known when all is over.

use std::collections::BTreeMap;

use contact::{Duration, Instant, ProviderId, QueueId, SiteId};
use serde::Serialize;

use super::{
    BacklogCounts, Book, CallCounts, ComplaintCounts, FirstContactCounts, ReplyCounts, ReplyKind, ReviewCounts,
};
use crate::{
    timeline::instant,
    truth::{PlaceName, TrueHomogeneity, percentile},
};

const DAY_S: u32 = 86_400;

/// What was followed, contact by contact.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Followed {
    /// As known at this instant, when nothing changes any more.
    pub now: Instant,
    /// Replies owed, by place and kind, within the threshold of the queue.
    pub replies: Vec<ReplyRow>,
    /// Content that appeared, by place.
    pub reviews: Vec<ReviewRow>,
    /// Cases open when a local day ends, by place; days and places without any are left out.
    pub backlog: Vec<BacklogRow>,
    /// Complaints received, by place.
    pub complaints: Vec<ComplaintRow>,
    /// First contacts, by place, with windows of one, seven and thirty days.
    pub first_contacts: Vec<FirstContactRow>,
    /// Calls back, by place.
    pub calls: Vec<CallRow>,
    /// How alike channels are.
    pub channels: TrueHomogeneity,
}

/// A queue at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct At {
    /// Who runs the site.
    pub provider: ProviderId,
    /// The site.
    pub site: SiteId,
    /// The queue.
    pub queue: QueueId,
}

impl From<&PlaceName> for At {
    fn from(name: &PlaceName) -> Self {
        Self { provider: name.provider.clone(), site: name.site.clone(), queue: name.queue.clone() }
    }
}

/// Declares a row: where, something of its own, and counts.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty,)* } $counts:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize)]
        pub struct $name {
            /// Where.
            #[serde(flatten)]
            pub at: At,
            $($(#[$fdoc])* pub $field: $type,)*
            /// The counts.
            #[serde(flatten)]
            pub counts: $counts,
        }
    };
}

row!(
    /// Replies owed by one place.
    ReplyRow {
        /// What was awaited.
        kind: ReplyKind,
        /// Median time of those that came, microseconds.
        p50_us: Option<u64>,
        /// 95th percentile, microseconds.
        p95_us: Option<u64>,
    } ReplyCounts
);
row!(
    /// Content reviewed at one place.
    ReviewRow {} ReviewCounts
);
row!(
    /// Cases open at one place.
    BacklogRow {
        /// When.
        instant: Instant,
    } BacklogCounts
);
row!(
    /// Complaints received by one place.
    ComplaintRow {} ComplaintCounts
);
row!(
    /// First contacts of one place.
    FirstContactRow {
        /// Within how many days another contact is a repeat.
        window_days: u32,
    } FirstContactCounts
);
row!(
    /// Calls back of one place.
    CallRow {} CallCounts
);

impl Book {
    /// Everything, as known at the end.
    pub(crate) fn report(&self, channels: TrueHomogeneity) -> Followed {
        let (now, all) = (self.end(), 0..self.starts.len());
        let mut followed = Followed {
            now,
            replies: Vec::new(),
            reviews: Vec::new(),
            backlog: self.backlog_rows(now),
            complaints: Vec::new(),
            first_contacts: Vec::new(),
            calls: Vec::new(),
            channels,
        };
        let complaints = self.complaints_by_place(&all, now);
        let windows =
            [1, 7, 30].map(|days| (days, self.first_contacts_by_place(&all, Duration::from_secs(days * DAY_S), now)));
        for (place, desk) in self.desks.iter().enumerate() {
            let (at, here) = (|| At::from(&desk.name), |name: &PlaceName| *name == desk.name);
            followed.replies.extend(self.reply_rows(&at(), now, here));
            let counts = self.reviews(all.clone(), now, here);
            push(&mut followed.reviews, counts, |counts| ReviewRow { at: at(), counts });
            push(&mut followed.complaints, complaints[place], |counts| ComplaintRow { at: at(), counts });
            let counts = self.calls(all.clone(), now, here);
            push(&mut followed.calls, counts, |counts| CallRow { at: at(), counts });
            for (window_days, by_place) in &windows {
                let row = |counts| FirstContactRow { at: at(), window_days: *window_days, counts };
                push(&mut followed.first_contacts, by_place[place], row);
            }
        }
        followed
    }

    fn reply_rows(&self, at: &At, now: Instant, here: impl Fn(&PlaceName) -> bool) -> Vec<ReplyRow> {
        let mut rows = Vec::new();
        for kind in [ReplyKind::First, ReplyKind::Next, ReplyKind::Decision] {
            let days = 0..self.starts.len();
            let times = self.reply_times(kind, days.clone(), now, &here);
            let (p50_us, p95_us) = (percentile(&times, 500), percentile(&times, 950));
            let counts = self.replies(kind, days, None, now, &here);
            push(&mut rows, counts, |counts| ReplyRow { at: at.clone(), kind, p50_us, p95_us, counts });
        }
        rows
    }

    fn backlog_rows(&self, now: Instant) -> Vec<BacklogRow> {
        let ends = self.starts.get(1..=self.days).unwrap_or_default();
        let mut sums: BTreeMap<(i64, usize), BacklogCounts> = BTreeMap::new();
        for spell in self.spells(&self.histories(), now.as_micros()) {
            let case = &self.cases[spell.case];
            let place = case.owner(now.as_micros());
            let first = ends.partition_point(|end| *end <= spell.opened);
            for end in ends[first..].iter().take_while(|end| **end <= spell.closed) {
                let counts = BacklogCounts::of(case, &self.desks[place], *end);
                sums.entry((*end, place)).or_default().add(&counts);
            }
        }
        let row = |((end, place), counts): ((i64, usize), BacklogCounts)| {
            let at = At::from(&self.desks[place].name);
            BacklogRow { at, instant: instant(end), counts }
        };
        sums.into_iter().map(row).collect()
    }
}

/// Adds a row unless it says nothing.
fn push<C: Default + PartialEq, R>(rows: &mut Vec<R>, counts: C, row: impl FnOnce(C) -> R) {
    if counts != C::default() {
        rows.push(row(counts));
    }
}
