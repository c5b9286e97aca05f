//! Evaluates pipelines, commands and operands.

use super::builtin::{self, Failure, Made};
use super::datum::{Datum, Place, Sequence, Width};
use super::literal::{Ideal, Number};
use super::machine::Machine;
use super::tree::{Command, Kind, Operand, Part, Pipeline};
use super::{Stop, call};
use mgmt_values::{Type, Value};

impl<'t> Machine<'t, '_> {
    /// The value of a pipeline, which its variables take.
    pub(super) fn pipeline(&mut self, dot: &Place, pipeline: &'t Pipeline) -> Result<Datum, Stop> {
        self.at = Part::Pipeline(pipeline);
        let mut last = None;
        for command in &pipeline.commands {
            self.spend(1)?;
            last = Some(self.command(dot, command, last)?);
        }
        let value = last.unwrap_or(Datum::Nil);
        for variable in &pipeline.variables {
            let place = Place::from(value.clone());
            if pipeline.assigns {
                self.assign(variable, place)?;
            } else {
                self.declare(variable, place);
            }
        }
        Ok(value)
    }

    fn command(&mut self, dot: &Place, command: &'t Command, last: Option<Datum>) -> Result<Datum, Stop> {
        let Some((first, args)) = command.operands.split_first() else { return Ok(Datum::Nil) };
        let given = !args.is_empty() || last.is_some();
        Ok(match &first.kind {
            Kind::Field(_) | Kind::Chain(..) | Kind::Variable(_) => self.place(dot, first, given)?.datum,
            Kind::Function(name, callee) => {
                self.at = Part::Operand(first);
                self.call(dot, name, *callee, Part::Command(command), args, last)?
            }
            Kind::Pipeline(pipeline) => {
                self.not_a_function(first, given)?;
                self.pipeline(dot, pipeline)?
            }
            Kind::Dot | Kind::Nil | Kind::Bool(_) | Kind::Number(..) | Kind::Text(..) => {
                self.at = Part::Operand(first);
                self.not_a_function(first, given)?;
                match &first.kind {
                    Kind::Nil => return Err(self.fail("nil is not a command")),
                    Kind::Dot => dot.datum.clone(),
                    _ => self.constant(first)?,
                }
            }
        })
    }

    fn not_a_function(&self, operand: &Operand, given: bool) -> Result<(), Stop> {
        if given { Err(self.fail(&format!("can't give argument to non-function {operand}"))) } else { Ok(()) }
    }

    /// A field, a chain or a variable. `given`: it was given arguments, which none of these takes.
    fn place(&mut self, dot: &Place, operand: &'t Operand, given: bool) -> Result<Place, Stop> {
        self.at = Part::Operand(operand);
        match &operand.kind {
            Kind::Field(names) => self.fields(dot.clone(), names, given),
            Kind::Chain(inner, names) => {
                let inner = self.argument(dot, None, inner)?;
                self.fields(inner.into(), names, given)
            }
            Kind::Variable(names) => {
                let Some((name, fields)) = names.split_first() else { return Ok(Datum::Nil.into()) };
                let value = self.variable(name)?;
                if fields.is_empty() {
                    self.not_a_function(operand, given)?;
                    return Ok(value);
                }
                self.fields(value, fields, given)
            }
            _ => Ok(Datum::Nil.into()),
        }
    }

    fn fields(&mut self, mut value: Place, names: &[Box<str>], given: bool) -> Result<Place, Stop> {
        for (index, name) in names.iter().enumerate() {
            value = self.field(&value, name, given && index + 1 == names.len())?;
        }
        Ok(value)
    }

    fn field(&self, of: &Place, name: &str, given: bool) -> Result<Place, Stop> {
        let absent = || self.fail(&format!("map has no entry for key {}", mgmt_values::text::quote(name.as_bytes())));
        let arguments = || self.fail(&format!("{name} is not a method but has arguments"));
        match &of.datum {
            Datum::Nil => {
                let name = mgmt_values::text::quote(name.as_bytes());
                Err(self.fail(&format!("nil data; no entry for key {name}")))
            }
            Datum::Fields(_) if given => Err(arguments()),
            Datum::Fields(fields) => fields.get(name).ok_or_else(absent),
            Datum::Map(map) if map.key == Type::Str && given => Err(arguments()),
            Datum::Map(map) if map.key == Type::Str => map.get(&Value::str(name)).ok_or_else(absent),
            Datum::Struct(fields) if fields.index(name).is_some() => {
                if given {
                    return Err(self.fail(&format!("{name} has arguments but cannot be invoked as function")));
                }
                let field = fields.index(name).and_then(|index| fields.key_at(index));
                Ok(field.map_or(Datum::Nil, |(_, field)| field).into())
            }
            other => {
                let ty = if of.generic { "interface {}".to_owned() } else { other.type_name() };
                Err(self.fail(&format!("can't evaluate field {name} in type {ty}")))
            }
        }
    }

    /// A constant by itself.
    fn constant(&mut self, operand: &Operand) -> Result<Datum, Stop> {
        Ok(match &operand.kind {
            Kind::Bool(value) => Datum::Bool(*value),
            Kind::Text(text, _) => Datum::Text(text.into()),
            Kind::Number(Number { ideal, .. }, text) => match ideal {
                Ideal::Int(value) => Datum::Int(*value, Width::Native),
                Ideal::Float(value) => Datum::Float(*value),
                Ideal::Complex(real, imaginary) => Datum::Complex(*real, *imaginary),
                Ideal::Overflow => return Err(self.fail(&format!("{text} overflows int"))),
            },
            _ => Datum::Nil,
        })
    }

    /// An argument of the wanted type; `None` for any.
    pub(super) fn argument(&mut self, dot: &Place, want: Option<&Type>, operand: &'t Operand) -> Result<Datum, Stop> {
        self.at = Part::Operand(operand);
        self.spend(1)?;
        let value = match &operand.kind {
            Kind::Dot => dot.datum.clone(),
            Kind::Nil => {
                return match want {
                    None => Ok(Datum::Nil),
                    Some(ty @ (Type::List(_) | Type::Map(_))) => Ok(Datum::zero(ty, false)),
                    Some(ty) => Err(self.fail(&format!("cannot assign nil to {}", Datum::zero(ty, false).type_name()))),
                };
            }
            Kind::Field(_) | Kind::Variable(_) | Kind::Chain(..) => self.place(dot, operand, false)?.datum,
            Kind::Pipeline(pipeline) => self.pipeline(dot, pipeline)?,
            Kind::Function(name, callee) => self.call(dot, name, *callee, Part::Operand(operand), &[], None)?,
            Kind::Bool(_) | Kind::Number(..) | Kind::Text(..) => return self.literal(want, operand),
        };
        self.fitting(value, want)
    }

    /// A constant, which adapts to the type that is wanted.
    fn literal(&mut self, want: Option<&Type>, operand: &Operand) -> Result<Datum, Stop> {
        let Some(want) = want else { return self.constant(operand) };
        let expected = |what: &str| self.fail(&format!("expected {what}; found {operand}"));
        match (want, &operand.kind) {
            (Type::Bool, Kind::Bool(value)) => Ok(Datum::Bool(*value)),
            (Type::Bool, _) => Err(expected("bool")),
            (Type::Str, Kind::Text(text, _)) => Ok(Datum::Text(text.into())),
            (Type::Str, _) => Err(expected("string")),
            (Type::Int, Kind::Number(Number { int: Some(value), .. }, _)) => Ok(Datum::Int(*value, Width::Long)),
            (Type::Int, _) => Err(expected("integer")),
            (Type::Float, Kind::Number(Number { float: Some(value), .. }, _)) => Ok(Datum::Float(*value)),
            (Type::Float, _) => Err(expected("float")),
            (ty, _) => {
                let ty = Datum::zero(ty, false).type_name();
                Err(self.fail(&format!("can't handle {operand} for arg of type {ty}")))
            }
        }
    }

    /// A value that is to be of the wanted type.
    pub(super) fn fitting(&mut self, value: Datum, want: Option<&Type>) -> Result<Datum, Stop> {
        // What is done with an argument may cost as much as it is long.
        match &value {
            Datum::Text(text) => self.spend(text.as_slice().len() / 64)?,
            Datum::List(list) => self.spend(list.range.len() / 8)?,
            _ => {}
        }
        let Some(want) = want else { return Ok(value) };
        let fits = match (want, &value) {
            (Type::List(_) | Type::Map(_), Datum::Nil) => return Ok(Datum::zero(want, false)),
            (_, Datum::Nil) => {
                return Err(self.fail(&format!("invalid value; expected {}", Datum::zero(want, false).type_name())));
            }
            (Type::Bool, Datum::Bool(_)) | (Type::Float, Datum::Float(_)) | (Type::Str, Datum::Text(_)) => true,
            (Type::Int, Datum::Int(_, width)) => *width != Width::Byte,
            (Type::List(element), Datum::List(Sequence { element: given, generic: false, .. })) => **element == *given,
            (Type::Map(entry), Datum::Map(map)) => !map.generic && entry.0 == map.key && entry.1 == map.value,
            _ => false,
        };
        if fits {
            return Ok(value);
        }
        let want = Datum::zero(want, false).type_name();
        Err(self.fail(&format!("wrong type for value; expected {want}; got {}", value.type_name())))
    }

    /// Calls a function. `whole` is what messages name when the function fails.
    fn call(
        &mut self,
        dot: &Place,
        name: &str,
        callee: call::Callee,
        whole: Part<'t>,
        args: &'t [Operand],
        last: Option<Datum>,
    ) -> Result<Datum, Stop> {
        let given = args.len() + usize::from(last.is_some());
        let (fixed, variadic) = callee.arity();
        if variadic && given < fixed {
            return Err(self.fail(&format!("wrong number of args for {name}: want at least {fixed} got {}", args.len())));
        }
        if !variadic && given != fixed {
            return Err(self.fail(&format!("wrong number of args for {name}: want {fixed} got {given}")));
        }
        if let Some(decides) = callee.decides() {
            // Later arguments are not looked at once one has decided.
            let mut value = Datum::Nil;
            for arg in args {
                value = self.argument(dot, None, arg)?;
                if value.truth() == decides {
                    return Ok(value);
                }
            }
            return Ok(last.unwrap_or(value));
        }
        let mut values = Vec::with_capacity(given);
        for (index, arg) in args.iter().enumerate() {
            values.push(self.argument(dot, callee.want(index), arg)?);
        }
        if let Some(last) = last {
            values.push(self.fitting(last, callee.want(args.len()))?);
        }
        match callee {
            call::Callee::Builtin(which) => {
                let shown = args.first().map(ToString::to_string);
                let made = builtin::run(which, &values, shown.as_deref(), self.scratch()).map_err(Failure::Message);
                let made = made.and_then(|made| match made {
                    Made::Datum(datum) => Ok(datum),
                    Made::Text(out) => self.made(out).map_err(Failure::Stop),
                });
                made.map_err(|failure| match failure {
                    Failure::Message(message) => {
                        self.at = whole;
                        self.fail(&format!("error calling {name}: {message}"))
                    }
                    Failure::Stop(stop) => stop,
                })
            }
            call::Callee::Language(exposed) => self.exposed(name, exposed, whole, &values),
        }
    }
}
