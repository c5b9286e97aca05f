//! `hetzner:vm`: machines at Hetzner.

use crate::kinds::table::{PLAIN, STR, STRS, defaulted, ensure, field, no_identities, one_of};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{FieldType, Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "hetzner:vm",
    doc: "A machine in the cloud of Hetzner. The name is that of the machine. It has to be polled.",
    fields: &[
        field("apitoken", STR, "The token of the project. It has to be given."),
        field("state", STR, "`exists`, `running`, `off`, `absent`, or empty to leave it as it is."),
        field("allowrebuild", STR, "What to do when it has to be made anew: fail where empty, `ignore` it, or do it `ifneeded`."),
        field("servertype", STR, "The type of machine, such as `cx23`."),
        field("datacenter", STR, "Where it stands, such as `hel1-dc2`."),
        field("image", STR, "The image it is made from, such as `debian-13`."),
        field("userdata", STR, "Data for its first start."),
        field("serverrescuemode", STR, "`linux32`, `linux64`, `freebsd64`, or empty for none."),
        field("serverrescuekeys", STRS, "Names of the keys that may log in then."),
        defaulted("waitinterval", FieldType::Uint(32), Literal::Int(5), "Seconds between looks while waiting."),
        defaulted("waittimeout", FieldType::Uint(32), Literal::Int(300), "Seconds to wait at most."),
    ],
    sends: &[],
    traits: Traits { polls: Some(polls), ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn polls(poll: i32, _: &Fields) -> Result<(), String> {
    ensure(poll >= 1, || "there are no events to wait for: `Meta:poll` has to be at least 1".to_owned())
}

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    ensure(!fields.text("apitoken").is_empty(), || "`apitoken` has to be given".to_owned())?;
    one_of(fields, "state", &["", "exists", "running", "off", "absent"])?;
    one_of(fields, "allowrebuild", &["", "ignore", "ifneeded"])?;
    one_of(fields, "serverrescuemode", &["", "linux32", "linux64", "freebsd64"])
}
