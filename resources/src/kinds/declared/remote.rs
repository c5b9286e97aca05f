//! `remote`: this program on other hosts.

use super::formats::{base64, sized, url};
use crate::kinds::table::{BOOL, INT, PLAIN, STR, defaulted, ensure, field, no_identities, one_of, optional, text_or_name};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{FieldType, Kind, Literal};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "remote",
    doc: "Runs this program on another host, by way of SSH, as a part of the same cluster.",
    fields: &[
        field("remote", STR, "Where: `ssh://user@host:port`; the name of the resource where not given."),
        field("hostname", STR, "Its name in the cluster; what the host calls itself where not given."),
        defaulted("state", STR, Literal::Str("running"), "`running` or `stopped`."),
        optional("ssh_id", STR, "The private key; those in `~/.ssh` where not given, none where empty."),
        field("hostkey", STR, "A public key of the host that is accepted too, in base64."),
        field("interactive", BOOL, "Permit that a password is asked for."),
        field("interactive_timeout", FieldType::Uint(64), "Seconds to wait for it; 0 for any."),
        field("max_password_tries", INT, "How often it is asked for; 0 for any."),
        field("allow_cleartext_password", BOOL, "Permit that `remote` holds a password."),
        defaulted("caching", BOOL, Literal::Bool(true), "Keep what was copied there."),
        defaulted("transient", BOOL, Literal::Bool(true), "It ends there when this ends here."),
        defaulted("tunnelled", BOOL, Literal::Bool(true), "It reaches the cluster through the same connection."),
        defaulted(
            "tunnel_addr",
            STR,
            Literal::Str("127.0.0.1:2379"),
            "The address at which it finds the cluster there; port 0 for any.",
        ),
        field("install_deps", BOOL, "Install the packages that it needs."),
        optional("converger_timeout", INT, "Seconds of rest after which it ends there."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    let text = text_or_name(fields, "remote", name);
    let ssh = if text.contains("://") { text.clone() } else { format!("ssh://{text}") };
    let parsed = url(&ssh)?.filter(|(scheme, host)| scheme == "ssh" && !host.is_empty());
    ensure(parsed.is_some(), || format!("`{text}` is not like `ssh://user@host:port`"))?;
    let authority = ssh.trim_start_matches("ssh://").split('/').next().unwrap_or_default();
    let (user, address) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (host, port) = address.rsplit_once(':').unwrap_or((address, "22"));
    ensure(!host.is_empty(), || format!("`{text}` names no host"))?;
    ensure(port.parse::<u16>().is_ok(), || format!("`{port}` is not a port"))?;
    let password = user.contains(':');
    let allowed = !password || fields.flag("allow_cleartext_password");
    ensure(allowed, || "a password in `remote` needs `allow_cleartext_password`".to_owned())?;
    let keys = fields.given("ssh_id").is_none() || !fields.text("ssh_id").is_empty();
    ensure(keys || password || fields.flag("interactive"), || "there is no way to log in".to_owned())?;
    let longest = i64::MAX / 1_000_000_000;
    ensure((0..=longest).contains(&fields.int("interactive_timeout")), || "`interactive_timeout` is too large".to_owned())?;
    let hostkey = fields.text("hostkey");
    ensure(hostkey.is_empty() || public_key(&hostkey), || format!("`{hostkey}` is not a public key in base64"))?;
    one_of(fields, "state", &["running", "stopped"])?;
    ensure(fields.int("converger_timeout") >= 0, || "`converger_timeout` is negative".to_owned())?;
    let (transient, tunnelled) = (fields.flag("transient"), fields.flag("tunnelled"));
    ensure(transient || !tunnelled, || "`tunnelled` needs `transient`".to_owned())?;
    let timeout = fields.given("converger_timeout").is_some();
    ensure(transient || !timeout, || "`converger_timeout` needs `transient`".to_owned())?;
    let address = fields.text("tunnel_addr");
    let valid = !tunnelled || address.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    ensure(valid, || format!("`tunnel_addr` is `{address}`, which has no port"))
}

/// Whether it is a key of a type that SSH knows, in base64.
fn public_key(text: &str) -> bool {
    let Some(blob) = base64(text) else { return false };
    let Some(name) = sized(&blob) else { return false };
    let known = name == b"ssh-rsa" || name == b"ssh-dss" || name == b"ssh-ed25519" || name.starts_with(b"ecdsa-sha2-");
    // The parts of a key: each behind its length.
    let mut rest = blob.as_slice();
    while let Some(part) = sized(rest) {
        rest = &rest[4 + part.len()..];
    }
    known && rest.is_empty()
}
