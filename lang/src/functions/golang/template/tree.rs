//! The tree of a template. Every part shows itself as messages name it.

use super::call::Callee;
use super::literal::Number;
use mgmt_values::Text;
use std::fmt;

/// A place in the text of a template, in bytes.
pub(super) type Position = u32;

/// Statements in order.
pub(super) type List = Box<[Statement]>;

/// A piece of text or an action.
#[derive(Debug)]
pub(super) enum Statement {
    /// Text as it is.
    Text(Box<[u8]>),
    /// Prints a value, unless it declares or assigns.
    Action(Pipeline),
    /// `if`
    If(Branch),
    /// `with`: as `if`, with the dot moved to the value.
    With(Branch),
    /// `range`
    Range(Branch),
    /// `template`
    Template(Invocation),
    /// `break`
    Break,
    /// `continue`
    Continue,
}

/// A pipeline that decides, and what follows from it.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) pipeline: Pipeline,
    pub(super) then: List,
    pub(super) otherwise: Option<List>,
}

/// A named template where it is used.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) position: Position,
    pub(super) name: Box<str>,
    pub(super) pipeline: Option<Pipeline>,
}

/// Commands, each of which gets the result of the one before it as its last argument.
#[derive(Debug)]
pub(super) struct Pipeline {
    pub(super) position: Position,
    /// Variables that take the result, with their `$`.
    pub(super) variables: Vec<Box<str>>,
    /// Whether they are assigned to rather than declared.
    pub(super) assigns: bool,
    pub(super) commands: Vec<Command>,
}

/// An operand, or a function and its arguments.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) position: Position,
    pub(super) operands: Vec<Operand>,
}

/// An operand and its place.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) position: Position,
    pub(super) kind: Kind,
}

/// What an operand is.
#[derive(Debug)]
pub(super) enum Kind {
    /// A function.
    Function(Box<str>, Callee),
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// A variable, then fields of it.
    Variable(Vec<Box<str>>),
    /// Fields of the dot.
    Field(Vec<Box<str>>),
    /// Fields of another operand.
    Chain(Box<Operand>, Vec<Box<str>>),
    /// `true` or `false`
    Bool(bool),
    /// A number or character, with its text.
    Number(Number, Box<str>),
    /// A string, with its text.
    Text(Text, Box<str>),
    /// A pipeline in parentheses.
    Pipeline(Pipeline),
}

/// A part that a message may name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'t> {
    /// A named template where it is used.
    Invocation(&'t Invocation),
    /// A pipeline.
    Pipeline(&'t Pipeline),
    /// A command.
    Command(&'t Command),
    /// An operand.
    Operand(&'t Operand),
    /// The beginning, before anything is evaluated.
    Start,
}

impl Part<'_> {
    pub(super) fn position(&self) -> Position {
        match self {
            Part::Invocation(node) => node.position,
            Part::Pipeline(node) => node.position,
            Part::Command(node) => node.position,
            Part::Operand(node) => node.position,
            Part::Start => 0,
        }
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Invocation(node) => {
                write!(f, "{{{{template {}", mgmt_values::text::quote(node.name.as_bytes()))?;
                match &node.pipeline {
                    Some(pipeline) => write!(f, " {pipeline}}}}}"),
                    None => f.write_str("}}"),
                }
            }
            Part::Pipeline(node) => node.fmt(f),
            Part::Command(node) => node.fmt(f),
            Part::Operand(node) => node.fmt(f),
            Part::Start => Ok(()),
        }
    }
}

impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            f.write_str(&self.variables.join(", "))?;
            f.write_str(if self.assigns { " = " } else { " := " })?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            write!(f, "{}{command}", if index > 0 { " | " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, operand) in self.operands.iter().enumerate() {
            f.write_str(if index > 0 { " " } else { "" })?;
            match &operand.kind {
                Kind::Pipeline(pipeline) => write!(f, "({pipeline})")?,
                _ => operand.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Function(name, _) => f.write_str(name),
            Kind::Dot => f.write_str("."),
            Kind::Nil => f.write_str("nil"),
            Kind::Variable(names) => f.write_str(&names.join(".")),
            Kind::Field(names) => names.iter().try_for_each(|name| write!(f, ".{name}")),
            Kind::Chain(operand, names) => {
                match &operand.kind {
                    Kind::Pipeline(pipeline) => write!(f, "({pipeline})")?,
                    _ => operand.fmt(f)?,
                }
                names.iter().try_for_each(|name| write!(f, ".{name}"))
            }
            Kind::Bool(value) => write!(f, "{value}"),
            Kind::Number(_, text) | Kind::Text(_, text) => f.write_str(text),
            Kind::Pipeline(pipeline) => pipeline.fmt(f),
        }
    }
}
