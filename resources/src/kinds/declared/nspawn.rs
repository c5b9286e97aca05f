//! `nspawn`: containers of systemd.

use crate::kinds::table::{PLAIN, STR, defaulted, ensure, no_identities, one_of};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "nspawn",
    doc: "A container of systemd-nspawn. The name is that of the machine.",
    fields: &[defaulted("state", STR, Literal::Str("running"), "`running` or `stopped`.")],
    sends: &[],
    traits: Traits { refreshes: true, ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    ensure(name.len() <= 64, || "the name has more than 64 bytes".to_owned())?;
    one_of(fields, "state", &["running", "stopped"])
}
