//! `dhcp:range`: ranges of addresses.

use super::formats::{cidr, cidr4, ipv4};
use crate::kinds::table::{BOOL, PLAIN, STR, STRS, ensure, field, no_identities, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};
use std::net::IpAddr;

/// The declaration.
pub static KIND: Kind = Kind {
    name: "dhcp:range",
    doc: "Addresses that a `dhcp:server` gives to whoever asks.",
    fields: &[
        field("server", STR, "The `dhcp:server` it belongs to; any where not given."),
        field(
            "network",
            STR,
            "The network, such as `192.0.2.0/24`; the name of the resource where neither it nor `from` and `to` are given.",
        ),
        field("from", STR, "The first address."),
        field("to", STR, "The last address."),
        field("mask", STR, "The mask, dotted or as `/24`, where `from` and `to` have none."),
        field("skip", STRS, "Addresses that are not given away."),
        field("persist", BOOL, "Remember leases. Not available."),
        field("nbp", STR, "The URL they boot from, `tftp://host/path`."),
        field("nbp_path", STR, "The path of that, in place of the URL's own."),
    ],
    sends: &[],
    traits: Traits { autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    let (from, to, mask) = (fields.text("from"), fields.text("to"), fields.text("mask"));
    ensure(from.is_empty() == to.is_empty(), || "`from` and `to` have to be given together".to_owned())?;
    if from.is_empty() {
        ensure(mask.is_empty(), || "`mask` needs `from` and `to`".to_owned())?;
        cidr(&text_or_name(fields, "network", name))?;
    } else {
        let bounds = [bound(&from)?, bound(&to)?];
        let with_prefix = bounds.contains(&true);
        ensure(with_prefix == mask.is_empty(), || "the mask has to come from `mask` or from `from` and `to`".to_owned())?;
        ensure(with_prefix || valid_mask(&mask), || format!("`{mask}` is not a mask"))?;
    }
    for skip in fields.texts("skip") {
        ensure(skip.parse::<IpAddr>().is_ok() || cidr(&skip).is_ok(), || format!("`{skip}` in `skip` is not an address"))?;
    }
    super::dhcp_server::nbp(&fields.text("nbp"))
}

/// Whether a bound carries a prefix.
fn bound(text: &str) -> Result<bool, String> {
    if text.contains('/') { cidr4(text).map(|_| true) } else { ipv4(text).map(|_| false) }
}

/// `/24` or `255.255.255.0`, contiguous and not empty when dotted.
fn valid_mask(text: &str) -> bool {
    if let Some(prefix) = text.strip_prefix('/') {
        return prefix.parse::<u8>().is_ok_and(|prefix| prefix <= 32);
    }
    ipv4(text).is_ok_and(|mask| {
        let bits = u32::from(mask);
        bits != 0 && bits.leading_ones() + bits.trailing_zeros() == 32
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::testing::*;
    use mgmt_values::Value;

    #[test]
    fn the_mask_comes_from_one_place() {
        let valid = |name: &str, set: &[(&str, &str)]| {
            let set: Vec<(&str, Value)> = set.iter().map(|(name, value)| (*name, Value::str(*value))).collect();
            validate(name, &fields(&KIND, &set)).is_ok()
        };
        assert!(valid("10.0.0.0/24", &[]));
        assert!(!valid("pool", &[]));
        assert!(valid("pool", &[("network", "10.0.0.0/24")]));
        assert!(valid("pool", &[("from", "10.0.0.5"), ("to", "10.0.0.9/24")]));
        assert!(valid("pool", &[("from", "10.0.0.5"), ("to", "10.0.0.9"), ("mask", "255.255.255.0")]));
        assert!(valid("pool", &[("from", "10.0.0.5"), ("to", "10.0.0.9"), ("mask", "/8")]));
        assert!(!valid("pool", &[("from", "10.0.0.5"), ("to", "10.0.0.9")]));
        assert!(!valid("pool", &[("from", "10.0.0.5/24"), ("to", "10.0.0.9"), ("mask", "/24")]));
        assert!(!valid("pool", &[("from", "10.0.0.5"), ("to", "10.0.0.9"), ("mask", "255.0.255.0")]));
        assert!(!valid("10.0.0.0/24", &[("from", "10.0.0.5")]));
    }
}
