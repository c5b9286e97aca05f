//! The checks of stage `interpolate`.

use crate::diagnostic::Diagnostic;
use crate::syntax::classes::{self, ClassMistake, Named};
use crate::syntax::strings::{Segment, StringMistakeKind, segments};
use crate::syntax::tree::{Arguments, Block, Class, Expr, ExprKind, Program, Resource, Statement};
use mgmt_values::{Phase, Span};

/// The mistakes of a tree: of each block first its class names, then its statements, those of a class that moves where it moves to.
pub fn check(program: &Program) -> Vec<Diagnostic> {
    let mut walk = Interpolate { mistakes: Vec::new() };
    walk.block(&program.statements, &[]);
    walk.mistakes
}

struct Interpolate {
    mistakes: Vec<Diagnostic>,
}

impl Interpolate {
    fn block(&mut self, statements: &[Statement], moved: &[Named<'_>]) {
        let (placed, mistakes) = classes::place(statements, moved);
        self.mistakes.extend(mistakes.iter().map(class_mistake));
        let mut placed = placed.iter().peekable();
        for statement in statements {
            match statement {
                // One that is not placed here moves, or is a mistake.
                Statement::Class(class) => {
                    if let Some(place) = placed.next_if(|p| std::ptr::eq(p.here.class, class)) {
                        self.block(&class.body.statements, &place.moved);
                    }
                }
                other => self.statement(other),
            }
        }
        for place in placed {
            self.class(place.here.class, &place.moved);
        }
    }

    fn class(&mut self, class: &Class, moved: &[Named<'_>]) {
        self.block(&class.body.statements, moved);
    }

    fn own(&mut self, block: &Block) {
        self.block(&block.statements, &[]);
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Bind(bind) => self.expr(&bind.value),
            Statement::Panic(panic) => self.args(&panic.args),
            Statement::Resource(resource) => self.resource(resource),
            Statement::Collect(collect) => self.resource(&collect.resource),
            Statement::Edge(edge) => edge.halves.iter().for_each(|half| self.expr(&half.name)),
            Statement::If(s) => {
                self.expr(&s.condition);
                self.own(&s.then);
                s.otherwise.iter().for_each(|b| self.own(b));
            }
            Statement::For(s) => {
                self.expr(&s.over);
                self.own(&s.body);
            }
            Statement::ForKv(s) => {
                self.expr(&s.over);
                self.own(&s.body);
            }
            Statement::Func(s) => self.expr(&s.function.body.value),
            Statement::Include(s) => s.args.iter().for_each(|args| self.args(args)),
            Statement::Class(class) => self.class(class, &[]),
            Statement::Import(_) => {}
        }
    }

    fn resource(&mut self, resource: &Resource) {
        self.expr(&resource.name);
        for entry in &resource.body.entries {
            self.expr(entry.value());
            entry.condition().into_iter().for_each(|c| self.expr(c));
        }
    }

    fn args(&mut self, args: &Arguments) {
        args.values.iter().for_each(|e| self.expr(e));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Str(raw) => self.string(raw, expr.span),
            _ => expr.each(|inner| self.expr(inner)),
        }
    }

    fn string(&mut self, raw: &str, span: Span) {
        let mistake = |message: String| Diagnostic::new(Phase::Interpolate, span, message);
        match segments(raw) {
            Ok(parts) => self.mistakes.extend(parts.iter().find_map(|part| match part {
                Segment::Variable(name) if name.contains("__") => {
                    Some(mistake(format!("variable name contains multiple underscores: `${{{name}}}`")).placed_at_import())
                }
                _ => None,
            })),
            Err(bad) => {
                // Behind the opening quote.
                let start = span.start as usize + 1 + bad.offset;
                let place = |length: usize| Span::new(span.file, start, start + length);
                let (mistake, length, hint) = match bad.kind {
                    StringMistakeKind::UnknownEscape(c) => (
                        mistake(format!("unknown escape sequence `\\{}`", c.escape_debug())),
                        1 + c.len_utf8(),
                        "a backslash itself is written `\\\\`",
                    ),
                    StringMistakeKind::LoneBackslash => (mistake("escape sequence without a character".to_string()), 1, ""),
                    StringMistakeKind::BadVariable => (
                        mistake("`${` without the name of a variable and `}`".to_string()),
                        "${".len(),
                        "only a variable can stand in a string; write `\\${` for the two characters",
                    ),
                };
                self.mistakes.push(mistake.with_hint(hint).with_related(place(length), "here"));
            }
        }
    }
}

fn class_mistake(mistake: &ClassMistake) -> Diagnostic {
    match *mistake {
        ClassMistake::Duplicate { again, first } => {
            Diagnostic::new(Phase::Interpolate, again, "duplicate class name").with_related(first, "first here")
        }
        ClassMistake::NoBase { at } => {
            Diagnostic::new(Phase::Interpolate, at, "class name with a colon, but without a base class")
                .with_hint("the class named before the first colon has to stand in the same block")
        }
    }
}
