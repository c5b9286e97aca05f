//! `svc`: services of systemd.

use crate::kinds::table::{BOOL, PLAIN, STR, after, before, field, identifier, one_of};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{Kind, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "svc",
    doc: "A service of systemd: whether it runs, and whether it is started at boot. The name is that of the unit, without `.service`. A notification makes it reload.",
    fields: &[
        field("state", STR, "`running`, `stopped`, or empty to leave it as it is."),
        field("startup", STR, "`enabled`, `disabled`, or empty to leave it as it is."),
        field("session", BOOL, "A service of the user's own service manager."),
    ],
    sends: &[],
    traits: Traits { refreshes: true, autoedges: true, autogroups: true, ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["running", "stopped", ""])?;
    one_of(fields, "startup", &["enabled", "disabled", ""])
}

/// Seeks its unit file, that of the administrator before that of the distribution, and precedes the timer that starts it.
fn identities(name: &str, fields: &Fields) -> Identities {
    let session = fields.flag("session");
    let mut seeks = Vec::new();
    if !session {
        let directories = ["/etc/systemd/system", "/usr/lib/systemd/system"];
        seeks.push(after(directories.map(|dir| identifier("file", format!("{dir}/{name}.service"))).to_vec()));
    }
    seeks.push(before(vec![identifier(if session { "cron:session" } else { "cron" }, format!("{name}.service"))]));
    Identities { provides: vec![identifier(if session { "svc:session" } else { "svc" }, name)], seeks, ..Identities::default() }
}
