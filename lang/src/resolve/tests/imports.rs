//! Imports and modules.

use super::{mistake, mistake_in, ok, prints, resolve};
use crate::resolve::program::BlockKind;

/// The names of the resources of a program of several files.
fn prints_of(files: &[(&str, &str)]) -> Vec<String> {
    prints(&resolve(files).program.unwrap_or_else(|mistakes| panic!("{mistakes:#?}")))
}

#[test]
fn a_module_is_a_file_or_a_directory_beside_the_importing_file() {
    let main = "import \"lib/net.mcl\"\nimport \"web/\"\nprint $net.x + $web.x {}\n";
    let files = [
        ("/main.mcl", main),
        ("/lib/net.mcl", "$x = \"n\"\n"),
        ("/web/metadata.yaml", "main: src/start.mcl\n"),
        ("/web/src/start.mcl", "import \"util.mcl\"\n$x = $util.y\n"),
        ("/web/src/util.mcl", "$y = \"w\"\n"),
    ];
    assert_eq!(prints_of(&files), ["nw"]);
    let read = resolve(&files).read;
    assert_eq!(read, ["/main.mcl", "/lib/net.mcl", "/web/metadata.yaml", "/web/src/start.mcl", "/web/src/util.mcl"]);
}

#[test]
fn aliases_and_stars() {
    let module = ("/m.mcl", "$x = \"m\"\nclass c($n) {\n\tprint $n + $x {}\n}\n");
    assert_eq!(prints_of(&[("/main.mcl", "import \"m.mcl\" as q\nprint $q.x {}\ninclude q.c(\"a\")\n"), module]), ["m", "am"]);
    assert_eq!(prints_of(&[("/main.mcl", "import \"m.mcl\" as *\nprint $x {}\ninclude c(\"a\")\n"), module]), ["m", "am"]);
    assert_eq!(mistake_in(&[("/main.mcl", "import \"m.mcl\" as q\nprint $m.x {}\n"), module]), "setscope main.mcl:2:7");
    assert_eq!(prints_of(&[("/main.mcl", "import \"m.mcl\" as *\n$x = \"own\"\nprint $x {}\n"), module]), ["own"]);
}

#[test]
fn a_module_shows_its_imports_and_what_everybody_sees() {
    let files =
        [("/main.mcl", "import \"m.mcl\"\nprint m.math.sqrt(4.0) {}\nprint $m.hostname {}\n"), ("/m.mcl", "import \"math\"\n")];
    assert_eq!(prints_of(&files), ["math.sqrt", "h1"]);
}

#[test]
fn a_module_without_a_prefix_does_not_see_itself_in_its_importer() {
    let main = "if true {\n\timport \"m.mcl\" as *\n\tprint $x {}\n}\n";
    assert_eq!(mistake_in(&[("/main.mcl", main), ("/m.mcl", "$x = $y\n")]), "setscope m.mcl:1:6");
}

#[test]
fn a_module_sees_its_importer_only_below_the_top_level() {
    let module = ("/m.mcl", "$y = $p\n");
    assert_eq!(mistake_in(&[("/main.mcl", "$p = \"1\"\nimport \"m.mcl\"\n"), module]), "setscope m.mcl:1:6");
    let class = "class c($p) {\n\timport \"m.mcl\"\n\tprint $m.y {}\n}\ninclude c(\"1\")\n";
    assert_eq!(prints_of(&[("/main.mcl", class), module]), ["1"]);
}

#[test]
fn a_module_that_needs_nothing_of_a_loop_is_the_same_in_each_iteration() {
    let main = "for $i, $v in [\"a\"] {\n\tif true {\n\t\timport \"m.mcl\"\n\t\tprint $m.x {}\n\t}\n}\n";
    let depth = |module: &str| {
        let program = resolve(&[("/main.mcl", main), ("/m.mcl", module)]).program.expect("it is right");
        program.blocks.iter().filter(|block| block.kind == BlockKind::File).map(|block| block.depth).max()
    };
    assert_eq!(depth("$x = \"m\"\n"), Some(0));
    assert_eq!(depth("$x = $v\n"), Some(1));
}

#[test]
fn imports_that_collide() {
    assert_eq!(mistake("import \"fmt\"\nimport \"fmt\" as f\n"), "setscope main.mcl:2:1");
    assert_eq!(mistake("import \"fmt\" as x\nimport \"math\" as x\n"), "setscope main.mcl:2:1");
    let x = "$x = \"1\"\n";
    let stars = "import \"m.mcl\" as *\nimport \"n.mcl\" as *\n";
    assert_eq!(mistake_in(&[("/main.mcl", stars), ("/m.mcl", x), ("/n.mcl", x)]), "setscope main.mcl:2:1");
    let again =
        [("/main.mcl", "import \"m.mcl\" as *\nimport \"fmt\"\nprint $x {}\n"), ("/m.mcl", "import \"fmt\"\n$x = \"1\"\n")];
    assert_eq!(prints_of(&again), ["1"], "what a module has imported itself collides with nothing");
}

#[test]
fn a_star_import_hides_outer_names_from_the_order() {
    let main = "class c {\n\timport \"m.mcl\" as *\n\t$w = $x\n}\ninclude c as k\n$x = $k.w\nprint $x {}\n";
    assert_eq!(prints_of(&[("/main.mcl", main), ("/m.mcl", "$x = \"m\"\n")]), ["m"]);
    assert_eq!(mistake_in(&[("/main.mcl", main), ("/m.mcl", "$y = \"m\"\n")]), "setscope main.mcl:3:7");
}

#[test]
fn mistakes_of_a_module_are_placed_in_it_and_name_the_import() {
    let files = [("/main.mcl", "import \"a.mcl\"\n"), ("/a.mcl", "$q = 1\nimport \"b.mcl\"\n"), ("/b.mcl", "$z = 1\n$y = = 2\n")];
    assert_eq!(mistake_in(&files), "setscope b.mcl:2:6");
    let resolved = resolve(&files);
    let mistakes = resolved.program.expect_err("it has a mistake");
    let places: Vec<&str> = mistakes[0].related.iter().map(|(span, _)| resolved.sources.path(span.file)).collect();
    assert_eq!(places, ["/a.mcl", "/main.mcl"]);
}

#[test]
fn some_mistakes_of_a_module_count_as_mistakes_of_the_import() {
    let module = ("/m.mcl", "class c {\n\tnoop \"a\" {\n\t\tMeta:nope => true,\n\t}\n}\n");
    assert_eq!(mistake_in(&[("/main.mcl", "import \"m.mcl\"\n"), module]), "setscope main.mcl:1:1");
}

#[test]
fn a_module_must_not_do_anything_by_itself() {
    for text in ["noop \"a\" {}", "if true {}", "panic(false)", "for $i, $v in [1] {}", "Noop[\"a\"] -> Noop[\"b\"]"] {
        assert_eq!(
            mistake_in(&[("/main.mcl", "import \"m.mcl\"\n"), ("/m.mcl", &format!("$x = 1\n{text}\n"))]),
            "setscope m.mcl:2:1"
        );
    }
    let collect = [("/main.mcl", "import \"m.mcl\"\n"), ("/m.mcl", "collect file \"/x\" {}\n")];
    assert_eq!(mistake_in(&collect), "setscope m.mcl:1:9");
}

#[test]
fn imports_in_a_circle() {
    assert_eq!(mistake("import \"main.mcl\"\n"), "setscope main.mcl:1:1");
    let two = [("/main.mcl", "import \"a.mcl\"\n"), ("/a.mcl", "import \"b.mcl\"\n"), ("/b.mcl", "import \"a.mcl\"\n")];
    assert_eq!(mistake_in(&two), "setscope b.mcl:1:1");
}

#[test]
fn what_is_not_there() {
    for text in ["nosuch", "nosuch.mcl", "nosuch/", "/util.mcl", "git://example.com/team/web/"] {
        assert_eq!(mistake(&format!("\nimport \"{text}\"\n")), "setscope main.mcl:2:1");
    }
    assert_eq!(
        mistake("import \"nosuch.mcl\" as *\nimport \"gone.mcl\"\nprint $x + $gone.y {}\n$z = 1\n$z = 2\n"),
        "setscope main.mcl:1:1"
    );
}

#[test]
fn remote_modules_are_found_in_directories_of_modules() {
    let url = "git://example.com/team/web/";
    let main = "import \"lib.mcl\"\nprint $lib.x {}\n";
    let lib = format!("import \"{url}\"\n$x = $web.x\n");
    let beside = ("/modules/example.com/team/web/metadata.yaml", "");
    let files = [("/main.mcl", main), ("/lib.mcl", &*lib), beside, ("/modules/example.com/team/web/main.mcl", "$x = \"r\"\n")];
    assert_eq!(prints_of(&files), ["r"]);
}

#[test]
fn a_program_may_be_code() {
    assert_eq!(prints(&ok("print \"a\" {}")), ["a"]);
}

#[test]
fn a_system_module_may_be_partly_written_in_mcl() {
    let main = "import \"example\"\nprint example.int2str(example.test1() + $example.test1 + example.nativeanswer()) {}\n\
                include example.test1\n";
    assert_eq!(prints_of(&[("/main.mcl", main)]).last().map(String::as_str), Some("example"));
    let wrong = "import \"example\"\nprint example.nothing() {}\n";
    assert_eq!(mistake_in(&[("/main.mcl", wrong)]), "setscope main.mcl:2:7");
}
