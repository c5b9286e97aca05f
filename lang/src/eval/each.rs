//! Functions that call a function value for the elements of lists. The position of an element is part of the path of what its call asks.

use super::call::{Argument, Frame};
use super::code::{Node, Offset};
use super::run::{Evaluation, Operands, handed_on, settled, strict};
use crate::functions::{Each, Fault};
use mgmt_values::func::Function;
use mgmt_values::{Reading, Value};

impl Evaluation<'_> {
    /// `iter.map` and the like: lists, perhaps an initial value, and a function.
    pub(super) fn each(&mut self, each: Each, nodes: &[Node], frame: &Frame<'_>, offset: Offset) -> Reading {
        let values = match self.operands(nodes, frame) {
            Ok(values) => values,
            Err(reading) => return reading,
        };
        let Some((Value::Func(function), args)) = values.split_last() else {
            return settled(Err(Fault::new("not a function")), frame, offset);
        };
        self.framed(frame, offset, function.identity(), |run| match (each, args) {
            (Each::Map, [list]) => match run.all(function, elements(list).iter().map(|v| vec![v.clone()]), frame, offset) {
                Ok(values) => Reading::Value(Value::list(values)),
                Err(reading) => reading,
            },
            (Each::Filter, [list]) => match run.all(function, elements(list).iter().map(|v| vec![v.clone()]), frame, offset) {
                Ok(chosen) => {
                    let kept = elements(list).iter().zip(&chosen).filter(|(_, keep)| keep.as_bool() == Some(true));
                    Reading::Value(Value::list(kept.map(|(v, _)| v.clone()).collect::<Vec<_>>()))
                }
                Err(reading) => reading,
            },
            (Each::Zip, [left, right]) => {
                let pairs = elements(left).iter().zip(elements(right)).map(|(a, b)| vec![a.clone(), b.clone()]);
                match run.all(function, pairs, frame, offset) {
                    Ok(values) => Reading::Value(Value::list(values)),
                    Err(reading) => reading,
                }
            }
            (Each::Reduce, [initial, list]) => run.reduce(function, initial.clone(), elements(list), frame, offset),
            (Each::Reduce, [list]) => match elements(list).split_first() {
                Some((first, rest)) => run.reduce(function, first.clone(), rest, frame, offset),
                None => settled(Err(Fault::new("cannot reduce an empty list without an initial value")), frame, offset),
            },
            _ => settled(Err(Fault::new("wrong number of arguments")), frame, offset),
        })
    }

    /// The results of all calls, each at its own place in the path.
    fn all(
        &mut self,
        function: &Function,
        calls: impl Iterator<Item = Vec<Value>>,
        frame: &Frame<'_>,
        offset: Offset,
    ) -> Operands {
        let readings: Vec<Reading> = calls
            .enumerate()
            .map(|(index, args)| self.element(function, index, args.into_iter().map(Reading::Value), frame, offset))
            .collect();
        strict(readings)
    }

    fn reduce(&mut self, function: &Function, initial: Value, list: &[Value], frame: &Frame<'_>, offset: Offset) -> Reading {
        let mut result = Reading::Value(initial);
        for (index, element) in list.iter().enumerate() {
            result = self.element(function, index, [result, Reading::Value(element.clone())], frame, offset);
        }
        handed_on(result)
    }

    fn element(
        &mut self,
        function: &Function,
        index: usize,
        args: impl IntoIterator<Item = Reading>,
        frame: &Frame<'_>,
        offset: Offset,
    ) -> Reading {
        let args: Vec<Argument> = args.into_iter().map(Argument::from).collect();
        self.path.push(index as u32);
        let reading = self.invoke(function, &args, frame.site(offset), false);
        self.path.pop();
        reading
    }
}

fn elements(list: &Value) -> &[Value] {
    list.as_list().unwrap_or_default()
}
