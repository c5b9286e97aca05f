//! What an evaluation yields: values, errors, or nothing yet.

use crate::support::{World, asked, compiled, graph, shown};
use mgmt_values::outcome::STACK;
use mgmt_values::{Phase, Value};

#[test]
fn a_program_of_constants_means_its_resources() {
    let text = r#"
        $names = ["b", "a"]
        test $names { text => "x" + "y", number => 2 * 3, }
        if 1 == 2 {
            noop "never" {}
        } else {
            noop "ever" {}
        }
        for $i, $name in $names {
            noop "${name}!" {}
        }
        forkv $k, $v in {"p" => 80} {
            test "${k}" { number => $v, }
        }
    "#;
    assert_eq!(
        graph(text),
        [
            "noop[a!]",
            "noop[b!]",
            "noop[ever]",
            "test[a] text=\"xy\" number=6",
            "test[b] text=\"xy\" number=6",
            "test[p] number=80",
        ]
    );
}

#[test]
fn what_is_pending_wins_over_what_failed() {
    let text = r#"
        import "os"
        test "t" { text => (["a"][9] + os.readfile("/slow")) <|> "caught", }
    "#;
    let waiting = World::default().meaning(text);
    assert_eq!((waiting.pending, shown(&waiting)), (1, vec![]));
    let answered = World::default().value("os.readfile(\"/slow\")", Value::str("x")).meaning(text);
    assert_eq!(shown(&answered), ["test[t] text=\"caught\""]);
}

#[test]
fn everything_that_is_surely_needed_is_asked_for_at_once() {
    let text = r#"
        import "os"
        test "t" {
            text => os.readfile("/a") + os.readfile("/b"),
            flag => os.readfile("/c") == "" ?: os.readfile("/d") == "x",
        }
    "#;
    let all = ["a", "b", "c", "d"].map(|name| format!("os.readfile(\"/{name}\")"));
    assert_eq!(asked(&World::default().meaning(text)), all);
}

#[test]
fn branches_and_fallbacks_are_lazy() {
    let text = r#"
        import "os"
        $chosen = if os.readfile("/which") == "a" { os.readfile("/a") } else { os.readfile("/b") }
        test "t" { text => $chosen <|> os.readfile("/fallback"), }
    "#;
    let world = World::default().value("os.readfile(\"/which\")", Value::str("b"));
    assert_eq!(asked(&world.meaning(text)), ["os.readfile(\"/b\")", "os.readfile(\"/which\")"]);
    let world = world.error("os.readfile(\"/b\")", "no such file");
    assert!(asked(&world.meaning(text)).contains(&"os.readfile(\"/fallback\")".to_owned()));
}

#[test]
fn both_sides_of_and_and_or_are_evaluated() {
    let text = r#"
        import "os"
        test "t" { flag => true or os.readfile("/x") == "", }
    "#;
    let meaning = World::default().error("os.readfile(\"/x\")", "no such file").meaning(text);
    assert_eq!(meaning.errors.iter().map(ToString::to_string).collect::<Vec<_>>(), ["no such file"]);
}

#[test]
fn an_error_is_placed_at_the_call_that_failed() {
    let text = "import \"os\"\n$x = os.readfile(\"/x\")\ntest \"t\" { text => $x, }\ntest \"u\" { text => $x <|> \"d\", }\n";
    let program = compiled(text);
    let meaning = World::default().error("os.readfile(\"/x\")", "no such file").meaning(text);
    assert_eq!(shown(&meaning), ["test[u] text=\"d\""]);
    let [error] = &meaning.errors[..] else { panic!("{meaning:?}") };
    let span = program.sites.span(error.place.expect("placed")).expect("known");
    assert_eq!(&text[span.start as usize..span.end as usize], "os.readfile(\"/x\")");
}

#[test]
fn of_several_errors_the_first_argument_wins() {
    let text = "test \"t\" { number => [1][7] + [2][8], }";
    let meaning = World::default().meaning(text);
    assert_eq!(meaning.errors[0].to_string(), "list index not present, got: 7, len is: 1, in: [1]");
}

#[test]
fn a_failed_argument_is_caught_in_the_body_or_not_at_all() {
    let caught = "func f($x) { $x <|> \"inside\" }\ntest \"t\" { text => f([\"a\"][9]), }";
    assert_eq!(graph(caught), ["test[t] text=\"inside\""]);
    let ignored = "func f($x) { \"a\" + \"b\" }\ntest \"t\" { text => f([\"a\"][9]) <|> \"outside\", }";
    assert_eq!(World::default().meaning(ignored).errors.len(), 1);
}

#[test]
fn a_panic_cannot_be_caught() {
    let text = "test \"t\" { flag => panic_debug(true, \"why\") <|> false, }\npanic(true)";
    let meaning = World::default().meaning(text);
    let mut messages: Vec<String> = meaning.errors.iter().map(ToString::to_string).collect();
    messages.sort();
    assert_eq!(messages, ["bool panic occurred", "bool panic occurred: why"]);
    assert!(meaning.errors.iter().all(|error| error.phase == Phase::Stream && !error.catchable));
}

#[test]
fn a_failing_list_or_condition_is_an_uncaught_error() {
    for text in ["for $i, $v in [[1]][3] {\nnoop \"a\" {}\n}", "if [true][3] {\nnoop \"a\" {}\n}"] {
        let meaning = World::default().meaning(text);
        assert_eq!((meaning.errors.len(), meaning.rows.len()), (1, 0), "{text}");
    }
}

#[test]
fn functions_see_where_they_were_written() {
    let text = r#"
        $suffix = "!"
        func shout($x) { $x + $suffix }
        func adder($n) { func($x) { $x + $n } }
        class c($suffix) {
            $add = adder(1)
            test "in-${suffix}" { text => shout($suffix), number => $add(2), }
        }
        include c("a")
        include c("b")
        $fs = [adder(10), func($x) { $x * 10 }]
        for $i, $f in $fs {
            test ["f" + ["0", "1"][$i]] { number => $f(5), }
        }
    "#;
    assert_eq!(
        graph(text),
        ["test[f0] number=15", "test[f1] number=50", "test[in-a] text=\"a!\" number=3", "test[in-b] text=\"b!\" number=3"]
    );
}

#[test]
fn function_values_are_compared_by_where_and_when_they_were_made() {
    let text = r#"
        func make() { func($x) { $x + 1 } }
        $f = func($x) { $x + 1 }
        $g = func($x) { $x + 1 }
        $made = make()
        test "t" { any => [$f in [$f], $f in [$g], $made in [$made], make() in [make()], $f in [if $made in [$made] { $f } else { $g }]], }
    "#;
    assert_eq!(graph(text), ["test[t] any=[true, false, true, false, true]"]);
}

#[test]
fn deep_chains_of_calls_are_an_error_and_no_crash() {
    let mut text = "func f0($x) { $x + 1 }\n".to_owned();
    for n in 1..3_000 {
        text += &format!("func f{n}($x) {{ f{}($x) + 1 }}\n", n - 1);
    }
    text += "test \"t\" { number => f2999([1, 2][0]), }\ntest \"u\" { number => f99([1][0]), }\n";
    let run = move || World::default().meaning(&text);
    let meaning = std::thread::Builder::new().stack_size(STACK).spawn(run).expect("a thread").join().expect("no crash");
    assert!(meaning.errors[0].to_string().starts_with("evaluation nests deeper"), "{:?}", meaning.errors);
    assert_eq!(shown(&meaning), ["test[u] number=101"]);
}

#[test]
fn long_chains_of_variables_are_no_deeper_than_short_ones() {
    let mut text = "import \"os\"\n$x0 = os.readfile(\"/x\")\n".to_owned();
    for n in 1..20_000 {
        text += &format!("$x{n} = $x{}\n", n - 1);
    }
    text += "test \"t\" { text => $x19999, }";
    let meaning = World::default().value("os.readfile(\"/x\")", Value::str("end")).meaning(&text);
    assert_eq!(shown(&meaning), ["test[t] text=\"end\""]);
}
