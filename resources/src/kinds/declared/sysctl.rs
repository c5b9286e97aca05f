//! `sysctl`: kernel parameters.

use crate::kinds::table::{BOOL, PLAIN, STR, defaulted, ensure, field, no_identities};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Literal};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "sysctl",
    doc: "A parameter of the kernel, now and at each boot. The name is that of the parameter, such as `net.ipv4.ip_forward`.",
    fields: &[
        field("value", STR, "Its value, as the kernel prints it. It has to be given."),
        defaulted("runtime", BOOL, Literal::Bool(true), "Set it now."),
        defaulted("persist", BOOL, Literal::Bool(true), "Write it to a file that is read at each boot."),
        field("path", STR, "That file; `/etc/sysctl.d/99-NAME.conf` where not given."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    let valid = !name.contains(['/', '=']) && !name.starts_with('.') && !name.ends_with('.') && name.trim() == name;
    ensure(valid, || format!("`{name}` is not the name of a kernel parameter"))?;
    let value = fields.text("value");
    ensure(!value.is_empty(), || "`value` has to be given".to_owned())?;
    ensure(value.trim() == value, || "`value` must not begin or end with white space".to_owned())?;
    ensure(fields.flag("runtime") || fields.flag("persist"), || "one of `runtime` and `persist` has to be set".to_owned())?;
    let path = fields.text("path");
    let named = path.is_empty() || (path.starts_with('/') && path.ends_with(".conf"));
    ensure(named || !fields.flag("persist"), || format!("`path` is `{path}`, and has to be absolute and end in `.conf`"))
}
