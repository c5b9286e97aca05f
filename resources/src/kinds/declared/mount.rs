//! `mount`: mounted file systems.

use crate::kinds::table::{INT, PLAIN, STR, STR_MAP, defaulted, ensure, field, no_identities, one_of};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Literal};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "mount",
    doc: "A mount point, in `/etc/fstab` and in fact. The name is the directory.",
    fields: &[
        field("state", STR, "`exists` or `absent`. It has to be given."),
        field(
            "device",
            STR,
            "What is mounted: a device, an image, or `UUID=`, `LABEL=`, `PARTUUID=` or `PARTLABEL=` with a name.",
        ),
        field("type", STR, "The type of the file system."),
        defaulted("options", STR_MAP, Literal::StrMap(&[("defaults", "")]), "Mount options; a flag has an empty value."),
        field("freq", INT, "How often dump backs it up, in days; 0 for never."),
        field("passno", INT, "When fsck checks it at boot: 1 first, 2 later, 0 never."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["exists", "absent"])?;
    let named = fields.text("state") == "absent" || !fields.text("type").is_empty();
    ensure(named, || "`type` has to be given".to_owned())?;
    ensure(!name.contains("//"), || format!("the mount point `{name}` has an empty component"))
}
