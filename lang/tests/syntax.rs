//! Whatever the text is: it is parsed without a panic, and its layout is its own.

use mgmt_lang::format::{Refusal, format, format_bytes};
use mgmt_lang::source::decode;
use mgmt_lang::syntax::{MAX_MISTAKES, check, parse};
use mgmt_values::FileId;
use proptest::prelude::*;

/// Pieces of programs. Any sequence of them is nearly a program.
const PIECES: &[&str] = &[
    "$x",
    "$a.b",
    " = ",
    "==",
    "noop ",
    "\"a\"",
    "\"${x}\\n\"",
    "\"\\q\"",
    " {",
    "}",
    "(",
    ")",
    "[",
    "]",
    ",",
    ",\n",
    "\n",
    "\n\n",
    " # c\n",
    "\t",
    "if ",
    " else ",
    "for $i, $v in ",
    "class c",
    "class c:d",
    "func f",
    "func",
    "include c",
    " as d",
    "import ",
    "panic",
    "collect ",
    "Noop[\"a\"]",
    " -> ",
    "->f",
    " <|> ",
    "?:",
    " => ",
    "Meta:noop",
    "mode",
    " + ",
    " - ",
    "-1",
    "007",
    "1.50",
    "true",
    "not ",
    " in ",
    " int ",
    "map{str: int}",
    "struct{",
    "a int",
    ";",
    "func($a int) int ",
    "$f(1)",
    "f(",
    "[1, 2]",
    "{1 => 2}",
    "é",
    "\r",
    "\u{fffd}",
    "@",
    "_",
    "\"",
    "9223372036854775808",
];

/// Statements that are whole, with layouts that are not canonical.
const STATEMENTS: &[&str] = &[
    "$x=[\n 1 , # one\n\n  # two\n 2,\n]  # three\n",
    "noop \"a\" {comment=>f(\n# none\n), Meta:noop=>$c?:true, } # why\n",
    "if $x{\n# empty\n}else{}\n",
    "$f func(\n $a int, # arg\n str,\n) bool = func($x){ $x }\n",
    "func g(\n$x, # p\n) int { if $x {\n1 } else { 2 # c\n} }\n",
    "Noop [ \"a\" ]->Aws : Ec2[[\n\"b\",\n]]\n",
    "class c( $x str ){ include d ( 1 )as e\n\n\n}\n",
    "\n\n\n",
    "# alone\n",
    "$y = \"a\n b\" # c\n",
    "forkv $k,$v in {1=>2}{\n panic(true,\"x\")\n}\n",
    "collect file \"/a\" { Depend=>Noop[\"a\"], # d\n}\n",
    "$z = -0+ 1.50*( $s->a<|>{} )\n",
    "$w = func($p) { if true {\n$f(1) } else { 2 } }() # moves\n",
];

fn text_of(pieces: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..most).prop_map(|pieces| pieces.concat())
}

/// What holds for every text.
fn holds(text: &str) {
    let parsed = parse(FileId(0), text);
    assert!(parsed.mistakes.len() <= MAX_MISTAKES);
    for mistake in parsed.mistakes.iter().chain(&check(&parsed.program)) {
        let span = mistake.span.expect("a mistake in a text has a place");
        assert!(span.start <= span.end && text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
    }
    match format(FileId(0), text) {
        Ok(out) => assert_eq!(format(FileId(0), &out), Ok(out.clone()), "{text}"),
        Err(Refusal::Mistakes(mistakes)) => assert_eq!(mistakes, parsed.mistakes),
        Err(Refusal::Bug(why)) => panic!("{why}: {text}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_pieces_are_parsed(text in text_of(PIECES, 40)) {
        holds(&text);
    }

    #[test]
    fn any_bytes_are_parsed(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        holds(&decode(&bytes));
        let utf8 = std::str::from_utf8(&bytes).is_ok();
        prop_assert!(utf8 || matches!(format_bytes(FileId(0), &bytes), Err(Refusal::Mistakes(_))));
    }

    #[test]
    fn programs_have_one_layout(text in text_of(STATEMENTS, 12)) {
        prop_assert!(format(FileId(0), &text).is_ok());
        holds(&text);
    }
}
