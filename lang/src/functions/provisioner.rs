//! Module `embedded/provisioner`: the options of the provisioner command. Outside of it nothing is set.

use super::{Function, shared};

/// An option: its type, its name and what it is for.
macro_rules! option {
    ($ty:literal, $name:literal, $doc:literal) => {
        shared(concat!("embedded/provisioner.", $name), concat!("func() ", $ty), $doc, concat!("provisioner.", $name, "()"))
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    option!("bool", "check", "Whether to check only."),
    option!("str", "cli_arch", "The architecture to install."),
    option!("bool", "cli_bios", "Whether machines start from a BIOS rather than UEFI."),
    option!("str", "cli_bmc_uri", "The address of the machine's management controller."),
    option!("str", "cli_distro", "The distribution to install."),
    option!("[]str", "cli_dns", "The name servers that machines are told."),
    option!("bool", "cli_firewalld", "Whether to open ports of the firewall."),
    option!("str", "cli_flavour", "The flavour of the distribution."),
    option!("str", "cli_handoff_code", "The program that a new machine runs."),
    option!("str", "cli_handoff_exec", "The command that a new machine runs."),
    option!("str", "cli_handoff_hostname", "The name that a new machine gets."),
    option!("str", "cli_handoff_module_path", "Where modules of the handed program are."),
    option!("str", "cli_interface", "The network interface to serve on."),
    option!("str", "cli_ip", "The address that the machine gets."),
    option!("bool", "cli_luks", "Whether to encrypt disks."),
    option!("str", "cli_mac", "The hardware address of the machine."),
    option!("str", "cli_mirror", "The mirror to install from."),
    option!("str", "cli_network", "The network to serve."),
    option!("[]str", "cli_packages", "More packages to install."),
    option!("str", "cli_part", "How disks are partitioned."),
    option!("str", "cli_password", "The root password as a crypt text."),
    option!("str", "cli_prefix", "Where downloads are kept."),
    option!("str", "cli_router", "The address of the router."),
    option!("str", "cli_rsync", "The mirror to copy from."),
    option!("str", "cli_version", "The version of the distribution."),
];
