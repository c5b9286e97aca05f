//! Order, recursion, duplicates, and which of several mistakes is told first.

use super::{mistake, ok, prints, resolve};

#[test]
fn recursion_is_refused_at_the_first_use_that_takes_part() {
    assert_eq!(mistake("$x = $x\n"), "setscope main.mcl:1:6");
    assert_eq!(mistake("$x = \"${x}!\"\n"), "setscope main.mcl:1:6");
    assert_eq!(mistake("func f() { $x }\n$x = f()\n"), "setscope main.mcl:1:12");
    assert_eq!(mistake("class c {\n\tinclude c\n}\n"), "setscope main.mcl:2:2");
    assert_eq!(mistake("$x = 1\nif true {\n\t$x = $x + 1\n}\n"), "setscope main.mcl:3:7");
    assert_eq!(mistake("class c {\n\t$x = \"x\"\n\t$y = $a\n}\ninclude c as k\n$a = $k.x\n"), "setscope main.mcl:3:7");
}

#[test]
fn the_places_of_a_recursion_are_all_told() {
    let mistakes = resolve(&[("/main.mcl", "$b = $c\n$a = $b\n$c = $a\n")]).program.expect_err("it has a mistake");
    assert_eq!((mistakes.len(), mistakes[0].related.len()), (1, 2));
}

#[test]
fn inner_names_hide_outer_ones_from_the_order() {
    assert_eq!(prints(&ok("class c {\n\t$a = \"in\"\n\t$w = $a\n}\ninclude c as k\n$a = $k.w\nprint $a {}\n")), ["in"]);
    assert_eq!(prints(&ok("class c($a) {\n\t$w = $a\n}\ninclude c(\"p\") as k\n$a = $k.w\nprint $a {}\n")), ["p"]);
    let loops =
        "class c {\n\t$w = \"w\"\n\tfor $i, $v in [\"a\"] {\n\t\tprint $v {}\n\t}\n}\ninclude c as k\n$v = $k.w\nprint $v {}\n";
    assert_eq!(prints(&ok(loops)), ["<v>", "w"]);
    let namespace = "class c {\n\timport \"math\"\n\t$w = math.sqrt(4.0)\n}\ninclude c as math\nprint $math.w {}\n";
    assert_eq!(prints(&ok(namespace)), ["math.sqrt"]);
}

#[test]
fn names_are_defined_once_in_a_block() {
    assert_eq!(mistake("$x = 1\n$x = 2\n$x = 3\n"), "setscope main.mcl:2:1");
    assert_eq!(mistake("func f() { 1 }\nfunc f($a) { 2 }\n"), "setscope main.mcl:2:1");
    assert_eq!(mistake("class c {}\ninclude c as a\ninclude c as a\n"), "setscope main.mcl:3:1");
    assert_eq!(mistake("class c {}\nimport \"fmt\" as a\ninclude c as a\n"), "setscope main.mcl:3:1");
    assert_eq!(mistake("class c {}\nclass c {}\n"), "interpolate main.mcl:2:1");
    ok("$x = 1\nif true {\n\t$x = 2\n}\n");
}

#[test]
fn two_imports_of_one_name_in_an_inner_block_go_before_what_is_not_there() {
    assert_eq!(mistake("$a = $n\nif true {\n\timport \"fmt\"\n\timport \"fmt\"\n}\n"), "setscope main.mcl:4:2");
    assert_eq!(mistake("import \"fmt\"\n$a = 1\n$a = 2\nimport \"fmt\"\n"), "setscope main.mcl:4:1");
}

#[test]
fn the_names_of_a_block_are_judged_before_those_of_inner_blocks() {
    assert_eq!(mistake("if true {\n\t$a = 1\n\t$a = 2\n}\n$b = 1\n$b = 2\n"), "setscope main.mcl:6:1");
    assert_eq!(mistake("$c = $c\nif true {\n\t$a = 1\n\t$a = 2\n}\n"), "setscope main.mcl:4:2");
}

#[test]
fn of_independent_mistakes_the_last_goes_first() {
    assert_eq!(mistake("$a = $n\n$b = $n\n"), "setscope main.mcl:2:6");
    assert_eq!(mistake("if true {\n\t$a = $n\n\t$b = $n\n}\n"), "setscope main.mcl:3:7");
}

#[test]
fn leaves_are_taken_from_the_one_whose_text_sorts_last() {
    assert_eq!(mistake("$a = $n2\n$b = $n1\n"), "setscope main.mcl:1:6");
    assert_eq!(mistake("$a = 1\n$c = $n3\n$b = $a + $n4\n"), "setscope main.mcl:2:6");
}

#[test]
fn what_is_needed_is_visited_first() {
    assert_eq!(mistake("$b = $a + $n2\n$a = $n1\n"), "setscope main.mcl:2:6");
}

#[test]
fn arguments_go_before_what_is_called_and_branches_before_the_condition() {
    assert_eq!(mistake("$x = nope1($nope2)\n"), "setscope main.mcl:1:12");
    assert_eq!(mistake("$x = if $n1 { $n2 } else { $n3 }\n"), "setscope main.mcl:1:15");
    assert_eq!(mistake("print \"a\" {\n\tmsg => $n1 ?: $n2,\n}\n"), "setscope main.mcl:2:16");
    assert_eq!(mistake("if true {\n\t$x = $n2\n} else {\n\t$x = $n9\n}\n"), "setscope main.mcl:2:7");
}

#[test]
fn other_mistakes_follow_in_the_order_of_the_text() {
    let text = "class c {\n\t$x = $n1\n}\ninclude c\ninclude c\n$b = $n2\n$a = $n3\n$c = $b\n";
    let resolved = resolve(&[("/main.mcl", text)]);
    let mistakes = resolved.program.expect_err("it has mistakes");
    let lines: Vec<usize> = mistakes.iter().filter_map(|m| m.span).map(|span| resolved.sources.start(span).line).collect();
    assert_eq!(lines, [7, 2, 6], "each once, and none for what uses a mistake");
}
