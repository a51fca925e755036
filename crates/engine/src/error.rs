//! What can go wrong between a question and its rows.

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// DataFusion could not plan or run a statement.
    #[error("statement {statement} failed: {source}")]
    Statement {
        /// The statement's id.
        statement: String,
        /// Why.
        source: Box<datafusion::error::DataFusionError>,
    },
    /// A statement's header cannot be read.
    #[error("statement file {file}: {message}; a statement begins with `-- id:`, `-- version:` and `-- title:`")]
    Header {
        /// The file.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// What a statement's header promises does not go together.
    #[error("statement file {file}: {message}")]
    Contradiction {
        /// The file.
        file: String,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// No such statement.
    #[error("there is no statement {0:?}; see the definitions for those there are")]
    Unknown(String),
    /// A statement reads a table that is not there.
    #[error("statement {statement} reads {table}, which is not there; it can read {there}")]
    NoTable {
        /// The statement.
        statement: String,
        /// The table.
        table: String,
        /// The tables that are there.
        there: String,
    },
    /// A declared parameter was not given.
    #[error("statement {statement} needs a value for ${param}")]
    MissingParam {
        /// The statement.
        statement: String,
        /// The parameter.
        param: String,
    },
    /// A value of another type than declared.
    #[error("statement {statement} declares ${param} as {declared}, but was given {given}")]
    WrongType {
        /// The statement.
        statement: String,
        /// The parameter.
        param: String,
        /// Declared.
        declared: String,
        /// Given.
        given: String,
    },
    /// The lake.
    #[error(transparent)]
    Lake(#[from] lake::LakeError),
    /// Rows of an unexpected shape: a defect.
    #[error("rows of an unexpected shape: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// The runtime could not be set up.
    #[error("the query engine cannot start: {0}")]
    Start(Box<datafusion::error::DataFusionError>),
    /// A file of statements cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The path.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
