//! Types of the language, their textual form and its parser.

use std::fmt;
use std::sync::Arc;

/// Bytes in the textual form of a type; longer ones are not parsed.
const MAX_TEXT: usize = 100_000;
/// How many types may stand inside each other in it.
const MAX_DEPTH: u32 = 100;

/// A type. Clones share; equality is structural (names of function arguments do not count, see [`Type::same`]).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// `bool`
    Bool,
    /// `str`: bytes, normally UTF-8.
    Str,
    /// `int`: signed, 64 bits.
    Int,
    /// `float`: IEEE-754 binary64.
    Float,
    /// `variant`: a resource field that takes any concrete type.
    Variant,
    /// `?N`: a variable of a signature or of an unsolved program.
    Var(u32),
    /// `[]T`
    List(Arc<Type>),
    /// `map{K: V}`
    Map(Arc<(Type, Type)>),
    /// `struct{a T; b U}`, in order.
    Struct(Arc<[(Arc<str>, Type)]>),
    /// `func(a T, b U) R`
    Func(Arc<Signature>),
}

/// What a function takes and gives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature {
    /// Arguments: name (the decimal index where none was written) and type.
    pub args: Vec<(Arc<str>, Type)>,
    /// Result.
    pub result: Type,
}

impl Type {
    /// `[]element`
    pub fn list(element: Type) -> Type {
        Type::List(Arc::new(element))
    }

    /// `map{key: value}`
    pub fn map(key: Type, value: Type) -> Type {
        Type::Map(Arc::new((key, value)))
    }

    /// `struct{…}`
    pub fn record<N: Into<Arc<str>>>(fields: impl IntoIterator<Item = (N, Type)>) -> Type {
        Type::Struct(fields.into_iter().map(|(n, t)| (n.into(), t)).collect())
    }

    /// `func(…) result`
    pub fn func<N: Into<Arc<str>>>(args: impl IntoIterator<Item = (N, Type)>, result: Type) -> Type {
        Type::Func(Arc::new(Signature { args: args.into_iter().map(|(n, t)| (n.into(), t)).collect(), result }))
    }

    /// Parses the textual form, as the signatures of built-in functions and the JSON decoders write it: `[]int`,
    /// `map{str: int}`, `struct{a int; b str}`, `func(a int, str) ?1`. Blanks are tolerated after separators only; anything else is `None`,
    /// and so is what is longer or deeper than any type that somebody wrote: the text may come from anywhere.
    ///
    /// # Example
    /// ```
    /// use mgmt_values::Type;
    /// let ty = Type::parse("func(a []int, map{str: bool}) ?1").unwrap();
    /// assert_eq!(ty.to_string(), "func(a []int, 1 map{str: bool}) ?1");
    /// assert!(Type::parse("[] int").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Type> {
        if text.len() <= MAX_TEXT { Type::parse_at(text, 0) } else { None }
    }

    /// Parses what stands inside of `depth` others.
    fn parse_at(text: &str, depth: u32) -> Option<Type> {
        let inside = |text: &str| if depth < MAX_DEPTH { Type::parse_at(text, depth + 1) } else { None };
        match text {
            "bool" => return Some(Type::Bool),
            "str" => return Some(Type::Str),
            "int" => return Some(Type::Int),
            "float" => return Some(Type::Float),
            "variant" => return Some(Type::Variant),
            _ => {}
        }
        if let Some(element) = text.strip_prefix("[]") {
            return Some(Type::list(inside(element)?));
        }
        if let Some(number) = text.strip_prefix('?') {
            let digits = !number.starts_with('0') && number.bytes().all(|b| b.is_ascii_digit());
            return digits.then(|| number.parse().ok().map(Type::Var)).flatten();
        }
        if let Some(inner) = text.strip_prefix("map{").and_then(|t| t.strip_suffix('}')) {
            let at = split_at_depth(inner, ':').last()?;
            return Some(Type::map(inside(inner[..at].trim_matches(' '))?, inside(inner[at + 1..].trim_matches(' '))?));
        }
        if let Some(inner) = text.strip_prefix("struct{").and_then(|t| t.strip_suffix('}')) {
            return parse_struct(inner, inside);
        }
        text.strip_prefix("func(").and_then(|rest| parse_func(rest, inside))
    }

    /// Equality as the language sees it: argument names do not matter.
    pub fn same(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::List(a), Type::List(b)) => a.same(b),
            (Type::Map(a), Type::Map(b)) => a.0.same(&b.0) && a.1.same(&b.1),
            (Type::Struct(a), Type::Struct(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(x, y)| x.0 == y.0 && x.1.same(&y.1))
            }
            (Type::Func(a), Type::Func(b)) => {
                a.args.len() == b.args.len()
                    && a.result.same(&b.result)
                    && a.args.iter().zip(&b.args).all(|(x, y)| x.1.same(&y.1))
            }
            _ => self == other,
        }
    }

    /// Whether values of this type can be keys of a map: scalars, and structs of such.
    pub fn hashable(&self) -> bool {
        match self {
            Type::Bool | Type::Str | Type::Int | Type::Float => true,
            Type::Struct(fields) => fields.iter().all(|(_, t)| t.hashable()),
            _ => false,
        }
    }

    /// Whether no variable occurs in it.
    pub fn concrete(&self) -> bool {
        match self {
            Type::Var(_) => false,
            Type::List(t) => t.concrete(),
            Type::Map(kv) => kv.0.concrete() && kv.1.concrete(),
            Type::Struct(fields) => fields.iter().all(|(_, t)| t.concrete()),
            Type::Func(s) => s.result.concrete() && s.args.iter().all(|(_, t)| t.concrete()),
            _ => true,
        }
    }

    /// The word that messages use: `str`, `list`, `struct`, …
    pub fn kind(&self) -> &'static str {
        match self {
            Type::Bool => "bool",
            Type::Str => "str",
            Type::Int => "int",
            Type::Float => "float",
            Type::Variant => "variant",
            Type::Var(_) => "unification",
            Type::List(_) => "list",
            Type::Map(_) => "map",
            Type::Struct(_) => "struct",
            Type::Func(_) => "func",
        }
    }
}

/// The places of `separator` outside of any bracket.
fn split_at_depth(text: &str, separator: char) -> impl Iterator<Item = usize> {
    let mut depth = 0i32;
    text.char_indices().filter_map(move |(i, c)| {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth -= 1,
            _ => {}
        }
        (depth == 0 && c == separator).then_some(i)
    })
}

fn pieces(text: &str, separator: char) -> Vec<&str> {
    let mut from = 0;
    let mut out = Vec::new();
    for at in split_at_depth(text, separator) {
        out.push(&text[from..at]);
        from = at + 1;
    }
    out.push(&text[from..]);
    out
}

fn parse_struct(inner: &str, parse: impl Fn(&str) -> Option<Type>) -> Option<Type> {
    let inner = inner.trim_matches(' ');
    let mut fields: Vec<(Arc<str>, Type)> = Vec::new();
    for piece in pieces(inner.strip_suffix(';').unwrap_or(inner), ';') {
        let piece = piece.trim_matches(' ');
        if piece.is_empty() && inner.is_empty() {
            break;
        }
        let (name, ty) = piece.split_once(' ')?;
        fields.push((name.into(), parse(ty.trim_matches(' '))?));
    }
    Some(Type::Struct(fields.into()))
}

/// What stands behind `func(`.
fn parse_func(rest: &str, parse: impl Fn(&str) -> Option<Type>) -> Option<Type> {
    let mut depth = 1;
    let close = rest.char_indices().find_map(|(i, c)| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        (depth == 0).then_some(i)
    })?;
    let result = parse(rest[close + 1..].strip_prefix(' ')?)?;
    let mut args: Vec<(Arc<str>, Type)> = Vec::new();
    if close > 0 {
        for (index, piece) in pieces(&rest[..close], ',').into_iter().enumerate() {
            let piece = piece.trim_matches(' ');
            let head = piece.split(['{', '(', ',']).next().unwrap_or(piece);
            let (name, ty) = match head.find(' ') {
                Some(at) => (piece[..at].into(), &piece[at + 1..]),
                None => (index.to_string().into(), piece),
            };
            args.push((name, parse(ty)?));
        }
    }
    Some(Type::Func(Arc::new(Signature { args, result })))
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Var(n) => write!(f, "?{n}"),
            Type::List(t) => write!(f, "[]{t}"),
            Type::Map(kv) => write!(f, "map{{{}: {}}}", kv.0, kv.1),
            Type::Struct(fields) => {
                f.write_str("struct{")?;
                for (i, (name, ty)) in fields.iter().enumerate() {
                    write!(f, "{}{name} {ty}", if i > 0 { "; " } else { "" })?;
                }
                f.write_str("}")
            }
            Type::Func(s) => {
                f.write_str("func(")?;
                for (i, (name, ty)) in s.args.iter().enumerate() {
                    write!(f, "{}{name} {ty}", if i > 0 { ", " } else { "" })?;
                }
                write!(f, ") {}", s.result)
            }
            _ => f.write_str(self.kind()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deeper_than_anything_that_somebody_wrote_is_no_type() {
        for (open, close) in [("[]", ""), ("map{str: ", "}"), ("struct{a ", "}"), ("func(", ") int"), ("func() ", "")] {
            let nested = |times: usize| format!("{}int{}", open.repeat(times), close.repeat(times));
            assert_eq!(Type::parse(&nested(100)).map(|ty| Type::parse(&ty.to_string()) == Some(ty)), Some(true), "{open}");
            assert_eq!(Type::parse(&nested(101)), None, "{open}");
            assert_eq!(Type::parse(&nested(1_000_000)), None, "{open}");
        }
    }

    #[test]
    fn what_is_long_and_flat_is_a_type() {
        let record = |fields: usize| format!("struct{{{}}}", vec!["a []map{str: int}"; fields].join("; "));
        assert!(Type::parse(&record(5_000)).is_some());
        assert_eq!(Type::parse(&record(50_000)), None);
    }
}
