//! Where the reference is wrong and a difference from it is right: each rule is a known defect of it.

mod graphs;
mod lookups;
mod scopes;
mod typing;
mod values;

use crate::verdict::{Judges, Program, Report, Verdict, same};
use graphs::*;
use scopes::*;
use typing::*;
use values::*;

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

    /// Whether the mistake that the reference reports is among those that ours reports.
    fn its_is_among_ours(&self) -> bool {
        let (Some(its), Verdict::Refused(all)) = (self.its(), self.ours) else { return false };
        all.iter().any(|our| our.phase == its.phase && our.place == its.place)
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
    Rule { name: "the annotation of a plain variable says no type", explains: annotated_variable },
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
    Rule { name: "a meta parameter set twice in a branch is found when that is taken", explains: doubled_meta },
    Rule { name: "a bind in a loop has another type at each use", explains: bind_in_loop },
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
    Rule { name: "an exec has no `refresh_only`", explains: refresh_only },
    Rule { name: "the last digits of a power are not exact", explains: power },
    Rule { name: "golang/math.cosh overflows early", explains: early_cosh },
    Rule { name: "golang/runtime tells about the reference itself", explains: own_runtime },
    Rule { name: "ours tells the first statement, not the first round, of a loop that fails", explains: round_of_loop },
    Rule { name: "ours tells the last, not the second, of three duplicates", explains: last_of_three },
    Rule { name: "it asks the host of the reference", explains: host },
];
