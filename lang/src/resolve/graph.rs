//! The order in which statements are visited as a run that stops at its first mistake has it, node by node: for choosing the mistake to
//! tell first, and the recursion to tell when there are several. Only programs with mistakes come here.
//!
//! Every statement and expression is a vertex named by its textual form, in which operators are calls of internal functions. A vertex
//! comes behind all that is inside it; a use comes behind the definition. Vertices without anything before them are sorted by name and
//! taken from the end; what becomes ready is taken next (a topological sort after Kahn, with a stack).

use super::code::{Body, Item};
use super::order::{Key, Space, Stars, comes_with, product, star, written};
use crate::syntax::strings::{Segment, segments};
use crate::syntax::tree::{self, Callee, Entry, Expr, ExprKind, Function};
use mgmt_values::text::quote;
use mgmt_values::{Span, Value};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

type Vertex = usize;

/// The graph of a block and all blocks in it.
struct Graph<'t, 's> {
    stars: &'s Stars<'s>,
    names: Vec<String>,
    /// The place in the walk, which decides between equal names.
    ranks: Vec<usize>,
    after: Vec<Vec<Vertex>>,
    /// Of a use its definition, if that is in the graph, and the place.
    uses: Vec<Option<(Vertex, Span)>>,
    /// What the blocks and functions around define.
    frames: Vec<Frame<'t>>,
    walked: usize,
}

struct Frame<'t> {
    names: FxHashMap<Key<'t>, Definition>,
    stars: Vec<&'t str>,
}

#[derive(Clone, Copy)]
enum Definition {
    Statement(Vertex),
    /// Of a function or class: a vertex of its own comes before each use.
    Parameter,
    /// Nothing to wait for.
    Other,
}

/// When each statement of a block has its turn.
pub(super) fn turns(body: &Body<'_>, stars: &Stars<'_>) -> Vec<usize> {
    let (graph, own) = Graph::of(body, stars);
    let mut before = vec![0; graph.names.len()];
    graph.after.iter().flatten().for_each(|&vertex| before[vertex] += 1);
    let mut stack: Vec<Vertex> = graph.sorted((0..before.len()).filter(|&vertex| before[vertex] == 0));
    let mut turns = vec![usize::MAX; own.len()];
    let statements: FxHashMap<Vertex, usize> = own.iter().enumerate().map(|(index, &vertex)| (vertex, index)).collect();
    let mut turn = 0;
    while let Some(vertex) = stack.pop() {
        if let Some(&index) = statements.get(&vertex) {
            turns[index] = turn;
            turn += 1;
        }
        for next in graph.sorted(graph.after[vertex].iter().copied()) {
            before[next] -= 1;
            if before[next] == 0 {
                stack.push(next);
            }
        }
    }
    turns
}

/// The uses that make up a loop, in the order of the text: that which is met first when vertices, and what comes after each, are
/// followed in the order of their names. Empty when there is no loop.
pub(super) fn recursion(body: &Body<'_>, stars: &Stars<'_>) -> Vec<Span> {
    let graph = Graph::of(body, stars).0;
    let mut seen = vec![false; graph.names.len()];
    let mut open = vec![false; graph.names.len()];
    for root in graph.sorted(0..graph.names.len()) {
        let mut stack: Vec<(Vertex, std::vec::IntoIter<Vertex>)> = Vec::new();
        let mut enter = Some(root);
        loop {
            if let Some(vertex) = enter.take().filter(|&vertex| !std::mem::replace(&mut seen[vertex], true)) {
                open[vertex] = true;
                stack.push((vertex, graph.sorted(graph.after[vertex].iter().copied()).into_iter()));
            }
            let Some((vertex, rest)) = stack.last_mut() else { break };
            match rest.next() {
                Some(next) if open[next] => {
                    let on_loop: Vec<Vertex> = stack.iter().map(|(vertex, _)| *vertex).skip_while(|&v| v != next).collect();
                    let steps = on_loop.iter().zip(on_loop.iter().cycle().skip(1));
                    let mut places: Vec<Span> = steps
                        .filter_map(|(from, to)| graph.uses[*to].filter(|(of, _)| of == from))
                        .map(|(_, span)| span)
                        .collect();
                    places.sort_unstable();
                    places.dedup();
                    return places;
                }
                Some(next) => enter = Some(next),
                None => {
                    open[*vertex] = false;
                    stack.pop();
                }
            }
        }
    }
    Vec::new()
}

impl<'t, 's> Graph<'t, 's> {
    fn of(body: &Body<'t>, stars: &'s Stars<'s>) -> (Self, Vec<Vertex>) {
        let (names, ranks, after, uses, frames) = Default::default();
        let mut graph = Graph { stars, names, ranks, after, uses, frames, walked: 0 };
        let own = graph.body(body, &[], Definition::Other);
        (graph, own)
    }

    fn sorted(&self, vertices: impl Iterator<Item = Vertex>) -> Vec<Vertex> {
        let mut vertices: Vec<Vertex> = vertices.collect();
        vertices.sort_by(|&a, &b| self.names[a].cmp(&self.names[b]).then(self.ranks[a].cmp(&self.ranks[b])));
        vertices
    }

    fn empty(&mut self) -> Vertex {
        self.names.push(String::new());
        self.ranks.push(0);
        self.after.push(Vec::new());
        self.uses.push(None);
        self.names.len() - 1
    }

    /// Completes a vertex that comes behind these.
    fn complete(&mut self, vertex: Vertex, name: String, inside: &[Vertex]) -> Vertex {
        self.walked += 1;
        self.names[vertex] = name;
        self.ranks[vertex] = self.walked;
        inside.iter().for_each(|&part| self.after[part].push(vertex));
        vertex
    }

    fn vertex(&mut self, name: String, inside: &[Vertex]) -> Vertex {
        let vertex = self.empty();
        self.complete(vertex, name, inside)
    }

    /// `prefix(a, b)`
    fn listed(&mut self, prefix: &str, inside: &[Vertex]) -> Vertex {
        let names: Vec<&str> = inside.iter().map(|&part| &*self.names[part]).collect();
        let name = format!("{prefix}({})", names.join(", "));
        self.vertex(name, inside)
    }

    fn text(&mut self, text: &str) -> Vertex {
        self.vertex(format!("str({})", quote(text.as_bytes())), &[])
    }

    /// Lets a vertex come behind the definition that it uses.
    fn uses(&mut self, vertex: Vertex, space: Space, name: &str, span: Span) {
        let key: Key<'_> = match name.split_once('.') {
            Some((prefix, _)) => (Space::Scoped, Cow::Borrowed(prefix)),
            None => (space, Cow::Borrowed(name)),
        };
        for frame in self.frames.iter().rev() {
            if let Some(definition) = frame.names.get(&key) {
                match *definition {
                    Definition::Statement(definition) => {
                        self.after[definition].push(vertex);
                        self.uses[vertex] = Some((definition, span));
                    }
                    Definition::Parameter => {
                        let parameter = self.vertex(format!("param({name})"), &[]);
                        self.after[parameter].push(vertex);
                    }
                    Definition::Other => {}
                }
                return;
            }
            if comes_with(self.stars, &frame.stars, &key) {
                return;
            }
        }
    }

    /// The vertex of a branch or the body of a loop. An empty one holds nobody up.
    fn nested(&mut self, body: &Body<'t>, given: &[&'t str]) -> Option<Vertex> {
        let statements = self.body(body, given, Definition::Other);
        (!statements.is_empty()).then(|| self.vertex("prog".to_owned(), &statements))
    }

    /// The vertices of the statements of a block that is given variables.
    fn body(&mut self, body: &Body<'t>, given: &[&'t str], how: Definition) -> Vec<Vertex> {
        let statements: Vec<Vertex> = body.items.iter().map(|_| self.empty()).collect();
        let mut names: FxHashMap<Key<'t>, Definition> = FxHashMap::default();
        names.extend(given.iter().map(|name| ((Space::Variable, Cow::Borrowed(*name)), how)));
        for (item, &vertex) in body.items.iter().zip(&statements) {
            if let Some((key, _)) = product(item) {
                // An import whose name is derived from its string is not waited for.
                let derived = matches!(item, Item::Import(import) if written(import) != key.1);
                names.insert(key, if derived { Definition::Other } else { Definition::Statement(vertex) });
            }
        }
        self.frames.push(Frame { names, stars: body.items.iter().filter_map(star).collect() });
        for (item, &vertex) in body.items.iter().zip(&statements) {
            self.statement(item, vertex);
        }
        self.frames.pop();
        statements
    }

    fn statement(&mut self, item: &Item<'t>, vertex: Vertex) {
        let (name, inside) = match item {
            Item::Bind(s) => (format!("bind({})", s.name.text), vec![self.expr(&s.value)]),
            Item::Panic(s) => {
                let args = self.exprs(&s.args.values);
                let condition = self.listed(if args.len() == 2 { "call:panic_debug" } else { "call:panic" }, &args);
                let text = self.text("panic");
                let resource = self.vertex("res(_panic)".to_owned(), &[text]);
                (format!("if( {} ) {{ res(_panic) }}", self.names[condition]), vec![condition, resource])
            }
            Item::Resource(s) => self.resource(s, false),
            Item::Collect(s) => self.resource(&s.resource, true),
            Item::Edge(s) => ("edge".to_owned(), s.halves.iter().map(|half| self.half(half)).collect()),
            Item::If(s, then, otherwise) => {
                let condition = self.expr(&s.condition);
                let mut inside = vec![condition];
                inside.extend(self.nested(then, &[]));
                inside.extend(otherwise.iter().filter_map(|body| self.nested(body, &[])));
                let otherwise = if otherwise.is_some() { " else { prog }" } else { "" };
                (format!("if( {} ) {{ prog }}{otherwise}", self.names[condition]), inside)
            }
            Item::Loop(s) => {
                let over = self.expr(s.over);
                let body = self.nested(&s.body, &[&s.first.text, &s.second.text]);
                let word = if s.keyed { "forkv" } else { "for" };
                let name = format!("{word}(${}, ${}) in {} {{ prog }}", s.first.text, s.second.text, self.names[over]);
                (name, std::iter::once(over).chain(body).collect())
            }
            Item::Func(s) => {
                let function = self.function(&s.function, &format!("func:{}", s.name.text));
                (format!("func({})", s.name.text), vec![function])
            }
            Item::Class(class) => {
                let params = class.class.params.as_ref().map_or(&[][..], |params| &params.params);
                let given: Vec<&'t str> = params.iter().map(|param| &*param.name.text).collect();
                // Even an empty body has its turn.
                let statements = self.body(&class.body, &given, Definition::Parameter);
                (format!("class({})", class.name), vec![self.vertex("prog".to_owned(), &statements)])
            }
            Item::Include(s) => {
                let args = s.args.as_ref().map_or(&[][..], |args| &args.values);
                self.uses(vertex, Space::Class, &s.class.text, s.span);
                (format!("include({})", s.class.text), self.exprs(args))
            }
            Item::Import(s) => (format!("import({})", s.path.text), Vec::new()),
        };
        self.complete(vertex, name, &inside);
    }

    fn resource(&mut self, s: &'t tree::Resource, collect: bool) -> (String, Vec<Vertex>) {
        let name = self.expr(&s.name);
        let mut inside = vec![name];
        for entry in &s.body.entries {
            let (label, value) = match entry {
                Entry::Field(e) => (format!("resfield({})", e.field.text), self.expr(&e.value)),
                Entry::Edge(e) => (format!("resedge({})", e.property.text), self.half(&e.half)),
                Entry::Meta(e) => (format!("resmeta({})", e.parameter.text), self.expr(&e.value)),
                Entry::MetaStruct(e) => ("resmeta(meta)".to_owned(), self.expr(&e.value)),
            };
            let mut parts = vec![value];
            parts.extend(entry.condition().map(|condition| self.expr(condition)));
            inside.push(self.vertex(label, &parts));
        }
        if collect {
            let kind = self.text(&s.kind.text);
            let call = self.listed("call:_collect", &[kind, name]);
            inside.push(self.vertex(format!("rescollect({})", s.kind.text), &[call]));
        }
        (format!("res({})", s.kind.text), inside)
    }

    fn half(&mut self, half: &'t tree::EdgeHalf) -> Vertex {
        let name = self.expr(&half.name);
        self.vertex(format!("edgehalf({})", half.kind.text), &[name])
    }

    fn function(&mut self, function: &'t Function, title: &str) -> Vertex {
        let params = &function.params.params;
        let names =
            params.iter().map(|param| ((Space::Variable, Cow::Borrowed(&*param.name.text)), Definition::Parameter)).collect();
        self.frames.push(Frame { names, stars: Vec::new() });
        let body = self.expr(&function.body.value);
        self.frames.pop();
        let param = |param: &tree::Param| match &param.annotation {
            Some(note) => format!("{} {}", param.name.text, note.ty),
            None => param.name.text.to_string(),
        };
        let params: Vec<String> = params.iter().map(param).collect();
        let result = function.result.as_ref().map(|note| format!(" {}", note.ty)).unwrap_or_default();
        let name = format!("{title}({}){result} {{ {} }}", params.join(", "), self.names[body]);
        self.vertex(name, &[body])
    }

    fn exprs(&mut self, exprs: &'t [Expr]) -> Vec<Vertex> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn expr(&mut self, expr: &'t Expr) -> Vertex {
        match &expr.kind {
            ExprKind::Bool(value) => self.vertex(format!("bool({value})"), &[]),
            ExprKind::Int(value) => self.vertex(format!("int({value})"), &[]),
            ExprKind::Float(value) => self.vertex(format!("float({})", Value::Float(*value)), &[]),
            ExprKind::Str(raw) => self.string(raw, expr.span),
            ExprKind::Variable(name) => self.variable(name, expr.span),
            ExprKind::List(elements) => {
                let elements = self.exprs(elements);
                self.listed("list", &elements)
            }
            ExprKind::Map(pairs) => {
                let pair = |pair: &'t tree::Pair| [self.expr(&pair.key), self.expr(&pair.value)];
                let inside: Vec<[Vertex; 2]> = pairs.iter().map(pair).collect();
                let pair = |[key, value]: &[Vertex; 2]| format!("{}: {}", self.names[*key], self.names[*value]);
                let names: Vec<String> = inside.iter().map(pair).collect();
                self.vertex(format!("map({})", names.join(", ")), &inside.concat())
            }
            ExprKind::Struct(fields) => {
                let values: Vec<Vertex> = fields.iter().map(|field| self.expr(&field.value)).collect();
                let named = fields.iter().zip(&values);
                let names: Vec<String> =
                    named.map(|(field, &value)| format!("{}: {}", field.name.text, self.names[value])).collect();
                self.vertex(format!("struct({})", names.join("; ")), &values)
            }
            ExprKind::Lambda(function) => self.function(function, "func"),
            ExprKind::Call(call) => self.call(call, expr.span),
            ExprKind::If(e) => {
                let condition = self.expr(&e.condition);
                let (then, otherwise) = (self.expr(&e.then.value), self.expr(&e.otherwise.value));
                let [c, t, o] = [condition, then, otherwise].map(|part| &self.names[part]);
                let name = format!("if( {c} ) {{ {t} }} else {{ {o} }}");
                // The condition comes before the branches as well.
                self.after[condition].extend([then, otherwise]);
                self.vertex(name, &[condition, then, otherwise])
            }
            ExprKind::Paren(inner) => self.expr(inner),
            ExprKind::Not(inner) => {
                let parts = [self.text("not"), self.expr(inner)];
                self.listed("call:_operator", &parts)
            }
            ExprKind::Binary(e) if e.op == tree::Operator::In => {
                let parts = [self.expr(&e.left), self.expr(&e.right)];
                self.listed("call:contains", &parts)
            }
            ExprKind::Binary(e) => {
                let parts = [self.text(e.op.symbol()), self.expr(&e.left), self.expr(&e.right)];
                self.listed("call:_operator", &parts)
            }
            ExprKind::Index(e) => {
                let parts = [self.expr(&e.container), self.expr(&e.key)];
                self.listed("call:_lookup", &parts)
            }
            ExprKind::Field(e) => {
                let mut parts = vec![self.expr(&e.of), self.text(&e.field.text)];
                parts.extend(e.default.iter().map(|default| self.expr(default)));
                self.listed(if parts.len() == 2 { "call:_struct_lookup" } else { "call:_struct_lookup_optional" }, &parts)
            }
            ExprKind::Except(e) => {
                let parts = [self.expr(&e.value), self.expr(&e.fallback)];
                let [value, fallback] = parts.map(|part| &self.names[part]);
                self.vertex(format!("except( {value} <|> {fallback} )"), &parts)
            }
        }
    }

    fn variable(&mut self, name: &str, span: Span) -> Vertex {
        let vertex = self.vertex(format!("var({name})"), &[]);
        self.uses(vertex, Space::Variable, name, span);
        vertex
    }

    fn call(&mut self, call: &'t tree::Call, span: Span) -> Vertex {
        let mut inside = self.exprs(&call.args.values);
        match &call.callee {
            Callee::Lambda(function, _) => {
                let vertex = self.listed("call:<anon>", &inside);
                inside = vec![self.function(function, "func")];
                inside.iter().for_each(|&part| self.after[part].push(vertex));
                vertex
            }
            Callee::Name(name) | Callee::Variable(name) => {
                let vertex = self.listed(&format!("call:{}", name.text), &inside);
                let space = if matches!(call.callee, Callee::Name(_)) { Space::Function } else { Space::Variable };
                self.uses(vertex, space, &name.text, span);
                vertex
            }
        }
    }

    /// Strings are calls of `concat` that nest to the right.
    fn string(&mut self, raw: &str, span: Span) -> Vertex {
        let parts = segments(raw).unwrap_or_default();
        let part = |part: &Segment<'_>| match part {
            Segment::Text(text) => self.text(text),
            Segment::Variable(name) => self.variable(name, span),
        };
        let parts: Vec<Vertex> = parts.iter().map(part).collect();
        match parts.split_last() {
            None => self.text(""),
            Some((&last, rest)) => rest.iter().rev().fold(last, |tail, &part| self.listed("call:concat", &[part, tail])),
        }
    }
}
