//! The examples of the built-in functions are true.

use crate::support::{World, attempt, graph, shown};
use mgmt_lang::builtins::{self, Purity};
use mgmt_values::Value;

/// A program that evaluates an expression which calls functions of one module. `panic` is a statement.
fn program(name: &str, expression: &str) -> String {
    if name == "panic" {
        return format!("{expression}\ntest \"t\" {{ flag => true, }}");
    }
    let import = match name.split_once('.') {
        Some((module, _)) => format!("import \"{module}\"\n"),
        None => String::new(),
    };
    format!("{import}test \"t\" {{ flag => {expression}, }}")
}

#[test]
fn examples_of_pure_functions_are_true() {
    let pure = builtins::all().filter(|(_, builtin)| builtin.purity == Purity::Pure);
    let wrong: Vec<String> = pure
        .filter_map(|(_, builtin)| {
            let text = program(builtin.name, builtin.example);
            let found = attempt(&text).map(|_| graph(&text)).map_err(|refused| refused.diagnostics);
            (found.as_deref().ok() != Some(&["test[t] flag=true".to_owned()])).then(|| format!("{text}\n  {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_is_a_program_with_a_call_of_its_function() {
    let wrong: Vec<String> = builtins::documented()
        .into_iter()
        .filter_map(|builtin| {
            let (name, example) = (builtin.name, builtin.example);
            let bare = builtin.module().map_or("", |module| module.rsplit('/').next().unwrap_or(module));
            let called = if bare.is_empty() { format!("{name}(") } else { format!("{bare}.{}(", builtin.bare_name()) };
            // Its name is a keyword of the language: it can be called in templates only.
            if name == "golang/math/rand.int" {
                return None;
            }
            if !example.contains(&called) {
                return Some(format!("{name}: {example} does not call it"));
            }
            let text = program(name, example).replace("flag =>", "any =>");
            let found = attempt(&text).map_err(|refused| refused.diagnostics);
            found.is_err().then(|| format!("{text}\n  {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn functions_over_lists_call_their_function_for_each_element() {
    let text = r#"
        import "iter"
        import "os"
        $list = iter.range(3)
        $slow = os.readfile("/x")
        test "t" { any => iter.map($list, func($x) { if $slow == "" { 0 } else { iter.reduce($list, func($a, $b) { $a + $b * $x }) } }), }
        test "u" { any => iter.zip($list, ["a", "b"], func($n, $s) { [$s, $slow][$n] }), }
    "#;
    let meaning = World::default().value("os.readfile(\"/x\")", Value::str("y")).meaning(text);
    assert!(meaning.errors.is_empty(), "{:?}", meaning.errors);
    assert_eq!(shown(&meaning), ["test[t] any=[0, 3, 6]", "test[u] any=[\"a\", \"y\"]"]);
}

#[test]
fn a_template_is_a_text_before_anything_runs() {
    let text = "import \"golang\"\ntest \"t\" { text => golang.template(\"{{ .A | print }}!\", struct{a => 1}), }";
    assert_eq!(graph(text), ["test[t] text=\"1!\""]);
    let cells = attempt(text).expect("a program").cells;
    assert!(!format!("{cells:?}").contains("Template("), "{cells:?}");
}

#[test]
fn a_template_asks_for_what_it_comes_to() {
    let text = "import \"golang\"\ntest \"t\" { text => golang.template(\"{{ if eq (sys_getenv `A`) `x` }}{{ os_home `u` }}{{ end }}\") <|> \"caught\", }";
    let world = || World::default().value("sys.getenv(\"A\")", Value::str("x"));
    let meaning = world().meaning(text);
    assert_eq!(meaning.pending, 1);
    let asked: Vec<String> = meaning.demands.iter().map(|(_, call)| call.to_string()).collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert_eq!(shown(&world().value("os.home(\"u\")", Value::str("/u/")).meaning(text)), ["test[t] text=\"/u/\""]);
    assert_eq!(shown(&world().error("os.home(\"u\")", "no such user").meaning(text)), ["test[t] text=\"caught\""]);
}

#[test]
fn a_template_that_is_known_at_run_time_only_is_parsed_then() {
    let text = "import \"golang\"\nimport \"os\"\ntest \"t\" { text => golang.template(os.readfile(\"/f\"), 3) <|> \"caught\", }";
    for (template, expected) in [("{{ . }} items", "3 items"), ("{{ bad", "caught"), ("{{ .X }}", "caught")] {
        let meaning = World::default().value("os.readfile(\"/f\")", Value::str(template)).meaning(text);
        assert_eq!(shown(&meaning), [format!("test[t] text=\"{expected}\"")], "{template}");
    }
}

#[test]
fn a_format_that_is_known_at_run_time_only_is_checked_then() {
    let text = "import \"fmt\"\nimport \"os\"\ntest \"t\" { text => fmt.printf(os.readfile(\"/f\"), 3) <|> \"caught\", }";
    for (format, expected) in [("%d items", "3 items"), ("%s", "caught"), ("%d %d", "caught"), ("%", "caught")] {
        let meaning = World::default().value("os.readfile(\"/f\")", Value::str(format)).meaning(text);
        assert_eq!(shown(&meaning), [format!("test[t] text=\"{expected}\"")], "{format}");
    }
}
