//! `cron`: systemd timers.

use crate::kinds::table::{BOOL, PLAIN, STR, defaulted, ensure, field, identifier, one_of, optional};
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{Kind, Literal, Traits};

/// The declaration.
pub static KIND: Kind = Kind {
    name: "cron",
    doc: "A systemd timer: a unit file and its state. The service that it starts is not made by it.",
    fields: &[
        field("unit", STR, "The unit that it starts; the service of the same name where not given."),
        defaulted("state", STR, Literal::Str("exists"), "`exists` or `absent`."),
        defaulted("startup", STR, Literal::Str("enabled"), "`enabled`, `disabled`, or empty to leave it as it is."),
        field("session", BOOL, "A timer of the user's own service manager."),
        field(
            "trigger",
            STR,
            "What its time refers to: `OnCalendar`, `OnActiveSec`, `OnBootSec`, `OnStartupSec`, `OnUnitActiveSec` or `OnUnitInactiveSec`.",
        ),
        field("time", STR, "When: a calendar event or a span of time as systemd writes it."),
        field("accuracysec", STR, "How exact it has to be, a span of time."),
        field("randomizeddelaysec", STR, "The most by which it is put off at random, a span of time."),
        field("persistent", BOOL, "Catch up on what was missed while the system was down."),
        field("wakesystem", BOOL, "Wake the system up for it."),
        defaulted("remainafterelapse", BOOL, Literal::Bool(true), "Keep it loaded once it can not elapse any more."),
        optional("description", STR, "The description; one of ours where not given, none where empty."),
    ],
    sends: &[],
    traits: Traits { refreshes: true, receives: true, autoedges: true, ..PLAIN },
    constants: &[],
    validate,
    identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["exists", "absent"])?;
    one_of(fields, "startup", &["enabled", "disabled", ""])?;
    let (trigger, time) = (fields.text("trigger"), fields.text("time"));
    if fields.text("state") == "absent" && trigger.is_empty() {
        return Ok(());
    }
    ensure(!trigger.is_empty() && !time.is_empty(), || "`trigger` and `time` have to be given".to_owned())?;
    one_of(fields, "trigger", &["OnCalendar", "OnActiveSec", "OnBootSec", "OnStartupSec", "OnUnitActiveSec", "OnUnitInactiveSec"])
}

/// Provides the timer of its unit, and its unit file where the place of that does not depend on the user.
fn identities(name: &str, fields: &Fields) -> Identities {
    let session = fields.flag("session");
    let unit = Some(fields.text("unit")).filter(|unit| !unit.is_empty()).unwrap_or_else(|| format!("{name}.service"));
    let mut provides = vec![identifier(if session { "cron:session" } else { "cron" }, unit)];
    if !session {
        provides.push(identifier("file", format!("/etc/systemd/system/{name}.timer")));
    }
    Identities { provides, ..Identities::default() }
}
