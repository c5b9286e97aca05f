//! `bmc:power`: power of servers.

use super::formats::url;
use crate::kinds::table::{BOOL, INT, PLAIN, STR, ensure, field, no_identities, polled};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "bmc:power",
    doc: "The power of a server, by way of its management controller. It has to be polled.",
    fields: &[
        field("hostname", STR, "The host of the controller; that of the name, read as a URL, where not given."),
        field("port", INT, "Its port; that of the name, else 443, where not given."),
        field("username", STR, "The user; that of the name where not given."),
        field("password", STR, "The password."),
        field("insecure_password", BOOL, "Permit that the password is part of the name."),
        field(
            "driver",
            STR,
            "How to talk to it: `rpc` or `gofish`, with an `s` at its end for TLS; the scheme of the name where not given.",
        ),
        field("state", STR, "`on` or `off`."),
    ],
    sends: &[],
    traits: Traits { polls: Some(polled), ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    let named = url(name).ok().flatten();
    let host = Some(fields.text("hostname")).filter(|host| !host.is_empty()).or(named.as_ref().map(|(_, host)| host.clone()));
    ensure(host.is_some_and(|host| !host.is_empty()), || "the host is missing".to_owned())?;

    let driver =
        Some(fields.text("driver")).filter(|driver| !driver.is_empty()).or(named.map(|(scheme, _)| scheme)).unwrap_or_default();
    ensure(matches!(driver.as_str(), "rpc" | "rpcs" | "gofish" | "gofishs"), || format!("there is no driver `{driver}`"))
}
