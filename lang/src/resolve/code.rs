//! Blocks as the resolver walks them: classes with colons have moved, every statement has its label, and each block is one allocation
//! that all copies of a class share.

use super::order::Order;
use crate::syntax::classes::{self, Named};
use crate::syntax::tree::{self, Expr, ExprKind, Name, Program, Statement};
use mgmt_values::Span;
use rustc_hash::FxHashMap;
use std::cell::{Cell, OnceCell, RefCell};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

/// A block of statements.
pub(super) struct Body<'t> {
    /// Its statements in the order of the text; classes that moved here stand last.
    pub items: Vec<Item<'t>>,
    /// What each statement is called in its block: what it is, its name, and its occurrence among equals. The text around a
    /// statement does not matter.
    pub labels: Vec<u64>,
    /// In which order they are visited, and what they use of the blocks around; known before the first of them is.
    pub order: RefCell<Option<Rc<Order<'t>>>>,
}

/// A statement.
pub(super) enum Item<'t> {
    Bind(&'t tree::Bind),
    Panic(&'t tree::Panic),
    Resource(&'t tree::Resource),
    Collect(&'t tree::Collect),
    Edge(&'t tree::Edge),
    If(&'t tree::If, Rc<Body<'t>>, Option<Rc<Body<'t>>>),
    Loop(Loop<'t>),
    Func(&'t tree::Func),
    Class(Rc<ClassCode<'t>>),
    Include(&'t tree::Include),
    Import(&'t tree::Import),
}

/// A `for` or `forkv`.
pub(super) struct Loop<'t> {
    pub keyed: bool,
    pub first: &'t Name,
    pub second: &'t Name,
    pub over: &'t Expr,
    pub body: Rc<Body<'t>>,
    pub span: Span,
}

/// A class as written, and what it is called in the block that it belongs to.
pub(super) struct ClassCode<'t> {
    pub name: &'t str,
    pub class: &'t tree::Class,
    pub body: Rc<Body<'t>>,
}

impl ClassCode<'_> {
    /// Its parameters.
    pub fn params(&self) -> &[tree::Param] {
        self.class.params.as_ref().map_or(&[], |params| &params.params)
    }
}

impl Item<'_> {
    /// Its place; of a collected resource that starts at the kind.
    pub fn span(&self) -> Span {
        match self {
            Item::Bind(s) => s.span,
            Item::Panic(s) => s.span,
            Item::Resource(s) => s.span,
            Item::Collect(s) => s.resource.span,
            Item::Edge(s) => s.span,
            Item::If(s, ..) => s.span,
            Item::Loop(s) => s.span,
            Item::Func(s) => s.span,
            Item::Class(s) => s.class.span,
            Item::Include(s) => s.span,
            Item::Import(s) => s.span,
        }
    }
}

/// The block of a whole file, whose mistakes have all been found before.
pub(super) fn file<'t>(program: &'t Program, text: &str) -> Rc<Body<'t>> {
    body(&program.statements, &[], text)
}

fn body<'t>(statements: &'t [Statement], moved: &[Named<'t>], text: &str) -> Rc<Body<'t>> {
    let (placed, _) = classes::place(statements, moved);
    let mut placed = placed.into_iter().peekable();
    let class = |place: classes::Placed<'t>| {
        let Named { name, class } = place.here;
        Item::Class(Rc::new(ClassCode { name, class, body: body(&class.body.statements, &place.moved, text) }))
    };
    let block = |block: &'t tree::Block| body(&block.statements, &[], text);
    let mut items = Vec::with_capacity(statements.len() + moved.len());
    for statement in statements {
        items.push(match statement {
            Statement::Bind(s) => Item::Bind(s),
            Statement::Panic(s) => Item::Panic(s),
            Statement::Resource(s) => Item::Resource(s),
            Statement::Collect(s) => Item::Collect(s),
            Statement::Edge(s) => Item::Edge(s),
            Statement::If(s) => Item::If(s, block(&s.then), s.otherwise.as_ref().map(block)),
            Statement::For(tree::For { index: first, value: second, over, body, span }) => {
                Item::Loop(Loop { keyed: false, first, second, over, body: block(body), span: *span })
            }
            Statement::ForKv(tree::ForKv { key: first, value: second, over, body, span }) => {
                Item::Loop(Loop { keyed: true, first, second, over, body: block(body), span: *span })
            }
            Statement::Func(s) => Item::Func(s),
            Statement::Include(s) => Item::Include(s),
            Statement::Import(s) => Item::Import(s),
            Statement::Class(s) => match placed.next_if(|place| std::ptr::eq(place.here.class, s)) {
                Some(place) => class(place),
                // It has moved into its base.
                None => continue,
            },
        });
    }
    items.extend(placed.map(class));
    let labels = labels(&items, text);
    Rc::new(Body { items, labels, order: RefCell::default() })
}

/// Hashes of labels, each with its occurrence among equals. The hash has fixed keys: a label is the same in every run.
fn labels(items: &[Item<'_>], text: &str) -> Vec<u64> {
    let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
    let label = |item: &Item<'_>| {
        let mut hasher = DefaultHasher::new();
        label(item, text, &mut hasher);
        hasher.finish()
    };
    let with_occurrence = |label: u64| {
        let occurrence = seen.entry(label).or_default();
        *occurrence += 1;
        mix(label, *occurrence)
    };
    items.iter().map(label).map(with_occurrence).collect()
}

fn label(item: &Item<'_>, text: &str, hasher: &mut DefaultHasher) {
    let mut written = |span: Span| text.get(span.start as usize..span.end as usize).unwrap_or_default().hash(hasher);
    match item {
        Item::Edge(s) => written(s.span),
        Item::Panic(s) => written(s.span),
        Item::If(s, ..) => written(s.condition.span),
        Item::Resource(s) => written(s.name.span),
        Item::Collect(s) => written(s.resource.name.span),
        // An edited literal list is still the same loop.
        Item::Loop(s) if !matches!(s.over.kind, ExprKind::List(_) | ExprKind::Map(_)) => written(s.over.span),
        Item::Import(s) => written(s.span),
        _ => {}
    }
    match item {
        Item::Bind(s) => ("bind", &*s.name.text).hash(hasher),
        Item::Panic(_) => "panic".hash(hasher),
        Item::Resource(s) => ("resource", &*s.kind.text).hash(hasher),
        Item::Collect(s) => ("collect", &*s.resource.kind.text).hash(hasher),
        Item::Edge(_) => "edge".hash(hasher),
        Item::If(..) => "if".hash(hasher),
        Item::Loop(s) => ("loop", s.keyed, &*s.first.text, &*s.second.text).hash(hasher),
        Item::Func(s) => ("func", &*s.name.text).hash(hasher),
        Item::Class(s) => ("class", s.name).hash(hasher),
        Item::Include(s) => ("include", &*s.class.text, s.alias.as_ref().map(|alias| &*alias.text)).hash(hasher),
        Item::Import(_) => "import".hash(hasher),
    }
}

/// A stable hash of a stable hash and one more part.
pub(super) fn mix(path: u64, part: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    part.hash(&mut hasher);
    hasher.finish()
}

/// The trees of all files of a compilation: they only ever grow, so that what points into them stays valid. Each chunk has room for twice as
/// many as the one before.
#[derive(Default)]
pub(super) struct Trees {
    chunks: [OnceCell<Box<[OnceCell<Program>]>>; u32::BITS as usize],
    count: Cell<usize>,
}

impl Trees {
    /// Takes a tree in.
    pub fn add(&self, program: Program) -> &Program {
        // Numbers from 1: the highest bit says which chunk, the others where in it.
        let number = self.count.get() + 1;
        self.count.set(number);
        let chunk = number.ilog2() as usize;
        let room = 1 << chunk;
        let slots = self.chunks[chunk].get_or_init(|| (0..room).map(|_| OnceCell::new()).collect());
        slots[number - room].get_or_init(|| program)
    }
}
