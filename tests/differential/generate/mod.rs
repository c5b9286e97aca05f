//! Random programs that are well formed, nearly always: every name is bound and every expression has the type that its place wants.

mod expression;
mod statement;
mod tables;

use super::random::Random;
use super::verdict::Program;
use std::collections::{BTreeMap, BTreeSet};
use tables::{Ty, namespace};

/// A function that a program defines.
#[derive(Clone, Debug)]
pub struct Function {
    name: String,
    shape: Shape,
}

/// How the types of a function hang together.
#[derive(Clone, Debug)]
enum Shape {
    /// One type.
    Fixed(Vec<Ty>, Ty),
    /// Any type to itself.
    Same,
    /// A truth and two of a type, to that type.
    Choose,
    /// Any type to a list of it.
    Wrap,
    /// What can be added, to itself.
    Twice,
}

impl Function {
    /// The types of its arguments when it is to give this type, if it can.
    fn for_result(&self, ty: &Ty) -> Option<Vec<Ty>> {
        match (&self.shape, ty) {
            (Shape::Fixed(arguments, result), ty) if result == ty => Some(arguments.clone()),
            (Shape::Same, ty) => Some(vec![ty.clone()]),
            (Shape::Choose, ty) => Some(vec![Ty::Bool, ty.clone(), ty.clone()]),
            (Shape::Wrap, Ty::List(element)) => Some(vec![(**element).clone()]),
            (Shape::Twice, Ty::Int | Ty::Str | Ty::Float) => Some(vec![ty.clone()]),
            _ => None,
        }
    }
}

/// A class that a program defines.
#[derive(Clone, Debug)]
struct Class {
    name: String,
    parameters: Vec<Ty>,
    /// What an alias of it gives.
    variables: Vec<(String, Ty)>,
    functions: Vec<Function>,
    classes: Vec<Class>,
}

/// What can be named at a place.
#[derive(Clone, Debug, Default)]
struct Scope {
    variables: Vec<(String, Ty)>,
    functions: Vec<Function>,
    classes: Vec<Class>,
    /// Text variables that tell copies of a statement apart.
    apart: Vec<String>,
    /// Whether there are parameters or loop variables around.
    bound: bool,
    /// Resources that are always there, in the order of their edges.
    resources: Vec<(String, String)>,
}

/// The state of making one program.
#[derive(Debug)]
pub struct Generator {
    random: Random,
    modules: BTreeSet<String>,
    /// The names under which modules are imported, where these are not derived from the module.
    aliases: BTreeMap<String, String>,
    names: usize,
    /// Resources that were made, as they are written, to be said again.
    said: Vec<String>,
}

impl Generator {
    fn fresh(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    /// Notes that a module is needed, and gives the name that it has in this program.
    fn module_name(&mut self, module: &str) -> String {
        self.modules.insert(module.to_owned());
        if let Some(alias) = self.aliases.get(module) {
            return alias.clone();
        }
        let alias = if self.random.chance(10) { self.fresh("m") } else { namespace(module) };
        self.aliases.insert(module.to_owned(), alias.clone());
        alias
    }

    /// The imports that what was generated since the last call needs.
    fn imports(&mut self) -> Vec<String> {
        let modules = std::mem::take(&mut self.modules);
        let one = |module: &String| {
            let derived = module.rsplit('/').next().unwrap_or_default();
            let name = self.aliases[module].clone();
            if name == derived { format!("import \"{module}\"\n") } else { format!("import \"{module}\" as {name}\n") }
        };
        modules.iter().map(one).collect()
    }
}

/// A random program.
pub fn program(random: Random) -> Program {
    let (modules, aliases, said) = Default::default();
    let mut generator = Generator { random, modules, aliases, names: 0, said };
    let mut scope = Scope::default();
    for (name, ty) in Ty::constants() {
        if name == "hostname" || generator.random.chance(12) {
            scope.variables.push((name, ty));
        }
    }
    let mut files = BTreeMap::new();
    let mut head = String::new();
    if generator.random.chance(20) {
        head = generator.library(&mut files, &mut scope);
    }
    let size = 2 + generator.random.below(9);
    let mut statements = generator.block(&mut scope, size, 2);
    statements.extend(generator.imports());
    if generator.random.chance(40) {
        generator.shuffle(&mut statements);
    }
    files.insert("main.mcl".to_owned(), head + &statements.concat());
    Program { files }
}

impl Generator {
    /// A module of the program's own: a file or a directory, imported under a name or without one.
    fn library(&mut self, files: &mut BTreeMap<String, String>, scope: &mut Scope) -> String {
        let (text, exported) = self.module();
        let path = match self.random.below(4) {
            0 => {
                files.insert("lib/tools/main.mcl".to_owned(), text);
                "lib/tools/"
            }
            1 => {
                files.insert("lib/tools/start.mcl".to_owned(), text);
                files.insert("lib/tools/metadata.yaml".to_owned(), "main: start.mcl\n".to_owned());
                "lib/tools/"
            }
            _ => {
                files.insert("lib/tools.mcl".to_owned(), text);
                "lib/tools.mcl"
            }
        };
        match self.random.below(4) {
            0 => {
                scope.add_exports("tools", &exported);
                format!("import \"{path}\"\n")
            }
            // What it imports itself must not come along.
            1 if !files.values().any(|text| text.contains("import \"")) => {
                let Scope { variables, functions, classes, .. } = exported;
                scope.variables.extend(variables);
                scope.functions.extend(functions);
                scope.classes.extend(classes);
                format!("import \"{path}\" as *\n")
            }
            _ => {
                scope.add_exports("lib", &exported);
                format!("import \"{path}\" as lib\n")
            }
        }
    }
}

impl Scope {
    /// Adds what an alias exports.
    fn add_exports(&mut self, alias: &str, exported: &Scope) {
        let dotted = |name: &str| format!("{alias}.{name}");
        self.variables.extend(exported.variables.iter().map(|(name, ty)| (dotted(name), ty.clone())));
        let functions = exported.functions.iter();
        self.functions.extend(functions.map(|one| Function { name: dotted(&one.name), shape: one.shape.clone() }));
        self.classes.extend(exported.classes.iter().map(|one| Class { name: dotted(&one.name), ..one.clone() }));
    }
}
