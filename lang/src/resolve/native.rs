//! What the tool itself defines: global variables and functions, the constants of resource kinds, and system modules.

use super::order::Space;
use super::scope::Found;
use crate::builtins;
use mgmt_values::schema::{Kinds, Literal};
use mgmt_values::{Type, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, LazyLock};

/// Constants of system modules.
const MEMBERS: [(&str, &str); 12] = [
    ("embedded/provisioner.http_suffix", "http/"),
    ("embedded/provisioner.ipxe_autoexec_filename", "autoexec.ipxe"),
    ("embedded/provisioner.ipxe_efi_x86_64_default", "https://boot.ipxe.org/x86_64-efi/ipxe.efi"),
    ("embedded/provisioner.ipxe_efi_x86_64_filename", "ipxe.x86_64.efi"),
    ("embedded/provisioner.ipxe_iso_default", "https://boot.ipxe.org/ipxe.iso"),
    ("embedded/provisioner.ipxe_iso_filename", "ipxe.iso"),
    ("embedded/provisioner.kickstart_suffix", "kickstart/"),
    ("embedded/provisioner.tftp_suffix", "tftp/"),
    ("embedded/provisioner.uefi_suffix", "uefi/"),
    ("os.family_archlinux", "archlinux"),
    ("os.family_debian", "debian"),
    ("os.family_redhat", "redhat"),
];

/// The parts of system modules that are written in mcl, by module.
const TEXTS: [(&str, &str); 2] = [
    ("embedded/provisioner", include_str!("../builtins/mcl/provisioner.mcl")),
    ("example", include_str!("../builtins/mcl/example.mcl")),
];

/// The names of all system modules.
static MODULES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let functions = builtins::all().filter_map(|(_, builtin)| builtin.name.rsplit_once('.'));
    let constants = MEMBERS.iter().filter_map(|(name, _)| name.rsplit_once('.'));
    functions.chain(constants).map(|(module, _)| module).collect()
});

/// A variable of the tool itself.
pub(super) struct Native {
    /// Without `$`; that of a module starts with the name of the module.
    pub name: Arc<str>,
    pub value: Value,
    pub ty: Type,
}

/// All variables of the tool itself.
pub(super) struct Natives {
    variables: Vec<Native>,
    by_name: FxHashMap<Arc<str>, usize>,
}

impl Natives {
    /// Those of a host and of these kinds.
    pub fn new(kinds: &Kinds, hostname: &str) -> Natives {
        let mut natives = Natives { variables: Vec::new(), by_name: FxHashMap::default() };
        natives.add("hostname".to_owned(), Some(Value::str(hostname)), Type::Str);
        natives.add("purpleidea".to_owned(), Some(Value::str("hello world!")), Type::Str);
        for kind in kinds.sorted() {
            for (name, literal) in kind.constants {
                let ty = match literal {
                    Literal::Bool(_) => Type::Bool,
                    Literal::Int(_) => Type::Int,
                    Literal::Float(_) => Type::Float,
                    Literal::Str(_) | Literal::Zero => Type::Str,
                    Literal::StrMap(_) => Type::map(Type::Str, Type::Str),
                };
                natives.add(format!("const.res.{}.{name}", kind.name), literal.value(), ty);
            }
        }
        for (name, text) in MEMBERS {
            natives.add(name.to_owned(), Some(Value::str(text)), Type::Str);
        }
        natives
    }

    fn add(&mut self, name: String, value: Option<Value>, ty: Type) {
        let name: Arc<str> = name.into();
        self.by_name.insert(name.clone(), self.variables.len());
        self.variables.push(Native { name, value: value.unwrap_or_else(|| Value::str("")), ty });
    }

    /// One of them.
    pub fn get(&self, index: usize) -> &Native {
        &self.variables[index]
    }

    /// Whether there is a system module of this name.
    pub fn is_module(name: &str) -> bool {
        MODULES.contains(name)
    }

    /// The part of a system module that is written in mcl.
    pub fn text(module: &str) -> Option<&'static str> {
        TEXTS.iter().find(|(name, _)| *name == module).map(|(_, text)| *text)
    }

    /// What a name means that everybody sees. Internal functions and `panic`, which is a statement, are not to be seen.
    pub fn global(&self, space: Space, name: &str) -> Option<Found> {
        match space {
            Space::Variable => {
                let index = *self.by_name.get(name)?;
                let member = MEMBERS.iter().any(|(member, _)| *member == name);
                (!member).then_some(Found::Native(index))
            }
            Space::Function => {
                let hidden = name.contains('.') || name.starts_with('_') || name == "panic";
                if hidden { None } else { builtins::lookup(name).map(Found::Builtin) }
            }
            Space::Class | Space::Scoped => None,
        }
    }

    /// What a name of a system module means.
    pub fn member(&self, space: Space, module: &str, name: &str) -> Option<Found> {
        if name.contains('.') {
            return None;
        }
        let full = format!("{module}.{name}");
        match space {
            Space::Variable => self.by_name.get(&*full).map(|index| Found::Native(*index)),
            Space::Function => builtins::lookup(&full).map(Found::Builtin),
            Space::Class | Space::Scoped => None,
        }
    }

    /// What a system module has.
    pub fn members(&self, module: &str) -> Vec<(Space, String)> {
        let functions = builtins::all().map(|(_, builtin)| (Space::Function, builtin.name));
        let variables = MEMBERS.iter().map(|(name, _)| (Space::Variable, *name));
        let member = |(space, name): (Space, &str)| {
            let (of, name) = name.rsplit_once('.')?;
            (of == module).then(|| (space, name.to_owned()))
        };
        functions.chain(variables).filter_map(member).collect()
    }

    /// The names that everybody sees.
    pub fn globals(&self, space: Space) -> Vec<String> {
        match space {
            Space::Variable => self.variables.iter().map(|native| native.name.to_string()).collect(),
            Space::Function => builtins::all().map(|(_, builtin)| builtin.name.to_owned()).collect(),
            Space::Class | Space::Scoped => Vec::new(),
        }
        .into_iter()
        .filter(|name| self.global(space, name).is_some())
        .collect()
    }

    /// The names of all system modules.
    pub fn modules() -> impl Iterator<Item = &'static str> {
        MODULES.iter().copied()
    }
}
