//! Calls of `golang.template`.

use super::call::Frame;
use super::code::Template;
use super::run::{Evaluation, handed_on, settled};
use crate::builtins::{Builtin, Purity};
use crate::functions::golang::template::{self, Host, Limits, Stop};
use mgmt_values::{Call, Key, Reading, Site, Value};

impl Template {
    /// Whether it may ask a source that has a state of its own: a text that is not known yet may ask anything.
    pub(super) fn own(&self) -> bool {
        match self.parsed.as_deref() {
            Some(Ok(template)) => template.own(),
            Some(Err(_)) => false,
            None => true,
        }
    }
}

impl Evaluation<'_> {
    /// The text that a template makes.
    pub(super) fn template(&mut self, call: &Template, frame: &Frame<'_>) -> Reading {
        let args = match self.operands(&call.args, frame) {
            Ok(args) => args,
            Err(reading) => return reading,
        };
        let known = call.parsed.as_deref();
        let text = args.first().and_then(Value::as_text).map(|text| text.as_bytes()).unwrap_or_default();
        let fresh = if known.is_none() { Some(template::Template::parse(text)) } else { None };
        let data = args.get(1).map(|value| (value, &call.data));
        let result = match known.or(fresh.as_ref()) {
            Some(Ok(template)) => {
                let site = frame.site(call.offset);
                template.render(data, &mut Asking { evaluation: self, site }, Limits::RUNNING)
            }
            Some(Err(fault)) => Err(Stop::Failed(fault.clone())),
            None => Err(Stop::Pending),
        };
        match result {
            Ok(text) => Reading::Value(Value::str(text)),
            // Where a template is all of a function, its mistakes are its own.
            Err(Stop::Failed(fault)) => handed_on(settled(Err(fault), frame, call.offset)),
            Err(Stop::Pending) => Reading::Pending,
        }
    }
}

/// Asks the host for a template in a cell.
struct Asking<'a, 'e> {
    evaluation: &'a mut Evaluation<'e>,
    site: Site,
}

impl Host for Asking<'_, '_> {
    fn ask(&mut self, function: &'static Builtin, path: [u32; 2], args: Vec<Value>) -> Reading {
        let call = Call::new(function.name, args);
        if function.purity != Purity::Own {
            return self.evaluation.ask(Key::Shared(call), None);
        }
        let path: Vec<u32> = self.evaluation.path.iter().copied().chain(path).collect();
        let key = Key::own(self.site, self.evaluation.instance.context.clone(), path);
        self.evaluation.ask(key, Some(call))
    }
}
