//! Resource statements: one resource per distinct name, and the edges that the body says.

use super::call::Frame;
use super::code::{Entry, ResourceCode, What};
use super::edge::ids;
use super::meta;
use super::run::{Evaluation, stopped, strict};
use crate::resolve::program::Property;
use mgmt_values::resource::{Edge, Fields, Meta, Resource, ResourceId};
use mgmt_values::text::Text;
use mgmt_values::{Error, Rank, Reading, Row, Value, Yield};
use rustc_hash::FxHashSet;
use std::sync::Arc;

impl Evaluation<'_> {
    /// The rows of a resource statement. Everything in the body is evaluated, whatever its condition says.
    pub(super) fn resource(&mut self, code: &ResourceCode, frame: &Frame<'_>) -> Yield {
        let mut readings = vec![self.eval(&code.name, frame)];
        for entry in &code.entries {
            readings.extend(entry.condition.iter().map(|condition| self.eval(condition, frame)));
            readings.push(self.eval(entry.what.node(), frame));
        }
        let values = match strict(readings) {
            Ok(values) => values,
            Err(reading) => return stopped(reading),
        };
        let mut values = values.into_iter();
        // One value per node was asked for, so there is one.
        let Some(name) = values.next() else { return Yield::Pending };
        let mut said = Vec::with_capacity(code.entries.len());
        for entry in &code.entries {
            let counts = entry.condition.is_none() || values.next().and_then(|v| v.as_bool()) == Some(true);
            if let (Some(value), true) = (values.next(), counts) {
                said.push((entry, value));
            }
        }
        if code.collect {
            return self.collect(code, name, frame);
        }
        match rows(code, names(&name), &said, frame) {
            Ok(rows) => Yield::Rows(rows),
            Err(error) => Yield::Error(error),
        }
    }

    /// The resources that other hosts have exported under these names. What they hold is decoded by the world they come from, and until
    /// there is one, nothing is exported.
    fn collect(&mut self, code: &ResourceCode, name: Value, frame: &Frame<'_>) -> Yield {
        match self.ask_shared("_collect", vec![Value::str(code.kind.name), name]) {
            Reading::Value(found) if found.as_list().is_some_and(<[Value]>::is_empty) => Yield::Rows(Vec::new()),
            Reading::Value(_) => {
                let message = "exported resources of other hosts can't be read";
                Yield::Error(Error::interpret(Rank::Build, Some(frame.site(code.offset)), message))
            }
            Reading::Error(error) if error.place.is_none() => {
                Yield::Error(Error { place: Some(frame.site(code.offset)), ..error })
            }
            other => stopped(other),
        }
    }
}

/// The distinct names, in order.
fn names(name: &Value) -> Vec<Text> {
    let mut seen = FxHashSet::default();
    match name {
        Value::List(list) => {
            list.as_slice().iter().filter_map(|n| n.as_text()).filter(|n| seen.insert((*n).clone())).cloned().collect()
        }
        one => one.as_text().cloned().into_iter().collect(),
    }
}

/// One resource per name with all that the body says, and its edges.
fn rows(code: &ResourceCode, names: Vec<Text>, said: &[(&Entry, Value)], frame: &Frame<'_>) -> Result<Vec<Row>, Error> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let site = frame.site(code.offset);
    let invalid = |message: String| Error::interpret(Rank::Build, Some(site), message);
    if names.iter().any(|name| name.as_bytes().is_empty()) {
        return Err(invalid("resource name is empty".to_owned()));
    }
    let fields = fields(code, said, frame)?;
    let meta = Arc::new(meta(said, frame)?.meant_for(code.kind.traits));
    let mut rows = Vec::with_capacity(names.len());
    for name in &names {
        let text = name.to_str();
        let checked = meta::validate(&text, &meta).and_then(|()| match meta.hidden {
            true => Ok(()),
            false => code.kind.check(&text, meta.poll, &fields),
        });
        let reverses = code.kind.traits.reverses.filter(|_| meta.reverse);
        let checked = checked.and_then(|()| reverses.map_or(Ok(()), |reverses| reverses(&text, &fields)));
        let id = ResourceId::new(code.kind.name, name.clone());
        checked.map_err(|why| invalid(format!("{id} did not Validate: {why}")))?;
        let identities = Arc::new((code.kind.identities)(&text, &fields));
        rows.push(Row::Resource(Resource { id, meta: meta.clone(), identities, fields: fields.clone(), site, turn: code.turn }));
    }
    for (entry, value) in said {
        let What::Edge(property, half) = &entry.what else { continue };
        let notify = matches!(property, Property::Notify | Property::Listen);
        for name in &names {
            let me = ResourceId::new(code.kind.name, name.clone());
            for other in ids(half, value) {
                let (from, to) = match property {
                    Property::Before | Property::Notify => (me.clone(), other),
                    Property::Depend | Property::Listen => (other, me.clone()),
                };
                rows.push(Row::Edge(Edge { from, to, notify, link: None, site }));
            }
        }
    }
    Ok(rows)
}

/// The fields, each made to fit its storage.
fn fields(code: &ResourceCode, said: &[(&Entry, Value)], frame: &Frame<'_>) -> Result<Fields, Error> {
    let mut set = Vec::new();
    for (entry, value) in said {
        let What::Field(index, _) = entry.what else { continue };
        let unfit = |why: String| Error::interpret(Rank::Build, Some(frame.site(entry.offset)), why);
        let Some(field) = code.kind.fields.get(usize::from(index)) else { continue };
        field.ty.fits(value).map_err(unfit)?;
        set.push((index, field.ty.stored(value)));
    }
    Ok(Fields::new(code.kind, set))
}

/// The meta parameters, in the order of the text.
fn meta(said: &[(&Entry, Value)], frame: &Frame<'_>) -> Result<Meta, Error> {
    let mut meta = Meta::default();
    for (entry, value) in said {
        let outcome = match &entry.what {
            What::Meta(name, _) => meta::set(&mut meta, name, value),
            What::MetaStruct(_) => {
                let fields = value.as_record().map(|record| record.fields()).unwrap_or_default();
                fields.iter().try_for_each(|(name, value)| meta::set(&mut meta, name, value))
            }
            _ => Ok(()),
        };
        outcome.map_err(|why| Error::interpret(Rank::Build, Some(frame.site(entry.offset)), why))?;
    }
    Ok(meta)
}
