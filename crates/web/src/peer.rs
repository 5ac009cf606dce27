//! Who is really calling: the address of the browser, also behind proxies that the practice trusts.
//!
//! `X-Forwarded-For` is believed only when the direct peer is a trusted proxy, and then read from the
//! right: the first address that is no trusted proxy. Whatever a caller wrote further left is ignored.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use axum::http::HeaderMap;

/// A block of addresses, `10.0.0.0/8` or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    base: IpAddr,
    length: u8,
}

impl Block {
    fn holds(self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(other)) => {
                cut4(base, self.length) == cut4(other, self.length)
            }
            (IpAddr::V6(base), IpAddr::V6(other)) => {
                cut6(base, self.length) == cut6(other, self.length)
            }
            _ => false,
        }
    }
}

fn cut4(address: Ipv4Addr, length: u8) -> u32 {
    address
        .to_bits()
        .checked_shr(32 - u32::from(length.min(32)))
        .unwrap_or(0)
}

fn cut6(address: Ipv6Addr, length: u8) -> u128 {
    address
        .to_bits()
        .checked_shr(128 - u32::from(length.min(128)))
        .unwrap_or(0)
}

/// The proxies in front of the program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<Block>);

/// A proxy in the settings that is no address and no block of addresses.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not an address or a block of addresses such as 10.0.0.0/8")]
pub struct NoBlock(String);

impl FromStr for TrustedProxies {
    type Err = NoBlock;

    /// Reads `127.0.0.1, 10.0.0.0/8, fd00::/8`.
    fn from_str(text: &str) -> Result<Self, NoBlock> {
        let entries = text.split([',', ' ']).filter(|entry| !entry.is_empty());
        entries.map(block).collect::<Result<Vec<_>, _>>().map(Self)
    }
}

fn block(entry: &str) -> Result<Block, NoBlock> {
    let wrong = || NoBlock(entry.to_owned());
    let (base, length) = entry
        .split_once('/')
        .map_or((entry, None), |(base, n)| (base, Some(n)));
    let base: IpAddr = base.parse().map_err(|_| wrong())?;
    let most = if base.is_ipv4() { 32 } else { 128 };
    let length = match length {
        None => most,
        Some(text) => text.parse().ok().filter(|n| *n <= most).ok_or_else(wrong)?,
    };
    Ok(Block { base, length })
}

impl TrustedProxies {
    fn hold(&self, address: IpAddr) -> bool {
        self.0.iter().any(|block| block.holds(address))
    }

    /// The true peer of a request that came in on a socket from `direct`.
    #[must_use]
    pub fn true_peer(&self, direct: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut peer = direct.to_canonical();
        let lists = headers.get_all("x-forwarded-for");
        let hops: Vec<&str> = lists
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|list| list.split(','))
            .collect();
        for hop in hops.into_iter().rev() {
            if !self.hold(peer) {
                return peer;
            }
            let Ok(next) = hop.trim().parse::<IpAddr>() else {
                return peer;
            };
            peer = next.to_canonical();
        }
        peer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(lists: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append("x-forwarded-for", list.parse().unwrap());
        }
        headers
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_stranger_is_taken_at_its_socket() {
        let trusted: TrustedProxies = "10.0.0.0/8".parse().unwrap();
        let peer = trusted.true_peer(ip("203.0.113.9"), &forwarded(&["198.51.100.1"]));
        assert_eq!(peer, ip("203.0.113.9"));
    }

    #[test]
    fn a_spoofed_leftmost_address_is_ignored() {
        let trusted: TrustedProxies = "10.0.0.0/8, ::1".parse().unwrap();
        let spoofed = forwarded(&["127.0.0.1, 198.51.100.1, 203.0.113.9, 10.0.0.7"]);
        assert_eq!(
            trusted.true_peer(ip("10.0.0.3"), &spoofed),
            ip("203.0.113.9")
        );
        let two_headers = forwarded(&["198.51.100.1", "203.0.113.9"]);
        assert_eq!(
            trusted.true_peer(ip("::1"), &two_headers),
            ip("203.0.113.9")
        );
        let mapped = trusted.true_peer(ip("::ffff:10.0.0.3"), &two_headers);
        assert_eq!(mapped, ip("203.0.113.9"));
    }

    #[test]
    fn nonsense_leaves_the_last_address_that_was_sure() {
        let trusted: TrustedProxies = "10.0.0.0/8".parse().unwrap();
        assert_eq!(
            trusted.true_peer(ip("10.0.0.3"), &forwarded(&["x, unknown"])),
            ip("10.0.0.3")
        );
        assert_eq!(
            trusted.true_peer(ip("10.0.0.3"), &HeaderMap::new()),
            ip("10.0.0.3")
        );
        assert!("10.0.0.0/33".parse::<TrustedProxies>().is_err());
        assert!("host.example".parse::<TrustedProxies>().is_err());
        assert!(
            "0.0.0.0/0"
                .parse::<TrustedProxies>()
                .unwrap()
                .hold(ip("8.8.8.8"))
        );
    }
}
