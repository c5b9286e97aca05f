//! `aws:ec2`: machines at Amazon.

use crate::kinds::table::{BOOL, PLAIN, STR, ensure, field, no_identities, one_of};
use mgmt_values::resource::Fields;
use mgmt_values::schema::Kind;

/// The declaration.
pub static KIND: Kind = Kind {
    name: "aws:ec2",
    doc: "A machine at Amazon EC2, found by its name.",
    fields: &[
        field("state", STR, "`running`, `stopped` or `terminated`. It has to be given."),
        field("region", STR, "The region, such as `eu-central-1`. It has to be given."),
        field("type", STR, "The type of machine, such as `t2.micro`. It has to be given."),
        field("imageid", STR, "The image it is made from. It has to be given."),
        field("watchendpoint", STR, "The public URL at which notifications arrive."),
        field("watchlistenaddr", STR, "The address to listen on for them, or a port."),
        field("erroronmalformedpost", BOOL, "Fail when something else arrives there."),
        field("userdata", STR, "Data for its first start."),
    ],
    sends: &[],
    traits: PLAIN,
    constants: &[],
    validate,
    identities: no_identities,
};

fn validate(_: &str, fields: &Fields) -> Result<(), String> {
    one_of(fields, "state", &["running", "stopped", "terminated"])?;
    one_of(fields, "region", &REGIONS)?;
    ensure(!fields.text("type").is_empty(), || "`type` has to be given".to_owned())?;
    ensure(!fields.text("imageid").is_empty(), || "`imageid` has to be given".to_owned())?;
    let both = fields.text("watchendpoint").is_empty() == fields.text("watchlistenaddr").is_empty();
    ensure(both, || "`watchendpoint` and `watchlistenaddr` have to be given together".to_owned())
}

const REGIONS: [&str; 16] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "cn-north-1",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];
