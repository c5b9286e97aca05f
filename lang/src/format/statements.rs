//! Statements, resources and edges.

use super::printer::Printer;
use crate::syntax::tree::{
    Alias, Block, Class, Edge, EdgeHalf, Entries, Entry, Expr, Func, If, Import, Include, Name, Resource, Statement,
};
use mgmt_values::Span;

impl Printer<'_> {
    /// Each on a line of its own.
    pub fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.line(statement.span().start);
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Bind(s) => {
                self.variable(&s.name);
                self.annotation(s.annotation.as_ref());
                self.glue(" = ");
                self.expr(&s.value);
            }
            Statement::Panic(s) => {
                self.glue("panic");
                self.arguments(&s.args);
            }
            Statement::Resource(s) => self.resource(s),
            Statement::Collect(s) => {
                self.glue("collect ");
                self.resource(&s.resource);
            }
            Statement::Edge(s) => self.edge(s),
            Statement::If(s) => self.if_statement(s),
            Statement::For(s) => self.for_statement("for ", [&s.index, &s.value], &s.over, &s.body),
            Statement::ForKv(s) => self.for_statement("forkv ", [&s.key, &s.value], &s.over, &s.body),
            Statement::Func(s) => self.func(s),
            Statement::Class(s) => self.class(s),
            Statement::Include(s) => self.include(s),
            Statement::Import(s) => self.import(s),
        }
    }

    fn block(&mut self, block: &Block) {
        self.braces(block.span, block.statements.is_empty(), |p| p.statements(&block.statements));
    }

    /// `{ … }` with `content` on lines between the braces, or `{}`.
    fn braces(&mut self, span: Span, empty: bool, content: impl FnOnce(&mut Self)) {
        if empty && !self.comment_before(span.end - 1) {
            self.piece("{}", span);
            return;
        }
        self.bracket("{", span, false);
        self.open();
        content(self);
        self.close(span.end - 1);
        self.bracket("}", span, true);
    }

    fn if_statement(&mut self, s: &If) {
        self.glue("if ");
        self.expr(&s.condition);
        self.glue(" ");
        self.block(&s.then);
        if let Some(otherwise) = &s.otherwise {
            self.glue(" else ");
            self.block(otherwise);
        }
    }

    fn for_statement(&mut self, word: &str, [first, second]: [&Name; 2], over: &Expr, body: &Block) {
        self.glue(word);
        self.variable(first);
        self.glue(", ");
        self.variable(second);
        self.glue(" in ");
        self.expr(over);
        self.glue(" ");
        self.block(body);
    }

    fn func(&mut self, s: &Func) {
        self.glue("func ");
        self.name(&s.name);
        self.function(&s.function);
    }

    fn class(&mut self, s: &Class) {
        self.glue("class ");
        self.name(&s.name);
        if let Some(params) = &s.params {
            self.params(params, s.body.span.start);
        }
        self.glue(" ");
        self.block(&s.body);
    }

    fn include(&mut self, s: &Include) {
        self.glue("include ");
        self.name(&s.class);
        if let Some(args) = &s.args {
            self.arguments(args);
        }
        if let Some(alias) = &s.alias {
            self.glue(" as ");
            self.name(alias);
        }
    }

    fn import(&mut self, s: &Import) {
        self.glue("import ");
        self.verbatim(s.path.span);
        match &s.alias {
            None => {}
            Some(Alias::Name(name)) => {
                self.glue(" as ");
                self.name(name);
            }
            Some(Alias::Star(span)) => {
                self.glue(" as ");
                self.piece("*", *span);
            }
        }
    }

    fn resource(&mut self, s: &Resource) {
        self.name(&s.kind);
        self.glue(" ");
        self.expr(&s.name);
        self.glue(" ");
        self.entries(&s.body);
    }

    fn entries(&mut self, body: &Entries) {
        self.braces(body.span, body.entries.is_empty(), |p| {
            for entry in &body.entries {
                p.line(entry.span().start);
                p.entry(entry);
                p.glue(",");
            }
        });
    }

    fn entry(&mut self, entry: &Entry) {
        match entry {
            Entry::Field(e) => self.name(&e.field),
            Entry::Edge(e) => self.capitalized(&e.property),
            Entry::Meta(e) => {
                self.glue("Meta:");
                self.name(&e.parameter);
            }
            Entry::MetaStruct(e) => self.capitalized(&e.name),
        }
        self.glue(" => ");
        if let Some(condition) = entry.condition() {
            self.expr(condition);
            self.glue(" ?: ");
        }
        match entry {
            Entry::Field(e) => self.expr(&e.value),
            Entry::Edge(e) => self.half(&e.half),
            Entry::Meta(e) => self.expr(&e.value),
            Entry::MetaStruct(e) => self.expr(&e.value),
        }
    }

    fn edge(&mut self, edge: &Edge) {
        for (i, half) in edge.halves.iter().enumerate() {
            if i > 0 {
                self.glue(" -> ");
            }
            self.half(half);
        }
    }

    fn half(&mut self, half: &EdgeHalf) {
        self.capitalized(&half.kind);
        self.glue("[");
        self.expr(&half.name);
        self.glue("]");
        if let Some(field) = &half.field {
            self.glue(".");
            self.name(field);
        }
    }

    /// A name as the tree has it.
    pub fn name(&mut self, name: &Name) {
        self.piece(&name.text, name.span);
    }

    /// A variable.
    pub fn variable(&mut self, name: &Name) {
        self.glue("$");
        self.name(name);
    }

    /// A name whose parts all start with a capital letter.
    fn capitalized(&mut self, name: &Name) {
        let mut first = true;
        let written = name.text.chars().map(|c| {
            let upper = std::mem::replace(&mut first, c == ':');
            if upper { c.to_ascii_uppercase() } else { c }
        });
        let written: String = written.collect();
        self.piece(&written, name.span);
    }
}
