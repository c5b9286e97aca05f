//! Values that move along edges: from the last result of the sender to the receiver, at the start of its step.

use super::{Report, Scheduler};
use mgmt_resources::resource::{Failure, Sent};
use mgmt_values::resource::Link;
use mgmt_values::schema::FieldType;
use mgmt_values::types::Type;
use mgmt_values::value::Value;
use petgraph::stable_graph::NodeIndex;

/// What a vertex receives for one run.
#[derive(Debug, Default)]
pub(super) struct Received {
    /// By field of the kind's table, in its order.
    pub(super) values: Vec<(u16, Value)>,
    /// By name of the field, with whether its value differs from that of the last successful run.
    pub(super) told: Vec<(String, bool)>,
}

impl Scheduler {
    /// Collects what a vertex receives. All that is wrong is told in one failure, which names both sides.
    pub(super) fn receive(&mut self, node: NodeIndex) -> Result<Received, Failure> {
        let mut links: Vec<(NodeIndex, Link)> = Vec::new();
        for (from, edge) in self.live.predecessors(node) {
            links.extend(edge.links.iter().map(|link| (from, link.clone())));
        }
        links.sort_by(|a, b| a.1.receive.cmp(&b.1.receive));
        let (mut received, mut wrong, mut fresh) = (Received::default(), Vec::new(), Vec::new());
        for (from, link) in links {
            match self.transfer(from, node, &link) {
                Ok(None) => {}
                Ok(Some((field, value))) => {
                    let changed = self.last_received(node, field) != Some(&value);
                    received.told.push((link.receive.to_string(), changed));
                    received.values.push((field, value));
                    if changed {
                        fresh.push((from, link));
                    }
                }
                Err(why) => wrong.push(why),
            }
        }
        if !wrong.is_empty() {
            return Err(Failure::new(wrong.join("; ")));
        }
        received.values.sort_by_key(|(field, _)| *field);
        for (from, link) in fresh {
            let (from, to) = (self.id(from), self.id(node));
            self.report(Report::Received { from, key: link.send, to, field: link.receive });
        }
        Ok(received)
    }

    /// One value; `None` when a sender that is left alone because of noop has nothing to give to a receiver that is, too.
    fn transfer(&self, from: NodeIndex, to: NodeIndex, link: &Link) -> Result<Option<(u16, Value)>, String> {
        let (sender, receiver) = (self.live.vertex(from), self.live.vertex(to));
        let names = || format!("{}.{} -> {}.{}", sender.id, link.send, receiver.id, link.receive);
        let Some(value) = self.sent(from).and_then(|sent| find(sent, &link.send)) else {
            if self.noop(from) && self.noop(to) {
                return Ok(None);
            }
            return Err(format!("{}: nothing was sent", names()));
        };
        let Some((field, declared)) = receiver.fields.kind().field(&link.receive) else {
            return Err(format!("{}: no such field", names()));
        };
        if !holds(value, &declared.ty) {
            let (is, wanted) = (kind_of(value), declared.ty.language_type());
            return Err(format!("{}: a value of type {is} was sent to a field of type {wanted}", names()));
        }
        declared.ty.fits(value).map_err(|why| format!("{}: {why}", names()))?;
        Ok(Some((field as u16, value.clone())))
    }

    fn sent(&self, node: NodeIndex) -> Option<&Sent> {
        self.state(node).extra.as_ref()?.sent.as_ref()
    }

    fn last_received(&self, node: NodeIndex, field: u16) -> Option<&Value> {
        let extra = self.state(node).extra.as_ref()?;
        extra.received.iter().find(|(index, _)| *index == field).map(|(_, value)| value)
    }

    /// What a vertex has received for the run in flight, or else for its last successful one.
    fn has_received(&self, node: NodeIndex, field: u16) -> Option<&Value> {
        match self.runs.get(&self.handle(node)) {
            Some(run) => run.received.iter().find(|(index, _)| *index == field).map(|(_, value)| value),
            None => self.last_received(node, field),
        }
    }

    /// Keeps what a vertex published, and wakes those for whom it is new.
    pub(super) fn publish(&mut self, node: NodeIndex, sent: Sent) {
        if sent.is_empty() && self.sent(node).is_none() {
            return;
        }
        self.state_mut(node).extra().sent = Some(sent);
        let mut woken = Vec::new();
        for (to, edge) in self.live.successors(node) {
            let news = edge.links.iter().any(|link| {
                let field = self.live.vertex(to).fields.kind().field(&link.receive);
                let value = self.sent(node).and_then(|sent| find(sent, &link.send));
                field.is_some_and(|(field, _)| self.has_received(to, field as u16) != value)
            });
            if news {
                woken.push(to);
            }
        }
        for to in woken {
            self.mark_dirty(to, true);
        }
    }
}

fn find<'a>(sent: &'a Sent, key: &str) -> Option<&'a Value> {
    sent.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "float",
        Value::Str(_) => "str",
        Value::List(_) => "list",
        Value::Map(_) => "map",
        Value::Struct(_) => "struct",
        Value::Func(_) => "func",
    }
}

/// Whether a value is of the type that a field takes.
fn holds(value: &Value, ty: &FieldType) -> bool {
    matches!(ty, FieldType::Variant) || of_type(value, &ty.language_type())
}

fn of_type(value: &Value, ty: &Type) -> bool {
    match (value, ty) {
        (_, Type::Variant | Type::Var(_)) => true,
        (Value::List(list), Type::List(element)) => list.as_slice().iter().all(|v| of_type(v, element)),
        (Value::Map(map), Type::Map(types)) => map.entries().iter().all(|(k, v)| of_type(k, &types.0) && of_type(v, &types.1)),
        (Value::Struct(record), Type::Struct(fields)) => {
            let given = record.fields();
            given.len() == fields.len() && given.iter().zip(fields.iter()).all(|(g, f)| g.0 == f.0 && of_type(&g.1, &f.1))
        }
        (Value::List(_), _) | (Value::Map(_), _) | (Value::Struct(_), _) => false,
        (scalar, ty) => kind_of(scalar) == ty.kind(),
    }
}
