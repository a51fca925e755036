//! What the tests of this crate share: the network, keys and clock of `fixtures/`.

use std::{fs, path::PathBuf};

use contact::{Instant, Network, ProviderId};
use intake::{Context, Door, Keys};

pub fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

pub fn read(name: &str) -> Vec<u8> {
    let mut bytes = fs::read(fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    bytes.pop_if(|last| *last == b'\n');
    bytes
}

/// Everything a [`Context`] borrows.
pub struct World {
    pub network: Network,
    pub provider: ProviderId,
    pub keys: Keys,
    pub now: Instant,
}

impl World {
    pub fn new() -> Self {
        let text = fs::read_to_string(fixture("network.yaml")).expect("fixture");
        Self {
            network: Network::parse(&text).expect("a valid network"),
            provider: ProviderId::new("north").expect("name"),
            keys: Keys::from_secrets(&[1; 32], &[2; 32]),
            now: "2026-03-29T12:00:00Z".parse().expect("time"),
        }
    }

    pub fn context(&self, door: Door) -> Context<'_> {
        Context { network: &self.network, provider: &self.provider, keys: &self.keys, now: self.now, door }
    }

    pub fn ground(&self) -> intake::Ground<'_> {
        intake::Ground { network: &self.network, keys: &self.keys, now: self.now, operator: None }
    }
}

/// A small deterministic source of chance (xorshift), so that a failure can be run again.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).expect("below a usize")
    }
}

/// Mutated events of the gate; `VIGIE_MUTATIONS` says another number.
pub const MUTATIONS: u64 = 20_000;

/// How many mutations to try where the gate tries `usual`: more of all in the same proportion, and never none.
pub fn cases(usual: u64) -> u64 {
    let wanted = std::env::var("VIGIE_MUTATIONS").ok().and_then(|text| text.parse::<u64>().ok()).unwrap_or(MUTATIONS);
    (usual * wanted / MUTATIONS).max(1)
}
