//! What each rule looks for: the defect itself, in the program and in both answers.

use super::{Difference, lookups};
use crate::damage;
use crate::repair::{self, Node};
use crate::verdict::{Program, Report, Verdict, same};
use mgmt_lang::syntax::tree::{ExprKind, Import, Statement};
use std::collections::BTreeSet;

pub(super) fn literal_in_template(difference: &Difference<'_>) -> bool {
    difference.its_is("stream", "wrong type for value; expected int64; got int")
}

pub(super) fn system_module_in_mcl(difference: &Difference<'_>) -> bool {
    difference.its_is("setscope", "`example.test1` does not exist in this scope")
}

pub(super) fn empty_key(difference: &Difference<'_>) -> bool {
    difference.its_is("init", "key does not match map key type: cannot compare to nil")
        && difference.our_is("init", "an empty list")
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

/// Whether ours finds no types that disagree: only then is what it says of an open type comparable.
pub(super) fn typed(difference: &Difference<'_>) -> bool {
    let late = difference.our().is_none_or(|our| ["stream", "interpret", "autoedge"].contains(&our.phase.as_str()));
    late || difference.our_is("unify", "nothing says what type")
}

pub(super) fn computed_name(difference: &Difference<'_>) -> bool {
    let wants_list = ["list != str", "str != list"].iter().any(|text| difference.its_is("unify", text));
    let place = difference.its().and_then(|its| its.place.as_deref());
    let repaired = place.filter(|_| wants_list).and_then(|place| repair::with_listed_name(difference.program, place));
    repaired.is_some_and(|repaired| difference.agrees_on(&repaired))
}

pub(super) fn operands(difference: &Difference<'_>) -> bool {
    const OPERATORS: [&str; 12] = ["+", "-", "*", "/", "==", "!=", "<", ">", "<=", ">=", "and", "or"];
    let ours = |operator: &str| difference.our_is("unify", &format!("`{operator}` takes "));
    // It goes on to a mistake that ours finds as well.
    let next = matches!((difference.its(), difference.ours), (Some(its), Verdict::Refused(all))
        if all.iter().any(|our| our.phase == its.phase && our.place == its.place));
    OPERATORS.into_iter().any(ours) && (difference.its_comes_to("graph") || difference.its_is("unify", "ambiguous") || next)
}

pub(super) fn ambiguous_element(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.its().and_then(|report| report.place.as_deref()) else { return false };
    let empty = |text: &str| (text.starts_with("[]") || text.starts_with("{}")) && indexes_a_parameter(difference.program);
    difference.its_is("unify", "is ambiguous")
        && difference.our().is_none_or(|our| our.phase != "unify" || our.place.as_deref() != Some(place))
        && (lookups::at(difference.program, place)
            || lookups::into(difference.program, place)
            || difference.program.at(place).is_some_and(|(text, _)| empty(text)))
}

/// What is open there is bound to a variable that a bind with a type has as its value.
pub(super) fn annotated_variable(difference: &Difference<'_>) -> bool {
    let place = difference.its().and_then(|its| difference.program.offset(its.place.as_deref()?));
    let Some((file, at)) = place.filter(|_| difference.its_is("unify", "is ambiguous") && typed(difference)) else {
        return false;
    };
    let mut declared: BTreeSet<std::sync::Arc<str>> = BTreeSet::new();
    let mut found = false;
    // A variable may be the value of another one.
    for _ in 0..4 {
        repair::walk(&difference.program.files[file], &mut |node| {
            let Node::Statement(Statement::Bind(bind)) = node else { return };
            let known = declared.contains(&bind.name.text);
            found |= known && (bind.value.span.start as usize..bind.value.span.end as usize).contains(&at);
            if let ExprKind::Variable(name) = &bind.value.kind
                && (known || bind.annotation.is_some())
            {
                declared.insert(name.clone());
            }
        });
    }
    found
}

/// Whether a function looks up something in what it is given.
pub(super) fn indexes_a_parameter(program: &Program) -> bool {
    let (mut parameters, mut looked_in) = (BTreeSet::new(), BTreeSet::new());
    each_node(program, &mut |node| match node {
        Node::Statement(Statement::Func(func)) => {
            parameters.extend(func.function.params.params.iter().map(|param| param.name.text.clone()));
        }
        Node::Expr(expr) => match &expr.kind {
            ExprKind::Lambda(lambda) => parameters.extend(lambda.params.params.iter().map(|param| param.name.text.clone())),
            ExprKind::Index(index) => {
                if let ExprKind::Variable(name) = &index.container.kind {
                    looked_in.insert(name.clone());
                }
            }
            _ => {}
        },
        _ => {}
    });
    !parameters.is_disjoint(&looked_in)
}

pub(super) fn each_node(program: &Program, visit: &mut dyn FnMut(&Node<'_>)) {
    let texts = program.files.iter().filter(|(name, _)| name.ends_with(".mcl"));
    texts.for_each(|(_, text)| repair::walk(text, visit));
}

pub(super) fn index_of_parameter(difference: &Difference<'_>) -> bool {
    let map = ["map != list", "list != map"].iter().any(|text| difference.its_is("unify", text));
    let late = difference.its().is_none_or(|its| its.phase == "stream") && difference.our_is("unify", "is indexed by");
    map && typed(difference) || late
}

pub(super) fn lambda_on_the_spot(difference: &Difference<'_>) -> bool {
    difference.its_is("stream", "could not find `") && difference.its_is("stream", "in env")
}

pub(super) fn function_in_loop(difference: &Difference<'_>) -> bool {
    let behind = |(its, our): (&Report, &Report)| {
        let place = |report: &Report| report.place.as_deref().and_then(|place| difference.program.offset(place));
        our.phase == "unify" && place(its) < place(our)
    };
    const CONFLICTS: [&str; 5] = [
        "type error",
        "struct fields differ",
        "struct field count differs",
        "func arg count differs",
        "directly in the same set",
    ];
    CONFLICTS.iter().any(|text| difference.its_is("unify", text))
        && (typed(difference) || difference.its().zip(difference.our()).is_some_and(behind))
        && function_below(difference.program)
}

/// Whether a function is defined in a loop, or in a class of a program with a loop.
fn function_below(program: &Program) -> bool {
    let (mut loops, mut below) = (false, false);
    for text in program.files.iter().filter(|(name, _)| name.ends_with(".mcl")).map(|(_, text)| text) {
        let (mut bodies, mut functions) = (Vec::new(), Vec::new());
        repair::walk(text, &mut |node| match node {
            Node::Statement(Statement::For(s)) => bodies.push((true, s.body.span)),
            Node::Statement(Statement::ForKv(s)) => bodies.push((true, s.body.span)),
            Node::Statement(Statement::Class(s)) => bodies.push((false, s.body.span)),
            Node::Statement(Statement::Func(s)) => functions.push(s.span.start),
            _ => {}
        });
        loops |= bodies.iter().any(|(is_loop, _)| *is_loop);
        below |= bodies.iter().any(|(_, span)| functions.iter().any(|at| (span.start..span.end).contains(at)));
    }
    loops && below
}

pub(super) fn inconsistent_lambda(difference: &Difference<'_>) -> bool {
    // Without a type of its own, what is known contradicts everything.
    let open = difference.its().is_some_and(|its| its.message.contains("!= <nil>") || its.message.contains("?"));
    difference.its_is("unify", "type/value inconsistent") && (open || typed(difference))
}

pub(super) fn part_of_meta(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.its().and_then(|report| report.place.as_deref()) else { return false };
    difference.its_is("unify", "struct field") && difference.program.at(place).is_some_and(|(text, _)| text.starts_with("Meta"))
}

pub(super) fn unknown_kind(difference: &Difference<'_>) -> bool {
    let place = difference.our().and_then(|our| our.place.as_deref());
    let repaired = place.and_then(|place| repair::without_resource(difference.program, place));
    difference.our_is("unify", "there is no resource kind") && repaired.is_some_and(|repaired| difference.agrees_on(&repaired))
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

/// Without its fallbacks, ours fails where the reference does.
pub(super) fn not_caught(difference: &Difference<'_>) -> bool {
    let Some(its) = difference.its().filter(|its| its.phase == "stream") else { return false };
    let place = its.place.as_deref();
    let fails = |bare: (Program, Option<String>)| {
        let (program, place) = bare;
        let changed = program != *difference.program;
        let Verdict::Refused(reports) = difference.judges.ask_ours(&program) else { return false };
        // A failing call that is all of a function is told at the call of that.
        let alike = |our: &Report| place.is_none() || our.place == place || its.message.starts_with(&our.message);
        changed && reports.iter().any(|our| our.phase == "stream" && alike(our))
    };
    // Only those around the place, if it is in one, so that the rest stays as it is.
    place.is_some_and(|place| fails(repair::without_fallbacks(difference.program, Some(place), true)))
        || fails(repair::without_fallbacks(difference.program, place, false))
}

/// Ours tells it as well, or would if it were not an operand beside the one that ours tells.
pub(super) fn one_of_several(difference: &Difference<'_>) -> bool {
    let (Some(its), Verdict::Refused(all)) = (difference.its(), difference.ours) else { return false };
    let fails = |all: &[Report], place: &str| all.iter().any(|our| our.phase == "stream" && our.place.as_deref() == Some(place));
    let Some(place) = its.place.as_deref().filter(|_| its.phase == "stream") else {
        return its.phase == "stream" && all.iter().any(|our| our.phase == "stream" && our.place.is_none());
    };
    let alone = || {
        let (program, probe) = repair::with_probe(difference.program, place)?;
        let Verdict::Refused(all) = difference.judges.ask_ours(&program) else { return None };
        Some(fails(&all, &probe))
    };
    fails(all, place) || difference.our_is("stream", "") && alone().unwrap_or_default()
}

pub(super) fn colliding_imports(difference: &Difference<'_>) -> bool {
    let ours = difference.our_is("setscope", "comes with two imports") && difference.its_comes_to("setscope");
    difference.its_is("setscope", "can't squash") && !difference.our_is("setscope", "import") || ours
}

/// What is missing there is a name that the class has from around it and that its own body does not use.
pub(super) fn exported_by_chance(difference: &Difference<'_>) -> bool {
    let missing = difference.its().filter(|its| its.phase == "setscope" && its.message.contains("does not exist"));
    let Some((alias, name)) = missing.and_then(|its| its.message.split('`').nth(1)).and_then(|name| name.split_once('.')) else {
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
    unused && !difference.our_is("setscope", &format!("`{alias}.{name}`"))
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

pub(super) fn untyped_element(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.our().and_then(|report| report.place.as_deref()) else { return false };
    // Where it finds a lookup that cannot give what is wanted of it, ours may have found what it contradicts.
    let built = difference.its_is("unify", "built-in:_struct_lookup") || difference.its_is("unify", "built-in:_lookup");
    let late = difference.its().is_none_or(|its| ["stream", "interpret"].contains(&its.phase.as_str()));
    difference.our_is("unify", "") && (late || built) && lookups::at(difference.program, place)
}

pub(super) fn doubled_meta(difference: &Difference<'_>) -> bool {
    difference.our_is("stream", "meta parameter `")
        && difference.our_is("stream", "is set twice")
        && difference.its_comes_to("stream")
}

/// A value then does not fit where it goes.
pub(super) fn bind_in_loop(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.our().and_then(|report| report.place.as_deref()) else { return false };
    difference.our_is("unify", "")
        && difference.its_is("interpret", "cannot Into()")
        && lookups::bound_in_loop(difference.program, place)
}

pub(super) fn surplus_arguments(difference: &Difference<'_>) -> bool {
    difference.our_is("stream", "doesn't match format string verb count")
}

/// Whether the edges among these lines go in a circle.
pub(super) fn circle(lines: &[String]) -> bool {
    let ends = |line: &String| line.strip_prefix("Edge: ")?.split_once(" -> ").map(|(from, to)| (from.to_owned(), to.to_owned()));
    let mut edges: Vec<(String, String)> = lines.iter().filter_map(ends).collect();
    loop {
        let before = edges.len();
        let heads: Vec<String> = edges.iter().map(|(_, to)| to.clone()).collect();
        edges.retain(|(from, _)| heads.contains(from));
        if edges.len() == before {
            return before > 0;
        }
    }
}

pub(super) fn automatic_cycle(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    circle(expected) && expected.iter().all(|line| line.starts_with("Edge:") || found.contains(line))
}

pub(super) fn absent_paths(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let turned: Vec<String> = expected
        .iter()
        .filter(|line| !found.contains(line))
        .filter_map(|line| line.strip_prefix("Edge: ")?.split_once(" -> "))
        .filter(|(_, to)| to.starts_with("file[") && found.contains(&format!("Field: {to}.state = \"absent\"")))
        .map(|(from, to)| format!("Edge: {to} -> {from}"))
        .collect();
    let rest = |lines: &[String], other: &[String]| lines.iter().filter(|line| !other.contains(line)).count();
    rest(expected, found) == turned.len()
        && found.iter().filter(|line| !expected.contains(line)).all(|line| turned.contains(line))
}

pub(super) fn module_in_loop(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let lost = difference.its_is("stream", "AppendToIterBody") || difference.its_is("stream", "unspecified error with");
    lost && text.contains("import") && text.contains("for")
}

pub(super) fn not_reversible(difference: &Difference<'_>) -> bool {
    difference.our_is("interpret", "can't be reversed") && difference.its_comes_to("interpret")
}

pub(super) fn printed_parameter(difference: &Difference<'_>) -> bool {
    let ours = difference.our_is("unify", "of `fmt.printf` is") || difference.our_is("unify", "parameter `");
    let its = difference.its().is_none() || difference.its_is("stream", "base kind does not match");
    ours && its && difference.program.text().contains("printf")
}

/// Neither a verb nor a string that is a variable says what that is, so an empty list or map that is gone over stays open.
pub(super) fn use_without_type(difference: &Difference<'_>) -> bool {
    let place = difference.its().and_then(|its| its.place.as_deref());
    let empty = place.and_then(|place| difference.program.at(place)).is_some_and(|(text, _)| text.starts_with(['[', '{']));
    let text = difference.program.text();
    let used = text.contains("printf(") || text.contains("\"${");
    empty && used && typed(difference) && difference.its_is("unify", "is ambiguous")
}

pub(super) fn retryreset(difference: &Difference<'_>) -> bool {
    difference.our_is("interpret", "the meta parameter `retryreset` differs") && difference.its_comes_to("interpret")
}

pub(super) fn uncompared_field(difference: &Difference<'_>) -> bool {
    const FIELDS: [(&str, &[&str]); 3] = [
        ("msg", &["journal", "syslog"]),
        ("net", &["ip_forward"]),
        ("hostname", &["static_hostname", "transient_hostname", "pretty_hostname"]),
    ];
    let told = |kind: &str, field: &str| {
        difference.our_is("interpret", &format!("duplicate resource `{kind}["))
            && difference.our_is("interpret", &format!("the field `{field}` differs"))
    };
    FIELDS.iter().any(|(kind, fields)| fields.iter().any(|field| told(kind, field))) && difference.its_comes_to("interpret")
}

pub(super) fn any_group(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let has_gid = |end: &str| expected.iter().any(|line| line.starts_with(&format!("Field: {end}.gid = ")));
    let by_gid = |line: &&String| {
        let ends = line.strip_prefix("Edge: ").and_then(|edge| edge.split_once(" -> "));
        let any = |(group, user): (&str, &str)| {
            group.starts_with("group[") && user.starts_with("user[") && has_gid(user) && !has_gid(group)
        };
        !found.contains(line) && ends.is_some_and(any)
    };
    let left: Vec<String> = expected.iter().filter(|line| !by_gid(line)).cloned().collect();
    left.len() < expected.len() && same(&Verdict::Graph(left), difference.ours)
}

/// The lists that are sets in truth are compared as such.
pub(super) fn order_of_lists(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let ordered = |lines: &[String]| -> Vec<String> {
        let one = |line: &String| {
            let list = line.starts_with("Meta: ").then(|| line.split_once(" = [")).flatten();
            match list.and_then(|(name, list)| Some((name, list.strip_suffix(']')?))) {
                Some((name, list)) if [".sema", ".export"].iter().any(|end| name.ends_with(end)) => {
                    format!("{name} = {:?}", sorted(damage::tokens(list).into_iter().map(str::to_owned).collect()))
                }
                _ => line.clone(),
            }
        };
        sorted(lines.iter().map(one).collect())
    };
    same(&Verdict::Graph(ordered(expected)), &Verdict::Graph(ordered(found)))
}

pub(super) fn empty_list(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let empty = ["[]", "{}"].iter().any(|empty| text.contains(empty));
    empty && difference.our().is_none() && difference.its_is("interpret", "inequivalent duplicate resource")
}

pub(super) fn bad_keys(difference: &Difference<'_>) -> bool {
    difference.our_is("lexparse", "is not hashable") && difference.its_comes_to("init")
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

pub(super) fn text_of_function(difference: &Difference<'_>) -> bool {
    difference.its_is("stream", "cannot implement Value() for FuncValue")
}

pub(super) fn format_by_bytes(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    // What is not ASCII is garbled, and shown as such or as a code.
    let plain = |lines: &[String]| -> Vec<String> {
        let one = |line: &String| {
            let parts = line.split("\\u00");
            let parts = parts.enumerate().map(|(at, part)| if at == 0 { part } else { part.get(2..).unwrap_or_default() });
            parts.collect::<String>().chars().filter(char::is_ascii).collect()
        };
        lines.iter().map(one).collect()
    };
    difference.program.text().contains("printf") && sorted(plain(expected)) == sorted(plain(found))
}

pub(super) fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

pub(super) fn large_mod(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let large = |digits: &str| digits.parse::<u64>().is_ok_and(|number| number > 1 << 53);
    only_values(difference) && text.contains("mod(") && text.split(|letter: char| !letter.is_ascii_digit()).any(large)
}

/// Whether the graphs differ in what fields hold alone.
pub(super) fn only_values(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    // A zero is not shown.
    let rest = |lines: &[String]| -> Vec<String> { lines.iter().filter(|line| !line.starts_with("Field:")).cloned().collect() };
    rest(expected) == rest(found)
}

pub(super) fn first_of_network(difference: &Difference<'_>) -> bool {
    only_values(difference) && difference.program.text().contains("cidr_to_first(")
}

pub(super) fn home_in_path(difference: &Difference<'_>) -> bool {
    let later = difference.our().is_none_or(|our| our.phase == "interpret");
    let fails = difference.its_is("stream", "can't expand") && later;
    (only_values(difference) || fails) && difference.program.text().contains("expand_home(")
}

pub(super) fn percent_at_end(difference: &Difference<'_>) -> bool {
    difference.our_is("unify", "%\\\" has an unknown verb") || difference.our_is("unify", "%\" has an unknown verb")
}

pub(super) fn function_in_field(difference: &Difference<'_>) -> bool {
    difference.our_is("unify", "a field takes no function") && difference.its_comes_to("stream")
}

pub(super) fn random(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    only_values(difference) && ["random1(", "golang/math/rand"].iter().any(|asks| text.contains(asks))
}

/// Not a defect: ours takes a field more, and one that is misspelt may be it.
pub(super) fn refresh_only(difference: &Difference<'_>) -> bool {
    difference.its_is("unify", "field `refresh_only` does not exist in `exec` resource")
}

/// Whether the graphs are the same when numbers are read to thirteen digits.
pub(super) fn power(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let rounded = |lines: &[String]| -> Vec<String> {
        let one = |part: &str| match part.parse::<f64>() {
            Ok(number) if part.len() > 13 => format!("{number:.12e}"),
            _ => part.to_owned(),
        };
        lines.iter().map(|line| line.split([' ', ',']).map(one).collect::<Vec<_>>().join(" ")).collect()
    };
    difference.program.text().contains("pow(") && rounded(expected) == rounded(found)
}

pub(super) fn early_cosh(difference: &Difference<'_>) -> bool {
    only_values(difference) && difference.program.text().contains("cosh(71")
}

pub(super) fn own_runtime(difference: &Difference<'_>) -> bool {
    const ASKS: [&str; 6] = ["read_trace(", "version(", "num_goroutine(", "stack(", "num_cgo_call(", "cpu_profile("];
    let text = difference.program.text();
    only_values(difference) && text.contains("golang/runtime") && ASKS.iter().any(|asks| text.contains(asks))
}

/// The one difference that is not the reference's fault: rounds of a loop have no order here.
pub(super) fn round_of_loop(difference: &Difference<'_>) -> bool {
    let (Some(its), Verdict::Refused(all)) = (difference.its(), difference.ours) else { return false };
    let among = all.iter().any(|our| our.phase == its.phase && our.place == its.place);
    let places = [difference.its(), difference.our()].map(|report| report.and_then(|report| report.place.as_deref()));
    let [Some(its_place), Some(our_place)] = places.map(|place| place.and_then(|place| difference.program.offset(place))) else {
        return false;
    };
    let (mut looped, mut together) = (false, false);
    each_node(difference.program, &mut |node| {
        let block = match node {
            Node::Statement(Statement::For(s)) => &s.body,
            Node::Statement(Statement::ForKv(s)) => &s.body,
            Node::Statement(Statement::Class(s)) => &s.body,
            _ => return,
        };
        looped |= !matches!(node, Node::Statement(Statement::Class(_)));
        let within = |(_, at): (&str, usize)| (block.span.start as usize..block.span.end as usize).contains(&at);
        together |= its_place.0 == our_place.0 && within(its_place) && within(our_place);
    });
    its.phase == "interpret" && among && looped && together
}

/// Nor is this one: three resources of one name, two of which are alike, have no order here.
pub(super) fn last_of_three(difference: &Difference<'_>) -> bool {
    let name = |report: &Report| {
        let (_, rest) = report.message.split_once("equivalent duplicate resource `")?;
        Some(rest.split_once('`')?.0.to_owned())
    };
    let (Some(its), Some(our)) = (difference.its(), difference.our()) else { return false };
    let places = [its, our].map(|report| report.place.as_deref().and_then(|place| difference.program.offset(place)));
    let [Some((its_file, its_at)), Some((our_file, our_at))] = places else { return false };
    name(its).is_some() && name(its) == name(our) && its_file == our_file && its_at < our_at
}

pub(super) fn listening_exec(difference: &Difference<'_>) -> bool {
    surplus_notifications(difference, |edge| edge.contains(" -> exec["))
}

pub(super) fn listening_file(difference: &Difference<'_>) -> bool {
    surplus_notifications(difference, |edge| edge.starts_with("file[") && edge.contains(" -> file["))
}

pub(super) fn no_integer(difference: &Difference<'_>) -> bool {
    let refused =
        difference.our().is_some_and(|our| our.phase == "stream" && our.message.starts_with("can't make an integer of"));
    matches!(difference.reference, Verdict::Graph(_)) && refused
}

/// Whether ours notifies along some edges where the reference does not, and is the same otherwise.
pub(super) fn surplus_notifications(difference: &Difference<'_>, along: impl Fn(&str) -> bool) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let surplus = |line: &String| line.strip_prefix("Notify: ").is_some_and(&along);
    let left: Vec<String> = found.iter().filter(|line| expected.contains(line) || !surplus(line)).cloned().collect();
    left.len() < found.len() && same(difference.reference, &Verdict::Graph(left))
}

pub(super) fn untyped_get(difference: &Difference<'_>) -> bool {
    difference.its_is("unify", "incorrectly built `get` function") && typed(difference)
}

pub(super) fn host(difference: &Difference<'_>) -> bool {
    const ASKS: [&str; 7] = [
        "type must be a valid filesystem",
        "client is nil",
        "no such network interface",
        "no such file or directory",
        "systemd is not running",
        "system bus",
        "valid kernel path",
    ];
    difference.its().is_some_and(|its| ASKS.iter().any(|asks| its.message.contains(asks)))
}
