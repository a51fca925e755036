//! Contracts read, closed, paid and looked at while open: exact, from fixtures.

mod ahead;
mod asked;
mod claims;
mod closed;
mod delivery;
mod earn_back;
mod file;
mod fixtures;
mod forecast;
mod mistakes;
mod money;
mod networks;
mod open;
mod properties;
mod relief;
mod surplus;
mod versions;
