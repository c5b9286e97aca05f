//! `docker:container`: containers of Docker.

use crate::kinds::table::{
    BOOL, INT, PLAIN, STR, STRS, after, before, defaulted, ensure, field, identifier, one_of, with_sorted,
};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{FieldType, Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "docker:container",
    doc: "A container of Docker. The name is that of the container.",
    fields: &[
        defaulted("state", STR, Literal::Str("running"), "`running`, `stopped` or `removed`."),
        field("image", STR, "The image, with its tag behind a colon. It has to be given."),
        field("cmd", STRS, "The command it runs."),
        field("env", STRS, "Its environment, entries like `NAME=value`."),
        field(
            "ports",
            FieldType::Map(&STR, &FieldType::Map(&INT, &INT)),
            "For each protocol, ports of the host and the ports of the container they lead to.",
        ),
        field("apiversion", STR, "The version of the API to use, such as `v1.43`."),
        field("force", BOOL, "Make it anew when its image is another one."),
    ],
    sends: &[],
    traits: Traits { autoedges: true, effect: Some(|_, fields| with_sorted(fields, &["cmd", "env"])), ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["running", "stopped", "removed"])?;
    ensure(!fields.text("image").is_empty(), || "`image` has to be given".to_owned())?;
    for entry in fields.texts("env") {
        ensure(entry.contains('=') && !entry.contains(' '), || format!("`{entry}` in `env` is not like `NAME=value`"))?;
    }
    let ports = fields.get("ports");
    for (protocol, inner) in ports.as_ref().and_then(|ports| ports.as_map()).map(|ports| ports.entries()).unwrap_or_default() {
        let protocol = protocol.as_text().map(|text| text.to_str().into_owned()).unwrap_or_default();
        ensure(matches!(protocol.as_str(), "tcp" | "udp" | "sctp"), || format!("`ports` has no protocol `{protocol}`"))?;
        for (host, container) in inner.as_map().map(|inner| inner.entries()).unwrap_or_default() {
            let valid = [host, container].iter().all(|port| port.as_int().is_some_and(|port| (1..=65535).contains(&port)));
            ensure(valid, || format!("`ports` leads from {host} to {container}; ports go from 1 to 65535"))?;
        }
    }
    let version = fields.text("apiversion");
    let valid = version.is_empty() || super::docker_image::is_version(&version);
    ensure(valid, || format!("`apiversion` is `{version}`, and has to be like `v1.43`"))
}

/// Seeks its image: it comes first, or when the container is removed goes last.
fn identities(name: &str, fields: &Fields) -> Identities {
    let image = identifier("docker:image", super::docker_image::with_tag(&fields.text("image")));
    let order = if fields.text("state") == "removed" { before } else { after };
    Identities { provides: vec![identifier("docker:container", name)], seeks: vec![order(vec![image])], ..Identities::default() }
}
