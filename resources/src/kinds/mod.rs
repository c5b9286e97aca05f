//! The kinds of resources: one file or folder each, one line each in the list.

use crate::resource::Entry;
use mgmt_values::schema::Kind;

//EXEC
//FILE
pub mod declared;
pub mod exec;
pub mod file;
pub mod msg;
pub mod noop;
mod owners;
pub mod panic;
pub mod print;
pub mod table;
pub mod test;

#[cfg(test)]
mod testing;

/// Every kind, by name.
pub fn kinds() -> &'static [Entry] {
    &KINDS
}

/// The kind of this name, with its behaviour.
pub fn entry(name: &str) -> Option<&'static Entry> {
    kinds().iter().find(|entry| entry.kind.name == name)
}

/// The declarations alone.
pub fn declarations() -> impl Iterator<Item = &'static Kind> {
    kinds().iter().map(|entry| entry.kind)
}

static KINDS: [Entry; 61] = [
    Entry::whole(&panic::KIND, panic::make),
    Entry::declared(&declared::augeas::KIND),
    Entry::declared(&declared::aws_ec2::KIND),
    Entry::declared(&declared::bmc_firmware::KIND),
    Entry::declared(&declared::bmc_power::KIND),
    Entry::declared(&declared::consul_kv::KIND),
    Entry::declared(&declared::cron::KIND),
    Entry::declared(&declared::deploy_tar::KIND),
    Entry::declared(&declared::dhcp_host::KIND),
    Entry::declared(&declared::dhcp_range::KIND),
    Entry::declared(&declared::dhcp_server::KIND),
    Entry::declared(&declared::docker_container::KIND),
    Entry::declared(&declared::docker_image::KIND),
    Entry::whole(&exec::KIND, exec::make),
    Entry::declared(&declared::exit::KIND),
    Entry::partial(&file::KIND, file::make, file::unsupported),
    Entry::declared(&declared::firewalld::KIND),
    Entry::declared(&declared::fwattr::KIND),
    Entry::declared(&declared::fwupd_device::KIND),
    Entry::declared(&declared::fwupd_remote::KIND),
    Entry::declared(&declared::fwupd_system::KIND),
    Entry::declared(&declared::group::KIND),
    Entry::declared(&declared::gsettings::KIND),
    Entry::declared(&declared::gzip::KIND),
    Entry::declared(&declared::hetzner_vm::KIND),
    Entry::declared(&declared::hostname::KIND),
    Entry::declared(&declared::http_client::KIND),
    Entry::declared(&declared::http_server::KIND),
    Entry::declared(&declared::http_server_file::KIND),
    Entry::declared(&declared::http_server_flag::KIND),
    Entry::declared(&declared::http_server_proxy::KIND),
    Entry::declared(&declared::http_server_ui::KIND),
    Entry::declared(&declared::http_server_ui_input::KIND),
    Entry::declared(&declared::json_edit::KIND),
    Entry::declared(&declared::kv::KIND),
    Entry::declared(&declared::line::KIND),
    Entry::declared(&declared::mount::KIND),
    Entry::partial(&msg::KIND, msg::make, msg::unsupported),
    Entry::declared(&declared::net::KIND),
    Entry::whole(&noop::KIND, noop::make),
    Entry::declared(&declared::nspawn::KIND),
    Entry::declared(&declared::password::KIND),
    Entry::declared(&declared::pkg::KIND),
    Entry::whole(&print::KIND, print::make),
    Entry::declared(&declared::remote::KIND),
    Entry::declared(&declared::schedule::KIND),
    Entry::declared(&declared::ssh_authorized_key::KIND),
    Entry::declared(&declared::svc::KIND),
    Entry::declared(&declared::sysctl::KIND),
    Entry::declared(&declared::tar::KIND),
    Entry::whole(&test::KIND, test::make),
    Entry::declared(&declared::tftp_file::KIND),
    Entry::declared(&declared::tftp_server::KIND),
    Entry::declared(&declared::timer::KIND),
    Entry::declared(&declared::user::KIND),
    Entry::declared(&declared::value::KIND),
    Entry::declared(&declared::virt::KIND),
    Entry::declared(&declared::virt_builder::KIND),
    Entry::declared(&declared::virt_network::KIND),
    Entry::declared(&declared::virt_network_host::KIND),
    Entry::declared(&declared::virt_network_range::KIND),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_complete_and_in_order() {
        let names: Vec<_> = declarations().map(|kind| kind.name).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        for kind in declarations() {
            assert!(!kind.doc.is_empty(), "{} has no doc", kind.name);
            let mut fields: Vec<_> = kind.fields.iter().map(|field| field.name).collect();
            fields.sort_unstable();
            fields.dedup();
            assert_eq!(fields.len(), kind.fields.len(), "{} declares a field twice", kind.name);
            for field in kind.fields.iter().chain(kind.sends) {
                assert!(field.doc.len() > 3, "{}.{} has no doc", kind.name, field.name);
                let Some(default) = field.default.value() else { continue };
                assert!(field.ty.fits(&default).is_ok(), "{}.{} has a default that does not fit", kind.name, field.name);
            }
        }
    }

    /// The fields that programs written for the Go tool of the same name can set: kind, field and type of each.
    const KNOWN: &str = include_str!("fields.txt");

    #[test]
    fn every_known_field_is_declared() {
        for line in KNOWN.lines() {
            let (kind, rest) = line.split_once(' ').unwrap();
            let (field, ty) = rest.split_once(' ').unwrap();
            let declared = entry(kind).and_then(|entry| entry.kind.field(field));
            let declared = declared.map(|(_, field)| field.ty.language_type().to_string());
            assert_eq!(declared.as_deref(), Some(ty), "{kind}.{field}");
        }
        // Ours, and kinds that the list was made without.
        let known = |kind: &str, field: &str| KNOWN.lines().any(|line| line.starts_with(&format!("{kind} {field} ")));
        for kind in declarations().filter(|kind| KNOWN.lines().any(|line| line.split(' ').next() == Some(kind.name))) {
            let more: Vec<_> = kind.fields.iter().map(|field| field.name).filter(|field| !known(kind.name, field)).collect();
            let ours: &[&str] = if kind.name == "exec" { &["refresh_only"] } else { &[] };
            assert_eq!(more, ours, "{}", kind.name);
        }
    }

    #[test]
    fn a_kind_that_is_only_declared_cannot_be_run() {
        let entry = entry("svc").unwrap();
        let fields = mgmt_values::resource::Fields::new(entry.kind, []);
        assert_eq!(entry.runnable(&fields).unwrap_err(), "resources of kind `svc` cannot be run yet");
    }
}
