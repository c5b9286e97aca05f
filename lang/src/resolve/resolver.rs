//! The state of a resolution: the program so far, and the mistakes.

use super::code::{ClassCode, mix};
use super::first::Step;
use super::import::Library;
use super::order::Space;
use super::program::{Block, BlockId, BlockKind, Def, DefId, DefKind, Expr, ExprId, ExprKind, Func, FuncId, Program};
use super::scope::{ClassId, Found, LayerId, Mount, Scopes, Time};
use crate::diagnostic::Diagnostic;
use mgmt_values::{CellId, Phase, Span, Value};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// How many blocks may lie one in the other, bodies of included classes and imported modules counted.
pub(super) const MAX_NESTING: usize = 600;

/// How many expressions and variables a program may have when all its classes are copied; a block counts as sixteen.
const MAX_SIZE: usize = 4_000_000;

/// Everything that a resolution knows.
pub(super) struct Resolver<'t, 'f> {
    pub library: Library<'t, 'f>,
    pub program: Program,
    pub scopes: Scopes<'t>,
    pub classes: Vec<ClassDefinition<'t>>,
    pub mistakes: Vec<Mistake<'t>>,
    /// The statements around what is being resolved, outermost first.
    pub trail: Vec<Step<'t>>,
    natives: FxHashMap<usize, DefId>,
    too_big: bool,
}

/// A class in the layer where it was defined.
pub(super) struct ClassDefinition<'t> {
    pub code: Rc<ClassCode<'t>>,
    pub layer: LayerId,
    pub time: Time,
    pub module: Rc<Module>,
}

/// A mistake and where the resolution was when it was found.
pub(super) struct Mistake<'t> {
    pub diagnostic: Diagnostic,
    pub trail: Vec<Step<'t>>,
}

/// A file that is being resolved.
pub(super) struct Module {
    /// The module that imports it, and where.
    pub importer: Option<(Rc<Module>, Span)>,
    /// The directory of the module and the import string: what makes two imports the same.
    pub key: (String, String),
    /// Where its local imports are looked for.
    pub beside: String,
    /// The directory of the module.
    pub base: String,
    /// What its `metadata.yaml` says about searching.
    pub location: Option<crate::modules::Location>,
}

impl Module {
    /// It and the modules around it, innermost first.
    pub fn chain(self: &Rc<Module>) -> impl Iterator<Item = &Rc<Module>> {
        std::iter::successors(Some(self), |module| module.importer.as_ref().map(|(importer, _)| importer))
    }
}

/// Where something is resolved.
#[derive(Clone)]
pub(super) struct Here {
    /// The block.
    pub block: BlockId,
    /// What can be seen.
    pub layer: LayerId,
    /// The stable name of the block.
    pub path: u64,
    /// How many blocks it lies in.
    pub nesting: usize,
    /// The file.
    pub module: Rc<Module>,
    /// The includes that it lies in.
    pub includes: Option<Rc<Includes>>,
}

/// The classes whose bodies something lies in, innermost first.
pub(super) struct Includes {
    pub class: ClassId,
    pub outer: Option<Rc<Includes>>,
}

impl<'t, 'f> Resolver<'t, 'f> {
    /// The state before anything is resolved.
    pub fn new(library: Library<'t, 'f>, scopes: Scopes<'t>) -> Resolver<'t, 'f> {
        let (program, classes, mistakes, trail, natives) = Default::default();
        Resolver { library, program, scopes, classes, mistakes, trail, natives, too_big: false }
    }

    /// Notes a mistake; what an imported module does wrong tells where it is imported.
    pub fn report(&mut self, here: &Here, diagnostic: Diagnostic) {
        self.report_in(&here.module, diagnostic);
    }

    /// Notes a mistake in a file. Everything that is wrong in an imported file is a mistake of the phase in which it is imported.
    pub fn report_in(&mut self, module: &Rc<Module>, mut diagnostic: Diagnostic) {
        for (_, import) in module.chain().filter_map(|module| module.importer.as_ref()) {
            diagnostic.phase = Phase::Setscope;
            match diagnostic.span {
                Some(inner) if std::mem::take(&mut diagnostic.at_import) => {
                    diagnostic.related.push((inner, "here".to_owned()));
                    diagnostic.span = Some(*import);
                }
                Some(_) => diagnostic.related.push((*import, "imported here".to_owned())),
                None => diagnostic.span = Some(*import),
            }
        }
        self.mistakes.push(Mistake { diagnostic, trail: self.trail.clone() });
    }

    /// Notes a mistake about a name or an import.
    pub fn mistake(&mut self, here: &Here, span: Span, message: impl Into<String>) {
        self.report(here, Diagnostic::new(Phase::Setscope, span, message));
    }

    /// Adds an expression.
    pub fn expr(&mut self, span: Span, kind: ExprKind) -> ExprId {
        self.program.exprs.push(Expr { span, kind });
        ExprId(self.program.exprs.len() as u32 - 1)
    }

    /// Stands for an expression that has a mistake: the program is refused, and nobody will look at it.
    pub fn broken(&mut self, span: Span) -> ExprId {
        self.expr(span, ExprKind::Literal(Value::Bool(false)))
    }

    /// Adds a variable.
    pub fn def(&mut self, def: Def) -> DefId {
        self.program.defs.push(def);
        DefId(self.program.defs.len() as u32 - 1)
    }

    /// Adds a `func` statement.
    pub fn func(&mut self, func: Func) -> FuncId {
        self.program.funcs.push(func);
        FuncId(self.program.funcs.len() as u32 - 1)
    }

    /// Adds a block, which has no statements yet.
    pub fn block_inside(&mut self, parent: Option<BlockId>, kind: BlockKind) -> BlockId {
        let depth = parent.map_or(0, |parent| self.program[parent].depth) + u32::from(kind == BlockKind::Loop);
        self.program.blocks.push(Block { parent, kind, depth, statements: Vec::new() });
        BlockId(self.program.blocks.len() as u32 - 1)
    }

    /// Whether there is room for one more copy of something; if not, that is a mistake, which is told once.
    pub fn room(&mut self, here: &Here, span: Span) -> bool {
        let nested = here.nesting >= MAX_NESTING;
        let size = self.program.exprs.len() + self.program.defs.len() + 16 * self.program.blocks.len();
        if nested {
            self.mistake(here, span, format!("more than {MAX_NESTING} blocks, classes and modules lie one in the other"));
        } else if size > MAX_SIZE && !std::mem::replace(&mut self.too_big, true) {
            let message = "the program is too big: each include of a class and each import of a module is a copy of its own";
            self.mistake(here, span, message);
        }
        !nested && size <= MAX_SIZE
    }

    /// The one variable of the program that stands for a variable of the tool itself.
    pub fn native(&mut self, index: usize) -> DefId {
        if let Some(&id) = self.natives.get(&index) {
            return id;
        }
        let native = self.scopes.natives().get(index);
        let def = Def {
            name: native.name.clone(),
            id: CellId(mix(0, &*native.name)),
            span: Span::default(),
            block: BlockId(0),
            kind: DefKind::Constant(native.value.clone(), native.ty.clone()),
        };
        let id = self.def(def);
        self.natives.insert(index, id);
        id
    }

    /// What a name means; what it does not is a mistake, which has been told when this is `None`.
    pub fn find(&mut self, here: &Here, space: Space, name: &str, span: Span) -> Option<Found> {
        match self.scopes.find(here.layer, space, name) {
            Some(Found::Broken) => None,
            Some(found) => Some(found),
            None => {
                let diagnostic = super::unknown::diagnostic(&self.scopes, here.layer, space, name, span);
                self.report(here, diagnostic);
                None
            }
        }
    }

    /// Lets every name that would stand under a prefix pass without another word.
    pub fn give_up(&mut self, here: &Here, prefix: Option<&'t str>) {
        match prefix {
            Some(prefix) => self.scopes.mount(here.layer, prefix, Mount::Broken),
            None => self.scopes.star(here.layer, Mount::Broken),
        }
    }
}
