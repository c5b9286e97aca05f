//! Go's formatting: `print`, `println`, `printf` with all its verbs, flags, widths and precisions, and how a template shows a value.
//!
//! What does not fit is marked in the text, never an error. Text is written to an [`Out`], which takes no more than its limit.

mod float;
mod format;
mod number;
mod out;
mod text;
mod value;

pub(super) use format::printf;
pub(super) use out::Out;

use super::datum::Datum;

/// How a template shows nothing.
pub(super) const NO_VALUE: &str = "<no value>";

/// How one operand is to be written.
#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    /// `%+v`: structs with the names of their fields.
    named: bool,
    /// `%#v`: as Go would write it in a program.
    syntax: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// A value as an action shows it.
pub(super) fn print(out: &mut Out, datum: &Datum) {
    match datum {
        Datum::Text(text) => out.write(text.as_slice()),
        Datum::Nil => out.write(NO_VALUE.as_bytes()),
        other => value::write(out, &Flags::default(), other, 'v'),
    }
}

/// A value under a verb, as messages show it.
pub(super) fn shown(datum: &Datum, verb: char) -> String {
    let mut out = Out::new(1 << 10);
    value::write(&mut out, &Flags::default(), datum, verb);
    String::from_utf8_lossy(&out.finish()).into_owned()
}

/// Values one after another, with a space between two that are no strings; `lines`: between all, and a newline at the end.
pub(super) fn print_all(out: &mut Out, args: &[Datum], lines: bool) {
    let mut before = true;
    for (index, arg) in args.iter().enumerate() {
        let text = matches!(arg, Datum::Text(_));
        if index > 0 && (lines || !(text || before)) {
            out.write(b" ");
        }
        before = text;
        value::write(out, &Flags::default(), arg, 'v');
    }
    if lines {
        out.write(b"\n");
    }
}
