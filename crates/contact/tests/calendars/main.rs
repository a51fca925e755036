//! Calendars from the outside: files with mistakes, and open time against another reading of the same zones.

mod chance;
mod generated;
mod mistakes;
mod zoneinfo;
