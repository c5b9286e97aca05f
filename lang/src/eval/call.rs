//! Calls of `func` statements and of function values.
//!
//! Arguments are eager and passed as they are: the body decides what to do with an error, and may catch it. An error in an argument that
//! the body never looks at is uncaught, since nothing could have caught it.

use super::bodies;
use super::code::{Body, Lambda, Node, Offset};
use super::run::{Evaluation, handed_on, strict};
use mgmt_values::func::{Capture, Function};
use mgmt_values::identity::{Identity, Maker};
use mgmt_values::{CellId, Error, Reading, Site, Value};
use std::cell::Cell;

/// What a body sees beside the cell it runs in.
pub(super) struct Frame<'a> {
    /// The home of the code that is running.
    pub(super) home: CellId,
    /// The arguments.
    pub(super) args: &'a [Argument],
    /// What the lambda has captured.
    pub(super) captures: &'a [Capture],
}

/// An argument, and whether the body has looked at it.
pub(super) struct Argument {
    reading: Reading,
    used: Cell<bool>,
}

impl From<Reading> for Argument {
    fn from(reading: Reading) -> Argument {
        Argument { reading, used: Cell::new(false) }
    }
}

impl Frame<'_> {
    pub(super) fn local(&self, index: u32) -> Reading {
        self.args.get(index as usize).map_or(Reading::Pending, |argument| {
            argument.used.set(true);
            argument.reading.clone()
        })
    }

    pub(super) fn capture(&self, index: u32) -> Reading {
        match self.captures.get(index as usize) {
            Some(Capture::Value(value)) => Reading::Value(value.clone()),
            // Cells are read by the body itself, in the context it was written in.
            Some(Capture::Key(_)) | None => Reading::Pending,
        }
    }
}

impl Evaluation<'_> {
    /// A call of a `func` statement.
    pub(super) fn call(&mut self, body: &Body, args: &[Node], frame: &Frame<'_>, offset: Offset) -> Reading {
        let args: Vec<Argument> = args.iter().map(|arg| self.eval(arg, frame).into()).collect();
        let reading = self.framed(frame, offset, Identity(0), |run| run.body(body, &args, &[], Some(frame.site(offset))));
        if body.looped { handed_on(reading) } else { reading }
    }

    /// A call of a function value: `nodes` are the function and its arguments.
    pub(super) fn apply(&mut self, nodes: &[Node], frame: &Frame<'_>, offset: Offset) -> Reading {
        let function = self.eval(&nodes[0], frame);
        let args: Vec<Argument> = nodes[1..].iter().map(|arg| self.eval(arg, frame).into()).collect();
        match function {
            Reading::Value(Value::Func(function)) => {
                self.framed(frame, offset, function.identity(), |run| run.invoke(&function, &args, frame.site(offset), true))
            }
            // The function and the arguments are operands alike.
            other => match strict(std::iter::once(other).chain(args.into_iter().map(|arg| arg.reading))) {
                Ok(_) => Reading::Pending,
                Err(reading) => reading,
            },
        }
    }

    /// Runs the body of a function value for the call at `site`, without a call frame of its own. `blamed`: a failure that is all there is
    /// to the body is placed at the call.
    pub(super) fn invoke(&mut self, function: &Function, args: &[Argument], site: Site, blamed: bool) -> Reading {
        match bodies::find(function.site()) {
            Some(body) => self.body(&body, args, function.captures(), blamed.then_some(site)),
            None => Reading::Error(Error::catchable(site, "the function is not part of the program any more")),
        }
    }

    /// Runs `inner` below a call frame that names the call site and the function.
    pub(super) fn framed(
        &mut self,
        frame: &Frame<'_>,
        offset: Offset,
        function: Identity,
        inner: impl FnOnce(&mut Self) -> Reading,
    ) -> Reading {
        let name = Maker::new(b'p').word(frame.home.0).word(u64::from(offset)).part(function).finish().0 as u64;
        self.path.extend([(name >> 32) as u32, name as u32]);
        let reading = inner(self);
        self.path.truncate(self.path.len() - 2);
        reading
    }

    fn body(&mut self, body: &Body, args: &[Argument], captures: &[Capture], blamed: Option<Site>) -> Reading {
        let inner = Frame { home: body.home, args, captures };
        let result = match self.eval(&body.node, &inner) {
            // What failed is what the body gives, so the call says more about it than the body or an argument does.
            Reading::Error(error) if error.direct => Reading::Error(Error { place: blamed.or(error.place), ..error }),
            result => result,
        };
        let ignored = args.iter().find_map(|arg| match &arg.reading {
            Reading::Error(error) if !arg.used.get() => Some(error),
            _ => None,
        });
        match (result, ignored) {
            (Reading::Pending, _) => Reading::Pending,
            _ if args.iter().any(|arg| matches!(arg.reading, Reading::Pending)) => Reading::Pending,
            (_, Some(error)) => Reading::Error(Error { catchable: false, direct: false, ..error.clone() }),
            (result, None) => result,
        }
    }

    /// The function value of a lambda.
    pub(super) fn close(&mut self, lambda: &Lambda, frame: &Frame<'_>) -> Reading {
        match self.operands(&lambda.captures, frame) {
            Ok(values) => {
                let captures: Vec<Capture> = values.into_iter().map(Capture::Value).collect();
                let site = bodies::site(&lambda.body);
                let context = self.context(lambda.depth);
                let path: &[u32] = if lambda.outermost { &[] } else { &self.path };
                Reading::Value(Value::Func(Function::new(site, context, path, captures, lambda.signature.clone())))
            }
            Err(reading) => reading,
        }
    }
}
