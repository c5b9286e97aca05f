//! `firewalld`: services and ports of a firewall zone.

use crate::kinds::table::{PLAIN, STR, STRS, ensure, field, no_identities, one_of};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Literal};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "firewalld",
    doc: "Opens or closes services and ports of a zone of firewalld, for as long as that runs.",
    fields: &[
        field("zone", STR, "The zone; the default one where not given."),
        field("state", STR, "`exists` or `absent`; as `exists` where not given."),
        field("services", STRS, "Names of services."),
        field("ports", STRS, "Ports such as `80/tcp`."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[
        ("state.exists", Literal::Str("exists")),
        ("state.absent", Literal::Str("absent")),
        ("state.undefined", Literal::Str("")),
    ],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["exists", "absent", ""])?;
    ensure(!fields.texts("services").iter().any(String::is_empty), || "a service is empty".to_owned())?;
    for port in fields.texts("ports") {
        let parts: Vec<&str> = port.split('/').collect();
        let valid = parts.len() == 2 && parts[0].parse::<i64>().is_ok_and(|port| port > 0) && !parts[1].is_empty();
        ensure(valid, || format!("`{port}` is not a port such as `80/tcp`"))?;
    }
    Ok(())
}
