//! Networks in the notation `address/length` (RFC 4632, RFC 4291), read as Go does: no leading zeros in IPv4, no zones in IPv6.

use crate::functions::{CallContext, Fault, args};
use mgmt_values::Value;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

type Answer = Result<Value, Fault>;

/// A network as it was written.
#[derive(Clone, Copy)]
struct Cidr {
    address: IpAddr,
    length: u32,
}

impl Cidr {
    /// The address as a number, and how many bits it has.
    fn bits(self) -> (u128, u32) {
        match self.address {
            IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32),
            IpAddr::V6(v6) => (v6.to_bits(), 128),
        }
    }

    /// The bits of the host, all set.
    fn hosts(self) -> u128 {
        let (_, width) = self.bits();
        1u128.checked_shl(width - self.length).map_or(u128::MAX, |end| end - 1)
    }

    /// An address of the same family.
    fn with(self, bits: u128) -> IpAddr {
        match self.address {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from_bits(bits as u32)),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from_bits(bits)),
        }
    }

    fn network(self) -> IpAddr {
        self.with(self.bits().0 & !self.hosts())
    }

    /// The network in the family that it belongs to, with its length there.
    fn plain(self) -> Cidr {
        match plain(self.network()) {
            address @ IpAddr::V4(_) if self.address.is_ipv6() => Cidr { address, length: self.length.saturating_sub(96) },
            address => Cidr { address, length: self.length },
        }
    }
}

/// An IPv4 address in IPv6 clothes without them.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        v4 => v4,
    }
}

fn utf8(args: &[Value], index: usize) -> Result<&str, Fault> {
    let text = args::bytes(args, index)?;
    // No address has other bytes, and the empty text is none either.
    Ok(std::str::from_utf8(text).unwrap_or_default())
}

/// A network; leading zeros in the length are fine.
fn parse(text: &str) -> Result<Cidr, Fault> {
    let parsed = text.split_once('/').and_then(|(address, length)| {
        let address: IpAddr = address.parse().ok()?;
        let digits = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
        let length = if digits { length.trim_start_matches('0') } else { "x" };
        let length: u32 = if length.is_empty() { 0 } else { length.parse().ok()? };
        (length <= if address.is_ipv4() { 32 } else { 128 }).then_some(Cidr { address, length })
    });
    parsed.ok_or_else(|| Fault::new(format!("invalid CIDR address: {text}")))
}

/// Argument 0 with white space around it.
fn loose(args: &[Value]) -> Result<Cidr, Fault> {
    parse(utf8(args, 0)?.trim())
}

/// Argument 0 as it is; its length has no leading zero.
fn strict(args: &[Value]) -> Result<Cidr, Fault> {
    let text = utf8(args, 0)?;
    let refused = |why: String| Fault::new(format!("netip.ParsePrefix({text:?}): {why}"));
    let (address, length) = text.rsplit_once('/').ok_or_else(|| refused("no '/'".to_owned()))?;
    if address.parse::<IpAddr>().is_err() {
        return Err(refused(format!("ParseAddr({address:?}): not an address")));
    }
    let zeros = length.len() > 1 && !length.starts_with(|c: char| ('1'..='9').contains(&c));
    match parse(text) {
        Ok(cidr) if !zeros => Ok(cidr),
        _ => Err(refused(format!("bad bits after slash: {length:?}"))),
    }
}

fn shown(text: impl ToString) -> Answer {
    Ok(Value::str(text.to_string()))
}

pub(super) fn ip(_: &mut CallContext<'_>, args: &[Value]) -> Answer {
    shown(plain(loose(args)?.address))
}

pub(super) fn prefix(_: &mut CallContext<'_>, args: &[Value]) -> Answer {
    shown(loose(args)?.length)
}

pub(super) fn mask(_: &mut CallContext<'_>, args: &[Value]) -> Answer {
    let cidr = loose(args)?;
    shown(cidr.with(!cidr.hosts()))
}

pub(super) fn network(_: &mut CallContext<'_>, args: &[Value]) -> Answer {
    let cidr = loose(args)?;
    shown(format!("{}/{}", plain(cidr.network()), cidr.length))
}

pub(super) fn first(_: &mut CallContext<'_>, args: &[Value]) -> Answer {
    let cidr = strict(args)?;
    if cidr.hosts() == 0 {
        return Err(Fault::new("no usable next address"));
    }
    shown(cidr.with((cidr.bits().0 & !cidr.hosts()) + 1))
}

pub(super) fn last(_: &mut CallContext<'_>, args: &[Value]) -> Answer {
    let cidr = strict(args)?;
    shown(cidr.with(cidr.bits().0 | cidr.hosts()))
}

pub(super) fn contains(_: &mut CallContext<'_>, args: &[Value]) -> Answer {
    let text = utf8(args, 0)?;
    let address: IpAddr = text.parse().map_err(|_| Fault::new(format!("invalid IP: {text}")))?;
    let network = parse(utf8(args, 1)?)?.plain();
    let address = Cidr { address: plain(address), length: network.length };
    let same = address.address.is_ipv4() == network.address.is_ipv4();
    Ok(Value::Bool(same && address.network() == network.network()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_values::Type;

    fn call(body: fn(&mut CallContext<'_>, &[Value]) -> Answer, args: &[&str]) -> Result<String, String> {
        let args: Vec<Value> = args.iter().map(|text| Value::str(*text)).collect();
        let answer = body(&mut CallContext { signature: &Type::Str }, &args);
        answer.map(|value| value.to_string().trim_matches('"').to_owned()).map_err(|fault| fault.message)
    }

    #[test]
    fn networks_have_first_and_last_addresses() {
        for (text, from, to) in [
            ("10.1.2.3/16", "10.1.0.1", "10.1.255.255"),
            ("0.0.0.0/0", "0.0.0.1", "255.255.255.255"),
            ("2001:db8::/126", "2001:db8::1", "2001:db8::3"),
            ("::/0", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ] {
            assert_eq!((call(first, &[text]).as_deref(), call(last, &[text]).as_deref()), (Ok(from), Ok(to)), "{text}");
        }
        assert_eq!(call(first, &["10.1.2.3/32"]), Err("no usable next address".to_owned()));
    }

    #[test]
    fn lengths_and_spaces_are_taken_more_or_less_strictly() {
        assert_eq!(call(ip, &[" 10.1.2.3/016\n"]).as_deref(), Ok("10.1.2.3"));
        for text in [" 10.1.2.3/16", "10.1.2.3/016", "10.1.2.3", "10.1.2.3/33", "010.1.2.3/8", "fe80::1%eth0/64", "1.2.3.4/+1"] {
            assert!(call(last, &[text]).is_err(), "{text}");
        }
    }

    #[test]
    fn mapped_addresses_count_as_ipv4() {
        assert_eq!(call(ip, &["::ffff:10.1.2.3/104"]).as_deref(), Ok("10.1.2.3"));
        assert_eq!(call(network, &["::ffff:10.1.2.3/104"]).as_deref(), Ok("10.0.0.0/104"));
        assert_eq!(call(contains, &["::ffff:10.1.9.9", "10.1.0.0/16"]).as_deref(), Ok("true"));
        assert_eq!(call(contains, &["10.1.9.9", "::/0"]).as_deref(), Ok("false"));
        assert_eq!(call(contains, &["10.1.9", "10.1.0.0/16"]), Err("invalid IP: 10.1.9".to_owned()));
    }
}
