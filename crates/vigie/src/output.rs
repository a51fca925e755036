//! Standard output and standard error, whoever reads them: `print!`, `println!` and `eprintln!` of this crate.
//!
//! Those of the standard library panic once nobody reads any more (`vigie … | head`). Here the rest is left out and the
//! command does what it was asked to: an import is not cut off because somebody has seen enough of it. Any other failure,
//! such as a full disk, is told at the end, and the command has failed.

use std::{
    fmt::Arguments,
    io::{self, ErrorKind, Write as _},
    sync::OnceLock,
};

use crate::exit::Exit;

/// Why nothing more is written to standard output.
static ENDED: OnceLock<io::Error> = OnceLock::new();

macro_rules! print {
    ($($text:tt)*) => { $crate::output::out(format_args!($($text)*)) };
}

macro_rules! println {
    () => { $crate::output::out(format_args!("\n")) };
    ($($text:tt)*) => { $crate::output::out(format_args!("{}\n", format_args!($($text)*))) };
}

macro_rules! eprintln {
    ($($text:tt)*) => { $crate::output::err(format_args!("{}\n", format_args!($($text)*))) };
}

/// Writes to standard output, as long as somebody reads it.
pub fn out(text: Arguments<'_>) {
    if ENDED.get().is_none()
        && let Err(error) = io::stdout().lock().write_fmt(text)
    {
        end(error);
    }
}

/// Writes to standard error.
pub fn err(text: Arguments<'_>) {
    // Whoever would be told does not read.
    let _ = io::stderr().lock().write_fmt(text);
}

/// Hands over what is still held back. Returns how the command ended, which has failed if its results could not be written.
pub fn finish(exit: Exit) -> Exit {
    if ENDED.get().is_none()
        && let Err(error) = io::stdout().lock().flush()
    {
        end(error);
    }
    match ENDED.get() {
        Some(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("vigie: cannot write to standard output: {error}");
            Exit::Failed
        }
        _ => exit,
    }
}

fn end(error: io::Error) {
    // The first reason stays.
    let _ = ENDED.set(error);
}
