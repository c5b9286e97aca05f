//! `http:client`: downloads.

use super::formats::{file_path, url};
use crate::kinds::table::{BOOL, PLAIN, STR, defaulted, ensure, field, no_identities, one_of, optional};
use mgmt_values::resource::Fields;
use mgmt_values::schema::{Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "http:client",
    doc: "Downloads a URL into a file, and sends what it got. It has to be polled, or to hold its requests open.",
    fields: &[
        field("file", STR, "The file, absolute; the name of the resource where that is an absolute path, else one of our own."),
        field("method", STR, "The method, upper case; `GET` where not given."),
        field("url", STR, "What to download, by http or https."),
        optional("body", STR, "What to send along."),
        defaulted("mtime_check", BOOL, Literal::Bool(true), "Download only what is newer than the file."),
        field("sha256", STR, "The SHA-256 that it has to have, in hexadecimal, lower case."),
        field("longpoll", BOOL, "Hold requests open until there is something new."),
        field("longpoll_redirect", BOOL, "The server says by a redirect that it holds a request."),
        field("longpoll_conditional", BOOL, "Ask the server to hold requests, from the second on."),
    ],
    sends: &[optional("content", STR, "What was downloaded.")],
    traits: Traits { refreshes: true, polls: Some(polls), ..PLAIN },
    constants: &[],
    validate,
    identities: no_identities,
};

fn polls(poll: i32, fields: &Fields) -> Result<(), String> {
    ensure(poll == 0 || !fields.flag("longpoll"), || "`longpoll` and `Meta:poll` exclude each other".to_owned())
}

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    let file = fields.text("file");
    if !file.is_empty() {
        file_path("`file`", &file)?;
    }
    one_of(fields, "method", &["", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE"])?;
    let text = fields.text("url");
    let valid = url(&text)?.is_some_and(|(scheme, host)| matches!(scheme.as_str(), "http" | "https") && !host.is_empty());
    ensure(valid, || format!("`url` is `{text}`, which is no http or https URL"))?;
    let digest = fields.text("sha256");
    ensure(!digest.contains(|c: char| c.is_ascii_uppercase()), || "`sha256` has to be lower case".to_owned())?;
    let (redirect, conditional) = (fields.flag("longpoll_redirect"), fields.flag("longpoll_conditional"));
    ensure(!(redirect && conditional), || "`longpoll_redirect` and `longpoll_conditional` exclude each other".to_owned())?;
    let how = redirect || conditional || !fields.flag("longpoll");
    ensure(how, || "`longpoll` needs `longpoll_redirect` or `longpoll_conditional`".to_owned())
}
