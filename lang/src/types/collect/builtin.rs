//! Calls of built-in functions: the declared signature, or the one that the rule of the function makes for this call.

use super::Collector;
use crate::builtins::{self, Builtin, BuiltinId, Rule};
use crate::resolve::program::ExprId;
use crate::types::printf;
use crate::types::steps::{Goal, Role};
use crate::types::terms::{Shape, Term};
use mgmt_values::{Span, Type, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

impl Collector<'_> {
    /// Collects a call whose arguments have been collected; gives the type of the result.
    pub(super) fn builtin(&mut self, call: ExprId, function: BuiltinId, args: &[ExprId]) -> Term {
        let span = self.program[call].span;
        let declaration = builtins::get(function);
        if !matches!(declaration.rule, Rule::Fixed | Rule::Unnamed | Rule::OneOf(_)) {
            self.declared_and_known(args);
        }
        let result = match self.signature_for(function, declaration, args, span) {
            Ok((params, result)) => {
                self.link(function, declaration, args, &params, span);
                result
            }
            Err(message) => {
                self.error(span, format!("`{}`: {message}", declaration.name));
                self.fresh()
            }
        };
        if let Rule::OneOf(_) = declaration.rule {
            let args = args.iter().enumerate().map(|(i, arg)| (Arc::from(i.to_string()), self.term(*arg))).collect();
            let signature = self.terms.func(args, result);
            self.later(Goal::OneOf { function, signature }, span);
        }
        result
    }

    fn link(&mut self, function: BuiltinId, declaration: &'static Builtin, args: &[ExprId], params: &[Term], span: Span) {
        let (given, taken) = (args.len(), params.len());
        if given > taken && declaration.rule != Rule::Unnamed {
            self.error(span, format!("`{}` takes {}, not {given}", declaration.name, arguments(taken)));
        } else if given != taken {
            let form = match self.declared(function) {
                Some(ty) => format!("; it is {ty}"),
                None => String::new(),
            };
            self.refuse(span, format!("`{}` takes {}, not {given}{form}", declaration.name, arguments(taken)));
        } else {
            for (number, (param, arg)) in params.iter().zip(args).enumerate() {
                self.join(*param, *arg, Role::Argument(declaration.name, number + 1), span);
            }
        }
    }

    fn declared(&mut self, function: BuiltinId) -> Option<Type> {
        let parse = || Type::parse(builtins::get(function).signature);
        self.signatures.entry(function).or_insert_with(parse).clone()
    }

    /// Parameters and result for this call; the error says why there is no such call.
    fn signature_for(
        &mut self,
        function: BuiltinId,
        declaration: &Builtin,
        args: &[ExprId],
        span: Span,
    ) -> Result<(Vec<Term>, Term), String> {
        let (str, int) = (self.make(Shape::Str), self.make(Shape::Int));
        match declaration.rule {
            Rule::Fixed | Rule::Unnamed | Rule::OneOf(_) => {
                let Some(Type::Func(signature)) = self.declared(function) else {
                    return Err("it is not a function".to_owned());
                };
                let mut vars = FxHashMap::default();
                let mut intern = |ty| self.terms.intern(ty, &mut vars, self.level);
                let params = signature.args.iter().map(|(_, ty)| intern(ty)).collect();
                Ok((params, intern(&signature.result)))
            }
            Rule::Printf => self.printf(args),
            Rule::Template => match args.len() {
                0 => Err("takes a template, and perhaps what it is filled with".to_owned()),
                1 => Ok((vec![str], str)),
                _ => Ok((vec![str, self.fresh()], str)),
            },
            Rule::ListConcat => {
                if args.is_empty() {
                    return Err("takes one list at least".to_owned());
                }
                let element = self.fresh();
                let list = self.terms.list(element);
                Ok((vec![list; args.len()], list))
            }
            Rule::Range => match args.len() {
                count @ 1..=3 => Ok((vec![int; count], self.terms.list(int))),
                count => Err(format!("takes one to three arguments, not {count}")),
            },
            Rule::Reduce => {
                let element = self.fresh();
                let list = self.terms.list(element);
                let step = self.terms.func(vec![("0".into(), element), ("1".into(), element)], element);
                match args.len() {
                    2 => Ok((vec![list, step], element)),
                    3 => Ok((vec![element, list, step], element)),
                    count => Err(format!("takes two or three arguments, not {count}")),
                }
            }
            Rule::Json => match args {
                [_] => Ok((vec![str], self.fresh())),
                [_, text] => Ok((vec![str, str], self.written_type(*text, span)?)),
                _ => Err(format!("takes one or two arguments, not {}", args.len())),
            },
        }
    }

    /// The type that the JSON decoders are told to make, as far as the text is known.
    fn written_type(&mut self, text: ExprId, span: Span) -> Result<Term, String> {
        let Some(Value::Str(text)) = self.value(text) else { return Ok(self.fresh()) };
        let text = text.to_str();
        match Type::parse(&text) {
            Some(ty) if ty.concrete() && !super::mentions_variant(&ty) => {
                if let Some(key) = unhashable_key(&ty) {
                    self.refuse(span, format!("map key type {key} is not hashable"));
                }
                Ok(self.intern(&ty))
            }
            _ => Err(format!("`{text}` is not a type")),
        }
    }

    /// One argument per verb of the format, where that is known; any otherwise.
    fn printf(&mut self, args: &[ExprId]) -> Result<(Vec<Term>, Term), String> {
        let str = self.make(Shape::Str);
        let Some((format, values)) = args.split_first() else { return Err("takes a format at least".to_owned()) };
        if let Some(evident) = self.is_evident(*format).filter(|term| *term != str && !self.terms.is_open(*term)) {
            return Err(format!("the format is a {}, not a str", self.show(evident)));
        }
        let mut params = vec![str];
        let Some(Value::Str(text)) = self.value(*format) else {
            params.extend(values.iter().map(|_| self.terms.var(self.level)));
            return Ok((params, str));
        };
        let verbs = printf::verbs(text.as_bytes()).map_err(|at| {
            format!("the format {} has an unknown verb at byte {at}: there are %s, %q, %d, %f, %t, %v, %T and %%", text.quoted())
        })?;
        if verbs.len() != values.len() {
            return Err(format!("the format {} has {}, but {} given", text.quoted(), count(verbs.len()), are(values.len())));
        }
        for (number, (verb, value)) in verbs.into_iter().zip(values).enumerate() {
            let param = match verb {
                Some(ty) => self.intern(&ty),
                None => self.fresh(),
            };
            let evident = if self.terms.is_open(param) { None } else { self.plain(*value) };
            if let Some(evident) = evident.filter(|term| *term != param && !self.terms.is_open(*term)) {
                let (wanted, given) = (self.show(param), self.show(evident));
                return Err(format!("verb {} of {} takes a {wanted}, not a {given}", number + 1, text.quoted()));
            }
            params.push(param);
        }
        Ok((params, str))
    }

    /// The type of an argument that is evident, or known from its value.
    fn plain(&mut self, arg: ExprId) -> Option<Term> {
        match self.is_evident(arg) {
            Some(term) => Some(term),
            None => self.value(arg).and_then(|value| self.value_type(&value)),
        }
    }

    pub(super) fn show(&self, term: Term) -> String {
        crate::types::report::show(self.terms, term)
    }
}

fn arguments(count: usize) -> String {
    match count {
        0 => "no argument".to_owned(),
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    }
}

fn count(verbs: usize) -> String {
    if verbs == 1 { "1 verb".to_owned() } else { format!("{verbs} verbs") }
}

fn are(values: usize) -> String {
    if values == 1 { "1 value is".to_owned() } else { format!("{values} values are") }
}

/// A key type in a type that can be no key.
pub(in crate::types) fn unhashable_key(ty: &Type) -> Option<&Type> {
    match ty {
        Type::List(element) => unhashable_key(element),
        Type::Map(kv) if !kv.0.hashable() && kv.0.concrete() => Some(&kv.0),
        Type::Map(kv) => unhashable_key(&kv.1),
        Type::Struct(fields) => fields.iter().find_map(|(_, t)| unhashable_key(t)),
        Type::Func(s) => s.args.iter().find_map(|(_, t)| unhashable_key(t)).or_else(|| unhashable_key(&s.result)),
        _ => None,
    }
}
