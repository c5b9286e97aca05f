//! Programs that are refused: a clear message with its place, exit status 1, nothing applied.

use crate::process::{Place, mgmt};
use std::fs;

/// Runs a program that starts with a good file, and gives the first diagnostic as JSON.
#[track_caller]
fn refused(program: &str) -> serde_json::Value {
    let place = Place::new(&format!("file \"DIR/good\" {{\n\tstate => \"exists\",\n}}\n{program}"));
    let text = place.once(&[]);
    assert_eq!(text.code(), Some(1), "{}", text.stderr);
    assert!(text.stderr.starts_with("error: "), "{}", text.stderr);
    let json = place.once(&["--error-format", "json"]);
    assert_eq!(json.code(), Some(1));
    assert!(!place.path("good").exists(), "something was applied");
    let first = json.stderr.lines().find(|line| line.starts_with('{')).unwrap_or_else(|| panic!("{}", json.stderr));
    serde_json::from_str(first).unwrap()
}

#[track_caller]
fn refused_at(program: &str, phase: &str, line: u64, column: u64, words: &str) {
    let error = refused(program);
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(words), "{error}");
    assert_eq!((error["phase"].as_str(), error["file"].as_str()), (Some(phase), Some("main.mcl")), "{error}");
    assert_eq!((error["line"].as_u64(), error["column"].as_u64()), (Some(line), Some(column)), "{error}");
}

#[test]
fn an_unknown_resource() {
    refused_at("nonsense \"x\" {}\n", "unify", 4, 1, "nonsense");
}

#[test]
fn an_unknown_field() {
    refused_at("file \"/x\" {\n\tcontentx => \"\",\n}\n", "unify", 5, 2, "contentx");
}

#[test]
fn a_wrong_type() {
    refused_at("file \"/x\" {\n\tcontent => 42,\n}\n", "unify", 5, 2, "int");
}

#[test]
fn a_missing_end_of_an_edge() {
    refused_at("File[\"/x\"] -> File[\"/y\"]\n", "interpret", 4, 1, "/x");
}

#[test]
fn a_cycle() {
    let error = refused("noop \"a\" {\n\tBefore => Noop[\"b\"],\n}\nnoop \"b\" {\n\tBefore => Noop[\"a\"],\n}\n");
    assert_eq!(error["phase"], "interpret");
    assert!(error["message"].as_str().unwrap().contains("noop[a]"), "{error}");
}

#[test]
fn invalid_utf8() {
    let place = Place::new("");
    fs::write(place.path("main.mcl"), b"noop \"a\" {}\n\xff\n").unwrap();
    let ended = place.once(&["--error-format", "json"]);
    assert_eq!(ended.code(), Some(1));
    let error: serde_json::Value = serde_json::from_str(ended.stderr.lines().next().unwrap()).unwrap();
    assert_eq!((error["phase"].as_str(), error["line"].as_u64()), (Some("lexparse"), Some(2)), "{error}");
}

#[test]
fn an_unreadable_input() {
    for input in ["/nonexistent/x.mcl", "/nonexistent/"] {
        let ended = mgmt(&["run", "--tmp-prefix", "lang", input]);
        assert_eq!(ended.code(), Some(1), "{}", ended.stderr);
        assert!(ended.stderr.contains("/nonexistent/"), "{}", ended.stderr);
    }
}

#[test]
fn a_directory_without_a_program() {
    let directory = tempfile::tempdir().unwrap();
    let input = format!("{}/", directory.path().display());
    let ended = mgmt(&["graph", "--error-format", "json", &input]);
    assert_eq!(ended.code(), Some(1));
    let error: serde_json::Value = serde_json::from_str(ended.stderr.trim()).unwrap();
    assert_eq!(error["phase"], "input");
}

#[test]
fn inline_code_and_standard_input_are_called_main_mcl() {
    let ended = mgmt(&["graph", "--error-format", "json", "noop \"a\" {\n\tnonsense => 1,\n}"]);
    assert!(
        ended.stderr.contains("\"file\":\"main.mcl\",\"line\":2") || ended.stderr.contains("\"file\":\"main.mcl\""),
        "{}",
        ended.stderr
    );
    assert_eq!(ended.code(), Some(1));
}

#[test]
fn the_source_line_is_shown_with_a_caret() {
    let place = Place::new("file \"/x\" {\n\tcontentx => \"\",\n}\n");
    let ended = place.once(&[]);
    assert!(ended.stderr.contains("2 | \tcontentx => \"\","), "{}", ended.stderr);
    assert!(ended.stderr.contains("  | \t^"), "{}", ended.stderr);
}

#[test]
fn graph_names_what_gave_no_answer() {
    let program = "import \"os\"\nfile \"/tmp/x\" {\n\tcontent => os.system(\"sleep 1000\"),\n}\n";
    let ended = mgmt(&["graph", "--timeout", "0.5", program]);
    assert_eq!(ended.code(), Some(1));
    assert!(ended.stderr.contains("os.system(\"sleep 1000\")"), "{}", ended.stderr);
}
