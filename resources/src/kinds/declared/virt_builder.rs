//! `virt:builder`: images of virtual machines.

use super::formats::{directory_path, parseable_url};
use crate::kinds::table::{BOOL, INT, PLAIN, STR, STRS, defaulted, ensure, field, no_identities, one_of, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{FieldType, Kind, Literal};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "virt:builder",
    doc: "An image of a disk with an operating system, made by virt-builder.",
    fields: &[
        field("output", STR, "The image, an absolute path; the name of the resource where not given."),
        field("os_version", STR, "The system, such as `debian-12`. It has to be given."),
        field("arch", STR, "The architecture; that of this host where not given."),
        field("hostname", STR, "What the system calls itself."),
        field("format", STR, "`raw` or `qcow2`."),
        field("size", INT, "Its size in bytes; 0 for that of the template."),
        field("packages", STRS, "Packages to install."),
        defaulted("update", BOOL, Literal::Bool(true), "Update what is installed."),
        defaulted("selinux_relabel", BOOL, Literal::Bool(true), "Set all labels of SELinux."),
        field("no_setup", BOOL, "Do not install virt-builder itself."),
        field(
            "ssh_keys",
            FieldType::List(&FieldType::Struct(&[("user", STR), ("type", STR), ("key", STR), ("comment", STR)])),
            "Keys that may log in; as root where no user is given.",
        ),
        defaulted("root_ssh_inject", BOOL, Literal::Bool(true), "Let our own key log in as root."),
        defaulted("root_password_selector", STR, Literal::Str("disabled"), "The password of root, as virt-builder takes it."),
        defaulted("bootstrap", BOOL, Literal::Bool(true), "Put this program into it."),
        field("seeds", STRS, "The cluster that it joins."),
        field("mkdir", STRS, "Directories to make, with a slash at their ends."),
        field(
            "copy_in",
            FieldType::List(&FieldType::Struct(&[("path", STR), ("dest", STR)])),
            "What to copy, and the directories to put it into, with a slash at their ends.",
        ),
        field("run_cmd", STRS, "Commands to run while it is made."),
        field("firstboot_cmd", STRS, "Commands to run when it boots first."),
        defaulted("log_output", BOOL, Literal::Bool(true), "Keep what virt-builder says."),
        defaulted("tweaks", BOOL, Literal::Bool(true), "Do what some systems need."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    let output = text_or_name(fields, "output", name);
    ensure(output.starts_with('/'), || format!("the path `{output}` has to be absolute"))?;
    ensure(!fields.text("os_version").is_empty(), || "`os_version` has to be given".to_owned())?;
    one_of(fields, "format", &["", "raw", "qcow2"])?;
    ensure(fields.int("size") >= 0, || "`size` is negative".to_owned())?;
    for package in fields.texts("packages") {
        ensure(!package.is_empty() && !package.contains(','), || format!("`{package}` is not the name of a package"))?;
    }
    for key in parts(fields, "ssh_keys") {
        let clean = key.iter().all(|(_, part)| !part.contains(char::is_whitespace));
        let complete = key.iter().all(|(name, part)| !matches!(name.as_str(), "type" | "key") || !part.is_empty());
        ensure(clean && complete, || "an entry of `ssh_keys` is not the key of somebody".to_owned())?;
    }
    for directory in fields.texts("mkdir") {
        directory_path("the directory", &directory)?;
    }
    for copy in parts(fields, "copy_in") {
        for (name, path) in copy {
            if name == "dest" {
                directory_path("the directory", &path)?;
            } else {
                ensure(path.starts_with('/'), || format!("the path `{path}` has to be absolute"))?;
            }
        }
    }
    let empty = ["run_cmd", "firstboot_cmd", "seeds"].into_iter().find(|list| fields.texts(list).iter().any(String::is_empty));
    empty.map_or(Ok(()), |list| Err(format!("an entry of `{list}` is empty")))?;
    fields.texts("seeds").iter().try_for_each(|seed| parseable_url(seed))
}

/// The entries of a list of structs of strings.
fn parts(fields: &Fields, list: &str) -> Vec<Vec<(String, String)>> {
    let value = fields.get(list);
    let entries = value.as_ref().and_then(|list| list.as_list()).unwrap_or_default();
    let part = |(name, value): &(std::sync::Arc<str>, mgmt_values::Value)| {
        (name.to_string(), value.as_text().map(|text| text.to_str().into_owned()).unwrap_or_default())
    };
    entries.iter().filter_map(|entry| entry.as_record()).map(|entry| entry.fields().iter().map(part).collect()).collect()
}
