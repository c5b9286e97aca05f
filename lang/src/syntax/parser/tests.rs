//! Programs, their trees, and where they are refused.

use super::*;
use crate::source::SourceMap;
use crate::syntax::tree::{Callee, Expr, ExprKind, Function, Statement};

/// The line and column of the first mistake; `None` if there is none.
fn refused(text: &str) -> Option<(usize, usize)> {
    let mut map = SourceMap::default();
    let file = map.add("main.mcl", text);
    let mistake = parse(file, text).mistakes.into_iter().next()?;
    let start = map.start(mistake.span.expect("a mistake of the parser has a place"));
    Some((start.line, start.column))
}

#[track_caller]
fn accepted(text: &str) -> Program {
    let parsed = parse(FileId(0), text);
    assert_eq!(parsed.mistakes, [], "{text}");
    parsed.program
}

/// The expression in prefix form.
fn shape(text: &str) -> String {
    match &accepted(&format!("$x = {text}\n")).statements[..] {
        [Statement::Bind(bind)] => prefix(&bind.value),
        other => panic!("{other:?}"),
    }
}

fn prefix(expr: &Expr) -> String {
    let all = |list: &[Expr]| list.iter().map(prefix).collect::<Vec<_>>().join(" ");
    let function = |f: &Function| {
        let params: Vec<_> = f.params.params.iter().map(|p| p.name.text.to_string()).collect();
        format!("fn({}) {}", params.join(" "), prefix(&f.body.value))
    };
    match &expr.kind {
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Float(value) => value.to_string(),
        ExprKind::Str(raw) => format!("{raw:?}"),
        ExprKind::Variable(name) => format!("${name}"),
        ExprKind::List(elements) => format!("[{}]", all(elements)),
        ExprKind::Map(pairs) => {
            let pairs: Vec<_> = pairs.iter().map(|p| format!("{}: {}", prefix(&p.key), prefix(&p.value))).collect();
            format!("{{{}}}", pairs.join(" "))
        }
        ExprKind::Struct(fields) => {
            let fields: Vec<_> = fields.iter().map(|f| format!("{}: {}", f.name.text, prefix(&f.value))).collect();
            format!("struct{{{}}}", fields.join(" "))
        }
        ExprKind::Lambda(f) => format!("({})", function(f)),
        ExprKind::Call(call) => {
            let callee = match &call.callee {
                Callee::Name(name) => name.text.to_string(),
                Callee::Variable(name) => format!("${}", name.text),
                Callee::Lambda(f, _) => format!("({})", function(f)),
            };
            format!("{callee}({})", all(&call.args.values))
        }
        ExprKind::If(e) => format!("(if {} {} {})", prefix(&e.condition), prefix(&e.then.value), prefix(&e.otherwise.value)),
        ExprKind::Paren(inner) => format!("<{}>", prefix(inner)),
        ExprKind::Not(inner) => format!("(not {})", prefix(inner)),
        ExprKind::Binary(e) => format!("({} {} {})", e.op.symbol(), prefix(&e.left), prefix(&e.right)),
        ExprKind::Index(e) => format!("(at {} {})", prefix(&e.container), prefix(&e.key)),
        ExprKind::Field(e) => {
            let default = e.default.as_ref().map(|d| format!(" or {}", prefix(d))).unwrap_or_default();
            format!("(.{} {}{default})", e.field.text, prefix(&e.of))
        }
        ExprKind::Except(e) => format!("(try {} {})", prefix(&e.value), prefix(&e.fallback)),
    }
}

#[test]
fn operators_bind_as_the_table_says() {
    assert_eq!(shape("not $a == $b"), "(== (not $a) $b)");
    assert_eq!(shape("not $s->ok"), "(not (.ok $s))");
    assert_eq!(shape("1 + 2 in [3]"), "(in (+ 1 2) [3])");
    assert_eq!(shape("$a or $b and $c"), "(or $a (and $b $c))");
    assert_eq!(shape("$a and $b <|> $c"), "(try (and $a $b) $c)");
    assert_eq!(shape("$m[\"k\"] <|> \"b\" + \"c\""), "(try (at $m \"k\") (+ \"b\" \"c\"))");
    assert_eq!(shape("$p <|> $q <|> $r"), "(try (try $p $q) $r)");
    assert_eq!(shape("1 - 2 * 3 / 4 - 5"), "(- (- 1 (/ (* 2 3) 4)) 5)");
    assert_eq!(shape("if $c { 1 } else { 2 } + 3"), "(+ (if $c 1 2) 3)");
    assert_eq!(shape("if $m == {\"a\" => 1} { 1 } else { 2 }"), "(if (== $m {\"a\": 1}) 1 2)");
}

#[test]
fn a_default_behind_a_field_takes_the_rest() {
    assert_eq!(shape("$s->f <|> \"a\" <|> \"b\""), "(try (.f $s or \"a\") \"b\")");
    assert_eq!(shape("$s->f <|> $t->g <|> 3"), "(.f $s or (.g $t or 3))");
    assert_eq!(shape("1 + $s->f <|> 2 + 3"), "(+ 1 (.f $s or (+ 2 3)))");
    assert_eq!(shape("1 + $l[0] <|> 2 + 3"), "(try (+ 1 (at $l 0)) (+ 2 3))");
    assert_eq!(shape("$s->f[0] <|> 2"), "(try (at (.f $s) 0) 2)");
    assert_eq!(shape("($s->f) <|> 2"), "(try <(.f $s)> 2)");
}

#[test]
fn names_functions_and_variables_are_called() {
    assert_eq!(shape("fmt . printf(\"%d\", $ a . b)"), "fmt.printf(\"%d\" $a.b)");
    assert_eq!(shape("map.get($collect)[0]->a"), "(.a (at map.get($collect) 0))");
    assert_eq!(shape("$f.g(1)"), "$f.g(1)");
    assert_eq!(shape("func($x, $y int) int { $x }(1, 2)"), "(fn(x y) $x)(1 2)");
    assert_eq!(refused("$x = f()()"), Some((1, 9)));
    assert_eq!(refused("$x = ($f)(1)"), Some((1, 10)));
    assert_eq!(refused("$x = quote"), Some((1, 11)));
}

#[test]
fn comparisons_do_not_chain() {
    assert_eq!(refused("$x = 1 < 2 < 3"), Some((1, 12)));
    assert_eq!(refused("$x = $a in $b == $c"), Some((1, 15)));
    assert_eq!(shape("$a == 1 and $b == 2"), "(and (== $a 1) (== $b 2))");
}

#[test]
fn spans_are_exact() {
    let text = "include a . b(1) as c\n$x int = 1 + f(2) # end\ncollect file \"/a\" { }\n";
    let program = accepted(text);
    let spans: Vec<_> = program.statements.iter().map(|s| &text[s.span().start as usize..s.span().end as usize]).collect();
    assert_eq!(spans, ["include a . b(1) as c", "$x int = 1 + f(2)", "collect file \"/a\" { }"]);
    let [_, Statement::Bind(bind), Statement::Collect(collect)] = &program.statements[..] else { panic!() };
    let of = |span: Span| &text[span.start as usize..span.end as usize];
    assert_eq!(of(bind.value.span), "1 + f(2)");
    assert_eq!(of(bind.name.span), "$x");
    assert_eq!(of(collect.resource.span), "file \"/a\" { }");
    assert_eq!(of(program.comments[0].span), "# end");
}

#[test]
fn line_ends_matter() {
    for text in [
        "if true {}",
        "class a {}\n",
        "noop \"a\" { comment => \"x\", msg => \"y\", }",
        "",
        "\n\n",
        "# c",
        "$x = [\n\n\t1, # c\n]",
    ] {
        accepted(text);
    }
    assert_eq!(refused("if true { noop \"a\" {} }"), Some((1, 23)));
    assert_eq!(refused("if true\n{\n}"), Some((1, 8)));
    assert_eq!(refused("if true {\n}\nelse {\n}"), Some((3, 1)));
    assert_eq!(refused("$x =\n\t1"), Some((1, 5)));
    assert_eq!(refused("$x = 1 + # c\n2"), Some((1, 13)));
    assert_eq!(refused("$x = [1,\n2]"), Some((1, 9)));
    assert_eq!(refused("$x = [\n1\n]"), Some((2, 2)));
    assert_eq!(refused("$x = [\n1, 2,\n]"), Some((2, 4)));
    assert_eq!(refused("$x = [1, 2,]"), Some((1, 12)));
}

#[test]
fn the_end_of_the_text_is_where_it_is() {
    assert_eq!(refused("noop \"a\" {}\nnoop \"b\" {"), Some((2, 11)));
    assert_eq!(refused("noop \"b\" {\n"), Some((2, 1)));
    assert_eq!(refused("$x = 1 +"), Some((1, 9)));
    assert_eq!(refused("$x = \"abc\n# d"), Some((1, 6)));
}

#[test]
fn a_field_without_its_comma_is_refused_at_its_value() {
    assert_eq!(refused("file \"/a\" {\n\tcontent => \"a\" + \"b\"\n}"), Some((2, 13)));
    assert_eq!(refused("file \"/a\" { content => [\n\t\t1,\n\t] }"), Some((1, 24)));
    assert_eq!(refused("file \"/a\" {\n\tcontent => (\"a\")\n}"), Some((2, 17)));
    assert_eq!(refused("file \"/a\" {\n\tcontent => if true { \"a\" } else { \"b\" }\n}"), Some((2, 40)));
    assert_eq!(refused("file \"/a\" {\n\tcontent => true ?: \"x\"\n}"), Some((2, 24)));
    assert_eq!(refused("file \"/a\" {\n\tDepend => Noop[\"b\"]\n}"), Some((2, 21)));
}

#[test]
fn edges_send_on_both_sides_or_not_at_all() {
    accepted("Noop[\"a\"] -> Aws : Ec2[\"b\"] -> Noop[\"c\"]\nNoop[\"a\"]\nExec[\"a\"] . output -> File[\"b\"].content");
    assert_eq!(refused("Noop[\"a\"] -> Noop[\"b\"].x"), Some((1, 23)));
    assert_eq!(refused("Noop[\"a\"].x -> Noop[\"b\"]"), Some((1, 25)));
    assert_eq!(refused("Noop[\"a\"].x -> Noop[\"b\"].y -> Noop[\"c\"].z"), Some((1, 28)));
}

#[test]
fn literals_contradict_their_annotation() {
    assert_eq!(refused("$x int = \"a\""), Some((1, 10)));
    assert_eq!(refused("$x int = (\"a\")"), Some((1, 14)));
    assert_eq!(refused("$s []int = {}"), Some((1, 12)));
    assert_eq!(refused("$f func(int) int = func($x str) int { 1 }"), Some((1, 20)));
    assert_eq!(refused("$m map{[]int: str} = {}"), Some((1, 22)));
    assert_eq!(refused("$s struct{a int; a str} = $t"), Some((1, 23)));
    assert_eq!(refused("$f func($a int, $a int) str = $g"), Some((1, 25)));
    // Whatever takes solving waits.
    for text in
        ["$x int = \"a\" + \"b\"", "$x int = [1]", "$f int = func() { 1 }", "$f func($a int) int = func($b int) int { 1 }"]
    {
        accepted(text);
    }
}

#[test]
fn what_stops_goes_before_what_is_noted_and_the_last_note_before_the_others() {
    assert_eq!(refused("$x int = \"a\"\n$y = = 2"), Some((2, 6)));
    assert_eq!(refused("$x int = \"a\"\n$y = @"), Some((2, 6)));
    assert_eq!(refused("$x int = \"a\"\nnoop \"a\" {\n\tFoo:bar => 1,\n}"), Some((3, 14)));
    assert_eq!(refused("$x = = 1\n$y = @"), Some((1, 6)));
}

#[test]
fn a_doubled_equals_sign_is_refused_at_the_name() {
    assert_eq!(refused("if true {\n\t$name == @\n}"), Some((2, 3)));
}

#[test]
fn parsing_goes_on_behind_a_mistake() {
    let text = "$a = [1, 2\nnoop \"n\" {\n\tx = 1,\n}\nclass c {\n\t$b = \n\t$c = 1\n}\n$d = 1\n";
    let parsed = parse(FileId(0), text);
    assert_eq!(parsed.mistakes.len(), 3, "{:#?}", parsed.mistakes);
    let [Statement::Class(class), Statement::Bind(d)] = &parsed.program.statements[..] else { panic!("{:#?}", parsed.program) };
    assert_eq!((class.body.statements.len(), &*d.name.text), (1, "d"));
}

#[test]
fn mistakes_are_limited() {
    assert_eq!(parse(FileId(0), &"$x = = 1\n".repeat(1000)).mistakes.len(), MAX_MISTAKES);
}

#[test]
fn nesting_is_limited_and_refused_where_it_goes_too_far() {
    let n = 100_000;
    for text in [
        format!("$x = {}1{}", "(".repeat(n), ")".repeat(n)),
        format!("$x = 1{}", " + 1".repeat(n)),
        format!("$x = $a{}", "[0]".repeat(n)),
        format!("$x = {}1", "not ".repeat(n)),
        format!("$x {}int = 1", "[]".repeat(n)),
        "if true {\n".repeat(n),
    ] {
        let mistakes = parse(FileId(0), &text).mistakes;
        assert_eq!(mistakes.len(), 1);
        assert!(mistakes[0].message.starts_with("nested too deeply"), "{}", mistakes[0].message);
    }
    accepted(&format!("$x = {}1{}", "(".repeat(400), ")".repeat(400)));
    accepted(&format!("$x = 1{}", " + 1".repeat(400)));
    // A left operand is as deep as what stands on its right is long.
    let half = format!("({}1)", "1 + ".repeat(300));
    assert!(refused(&format!("$x = {half}{}", " + 1".repeat(300))).is_some());
}

#[test]
fn class_names_count_as_the_depth_they_move_to() {
    let mut text = String::from("class a {}\n");
    for colons in 1..600 {
        text += &format!("class a{} {{}}\n", ":a".repeat(colons));
    }
    assert!(refused(&text).is_some_and(|(line, _)| line > 490));
}
