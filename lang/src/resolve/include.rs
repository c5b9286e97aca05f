//! Includes: private copies of class bodies.

use super::block::annotation;
use super::code::mix;
use super::order::Space;
use super::program::{BlockKind, DefKind, StatementKind};
use super::resolver::{Here, Includes, Resolver};
use super::scope::{Exports, Found, Mount};
use crate::syntax::tree;
use mgmt_values::CellId;
use std::rc::Rc;

impl<'t> Resolver<'t, '_> {
    /// Copies the body of a class: its arguments are those of this include, everything else is seen from where the class is defined.
    pub fn include(&mut self, s: &'t tree::Include, id: CellId, here: &Here) -> Option<StatementKind> {
        let copied = self.copy(s, id, here);
        if copied.is_none() {
            self.give_up_alias(s, here);
        }
        copied
    }

    fn give_up_alias(&mut self, s: &'t tree::Include, here: &Here) {
        if let Some(alias) = &s.alias {
            self.give_up(here, Some(&alias.text));
        }
    }

    fn copy(&mut self, s: &'t tree::Include, id: CellId, here: &Here) -> Option<StatementKind> {
        let Found::Class(class) = self.find(here, Space::Class, &s.class.text, s.span)? else { return None };
        let definition = &self.classes[class.0 as usize];
        let (code, layer, time, module) = (definition.code.clone(), definition.layer, definition.time, definition.module.clone());
        let given: &'t [tree::Expr] = s.args.as_ref().map_or(&[], |args| &args.values);
        let params = &code.class.params;
        let params: &'t [tree::Param] = params.as_ref().map_or(&[], |params| &params.params);
        if given.len() != params.len() {
            let message = format!("class `{}` takes {}, not {}", s.class.text, count(params.len()), given.len());
            let related = (code.class.name.span, "defined here".to_owned());
            let mut diagnostic = crate::diagnostic::Diagnostic::new(mgmt_values::Phase::Setscope, s.span, message);
            diagnostic.related.push(related);
            self.report(here, diagnostic);
            return None;
        }
        let values = self.expressions(given, here);
        let entered = std::iter::successors(here.includes.as_ref(), |includes| includes.outer.as_ref());
        if entered.into_iter().any(|includes| includes.class == class) {
            self.mistake(here, s.span, format!("recursion is not possible: this include lies in class `{}` itself", code.name));
            return None;
        }
        if !self.room(here, s.span) {
            return None;
        }
        let block = self.block_inside(Some(here.block), BlockKind::Include);
        let layer = self.scopes.inside_at(layer, time);
        let includes = Some(Rc::new(Includes { class, outer: here.includes.clone() }));
        let inner = Here { block, layer, path: mix(id.0, "body"), nesting: here.nesting + 1, module, includes };
        let mut arguments = Vec::with_capacity(params.len());
        for ((index, param), value) in params.iter().enumerate().zip(values) {
            let kind = DefKind::Argument(value, annotation(param.annotation.as_ref()));
            arguments.push(self.given(&param.name, id, index, kind, &inner));
        }
        self.block(&code.body, &inner);
        if let Some(alias) = &s.alias {
            self.scopes.mount(here.layer, &*alias.text, Mount::Layer(layer, Some(Exports { class, code })));
        }
        Some(StatementKind::Include { arguments, body: block })
    }
}

fn count(n: usize) -> String {
    match n {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    }
}
