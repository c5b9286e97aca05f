//! Module `embedded/provisioner`: the options of the provisioner command. Outside of it nothing is set.

use super::{Function, shared};

/// An option that is a text.
const fn text(name: &'static str, doc: &'static str) -> Function {
    shared(name, "func() str", doc, "provisioner.cli_arch()")
}

/// An option that is a switch.
const fn switch(name: &'static str, doc: &'static str) -> Function {
    shared(name, "func() bool", doc, "provisioner.cli_bios()")
}

/// An option that may be given more than once.
const fn texts(name: &'static str, doc: &'static str) -> Function {
    shared(name, "func() []str", doc, "provisioner.cli_packages()")
}

pub(super) const FUNCTIONS: &[Function] = &[
    switch("embedded/provisioner.check", "Whether to check only."),
    text("embedded/provisioner.cli_arch", "The architecture to install."),
    switch("embedded/provisioner.cli_bios", "Whether machines start from a BIOS rather than UEFI."),
    text("embedded/provisioner.cli_bmc_uri", "The address of the machine's management controller."),
    text("embedded/provisioner.cli_distro", "The distribution to install."),
    texts("embedded/provisioner.cli_dns", "The name servers that machines are told."),
    switch("embedded/provisioner.cli_firewalld", "Whether to open ports of the firewall."),
    text("embedded/provisioner.cli_flavour", "The flavour of the distribution."),
    text("embedded/provisioner.cli_handoff_code", "The program that a new machine runs."),
    text("embedded/provisioner.cli_handoff_exec", "The command that a new machine runs."),
    text("embedded/provisioner.cli_handoff_hostname", "The name that a new machine gets."),
    text("embedded/provisioner.cli_handoff_module_path", "Where modules of the handed program are."),
    text("embedded/provisioner.cli_interface", "The network interface to serve on."),
    text("embedded/provisioner.cli_ip", "The address that the machine gets."),
    switch("embedded/provisioner.cli_luks", "Whether to encrypt disks."),
    text("embedded/provisioner.cli_mac", "The hardware address of the machine."),
    text("embedded/provisioner.cli_mirror", "The mirror to install from."),
    text("embedded/provisioner.cli_network", "The network to serve."),
    texts("embedded/provisioner.cli_packages", "More packages to install."),
    text("embedded/provisioner.cli_part", "How disks are partitioned."),
    text("embedded/provisioner.cli_password", "The root password as a crypt text."),
    text("embedded/provisioner.cli_prefix", "Where downloads are kept."),
    text("embedded/provisioner.cli_router", "The address of the router."),
    text("embedded/provisioner.cli_rsync", "The mirror to copy from."),
    text("embedded/provisioner.cli_version", "The version of the distribution."),
];
