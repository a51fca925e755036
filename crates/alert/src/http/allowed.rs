//! Which addresses may be sent to.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use crate::AlertError;

/// Which addresses may be sent to. Public ones may, over TLS; all others only where they are allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    everywhere: bool,
    networks: Vec<Network>,
}

/// A network such as `10.1.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: u128,
    /// Leading bits that count, of 128; those of IPv4 are in `::ffff:0:0/96`.
    bits: u32,
}

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is not public.
    Inside(IpAddr),
    /// It is public and the connection would be in clear.
    InClear(IpAddr),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inside(address) => {
                write!(f, "the address {address} is not public; allow its network if it is meant")
            }
            Self::InClear(address) => {
                write!(f, "the address {address} would be sent to in clear; use https, or allow its network")
            }
        }
    }
}

impl Allowed {
    /// Public addresses over TLS, and these networks in any way: `10.1.0.0/16`, `fd00::/8`, `127.0.0.1`.
    ///
    /// # Errors
    /// Not an address, or an address with more bits than it has.
    pub fn networks<'a>(networks: impl IntoIterator<Item = &'a str>) -> Result<Self, AlertError> {
        let networks = networks.into_iter().map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { everywhere: false, networks })
    }

    /// Public addresses over TLS.
    #[must_use]
    pub fn public() -> Self {
        Self { everywhere: false, networks: Vec::new() }
    }

    /// Everywhere, in any way: for a receiver that the operator of the program runs.
    #[must_use]
    pub fn everywhere() -> Self {
        Self { everywhere: true, networks: Vec::new() }
    }

    /// Whether an address may be sent to.
    pub(super) fn judge(&self, address: IpAddr, is_secure: bool) -> Result<(), Refused> {
        if self.everywhere || self.networks.iter().any(|network| network.contains(address)) {
            return Ok(());
        }
        if !is_public(address) {
            return Err(Refused::Inside(address));
        }
        if is_secure { Ok(()) } else { Err(Refused::InClear(address)) }
    }
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        let ignored = 128 - self.bits;
        let kept = |bits: u128| bits.checked_shr(ignored).unwrap_or(0);
        kept(self.address) == kept(mapped(address))
    }
}

impl FromStr for Network {
    type Err = AlertError;

    fn from_str(text: &str) -> Result<Self, AlertError> {
        let wrong = || AlertError::Value {
            what: "the network",
            value: text.to_owned(),
            right: "an address with its leading bits, such as 10.1.0.0/16 or fd00::/8",
        };
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| wrong()))?;
        if bits > most {
            return Err(wrong());
        }
        Ok(Self { address: mapped(address), bits: bits + 128 - most })
    }
}

fn mapped(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// Whether an address is anybody's on the public network. By the registries of special-purpose addresses of IANA
/// (RFC 6890 and its updates); addresses of IPv4 that are written within ones of IPv6 are judged as what they are.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => embedded(address).map_or_else(|| is_public_v6(address), is_public_v4),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = a == 0
        || a >= 240
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b));
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_special = (first == 0x2001 && (second == 0x0db8 || second < 0x0200)) || (first == 0x3fff && second < 0x1000);
    // Only this eighth is given out.
    first & 0xe000 == 0x2000 && !is_special
}

/// The address of IPv4 within one of IPv6: mapped, compatible, translated (64:ff9b::/96), 6to4.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = address.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match [s0, s1, s2, s3, s4, s5] {
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => Some(of(s6, s7)),
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(allowed: &Allowed, address: &str) -> Result<(), Refused> {
        allowed.judge(address.parse().expect("an address"), true)
    }

    /// Else an alert could be made to reach what only this machine can: a cloud's metadata, a database, a printer.
    #[test]
    fn what_lies_inside_is_refused_however_it_is_written() {
        for inside in [
            "127.0.0.1",
            "127.255.1.1",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "255.255.255.255",
            "224.0.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.7",
            "::1",
            "::",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "2001::1",
            "2001:db8::1",
            "64:ff9b:1::1",
        ] {
            assert!(matches!(judged(&Allowed::public(), inside), Err(Refused::Inside(_))), "{inside}");
        }
        for public in
            ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2001:4860:4860::8888", "::ffff:8.8.8.8"]
        {
            assert_eq!(judged(&Allowed::public(), public), Ok(()), "{public}");
        }
    }

    #[test]
    fn in_clear_only_where_it_is_allowed() {
        let public: IpAddr = "8.8.8.8".parse().expect("an address");
        assert_eq!(Allowed::public().judge(public, false), Err(Refused::InClear(public)));
        let allowed = Allowed::networks(["8.8.8.0/24"]).expect("a network");
        assert_eq!(allowed.judge(public, false), Ok(()));
        assert_eq!(Allowed::everywhere().judge(public, false), Ok(()));
    }

    #[test]
    fn a_network_is_allowed_and_nothing_beside_it() {
        let allowed = Allowed::networks(["10.1.0.0/16", "fd00:1::/32", "127.0.0.1"]).expect("networks");
        for inside in ["10.1.255.255", "::ffff:10.1.0.1", "fd00:1:ffff::1", "127.0.0.1"] {
            assert_eq!(judged(&allowed, inside), Ok(()), "{inside}");
        }
        for outside in ["10.2.0.0", "fd00:2::1", "127.0.0.2", "::1"] {
            assert!(judged(&allowed, outside).is_err(), "{outside}");
        }
        assert_eq!(judged(&Allowed::networks(["::/0"]).expect("all"), "10.0.0.1"), Ok(()));
        for wrong in ["10.1.0.0/33", "10.1/16", "x", "10.0.0.0/", "::/129", "10.0.0.0/-1"] {
            assert!(Allowed::networks([wrong]).is_err(), "{wrong}");
        }
    }
}
