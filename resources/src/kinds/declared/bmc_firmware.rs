//! `bmc:firmware`: firmware of management controllers.

use super::formats::{file_path, url};
use crate::kinds::table::{BOOL, INT, PLAIN, STR, ensure, field, no_identities, polled};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "bmc:firmware",
    doc: "The firmware of a server's management controller. It has to be polled.",
    fields: &[
        field("hostname", STR, "The host of the controller; that of the name, read as a URL, where not given."),
        field("port", INT, "Its port; that of the name, else 443, where not given."),
        field("username", STR, "The user; that of the name where not given."),
        field("password", STR, "The password."),
        field("insecure_password", BOOL, "Permit that the password is part of the name."),
        field("provider", STR, "The vendor, such as `supermicro`. It has to be given."),
        field("file", STR, "The image, an absolute path. It has to be given."),
        field("hash", STR, "The SHA-256 of the image, in hexadecimal."),
        field("version", STR, "The version that the image holds. It has to be given."),
        field("block", STR, "The `bmc:power` that must not act meanwhile."),
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

    ensure(!fields.text("provider").is_empty(), || "`provider` has to be given".to_owned())?;
    file_path("`file`", &fields.text("file"))?;
    ensure(!fields.text("version").is_empty(), || "`version` has to be given".to_owned())
}
