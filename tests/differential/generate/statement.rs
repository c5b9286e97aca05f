//! Random statements and blocks of them.

use super::tables::{KINDS, META, Ty, letter};
use super::{Class, Function, Generator, Scope, Shape};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Every meta parameter with its default.
const ALL_META: &str = "struct{noop => false, retry => 0, retryreset => false, delay => 0, timeout => 0, poll => 0, limit => 1.5, burst => 3, \
reset => false, sema => [], rewatch => true, realize => false, dollar => false, hidden => false, export => [], reverse => false, \
autoedge => true, autogroup => true}";

/// A block of statements, one level deeper.
fn indent(statements: &[String]) -> String {
    let text = statements.concat();
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("\t{line}\n") }).collect()
}

impl Generator {
    pub(super) fn shuffle(&mut self, statements: &mut [String]) {
        for end in (1..statements.len()).rev() {
            let other = self.random.below(end + 1);
            statements.swap(end, other);
        }
    }

    /// A file to import: definitions only.
    pub(super) fn module(&mut self) -> (String, Scope) {
        let mut scope = Scope::default();
        let before = scope.clone();
        let mut statements = Vec::new();
        for _ in 0..2 + self.random.below(4) {
            let statement = self.definition(&mut scope, 2);
            statements.push(statement);
        }
        statements.extend(self.imports());
        let exported = scope.since(&before);
        (statements.concat(), exported)
    }

    /// Statements; what they define is added to the scope.
    pub(super) fn block(&mut self, scope: &mut Scope, size: usize, depth: usize) -> Vec<String> {
        let mut statements = Vec::new();
        for _ in 0..size {
            let statement = self.statement(scope, depth);
            statements.push(statement);
        }
        statements
    }

    fn statement(&mut self, scope: &mut Scope, depth: usize) -> String {
        match self.random.below(20) {
            0..=5 => self.definition(scope, depth),
            6..=11 => self.resource(scope),
            12 if depth > 0 => self.condition(scope, depth),
            13 | 14 if depth > 0 => self.iterate(scope, depth),
            15 | 16 if !scope.classes.is_empty() => self.include(scope),
            17 => self.edge(scope),
            18 if self.random.chance(40) => match self.random.below(6) {
                0 => "panic(\"\")\n".to_owned(),
                1 => "panic(false)\n".to_owned(),
                2 => format!("# {}\n\n", self.fresh("note ")),
                3 if self.random.chance(20) => format!("collect noop \"{}\" {{}}\n", self.fresh("q")),
                _ => {
                    let condition = self.random.pick(&["false", "1 > 2", "len(\"\") == 1"]);
                    format!("panic({condition}, \"never\")\n")
                }
            },
            19 if !self.said.is_empty() && self.random.chance(40) => self.again(),
            _ => self.resource(scope),
        }
    }

    /// A resource that was made before: as it was, or with one entry less.
    fn again(&mut self) -> String {
        let text = self.random.pick(&self.said).clone();
        let mut lines: Vec<&str> = text.lines().collect();
        let flat = lines.len() > 2
            && lines[1..lines.len() - 1].iter().all(|line| line.ends_with(',') && !line.contains(['{', '[', '(']));
        if flat && self.random.chance(50) {
            lines.remove(1 + self.random.below(lines.len() - 2));
        }
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// Imports of a block that are needed in it alone, or else are left to the blocks around it.
    fn own_imports(&mut self, before: BTreeSet<String>) -> Vec<String> {
        if self.random.chance(25) {
            let imports = self.imports();
            self.modules = before;
            return imports;
        }
        self.modules.extend(before);
        Vec::new()
    }

    /// A bind, a function or a class.
    fn definition(&mut self, scope: &mut Scope, depth: usize) -> String {
        match self.random.below(10) {
            0 | 1 => self.function(scope),
            2 if depth > 0 => self.class(scope, depth),
            _ => {
                let ty = self.ty(2, true);
                let mut value = self.expression(scope, &ty, 3);
                // An alias is the same variable to the reference, which hangs when a literal names one twice.
                let alone = value.trim_matches(['(', ')']).starts_with('$') && !value.contains([' ', '[', '>']);
                if alone || value.starts_with("\"${") {
                    value = self.expression(&Scope::default(), &ty, 1);
                }
                let name = if self.random.chance(6) && !scope.variables.is_empty() {
                    let (shadowed, _) = self.random.pick(&scope.variables).clone();
                    if shadowed.contains('.') { self.fresh("x") } else { shadowed }
                } else {
                    self.fresh("x")
                };
                let annotation = if self.random.chance(40) { format!(" {}", ty.text()) } else { String::new() };
                let text = format!("${name}{annotation} = {value}\n");
                scope.variables.retain(|(other, _)| *other != name);
                scope.variables.push((name, ty));
                text
            }
        }
    }

    fn function(&mut self, scope: &mut Scope) -> String {
        let name = self.fresh("f");
        let (text, shape) = match self.random.below(8) {
            0 => (format!("func {name}($v) {{ $v }}\n"), Shape::Same),
            1 => (format!("func {name}($c, $a, $b) {{\n\tif $c {{ $a }} else {{ $b }}\n}}\n"), Shape::Choose),
            2 => (format!("func {name}($v) {{ [$v] }}\n"), Shape::Wrap),
            3 => (format!("func {name}($v) {{ $v + $v }}\n"), Shape::Twice),
            _ => {
                let arguments: Vec<Ty> = (0..self.random.below(3)).map(|_| self.ty(1, true)).collect();
                let result = self.ty(1, true);
                let lambda = self.lambda(scope, &arguments, &result);
                let text = lambda.replacen("func(", &format!("func {name}("), 1);
                (format!("{text}\n"), Shape::Fixed(arguments, result))
            }
        };
        scope.functions.push(Function { name, shape });
        text
    }

    fn class(&mut self, scope: &mut Scope, depth: usize) -> String {
        let name = self.fresh("c");
        let mut inner = scope.clone();
        inner.resources.clear();
        inner.bound = true;
        let mut parameters = Vec::new();
        let mut types = Vec::new();
        for _ in 0..self.random.below(3) {
            let ty = if self.random.chance(50) { Ty::Str } else { self.ty(1, true) };
            let parameter = self.fresh("a");
            parameters.push(if self.random.chance(40) { format!("${parameter} {}", ty.text()) } else { format!("${parameter}") });
            if ty == Ty::Str {
                inner.apart.push(parameter.clone());
            }
            inner.variables.push((parameter, ty.clone()));
            types.push(ty);
        }
        let before = inner.clone();
        let size = 1 + self.random.below(4);
        let modules = std::mem::take(&mut self.modules);
        let mut statements = self.block(&mut inner, size, depth - 1);
        let own = inner.since(&before);
        statements.extend(self.own_imports(modules));
        let head = if parameters.is_empty() && self.random.chance(60) {
            format!("class {name} {{\n")
        } else {
            format!("class {name}({}) {{\n", parameters.join(", "))
        };
        let mut text = format!("{head}{}}}\n", indent(&statements));
        let mut class = Class {
            name: name.clone(),
            parameters: types,
            variables: own.variables,
            functions: own.functions,
            classes: own.classes,
        };
        if self.random.chance(20) {
            let nested = self.fresh("n");
            let body = self.block(&mut inner.clone(), 2, 0);
            let _ = write!(text, "class {name}:{nested} {{\n{}}}\n", indent(&body));
            class.classes.push(Class {
                name: nested,
                parameters: Vec::new(),
                variables: Vec::new(),
                functions: Vec::new(),
                classes: Vec::new(),
            });
        }
        scope.classes.push(class);
        text
    }

    fn include(&mut self, scope: &mut Scope) -> String {
        let class = self.random.pick(&scope.classes).clone();
        let arguments: Vec<_> = class.parameters.iter().map(|ty| self.expression(scope, ty, 1)).collect();
        let mut text = format!("include {}", class.name);
        if !arguments.is_empty() || self.random.chance(20) {
            let _ = write!(text, "({})", arguments.join(", "));
        }
        if self.random.chance(60) {
            let alias = self.fresh("i");
            let _ = write!(text, " as {alias}");
            let exported =
                Scope { variables: class.variables, functions: class.functions, classes: class.classes, ..Scope::default() };
            scope.add_exports(&alias, &exported);
        }
        text + "\n"
    }

    fn condition(&mut self, scope: &Scope, depth: usize) -> String {
        let condition = self.expression(scope, &Ty::Bool, 2);
        let size = 1 + self.random.below(3);
        let modules = std::mem::take(&mut self.modules);
        let mut then = self.block(&mut scope.inside(), size, depth - 1);
        then.extend(self.own_imports(modules));
        let mut text = format!("if {condition} {{\n{}}}", indent(&then));
        if self.random.chance(50) {
            let other = self.block(&mut scope.inside(), size, depth - 1);
            let _ = write!(text, " else {{\n{}}}", indent(&other));
        }
        text + "\n"
    }

    fn iterate(&mut self, scope: &Scope, depth: usize) -> String {
        let element = if self.random.chance(60) { Ty::Str } else { self.ty(1, true) };
        let map = self.random.chance(35);
        let collection = if map { Ty::map(element.clone()) } else { Ty::list(element.clone()) };
        let mut over = self.expression(scope, &collection, 2);
        if over.starts_with("[]") || over.starts_with("{}") {
            over = self.expression(scope, &collection, 0);
        }
        let (key, value) = (self.fresh("k"), self.fresh("v"));
        let mut inner = scope.inside();
        if map {
            inner.apart.push(key.clone());
        } else if element == Ty::Str {
            inner.apart.push(value.clone());
        }
        inner.bound = true;
        inner.variables.push((key.clone(), if map { Ty::Str } else { Ty::Int }));
        inner.variables.push((value.clone(), element));
        let size = 1 + self.random.below(3);
        let body = self.block(&mut inner, size, depth - 1);
        let word = if map { "forkv" } else { "for" };
        format!("{word} ${key}, ${value} in {over} {{\n{}}}\n", indent(&body))
    }

    /// A value for a field: any of a type, or one that makes sense there.
    fn value(&mut self, scope: &Scope, values: &str) -> String {
        let values: Vec<&str> = values.split('|').collect();
        let value = *self.random.pick(&values);
        let mut letters = value.chars();
        match (letters.next(), letters.next()) {
            (Some(first), None) if first.is_ascii_alphabetic() => self.expression(scope, &letter(first), 2),
            // The first one fits nearly always.
            _ if self.random.chance(60) => values[0].to_owned(),
            _ => value.to_owned(),
        }
    }

    fn resource(&mut self, scope: &mut Scope) -> String {
        let kinds = if self.random.chance(50) { &KINDS[..5] } else { KINDS };
        let (kind, prefix, fields) = *self.random.pick(kinds);
        let mut own = self.fresh("r");
        // Paths in each other, and names that kinds share, make automatic edges.
        if self.random.chance(20) {
            let prefix = if prefix == "/" { ["d/", "d/e/", "d/e/f/"][self.random.below(3)] } else { "" };
            own = if prefix.is_empty() || self.random.chance(60) { format!("{prefix}{own}") } else { prefix.to_owned() };
        }
        let apart: String = scope.apart.iter().map(|name| format!("-${{{name}}}")).collect();
        let name = match self.random.below(8) {
            0 => format!("[\"{prefix}{own}{apart}\", \"{prefix}{own}-b{apart}\"]"),
            1 => format!("[\"{prefix}{own}\" + {}]", self.expression(scope, &Ty::Str, 1)),
            _ => format!("\"{prefix}{own}{apart}\""),
        };
        let mut entries = Vec::new();
        let (wanted, mut free): (Vec<_>, Vec<_>) = fields.iter().partition(|(field, _)| field.ends_with('!'));
        for &(field, values) in wanted {
            entries.push(format!("{} => {},", field.trim_end_matches('!'), self.value(scope, values)));
        }
        for _ in 0..self.random.below(4).min(free.len()) {
            let &(field, values) = free.remove(self.random.below(free.len()));
            // Only one of them can be given.
            free.retain(|(other, _)| !matches!((field, *other), ("content", "source") | ("source", "content")));
            let elvis = self.elvis(scope);
            entries.push(format!("{field} => {elvis}{},", self.value(scope, values)));
            if free.is_empty() {
                break;
            }
        }
        if self.random.chance(15) {
            let (meta, values) = *self.random.pick(META);
            let elvis = self.elvis(scope);
            entries.push(format!("Meta:{meta} => {elvis}{},", self.value(scope, values)));
        } else if self.random.chance(2) {
            let noop = self.random.pick(&["true", "false"]);
            let elvis = self.elvis(scope);
            entries.push(format!("Meta => {elvis}{},", ALL_META.replace("noop => false", &format!("noop => {noop}"))));
        }
        if !scope.resources.is_empty() && self.random.chance(30) {
            let (kind, name) = self.random.pick(&scope.resources).clone();
            let property = *self.random.pick(&["Depend", "Listen", "Depend", "Listen", "Before", "Notify"]);
            let elvis = self.elvis(scope);
            entries.push(format!("{property} => {elvis}{}[{name}],", capital(&kind)));
        }
        if self.random.chance(20) {
            self.shuffle(&mut entries);
        }
        if name.starts_with('"') && apart.is_empty() {
            scope.resources.push((kind.to_owned(), name.clone()));
        }
        let body: String = entries.iter().map(|entry| format!("\t{}\n", entry.replace("\n\t", "\n\t\t"))).collect();
        let text = if entries.is_empty() { format!("{kind} {name} {{}}\n") } else { format!("{kind} {name} {{\n{body}}}\n") };
        if !scope.bound && !text.contains('$') {
            self.said.push(text.clone());
        }
        text
    }

    fn elvis(&mut self, scope: &Scope) -> String {
        if self.random.chance(12) { format!("{} ?: ", self.expression(scope, &Ty::Bool, 1)) } else { String::new() }
    }

    fn edge(&mut self, scope: &mut Scope) -> String {
        if self.random.chance(25) {
            let (from, to) = (self.fresh("s"), self.fresh("t"));
            return match self.random.below(4) {
                0 => format!(
                    "exec \"{from}\" {{\n\tcmd => \"date\",\n}}\ntest \"{to}\" {{}}\nExec[\"{from}\"].output -> Test[\"{to}\"].anotherstr\n"
                ),
                1 => format!(
                    "value \"{from}\" {{\n\tany => 1,\n}}\ntest \"{to}\" {{}}\nValue[\"{from}\"].any -> Test[\"{to}\"].int64\n"
                ),
                2 => format!(
                    "password \"{from}\" {{}}\nfile \"/{to}\" {{}}\nPassword[\"{from}\"].password -> File[\"/{to}\"].content\n"
                ),
                _ => format!("test \"{from}\" {{}}\ntest \"{to}\" {{}}\nTest[\"{from}\"].hello -> Test[\"{to}\"].stringptr\n"),
            };
        }
        if scope.resources.len() < 2 {
            return self.resource(scope);
        }
        let first = self.random.below(scope.resources.len() - 1);
        let second = first + 1 + self.random.below(scope.resources.len() - first - 1);
        let half = |(kind, name): &(String, String)| format!("{}[{name}]", capital(kind));
        let mut chain = vec![half(&scope.resources[second]), half(&scope.resources[first])];
        match self.random.below(8) {
            0 if first > 0 => chain.push(half(&scope.resources[self.random.below(first)])),
            1 => {
                let (kind, name) = &scope.resources[first];
                let alike = scope.resources[..second].iter().filter(|(other, _)| other == kind).map(|(_, name)| name.as_str());
                let names: BTreeSet<&str> = alike.chain([name.as_str()]).collect();
                let names: Vec<&str> = names.into_iter().collect();
                chain[1] = format!("{}[[{}]]", capital(kind), names.join(", "));
            }
            2 => {
                let name = self.fresh("e");
                let (kind, text) = &scope.resources[first];
                chain[1] = format!("{}[${name}]", capital(kind));
                return format!("${name} = {text}\n{}\n", chain.join(" -> "));
            }
            _ => {}
        }
        chain.join(" -> ") + "\n"
    }
}

/// A kind as edges write it.
fn capital(kind: &str) -> String {
    let one = |part: &str| format!("{}{}", part[..1].to_ascii_uppercase(), &part[1..]);
    kind.split(':').map(one).collect::<Vec<_>>().join(":")
}

impl Scope {
    /// The same inside a block: resources outside may come later.
    fn inside(&self) -> Self {
        self.clone()
    }

    /// What was added to a scope.
    fn since(&self, before: &Self) -> Self {
        let known = |name: &String| before.variables.iter().any(|(other, _)| other == name);
        Self {
            variables: self.variables.iter().filter(|(name, _)| !known(name)).cloned().collect(),
            functions: self.functions[before.functions.len()..].to_vec(),
            classes: self.classes[before.classes.len()..].to_vec(),
            ..Self::default()
        }
    }
}
