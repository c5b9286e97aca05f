//! `docker:image`: images of Docker.

use crate::kinds::table::{PLAIN, STR, defaulted, ensure, field, identifier, one_of};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "docker:image",
    doc: "An image of Docker. The name is that of the image, with its tag behind a colon, `latest` where it has none.",
    fields: &[
        defaulted("state", STR, Literal::Str("exists"), "`exists` or `absent`."),
        field("apiversion", STR, "The version of the API to use, such as `v1.43`."),
    ],
    sends: &[],
    traits: Traits { autoedges: true, ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["exists", "absent"])?;
    let version = fields.text("apiversion");
    ensure(version.is_empty() || is_version(&version), || format!("`apiversion` is `{version}`, and has to be like `v1.43`"))
}

/// Provides the image.
fn identities(name: &str, _: &Fields) -> Identities {
    Identities { provides: vec![identifier("docker:image", with_tag(name))], ..Identities::default() }
}

/// The image with a tag.
pub(super) fn with_tag(image: &str) -> String {
    if image.contains(':') { image.to_owned() } else { format!("{image}:latest") }
}

/// `v1.43`: a first number of one digit that is not 0, and a second of two digits or more.
pub(super) fn is_version(text: &str) -> bool {
    let Some((major, minor)) = text.strip_prefix('v').and_then(|text| text.split_once('.')) else { return false };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    major.len() == 1 && digits(major) && major != "0" && !minor.is_empty() && digits(minor)
}
