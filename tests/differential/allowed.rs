//! Where the reference is wrong and a difference from it is right: each rule is a known defect of it.

use super::repair::{self, Node};
use super::verdict::{Judges, Program, Report, Verdict, same};
use mgmt_lang::syntax::tree::{ExprKind, Import, Statement};
use std::collections::BTreeSet;

/// One known defect of the reference.
#[derive(Debug)]
pub struct Rule {
    /// What it is called in the tally.
    pub name: &'static str,
    /// Whether it explains the difference of two verdicts.
    pub explains: fn(&Difference<'_>) -> bool,
}

/// Two verdicts on a program that are not the same.
#[derive(Debug)]
pub struct Difference<'a> {
    pub program: &'a Program,
    pub reference: &'a Verdict,
    pub ours: &'a Verdict,
    pub judges: &'a Judges,
}

impl Difference<'_> {
    /// Whether the two agree on a program like this one in which the defect cannot show.
    fn agrees_on(&self, repaired: &Program) -> bool {
        let ours = self.judges.ask_ours(repaired);
        match self.judges.ask_reference(repaired) {
            // It hangs for another reason, and says nothing.
            Verdict::Broken(_) => true,
            mut reference => {
                for _ in 0..4 {
                    if same(&reference, &ours) {
                        return true;
                    }
                    let rest = Difference { program: repaired, reference: &reference, ours: &ours, judges: self.judges };
                    if *repaired != *self.program && RULES.iter().any(|rule| (rule.explains)(&rest)) {
                        return true;
                    }
                    reference = self.judges.ask_reference(repaired);
                }
                false
            }
        }
    }

    /// Whether the reference gets as far as this phase, or to a graph.
    fn its_comes_to(&self, phase: &str) -> bool {
        const PHASES: [&str; 10] =
            ["input", "lexparse", "init", "interpolate", "setscope", "unify", "graph", "stream", "interpret", "autoedge"];
        let turn = |phase: &str| PHASES.iter().position(|other| *other == phase);
        self.its().is_none_or(|its| turn(&its.phase) >= turn(phase))
    }

    /// The first mistake that the reference reports.
    fn its(&self) -> Option<&Report> {
        if let Verdict::Refused(reports) = self.reference { reports.first() } else { None }
    }

    /// The first mistake that ours reports.
    fn our(&self) -> Option<&Report> {
        if let Verdict::Refused(reports) = self.ours { reports.first() } else { None }
    }

    /// Whether the reference reports a mistake of this phase whose message holds this text.
    fn its_is(&self, phase: &str, text: &str) -> bool {
        self.its().is_some_and(|report| report.phase == phase && report.message.contains(text))
    }

    /// The same for ours.
    fn our_is(&self, phase: &str, text: &str) -> bool {
        self.our().is_some_and(|report| report.phase == phase && report.message.contains(text))
    }
}

/// The list. A rule is as narrow as what both report allows.
pub const RULES: &[Rule] = &[
    Rule { name: "an unexpected end is reported at 1:1 instead of at the end", explains: end_of_file },
    Rule { name: "a string that ends in an escaped backslash does not end", explains: escaped_backslash },
    Rule { name: "a computed name is taken for a list", explains: computed_name },
    Rule { name: "what templates call takes no literal from a variable", explains: literal_in_template },
    Rule { name: "the part of a system module that is written in mcl is not found", explains: system_module_in_mcl },
    Rule { name: "an empty list as a key has no place", explains: empty_key },
    Rule { name: "operands of an operator are not checked before it runs", explains: operands },
    Rule { name: "what an index or a field gives has no type of its own", explains: ambiguous_element },
    Rule { name: "an index in a function is taken for one of a map", explains: index_of_parameter },
    Rule { name: "a lambda called on the spot does not see what is around it", explains: lambda_on_the_spot },
    Rule { name: "a function that is defined in a loop has one type", explains: function_in_loop },
    Rule { name: "a type that is only partly known contradicts itself", explains: inconsistent_lambda },
    Rule { name: "the Meta struct has to name everything in order", explains: part_of_meta },
    Rule { name: "a kind that does not exist is found late or never", explains: unknown_kind },
    Rule { name: "a name in a loop or a class counts as one outside", explains: false_cycle },
    Rule { name: "two parameters of one name are taken", explains: doubled_parameter },
    Rule { name: "most errors cannot be caught", explains: not_caught },
    Rule { name: "of several failures any one is reported", explains: one_of_several },
    Rule { name: "what a module has imported collides with an import", explains: colliding_imports },
    Rule { name: "an alias exports by chance what the class does not use", explains: exported_by_chance },
    Rule { name: "a file that is imported does not belong to its module", explains: file_of_module },
    Rule { name: "a class with a colon but without a base is taken", explains: lost_class },
    Rule { name: "an element of unknown type agrees with everything", explains: untyped_element },
    Rule { name: "a computed format ignores arguments", explains: surplus_arguments },
    Rule { name: "automatic edges may close a cycle", explains: automatic_cycle },
    Rule { name: "a module that is imported below a loop has no functions", explains: module_in_loop },
    Rule { name: "what cannot be reversed is found when it runs", explains: not_reversible },
    Rule { name: "parameters that printf takes are not checked", explains: printed_parameter },
    Rule { name: "a use under a verb or in a string says no type", explains: use_without_type },
    Rule { name: "duplicates may differ in retryreset", explains: retryreset },
    Rule { name: "an absent path is removed before what is in it", explains: absent_paths },
    Rule { name: "some fields of duplicates are not compared", explains: uncompared_field },
    Rule { name: "a wanted gid is taken for that of any group without one", explains: any_group },
    Rule { name: "another one of equal duplicates is shown, with lists in another order", explains: order_of_lists },
    Rule { name: "an empty list differs from none in duplicates", explains: empty_list },
    Rule { name: "a map type with keys that cannot be keys is taken", explains: bad_keys },
    Rule { name: "user functions take over `in`, strings and panic", explains: hijacked },
    Rule { name: "a function value has no text", explains: text_of_function },
    Rule { name: "the format of printf is taken byte by byte", explains: format_by_bytes },
    Rule { name: "math.mod of large integers is not exact", explains: large_mod },
    Rule { name: "a notification of an exec is dropped", explains: listening_exec },
    Rule { name: "a notification beside an automatic edge is dropped", explains: listening_file },
    Rule { name: "convert.to_int of what is no integer gives some integer", explains: no_integer },
    Rule { name: "value.get has no type before it is built", explains: untyped_get },
    Rule { name: "net.cidr_to_first counts from the given address", explains: first_of_network },
    Rule { name: "os.expand_home looks in the middle of a path", explains: home_in_path },
    Rule { name: "a percent sign at the end of a format is dropped", explains: percent_at_end },
    Rule { name: "a function in a field is found when it runs", explains: function_in_field },
    Rule { name: "it is random", explains: random },
    Rule { name: "the last digits of a power are not exact", explains: power },
    Rule { name: "golang/math.cosh overflows early", explains: early_cosh },
    Rule { name: "golang/runtime tells about the reference itself", explains: own_runtime },
    Rule { name: "ours tells the first statement, not the first round, of a loop that fails", explains: round_of_loop },
    Rule { name: "it asks the host of the reference", explains: host },
];

fn literal_in_template(difference: &Difference<'_>) -> bool {
    difference.its_is("stream", "wrong type for value; expected int64; got int")
}

fn system_module_in_mcl(difference: &Difference<'_>) -> bool {
    difference.its_is("setscope", "`example.test1` does not exist in this scope")
}

fn empty_key(difference: &Difference<'_>) -> bool {
    difference.its_is("init", "key does not match map key type: cannot compare to nil")
        && difference.our_is("init", "an empty list")
}

fn end_of_file(difference: &Difference<'_>) -> bool {
    let end = ["lexparse", "setscope"].iter().any(|phase| difference.its_is(phase, "unexpected $end"));
    let unfinished = difference.program.files.values().any(|text| !text.ends_with('\n'));
    let at_end = difference.our().is_some_and(|our| {
        ["lexparse", "setscope"].contains(&our.phase.as_str())
            && ["end of the file", "not closed", "the end of"].iter().any(|text| our.message.contains(text))
    });
    end && (at_end || unfinished && difference.agrees_on(&repair::with_last_line_ended(difference.program)))
}

fn escaped_backslash(difference: &Difference<'_>) -> bool {
    let repaired = repair::without_last_backslash(difference.program);
    repaired != *difference.program && difference.agrees_on(&repaired)
}

/// Whether ours finds no types that disagree: only then is what it says of an open type comparable.
fn typed(difference: &Difference<'_>) -> bool {
    let late = difference.our().is_none_or(|our| ["stream", "interpret", "autoedge"].contains(&our.phase.as_str()));
    late || difference.our_is("unify", "nothing says what type")
}

fn computed_name(difference: &Difference<'_>) -> bool {
    let wants_list = ["list != str", "str != list"].iter().any(|text| difference.its_is("unify", text));
    let place = difference.its().and_then(|its| its.place.as_deref());
    let repaired = place.filter(|_| wants_list).and_then(|place| repair::with_listed_name(difference.program, place));
    repaired.is_some_and(|repaired| difference.agrees_on(&repaired))
}

fn operands(difference: &Difference<'_>) -> bool {
    const OPERATORS: [&str; 12] = ["+", "-", "*", "/", "==", "!=", "<", ">", "<=", ">=", "and", "or"];
    let ours = |operator: &str| difference.our_is("unify", &format!("`{operator}` takes "));
    OPERATORS.into_iter().any(ours) && (difference.its_comes_to("graph") || difference.its_is("unify", "ambiguous"))
}

fn ambiguous_element(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.its().and_then(|report| report.place.as_deref()) else { return false };
    let looks_up = |line: &str| line.contains("->") || line.contains(']') && line.contains('[');
    let empty = |text: &str| (text.starts_with("[]") || text.starts_with("{}")) && indexes_a_parameter(difference.program);
    difference.its_is("unify", "is ambiguous")
        && difference.our().is_none_or(|our| our.phase != "unify" || our.place.as_deref() != Some(place))
        && difference.program.at(place).is_some_and(|(text, line)| looks_up(line) || empty(text))
}

/// Whether a function looks up something in what it is given.
fn indexes_a_parameter(program: &Program) -> bool {
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

fn each_node(program: &Program, visit: &mut dyn FnMut(&Node<'_>)) {
    let texts = program.files.iter().filter(|(name, _)| name.ends_with(".mcl"));
    texts.for_each(|(_, text)| repair::walk(text, visit));
}

fn index_of_parameter(difference: &Difference<'_>) -> bool {
    let map = ["map != list", "list != map"].iter().any(|text| difference.its_is("unify", text));
    let late = difference.its().is_none_or(|its| its.phase == "stream") && difference.our_is("unify", "is indexed by");
    map && typed(difference) || late
}

fn lambda_on_the_spot(difference: &Difference<'_>) -> bool {
    difference.its_is("stream", "could not find `") && difference.its_is("stream", "in env")
}

fn function_in_loop(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let behind = |(its, our): (&Report, &Report)| {
        let place = |report: &Report| report.place.as_deref().and_then(|place| difference.program.offset(place));
        our.phase == "unify" && place(its) < place(our)
    };
    difference.its_is("unify", "type error")
        && (typed(difference) || difference.its().zip(difference.our()).is_some_and(behind))
        && (text.contains("for ") || text.contains("forkv "))
        && text.lines().any(|line| line.starts_with('\t') && line.trim_start().starts_with("func "))
}

fn inconsistent_lambda(difference: &Difference<'_>) -> bool {
    // Without a type of its own, what is known contradicts everything.
    let open = difference.its().is_some_and(|its| its.message.contains("!= <nil>") || its.message.contains("?"));
    difference.its_is("unify", "type/value inconsistent") && (open || typed(difference))
}

fn part_of_meta(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.its().and_then(|report| report.place.as_deref()) else { return false };
    difference.its_is("unify", "struct field") && difference.program.at(place).is_some_and(|(text, _)| text.starts_with("Meta"))
}

fn unknown_kind(difference: &Difference<'_>) -> bool {
    let place = difference.our().and_then(|our| our.place.as_deref());
    let repaired = place.and_then(|place| repair::without_resource(difference.program, place));
    difference.our_is("unify", "there is no resource kind") && repaired.is_some_and(|repaired| difference.agrees_on(&repaired))
}

fn false_cycle(difference: &Difference<'_>) -> bool {
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

fn doubled_parameter(difference: &Difference<'_>) -> bool {
    let in_module = difference.our_is("setscope", "duplicate parameter") && difference.its_comes_to("setscope");
    difference.our_is("init", "duplicate parameter") && difference.its_comes_to("interpolate") || in_module
}

/// Without its fallbacks, ours fails where the reference does.
fn not_caught(difference: &Difference<'_>) -> bool {
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

fn one_of_several(difference: &Difference<'_>) -> bool {
    let (Some(its), Verdict::Refused(all)) = (difference.its(), difference.ours) else { return false };
    let stream = |report: &Report| report.phase == "stream";
    stream(its) && all.iter().any(|our| stream(our) && our.place == its.place)
}

fn colliding_imports(difference: &Difference<'_>) -> bool {
    let ours = difference.our_is("setscope", "comes with two imports") && difference.its_comes_to("setscope");
    difference.its_is("setscope", "can't squash") && !difference.our_is("setscope", "import") || ours
}

fn exported_by_chance(difference: &Difference<'_>) -> bool {
    let dotted = |report: &Report| report.message.split('`').nth(1).is_some_and(|name| name.contains('.'));
    let ours = difference.our().filter(|our| our.phase == "setscope" && our.message.contains("there is no ")).is_some_and(dotted);
    let its =
        difference.its().filter(|its| its.phase == "setscope" && its.message.contains("does not exist")).is_some_and(dotted);
    let mut aliased = false;
    each_node(difference.program, &mut |node| {
        aliased |= matches!(node, Node::Statement(Statement::Include(include)) if include.alias.is_some());
    });
    // What ours knows of as well is a matter of order.
    let known = matches!(difference.ours, Verdict::Refused(all) if difference.its().is_some_and(|its| all.iter().any(|our| our.place == its.place)));
    aliased && ours != its && !(its && known)
}

fn file_of_module(difference: &Difference<'_>) -> bool {
    let remote = |report: &Report| report.phase == "setscope" && report.message.contains("://");
    let vendored = difference.program.files.keys().any(|name| name.contains("vendor/") || name.contains("modules/"));
    let one_is_refused = difference.its().is_some_and(remote) != difference.our().is_some_and(remote);
    let other_copy = only_values(difference) && difference.program.text().contains("://");
    vendored && (one_is_refused || other_copy)
}

fn lost_class(difference: &Difference<'_>) -> bool {
    difference.our_is("interpolate", "without a base class") && difference.its_comes_to("setscope")
}

fn untyped_element(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.our().and_then(|report| report.place.as_deref()) else { return false };
    let indexed = |line: &str| ["][", "}[", ")["].iter().any(|text| line.contains(text));
    difference.our_is("unify", "")
        && difference.its().is_none_or(|its| ["stream", "interpret"].contains(&its.phase.as_str()))
        && difference.program.at(place).is_some_and(|(_, line)| indexed(line))
}

fn surplus_arguments(difference: &Difference<'_>) -> bool {
    difference.our_is("stream", "doesn't match format string verb count")
}

/// Whether the edges among these lines go in a circle.
fn circle(lines: &[String]) -> bool {
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

fn automatic_cycle(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    circle(expected) && expected.iter().all(|line| line.starts_with("Edge:") || found.contains(line))
}

fn absent_paths(difference: &Difference<'_>) -> bool {
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

fn module_in_loop(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let lost = difference.its_is("stream", "AppendToIterBody") || difference.its_is("stream", "unspecified error with");
    lost && text.contains("import") && text.contains("for")
}

fn not_reversible(difference: &Difference<'_>) -> bool {
    difference.our_is("interpret", "can't be reversed") && difference.its_comes_to("interpret")
}

fn printed_parameter(difference: &Difference<'_>) -> bool {
    let ours = difference.our_is("unify", "of `fmt.printf` is") || difference.our_is("unify", "parameter `");
    let its = difference.its().is_none() || difference.its_is("stream", "base kind does not match");
    ours && its && difference.program.text().contains("printf")
}

/// Neither a verb nor a string that is a variable says what that is, so an empty list or map that is gone over stays open.
fn use_without_type(difference: &Difference<'_>) -> bool {
    let place = difference.its().and_then(|its| its.place.as_deref());
    let empty = place.and_then(|place| difference.program.at(place)).is_some_and(|(text, _)| text.starts_with(['[', '{']));
    let text = difference.program.text();
    let used = text.contains("printf(") || text.contains("\"${");
    empty && used && typed(difference) && difference.its_is("unify", "is ambiguous")
}

fn retryreset(difference: &Difference<'_>) -> bool {
    difference.our_is("interpret", "the meta parameter `retryreset` differs") && difference.its_comes_to("interpret")
}

fn uncompared_field(difference: &Difference<'_>) -> bool {
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

fn any_group(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let surplus = |line: &String| line.starts_with("Edge: group[") && line.contains(" -> user[");
    difference.program.text().contains("gid") && expected.iter().all(|line| found.contains(line) || surplus(line))
}

fn order_of_lists(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let sorted = |lines: &[String]| -> Vec<Vec<char>> {
        let list = |line: &&String| line.contains(".sema = ") || line.contains(".export = ");
        let letters = |line: &String| {
            let mut letters: Vec<char> = line.chars().collect();
            letters.sort_unstable();
            letters
        };
        lines.iter().filter(list).map(letters).collect()
    };
    let rest = |lines: &[String]| -> Vec<String> {
        lines.iter().filter(|line| !line.contains(".sema = ") && !line.contains(".export = ")).cloned().collect()
    };
    sorted(expected) == sorted(found) && rest(expected) == rest(found)
}

fn empty_list(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let empty = ["[]", "{}"].iter().any(|empty| text.contains(empty));
    empty && difference.our().is_none() && difference.its_is("interpret", "inequivalent duplicate resource")
}

fn bad_keys(difference: &Difference<'_>) -> bool {
    difference.our_is("lexparse", "is not hashable") && difference.its_comes_to("init")
}

fn hijacked(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let words = [("concat", "konkat"), ("contains", "kontains"), ("panic_debug", "panik_debug")];
    let taken = words.iter().filter(|(name, _)| text.contains(&format!("func {name}(")));
    let repaired =
        taken.fold(difference.program.clone(), |program, (name, other)| repair::with_renamed_function(&program, name, other));
    repaired != *difference.program
        && same(difference.ours, &difference.judges.ask_ours(&repaired))
        && difference.agrees_on(&repaired)
}

fn text_of_function(difference: &Difference<'_>) -> bool {
    difference.its_is("stream", "cannot implement Value() for FuncValue")
}

fn format_by_bytes(difference: &Difference<'_>) -> bool {
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

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

fn large_mod(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let large = |digits: &str| digits.parse::<u64>().is_ok_and(|number| number > 1 << 53);
    only_values(difference) && text.contains("mod(") && text.split(|letter: char| !letter.is_ascii_digit()).any(large)
}

/// Whether the graphs differ in what fields hold alone.
fn only_values(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    // A zero is not shown.
    let rest = |lines: &[String]| -> Vec<String> { lines.iter().filter(|line| !line.starts_with("Field:")).cloned().collect() };
    rest(expected) == rest(found)
}

fn first_of_network(difference: &Difference<'_>) -> bool {
    only_values(difference) && difference.program.text().contains("cidr_to_first(")
}

fn home_in_path(difference: &Difference<'_>) -> bool {
    let fails = difference.its_is("stream", "can't expand") && matches!(difference.ours, Verdict::Graph(_));
    (only_values(difference) || fails) && difference.program.text().contains("expand_home(")
}

fn percent_at_end(difference: &Difference<'_>) -> bool {
    difference.our_is("unify", "%\\\" has an unknown verb") || difference.our_is("unify", "%\" has an unknown verb")
}

fn function_in_field(difference: &Difference<'_>) -> bool {
    difference.our_is("unify", "a field takes no function") && difference.its_comes_to("stream")
}

fn random(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    only_values(difference) && ["random1(", "golang/math/rand"].iter().any(|asks| text.contains(asks))
}

/// Whether the graphs are the same when numbers are read to thirteen digits.
fn power(difference: &Difference<'_>) -> bool {
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

fn early_cosh(difference: &Difference<'_>) -> bool {
    only_values(difference) && difference.program.text().contains("cosh(71")
}

fn own_runtime(difference: &Difference<'_>) -> bool {
    const ASKS: [&str; 6] = ["read_trace(", "version(", "num_goroutine(", "stack(", "num_cgo_call(", "cpu_profile("];
    let text = difference.program.text();
    only_values(difference) && text.contains("golang/runtime") && ASKS.iter().any(|asks| text.contains(asks))
}

/// The one difference that is not the reference's fault: rounds of a loop have no order here.
fn round_of_loop(difference: &Difference<'_>) -> bool {
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

fn listening_exec(difference: &Difference<'_>) -> bool {
    surplus_notifications(difference, |edge| edge.contains(" -> exec["))
}

fn listening_file(difference: &Difference<'_>) -> bool {
    surplus_notifications(difference, |edge| edge.starts_with("file[") && edge.contains(" -> file["))
}

fn no_integer(difference: &Difference<'_>) -> bool {
    let refused =
        difference.our().is_some_and(|our| our.phase == "stream" && our.message.starts_with("can't make an integer of"));
    matches!(difference.reference, Verdict::Graph(_)) && refused
}

/// Whether ours notifies along some edges where the reference does not, and is the same otherwise.
fn surplus_notifications(difference: &Difference<'_>, along: impl Fn(&str) -> bool) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let surplus = |line: &String| line.strip_prefix("Notify: ").is_some_and(&along);
    let left: Vec<String> = found.iter().filter(|line| expected.contains(line) || !surplus(line)).cloned().collect();
    left.len() < found.len() && same(difference.reference, &Verdict::Graph(left))
}

fn untyped_get(difference: &Difference<'_>) -> bool {
    difference.its_is("unify", "incorrectly built `get` function") && typed(difference)
}

fn host(difference: &Difference<'_>) -> bool {
    const ASKS: [&str; 6] = [
        "client is nil",
        "no such network interface",
        "no such file or directory",
        "systemd is not running",
        "system bus",
        "valid kernel path",
    ];
    difference.its().is_some_and(|its| ASKS.iter().any(|asks| its.message.contains(asks)))
}
