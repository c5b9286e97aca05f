//! Texts, names and modules: what it does not parse, find or keep apart.

use super::Difference;
use crate::damage;
use crate::repair::{self, Node};
use crate::verdict::{Program, Verdict, same};
use mgmt_lang::syntax::tree::{Import, Statement};
use std::collections::BTreeSet;

pub(super) fn system_module_in_mcl(difference: &Difference<'_>) -> bool {
    difference.its_is("setscope", "`example.test1` does not exist in this scope")
}

pub(super) fn end_of_file(difference: &Difference<'_>) -> bool {
    let end = ["lexparse", "setscope"].iter().any(|phase| difference.its_is(phase, "unexpected $end"));
    let unfinished = difference.program.files.values().any(|text| !text.ends_with('\n'));
    let at_end = difference.our().is_some_and(|our| {
        ["lexparse", "setscope"].contains(&our.phase.as_str())
            && ["end of the file", "not closed", "the end of"].iter().any(|text| our.message.contains(text))
    });
    end && (at_end || unfinished && difference.agrees_on(&repair::with_last_line_ended(difference.program)))
}

pub(super) fn escaped_backslash(difference: &Difference<'_>) -> bool {
    let repaired = repair::without_last_backslash(difference.program);
    repaired != *difference.program && difference.agrees_on(&repaired)
}

pub(super) fn each_node(program: &Program, visit: &mut dyn FnMut(&Node<'_>)) {
    program.sources().for_each(|(_, text)| repair::walk(text, visit));
}

pub(super) fn lambda_on_the_spot(difference: &Difference<'_>) -> bool {
    difference.its_is("stream", "could not find `") && difference.its_is("stream", "in env")
}

pub(super) fn false_cycle(difference: &Difference<'_>) -> bool {
    let mut hidden = BTreeSet::new();
    let mut stars = false;
    each_node(difference.program, &mut |node| match node {
        Node::Statement(Statement::For(s)) => hidden.extend([s.index.text.clone(), s.value.text.clone()]),
        Node::Statement(Statement::ForKv(s)) => hidden.extend([s.key.text.clone(), s.value.text.clone()]),
        Node::Statement(Statement::Import(Import { alias, path, .. })) => {
            stars |= alias.is_some() || path.text.contains(['/', '.'])
        }
        _ => {}
    });
    let named = |text: &str| hidden.iter().any(|name| text.contains(&format!("${name}")) || text.contains(&format!("${{{name}")));
    difference.its_is("setscope", "recursive reference")
        && !difference.our_is("setscope", "recursi")
        && (stars || difference.program.text().lines().any(named))
}

pub(super) fn doubled_parameter(difference: &Difference<'_>) -> bool {
    let in_module = difference.our_is("setscope", "duplicate parameter") && difference.its_comes_to("setscope");
    difference.our_is("init", "duplicate parameter") && difference.its_comes_to("interpolate") || in_module
}

pub(super) fn colliding_imports(difference: &Difference<'_>) -> bool {
    let ours = difference.our_is("setscope", "comes with two imports") && difference.its_comes_to("setscope");
    let own = difference.our_is("setscope", "import") && !difference.our_is("setscope", "is imported twice");
    difference.its_is("setscope", "can't squash") && !own || ours
}

/// What is missing there is a name that the class has from around it and that its own body does not use.
pub(super) fn exported_by_chance(difference: &Difference<'_>) -> bool {
    // There, or here where it was exported there.
    let its = difference.its().filter(|its| its.phase == "setscope" && its.message.contains("does not exist"));
    let ours = difference.our().filter(|our| our.phase == "setscope" && our.message.starts_with("there is no"));
    let exported = ours.filter(|_| its.is_none() && difference.its_comes_to("unify"));
    let missing = its.or(exported).and_then(|report| report.message.split('`').nth(1));
    let Some((alias, name)) = missing.and_then(|name| name.trim_start_matches('$').split_once('.')) else {
        return false;
    };
    let mut classes = BTreeSet::new();
    each_node(difference.program, &mut |node| match node {
        Node::Statement(Statement::Include(include)) if include.alias.as_ref().is_some_and(|own| *own.text == *alias) => {
            classes.extend(include.class.text.rsplit('.').next().map(str::to_owned));
        }
        _ => {}
    });
    let mut unused = false;
    for text in difference.program.files.values() {
        repair::walk(text, &mut |node| {
            if let Node::Statement(Statement::Class(class)) = node {
                let body = &text[class.body.span.start as usize..class.body.span.end as usize];
                unused |= classes.contains(&*class.name.text) && !damage::tokens(body).contains(&name);
            }
        });
    }
    unused && (exported.is_some() || !difference.our_is("setscope", &format!("`{alias}.{name}`")))
}

/// Where every copy of a module is the vendored one, it does not matter which is found.
pub(super) fn file_of_module(difference: &Difference<'_>) -> bool {
    let repaired = repair::with_one_copy(difference.program);
    if repaired == *difference.program {
        return false;
    }
    // A mistake in it is found in either copy.
    let mistake = |verdict: &Verdict| match verdict {
        Verdict::Refused(all) => all.first().and_then(|report| {
            let place = report.place.as_deref()?;
            let inner = ["vendor/", "modules/"].iter().find_map(|folder| place.split_once(folder))?.1;
            Some((report.phase.clone(), inner.to_owned()))
        }),
        _ => None,
    };
    let its = mistake(&difference.judges.ask_reference(&repaired));
    its.is_some() && its == mistake(&difference.judges.ask_ours(&repaired)) || difference.agrees_on(&repaired)
}

pub(super) fn lost_class(difference: &Difference<'_>) -> bool {
    let ours = ["interpolate", "setscope"].iter().any(|phase| difference.our_is(phase, "without a base class"));
    ours && difference.its_comes_to("setscope")
}

pub(super) fn module_in_loop(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let lost = difference.its_is("stream", "AppendToIterBody") || difference.its_is("stream", "unspecified error with");
    lost && text.contains("import") && text.contains("for")
}

pub(super) fn hijacked(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let words = [("concat", "konkat"), ("contains", "kontains"), ("panic_debug", "panik_debug")];
    let taken = words.iter().filter(|(name, _)| text.contains(&format!("func {name}(")));
    let repaired =
        taken.fold(difference.program.clone(), |program, (name, other)| repair::with_renamed_function(&program, name, other));
    repaired != *difference.program
        && same(difference.ours, &difference.judges.ask_ours(&repaired))
        && difference.agrees_on(&repaired)
}
