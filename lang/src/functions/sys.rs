//! Module `sys`: what the system says.

use super::{Function, shared};

pub(super) const FUNCTIONS: &[Function] =
    &[shared("sys.hostname", "func() str", "The host's name, as it changes.", "sys.hostname()")];
