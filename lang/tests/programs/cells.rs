//! Where cells begin, what they are called, and what an edit changes.

use crate::support::{World, asked, cells, compiled, shown};
use mgmt_lang::compile::difference;
use mgmt_values::outcome::Role;
use mgmt_values::{Cell, Instance, Keying, Reading, Reads, Value, Yield};

fn roles(cells: &[Cell]) -> Vec<Role> {
    let mut roles: Vec<Role> = cells.iter().map(|cell| cell.role).collect();
    roles.sort();
    roles
}

#[test]
fn a_variable_that_one_statement_reads_is_part_of_it() {
    let text = "import \"os\"\n$a = os.readfile(\"/a\")\n$b = $a + \"!\"\ntest \"t\" { text => $b + $a, }";
    assert_eq!(roles(&cells(text)), [Role::Statement]);
}

#[test]
fn a_variable_that_two_statements_read_is_a_cell_and_evaluated_once() {
    let text = "import \"os\"\n$a = os.readfile(\"/a\")\ntest \"t\" { text => $a, }\ntest \"u\" { text => $a, }";
    assert_eq!(roles(&cells(text)), [Role::Statement, Role::Statement, Role::Strict]);
    let meaning = World::default().value("os.readfile(\"/a\")", Value::str("x")).meaning(text);
    assert_eq!((meaning.values, shown(&meaning).len()), (1, 2));
}

#[test]
fn a_variable_that_may_not_be_needed_is_lazy() {
    let text = r#"
        import "os"
        $a = os.readfile("/a")
        $c = os.readfile("/c") == "on"
        test "t" { text => if $c { $a } else { "" }, }
        if $c {
            test "u" { text => $a, }
        }
    "#;
    assert_eq!(roles(&cells(text)), [Role::Statement, Role::Statement, Role::Strict, Role::Lazy]);
    let off = World::default().value("os.readfile(\"/c\")", Value::str("off")).meaning(text);
    assert_eq!(asked(&off), ["os.readfile(\"/c\")"]);
}

#[test]
fn unused_variables_arguments_and_functions_give_no_cell() {
    let text = r#"
        import "os"
        $unused = os.system("sleep 1000")
        class c($ignored) {
            noop "n" {}
        }
        include c(os.system("sleep 1000"))
        func f() { $unused }
    "#;
    assert_eq!(cells(text).len(), 1);
    assert!(asked(&World::default().meaning(text)).is_empty());
}

#[test]
fn what_is_known_is_no_cell() {
    let text = r#"
        import "fmt"
        $a = 1 + 2
        $b = fmt.printf("%d", $a)
        if $a == 3 {
            noop ["x" + $b, "y"] {}
        }
        noop $b + "!" {}
    "#;
    assert_eq!(roles(&cells(text)), [Role::Statement, Role::Statement]);
}

#[test]
fn what_is_outside_of_a_loop_is_evaluated_once_for_all_of_it() {
    let text = "import \"os\"\n$a = os.readfile(\"/a\")\nfor $i, $v in [\"x\", \"y\"] {\ntest \"${v}\" { text => $a, }\n}";
    let meaning = World::default().value("os.readfile(\"/a\")", Value::str("1")).meaning(text);
    assert_eq!((meaning.values, shown(&meaning).len()), (1, 2));
}

#[test]
fn own_sources_are_one_per_place_and_instance() {
    let text = r#"
        import "iter"
        $shared = random1(8)
        test "a" { any => [$shared, $shared, random1(8), random1(8)], }
        test "b" { text => $shared, }
        for $i, $v in [1, 1] {
            test ["n" + ["0", "1"][$i]] { text => random1(8), }
        }
        test "c" { any => iter.map([1, 1], func($x) { random1(8) }), }
        func f() { random1(8) }
        test "d" { any => [f(), f()], }
    "#;
    let meaning = World::default().meaning(text);
    assert_eq!(meaning.demands.len(), 1 + 2 + 2 + 2 + 2);
    let lines = shown(&meaning);
    assert_eq!(lines.len(), 6);
    let shared = lines[1].strip_prefix("test[b] text=").expect("named");
    assert!(lines[0].starts_with(&format!("test[a] any=[{shared}, {shared}, ")));
}

#[test]
fn a_function_of_the_present_time_waits_for_the_next_change_of_its_result() {
    let text = "import \"datetime\"\n$now = datetime.now()\ntest \"t\" { text => datetime.weekday($now), number => datetime.hour(datetime.now()), }";
    assert_eq!(asked(&World::default().meaning(text)), ["datetime._hour_now()", "datetime.weekday_fast()"]);
}

#[test]
fn a_long_list_is_a_tree_of_cells() {
    let binds: String = (0..1000).map(|n| format!("$x{n} = os.readfile(\"/{n}\")\n")).collect();
    let names: Vec<String> = (0..1000).map(|n| format!("$x{n}")).collect();
    let text = format!("import \"os\"\n{binds}test \"t\" {{ any => [{}], }}", names.join(", "));
    let mut world = World::default();
    for n in 0..1000 {
        world = world.value(&format!("os.readfile(\"/{n}\")"), Value::str(n.to_string()));
    }
    assert_eq!(roles(&cells(&text)), [vec![Role::Statement], vec![Role::Strict; 4]].concat());
    let elements: Vec<String> = (0..1000).map(|n| format!("\"{n}\"")).collect();
    assert_eq!(shown(&world.meaning(&text)), [format!("test[t] any=[{}]", elements.join(", "))]);
}

struct Nothing;

impl Reads for Nothing {
    fn read(&self, _: &mgmt_values::Key) -> Reading {
        Reading::Pending
    }
}

fn keying(text: &str) -> Keying {
    let all = cells(text);
    let cell = all.iter().find(|cell| format!("{:?}", cell.code).contains("Loop")).expect("a loop");
    let instance = Instance { cell: cell.id, context: mgmt_values::Context::ROOT };
    match cell.code.eval(&instance, &Nothing).yielded {
        Yield::Loop(each) => each.keying,
        other => panic!("{other:?}"),
    }
}

#[test]
fn loops_are_keyed_by_value_where_the_position_makes_no_difference() {
    assert_eq!(keying("for $i, $v in [\"a\"] {\nnoop \"${v}\" {}\n}"), Keying::Occurrence);
    assert_eq!(keying("for $i, $v in [\"a\"] {\ntest \"${v}\" { number => $i, }\n}"), Keying::Position);
    assert_eq!(keying("for $i, $v in [\"a\"] {\ntest \"${v}\" { text => random1(8), }\n}"), Keying::Position);
    assert_eq!(
        keying("for $i, $v in [\"a\"] {\nif $v == \"a\" {\nfor $j, $w in [$i] {\nnoop \"${v}\" {}\n}\n}\n}"),
        Keying::Position
    );
    assert_eq!(
        keying("for $i, $v in [\"a\"] {\nfor $j, $w in [\"b\"] {\ntest \"${v}${w}\" { number => $j, }\n}\n}"),
        Keying::Occurrence
    );
    assert_eq!(keying("forkv $k, $v in {\"a\" => 1} {\nnoop \"${k}\" {}\n}"), Keying::Key);
}

const PROGRAM: &str = r#"
import "os"
$a = os.readfile("/a")
$f = func($x) { $x + "!" }
test "one" { text => $f($a), }
test "two" { text => $a, }
if $a == "x" {
    noop "three" {}
}
for $i, $v in ["p", "q"] {
    test "${v}" { text => $f($v) + $a, }
}
"#;

#[test]
fn a_comment_and_an_empty_line_change_no_cell() {
    let old = compiled(PROGRAM);
    let new = compiled(&format!("# a comment\n\n{}", PROGRAM.replace("\ntest \"two\"", "\n\n\t# moved\ntest \"two\"")));
    let (removed, added) = difference(&old.cells, &new.cells);
    assert!(removed.is_empty() && added.is_empty(), "{removed:?} {added:?}");
    let cell = old.cells.iter().find(|cell| cell.role == Role::Statement).expect("a statement").id;
    let site = mgmt_values::Site { cell, offset: 0 };
    assert_ne!(old.sites.span(site), new.sites.span(site));
}

#[test]
fn an_edited_statement_changes_its_own_cell() {
    let edited = PROGRAM.replace("test \"two\" { text => $a, }", "test \"two\" { text => $a + \"2\", }");
    let (removed, added) = difference(&cells(PROGRAM), &cells(&edited));
    assert_eq!((removed.len(), added.len()), (1, 1));
    assert_eq!(removed[0].id, added[0].id);
}

#[test]
fn an_inserted_statement_leaves_the_others() {
    let (removed, added) = difference(&cells(PROGRAM), &cells(&format!("noop \"zero\" {{}}\n{PROGRAM}")));
    assert_eq!((removed.len(), added.len()), (0, 1));
}

#[test]
fn an_edited_function_changes_the_cells_that_hold_it() {
    let edited = PROGRAM.replace("$x + \"!\"", "$x + \"?\"");
    let (removed, added) = difference(&cells(PROGRAM), &cells(&edited));
    assert_eq!((removed.len(), added.len()), (2, 2));
}

#[test]
fn errors_are_ranked_as_a_walk_over_the_text_meets_them() {
    let program = compiled("class c() {\nnoop \"b\" {}\n}\nnoop \"a\" {}\ninclude c()\nnoop \"d\" {}");
    let mut ordered: Vec<_> = program.cells.iter().map(|cell| (program.sites.order(cell.id), cell.id)).collect();
    ordered.sort();
    let starts: Vec<u32> = ordered
        .iter()
        .filter_map(|(_, id)| program.sites.span(mgmt_values::Site { cell: *id, offset: 0 }).map(|span| span.start))
        .collect();
    assert!(starts.len() == 3 && starts[1] < starts[0] && starts[0] < starts[2], "{starts:?}");
}

#[test]
fn a_refused_program_says_why_and_where() {
    let refused = crate::support::attempt("test \"t\" { number => \"text\", }").expect_err("a type error");
    assert!(refused.diagnostics[0].span.is_some());
    assert_eq!(refused.read, ["/main.mcl"]);
}

#[test]
fn a_long_chain_of_functions_comes_and_goes() {
    let mut text = "func f0($x) {\n\t$x\n}\n".to_owned();
    for i in 0..20_000 {
        text += &format!("func f{}($x) {{\n\tf{i}([$x][0])\n}}\n", i + 1);
    }
    text += "test \"t\" {\n\ttext => f20000($hostname),\n}\n";
    assert_eq!(cells(&text).len(), 1);
}
