//! Programs, and which mistake of theirs is reported first.

use super::*;
use crate::source::SourceMap;
use mgmt_values::Phase;

/// The stage and place of the first mistake.
#[track_caller]
fn first(text: &str) -> Option<(Phase, usize, usize)> {
    let mut map = SourceMap::default();
    let file = map.add("main.mcl", text);
    let parsed = crate::syntax::parse(file, text);
    assert_eq!(parsed.mistakes, []);
    let mistake = check(&parsed.program).into_iter().next()?;
    let start = map.start(mistake.span?);
    Some((mistake.phase, start.line, start.column))
}

fn init(text: &str) -> (usize, usize) {
    match first(text) {
        Some((Phase::Init, line, column)) => (line, column),
        other => panic!("{text}: {other:?}"),
    }
}

fn interpolate(text: &str) -> (usize, usize) {
    match first(text) {
        Some((Phase::Interpolate, line, column)) => (line, column),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn entries_of_a_resource() {
    assert_eq!(init("noop \"n\" {}\ntest \"a\" { comment => \"x\", comment => true ?: \"y\", }"), (2, 1));
    assert_eq!(init("noop \"a\" { Meta:noop => true, Meta:noop => false, }"), (1, 1));
    assert_eq!(init("noop \"a\" {\n\tMeta:nope => true,\n}"), (2, 2));
    assert_eq!(init("noop \"a\" {\n\tAfter => Noop[\"b\"],\n}"), (2, 2));
    assert_eq!(init("collect file \"/a\" { mode => \"\", mode => \"\", }"), (1, 9));
    assert_eq!(first("noop \"a\" { Before => Noop[\"b\"], Before => Noop[\"c\"], Meta:retry => 1, Meta => $m, }"), None);
}

#[test]
fn entries_are_looked_at_in_turn() {
    assert_eq!(init("test \"a\" { comment => {1 => 1, 1 => 2}, comment => $a__b, }"), (1, 23));
    assert_eq!(init("test \"a\" { comment => \"x\", comment => {1 => 1, 1 => 2}, }"), (1, 1));
}

#[test]
fn keys_of_a_map() {
    assert_eq!(init("$x = [{\"a\" => 1, \"a\" => 2}]"), (1, 7));
    assert_eq!(init("$x = {\"a${x}\" => 1, (\"a${x}\") => 2}"), (1, 6));
    assert_eq!(init("$x = {0.0 => 1, -0.0 => 2}"), (1, 6));
    assert_eq!(init("$x = {struct{a => 1} => 1, struct{a => 1} => 2}"), (1, 6));
    assert_eq!(init("$x = {\"a\" => 1, 2 => 2}"), (1, 6));
    assert_eq!(init("$x = {[1] => 1}"), (1, 6));
    assert_eq!(init("$x = {func($x int) { $x } => 1}"), (1, 6));
    assert_eq!(init("$x = {if $c { [1] } else { $y } => 1}"), (1, 6));
    for accepted in [
        "{$k => 1, \"a\" => 2}",
        "{\"\\n\" => 1, \"\n\" => 2}",
        "{[] => 1}",
        "{struct{} => 1, struct{} => 2}",
        "{1 + 1 => 1, 2 => 2}",
    ] {
        assert_eq!(first(&format!("$x = {accepted}")), None, "{accepted}");
    }
}

#[test]
fn repeated_struct_fields_and_parameters() {
    assert_eq!(init("$x = [struct{a => 1}, struct{b => 2, b => 3}]"), (1, 23));
    assert_eq!(init("func f($x, $x) { $x }"), (1, 12));
    assert_eq!(init("$f = func($x, $y, $x int) { $x }"), (1, 19));
    assert_eq!(first("class c($x, $x) {}"), None);
}

#[test]
fn variables_with_two_underscores_are_bound_and_called_but_not_read() {
    assert_eq!(first("$a__b = 1\n$x = $f__g(1)"), None);
    assert_eq!(init("$x = f({1 => $a__b})"), (1, 14));
    assert_eq!(interpolate("$x = \"a\" + \"${a__b}\""), (1, 12));
}

#[test]
fn imports_in_loops() {
    assert_eq!(init("forkv $i, $v in $l {\n\timport \"fmt\"\n}"), (1, 1));
    assert_eq!(init("import \"\""), (1, 8));
    assert_eq!(first("for $i, $v in $l {\n\tif $v {\n\t\timport \"fmt\"\n\t}\n}"), None);
}

#[test]
fn init_goes_before_interpolate() {
    assert_eq!(init("$x = \"\\q\"\n$y = $a__b"), (2, 6));
}

#[test]
fn strings_are_scanned_everywhere() {
    for text in
        ["$x = \"\\q\"", "$x = \"${}\"", "if true { # c\n\tnoop \"${A}\" {}\n}", "class c {\n\t$x = f(func() { \"\\q\" })\n}"]
    {
        interpolate(text);
    }
    assert_eq!(first("import \"\\\\q\""), None);
    // The value of an entry is scanned before its condition.
    assert_eq!(interpolate("noop \"n\" { comment => \"\\q\" ?: \"${}\", }"), (1, 31));
}

#[test]
fn classes_of_one_name() {
    assert_eq!(interpolate("$x = \"\\q\"\nclass c {}\nclass c($x) {}"), (3, 1));
    assert_eq!(interpolate("class a {\n\tclass b {}\n}\nclass a:b {}"), (4, 1));
    assert_eq!(interpolate("class a {}\nclass a:b {}\nclass a:b:c {}\nclass a:b:c {}"), (4, 1));
    assert_eq!(first("class a:b:c {}\nclass a:b {}\nclass a {}\nif true {\n\tclass a {}\n}"), None);
}

#[test]
fn classes_with_colons_need_their_base() {
    assert_eq!(interpolate("class web:site {}"), (1, 1));
    assert_eq!(interpolate("class web {}\nif true {\n\tclass web:site {}\n}"), (3, 2));
    assert_eq!(interpolate("class a {}\nclass a:b:c {}"), (2, 1));
}
