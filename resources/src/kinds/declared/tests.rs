//! The rules that kinds share, by example; what a kind does in a way of its own is tested beside it.

use crate::kinds::table::{after, before, identifier};
use crate::kinds::testing::{fields, strs};
use mgmt_values::Value;
use mgmt_values::resource::{Identities, Seek};

fn error(kind: &str, name: &str, set: &[(&str, Value)]) -> Option<String> {
    let kind = crate::kinds::entry(kind).expect("a listed kind").kind;
    (kind.validate)(name, &fields(kind, set)).err()
}

fn identities(kind: &str, name: &str, set: &[(&str, Value)]) -> Identities {
    let kind = crate::kinds::entry(kind).expect("a listed kind").kind;
    (kind.identities)(name, &fields(kind, set))
}

fn text(name: &'static str, value: &str) -> (&'static str, Value) {
    (name, Value::str(value))
}

fn yes(name: &'static str) -> (&'static str, Value) {
    (name, Value::Bool(true))
}

/// A kind, a name, fields that are valid, and fields added to them that are not.
type Case<'a> = (&'a str, &'a str, &'a [(&'static str, Value)], &'a [(&'static str, Value)]);

#[test]
fn valid_fields_are_taken_and_others_are_not() {
    let mac = text("mac", "02:00:00:00:00:10");
    let cases: &[Case<'_>] = &[
        ("augeas", "a", &[text("file", "/f"), text("lens", "Sshd.lns")], &[text("lens", "Sshd")]),
        ("cron", "c", &[text("trigger", "OnCalendar"), text("time", "daily")], &[text("trigger", "OnDaily")]),
        ("cron", "c", &[text("state", "absent")], &[text("startup", "maybe")]),
        ("exit", "e", &[("code", Value::Int(125))], &[("code", Value::Int(126))]),
        ("firewalld", "f", &[("ports", strs(&["80/tcp"]))], &[("ports", strs(&["80"]))]),
        ("group", "g", &[text("state", "exists")], &[text("state", "")]),
        ("gsettings", "schema key", &[text("type", "int"), ("value", Value::Int(1))], &[("value", Value::str("1"))]),
        ("gzip", "/f.gz", &[("level", Value::Int(9))], &[("level", Value::Int(10))]),
        ("gzip", "/f.gz", &[text("input", "/f")], &[text("input", "f")]),
        ("hostname", "h", &[], &[]),
        ("kv", "k", &[yes("skiplessthan"), text("value", "7")], &[text("value", "seven")]),
        ("line", "l", &[text("file", "~/f"), text("state", "exists")], &[text("file", "f")]),
        ("mount", "/mnt", &[text("state", "absent")], &[text("state", "up")]),
        (
            "net",
            "eth0",
            &[("addrs", strs(&["192.0.2.1/24"])), text("gateway", "192.0.2.254")],
            &[("addrs", strs(&["192.0.2.1"]))],
        ),
        ("nspawn", "machine", &[], &[text("state", "paused")]),
        ("pkg", "vim", &[text("state", "2:9.1")], &[text("state", "latest")]),
        ("schedule", "pool", &[yes("persist")], &[yes("withdraw")]),
        ("svc", "sshd", &[text("startup", "enabled")], &[text("startup", "masked")]),
        ("sysctl", "net.ipv4.ip_forward", &[text("value", "1")], &[text("value", "1\n")]),
        ("tar", "/a.tar", &[("inputs", strs(&["/in"]))], &[("inputs", strs(&["in"]))]),
        ("user", "alice", &[text("state", "exists"), text("homedir", "/home/alice/")], &[text("homedir", "/home/alice")]),
        ("user", "alice", &[text("state", "exists"), text("group", "users")], &[("gid", Value::Int(100))]),
        ("user", "alice", &[text("state", "exists"), ("groups", strs(&[]))], &[("groups", strs(&["alice"]))]),
        ("bmc:power", "gofishs://admin@bmc", &[], &[text("driver", "ipmi")]),
        ("consul:kv", "http://localhost:8500/a", &[], &[text("scheme", "ftp")]),
        ("dhcp:host", "h", &[mac.clone(), text("ip", "10.0.0.9/24")], &[text("nbp", "http://host/boot")]),
        ("dhcp:server", ":67", &[text("interface", "eth0"), text("leasetime", "1h")], &[text("leasetime", "soon")]),
        ("docker:container", "c", &[text("image", "nginx")], &[("env", strs(&["A"]))]),
        ("docker:image", "nginx", &[text("apiversion", "v1.43")], &[text("apiversion", "1.43")]),
        ("fwupd:remote", "lvfs", &[text("refresh_age", "24h")], &[("enabled", Value::Bool(false))]),
        ("http:client", "/f", &[text("url", "https://host/f")], &[text("url", "ftp://host/f")]),
        ("http:client", "/f", &[text("url", "http://host/f"), text("method", "PUT")], &[text("method", "put")]),
        ("http:server", ":80", &[text("root", "/srv/")], &[text("root", "/srv")]),
        ("http:server:file", "/f", &[text("path", "/f")], &[text("data", "x")]),
        ("http:server:proxy", "/p/", &[text("head", "http://host/")], &[text("cache", "/cache")]),
        ("http:server:ui", "/ui/", &[], &[text("path", "/ui")]),
        ("remote", "ssh://root@host:22", &[], &[text("remote", "ssh://root:secret@host")]),
        ("tftp:server", "127.0.0.1:69", &[], &[text("address", "host:69")]),
        ("virt", "vm", &[("cpus", Value::Int(32))], &[("cpus", Value::Int(33))]),
        (
            "virt:builder",
            "/i.img",
            &[text("os_version", "debian-12"), ("packages", strs(&["vim"]))],
            &[("packages", strs(&["vim,"]))],
        ),
        ("virt:network", "n", &[mac.clone(), text("ip", "192.0.2.1/24")], &[text("mode", "route")]),
        ("virt:network:range", "r", &[text("start", "192.0.2.1"), text("end", "192.0.2.9")], &[text("end", "192.0.2.0")]),
    ];
    for (kind, name, good, bad) in cases {
        assert_eq!(error(kind, name, good), None, "{kind}");
        if !bad.is_empty() {
            assert!(error(kind, name, &[*good, *bad].concat()).is_some(), "{kind} takes {bad:?}");
        }
    }
}

#[test]
fn services_timers_and_unit_files_find_each_other() {
    let timer = identities("cron", "backup", &[]);
    let unit_file = identifier("file", "/etc/systemd/system/backup.timer");
    assert_eq!(timer.provides, [identifier("cron", "backup.service"), unit_file]);
    let service = identities("svc", "backup", &[]);
    assert_eq!(service.provides, [identifier("svc", "backup")]);
    let units = ["/etc/systemd/system/backup.service", "/usr/lib/systemd/system/backup.service"];
    let files = units.map(|path| identifier("file", path)).to_vec();
    assert_eq!(service.seeks, [after(files), before(vec![identifier("cron", "backup.service")])]);
    let session = identities("svc", "backup", &[yes("session")]);
    assert_eq!(session.seeks, [before(vec![identifier("cron:session", "backup.service")])]);
}

#[test]
fn a_user_seeks_its_groups() {
    let set = [text("state", "exists"), ("gid", Value::Int(100)), ("groups", strs(&["wheel", "audio"]))];
    let found = identities("user", "alice", &set);
    let sought = [("group:gid", "100"), ("group", "wheel"), ("group", "audio")];
    let seeks = |order: fn(Vec<_>) -> Seek| sought.map(|(class, name)| order(vec![identifier(class, name)]));
    assert_eq!(found.seeks, seeks(after));
    let gone = identities("user", "alice", &[&[text("state", "absent")], &set[1..]].concat());
    assert_eq!(gone.seeks, seeks(before));
    let group = identities("group", "users", &[("gid", Value::Int(100))]);
    assert_eq!(group.provides, [identifier("group", "users"), identifier("group:gid", "100")]);
}

#[test]
fn a_container_seeks_its_image_with_its_tag() {
    let found = identities("docker:container", "web", &[text("image", "nginx")]);
    assert_eq!(found.seeks, [after(vec![identifier("docker:image", "nginx:latest")])]);
    assert_eq!(identities("docker:image", "nginx", &[]).provides, [identifier("docker:image", "nginx:latest")]);
}
