//! Values under verbs.

use super::super::datum::{Datum, Fields, Width};
use super::super::machine::order;
use super::out::Out;
use super::{Flags, float, number, text};

/// Writes an operand.
pub(super) fn write(out: &mut Out, flags: &Flags, datum: &Datum, verb: char) {
    match verb {
        'T' => text::pad(out, flags, datum.type_name().as_bytes()),
        _ => element(out, flags, datum, verb),
    }
}

/// Writes a value, whole or inside of another.
fn element(out: &mut Out, flags: &Flags, datum: &Datum, verb: char) {
    match datum {
        Datum::Nil if verb == 'v' => text::pad(out, flags, b"<nil>"),
        Datum::Bool(value) if matches!(verb, 't' | 'v') => text::pad(out, flags, if *value { b"true" } else { b"false" }),
        Datum::Int(value, width) => match verb {
            'v' if flags.syntax && *width == Width::Byte => {
                number::integer(out, &Flags { sharp: true, ..*flags }, *value, 16, 'v');
            }
            'v' | 'd' => number::integer(out, flags, *value, 10, verb),
            'b' => number::integer(out, flags, *value, 2, verb),
            'o' | 'O' => number::integer(out, flags, *value, 8, verb),
            'x' | 'X' => number::integer(out, flags, *value, 16, verb),
            'c' => text::write(out, flags, character(*value).encode_utf8(&mut [0; 4]).as_bytes()),
            'q' => text::quote_char(out, flags, character(*value)),
            'U' => number::code_point(out, flags, *value),
            _ => unfit(out, flags, datum, verb),
        },
        Datum::Float(value) => match float_verb(verb) {
            Some((verb, precision)) => float::write(out, flags, *value, verb, precision),
            None => unfit(out, flags, datum, verb),
        },
        Datum::Complex(real, imaginary) => match float_verb(verb) {
            Some((verb, precision)) => {
                out.write(b"(");
                float::write(out, flags, *real, verb, precision);
                float::write(out, &Flags { plus: true, ..*flags }, *imaginary, verb, precision);
                out.write(b"i)");
            }
            None => unfit(out, flags, datum, verb),
        },
        Datum::Text(value) => match verb {
            'v' if flags.syntax => text::quote(out, flags, value.as_slice()),
            'v' | 's' => text::write(out, flags, text::cut(flags, value.as_slice())),
            'q' => text::quote(out, flags, value.as_slice()),
            'x' | 'X' => text::hexadecimal(out, flags, value.as_slice(), verb == 'X'),
            _ => unfit(out, flags, datum, verb),
        },
        Datum::List(_) | Datum::Map(_) | Datum::Fields(_) | Datum::Struct(_) if verb != 'p' => composite(out, flags, datum, verb),
        _ => unfit(out, flags, datum, verb),
    }
}

fn composite(out: &mut Out, flags: &Flags, datum: &Datum, verb: char) {
    if flags.syntax {
        out.write(datum.type_name().as_bytes());
        if datum.is_nil() {
            out.write(b"(nil)");
            return;
        }
    }
    let map = matches!(datum, Datum::Map(_) | Datum::Fields(_));
    let (open, close): (&[u8], &[u8]) = match datum {
        _ if flags.syntax => (b"{", b"}"),
        Datum::List(_) => (b"[", b"]"),
        Datum::Struct(_) => (b"{", b"}"),
        _ => (b"map[", b"]"),
    };
    out.write(open);
    let mut first = true;
    let mut one = |out: &mut Out, key: Option<&Datum>, value: &Datum| {
        if !first {
            out.write(if flags.syntax { b", " } else { b" " });
        }
        first = false;
        if let Some(key) = key {
            match key {
                // The name of a field is no value that a verb applies to.
                Datum::Text(name) if !map => out.write(name.as_slice()),
                key => element(out, flags, key, verb),
            }
            out.write(b":");
        }
        contained(out, flags, value, verb);
    };
    match datum {
        Datum::List(list) => {
            for index in 0..list.range.len() {
                if let Some(place) = list.get(index).filter(|_| !out.full()) {
                    one(out, None, &place.datum);
                }
            }
        }
        Datum::Map(map) => {
            for index in order(map) {
                let (key, value) = map.entry(&map.entries()[index]);
                one(out, Some(&key), &value.datum);
            }
        }
        Datum::Fields(fields) => {
            for (name, value) in fields.order().into_iter().filter_map(|index| fields.at(index)) {
                one(out, Some(&Datum::made(name.into_bytes())), &value.datum);
            }
        }
        Datum::Struct(fields) => {
            for (name, value) in (0..).map_while(|index| Fields::key_at(fields, index)) {
                let name = Datum::made(name.into_bytes());
                one(out, (flags.named || flags.syntax).then_some(&name), &value);
            }
        }
        _ => {}
    }
    out.write(close);
}

/// A value inside of another; nothing in a place for anything has no verb.
fn contained(out: &mut Out, flags: &Flags, datum: &Datum, verb: char) {
    match datum {
        Datum::Nil if flags.syntax => out.write(b"interface {}(nil)"),
        Datum::Nil => out.write(b"<nil>"),
        _ => element(out, flags, datum, verb),
    }
}

/// Marks an operand that a verb does not apply to.
fn unfit(out: &mut Out, flags: &Flags, datum: &Datum, verb: char) {
    out.write(format!("%!{verb}(").as_bytes());
    match datum {
        Datum::Nil => out.write(b"<nil>"),
        other => {
            out.write(other.type_name().as_bytes());
            out.write(b"=");
            element(out, flags, other, 'v');
        }
    }
    out.write(b")");
}

fn float_verb(verb: char) -> Option<(char, Option<usize>)> {
    match verb {
        'v' => Some(('g', None)),
        'b' | 'g' | 'G' | 'x' | 'X' => Some((verb, None)),
        'e' | 'E' | 'f' => Some((verb, Some(6))),
        'F' => Some(('f', Some(6))),
        _ => None,
    }
}

fn character(code: i64) -> char {
    u32::try_from(code).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}
