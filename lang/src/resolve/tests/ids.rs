//! Stable names: an edit leaves the ids of everything else as they are.

use super::{ok, resolve};
use crate::resolve::program::Program;
use mgmt_values::CellId;
use std::collections::BTreeSet;

fn ids(program: &Program) -> BTreeSet<CellId> {
    let statements = program.blocks.iter().flat_map(|block| &block.statements).map(|statement| statement.id);
    statements.chain(program.defs.iter().map(|def| def.id)).chain(program.funcs.iter().map(|func| func.id)).collect()
}

const PROGRAM: &str = "$x = \"a\"
func f($p) { $p }
class c($q) {
	$y = $q
	print \"${y}\" {}
}
include c(\"1\") as k
include c(\"2\")
for $i, $v in [\"a\"] {
	file \"/${v}\" {
		content => f($x),
	}
}
if $x == \"a\" {
	noop \"n\" {}
}
noop \"n\" {}
Noop[\"n\"] -> Print[\"p\"]
";

#[test]
fn every_id_is_different() {
    let program = ok(PROGRAM);
    let all = program.blocks.iter().map(|block| block.statements.len()).sum::<usize>() + program.defs.len() + program.funcs.len();
    assert_eq!(ids(&program).len(), all);
}

#[test]
fn layout_changes_no_id() {
    let moved = format!("# a comment\n\n{}", PROGRAM.replace("\"n\" {}", "\"n\" {\n\t}"));
    assert_eq!(ids(&ok(&moved)), ids(&ok(PROGRAM)));
}

#[test]
fn a_new_statement_adds_ids_and_changes_none() {
    let before = ids(&ok(PROGRAM));
    for new in ["$new = 1", "noop \"other\" {}", "include c(\"3\") as other", "if $x == \"b\" {}", "for $k, $w in [1] {}"] {
        let after = ids(&ok(&format!("{new}\n{PROGRAM}")));
        assert!(after.is_superset(&before), "{new}");
        assert!(after.len() > before.len(), "{new}");
    }
}

#[test]
fn an_edited_value_keeps_the_id() {
    let edited = PROGRAM.replace("$x = \"a\"", "$x = \"b\"").replace("[\"a\"]", "[\"a\", \"b\"]").replace("f($x)", "f(\"x\")");
    assert_eq!(ids(&ok(&edited)), ids(&ok(PROGRAM)));
}

#[test]
fn copies_have_ids_of_their_own() {
    let twice = resolve(&[("/main.mcl", "import \"m.mcl\" as a\nif true {\n\timport \"m.mcl\"\n}\n"), ("/m.mcl", "$x = 1\n")]);
    assert_eq!(ids(&twice.program.expect("it is right")).len(), 3);
}
