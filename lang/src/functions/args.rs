//! Arguments as their Rust types. The type checker has made sure of them; a mismatch is an ordinary fault all the same.

use super::Fault;
use mgmt_values::value::{Map, Value};

fn mismatch(index: usize) -> Fault {
    Fault::new(format!("unexpected type of argument {index}"))
}

/// The value of argument `index`.
pub(super) fn any(args: &[Value], index: usize) -> Result<&Value, Fault> {
    args.get(index).ok_or_else(|| mismatch(index))
}

/// A `bool`.
pub(super) fn boolean(args: &[Value], index: usize) -> Result<bool, Fault> {
    any(args, index)?.as_bool().ok_or_else(|| mismatch(index))
}

/// An `int`.
pub(super) fn int(args: &[Value], index: usize) -> Result<i64, Fault> {
    any(args, index)?.as_int().ok_or_else(|| mismatch(index))
}

/// A `float`.
pub(super) fn float(args: &[Value], index: usize) -> Result<f64, Fault> {
    any(args, index)?.as_float().ok_or_else(|| mismatch(index))
}

/// The bytes of a `str`.
pub(super) fn bytes(args: &[Value], index: usize) -> Result<&[u8], Fault> {
    any(args, index)?.as_text().map(|text| text.as_bytes()).ok_or_else(|| mismatch(index))
}

/// A `str` as UTF-8; bytes that are not become U+FFFD.
pub(super) fn text(args: &[Value], index: usize) -> Result<std::borrow::Cow<'_, str>, Fault> {
    bytes(args, index).map(String::from_utf8_lossy)
}

/// The elements of a list.
pub(super) fn list(args: &[Value], index: usize) -> Result<&[Value], Fault> {
    any(args, index)?.as_list().ok_or_else(|| mismatch(index))
}

/// A map.
pub(super) fn map(args: &[Value], index: usize) -> Result<&Map, Fault> {
    any(args, index)?.as_map().ok_or_else(|| mismatch(index))
}
