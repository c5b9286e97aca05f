//! Calls to compare: of every pure function in the table of functions, and of every operator.

use super::super::random::Random;
use super::super::verdict::Program;
use super::meanings::{float_for, int_for, text_for};
use super::values::{float_literal, key, literal, text, text_literal};
use super::{grammar, template};
use mgmt_lang::builtins::{Builtin, Purity, Rule, documented};
use mgmt_values::Type;
use std::sync::Arc;

/// What is called.
#[derive(Clone, Copy, Debug)]
pub enum Callee {
    /// A function, by its declaration.
    Function(&'static Builtin),
    /// A form of the language that computes: its name, the types of operands and result, and how it is written.
    Form(&'static str, &'static str, &'static [&'static str]),
}

/// Facts about the process that computes, which differ between any two programs.
const FACTS: &[&str] = &[
    "golang/runtime.cpu_profile",
    "golang/runtime.goroot",
    "golang/runtime.num_cgo_call",
    "golang/runtime.num_goroutine",
    "golang/runtime.read_trace",
    "golang/runtime.set_mutex_profile_fraction",
    "golang/runtime.stack",
    "golang/runtime.version",
];

/// Operators and lookups: what stands before, between and behind the operands.
const FORMS: &[Callee] = &[
    Callee::Form("+", "func(?1, ?1) ?1", &["", " + ", ""]),
    Callee::Form("-", "func(?2, ?2) ?2", &["", " - ", ""]),
    Callee::Form("*", "func(?2, ?2) ?2", &["", " * ", ""]),
    Callee::Form("/", "func(?2, ?2) float", &["", " / ", ""]),
    Callee::Form("==", "func(?3, ?3) bool", &["", " == ", ""]),
    Callee::Form("!=", "func(?3, ?3) bool", &["", " != ", ""]),
    Callee::Form("<", "func(?2, ?2) bool", &["", " < ", ""]),
    Callee::Form(">", "func(?2, ?2) bool", &["", " > ", ""]),
    Callee::Form("<=", "func(?2, ?2) bool", &["", " <= ", ""]),
    Callee::Form(">=", "func(?2, ?2) bool", &["", " >= ", ""]),
    Callee::Form("and", "func(bool, bool) bool", &["", " and ", ""]),
    Callee::Form("or", "func(bool, bool) bool", &["", " or ", ""]),
    Callee::Form("not", "func(bool) bool", &["not ", ""]),
    Callee::Form("in", "func(?3, []?3) bool", &["", " in ", ""]),
    Callee::Form("list[index]", "func([]?3, int) ?3", &["", "[", "]"]),
    Callee::Form("map[key]", "func(map{?4: ?3}, ?4) ?3", &["", "[", "]"]),
    Callee::Form("->", "func(struct{a ?3; b int}) ?3", &["", "->a"]),
];

impl Callee {
    /// Everything there is to call, in order.
    pub fn all() -> Vec<Callee> {
        let compared = |builtin: &&'static Builtin| {
            (builtin.purity == Purity::Pure || builtin.rule == Rule::Template) && !FACTS.contains(&builtin.name)
        };
        documented().into_iter().filter(compared).map(Callee::Function).chain(FORMS.iter().copied()).collect()
    }

    /// Its name in the tally.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Function(builtin) => builtin.name,
            Self::Form(name, ..) => name,
        }
    }
}

/// A call with its arguments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    pub name: &'static str,
    /// The module that is imported for it.
    module: Option<&'static str>,
    /// What stands between the arguments.
    form: Vec<String>,
    pub arguments: Vec<Argument>,
    /// The type of its result; none for a statement.
    pub result: Option<Type>,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Argument {
    ty: Type,
    pub text: String,
    /// Whether it stands in the call, and not in a variable.
    inline: bool,
}

/// The types that a variable of a signature stands for; the first two can be operands of `+` and of the order.
const TYPES: &[&str] = &[
    "int",
    "float",
    "str",
    "bool",
    "[]int",
    "[]str",
    "[]float",
    "map{str: int}",
    "struct{a int; b str}",
    "[][]int",
    "map{int: []str}",
];

/// Types of keys.
const KEYS: &[&str] = &["str", "int", "bool", "float", "struct{a int; b str}"];

/// Types to decode.
const DECODED: &[&str] = &[
    "bool",
    "int",
    "str",
    "float",
    "[]int",
    "[]str",
    "map{str: int}",
    "struct{a int; b str}",
    "[]struct{n float; o []bool}",
    "map{str: []bool}",
    "struct{c map{str: float}; d struct{e str}}",
    "[][]float",
    "map{int: str}",
];

fn parse(text: &str) -> Type {
    Type::parse(text).unwrap()
}

/// One of these types.
fn any(from: &[&str], random: &mut Random) -> Type {
    parse(random.word(from))
}

/// A type with its variables replaced.
fn instantiate(ty: &Type, chosen: &[Type]) -> Type {
    match ty {
        Type::Var(number) => chosen[*number as usize].clone(),
        Type::List(element) => Type::list(instantiate(element, chosen)),
        Type::Map(both) => Type::map(instantiate(&both.0, chosen), instantiate(&both.1, chosen)),
        Type::Struct(fields) => Type::Struct(fields.iter().map(|(name, ty)| (name.clone(), instantiate(ty, chosen))).collect()),
        Type::Func(signature) => {
            let arguments = signature.args.iter().map(|(name, ty)| (name.clone(), instantiate(ty, chosen)));
            Type::func(arguments.collect::<Vec<(Arc<str>, Type)>>(), instantiate(&signature.result, chosen))
        }
        other => other.clone(),
    }
}

/// A random call.
pub fn call(callee: &Callee, random: &mut Random) -> Call {
    match callee {
        Callee::Form(name, signature, form) => {
            let one = any(TYPES, random);
            let chosen = [Type::Int, any(&TYPES[..3], random), any(&TYPES[..2], random), one, any(KEYS, random)];
            let form = form.iter().map(|text| (*text).to_owned()).collect();
            let mut call = of_type(name, form, &instantiate(&parse(signature), &chosen), random);
            // What an operator reads is a variable: of literals the reference has no types in time.
            call.arguments.iter_mut().for_each(|argument| argument.inline = false);
            call
        }
        Callee::Function(builtin) => {
            let mut call = function(builtin, random);
            call.module = builtin.module();
            call
        }
    }
}

fn function(builtin: &'static Builtin, random: &mut Random) -> Call {
    let name = builtin.name;
    let spelled = |count: usize| {
        let head = match builtin.module() {
            Some(module) => format!("{}.{}(", alias(module), builtin.bare_name()),
            None => format!("{name}("),
        };
        let commas = (1..count).map(|_| ", ".to_owned());
        std::iter::once(head).chain(commas).chain([")".to_owned()]).collect::<Vec<_>>()
    };
    let spelled = |count: usize| if count == 0 { vec![spelled(1).concat()] } else { spelled(count) };
    let one = any(if builtin.signature.contains("map{?1") { KEYS } else { TYPES }, random);
    let mut chosen = [Type::Int, one.clone(), any(TYPES, random), any(TYPES, random)];
    if random.chance(40) {
        chosen[2] = one.clone();
    }
    let ty = match builtin.rule {
        Rule::Fixed | Rule::Unnamed => parse(builtin.signature),
        Rule::OneOf(signatures) => any(signatures, random),
        Rule::ListConcat => {
            let count = 1 + random.below(3);
            Type::func((0..count).map(|index| (index.to_string(), Type::list(one.clone()))), Type::list(one.clone()))
        }
        Rule::Reduce => {
            let text = ["func([]?1, func(?1, ?1) ?1) ?1", "func(?1, []?1, func(?1, ?1) ?1) ?1"];
            any(&text, random)
        }
        Rule::Range => return range(name, spelled(1 + random.below(3)), random),
        Rule::Printf => return printf(name, random, &spelled),
        Rule::Json => return decode(name, random, &spelled),
        Rule::Template => {
            let mut arguments =
                vec![Argument { ty: Type::Str, text: text_literal(template::template(random).as_bytes()), inline: true }];
            if random.chance(95) {
                let ty = parse(template::DATA);
                let mut text = literal(&ty, random);
                if random.chance(80) {
                    text = text.replacen("m => {", "m => {\"a\" => 1, ", 1).replace("1, }", "1}");
                }
                arguments.push(Argument { ty, text, inline: false });
            }
            let form = spelled(arguments.len());
            return Call { name, module: None, form, arguments, result: Some(Type::Str) };
        }
    };
    let ty = instantiate(&ty, &chosen);
    let Type::Func(signature) = &ty else { unreachable!("a function has a type of a function") };
    let mut call = of_type(name, spelled(signature.args.len()), &ty, random);
    if name == "panic" {
        call.form = vec!["panic(".to_owned(), ")".to_owned()];
        call.result = None;
    }
    if builtin.signature.contains('?') {
        // What is empty, and functions, need a type from somewhere.
        let open = |argument: &Argument| !matches!(argument.ty, Type::Func(_));
        call.arguments.iter_mut().filter(|argument| open(argument)).for_each(|argument| argument.inline = false);
    }
    call
}

/// A call with arguments of the types that it takes.
fn of_type(name: &'static str, form: Vec<String>, ty: &Type, random: &mut Random) -> Call {
    let Type::Func(signature) = ty else { unreachable!("a call is one of a function") };
    let mut arguments: Vec<Argument> = Vec::new();
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for (index, (_, ty)) in signature.args.iter().enumerate() {
        let text = match ty {
            Type::Str => {
                let bytes = text_for(name, index, &texts, random);
                let literal = text_literal(&bytes);
                texts.push(bytes);
                literal
            }
            Type::Int => int_for(name, index, &texts, random).to_string(),
            Type::Float => float_literal(float_for(name, random)),
            ty if name.ends_with("join") => {
                let elements: Vec<String> = (0..random.below(5)).map(|_| text_literal(&text_for(name, 0, &[], random))).collect();
                debug_assert!(matches!(ty, Type::List(_)));
                format!("[{}]", elements.join(", "))
            }
            ty => literal(ty, random),
        };
        arguments.push(Argument { ty: ty.clone(), text, inline: matches!(ty, Type::Func(_)) || random.chance(50) });
    }
    found(&mut arguments, random);
    Call { name, module: None, form, arguments, result: Some(signature.result.clone()) }
}

/// Lets a key or an element occur in what it is looked for in, often.
fn found(arguments: &mut [Argument], random: &mut Random) {
    let [first, second] = arguments else { return };
    if random.chance(55) {
        match (&first.ty, &second.ty) {
            (Type::Map(both), key_type) if both.0 == *key_type => {
                second.text = key(key_type, 1, random);
                let value = literal(&both.1, random);
                if first.text == "{}" {
                    first.text = format!("{{{} => {value}}}", second.text);
                }
            }
            (element, Type::List(elements)) if **elements == *element && !matches!(element, Type::Func(_)) => {
                second.text = if second.text == "[]" {
                    format!("[{}]", first.text)
                } else {
                    second.text.replacen('[', &format!("[{}, ", first.text), 1)
                };
            }
            (a, b) if a == b => second.text.clone_from(&first.text),
            _ => {}
        }
    }
}

/// A range whose steps stay inside of the integers: beyond, the reference never ends.
fn range(name: &'static str, form: Vec<String>, random: &mut Random) -> Call {
    let count = form.len() - 1;
    let base = if count == 1 { 0 } else { *random.pick(&[0, 0, 0, i64::MAX - 60, i64::MIN + 60, 1 << 53]) };
    let argument = |index: usize, random: &mut Random| {
        let small = random.below(41) as i64 - 20;
        let number = if index == 2 { small / 3 } else { base + small };
        Argument { ty: Type::Int, text: number.to_string(), inline: random.chance(50) }
    };
    let arguments = (0..count).map(|index| argument(index, random)).collect();
    Call { name, module: None, form, arguments, result: Some(Type::list(Type::Int)) }
}

/// A format with what it takes, mostly.
fn printf(name: &'static str, random: &mut Random, spelled: &dyn Fn(usize) -> Vec<String>) -> Call {
    let mut format = Vec::new();
    let mut arguments = Vec::new();
    for _ in 0..random.below(5) {
        if random.chance(50) {
            format.extend(if random.chance(70) {
                random.word(&["a", " ", "x=", ", ", "%%", "\n"]).as_bytes().to_vec()
            } else {
                text(random)
            });
            format.retain(|byte| *byte != b'%' || random.chance(5));
        }
        let (verb, ty) = *random.pick(&[
            ("%t", "bool"),
            ("%s", "str"),
            ("%q", "str"),
            ("%d", "int"),
            ("%f", "float"),
            ("%v", ""),
            ("%v", ""),
            ("%T", ""),
        ]);
        format.extend(verb.as_bytes());
        let ty = if ty.is_empty() { any(TYPES, random) } else { parse(ty) };
        let text = literal(&ty, random);
        let inline = random.chance(50) && matches!(ty, Type::Bool | Type::Int | Type::Float | Type::Str);
        arguments.push(Argument { ty, text, inline });
    }
    match random.below(25) {
        0 => format.extend(random.word(&["%", "%x", "%5d", "% d", "%v", "%é"]).as_bytes()),
        1 => drop(arguments.pop()),
        2 => arguments.push(Argument { ty: Type::Int, text: "1".to_owned(), inline: true }),
        _ => {}
    }
    arguments.insert(0, Argument { ty: Type::Str, text: text_literal(&format), inline: true });
    let form = spelled(arguments.len());
    Call { name, module: None, form, arguments, result: Some(Type::Str) }
}

/// JSON with the type that it is to have.
fn decode(name: &'static str, random: &mut Random, spelled: &dyn Fn(usize) -> Vec<String>) -> Call {
    let ty = any(DECODED, random);
    let mut data = grammar::json(&ty, random).into_bytes();
    if random.chance(5) {
        data = super::values::damaged(data, random);
    }
    let mut arguments = vec![Argument { ty: Type::Str, text: text_literal(&data), inline: random.chance(50) }];
    if random.chance(70) {
        arguments.push(Argument { ty: Type::Str, text: format!("\"{ty}\""), inline: true });
    }
    let form = spelled(arguments.len());
    Call { name, module: None, form, arguments, result: Some(ty) }
}

/// What the arguments and the output of every program need.
const IMPORTED: &[&str] = &["fmt", "convert", "encoding"];

/// The name of a module in the programs.
fn alias(module: &'static str) -> &'static str {
    if IMPORTED.contains(&module) { module } else { "m" }
}

/// Functions that the reference runs while it checks the types of what prints their results, and takes for at odds with itself.
const RUN_EARLY: &[&str] = &["iter.flatten", "list.concat"];

/// A program that makes calls, each in a resource `c0`, `c1`, …; with `caught` a call that fails gives the text `caught`.
pub fn program(calls: &[Call], caught: bool) -> Program {
    let mut text: String = IMPORTED.iter().map(|module| format!("import \"{module}\"\n")).collect();
    if let Some(module) = calls.iter().find_map(|call| call.module).filter(|module| alias(module) == "m") {
        text += &format!("import \"{module}\" as m\n");
    }
    for (number, call) in calls.iter().enumerate() {
        text += &call.lines(number, caught);
    }
    Program::main(text)
}

impl Call {
    /// Its lines in a program.
    fn lines(&self, number: usize, caught: bool) -> String {
        let mut text = String::new();
        let mut written = self.form[0].clone();
        for (index, argument) in self.arguments.iter().enumerate() {
            if argument.inline {
                written += &argument.text;
            } else {
                let variable = format!("$a{number}x{index}");
                text += &format!("{variable} {} = {}\n", argument.ty, argument.text);
                written += &variable;
            }
            written += &self.form[index + 1];
        }
        let Some(result) = &self.result else { return text + &written + "\n" };
        text += &format!("$r{number} {result} = {written}\n");
        let shown = if *result == Type::Str && !caught {
            format!("$r{number}")
        } else if RUN_EARLY.contains(&self.name) {
            text += &format!("func s{number}($x {result}) str {{ fmt.printf(\"%v\", $x) }}\n");
            format!("s{number}($r{number})")
        } else {
            format!("fmt.printf(\"%v\", $r{number})")
        };
        let shown = if caught { format!("{shown} <|> \"caught\"") } else { shown };
        text + &format!("print \"c{number}\" {{ msg => {shown}, }}\n")
    }
}
