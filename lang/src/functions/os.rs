//! Module `os`: what the host says, and names of distributions.

use super::{CallContext, Fault, Function, args, own, pure, shared};
use mgmt_values::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    shared("os.args", "func() []str", "The command line of the running program.", r#"os.args()[0] != """#),
    shared(
        "os.expand_home",
        "func(str) str",
        "A path with a leading `~/` or `~name/` replaced by that home directory.",
        r#"os.expand_home("/a//b/") == "/a//b/""#,
    ),
    shared(
        "os.family",
        "func() str",
        "The family of the distribution: redhat, debian, archlinux or nothing.",
        r#"os.family() == "debian""#,
    ),
    shared(
        "os.file_exists",
        "func(filename str) bool",
        "Whether there is a file or directory, as it comes and goes.",
        r#"os.file_exists("/etc/")"#,
    ),
    shared(
        "os.home",
        "func(str) str",
        "The home directory of a user, with a slash at its end.",
        r#"os.home("root") == "/root/""#,
    ),
    shared(
        "os.is_family_archlinux",
        "func() bool",
        "Whether the distribution is Arch Linux or of its family.",
        "os.is_family_archlinux()",
    ),
    shared("os.is_family_debian", "func() bool", "Whether the distribution is Debian or of its family.", "os.is_family_debian()"),
    shared("os.is_family_redhat", "func() bool", "Whether the distribution is of the Red Hat family.", "os.is_family_redhat()"),
    shared("os.is_virtual", "func() bool", "Whether the host is a virtual machine.", "os.is_virtual()"),
    shared(
        "os.modinfo_loaded",
        "func(module str) bool",
        "Whether a kernel module is loaded, as it comes and goes.",
        r#"os.modinfo_loaded("loop")"#,
    ),
    pure(
        "os.parse_distro_uid",
        "func(str) struct{distro str; version str; arch str}",
        parse_distro_uid,
        "The parts of a name such as `fedora39-x86_64`; all are empty where one is missing.",
        r#"os.parse_distro_uid("fedora39-x86_64")->version == "39""#,
    ),
    shared("os.readfile", "func(filename str) str", "The content of a file, as it changes.", r#"os.readfile("/etc/hostname")"#),
    shared(
        "os.release",
        "func() struct{id str; variant_id str; version_id str}",
        "What /etc/os-release says about the distribution.",
        r#"os.release()->id == "debian""#,
    ),
    own(
        "os.system",
        "func(cmd str) str",
        "The last line that a shell command has printed so far.",
        r#"os.system("echo one; sleep 1; echo two")"#,
    ),
    shared("os.uid", "func(str) str", "The number of a user.", r#"os.uid("root") == "0""#),
    shared(
        "os.user_exists",
        "func(user str) bool",
        "Whether there is a user of this name, as they come and go.",
        r#"os.user_exists("root")"#,
    ),
];

fn parse_distro_uid(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let text = args::bytes(args, 0)?;
    let dash = text.iter().position(|byte| *byte == b'-').unwrap_or(text.len());
    let (name, arch) = (&text[..dash], text.get(dash + 1..).unwrap_or_default());
    let (distro, version) = name.split_at(name.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1));
    let complete = !distro.is_empty() && !version.is_empty() && !arch.is_empty();
    let part = |name: &str, part: &[u8]| (name.into(), Value::str(if complete { part.to_vec() } else { Vec::new() }));
    Ok(Value::record([part("distro", distro), part("version", version), part("arch", arch)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_has_all_parts_or_none() {
        let parsed = |text: &str| {
            let signature = mgmt_values::Type::Str;
            parse_distro_uid(&mut CallContext { signature: &signature }, &[Value::str(text)]).map(|value| value.to_string())
        };
        assert_eq!(parsed("debian12-arm-64").as_deref(), Ok("struct{distro: \"debian\"; version: \"12\"; arch: \"arm-64\"}"));
        for text in ["fedora-x", "fedora39", "39-x", "fedora39-", ""] {
            assert_eq!(parsed(text).as_deref(), Ok("struct{distro: \"\"; version: \"\"; arch: \"\"}"), "{text}");
        }
    }
}
