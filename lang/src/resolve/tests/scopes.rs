//! What each place can see.

use super::{mistake, ok, prints};

#[test]
fn statements_stand_in_any_order() {
    assert_eq!(prints(&ok("print \"${b}\" {}\n$b = $a + \"b\"\n$a = \"a\"\n")), ["ab"]);
}

#[test]
fn variables_functions_and_classes_have_names_of_their_own() {
    let text = "$x = \"v\"\nfunc x() { \"f\" }\nclass x {\n\tprint $x + x() {}\n}\ninclude x\n";
    assert_eq!(prints(&ok(text)), ["vx()"]);
    assert_eq!(mistake("func f($s) { $s }\nprint $f(\"a\") {}\n"), "setscope main.mcl:2:7");
    assert_eq!(mistake("$f = func($s) { $s }\nprint f(\"a\") {}\n"), "setscope main.mcl:2:7");
}

#[test]
fn inner_blocks_see_outer_ones_and_shadow_them() {
    let program = ok("$x = \"out\"\nif true {\n\tprint $x {}\n\t$x = \"in\"\n}\nprint $x {}\nprint $hostname {}\n");
    assert_eq!(prints(&program), ["in", "out", "h1"]);
    assert_eq!(mistake("if true {\n\t$x = 1\n}\nprint $x {}\n"), "setscope main.mcl:4:7");
    assert_eq!(mistake("for $i, $v in [1] {\n\t$x = $v\n}\nprint $x {}\n"), "setscope main.mcl:4:7");
}

#[test]
fn what_everybody_sees_can_be_shadowed() {
    assert_eq!(prints(&ok("$hostname = \"mine\"\nprint $hostname {}\n")), ["mine"]);
    assert_eq!(prints(&ok("func len($x) { 1 }\nprint len(\"a\") {}\n")), ["len(a)"]);
    assert_eq!(prints(&ok("print len(\"a\") {}\n")), ["len"]);
}

#[test]
fn user_functions_do_not_change_what_strings_and_operators_mean() {
    let text = "func concat($a, $b) { \"mine\" }\nfunc contains($a, $b) { true }\n$v = \"b\"\nprint \"a${v}\" {}\n";
    assert_eq!(prints(&ok(text)), ["ab"]);
}

#[test]
fn functions_see_the_place_where_they_are_written() {
    let text = "func f($p) { $p + $x }\n$x = \"1\"\nif true {\n\t$x = \"2\"\n\tprint f($x) {}\n}\n";
    assert_eq!(prints(&ok(text)), ["f(2)"]);
    assert_eq!(mistake("func f() { $a }\n$g = func($a) { f() }\n"), "setscope main.mcl:1:12");
}

#[test]
fn each_include_is_a_copy_that_sees_the_place_of_its_class() {
    let text =
        "class c($p) {\n\t$y = $p + $z\n\tprint $y {}\n}\n$z = \"!\"\ninclude c(\"a\") as k\ninclude c(\"b\")\nprint $k.y {}\n";
    assert_eq!(prints(&ok(text)), ["a!", "b!", "a!"]);
    assert_eq!(mistake("class c {\n\tprint $x {}\n}\nif true {\n\t$x = \"1\"\n\tinclude c\n}\n"), "setscope main.mcl:2:8");
    assert_eq!(mistake("class c($a) {}\ninclude c\n"), "setscope main.mcl:2:1");
}

#[test]
fn classes_that_nobody_includes_are_hardly_looked_at() {
    ok("class c {\n\timport \"nosuch\"\n\tprint $missing {}\n}\n");
    assert_eq!(mistake("class c {\n\t$x = 1\n\t$x = 2\n}\n"), "setscope main.mcl:3:2");
    assert_eq!(mistake("class c {\n\t$x = $x\n}\n"), "setscope main.mcl:2:7");
}

#[test]
fn an_alias_shows_what_the_body_uses_and_nothing_else_from_outside() {
    let text = |member: &str| {
        format!(
            "$used = \"1\"\n$other = \"2\"\nclass c($p) {{\n\t$y = $used\n}}\ninclude c(\"3\") as k\nprint $k.{member} {{}}\n"
        )
    };
    assert_eq!(prints(&ok(&text("used"))), ["1"]);
    assert_eq!(prints(&ok(&text("p"))), ["3"]);
    assert_eq!(prints(&ok(&text("hostname"))), ["h1"]);
    assert_eq!(mistake(&text("other")), "setscope main.mcl:7:7");
}

#[test]
fn an_alias_shows_aliases_and_the_class_itself() {
    let nested = "class c {\n\tclass d {\n\t\t$x = \"deep\"\n\t}\n\tinclude d as i\n}\ninclude c as k\nprint $k.i.x {}\n";
    assert_eq!(prints(&ok(nested)), ["deep"]);
    assert_eq!(prints(&ok("class c {\n\tprint \"p\" {}\n}\ninclude c as k\ninclude k.c\n")), ["p", "p"]);
}

#[test]
fn nested_classes_are_reached_through_an_alias() {
    let text = "class web:site($name) {\n\tprint \"${root}/${name}\" {}\n}\nclass web($root) {}\ninclude web(\"/etc\") as w\ninclude w.site(\"blog\")\n";
    assert_eq!(prints(&ok(text)), ["/etc/blog"]);
    assert_eq!(mistake("class web {}\nclass web:site {}\ninclude site\n"), "setscope main.mcl:3:1");
    assert_eq!(mistake("class web:site {}\n"), "interpolate main.mcl:1:1");
}

#[test]
fn a_class_cannot_be_entered_again_through_its_own_include() {
    let text = "class outer {\n\tclass inner {}\n\tinclude inner as i\n\tinclude i.outer\n}\ninclude outer\n";
    assert_eq!(mistake(text), "setscope main.mcl:4:2");
}

#[test]
fn hints_say_what_was_probably_meant() {
    let hint = |text: &str| {
        let mistakes = super::resolve(&[("/main.mcl", text)]).program.expect_err("it has a mistake");
        mistakes[0].hint.clone().unwrap_or_default()
    };
    assert_eq!(hint("$x = $hostnmae\n"), "did you mean `$hostname`?");
    assert_eq!(hint("func f() { 1 }\n$x = $f()\n"), "`f` is a function: call it without a dollar sign, `f(…)`");
    assert_eq!(hint("$f = func() { 1 }\n$x = f()\n"), "`$f` is a variable: call the function that it holds with `$f(…)`");
    assert_eq!(hint("$x = fmt.printf(\"%d\", 1)\n"), "it needs `import \"fmt\"`");
    assert_eq!(hint("import \"fmt\"\n$x = fmt.print(\"%d\", 1)\n"), "did you mean `fmt.printf`?");
    assert_eq!(hint("import \"maths\"\n"), "did you mean \"math\"?");
}
