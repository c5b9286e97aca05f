//! Module `util`.

use super::{Function, shared};

pub(super) const FUNCTIONS: &[Function] = &[shared(
    "util.hostname_mapper",
    "func(map{str: str}) str",
    "The name that a map from hardware addresses to names has for this host.",
    r#"util.hostname_mapper({"00:00:5e:00:53:01" => "web1"})"#,
)];
