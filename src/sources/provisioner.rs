//! The options of the provisioner's own command. No command of ours is that one, so nothing is set: most options are empty, and those that
//! must be given fail.

use super::{Family, Look, Shared, Source};
use mgmt_values::key::Call;
use mgmt_values::value::Value;

pub(super) const FUNCTIONS: Family = &[
    ("embedded/provisioner.check", SWITCH),
    ("embedded/provisioner.cli_arch", TEXT),
    ("embedded/provisioner.cli_bios", SWITCH),
    ("embedded/provisioner.cli_bmc_uri", TEXT),
    ("embedded/provisioner.cli_distro", TEXT),
    ("embedded/provisioner.cli_dns", TEXTS),
    ("embedded/provisioner.cli_firewalld", SWITCH),
    ("embedded/provisioner.cli_flavour", REQUIRED),
    ("embedded/provisioner.cli_handoff_code", TEXT),
    ("embedded/provisioner.cli_handoff_exec", TEXT),
    ("embedded/provisioner.cli_handoff_hostname", TEXT),
    ("embedded/provisioner.cli_handoff_module_path", TEXT),
    ("embedded/provisioner.cli_interface", REQUIRED),
    ("embedded/provisioner.cli_ip", REQUIRED),
    ("embedded/provisioner.cli_luks", SWITCH),
    ("embedded/provisioner.cli_mac", REQUIRED),
    ("embedded/provisioner.cli_mirror", TEXT),
    ("embedded/provisioner.cli_network", REQUIRED),
    ("embedded/provisioner.cli_packages", TEXTS),
    ("embedded/provisioner.cli_part", TEXT),
    ("embedded/provisioner.cli_password", TEXT),
    ("embedded/provisioner.cli_prefix", REQUIRED),
    ("embedded/provisioner.cli_router", REQUIRED),
    ("embedded/provisioner.cli_rsync", TEXT),
    ("embedded/provisioner.cli_version", TEXT),
];

const SWITCH: Source = Source::Now(|_, _| Ok(Value::Bool(false)));
const TEXT: Source = Source::Now(|_, _| Ok(Value::str("")));
const TEXTS: Source = Source::Now(|_, _| Ok(Value::list([])));
const REQUIRED: Source = Source::Now(required);

fn required(call: &Call, _: &Shared) -> Look {
    Err(format!("func `{}()` has nil value: the option is not set", call.function()))
}

#[cfg(test)]
mod tests {
    use crate::sources::testing::Bench;
    use mgmt_values::value::Value;

    #[test]
    fn nothing_is_set() {
        let mut bench = Bench::new();
        for (name, value) in [("check", Value::Bool(false)), ("cli_arch", Value::str("")), ("cli_dns", Value::list([]))] {
            bench.start(&format!("embedded/provisioner.{name}"), &[]);
            assert_eq!(bench.next(), Ok(value), "{name}");
        }
        bench.start("embedded/provisioner.cli_mac", &[]);
        assert!(bench.until_error("is not set").message.starts_with("func `embedded/provisioner.cli_mac()` has nil value"));
    }
}
