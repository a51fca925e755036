//! The comparison of sites: test vectors, the worked example, laws that hold on any data, and simulated networks.

mod coverage;
mod example;
mod properties;
mod small;
mod support;
mod unbiased;
mod vectors;
