//! What was counted of one objective, by stretch of time and claims; and the facts of any span of it. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use contact::Instant;
use contract::{Asked, AskedClaim, AskedDay, AskedScope, Facts, Offered, Stratum, terms::Span};
use jiff::civil::Date;
use scorecard::{Bucket, CountTable, Named};

use crate::{
    matching::{NamePlaces, Names, covers, in_scope},
    plan::{Finish, Source},
};

/// Sums by the start of a stretch (or of the quarter-hour to which contacts belong otherwise than by arrival) and the claims that cover it, by their position in the question.
pub(crate) type Cells = BTreeMap<(Instant, Vec<usize>), Vec<i64>>;

/// Which rows are an objective's, and what claims cover them.
pub(crate) struct Whose<'a> {
    pub(crate) scope: &'a AskedScope,
    pub(crate) claims: &'a [AskedClaim],
    pub(crate) stretches: &'a [Bucket],
}

/// Adds the rows of a table to cells of `width` sums.
pub(crate) fn add(whose: &Whose<'_>, source: &Source, table: &CountTable<'_>, width: usize, cells: &mut Cells) {
    let places = NamePlaces::of(|column| table.name(column));
    let bucket = table.name("bucket");
    let belongs = source.belongs.map(|otherwise| (table.name("belongs_us"), otherwise));
    let term = source.term.map(|(column, term)| (table.name(column), term));
    let columns: Vec<(usize, usize)> =
        source.columns.iter().filter_map(|(column, place)| Some((table.sum(column)?, *place))).collect();
    let mut known: HashMap<Names<'_>, Option<Vec<usize>>> = HashMap::new();
    for (name, sums) in table.rows() {
        if term.is_some_and(|(column, term)| name.at(column) != Named::Int(term)) {
            continue;
        }
        let names = places.names(name);
        let covering = known.entry(names).or_insert_with(|| whose.covering(source, &names));
        let stretch = name.at(bucket).int().and_then(|bucket| usize::try_from(bucket).ok());
        let (Some(covering), Some(stretch)) = (covering, stretch) else { continue };
        let Some(from) = whose.stretches.get(stretch).map(|stretch| stretch.from) else { continue };
        // Claims cover what was offered in their time, whichever window it belongs to.
        let claims = covering.iter().copied().filter(|claim| whose.claims[*claim].span.holds(from)).collect();
        let at = belongs.map_or(from, |(column, otherwise)| {
            let told = name.at(column).int().and_then(|at| Instant::from_micros(at).ok());
            told.unwrap_or(otherwise)
        });
        let cell = cells.entry((at, claims)).or_insert_with(|| vec![0; width]);
        for (column, place) in &columns {
            cell[*place] += sums[*column];
        }
    }
}

impl Whose<'_> {
    /// The claims that cover contacts of these names at some time; `None` for contacts of others.
    fn covering(&self, source: &Source, names: &Names<'_>) -> Option<Vec<usize>> {
        let here = source
            .only
            .as_ref()
            .is_none_or(|(sites, inside)| names.site.is_some_and(|site| sites.contains(site)) == *inside);
        let claims = || (0..self.claims.len()).filter(|claim| covers(&self.claims[*claim], names)).collect();
        (here && in_scope(self.scope, names)).then(claims)
    }
}

/// Everything counted of an objective.
pub(crate) struct Counts<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) finish: &'a Finish,
    /// Of the objective's own contacts.
    pub(crate) cells: &'a Cells,
    /// Of all contacts of the contract.
    pub(crate) volumes: &'a Volumes,
}

/// Contacts offered in the scope of a contract, by stretch and claims.
#[derive(Debug, Default)]
pub(crate) struct Volumes {
    pub(crate) cells: Cells,
    /// On each day the instant at which its allowed volume had come: later contacts are its surplus.
    pub(crate) surplus_after: BTreeMap<Date, Instant>,
}

impl Counts<'_> {
    /// The facts of a span that is made of whole stretches. What belongs to no day of the question is left out: there is
    /// none.
    pub(crate) fn facts(&self, span: Span) -> Facts {
        let mut strata: BTreeMap<(Date, Instant, &[usize], bool), Vec<i64>> = BTreeMap::new();
        for ((from, claims), sums) in self.cells.range((span.from, Vec::new())..) {
            if *from >= span.to {
                break;
            }
            let Some(day) = self.day(*from) else { continue };
            let (day, slice) = (day.day, day.slice(*from, self.asked.slice));
            let surplus = self.asked.surplus && self.volumes.surplus_after.get(&day).is_some_and(|after| from > after);
            let cell = strata.entry((day, slice, claims, surplus)).or_insert_with(|| vec![0; sums.len()]);
            cell.iter_mut().zip(sums).for_each(|(sum, more)| *sum += more);
        }
        let strata = strata.into_iter().filter_map(|((day, slice, claims, surplus), sums)| {
            let counted = self.stratum(day, slice, &sums)?;
            Some(Stratum { claims: self.ids(claims), surplus, ..counted })
        });
        Facts { strata: strata.collect(), offered: self.offered(span), foreseen: self.foreseen(span), received: None }
    }

    fn stratum(&self, day: Date, slice: Instant, sums: &[i64]) -> Option<Stratum> {
        let (counts, [total, pending, unsettled]) = self.finish.counts(sums, self.asked);
        let (counts, total) = (counts.into_iter().map(unsigned).collect(), unsigned(total));
        let (pending, unsettled) = (unsigned(pending), unsigned(unsettled).min(total));
        let is_there = total > 0 || pending > 0;
        let empty = Stratum::new(day, slice, 0, total);
        is_there.then_some(Stratum { counts, pending, unsettled, ..empty })
    }

    fn offered(&self, span: Span) -> Vec<Offered> {
        let mut sums: BTreeMap<(Date, &[usize]), i64> = BTreeMap::new();
        for ((from, claims), offered) in &self.volumes.cells {
            if let Some(day) = self.day(*from).filter(|day| day.span.within(span).is_some()) {
                *sums.entry((day.day, claims)).or_default() += offered.first().copied().unwrap_or(0);
            }
        }
        let row = |((day, claims), contacts): ((Date, &[usize]), i64)| Offered {
            day,
            claims: self.ids(claims),
            contacts: unsigned(contacts),
        };
        sums.into_iter().map(row).filter(|offered| offered.contacts > 0).collect()
    }

    fn day(&self, at: Instant) -> Option<&AskedDay> {
        let after = self.asked.days.partition_point(|day| day.span.from <= at);
        after.checked_sub(1).and_then(|last| self.asked.days.get(last)).filter(|day| day.span.holds(at))
    }

    fn foreseen(&self, span: Span) -> BTreeMap<Date, u64> {
        let touched = self.asked.days.iter().filter(|day| day.span.within(span).is_some());
        touched.filter_map(|day| Some((day.day, day.foreseen?))).collect()
    }

    fn ids(&self, claims: &[usize]) -> BTreeSet<String> {
        claims.iter().map(|claim| self.asked.claims[*claim].id.clone()).collect()
    }
}

impl Finish {
    /// What a cell counts at each level, and its total, pending and unsettled contacts.
    fn counts(&self, sums: &[i64], asked: &Asked) -> (Vec<i64>, [i64; 3]) {
        match self {
            Self::Share => (vec![sums[0]], [sums[1], sums[2], sums[3]]),
            Self::Levels { expected } => {
                let of = |place: usize| &sums[4 * place..4 * place + 4];
                let [answered, _, waiting, missed] = [0, 1, 2, 3].map(|column| of(*expected)[column]);
                let least = asked.yardsticks.get(*expected).copied().unwrap_or_default();
                let count = |(place, level): (usize, &u64)| {
                    // Of the open ones that count, those that have not passed this level yet.
                    let open = if *level >= least { missed - of(place)[3] } else { 0 };
                    of(place)[1] + open
                };
                let counts = asked.yardsticks.iter().enumerate().map(count).collect();
                (counts, [answered + missed, waiting, missed])
            }
        }
    }
}

/// Counts are added and taken away file by file; together they are never below nothing.
fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

/// The instant at which the allowed volume of each day had come, from when how many contacts were offered.
pub(crate) fn surplus_after(asked: &Asked, mut arrivals: Vec<(i64, i64)>) -> BTreeMap<Date, Instant> {
    arrivals.sort_unstable();
    let mut found = BTreeMap::new();
    for day in asked.days.iter().filter(|day| asked.surplus && day.allowed.is_some()) {
        let allowed = day.allowed.and_then(|allowed| i64::try_from(allowed).ok()).unwrap_or(i64::MAX);
        if allowed == 0 {
            found.insert(day.day, day.span.from.plus_micros(-1));
            continue;
        }
        let first = arrivals.partition_point(|(at, _)| *at < day.span.from.as_micros());
        let of_day = arrivals[first..].iter().take_while(|(at, _)| *at < day.span.to.as_micros());
        let mut came = 0;
        let reached = of_day.map(|(at, count)| {
            came += count;
            (*at, came)
        });
        let reached = reached.into_iter().find(|(_, came)| *came >= allowed);
        if let Some(at) = reached.and_then(|(at, _)| Instant::from_micros(at).ok()) {
            found.insert(day.day, at);
        }
    }
    found
}
