//! Texts and their layout.

use super::*;

fn formatted(text: &str) -> String {
    format(FileId(0), text).unwrap()
}

/// The text is canonical.
fn stays(text: &str) {
    assert_eq!(formatted(text), text);
}

#[test]
fn words_and_signs_have_their_blanks() {
    assert_eq!(
        formatted(" $ x  int=1+2*not $b\nnoop   \"a\"  {   }\n$y = fmt . printf( \"%d\" ,$l [ 0 ] ,$s -> f<|>-1 )\n"),
        "$x int = 1 + 2 * not $b\nnoop \"a\" {}\n$y = fmt.printf(\"%d\", $l[0], $s->f <|> -1)\n"
    );
}

#[test]
fn numbers_are_canonical_and_strings_untouched() {
    assert_eq!(formatted("$a = 007\n$b = -0\n$c = 1.500\n$d = -0.0\n"), "$a = 7\n$b = 0\n$c = 1.5\n$d = -0.0\n");
    assert_eq!(formatted("$a = 100000000000000000000000.0\n"), "$a = 100000000000000000000000.0\n");
    stays("$a = \"a\tb\n c\\n # ${x}\"\n");
}

#[test]
fn types_stand_on_one_line() {
    assert_eq!(
        formatted("$a map{str:[ ]int} = $b\n$c struct{a   int;b str} = $b\n$d func(\n\tint,\n\t$a str,\n) bool = $b\n"),
        "$a map{str: []int} = $b\n$c struct{a int; b str} = $b\n$d func(int, $a str) bool = $b\n"
    );
}

#[test]
fn brackets_stay_spread_where_the_first_element_is_below() {
    stays("$l = [\n\t[1, 2],\n\t{\n\t\t\"a\" => 1,\n\t},\n]\n$x = f([\n\t1,\n], 2)\n");
    assert_eq!(formatted("$l = [\n]\n$m = { }\n$s = struct{\n}\n$c = f(\n)\n"), "$l = []\n$m = {}\n$s = struct{}\n$c = f()\n");
}

#[test]
fn resources_have_one_entry_to_a_line() {
    assert_eq!(
        formatted("file \"/a\" { content=>$c?:\"x\", Meta : noop=>true, Notify=>Http : Server[\"x\"], }\n"),
        "file \"/a\" {\n\tcontent => $c ?: \"x\",\n\tMeta:noop => true,\n\tNotify => Http:Server[\"x\"],\n}\n"
    );
}

#[test]
fn the_branches_of_an_if_expression_are_alike() {
    assert_eq!(formatted("$y = if true {\n1\n} else { 2 }\n"), "$y = if true {\n\t1\n} else {\n\t2\n}\n");
    assert_eq!(formatted("$z = if true { 1 } else {\n2\n}\n"), "$z = if true { 1 } else { 2 }\n");
}

#[test]
fn blank_lines_collapse_and_vanish_at_the_ends() {
    assert_eq!(formatted("\n\n$x = 1\n\n\n\n# c\n\n\n$y = 2\n\n\n"), "$x = 1\n\n# c\n\n$y = 2\n");
    assert_eq!(formatted("\n\n"), "");
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("# only"), "# only\n");
}

#[test]
fn comments_stay_with_their_line() {
    stays("$x = 1 # one\nnoop \"a\" { #two\n\t# three\n\n\t# four\n} # five\n# six  \n");
    stays("$l = [ # a\n\t1, # b\n\t# c\n]\nfunc f($x) { # d\n\t$x # e\n}\n");
}

#[test]
fn a_comment_behind_what_is_spread_goes_to_its_first_line() {
    assert_eq!(formatted("noop \"a\" { comment => \"x\", } # why\n"), "noop \"a\" { # why\n\tcomment => \"x\",\n}\n");
    assert_eq!(formatted("func f() { 1 # why\n}\n"), "func f() { # why\n\t1\n}\n");
}

#[test]
fn a_comment_inside_what_is_joined_goes_behind_it() {
    assert_eq!(formatted("$x = f(\n\t# none\n) # more\n$y = 1\n"), "$x = f()\n# none\n# more\n$y = 1\n");
    assert_eq!(formatted("$f []func(\n\tint, # arg\n) int = [\n\t$g,\n]\n"), "$f []func(int) int = [\n\t# arg\n\n\t$g,\n]\n");
    assert_eq!(
        formatted("$f func(\n\tint, # arg\n) int = func($x) { $x }\n"),
        "$f func(int) int = func(\n\t# arg\n\t$x,\n) { $x }\n"
    );
}

#[test]
fn a_layout_that_changes_the_layout_is_followed_to_its_end() {
    assert_eq!(
        formatted("$x = func($p) { if true {\n$f(1) } else { 2 } }() #why\n"),
        "$x = func($p) {\n\tif true {\n\t\t$f(1) #why\n\t} else {\n\t\t2\n\t}\n}()\n"
    );
}

#[test]
fn what_cannot_be_parsed_has_no_layout() {
    let Err(Refusal::Mistakes(mistakes)) = format(FileId(0), "$x = 1 2\n") else { panic!("accepted") };
    assert_eq!(mistakes[0].span, Some(Span::new(FileId(0), 7, 8)));
    let Err(Refusal::Mistakes(mistakes)) = format_bytes(FileId(0), b"# \xff\n") else { panic!("accepted") };
    assert_eq!((mistakes[0].span.map(|s| s.start), &*mistakes[0].message), (Some(2), "the text is not UTF-8"));
}
