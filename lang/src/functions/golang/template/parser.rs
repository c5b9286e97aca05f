//! Tokens to trees: one per named template.

use super::lexer::{Item, Keyword, Lexer, Token};
use super::tree::{Branch, Command, Invocation, Kind, List, Operand, Pipeline, Statement};
use super::{Template, call, literal};
use crate::functions::Fault;
use mgmt_values::Text;
use std::collections::BTreeMap;

/// Blocks and parentheses that nest deeper than this are an error.
const DEEPEST: usize = 200;

/// Parses a template and those that it defines.
pub(super) fn parse(text: &[u8]) -> Result<Template, Fault> {
    if u32::try_from(text.len()).is_err() {
        return Err(Fault::new("template: parse error: the template is too long"));
    }
    let mut parser = Parser {
        lexer: Lexer::new(text),
        ahead: Vec::new(),
        line: 1,
        action: None,
        depth: 0,
        lists: BTreeMap::new(),
        own: false,
    };
    let list = parser.main()?;
    parser.define(super::MAIN, list)?;
    let newlines = memchr::memchr_iter(b'\n', text).map(|at| at as u32).collect();
    Ok(Template { lists: parser.lists, newlines, own: parser.own })
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    /// Tokens that were looked at, the next one last.
    ahead: Vec<Item<'t>>,
    /// The line of the newest token, which messages name.
    line: u32,
    /// The line where the current action began.
    action: Option<u32>,
    depth: usize,
    lists: BTreeMap<Box<str>, List>,
    own: bool,
}

/// What one named template has declared.
struct Scope {
    variables: Vec<Box<str>>,
    loops: u32,
}

impl Scope {
    fn new() -> Scope {
        Scope { variables: vec!["$".into()], loops: 0 }
    }
}

/// A statement, or what ends a list of them.
enum Piece {
    Statement(Statement),
    Else,
    End,
}

/// What ended a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Else,
    End,
}

impl Ending {
    fn shown(self) -> &'static str {
        match self {
            Ending::Else => "{{else}}",
            Ending::End => "{{end}}",
        }
    }
}

type Parsed<T> = Result<T, Fault>;

impl<'t> Parser<'t> {
    fn fail<T>(&self, message: impl AsRef<str>) -> Parsed<T> {
        Err(Fault::new(format!("template: parse error: template: template:{}: {}", self.line, message.as_ref())))
    }

    fn next(&mut self) -> Item<'t> {
        let item = self.ahead.pop().unwrap_or_else(|| self.lexer.next());
        self.line = item.line;
        item
    }

    fn back(&mut self, item: Item<'t>) {
        self.ahead.push(item);
    }

    fn peek(&mut self) -> Token {
        let item = self.next();
        let token = item.token;
        self.back(item);
        token
    }

    fn next_word(&mut self) -> Item<'t> {
        loop {
            let item = self.next();
            if item.token != Token::Space {
                return item;
            }
        }
    }

    fn peek_word(&mut self) -> Token {
        let item = self.next_word();
        let token = item.token;
        self.back(item);
        token
    }

    fn unexpected<T>(&self, item: &Item<'t>, context: &str) -> Parsed<T> {
        if item.token == Token::Error {
            let mut message = item.shown();
            if let Some(line) = self.action.filter(|line| *line != item.line) {
                let action = if message.ends_with(" action") { "" } else { " in action" };
                message.push_str(&format!("{action} started at template:{line}"));
            }
            return self.fail(message);
        }
        self.fail(format!("unexpected {} in {context}", item.shown()))
    }

    fn close(&mut self, context: &str) -> Parsed<()> {
        let item = self.next_word();
        if item.token == Token::Close { Ok(()) } else { self.unexpected(&item, context) }
    }

    /// The name of a template.
    fn name(&mut self, context: &str) -> Parsed<(u32, Box<str>)> {
        let item = self.next_word();
        if !matches!(item.token, Token::Quoted | Token::Raw) {
            return self.unexpected(&item, context);
        }
        match literal::text(&item.text) {
            Ok(name) => Ok((item.position, String::from_utf8_lossy(&name).into())),
            Err(message) => self.fail(message),
        }
    }

    /// Adds a named template. Of two definitions one has to be blank.
    fn define(&mut self, name: &str, list: List) -> Parsed<()> {
        match self.lists.get(name) {
            Some(known) if !is_blank(known) => {
                if !is_blank(&list) {
                    let name = mgmt_values::text::quote(name.as_bytes());
                    return self.fail(format!("template: multiple definition of template {name}"));
                }
            }
            _ => drop(self.lists.insert(name.into(), list)),
        }
        Ok(())
    }

    fn main(&mut self) -> Parsed<List> {
        let mut list = Vec::new();
        let mut scope = Scope::new();
        loop {
            let item = self.next();
            match item.token {
                Token::End => return Ok(list.into()),
                Token::Open => {
                    let word = self.next_word();
                    if word.token == Token::Keyword(Keyword::Define) {
                        let (_, name) = self.name("define clause")?;
                        self.close("define clause")?;
                        self.body(&name, "define clause")?;
                        continue;
                    }
                    self.back(word);
                }
                _ => {}
            }
            self.back(item);
            match self.piece(&mut scope)? {
                Piece::Statement(statement) => list.push(statement),
                Piece::Else => return self.fail("unexpected {{else}}"),
                Piece::End => return self.fail("unexpected {{end}}"),
            }
        }
    }

    /// The body of a `define` or a `block`, up to its end.
    fn body(&mut self, name: &str, context: &str) -> Parsed<()> {
        let (list, ending) = self.list(&mut Scope::new())?;
        if ending != Ending::End {
            return self.fail(format!("unexpected {} in {context}", ending.shown()));
        }
        self.define(name, list)
    }

    fn list(&mut self, scope: &mut Scope) -> Parsed<(List, Ending)> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fail(format!("blocks nest deeper than {DEEPEST} levels"));
        }
        let mut list = Vec::new();
        while self.peek_word() != Token::End {
            let ending = match self.piece(scope)? {
                Piece::Statement(statement) => {
                    list.push(statement);
                    continue;
                }
                Piece::Else => Ending::Else,
                Piece::End => Ending::End,
            };
            self.depth -= 1;
            return Ok((list.into(), ending));
        }
        self.fail("unexpected EOF")
    }

    fn piece(&mut self, scope: &mut Scope) -> Parsed<Piece> {
        let item = self.next_word();
        match item.token {
            Token::Text => Ok(Piece::Statement(Statement::Text(item.text.into()))),
            Token::Open => {
                self.action = Some(item.line);
                let piece = self.action(scope);
                self.action = None;
                piece
            }
            _ => self.unexpected(&item, "input"),
        }
    }

    fn action(&mut self, scope: &mut Scope) -> Parsed<Piece> {
        let item = self.next_word();
        let statement = match item.token {
            Token::Keyword(Keyword::Block) => {
                let (position, name) = self.name("block clause")?;
                let pipeline = self.pipeline(scope, "block clause", Token::Close)?;
                self.body(&name, "block clause")?;
                Statement::Template(Invocation { position, name, pipeline: Some(pipeline) })
            }
            Token::Keyword(word @ (Keyword::Break | Keyword::Continue)) => {
                let shown = if word == Keyword::Break { "{{break}}" } else { "{{continue}}" };
                self.close(shown)?;
                if scope.loops == 0 {
                    return self.fail(format!("{shown} outside {{{{range}}}}"));
                }
                if word == Keyword::Break { Statement::Break } else { Statement::Continue }
            }
            Token::Keyword(Keyword::Else) => {
                // What follows at once is looked at by the branch that goes on.
                if !matches!(self.peek_word(), Token::Keyword(Keyword::If | Keyword::With)) {
                    self.close("else")?;
                }
                return Ok(Piece::Else);
            }
            Token::Keyword(Keyword::End) => {
                self.close("end")?;
                return Ok(Piece::End);
            }
            Token::Keyword(Keyword::If) => Statement::If(self.branch(scope, "if")?),
            Token::Keyword(Keyword::Range) => Statement::Range(self.branch(scope, "range")?),
            Token::Keyword(Keyword::With) => Statement::With(self.branch(scope, "with")?),
            Token::Keyword(Keyword::Template) => self.template(scope)?,
            _ => {
                self.back(item);
                Statement::Action(self.pipeline(scope, "command", Token::Close)?)
            }
        };
        Ok(Piece::Statement(statement))
    }

    fn template(&mut self, scope: &mut Scope) -> Parsed<Statement> {
        let (position, name) = self.name("template clause")?;
        let item = self.next_word();
        let pipeline = if item.token == Token::Close {
            None
        } else {
            self.back(item);
            Some(self.pipeline(scope, "template clause", Token::Close)?)
        };
        Ok(Statement::Template(Invocation { position, name, pipeline }))
    }

    fn branch(&mut self, scope: &mut Scope, context: &str) -> Parsed<Branch> {
        let mark = scope.variables.len();
        let pipeline = self.pipeline(scope, context, Token::Close)?;
        let loops = u32::from(context == "range");
        scope.loops += loops;
        let (then, ending) = self.list(scope)?;
        scope.loops -= loops;
        let otherwise = match ending {
            Ending::End => None,
            Ending::Else => Some(self.otherwise(scope, context)?),
        };
        scope.variables.truncate(mark);
        Ok(Branch { pipeline, then, otherwise })
    }

    /// What stands behind `else`.
    fn otherwise(&mut self, scope: &mut Scope, context: &str) -> Parsed<List> {
        let next = self.peek();
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fail(format!("blocks nest deeper than {DEEPEST} levels"));
        }
        let list = match (context, next) {
            ("if", Token::Keyword(Keyword::If)) => {
                self.next();
                Box::new([Statement::If(self.branch(scope, "if")?)])
            }
            ("with", Token::Keyword(Keyword::With)) => {
                self.next();
                Box::new([Statement::With(self.branch(scope, "with")?)])
            }
            _ => {
                let (list, ending) = self.list(scope)?;
                if ending != Ending::End {
                    return self.fail(format!("expected end; found {}", ending.shown()));
                }
                list
            }
        };
        self.depth -= 1;
        Ok(list)
    }

    fn pipeline(&mut self, scope: &mut Scope, context: &str, end: Token) -> Parsed<Pipeline> {
        let start = self.next_word();
        let mut pipeline = Pipeline { position: start.position, variables: Vec::new(), assigns: false, commands: Vec::new() };
        self.back(start);
        self.declarations(scope, context, &mut pipeline)?;
        loop {
            let item = self.next_word();
            if item.token == end {
                break;
            }
            match item.token {
                Token::Bool
                | Token::Constant
                | Token::Complex
                | Token::Keyword(Keyword::Dot | Keyword::Nil)
                | Token::Field
                | Token::Identifier
                | Token::Number
                | Token::Raw
                | Token::Quoted
                | Token::Variable
                | Token::LeftParen => {
                    self.back(item);
                    pipeline.commands.push(self.command(scope)?);
                }
                _ => return self.unexpected(&item, context),
            }
        }
        if pipeline.commands.is_empty() {
            return self.fail(format!("missing value for {context}"));
        }
        for (index, command) in pipeline.commands.iter().enumerate().skip(1) {
            let first = command.operands.first().map(|operand| &operand.kind);
            if let Some(Kind::Bool(_) | Kind::Dot | Kind::Nil | Kind::Number(..) | Kind::Text(..)) = first {
                return self.fail(format!("non executable command in pipeline stage {}", index + 1));
            }
        }
        Ok(pipeline)
    }

    /// The variables at the beginning of a pipeline, if any.
    fn declarations(&mut self, scope: &mut Scope, context: &str, pipeline: &mut Pipeline) -> Parsed<()> {
        while self.peek_word() == Token::Variable {
            let variable = self.next_word();
            let name: Box<str> = String::from_utf8_lossy(&variable.text).into();
            let after = self.next();
            let next = if after.token == Token::Space { self.next_word() } else { after.clone() };
            match next.token {
                Token::Assign | Token::Declare => {
                    pipeline.assigns = next.token == Token::Assign;
                    pipeline.variables.push(name.clone());
                    scope.variables.push(name);
                    return Ok(());
                }
                Token::Character if *next.text == *b"," => {
                    pipeline.variables.push(name.clone());
                    scope.variables.push(name);
                    if context != "range" || pipeline.variables.len() > 1 {
                        return self.fail(format!("too many declarations in {context}"));
                    }
                    if !matches!(self.peek_word(), Token::Variable | Token::Close | Token::RightParen) {
                        return self.fail("range can only initialize variables");
                    }
                }
                _ => {
                    self.back(next);
                    if after.token == Token::Space {
                        self.back(after);
                    }
                    self.back(variable);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn command(&mut self, scope: &mut Scope) -> Parsed<Command> {
        let start = self.next_word();
        let mut command = Command { position: start.position, operands: Vec::new() };
        self.back(start);
        loop {
            self.peek_word();
            command.operands.extend(self.operand(scope)?);
            let item = self.next();
            match item.token {
                Token::Space => {}
                Token::Pipe => break,
                Token::Close | Token::RightParen => {
                    self.back(item);
                    break;
                }
                _ => return self.unexpected(&item, "operand"),
            }
        }
        if command.operands.is_empty() {
            return self.fail("empty command");
        }
        Ok(command)
    }

    /// A term and the fields behind it.
    fn operand(&mut self, scope: &mut Scope) -> Parsed<Option<Operand>> {
        let Some(term) = self.term(scope)? else { return Ok(None) };
        if self.peek() != Token::Field {
            return Ok(Some(term));
        }
        let mut names: Vec<Box<str>> = Vec::new();
        let mut position = None;
        while self.peek() == Token::Field {
            let item = self.next();
            position.get_or_insert(item.position);
            names.push(field(&item));
        }
        let position = position.unwrap_or(term.position);
        let kind = match term.kind {
            Kind::Field(first) => Kind::Field(first.into_iter().chain(names).collect()),
            Kind::Variable(first) => Kind::Variable(first.into_iter().chain(names).collect()),
            Kind::Bool(_) | Kind::Text(..) | Kind::Number(..) | Kind::Nil | Kind::Dot => {
                let shown = mgmt_values::text::quote(term.to_string().as_bytes());
                return self.fail(format!("unexpected . after term {shown}"));
            }
            _ => Kind::Chain(Box::new(term), names),
        };
        Ok(Some(Operand { position, kind }))
    }

    fn term(&mut self, scope: &mut Scope) -> Parsed<Option<Operand>> {
        let item = self.next_word();
        let text = String::from_utf8_lossy(&item.text).into_owned();
        let number = |number: Result<_, String>| number.map(|number| Kind::Number(number, text.as_str().into()));
        let kind = match item.token {
            Token::Identifier => match call::find(&text) {
                Some(callee) => {
                    self.own |= matches!(callee, call::Callee::Language(exposed) if exposed.own());
                    Ok(Kind::Function(text.into(), callee))
                }
                None => Err(format!("function {} not defined", mgmt_values::text::quote(&item.text))),
            },
            Token::Keyword(Keyword::Dot) => Ok(Kind::Dot),
            Token::Keyword(Keyword::Nil) => Ok(Kind::Nil),
            Token::Variable if scope.variables.iter().any(|name| **name == *text) => Ok(Kind::Variable(vec![text.into()])),
            Token::Variable => Err(format!("undefined variable {}", mgmt_values::text::quote(&item.text))),
            Token::Field => Ok(Kind::Field(vec![field(&item)])),
            Token::Bool => Ok(Kind::Bool(text == "true")),
            Token::Constant => number(literal::character(&item.text)),
            Token::Complex => number(literal::complex(&text)),
            Token::Number => number(literal::number(&text)),
            Token::Quoted | Token::Raw => literal::text(&item.text).map(|value| Kind::Text(Text::new(value), text.into())),
            Token::LeftParen => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return self.fail(format!("parentheses nest deeper than {DEEPEST} levels"));
                }
                let pipeline = self.pipeline(scope, "parenthesized pipeline", Token::RightParen)?;
                self.depth -= 1;
                return Ok(Some(Operand { position: pipeline.position, kind: Kind::Pipeline(pipeline) }));
            }
            _ => {
                self.back(item);
                return Ok(None);
            }
        };
        match kind {
            Ok(kind) => Ok(Some(Operand { position: item.position, kind })),
            Err(message) => self.fail(message),
        }
    }
}

/// The name of a field, without its point.
fn field(item: &Item<'_>) -> Box<str> {
    String::from_utf8_lossy(&item.text[1..]).into()
}

/// Whether a template consists of white space only.
fn is_blank(list: &List) -> bool {
    list.iter().all(|statement| match statement {
        Statement::Text(text) => String::from_utf8_lossy(text).trim().is_empty(),
        _ => false,
    })
}
