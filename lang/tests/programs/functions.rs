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
fn a_format_that_is_known_at_run_time_only_is_checked_then() {
    let text = "import \"fmt\"\nimport \"os\"\ntest \"t\" { text => fmt.printf(os.readfile(\"/f\"), 3) <|> \"caught\", }";
    for (format, expected) in [("%d items", "3 items"), ("%s", "caught"), ("%d %d", "caught"), ("%", "caught")] {
        let meaning = World::default().value("os.readfile(\"/f\")", Value::str(format)).meaning(text);
        assert_eq!(shown(&meaning), [format!("test[t] text=\"{expected}\"")], "{format}");
    }
}
