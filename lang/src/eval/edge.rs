//! Edge statements: the cross product of each adjacent pair of halves.

use super::call::Frame;
use super::code::Half;
use super::run::{Evaluation, stopped, strict};
use mgmt_values::resource::{Edge, Link, ResourceId};
use mgmt_values::{Reading, Row, Value, Yield};

impl Evaluation<'_> {
    /// The edges of `halves[0] -> halves[1] -> …`.
    pub(super) fn edges(&mut self, halves: &[Half], frame: &Frame<'_>) -> Yield {
        let readings: Vec<Reading> = halves.iter().map(|half| self.eval(&half.name, frame)).collect();
        let names = match strict(readings) {
            Ok(names) => names,
            Err(reading) => return stopped(reading),
        };
        // The statement's own place comes first in every home.
        let site = frame.site(0);
        let mut rows = Vec::new();
        for (pair, names) in halves.windows(2).zip(names.windows(2)) {
            let link = match (&pair[0].field, &pair[1].field) {
                (Some(send), Some(receive)) => Some(Link { send: send.clone(), receive: receive.clone() }),
                _ => None,
            };
            for from in ids(&pair[0], &names[0]) {
                for to in ids(&pair[1], &names[1]) {
                    rows.push(Row::Edge(Edge { from: from.clone(), to, notify: false, link: link.clone(), site }));
                }
            }
        }
        Yield::Rows(rows)
    }
}

/// The resources that a half names with a `str` or a `[]str`.
pub(super) fn ids(half: &Half, names: &Value) -> Vec<ResourceId> {
    let names = match names {
        Value::List(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    names.iter().filter_map(|name| name.as_text()).map(|name| ResourceId::new(half.kind.clone(), name.clone())).collect()
}
