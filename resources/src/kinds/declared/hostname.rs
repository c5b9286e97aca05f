//! `hostname`: the names of this host.

use crate::kinds::table::{PLAIN, STR, always_valid, field, no_identities, optional, with_name};
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "hostname",
    doc: "The names of this host, as systemd-hostnamed keeps them. One that is set to the empty string is left alone.",
    fields: &[
        field("hostname", STR, "What each name is that is not given itself; the name of the resource where not given."),
        optional("pretty_hostname", STR, "The name for people."),
        optional("static_hostname", STR, "The name in `/etc/hostname`."),
        optional("transient_hostname", STR, "The name that the kernel knows."),
    ],
    sends: &[],
    traits: Traits { effect: Some(|name, fields| with_name(fields, "hostname", name)), ..PLAIN },
    constants: &[],
    validate: always_valid,
    identities: no_identities,
};
