//! Modules `net` and `net/http`: addresses as text, and what the network says.

mod cidr;
mod hostport;
mod mac;
mod url;

use super::{Function, pure, shared};
use crate::builtins::Rule;

pub(super) const FUNCTIONS: &[Function] = &[
    pure(
        "net.cidr_to_first",
        "func(a str) str",
        cidr::first,
        "The first host of a network.",
        r#"net.cidr_to_first("10.1.0.0/16") == "10.1.0.1""#,
    ),
    pure(
        "net.cidr_to_ip",
        "func(a str) str",
        cidr::ip,
        "The address before the slash.",
        r#"net.cidr_to_ip("10.1.2.3/16") == "10.1.2.3""#,
    ),
    pure(
        "net.cidr_to_last",
        "func(a str) str",
        cidr::last,
        "The last address of a network.",
        r#"net.cidr_to_last("10.1.2.3/16") == "10.1.255.255""#,
    ),
    pure(
        "net.cidr_to_mask",
        "func(a str) str",
        cidr::mask,
        "The mask of a network.",
        r#"net.cidr_to_mask("10.1.2.3/16") == "255.255.0.0""#,
    ),
    pure(
        "net.cidr_to_network",
        "func(a str) str",
        cidr::network,
        "A network without the bits of the host.",
        r#"net.cidr_to_network("10.1.2.3/16") == "10.1.0.0/16""#,
    ),
    pure(
        "net.cidr_to_prefix",
        "func(a str) str",
        cidr::prefix,
        "The length behind the slash.",
        r#"net.cidr_to_prefix("10.1.2.3/16") == "16""#,
    ),
    shared(
        "net.interface_cidr",
        "func(interface str) str",
        "The first IPv4 address of an interface with its prefix length, as it changes.",
        r#"net.interface_cidr("eth0")"#,
    ),
    pure(
        "net.ip_in_cidr",
        "func(ip str, cidr str) bool",
        cidr::contains,
        "Whether an address belongs to a network.",
        r#"net.ip_in_cidr("10.1.9.9", "10.1.0.0/16")"#,
    ),
    pure(
        "net.is_mac",
        "func(a str) bool",
        mac::is_mac,
        "Whether a text is a hardware address in lower case with colons.",
        r#"net.is_mac("aa:bb:cc:00:11:22")"#,
    ),
    pure(
        "net.macfmt",
        "func(a str) str",
        mac::macfmt,
        "A hardware address in lower case with colons.",
        r#"net.macfmt("AA-BB-CC-00-11-22") == "aa:bb:cc:00:11:22""#,
    ),
    shared("net.macs", "func() []str", "The hardware addresses of the host, as they come and go.", "len(net.macs()) > 0")
        .rule(Rule::Unnamed),
    pure(
        "net.oldmacfmt",
        "func(a str) str",
        mac::oldmacfmt,
        "A hardware address in lower case with hyphens.",
        r#"net.oldmacfmt("AA:BB:CC:00:11:22") == "aa-bb-cc-00-11-22""#,
    ),
    pure(
        "net.split_hostport",
        "func(str) struct{host str; port str}",
        hostport::split,
        "The parts before and behind the last colon, without the brackets of an IPv6 address.",
        r#"net.split_hostport("[2001:db8::1]:8443")->port == "8443""#,
    ),
    pure(
        "net.url_parser",
        "func(str) struct{scheme str; host str; path str; raw_query str}",
        url::parser,
        "The parts of a URL; the path is decoded.",
        r#"net.url_parser("http://h.example:80/a%20b?x=1")->path == "/a b""#,
    ),
    shared(
        "net.wired_interface",
        "func() str",
        "The name of the first wired interface, as they come and go.",
        "net.wired_interface()",
    )
    .rule(Rule::Unnamed),
    shared(
        "net/http.response",
        "func(uid str) struct{status int; output str}",
        "What a resource of the kind `http:client` got last.",
        r#"http.response("/tmp/idx")->status == 0"#,
    ),
];
