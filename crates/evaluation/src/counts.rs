//! What was counted of every unit.

use std::collections::{BTreeMap, BTreeSet};

use contact::Instant;
use contract::{AskedScope, Facts, terms::Span};
use engine::Title;
use jiff::civil::Date;

use crate::{
    EvaluationError,
    cells::{Cells, Counts, Volumes, Whose, add, surplus_after},
    matching::{NamePlaces, covers, in_scope},
    plan::{Contacts, Finish, Plan, RunKey, Source},
    readings::{DayReadings, OPEN_CASES, OfCases, Reading, day_facts, span_facts},
    received,
    runs::{ARRIVALS, Asking, Ground, OFFERED, Ran, Run, by_run, whole_contract},
    terms::Used,
    unit::Unit,
};

/// What was counted of a unit.
pub(crate) struct UnitCounts {
    kind: Kind,
    /// Contacts offered in its scope, where the contract asks for complete data.
    pub(crate) offered: Cells,
    /// The statements that counted it.
    pub(crate) statements: Vec<String>,
}

enum Kind {
    Contacts { finish: Finish, cells: Cells, volumes: Volumes },
    Days(DayReadings),
    Spans(BTreeMap<Span, Option<Reading>>),
    Not(Title),
}

impl UnitCounts {
    /// The facts of a span of the unit; why there are none, where it cannot be counted.
    pub(crate) fn facts(&self, unit: &Unit<'_>, span: Span) -> Result<Facts, &Title> {
        let (asked, objective) = (&unit.asked, unit.objective);
        match &self.kind {
            Kind::Contacts { finish, cells, volumes } => Ok(Counts { asked, finish, cells, volumes }.facts(span)),
            Kind::Days(readings) => Ok(day_facts(objective, asked, readings, span)),
            Kind::Spans(readings) => Ok(span_facts(objective, asked, readings.get(&span).copied().flatten(), span)),
            Kind::Not(why) => Err(why),
        }
    }
}

/// Counts every unit by its plan.
pub(crate) async fn counts(
    ground: &Ground<'_>,
    units: &[Unit<'_>],
    plans: Vec<Plan>,
) -> Result<Vec<UnitCounts>, EvaluationError> {
    let mut found: Vec<Option<UnitCounts>> = Vec::new();
    let mut contacts: Vec<Option<Contacts>> = Vec::new();
    for (unit, plan) in units.iter().zip(plans) {
        match plan {
            Plan::Contacts(plan) => {
                contacts.push(Some(plan));
                found.push(None);
            }
            other => {
                contacts.push(None);
                found.push(Some(read(ground, unit, &other).await?));
            }
        }
    }
    let ran = by_contacts(ground, units, &contacts).await?;
    let mut of_contacts = ran.cells.into_iter();
    let mut counted = Vec::new();
    for ((found, plan), offered) in found.into_iter().zip(contacts).zip(ran.offered) {
        let mut of_unit = match found {
            Some(found) => found,
            None => of_plan(plan.unwrap_or_else(Contacts::none), of_contacts.next().unwrap_or_default()),
        };
        if let Some(offered) = offered {
            of_unit.offered = offered;
            of_unit.statements.push(OFFERED.to_owned());
        }
        counted.push(of_unit);
    }
    Ok(counted)
}

fn of_plan(plan: Contacts, (cells, volumes): (Cells, Volumes)) -> UnitCounts {
    let statements: BTreeSet<String> = plan.sources.iter().map(|source| source.statement.clone()).collect();
    UnitCounts {
        kind: Kind::Contacts { finish: plan.finish, cells, volumes },
        offered: Cells::new(),
        statements: statements.into_iter().collect(),
    }
}

/// What is read of a unit that does not count contacts.
async fn read(ground: &Ground<'_>, unit: &Unit<'_>, plan: &Plan) -> Result<UnitCounts, EvaluationError> {
    let of = |kind, statements: &[&str]| UnitCounts {
        kind,
        offered: Cells::new(),
        statements: statements.iter().map(|id| (*id).to_owned()).collect(),
    };
    let days = |of| ground.of_cases(unit, of);
    Ok(match plan {
        Plan::Ages { p, clock } => {
            of(Kind::Days(Box::pin(days(OfCases::Age(*p, clock.clone()))).await?), &[OPEN_CASES])
        }
        Plan::OpenCases => of(Kind::Days(Box::pin(days(OfCases::Number)).await?), &[OPEN_CASES]),
        Plan::Gap | Plan::Figure(_) => {
            let mut readings = BTreeMap::new();
            for piece in unit.windows.iter().map(|window| window.held.piece) {
                if piece.to <= ground.question.now {
                    let reading = match plan {
                        Plan::Figure(id) => Box::pin(ground.figure(unit, piece, id)).await?,
                        _ => Box::pin(ground.gap(unit, piece)).await?,
                    };
                    readings.insert(piece, reading);
                }
            }
            let statement =
                if let Plan::Figure(id) = plan { ground.statement_of(id) } else { "homogeneity".to_owned() };
            of(Kind::Spans(readings), &[statement.as_str()])
        }
        Plan::Not(why) => of(Kind::Not(why.clone()), &[]),
        Plan::Contacts(_) => of(Kind::Spans(BTreeMap::new()), &[]),
    })
}

/// What was counted of contacts.
struct OfContacts {
    /// The cells of the units that count contacts, in their order, with the volumes of their contracts.
    cells: Vec<(Cells, Volumes)>,
    /// Contacts offered in the scope of every unit, where its contract asks for complete data.
    offered: Vec<Option<Cells>>,
}

async fn by_contacts(
    ground: &Ground<'_>,
    units: &[Unit<'_>],
    plans: &[Option<Contacts>],
) -> Result<OfContacts, EvaluationError> {
    let surplus = surplus(ground, units, plans).await?;
    let cuts: Vec<Instant> = surplus.iter().flat_map(|days| days.values()).map(|after| after.plus_micros(1)).collect();
    let mut runs = by_run(units, plans);
    for unit in with_volumes(units, plans) {
        let run = runs.entry(RunKey::of_volume(&unit.asked)).or_default();
        run.asking.push(Asking { unit, scope: whole_contract(unit), by_site: false });
        run.statements.insert(OFFERED.to_owned());
    }
    for unit in units.iter().filter(|unit| unit.contract.completeness.is_some()) {
        let run = runs.entry(RunKey::of_received(&unit.asked)).or_default();
        run.asking.push(Asking { unit, scope: received::scope(unit), by_site: false });
        run.statements.insert(OFFERED.to_owned());
    }
    let mut ran: BTreeMap<&RunKey, Ran> = BTreeMap::new();
    for (key, run) in &runs {
        if let Some(rows) = ground.run(key, run, &cuts).await? {
            ran.insert(key, rows);
        }
    }
    let mut found = Vec::new();
    for ((unit, plan), surplus_after) in units.iter().zip(plans).zip(surplus) {
        let Some(plan) = plan else { continue };
        let mut cells = Cells::new();
        let width = plan.finish.width(unit.objective);
        for source in &plan.sources {
            let Some(ran) = ran.get(&source.run) else { continue };
            add_source(unit, source, ran, width, &mut cells);
        }
        let volume = ran.get(&RunKey::of_volume(&unit.asked)).filter(|_| has_forecast(unit));
        let volume = volume.map(|ran| offered(unit, &whole_contract(unit), ran)).unwrap_or_default();
        found.push((cells, Volumes { cells: volume, surplus_after }));
    }
    let came = |unit: &Unit<'_>| {
        unit.contract.completeness?;
        let ran = ran.get(&RunKey::of_received(&unit.asked));
        Some(ran.map(|ran| offered(unit, &received::scope(unit), ran)).unwrap_or_default())
    };
    Ok(OfContacts { cells: found, offered: units.iter().map(came).collect() })
}

fn add_source(unit: &Unit<'_>, source: &Source, ran: &Ran, width: usize, cells: &mut Cells) {
    let whose = Whose { scope: &unit.asked.scope, claims: &unit.asked.claims, stretches: &ran.stretches };
    for table in ran.counted.tables(&source.statement) {
        add(&whose, source, &table, width, cells);
    }
}

/// Contacts offered in a scope, for a unit.
fn offered(unit: &Unit<'_>, scope: &AskedScope, ran: &Ran) -> Cells {
    let whose = Whose { scope, claims: &unit.asked.claims, stretches: &ran.stretches };
    let columns = vec![("offered".to_owned(), 0)];
    let run = RunKey::of_volume(&unit.asked);
    let source = Source { run, statement: OFFERED.to_owned(), only: None, term: None, columns, belongs: None };
    let mut cells = Cells::new();
    for table in ran.counted.tables(OFFERED) {
        add(&whose, &source, &table, 1, &mut cells);
    }
    cells
}

/// Volumes matter where something was foreseen.
fn has_forecast(unit: &Unit<'_>) -> bool {
    unit.asked.days.iter().any(|day| day.foreseen.is_some())
}

fn with_volumes<'a, 'f>(
    units: &'a [Unit<'f>],
    plans: &'a [Option<Contacts>],
) -> impl Iterator<Item = &'a Unit<'f>> + use<'a, 'f> {
    units.iter().zip(plans).filter(|(unit, plan)| plan.is_some() && has_forecast(unit)).map(|(unit, _)| unit)
}

/// Of each unit the instants at which the allowed volume of a day had come, where the contract counts in order of arrival.
async fn surplus(
    ground: &Ground<'_>,
    units: &[Unit<'_>],
    plans: &[Option<Contacts>],
) -> Result<Vec<BTreeMap<Date, Instant>>, EvaluationError> {
    let in_order: Vec<&Unit<'_>> = with_volumes(units, plans).filter(|unit| unit.asked.surplus).collect();
    if in_order.is_empty() {
        return Ok(vec![BTreeMap::new(); units.len()]);
    }
    let asking = in_order.iter().map(|unit| Asking { unit, scope: whole_contract(unit), by_site: false });
    let statements = BTreeSet::from([ARRIVALS.to_owned()]);
    let run = Run { asking: asking.collect(), statements, used: Used::new() };
    let key = RunKey { sliced: false, replies: None, calls_us: None, by_reason: true, back: false };
    let ran = ground.run(&key, &run, &[]).await?;
    let of = |unit: &Unit<'_>| match &ran {
        Some(ran) if unit.asked.surplus => surplus_after(&unit.asked, arrivals(unit, ran)),
        _ => BTreeMap::new(),
    };
    Ok(units.iter().map(of).collect())
}

/// When how many contacts of the volume of a unit's contract were offered.
fn arrivals(unit: &Unit<'_>, ran: &Ran) -> Vec<(i64, i64)> {
    let (scope, asked) = (whole_contract(unit), &unit.asked);
    let mut all: BTreeMap<i64, i64> = BTreeMap::new();
    for spread in ran.counted.spreads(ARRIVALS) {
        let places = NamePlaces::of(|column| spread.name(column));
        for (name, run) in spread.rows() {
            let names = places.names(name);
            if !in_scope(&scope, &names) {
                continue;
            }
            let dropping: Vec<Span> = asked
                .claims
                .iter()
                .filter(|claim| claim.drops && covers(claim, &names))
                .map(|claim| claim.span)
                .collect();
            for (at, contacts) in run {
                let dropped = Instant::from_micros(*at).is_ok_and(|at| dropping.iter().any(|span| span.holds(at)));
                if !dropped {
                    *all.entry(*at).or_default() += contacts;
                }
            }
        }
    }
    all.into_iter().filter(|(_, contacts)| *contacts > 0).collect()
}
