//! Where the reference is wrong and a difference from it is right: each rule is a known defect of it.

use super::verdict::{Program, Report, Verdict};

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
}

impl Difference<'_> {
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
    Rule { name: "duplicates may differ in retryreset", explains: retryreset },
    Rule { name: "a wanted gid is taken for that of any group without one", explains: any_group },
    Rule { name: "another one of equal duplicates is shown, with lists in another order", explains: order_of_lists },
    Rule { name: "an empty list differs from none in duplicates", explains: empty_list },
    Rule { name: "a map type with keys that cannot be keys is taken", explains: bad_keys },
    Rule { name: "user functions take over `in`, strings and panic", explains: hijacked },
    Rule { name: "a function value has no text", explains: text_of_function },
    Rule { name: "the format of printf is taken byte by byte", explains: format_by_bytes },
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
    end && (difference.our_is("lexparse", "") || difference.our_is("setscope", "") || unfinished)
}

fn escaped_backslash(difference: &Difference<'_>) -> bool {
    difference.program.text().contains("\\\\\"")
}

/// Whether ours finds no types that disagree: only then is what it says of an open type comparable.
fn typed(difference: &Difference<'_>) -> bool {
    let late = difference.our().is_none_or(|our| ["stream", "interpret", "autoedge"].contains(&our.phase.as_str()));
    late || difference.our_is("unify", "nothing says what type")
}

fn computed_name(difference: &Difference<'_>) -> bool {
    let wants_list = ["list != str", "str != list"].iter().any(|text| difference.its_is("unify", text));
    let named = |text: &str| {
        text.split([' ', '"', '['])
            .next()
            .is_some_and(|kind| kind.chars().all(|letter| letter.is_ascii_lowercase() || letter == ':'))
    };
    let at_statement = difference
        .its()
        .and_then(|its| difference.program.at(its.place.as_deref()?))
        .is_some_and(|(text, line)| text == line.trim_start() && named(text));
    wants_list && (typed(difference) || at_statement)
}

fn operands(difference: &Difference<'_>) -> bool {
    difference.our_is("unify", " takes ")
}

fn ambiguous_element(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.its().and_then(|report| report.place.as_deref()) else { return false };
    let looks_up = |line: &str| line.contains("->") || line.contains(']') && line.contains('[');
    difference.its_is("unify", "is ambiguous")
        && difference.our().is_none_or(|our| our.phase != "unify" || our.place.as_deref() != Some(place))
        && difference.program.at(place).is_some_and(|(_, line)| looks_up(line))
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
    difference.its_is("unify", "type error")
        && typed(difference)
        && (text.contains("for ") || text.contains("forkv "))
        && text.lines().any(|line| line.starts_with('\t') && line.trim_start().starts_with("func "))
}

fn inconsistent_lambda(difference: &Difference<'_>) -> bool {
    difference.its_is("unify", "type/value inconsistent")
}

fn part_of_meta(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.its().and_then(|report| report.place.as_deref()) else { return false };
    difference.its_is("unify", "struct field") && difference.program.at(place).is_some_and(|(text, _)| text.starts_with("Meta"))
}

fn unknown_kind(difference: &Difference<'_>) -> bool {
    difference.our_is("unify", "there is no resource kind")
}

fn false_cycle(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    difference.its_is("setscope", "recursive reference")
        && !difference.our_is("setscope", "recursive")
        && (text.contains("for") || text.contains("class"))
}

fn doubled_parameter(difference: &Difference<'_>) -> bool {
    difference.our().is_some_and(|our| our.message.starts_with("duplicate parameter"))
}

fn not_caught(difference: &Difference<'_>) -> bool {
    difference.its_is("stream", "") && difference.program.text().contains("<|>") && !difference.our_is("stream", "")
}

fn one_of_several(difference: &Difference<'_>) -> bool {
    let (Some(its), Some(our)) = (difference.its(), difference.our()) else { return false };
    let Verdict::Refused(all) = difference.ours else { return false };
    let among = all.iter().any(|our| our.phase == its.phase && our.place == its.place);
    its.phase == "stream" && our.phase == "stream" && (among || !its.message.starts_with(&our.message))
}

fn colliding_imports(difference: &Difference<'_>) -> bool {
    difference.its_is("setscope", "can't squash") || difference.our_is("setscope", "comes with two imports")
}

fn exported_by_chance(difference: &Difference<'_>) -> bool {
    let dotted = |report: &Report| report.message.split('`').nth(1).is_some_and(|name| name.contains('.'));
    let includes =
        difference.program.text().lines().any(|line| line.trim_start().starts_with("include ") && line.contains(" as "));
    includes
        && (difference.our().is_some_and(|our| our.message.contains("there is no ") && dotted(our))
            || difference.our_is("setscope", "") && difference.its().is_none())
}

fn file_of_module(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let remote = text.contains("import \"") && text.contains("://") || text.contains("import\"");
    let vendored = difference.program.files.keys().any(|name| name.contains("vendor/") || name.contains("modules/"));
    remote && vendored
}

fn lost_class(difference: &Difference<'_>) -> bool {
    difference.our_is("interpolate", "without a base class")
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

fn module_in_loop(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let lost = difference.its_is("stream", "AppendToIterBody") || difference.its_is("stream", "unspecified error with");
    lost && text.contains("import") && text.contains("for")
}

fn not_reversible(difference: &Difference<'_>) -> bool {
    difference.our_is("interpret", "can't be reversed")
}

fn printed_parameter(difference: &Difference<'_>) -> bool {
    difference.our_is("unify", "parameter `") && difference.program.text().contains("printf")
}

fn retryreset(difference: &Difference<'_>) -> bool {
    difference.our_is("interpret", "the meta parameter `retryreset` differs")
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
    difference.our_is("lexparse", "is not hashable")
}

fn hijacked(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    ["concat", "contains", "panic_debug"].iter().any(|name| text.contains(&format!("func {name}(")))
}

fn text_of_function(difference: &Difference<'_>) -> bool {
    difference.its_is("stream", "cannot implement Value() for FuncValue")
}

fn format_by_bytes(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    !text.is_ascii()
        && text.contains("printf")
        && matches!((difference.reference, difference.ours), (Verdict::Graph(_), Verdict::Graph(_)))
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
