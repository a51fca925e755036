//! Statements of a month: sealed, read as they were, and made again.

mod compare;
mod contracts;
mod keep;
mod late;
mod make;
mod money;
mod statement;
mod verified;
mod verify;

pub use contracts::{SealedContract, SealedFile, SealedMoney, SealedWindow};
pub use keep::{find, keep, list};
pub use make::{Ground, SealQuestion, month, seal};
pub use statement::{Sealed, SealedFigure, SealedLine, SealedRow, Statement};
pub use verified::{
    Because, Changed, LateFeed, LatePlace, Moved, MovedFigure, MovedMoney, MovedWindow, Number, Verification,
};
pub use verify::{VerifyQuestion, verify};
