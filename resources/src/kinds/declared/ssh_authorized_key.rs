//! `ssh:authorized_key`: keys that may log in.

use super::formats::{account_name, base64, sized};
use super::line::changeable;
use crate::kinds::table::{BOOL, PLAIN, STR, STRS, defaulted, ensure, field, no_identities, one_of};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Literal};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "ssh:authorized_key",
    doc: "A line in a user's file of authorized keys.",
    fields: &[
        field("state", STR, "`exists` or `absent`. It has to be given."),
        field("file", STR, "The file; `.ssh/authorized_keys` in the home directory where not given."),
        field("user", STR, "The user whose file it is; the one we run as where not given."),
        field("content", STR, "The whole line."),
        field("options", STRS, "Options of the key."),
        field("type", STR, "The type of the key, such as `ssh-ed25519`."),
        field("key", STR, "The key, in base64."),
        field("comment", STR, "A comment behind the key."),
        defaulted("mkdir", BOOL, Literal::Bool(true), "Make the directory `.ssh` if it is missing."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(name: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["exists", "absent"])?;
    let given = |field| !fields.text(field).is_empty();
    if given("user") {
        account_name(&fields.text("user"))?;
    }
    let parts = given("type") || given("key") || given("comment") || !fields.texts("options").is_empty();
    ensure(!(given("content") && parts), || "`content` excludes `options`, `type`, `key` and `comment`".to_owned())?;
    ensure(given("type") == given("key"), || "`type` and `key` have to be given together".to_owned())?;
    let line = match (given("content"), given("key")) {
        (true, _) => fields.text("content"),
        (_, true) => format!("{} {}", fields.text("type"), fields.text("key")),
        _ => name.to_owned(),
    };
    key_of(&line)?;
    if given("file") { changeable(&fields.text("file")) } else { Ok(()) }
}

/// The type and the blob of a key line (sshd(8), AUTHORIZED_KEYS FILE FORMAT), options before them or not.
fn key_of(line: &str) -> Result<(String, Vec<u8>), String> {
    let line = line.trim();
    ensure(!line.is_empty() && !line.starts_with('#'), || "the line of the key is empty".to_owned())?;
    let mut rest = line;
    for _ in 0..2 {
        let mut words = rest.split_ascii_whitespace();
        if let (Some(kind), Some(blob)) = (words.next(), words.next())
            && let Some(blob) = base64(blob)
            && sized(&blob) == Some(kind.as_bytes())
        {
            return Ok((kind.to_owned(), blob));
        }
        rest = behind_options(rest);
    }
    Err(format!("`{line}` is not the line of a key"))
}

/// What stands behind the first word, in which white space may be quoted.
fn behind_options(line: &str) -> &str {
    let mut quoted = false;
    let mut last = ' ';
    let end = line.find(|c: char| {
        quoted ^= c == '"' && last != '\\';
        last = c;
        !quoted && c.is_ascii_whitespace()
    });
    end.map_or("", |end| line[end..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::testing::*;
    use mgmt_values::Value;

    const BLOB: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIJSW3nIZ1Dq7KjW7oEeYIZvEpJk3nN9i0uVDEQ5tWZqZ";

    #[test]
    fn a_key_comes_as_name_content_or_parts() {
        let state = ("state", Value::str("exists"));
        let line = format!("ssh-ed25519 {BLOB} me@home");
        assert_eq!(validate(&line, &fields(&KIND, std::slice::from_ref(&state))), Ok(()));
        let options = format!("command=\"say \\\"hi there\\\"\",no-pty {line}");
        assert_eq!(validate("k", &fields(&KIND, &[state.clone(), ("content", Value::str(options))])), Ok(()));
        let parts = [state.clone(), ("type", Value::str("ssh-ed25519")), ("key", Value::str(BLOB))];
        assert_eq!(validate("k", &fields(&KIND, &parts)), Ok(()));
        let other = [state.clone(), ("type", Value::str("ssh-rsa")), ("key", Value::str(BLOB))];
        assert!(validate("k", &fields(&KIND, &other)).is_err());
        assert!(validate("not a key", &fields(&KIND, std::slice::from_ref(&state))).is_err());
        assert!(validate(&line, &fields(&KIND, &[state, ("type", Value::str("ssh-ed25519"))])).is_err());
    }
}
