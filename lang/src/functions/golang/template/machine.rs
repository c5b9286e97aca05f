//! Runs the statements of a template.
//!
//! Statements nest as deep as templates call one another, which may be very deep: the machine keeps a stack of its own. Expressions nest only as
//! deep as the text does.

use super::datum::{Datum, Dictionary, Fields, Place, Sequence};
use super::tree::{Branch, Invocation, List, Part, Pipeline, Statement};
use super::verbs::{self, Out};
use super::{Host, Limits, Stop, Template};
use crate::functions::Fault;
use mgmt_values::{Type, Value};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::ops::Range;

/// Templates that call one another deeper than this are an error.
const DEEPEST: usize = 100_000;

/// A template at work.
pub(super) struct Machine<'t, 'h> {
    pub(super) template: &'t Template,
    pub(super) host: &'h mut dyn Host,
    limits: Limits,
    out: Out,
    steps: u64,
    made: usize,
    /// The template that is running, and where its variables begin.
    name: &'t str,
    base: usize,
    variables: Vec<(&'t str, Place)>,
    /// What messages name.
    pub(super) at: Part<'t>,
    /// How often each place has asked a source with a state of its own.
    pub(super) asked: FxHashMap<u32, u32>,
}

/// What goes on when what is above it is done.
enum Frame<'t> {
    /// Statements; then variables beyond `mark` are gone.
    List { list: &'t List, next: usize, dot: Place, mark: usize },
    /// A loop.
    Loop { branch: &'t Branch, over: Over, next: usize, mark: usize, body: usize },
    /// A named template; the template around it goes on.
    Call { name: &'t str, base: usize },
}

/// What a loop goes over.
enum Over {
    List(Sequence),
    Map(Dictionary, Vec<usize>),
    Fields(Fields, Vec<usize>),
    Count(i64, super::datum::Width),
}

impl<'t, 'h> Machine<'t, 'h> {
    pub(super) fn new(template: &'t Template, host: &'h mut dyn Host, limits: Limits) -> Machine<'t, 'h> {
        Machine {
            template,
            host,
            limits,
            out: Out::new(limits.bytes),
            steps: 0,
            made: 0,
            name: super::MAIN,
            base: 0,
            variables: Vec::new(),
            at: Part::Start,
            asked: FxHashMap::default(),
        }
    }

    /// The text that the template makes of the data.
    pub(super) fn run(mut self, data: Datum) -> Result<Vec<u8>, Stop> {
        let Some((name, list)) = self.template.lists.get_key_value(super::MAIN) else { return Ok(Vec::new()) };
        self.name = name;
        let dot = Place::from(data);
        self.variables.push(("$", dot.clone()));
        let mut frames = vec![Frame::List { list, next: 0, dot, mark: 0 }];
        let mut depth = 0;
        while let Some(frame) = frames.last_mut() {
            match frame {
                Frame::List { list, next, dot, mark } => {
                    let Some(statement) = list.get(*next) else {
                        let mark = *mark;
                        self.variables.truncate(mark);
                        frames.pop();
                        continue;
                    };
                    *next += 1;
                    self.spend(1)?;
                    match statement {
                        Statement::Text(text) => self.out.write(text),
                        Statement::Action(pipeline) => {
                            let value = self.pipeline(dot, pipeline)?;
                            if pipeline.variables.is_empty() {
                                verbs::print(&mut self.out, &value);
                            }
                        }
                        Statement::If(branch) | Statement::With(branch) => {
                            let mark = self.variables.len();
                            let value = self.pipeline(dot, &branch.pipeline)?;
                            let truth = value.truth();
                            let moved = truth && matches!(statement, Statement::With(_));
                            let dot = if moved { Place::from(value) } else { dot.clone() };
                            match if truth { Some(&branch.then) } else { branch.otherwise.as_ref() } {
                                Some(list) => frames.push(Frame::List { list, next: 0, dot, mark }),
                                None => self.variables.truncate(mark),
                            }
                        }
                        Statement::Range(branch) => {
                            let mark = self.variables.len();
                            let dot = dot.clone();
                            let value = self.pipeline(&dot, &branch.pipeline)?;
                            match self.over(value, &branch.pipeline)? {
                                Some(over) => {
                                    let body = self.variables.len();
                                    frames.push(Frame::Loop { branch, over, next: 0, mark, body });
                                }
                                None => match &branch.otherwise {
                                    Some(list) => frames.push(Frame::List { list, next: 0, dot, mark }),
                                    None => self.variables.truncate(mark),
                                },
                            }
                        }
                        Statement::Template(invocation) => {
                            let dot = dot.clone();
                            let frame = self.invoke(&dot, invocation, depth)?;
                            depth += 1;
                            frames.extend(frame);
                        }
                        Statement::Break => {
                            while let Some(frame) = frames.pop() {
                                if let Frame::Loop { mark, .. } = frame {
                                    self.variables.truncate(mark);
                                    break;
                                }
                            }
                        }
                        Statement::Continue => {
                            while matches!(frames.last(), Some(Frame::List { .. })) {
                                frames.pop();
                            }
                        }
                    }
                    self.check()?;
                }
                Frame::Loop { branch, over, next, mark, body } => {
                    self.variables.truncate(*body);
                    self.spend(1)?;
                    match over.element(*next) {
                        Some((index, element)) => {
                            *next += 1;
                            let (list, mark) = (&branch.then, *body);
                            self.bind(&branch.pipeline, mark, index, &element)?;
                            frames.push(Frame::List { list, next: 0, dot: element, mark });
                        }
                        None => {
                            let mark = *mark;
                            self.variables.truncate(mark);
                            frames.pop();
                        }
                    }
                }
                Frame::Call { name, base } => {
                    self.variables.truncate(self.base);
                    (self.name, self.base) = (*name, *base);
                    depth -= 1;
                    frames.pop();
                }
            }
        }
        Ok(self.out.finish())
    }

    /// The frames of a named template.
    fn invoke(&mut self, dot: &Place, invocation: &'t Invocation, depth: usize) -> Result<[Frame<'t>; 2], Stop> {
        self.at = Part::Invocation(invocation);
        let Some((name, list)) = self.template.lists.get_key_value(&invocation.name) else {
            return Err(self.fail(&format!("template {} not defined", mgmt_values::text::quote(invocation.name.as_bytes()))));
        };
        if depth == DEEPEST {
            return Err(self.fail(&format!("exceeded maximum template depth ({DEEPEST})")));
        }
        let dot = match &invocation.pipeline {
            Some(pipeline) => self.pipeline(dot, pipeline)?,
            None => Datum::Nil,
        };
        let call = Frame::Call { name: self.name, base: self.base };
        (self.name, self.base) = (name, self.variables.len());
        let dot = Place::from(dot);
        self.variables.push(("$", dot.clone()));
        Ok([call, Frame::List { list, next: 0, dot, mark: self.base }])
    }

    /// What a loop goes over; `None` for nothing.
    fn over(&self, value: Datum, pipeline: &Pipeline) -> Result<Option<Over>, Stop> {
        Ok(match value {
            Datum::List(list) => (!list.range.is_empty()).then_some(Over::List(list)),
            Datum::Map(map) => {
                let order = order(&map);
                (!order.is_empty()).then_some(Over::Map(map, order))
            }
            Datum::Fields(fields) => {
                let order = fields.order();
                (!order.is_empty()).then_some(Over::Fields(fields, order))
            }
            Datum::Int(count, _) if pipeline.variables.len() > 1 => {
                return Err(self.fail(&format!("can't use {count} to iterate over more than one variable")));
            }
            Datum::Int(count, width) => (count > 0).then_some(Over::Count(count, width)),
            Datum::Nil => None,
            other => return Err(self.fail(&format!("range can't iterate over {}", verbs::shown(&other, 'v')))),
        })
    }

    /// Gives the variables of a loop their values; they are the last that were declared before `mark`.
    fn bind(&mut self, pipeline: &'t Pipeline, mark: usize, index: Datum, element: &Place) -> Result<(), Stop> {
        let two = pipeline.variables.len() > 1;
        match pipeline.variables.as_slice() {
            [] => {}
            [first, rest @ ..] if pipeline.assigns => {
                let value = if two { Place::from(index) } else { element.clone() };
                self.assign(first, value)?;
                if let [second, ..] = rest {
                    self.assign(second, element.clone())?;
                }
            }
            _ => {
                self.variables[mark - 1].1 = element.clone();
                if two {
                    self.variables[mark - 2].1 = Place::from(index);
                }
            }
        }
        Ok(())
    }

    /// Declares a variable.
    pub(super) fn declare(&mut self, name: &'t str, value: Place) {
        self.variables.push((name, value));
    }

    /// Gives a variable another value.
    pub(super) fn assign(&mut self, name: &'t str, value: Place) -> Result<(), Stop> {
        match self.variables[self.base..].iter_mut().rev().find(|(variable, _)| *variable == name) {
            Some(variable) => {
                variable.1 = value;
                Ok(())
            }
            None => Err(self.undefined(name)),
        }
    }

    /// The value of a variable.
    pub(super) fn variable(&self, name: &str) -> Result<Place, Stop> {
        let found = self.variables[self.base..].iter().rev().find(|(variable, _)| *variable == name);
        found.map(|(_, value)| value.clone()).ok_or_else(|| self.undefined(name))
    }

    fn undefined(&self, name: &str) -> Stop {
        self.fail(&format!("undefined variable: {name}"))
    }

    /// Counts work that was done.
    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Stop> {
        self.steps += steps as u64;
        if self.steps > self.limits.steps { Err(self.fail("the template takes too long")) } else { Ok(()) }
    }

    /// Counts bytes of a text that was made.
    pub(super) fn count(&mut self, bytes: usize) -> Result<(), Stop> {
        self.made += bytes;
        if self.made > self.limits.bytes { Err(self.too_long()) } else { Ok(()) }
    }

    /// Where a text is made that is not output.
    pub(super) fn scratch(&self) -> Out {
        Out::new(self.limits.bytes.saturating_sub(self.made))
    }

    /// A text that was made.
    pub(super) fn made(&mut self, out: Out) -> Result<Datum, Stop> {
        if out.full() {
            return Err(self.too_long());
        }
        let text = out.finish();
        self.count(text.len())?;
        Ok(Datum::made(text))
    }

    fn check(&self) -> Result<(), Stop> {
        if self.out.full() { Err(self.too_long()) } else { Ok(()) }
    }

    fn too_long(&self) -> Stop {
        self.fail(&format!("the template makes more than {} bytes", self.limits.bytes))
    }

    /// An error at the part that is being evaluated.
    pub(super) fn fail(&self, message: &str) -> Stop {
        self.fault(message, true)
    }

    /// An error that perhaps nothing catches.
    pub(super) fn fault(&self, message: &str, catchable: bool) -> Stop {
        let (line, column) = self.template.line_and_column(self.at.position());
        let name = mgmt_values::text::quote(self.name.as_bytes());
        let message = format!(
            "template: execution error: template: template:{line}:{column}: executing {name} at <{}>: {message}",
            self.at
        );
        Stop::Failed(Fault { message, catchable })
    }
}

impl Over {
    /// The index or key and the element of one turn.
    fn element(&self, turn: usize) -> Option<(Datum, Place)> {
        match self {
            Over::List(list) => Some((Datum::Int(turn as i64, super::datum::Width::Native), list.get(turn)?)),
            Over::Map(map, order) => Some(map.entry(map.entries().get(*order.get(turn)?)?)),
            Over::Fields(fields, order) => {
                let (name, value) = fields.at(*order.get(turn)?)?;
                Some((Datum::made(name.into_bytes()), value))
            }
            Over::Count(count, width) => {
                let turn = i64::try_from(turn).ok().filter(|turn| turn < count)?;
                Some((Datum::Nil, Place::from(Datum::Int(turn, *width))))
            }
        }
    }
}

/// The order in which a template goes through a map: as the language does, except that NaN comes first and structs are compared field by field.
pub(super) fn order(map: &Dictionary) -> Vec<usize> {
    let entries = map.entries();
    let mut order: Vec<usize> = Range { start: 0, end: entries.len() }.collect();
    if matches!(map.key, Type::Float | Type::Struct(_)) {
        order.sort_by(|a, b| compare(&entries[*a].0, &entries[*b].0));
    }
    order
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan())),
        (Value::Struct(a), Value::Struct(b)) => {
            let pairs = a.fields().iter().zip(b.fields());
            pairs.map(|((_, a), (_, b))| compare(a, b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        }
        _ => a.compare(b),
    }
}

impl Fields {
    /// The places of the fields in the order of their capitalised names.
    pub(super) fn order(&self) -> Vec<usize> {
        let names = self.record.fields();
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by_cached_key(|index| super::datum::capital(&names[*index].0));
        order
    }
}
