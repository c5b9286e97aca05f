//! A tiny language for tests and benches: just enough to say every shape of program.
#![allow(dead_code, missing_docs, reason = "each test or bench uses its share")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

pub mod host;
pub mod oracle;

use mgmt_values::error::{Error, Rank};
use mgmt_values::identity::Identity;
use mgmt_values::key::{Call, CellId, Context, Instance, Key, Site, Step};
use mgmt_values::outcome::{Cell, Code, CodeRef, Keying, Loop, Need, Outcome, Reading, Reads, Role, Row, Yield};
use mgmt_values::resource::{Edge, Fields, Identifier, Identities, Link, Meta, Resource, ResourceId, Seek, SeekOrder};
use mgmt_values::schema::{Field, FieldType, Kind, Literal, Traits};
use mgmt_values::text::Text;
use mgmt_values::value::Value;
use std::sync::{Arc, LazyLock};

/// An expression.
#[derive(Clone, Debug)]
pub enum Expr {
    /// A string.
    Str(Value),
    /// All of them, joined; a failed or pending one fails or suspends it.
    Concat(Vec<Expr>),
    /// All of them, as a list.
    List(Vec<Expr>),
    /// A string cut into a list at blanks.
    Split(Box<Expr>),
    /// A string cut into a map at blanks and `=`.
    Pairs(Box<Expr>),
    /// A cell that stands so many loops further out.
    Cell(u64, u32),
    /// The element of a loop that stands so many loops further out than the innermost.
    Element(u64, u32),
    /// A shared source.
    Shared(&'static str, Box<Expr>),
    /// The same, with an argument that is always the same.
    Known(Call),
    /// A source of this call site's own.
    Own(u32, &'static str, Box<Expr>),
    /// The third where the first two are equal, else the fourth.
    IfEq(Box<[Expr; 4]>),
    /// The second where the first fails.
    Else(Box<Expr>, Box<Expr>),
    /// Fails.
    Fail(String),
}

/// What a cell does.
#[derive(Clone, Debug)]
pub enum Body {
    /// A value.
    Value(Expr),
    /// A loop over a list or map.
    For(Expr, Keying, Arc<[Cell]>),
    /// The first cells where the two are equal, else the second.
    If(Expr, Expr, Arc<[Cell]>, Arc<[Cell]>),
    /// A resource of kind `toy` with a name and `content`.
    Toy(Expr, Expr),
    /// One for each name of a list.
    Toys(Expr),
    /// The same as the one, with more about it.
    Rich(Expr, Expr, Box<Rich>),
    /// An edge between two toys.
    Edge(Expr, Expr, bool, Option<(&'static str, &'static str)>),
}

/// What can be said of a resource beside its content.
#[derive(Clone, Debug, Default)]
pub struct Rich {
    pub kind: Option<&'static Kind>,
    pub meta: Meta,
    pub provides: Vec<Expr>,
    pub seeks: Vec<Vec<Expr>>,
    pub removes: bool,
}

const fn field(name: &'static str, ty: FieldType, optional: bool) -> Field {
    Field { name, ty, optional, default: Literal::Zero, doc: "" }
}

/// A kind that can do everything.
pub static TOY: Kind = Kind {
    name: "toy",
    doc: "",
    fields: &[
        field("content", FieldType::Str, false),
        field("extra", FieldType::Str, true),
        field("count", FieldType::Int(64), false),
    ],
    sends: &[
        field("output", FieldType::Str, false),
        field("number", FieldType::Int(64), false),
        field("any", FieldType::Bool, true),
    ],
    traits: Traits { refreshes: true, receives: true, autoedges: true, autogroups: false, ..Traits::PLAIN },
    constants: &[],
    validate: |_, _| Ok(()),
    identities: |_, _| Identities::default(),
};

const CONTENT: &[Field] = &[field("content", FieldType::Str, false)];

const fn dumb(name: &'static str, traits: Traits) -> Kind {
    Kind {
        name,
        doc: "",
        fields: CONTENT,
        sends: &[],
        traits,
        constants: &[],
        validate: |_, _| Ok(()),
        identities: |_, _| Identities { provides: Vec::new(), seeks: Vec::new(), removes: false },
    }
}

/// A kind that can do nothing.
pub static DUMB: Kind = dumb("dumb", Traits::PLAIN);

/// A kind of which the greatest content of several satisfies all, unless one is empty.
pub static BLEND: Kind = dumb("blend", Traits { merges: Some(greatest), ..Traits::PLAIN });

/// A kind to which small letters are capital ones.
pub static LOUD: Kind = dumb("loud", Traits { effect: Some(loud), ..Traits::PLAIN });

fn greatest(a: &Fields, b: &Fields) -> Result<Fields, String> {
    match (a.text("content"), b.text("content")) {
        (a, b) if a.is_empty() || b.is_empty() => Err("one is empty".to_owned()),
        (left, right) => Ok(if left > right { a.clone() } else { b.clone() }),
    }
}

fn loud(_: &str, fields: &Fields) -> Fields {
    fields.with([(0, Value::str(fields.text("content").to_uppercase().as_str()))])
}

static TOY_NAME: LazyLock<Arc<str>> = LazyLock::new(|| TOY.name.into());
static META: LazyLock<Arc<Meta>> = LazyLock::new(Arc::default);
static IDENTITIES: LazyLock<Arc<Identities>> = LazyLock::new(Arc::default);

pub fn s(text: &str) -> Expr {
    Expr::Str(Value::str(text))
}

pub fn read(function: &'static str, argument: Expr) -> Expr {
    match argument {
        Expr::Str(text) => Expr::Known(Call::new(function, [text])),
        argument => Expr::Shared(function, Box::new(argument)),
    }
}

/// The cell `id` at its place in the program.
pub fn cell(id: u64, role: Role, level: u32, body: Body) -> Cell {
    // The identity covers everything, because the debug form shows everything.
    let identity = Identity::of(b't', format!("{body:?}").as_bytes());
    Cell { id: CellId(id), role, level, code: CodeRef::new(identity, Arc::new(body)) }
}

pub fn strict(id: u64, level: u32, of: Expr) -> Cell {
    cell(id, Role::Strict, level, Body::Value(of))
}

pub fn lazy(id: u64, level: u32, of: Expr) -> Cell {
    cell(id, Role::Lazy, level, Body::Value(of))
}

pub fn statement(id: u64, level: u32, body: Body) -> Cell {
    cell(id, Role::Statement, level, body)
}

pub fn toy(id: u64, level: u32, name: Expr, content: Expr) -> Cell {
    statement(id, level, Body::Toy(name, content))
}

/// What an expression gives.
enum Given {
    Pending,
    Error(Error),
    Value(Value),
}

/// One evaluation.
struct Run<'a> {
    instance: &'a Instance,
    reads: &'a dyn Reads,
    needs: Vec<Need>,
}

impl Run<'_> {
    fn context(&self, up: u32) -> Context {
        self.instance.context.outer(up)
    }

    fn read(&mut self, key: Key, call: Option<Call>) -> Given {
        let reading = self.reads.read(&key);
        if !self.needs.iter().rev().take(8).any(|need| need.key == key) {
            self.needs.push(Need { key, call });
        }
        match reading {
            Reading::Pending => Given::Pending,
            Reading::Value(value) => Given::Value(value),
            Reading::Error(error) => Given::Error(error),
        }
    }

    /// Pending beats errors, the first error beats the others.
    fn all<'e>(&mut self, of: impl IntoIterator<Item = &'e Expr>) -> Result<Vec<Value>, Given> {
        let mut values = Vec::new();
        let mut worst = None;
        for expr in of {
            match (self.expr(expr), &worst) {
                (Given::Value(value), _) => values.push(value),
                (Given::Pending, _) => worst = Some(Given::Pending),
                (error, None) => worst = Some(error),
                (Given::Error(_), Some(_)) => {}
            }
        }
        worst.map_or(Ok(values), Err)
    }

    fn expr(&mut self, expr: &Expr) -> Given {
        match self.try_expr(expr) {
            Ok(value) => Given::Value(value),
            Err(given) => given,
        }
    }

    fn try_expr(&mut self, expr: &Expr) -> Result<Value, Given> {
        let site = Site { cell: self.instance.cell, offset: 0 };
        match expr {
            Expr::Str(text) => Ok(text.clone()),
            Expr::Concat(of) => {
                let parts = self.all(of)?;
                let size = parts.iter().filter_map(|v| v.as_text()).map(|t| t.as_bytes().len()).sum();
                let mut whole = String::with_capacity(size);
                for part in &parts {
                    match part.as_text() {
                        Some(text) => whole.push_str(&text.to_str()),
                        None => whole.push_str(&part.to_string()),
                    }
                }
                Ok(Value::str(whole))
            }
            Expr::List(of) => self.all(of).map(Value::list),
            Expr::Split(of) => {
                let text = self.text(of)?;
                Ok(Value::list(text.split_whitespace().map(Value::str).collect::<Vec<_>>()))
            }
            Expr::Pairs(of) => {
                let text = self.text(of)?;
                let pair = |p: &str| p.split_once('=').map(|(k, v)| (Value::str(k), Value::str(v)));
                Ok(Value::map(text.split_whitespace().filter_map(pair)))
            }
            Expr::Cell(id, up) => self.read(Key::Cell(CellId(*id), self.context(*up)), None).into(),
            Expr::Element(id, up) => match self.context(*up).step() {
                Some(Step::Value(value, _)) => Ok(value.clone()),
                _ => self.read(Key::Element(CellId(*id), self.context(*up)), None).into(),
            },
            Expr::Shared(function, argument) => {
                let call = Call::new(*function, [self.try_expr(argument)?]);
                self.read(Key::Shared(call), None).into()
            }
            Expr::Known(call) => self.read(Key::Shared(call.clone()), None).into(),
            Expr::Own(offset, function, argument) => {
                let call = Call::new(*function, [self.try_expr(argument)?]);
                let site = Site { cell: self.instance.cell, offset: *offset };
                self.read(Key::own(site, self.context(0), []), Some(call)).into()
            }
            Expr::IfEq(of) => {
                let [a, b, then, other] = &**of;
                let (a, b) = (self.expr(a), self.expr(b));
                let (Given::Value(x), Given::Value(y)) = (&a, &b) else {
                    return Err(if matches!(a, Given::Pending) || !matches!(b, Given::Pending) && matches!(a, Given::Error(_)) {
                        a
                    } else {
                        b
                    });
                };
                self.try_expr(if x == y { then } else { other })
            }
            Expr::Else(of, other) => match self.expr(of) {
                Given::Error(_) => self.try_expr(other),
                given => given.into(),
            },
            Expr::Fail(message) => Err(Given::Error(Error::catchable(site, message.as_str()))),
        }
    }

    fn text(&mut self, expr: &Expr) -> Result<String, Given> {
        let value = self.try_expr(expr)?;
        Ok(value.as_text().map(|text| text.to_str().into_owned()).unwrap_or_default())
    }

    /// A resource with nothing but a name and content.
    fn plain(&mut self, name: &Expr, content: &Expr) -> Result<Row, Given> {
        let values = self.all([name, content])?;
        let text = |v: &Value| v.as_text().cloned().unwrap_or_else(|| Text::from(v.to_string().as_str()));
        Ok(Row::Resource(Resource {
            id: ResourceId::new(TOY_NAME.clone(), text(&values[0])),
            meta: Arc::clone(&META),
            identities: Arc::clone(&IDENTITIES),
            fields: Fields::new(&TOY, [(0, Value::Str(text(&values[1])))]),
            site: Site { cell: self.instance.cell, offset: 0 },
            turn: 0,
        }))
    }

    fn resource(&mut self, name: &Expr, content: &Expr, rich: &Rich) -> Result<Row, Given> {
        let values = self.all([name, content])?;
        let text = |v: &Value| v.as_text().cloned().unwrap_or_else(|| Text::from(v.to_string().as_str()));
        let identifier = |name: Value| Identifier { class: "thing", name: text(&name) };
        let kind = rich.kind.unwrap_or(&TOY);
        let provides = self.all(&rich.provides)?.into_iter().map(identifier).collect();
        let mut seeks = Vec::new();
        for chain in &rich.seeks {
            let chain = self.all(chain)?.into_iter().map(identifier).collect();
            seeks.push(Seek { chain, order: SeekOrder::FoundFirst });
        }
        Ok(Row::Resource(Resource {
            id: ResourceId::new(kind.name, text(&values[0])),
            meta: Arc::new(rich.meta.clone()),
            identities: Arc::new(Identities { provides, seeks, removes: rich.removes }),
            fields: Fields::new(kind, [(0, Value::Str(text(&values[1])))]),
            site: Site { cell: self.instance.cell, offset: 0 },
            turn: if rich.meta.hidden { self.instance.cell.0 as u32 } else { 0 },
        }))
    }

    fn body(&mut self, body: &Body) -> Result<Yield, Given> {
        match body {
            Body::Value(of) => self.try_expr(of).map(Yield::Value),
            Body::For(of, keying, body) => {
                let collection = self.try_expr(of)?;
                Ok(Yield::Loop(Loop { collection, keying: *keying, body: Arc::clone(body) }))
            }
            Body::If(a, b, then, other) => {
                let values = self.all([a, b])?;
                Ok(Yield::Branch(Arc::clone(if values[0] == values[1] { then } else { other })))
            }
            Body::Toy(name, content) => Ok(Yield::Rows(vec![self.plain(name, content)?])),
            Body::Toys(names) => {
                let names = self.all([names])?;
                let names = names[0].as_list().unwrap_or_default().iter().filter_map(|name| name.as_text());
                let rows: Result<_, _> = names.map(|name| self.plain(&s(&name.to_str()), &s("."))).collect();
                Ok(Yield::Rows(rows?))
            }
            Body::Rich(name, content, rich) => Ok(Yield::Rows(vec![self.resource(name, content, rich)?])),
            Body::Edge(from, to, notify, link) => {
                let values = self.all([from, to])?;
                let id = |v: &Value| {
                    let text = v.as_text().map(|t| t.to_str().into_owned()).unwrap_or_default();
                    let (kind, name) = text.split_once(':').unwrap_or(("toy", &text));
                    ResourceId::new(kind, name)
                };
                Ok(Yield::Rows(vec![Row::Edge(Edge {
                    from: id(&values[0]),
                    to: id(&values[1]),
                    notify: *notify,
                    link: link.map(|(send, receive)| Link { send: send.into(), receive: receive.into() }),
                    site: Site { cell: self.instance.cell, offset: 0 },
                })]))
            }
        }
    }
}

impl From<Given> for Result<Value, Given> {
    fn from(given: Given) -> Result<Value, Given> {
        match given {
            Given::Value(value) => Ok(value),
            other => Err(other),
        }
    }
}

impl Code for Body {
    fn eval(&self, instance: &Instance, reads: &dyn Reads) -> Outcome {
        let mut run = Run { instance, reads, needs: Vec::new() };
        let yielded = match run.body(self) {
            Ok(yielded) => yielded,
            Err(Given::Error(error)) => Yield::Error(error),
            Err(_) => Yield::Pending,
        };
        let mut needs = run.needs;
        if needs.len() > 1 {
            needs.sort();
            needs.dedup();
        }
        Outcome { needs, yielded }
    }
}

/// A string as a value.
pub trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for &str {
    fn into_value(self) -> Value {
        Value::str(self)
    }
}

/// An error as a source gives it.
pub fn source_error(message: &str) -> Error {
    Error { place: None, ..Error::interpret(Rank::Build, None, message) }
}
