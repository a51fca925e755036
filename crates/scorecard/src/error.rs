//! What can go wrong with a question.

/// An error of the scorecard.
#[derive(Debug, thiserror::Error)]
pub enum ScorecardError {
    /// The question itself cannot be answered.
    #[error("{field}: {message}")]
    Question {
        /// The parameter.
        field: &'static str,
        /// What is wrong and what would be right.
        message: String,
    },
    /// The engine.
    #[error(transparent)]
    Engine(#[from] engine::EngineError),
    /// A statement does not give a column that its header names.
    #[error(
        "statement {statement} gives no column {column:?} of the type its header needs; mend the statement or its header"
    )]
    Column {
        /// The statement.
        statement: String,
        /// The column.
        column: String,
    },
    /// A statement whose rows must add up does not say that they do.
    #[error("the rows of statement {0} must add up over legs; give its header adds_by, the columns that name a row")]
    NoSums(String),
    /// A statement gives a column that can be neither added up nor name a row.
    #[error(
        "statement {statement} gives {column} as {given}; names of rows are texts, integers or instants, all else is added up and is integers: cast it, name it in adds_by or leave it out"
    )]
    NoSum {
        /// The statement.
        statement: String,
        /// The column.
        column: String,
        /// Its type.
        given: String,
    },
    /// A statement gives two rows of one name.
    #[error(
        "statement {statement} gives two rows of one name; its header's adds_by ({adds_by}) must name every column that it groups by"
    )]
    Twice {
        /// The statement.
        statement: String,
        /// The columns that name a row.
        adds_by: String,
    },
    /// A statement gives rows of a stretch in which none of the contacts began.
    #[error(
        "statement {0} gives rows of a stretch in which no contact began; give CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch"
    )]
    Stretch(String),
    /// A header names a parameter that gives no length of time.
    #[error(
        "statement {statement} turns after {param:?}, which is no length of time; write durable_us, promised_us, or microseconds"
    )]
    Turn {
        /// The statement.
        statement: String,
        /// The parameter.
        param: String,
    },
    /// A figure contradicts itself: a defect, never shown as a number.
    #[error(transparent)]
    Figure(#[from] contact::FigureError),
    /// The books of a row do not balance: a defect.
    #[error("offered is not the sum of its outcomes: the residual is {0}")]
    Residual(i64),
    /// What was open, came in and went out does not add up: a defect.
    #[error("the backlog differs from what was open before, came in and went out by {0}")]
    Backlog(i64),
    /// Legs of the providers do not make the contacts of the brand: a defect.
    #[error(
        "{legs} legs offered, less {handed_over} handed over, are not {contacts} contacts: the residual is {}", legs - handed_over - contacts
    )]
    Unbalanced {
        /// Legs offered.
        legs: i64,
        /// Legs to which a contact was handed over.
        handed_over: i64,
        /// Contacts that came in.
        contacts: i64,
    },
    /// More resolutions than contacts: a defect of the statement.
    #[error("a comparison gives {resolved} resolutions of {n} contacts; mend its statement")]
    Tally {
        /// Contacts.
        n: i64,
        /// Resolutions.
        resolved: i64,
    },
    /// Rows of an unexpected shape: a defect.
    #[error("rows of an unexpected shape: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
}

impl ScorecardError {
    pub(crate) fn question(field: &'static str, message: impl Into<String>) -> Self {
        Self::Question { field, message: message.into() }
    }
}
