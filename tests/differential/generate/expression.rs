//! Random expressions of a given type.

use super::tables::{FUNCTIONS, Ty, letter};
use super::{Generator, Scope};

/// Texts for literals: parts of paths, numbers, and what makes functions take their other way.
const TEXTS: &[&str] = &[
    "",
    "a",
    "b",
    "web",
    "db1",
    "/etc/x",
    "10.0.0.1/24",
    "42",
    "x,y",
    "true",
    " pad ",
    "é",
    "a\\tb",
    "c:d",
    "\\$",
    "0.5",
    "A-b",
    "x\\ny",
    "q\\\"q",
    "b\\\\s",
    "$5",
    "{x}",
    "%d",
    "two\nlines",
    "00:11:22:33:44:55",
    "aGk=",
];

impl Generator {
    /// Any type, of functions only if `functions`.
    pub(super) fn ty(&mut self, depth: usize, functions: bool) -> Ty {
        const FIELDS: &[&str] = &["name", "port", "ok", "tags"];
        match self.random.below(if depth == 0 { 5 } else { 10 }) {
            0 => Ty::Bool,
            1 | 2 => Ty::Int,
            3 => Ty::Float,
            6 => Ty::list(self.ty(depth - 1, functions)),
            7 if self.random.chance(25) => Ty::Map(Box::new(Ty::Int), Box::new(self.ty(depth - 1, functions))),
            7 => Ty::map(self.ty(depth - 1, functions)),
            8 => {
                let count = 1 + self.random.below(3);
                Ty::Struct(FIELDS.iter().take(count).map(|&name| (name, self.ty(depth - 1, functions))).collect())
            }
            9 if functions => {
                let arguments = (0..self.random.below(3)).map(|_| self.ty(0, false)).collect();
                Ty::Func(arguments, Box::new(self.ty(0, false)))
            }
            _ => Ty::Str,
        }
    }

    /// An expression of a type, in parentheses wherever they may be needed.
    pub(super) fn expression(&mut self, scope: &Scope, ty: &Ty, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(scope, ty);
        }
        match self.random.below(12) {
            0..=3 => self.leaf(scope, ty),
            4 => {
                let condition = self.expression(scope, &Ty::Bool, depth - 1);
                let (then, other) = (self.expression(scope, ty, depth - 1), self.expression(scope, ty, depth - 1));
                if self.random.chance(30) {
                    format!("(if {condition} {{ {then} }} else {{ {other} }})")
                } else {
                    format!("if {condition} {{ {then} }} else {{ {other} }}")
                }
            }
            5 => self.fallible(scope, ty, depth),
            6 => self.field_of(scope, ty, depth),
            7 => self.call(scope, ty, depth),
            8 => self.own_call(scope, ty, depth),
            _ => self.operation(scope, ty, depth),
        }
    }

    /// A literal or a variable.
    fn leaf(&mut self, scope: &Scope, ty: &Ty) -> String {
        let variables: Vec<&String> = scope.variables.iter().filter(|(_, other)| other == ty).map(|(name, _)| name).collect();
        if !variables.is_empty() && self.random.chance(65) {
            let recent = variables.len().saturating_sub(6);
            let name = variables[recent + self.random.below(variables.len() - recent)];
            return if *ty == Ty::Str && self.random.chance(15) { format!("\"${{{name}}}\"") } else { format!("${name}") };
        }
        self.literal(scope, ty)
    }

    fn literal(&mut self, scope: &Scope, ty: &Ty) -> String {
        match ty {
            Ty::Bool => (*self.random.pick(&["true", "false"])).to_owned(),
            Ty::Int => (*self.random.pick(&["0", "1", "2", "3", "-1", "42", "007", "443", "9223372036854775807"])).to_owned(),
            Ty::Float => (*self.random.pick(&["0.0", "1.5", "-2.25", "3.0", "100.125"])).to_owned(),
            Ty::Str => self.text(scope),
            Ty::List(element) => {
                let count = self.random.below(4);
                let elements = self.elements(scope, count, element);
                self.bracketed("[", elements, "]")
            }
            Ty::Map(key, value) => {
                let count = self.random.below(3);
                let values = self.elements(scope, count, value);
                let entries = values.into_iter().enumerate().map(|(at, value)| {
                    let key = if **key == Ty::Str { format!("\"k{at}\"") } else { at.to_string() };
                    format!("{key} => {value}")
                });
                let entries = entries.collect();
                self.bracketed("{", entries, "}")
            }
            Ty::Struct(fields) => {
                let mut used = Vec::new();
                let fields = fields.iter().map(|(name, ty)| {
                    let value = self.once(scope, ty, &mut used);
                    format!("{name} => {value}")
                });
                let fields = fields.collect();
                self.bracketed("struct{", fields, "}")
            }
            Ty::Func(arguments, result) => self.lambda(scope, arguments, result),
        }
    }

    fn bracketed(&mut self, open: &str, elements: Vec<String>, close: &str) -> String {
        if !elements.is_empty() && self.random.chance(8) {
            return format!("{open}\n{}{close}", elements.iter().map(|element| format!("\t{element},\n")).collect::<String>());
        }
        format!("{open}{}{close}", elements.join(", "))
    }

    fn elements(&mut self, scope: &Scope, count: usize, ty: &Ty) -> Vec<String> {
        let mut used = Vec::new();
        (0..count).map(|_| self.once(scope, ty, &mut used)).collect()
    }

    /// An element of a literal or an argument. The reference hangs when a literal names a variable twice.
    fn once(&mut self, scope: &Scope, ty: &Ty, used: &mut Vec<String>) -> String {
        let depth = usize::from(self.random.chance(25));
        let element = self.expression(scope, ty, depth);
        let bare = element.trim_matches(['(', ')', '"', '{', '}', '$']).to_owned();
        if used.contains(&bare) {
            return self.literal(&Scope::default(), ty);
        }
        used.push(bare);
        element
    }

    fn text(&mut self, scope: &Scope) -> String {
        let text = *self.random.pick(TEXTS);
        let variables: Vec<&String> = scope.variables.iter().filter(|(_, ty)| *ty == Ty::Str).map(|(name, _)| name).collect();
        if !variables.is_empty() && self.random.chance(35) {
            let name = *self.random.pick(&variables);
            let end = match self.random.below(6) {
                0..=2 => String::new(),
                3 | 4 => "!".to_owned(),
                _ => format!("${{{}}}", self.random.pick(&variables)),
            };
            return format!("\"{text}${{{name}}}{end}\"");
        }
        format!("\"{text}\"")
    }

    pub(super) fn lambda(&mut self, scope: &Scope, arguments: &[Ty], result: &Ty) -> String {
        let mut inner = scope.clone();
        inner.bound = true;
        let mut parameters = Vec::new();
        let annotated = self.random.chance(50);
        for argument in arguments {
            let name = self.fresh("p");
            parameters.push(if annotated { format!("${name} {}", argument.text()) } else { format!("${name}") });
            inner.variables.push((name, argument.clone()));
        }
        // A parameter that is not used has no type of its own.
        let body = self.expression(&inner, result, 2);
        let result = if self.random.chance(40) || annotated { format!(" {}", result.text()) } else { String::new() };
        format!("func({}){result} {{ {body} }}", parameters.join(", "))
    }

    /// Something that may fail, mostly with a fallback.
    fn fallible(&mut self, scope: &Scope, ty: &Ty, depth: usize) -> String {
        let list = self.expression(scope, &Ty::list(ty.clone()), depth - 1);
        let map = self.expression(scope, &Ty::map(ty.clone()), depth - 1);
        // The type of an element of an empty literal is open, and the reference gives up.
        let indexable =
            |text: &str| text.starts_with('$') || text.starts_with(['[', '{']) && !text.contains("[]") && !text.contains("{}");
        let fails = match self.random.below(3) {
            0 if indexable(&list) => format!("{list}[{}]", self.random.below(3)),
            1 if indexable(&map) => format!("{map}[\"k{}\"]", self.random.below(2)),
            _ => self.call(scope, ty, depth),
        };
        if self.random.chance(4) {
            return fails;
        }
        format!("({fails} <|> {})", self.expression(scope, ty, depth - 1))
    }

    fn field_of(&mut self, scope: &Scope, ty: &Ty, depth: usize) -> String {
        let mut known = Vec::new();
        for (name, other) in &scope.variables {
            if let Ty::Struct(fields) = other {
                known.extend(fields.iter().filter(|(_, field)| field == ty).map(|(field, _)| format!("${name}->{field}")));
            }
        }
        if known.is_empty() {
            return self.operation(scope, ty, depth);
        }
        let field = self.random.pick(&known).clone();
        match self.random.below(5) {
            0 => format!("({field} <|> {})", self.expression(scope, ty, depth - 1)),
            1 => format!("({}->missing <|> {})", field.split("->").next().unwrap(), self.expression(scope, ty, depth - 1)),
            _ => field,
        }
    }

    /// A call of a pure function of the system's modules.
    fn call(&mut self, scope: &Scope, ty: &Ty, depth: usize) -> String {
        let fitting: Vec<_> = FUNCTIONS.iter().filter(|(.., result)| letter(*result) == *ty).collect();
        if let Ty::List(element) = ty
            && self.random.chance(50)
        {
            return self.iteration(scope, element, depth);
        }
        if *ty == Ty::Str && self.random.chance(30) {
            return if self.random.chance(25) { self.template(scope, depth) } else { self.printf(scope, depth) };
        }
        if self.random.chance(6)
            && let Some(decoded) = self.decoded(ty)
        {
            return decoded;
        }
        if self.random.chance(5) && !matches!(ty, Ty::Func(..)) {
            return self.reduction(scope, ty, depth);
        }
        if fitting.is_empty() {
            return self.own_call(scope, ty, depth);
        }
        let (module, name, arguments, _) = **self.random.pick(&fitting);
        let arguments: Vec<_> = arguments.chars().map(|argument| self.expression(scope, &letter(argument), depth - 1)).collect();
        const FALLIBLE: &[&str] = &[
            "list_lookup",
            "map_lookup",
            "lookup",
            "substr",
            "parse_bool",
            "str_to_int",
            "str_to_float",
            "cidr_to_ip",
            "cidr_to_mask",
            "sqrt",
            "pow",
            "mod",
            "left_pad",
            "right_pad",
            "match",
            "cidr_to_first",
            "cidr_to_last",
            "cidr_to_network",
            "cidr_to_prefix",
            "macfmt",
            "oldmacfmt",
            "base64_decode",
            "errorbool",
        ];
        let function = if module.is_empty() { name.to_owned() } else { format!("{}.{name}", self.module_name(module)) };
        let arguments = self.bracketed("(", arguments, ")");
        let call = format!("{function}{arguments}");
        if FALLIBLE.contains(&name) && !self.random.chance(4) {
            return format!("({call} <|> {})", self.literal(&Scope::default(), ty));
        }
        call
    }

    fn printf(&mut self, scope: &Scope, depth: usize) -> String {
        const VERBS: &[(&str, Ty)] =
            &[("%d", Ty::Int), ("%s", Ty::Str), ("%t", Ty::Bool), ("%f", Ty::Float), ("%q", Ty::Str), ("%d%%", Ty::Int)];
        let module = self.module_name("fmt");
        let mut format = String::from("f");
        let mut arguments = Vec::new();
        for _ in 0..1 + self.random.below(3) {
            let (verb, ty) = self.random.pick(VERBS).clone();
            // The reference crashes on these with what a parameter or a loop gives.
            if !scope.bound && self.random.chance(15) {
                let ty = self.ty(1, false);
                format.push_str(if self.random.below(2) == 0 { "%v" } else { "%T" });
                arguments.push(self.literal(&Scope::default(), &ty));
            } else {
                format.push_str(verb);
                arguments.push(self.expression(scope, &ty, depth - 1));
            }
        }
        arguments.insert(0, format!("\"{format}\""));
        let arguments = self.bracketed("(", arguments, ")");
        format!("{module}.printf{arguments}")
    }

    /// A template that is filled with nothing, a text, or a struct.
    fn template(&mut self, scope: &Scope, depth: usize) -> String {
        let module = self.module_name("golang");
        match self.random.below(3) {
            0 => format!("{module}.template(\"t{{{{ 1 }}}}\")"),
            1 => format!("{module}.template(\"<{{{{ . }}}}>\", {})", self.expression(scope, &Ty::Str, depth - 1)),
            _ => {
                let ty = Ty::Struct(vec![("name", Ty::Str), ("tags", Ty::list(Ty::Int))]);
                let filling = self.literal(scope, &ty);
                format!("{module}.template(\"{{{{ .name }}}}{{{{ range .tags }}}},{{{{ . }}}}{{{{ end }}}}\", {filling})")
            }
        }
    }

    /// A value that a text says, or that this host has not stored.
    fn decoded(&mut self, ty: &Ty) -> Option<String> {
        let text = match ty {
            Ty::Map(key, value) if **key == Ty::Str && **value == Ty::Int => "{\\\"a\\\": 1}",
            Ty::List(element) if **element == Ty::Str => "[\\\"a\\\", \\\"b\\\"]",
            Ty::Bool if self.random.chance(50) => {
                return Some(format!("{}.get_str(\"k\")->ready", self.module_name("value")));
            }
            Ty::Bool => "true",
            Ty::Int => "7",
            _ => return None,
        };
        let module = self.module_name("encoding");
        let wrong = self.random.chance(20);
        let text = if wrong { "nonsense" } else { text };
        let call = format!("{module}.decode_json(\"{text}\", \"{}\")", ty.text());
        Some(if wrong { format!("({call} <|> {})", self.literal(&Scope::default(), ty)) } else { call })
    }

    fn iteration(&mut self, scope: &Scope, element: &Ty, depth: usize) -> String {
        let module = self.module_name("iter");
        match self.random.below(8) {
            0..=2 => {
                let from = self.ty(0, false);
                let inputs = self.expression(scope, &Ty::list(from.clone()), depth - 1);
                let function = self.lambda(scope, &[from], element);
                format!("{module}.map({inputs}, {function})")
            }
            3 => {
                let (first, second) = (self.ty(0, false), self.ty(0, false));
                let inputs = [&first, &second].map(|ty| self.expression(scope, &Ty::list(ty.clone()), depth - 1));
                let function = self.lambda(scope, &[first, second], element);
                format!("{module}.zip({}, {function})", inputs.join(", "))
            }
            4 => format!("{module}.flatten({})", self.literal(scope, &Ty::list(Ty::list(element.clone())))),
            _ => {
                let inputs = self.expression(scope, &Ty::list(element.clone()), depth - 1);
                let function = self.lambda(scope, std::slice::from_ref(element), &Ty::Bool);
                format!("{module}.filter({inputs}, {function})")
            }
        }
    }

    /// A list made into one value of the type of its elements.
    fn reduction(&mut self, scope: &Scope, ty: &Ty, depth: usize) -> String {
        let module = self.module_name("iter");
        let inputs = self.expression(scope, &Ty::list(ty.clone()), depth - 1);
        let function = self.lambda(scope, &[ty.clone(), ty.clone()], ty);
        format!("{module}.reduce({}, {inputs}, {function})", self.literal(scope, ty))
    }

    /// A call of a function or a function value that the program defines, or of a lambda on the spot.
    fn own_call(&mut self, scope: &Scope, ty: &Ty, depth: usize) -> String {
        let mut known: Vec<(String, Vec<Ty>)> = Vec::new();
        for (name, other) in &scope.variables {
            if let Ty::Func(arguments, result) = other
                && **result == *ty
            {
                known.push((format!("${name}"), arguments.clone()));
            }
        }
        for function in &scope.functions {
            known.extend(function.for_result(ty).map(|arguments| (function.name.clone(), arguments)));
        }
        // A lambda that is called on the spot sees no parameters and loop variables of the reference.
        if known.is_empty() && scope.bound {
            return self.leaf(scope, ty);
        }
        if known.is_empty() || !scope.bound && self.random.chance(10) {
            let arguments: Vec<Ty> = (0..self.random.below(2)).map(|_| self.ty(0, false)).collect();
            let lambda = self.lambda(scope, &arguments, ty);
            known = vec![(lambda, arguments)];
        }
        let (name, arguments) = self.random.pick(&known).clone();
        let mut used = Vec::new();
        let arguments: Vec<_> = arguments
            .iter()
            .map(|ty| if depth > 1 { self.expression(scope, ty, depth - 1) } else { self.once(scope, ty, &mut used) })
            .collect();
        format!("{name}({})", arguments.join(", "))
    }

    fn operation(&mut self, scope: &Scope, ty: &Ty, depth: usize) -> String {
        let (operator, left, right) = match ty {
            Ty::Bool => {
                const COMPARE: &[&str] = &["==", "!=", "<", ">", "<=", ">="];
                match self.random.below(4) {
                    0 => (*self.random.pick(COMPARE), self.random.pick(&[Ty::Int, Ty::Float]).clone(), None),
                    1 => (*self.random.pick(&COMPARE[..2]), self.random.pick(&[Ty::Str, Ty::Bool]).clone(), None),
                    2 => {
                        let ty = self.random.pick(&[Ty::Str, Ty::Str, Ty::Int]).clone();
                        ("in", ty.clone(), Some(Ty::list(ty)))
                    }
                    _ => (*self.random.pick(&["and", "or"]), Ty::Bool, None),
                }
            }
            Ty::Int => (*self.random.pick(&["+", "-", "*"]), Ty::Int, None),
            Ty::Float => (*self.random.pick(&["+", "-", "*", "/"]), Ty::Float, None),
            Ty::Str => ("+", Ty::Str, None),
            _ => return self.leaf(scope, ty),
        };
        let first = self.expression(scope, &left, depth - 1);
        let second = self.expression(scope, &right.unwrap_or(left), depth - 1);
        match self.random.below(8) {
            0 if *ty == Ty::Bool => format!("not ({first} {operator} {second})"),
            2 if *ty == Ty::Bool && operator == "or" => format!("not {first} {operator} {second}"),
            // The precedence of the operators decides what this is.
            1 => format!("{first} {operator} {second}"),
            _ => format!("({first} {operator} {second})"),
        }
    }
}
