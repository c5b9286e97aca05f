//! Firmware updates, as fwupd tells of them over the system's D-Bus.

use super::{Family, Look, Shared, Source};
use mgmt_values::key::Call;
use mgmt_values::value::Value;

pub(super) const FUNCTIONS: Family = &[("sys/fwupd.reboot_needed", Source::Once(reboot_needed))];

/// Where the system's bus listens.
const BUS: &str = "/run/dbus/system_bus_socket";

/// `fwupd.reboot_needed()`: whether an update waits for a restart. Where there is no bus there is no fwupd, and nothing waits.
fn reboot_needed(_: &Call, _: &Shared) -> Look {
    match std::os::unix::net::UnixStream::connect(BUS) {
        Err(_) => Ok(Value::Bool(false)),
        Ok(_) => Err("fwupd cannot be asked: D-Bus is not spoken here yet".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::sources::testing::Bench;
    use mgmt_values::value::Value;

    #[test]
    fn without_a_bus_nothing_waits() {
        if std::os::unix::net::UnixStream::connect(super::BUS).is_ok() {
            eprintln!("skipped: there is a system bus");
            return;
        }
        let mut bench = Bench::new();
        bench.start("sys/fwupd.reboot_needed", &[]);
        assert_eq!(bench.next(), Ok(Value::Bool(false)));
    }
}
