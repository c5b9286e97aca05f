//! `mgmt check`: what is wrong with a program, all of it, with places and hints.

use crate::process::{Place, mgmt};

/// What a check says of a program, and its exit status.
fn check(program: &str, args: &[&str]) -> (String, i32) {
    let place = Place::new(program);
    let path = place.path("main.mcl");
    let ended = mgmt(&[&["check"], args, &[path.to_str().unwrap()]].concat());
    assert_eq!(ended.stdout, "");
    let status = ended.code().unwrap();
    (ended.stderr, status)
}

/// The same as one text, without how long it took.
fn said(program: &str, args: &[&str]) -> String {
    let (text, status) = check(program, args);
    let lines = text.split_inclusive('\n').filter(|line| !line.starts_with("type unification "));
    format!("{}status {status}\n", lines.collect::<String>())
}

#[test]
fn how_long_the_types_took_is_told() {
    let (good, wrong) = ("noop \"a\" {}\n", "noop 1 {}\n");
    assert!(check(good, &[]).0.starts_with("type unification succeeded in "));
    assert!(check(wrong, &[]).0.lines().last().unwrap().starts_with("type unification failed after "));
    assert_eq!(check(good, &["--skip-unify"]), (String::new(), 0));
    assert_eq!(check(good, &["--error-format", "json"]), (String::new(), 0));
}

#[test]
fn for_programs_a_file_that_is_not_formatted_is_an_object() {
    let (text, status) = check("noop   \"a\" {}\n", &["--error-format", "json"]);
    assert_eq!(text, "{\"file\":\"main.mcl\",\"message\":\"not formatted\",\"phase\":\"format\"}\n");
    assert_eq!(status, 1);
}

#[test]
fn a_good_program() {
    let good = "noop \"a\" {}\n";
    for args in [&[][..], &["lang"], &["--tmp-prefix", "lang", "--hostname=h"], &["-skip-fmt", "--depth", "3"], &["--skip-unify"]]
    {
        assert_eq!(said(good, args), "status 0\n", "{args:?}");
    }
}

#[test]
fn layout_is_part_of_it() {
    let ugly = "noop   \"a\" {}\n";
    assert_eq!(said(ugly, &[]), "not formatted: main.mcl\nstatus 1\n");
    assert_eq!(said(ugly, &["--skip-fmt"]), "status 0\n");
    assert_eq!(said(ugly, &["--skip-fmt=false"]), "not formatted: main.mcl\nstatus 1\n");
}

#[test]
fn types_are_part_of_it() {
    let wrong = "file \"/x\" {\n\tcontent => 1,\n}\n";
    insta::assert_snapshot!(said(wrong, &[]));
    assert_eq!(said(wrong, &["--skip-unify"]), "status 0\n");
}

#[test]
fn several_mistakes_in_the_order_of_the_text() {
    insta::assert_snapshot!(said(
        "$a = 1 + \"x\"\nfile \"/x\" {\n\tcontents => \"\",\n\tmode => $a,\n}\nnonsense \"x\" {}\nnoop $a {}\n",
        &[]
    ));
}

#[test]
fn no_more_than_twenty() {
    let many: String = (0..50).map(|i| format!("noop \"n{i}\" {{\n\tbad => {i},\n}}\n")).collect();
    assert_eq!(said(&many, &[]).matches("error: ").count(), 20);
}

#[test]
fn a_misspelt_field() {
    insta::assert_snapshot!(said("file \"/x\" {\n\tcontents => \"\",\n}\n", &[]));
}

#[test]
fn a_name_that_is_computed() {
    insta::assert_snapshot!(said("import \"fmt\"\n\nnoop fmt.printf(\"%d\", 1) {}\nnoop [\"a\" + \"b\"] {}\nnoop 5 {}\n", &[]));
}

#[test]
fn a_minus_before_a_variable() {
    insta::assert_snapshot!(said("$a = 1\n$b = -$a\n", &[]));
    insta::assert_snapshot!(said("$a = 1\n$b = $a -1\n", &[]));
}

#[test]
fn a_comma_that_is_missing() {
    insta::assert_snapshot!(said("file \"/x\" {\n\tmode => \"0644\"\n}\n", &[]));
    insta::assert_snapshot!(said("$a = [\n\t1,\n\t2\n]\n", &[]));
    insta::assert_snapshot!(said("file \"/x\" {\n\tmode => true ?: \"0644\"\n}\n", &[]));
}
