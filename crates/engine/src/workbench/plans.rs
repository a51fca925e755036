//! The plans of a workbench: made from its tables, kept by all that they depend on.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use datafusion::physical_plan::ExecutionPlan;

use super::Workbench;
use crate::{EngineError, Params, Session, Statement};

/// About what a kept plan takes.
const PLAN_BYTES: usize = 128 << 10;

impl Workbench {
    /// The plan of a statement on tables such as these, made once.
    pub(super) async fn plan(
        &self,
        statement: &Statement,
        params: &Params,
    ) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
        let name = self.plan_name(statement, params)?;
        if let Some(known) = self.engine.recall::<Arc<dyn ExecutionPlan>>(&name) {
            return Ok(Arc::clone(&known));
        }
        let read = self.read_by(statement)?;
        let session = self.session(&read, params).await?;
        let plan = session.plan(statement, params).await.map_err(|error| self.explained(statement, &read, error))?;
        self.engine.remember(name, Arc::new(Arc::clone(&plan)), PLAN_BYTES);
        Ok(plan)
    }

    /// Says everything that a plan depends on: not the tables that it does not read, so that a question with another
    /// filter makes one plan and not one for each statement.
    pub(super) fn plan_name(&self, statement: &Statement, params: &Params) -> Result<String, EngineError> {
        let read = self.read_by(statement)?;
        let mut name = format!("plan {} {}", statement.definition(), self.partitions);
        for (alias, id) in self.defined.iter().filter(|(alias, _)| read.contains(*alias)) {
            let defined = self.engine.catalog().get(id)?;
            let _ = write!(name, " {alias}={} {}", defined.definition(), params.named(defined));
        }
        let kinds: Vec<_> = self.kinds.iter().filter(|(table, _)| read.contains(*table)).collect();
        let _ = write!(name, " {kinds:?} {}", params.named(statement));
        Ok(name)
    }

    /// The tables that a statement reads, itself or through statements that stand for a table.
    pub(super) fn read_by(&self, statement: &Statement) -> Result<BTreeSet<String>, EngineError> {
        let mut read = BTreeSet::new();
        let mut ahead = vec![statement];
        while let Some(statement) = ahead.pop() {
            for table in self.engine.tables_of(statement)?.iter() {
                let defined = self.defined.iter().find(|(alias, _)| alias == table);
                if read.insert(table.clone())
                    && let Some((_, id)) = defined
                {
                    ahead.push(self.engine.catalog().get(id)?);
                }
            }
        }
        Ok(read)
    }

    /// Says which table is missing, if that is why a statement cannot be planned.
    fn explained(&self, statement: &Statement, read: &BTreeSet<String>, error: EngineError) -> EngineError {
        let defined = self.defined.iter().map(|(alias, _)| *alias);
        let there: Vec<&str> = self.slots.keys().map(String::as_str).chain(defined).collect();
        match read.iter().find(|table| !there.contains(&table.as_str())) {
            None => error,
            Some(table) => {
                EngineError::NoTable { statement: statement.id.clone(), table: table.clone(), there: there.join(", ") }
            }
        }
    }

    /// A session with those tables.
    async fn session(&self, read: &BTreeSet<String>, params: &Params) -> Result<Session, EngineError> {
        let session = self.engine.session_of(self.partitions)?;
        for (name, slot) in self.slots.iter().filter(|(name, _)| read.contains(*name)) {
            session.register(name, Arc::new(slot.clone()))?;
        }
        for (alias, statement) in self.defined.iter().filter(|(alias, _)| read.contains(*alias)) {
            session.define(statement, alias, params).await?;
        }
        Ok(session)
    }
}
