//! Network interfaces and their addresses.

use super::watched::{bell, follow_if};
use super::{Facts, Family, Look, Running, Shared, Source, text};
use crate::system::cause;
use mgmt_resources::host::network::{Interface, interfaces};
use mgmt_resources::watch::Topic;
use mgmt_values::key::Call;
use mgmt_values::value::Value;
use std::net::Ipv4Addr;
use std::path::Path;

pub(super) const FUNCTIONS: Family = &[
    ("net.interface_cidr", Source::Watch(interface_cidr)),
    ("net.macs", Source::Watch(macs)),
    ("net.wired_interface", Source::Watch(wired_interface)),
    ("util.hostname_mapper", Source::Once(hostname_mapper)),
];

/// `net.macs()`: the hardware addresses of this host.
fn macs(_: &Call, facts: Facts, shared: &Shared) -> Running {
    watch(facts, shared, |found| Ok(Value::list(hardware(found).map(Value::str).collect::<Vec<_>>())))
}

/// `net.wired_interface()`: the first interface with a wire, rather one that is up.
fn wired_interface(_: &Call, facts: Facts, shared: &Shared) -> Running {
    watch(facts, shared, |found| {
        let wireless = |name: &str| Path::new("/sys/class/net").join(name).join("wireless").exists();
        wired(found, wireless).map(Value::str).ok_or_else(|| "no wired network interface found".to_owned())
    })
}

/// `net.interface_cidr(interface)`: its first IPv4 address that others may reach.
fn interface_cidr(call: &Call, facts: Facts, shared: &Shared) -> Running {
    match text(call, 0) {
        Ok(name) => watch(facts, shared, move |found| cidr(found, &name).map(Value::str)),
        Err(why) => {
            facts.missing(why);
            Running::over()
        }
    }
}

/// Looks at the interfaces, and again when one of them changes.
fn watch(facts: Facts, shared: &Shared, look: impl Fn(&[Interface]) -> Look + Send + Sync + 'static) -> Running {
    let (bell, rings) = bell();
    let guard = bell.on_news(shared, Topic::Network, |_| true);
    follow_if(shared, facts, rings, guard, move || look(&all()?))
}

fn all() -> Result<Vec<Interface>, String> {
    interfaces().map_err(|error| format!("can't list the network interfaces: {}", cause(&error)))
}

/// Hardware addresses of Ethernet's length, in lower case with colons, by the kernel's number for the interface.
fn hardware(found: &[Interface]) -> impl Iterator<Item = String> {
    let outside = found.iter().filter(|interface| !interface.loopback && interface.hardware.len() == 6);
    outside.map(|interface| interface.hardware.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":"))
}

fn wired(found: &[Interface], wireless: impl Fn(&str) -> bool) -> Option<&str> {
    let wired = |interface: &&Interface| !interface.loopback && !interface.hardware.is_empty() && !wireless(&interface.name);
    let up = found.iter().filter(wired).find(|interface| interface.up);
    up.or_else(|| found.iter().find(wired)).map(|interface| interface.name.as_str())
}

fn cidr(found: &[Interface], name: &str) -> Result<String, String> {
    let interface = found.iter().find(|interface| interface.name == name);
    let interface = interface.ok_or_else(|| format!("could not find interface `{name}`: there is no such network interface"))?;
    let global = |address: &Ipv4Addr| {
        !(address.is_unspecified()
            || address.is_broadcast()
            || address.is_loopback()
            || address.is_multicast()
            || address.is_link_local())
    };
    let first = interface.addresses.iter().find(|(address, _)| global(address));
    let (address, length) = first.ok_or_else(|| format!("interface `{name}` has no global-unicast IPv4 address"))?;
    Ok(format!("{address}/{length}"))
}

/// `util.hostname_mapper(map)`: the name that a map from hardware addresses to names has for this host.
fn hostname_mapper(call: &Call, _: &Shared) -> Look {
    let map = call.args().first().and_then(Value::as_map).ok_or("`util.hostname_mapper` takes a map")?;
    let mut names: Vec<String> = Vec::new();
    for address in hardware(&all()?) {
        let name = map.get(&Value::str(address)).and_then(Value::as_text).map(|name| name.to_str().into_owned());
        names.extend(name.filter(|name| !name.is_empty() && !names.contains(name)));
    }
    match &names[..] {
        [] => Ok(Value::str("")),
        [name] => Ok(Value::str(name.as_str())),
        several => Err(format!("multiple hostnames found: {}", several.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::testing::{Bench, private};
    use std::process::Command;

    fn interface(name: &str, up: bool, hardware: &[u8], addresses: &[(Ipv4Addr, u8)]) -> Interface {
        let (index, hardware, addresses) = (2, hardware.to_vec(), addresses.to_vec());
        Interface { index, name: name.to_owned(), up, loopback: name == "lo", hardware, addresses }
    }

    #[test]
    fn an_interface_that_is_up_wins() {
        let mac = [2, 0, 0, 0, 0, 1];
        let mut found = vec![
            interface("lo", true, &[], &[]),
            interface("tun0", true, &[], &[]),
            interface("wifi0", true, &mac, &[]),
            interface("eth0", false, &mac, &[]),
        ];
        let wireless = |name: &str| name.starts_with("wifi");
        assert_eq!(wired(&found, wireless), Some("eth0"));
        found.push(interface("eth1", true, &mac, &[]));
        assert_eq!(wired(&found, wireless), Some("eth1"));
        assert_eq!(wired(&found[..3], wireless), None);
    }

    #[test]
    fn addresses_that_others_cannot_reach_are_passed_over() {
        let at = |text: &str| (text.parse().unwrap(), 16);
        let found = [
            interface(
                "eth0",
                true,
                &[],
                &[at("169.254.1.1"), at("127.0.0.2"), at("224.0.0.1"), at("192.168.3.4"), at("192.0.2.1")],
            ),
            interface("eth1", true, &[], &[at("169.254.1.1")]),
        ];
        assert_eq!(cidr(&found, "eth0").as_deref(), Ok("192.168.3.4/16"));
        assert!(cidr(&found, "eth1").unwrap_err().contains("has no global-unicast IPv4 address"));
        assert!(cidr(&found, "eth2").unwrap_err().starts_with("could not find interface `eth2`"));
    }

    #[test]
    fn what_changes_in_the_network_is_seen() {
        private("--net", "sources::network::tests::in_a_network_of_its_own");
    }

    fn ip(words: &str) {
        let ran = Command::new("ip").args(words.split(' ')).output().unwrap();
        assert!(ran.status.success(), "ip {words}: {}", String::from_utf8_lossy(&ran.stderr));
    }

    #[test]
    #[ignore = "the test above runs it in a network name space of its own"]
    fn in_a_network_of_its_own() {
        if Command::new("ip").arg("-V").output().is_err() {
            eprintln!("skipped: there is no ip(8)");
            return;
        }
        let mut bench = Bench::new();
        let key = bench.start("net.interface_cidr", &[Value::str("one")]);
        assert!(bench.next().unwrap_err().catchable);
        ip("link add one address 02:00:00:00:00:01 type veth peer name two address 02:00:00:00:00:02");
        bench.until_error("has no global-unicast IPv4 address");
        ip("addr add 192.0.2.7/24 dev one");
        bench.until_text("192.0.2.7/24");
        ip("addr add 198.51.100.1/30 dev one");
        ip("addr del 192.0.2.7/24 dev one");
        bench.until_text("198.51.100.1/30");
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);

        // Peers get lower or higher numbers; of the two that are down the first counts, then the one that is up.
        let all = interfaces().unwrap();
        let mut names: Vec<&str> = all.iter().filter(|interface| !interface.loopback).map(|i| i.name.as_str()).collect();
        names.retain(|name| ["one", "two"].contains(name));
        let key = bench.start("net.wired_interface", &[]);
        bench.until_text(names[0]);
        ip(&format!("link set {} up", names[1]));
        bench.until_text(names[1]);
        bench.sources.stop(&key);

        let key = bench.start("net.macs", &[]);
        let macs = |wanted: &str| bench.until(|answer| answer.as_ref().is_ok_and(|value| value.to_string() == wanted));
        let both = if names[0] == "one" { ["1", "2"] } else { ["2", "1"] };
        macs(&format!("[\"02:00:00:00:00:0{}\", \"02:00:00:00:00:0{}\"]", both[0], both[1])).unwrap();
        let map = Value::map([(Value::str("02:00:00:00:00:02"), Value::str("web1")), (Value::str("x"), Value::str("y"))]);
        let once = bench.start("util.hostname_mapper", &[map]);
        bench.until_text("web1");
        bench.sources.stop(&once);
        let map = [("02:00:00:00:00:02", "web1"), ("02:00:00:00:00:01", "web2")].map(|(k, v)| (Value::str(k), Value::str(v)));
        let once = bench.start("util.hostname_mapper", &[Value::map(map)]);
        assert!(bench.until(|answer| answer.is_err()).unwrap_err().message.starts_with("multiple hostnames found: "));
        bench.sources.stop(&once);
        ip("link del one");
        let macs = |wanted: &str| bench.until(|answer| answer.as_ref().is_ok_and(|value| value.to_string() == wanted));
        macs("[]").unwrap();
        assert_eq!(bench.watches(), [0, 0, 1]);
        bench.sources.stop(&key);
        assert_eq!(bench.watches(), [0, 0, 0]);
    }
}
