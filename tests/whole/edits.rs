//! Saved edits of a running program.

use crate::machine::Machine;
use crate::process::Place;
use mgmt::events::Event;

fn statements(count: usize, edited: Option<usize>) -> String {
    let one = |index| {
        let content = if Some(index) == edited { "edited" } else { "original" };
        format!("file \"DIR/f{index}\" {{\n\tstate => \"exists\",\n\tcontent => \"{content}\",\n}}\n")
    };
    (0..count).map(one).collect()
}

fn edit(machine: &Machine) -> (usize, usize) {
    machine.wait("edit", |event| match event {
        Event::Edited { added, removed, .. } => Some((*added, *removed)),
        _ => None,
    })
}

#[test]
fn one_edited_statement_of_a_thousand_changes_that_resource_alone() {
    let machine = Machine::new(&statements(1000, None));
    machine.place.wait("f999", "original");
    machine.settled();
    let before = machine.mark();
    machine.place.program(&statements(1000, Some(500)));
    machine.place.wait("f500", "edited");
    assert_eq!(edit(&machine), (1, 1));
    machine.settled();
    let after = machine.counters();
    assert_eq!(machine.changed(), [format!("file[{}]", machine.place.path("f500").display())]);
    assert_eq!(after.evaluations - before.evaluations, 1);
    assert_eq!(after.applies - before.applies, 1);
    assert!(after.checks - before.checks <= 4, "{before:?} {after:?}");
}

#[test]
fn a_comment_at_the_top_changes_no_cell() {
    let machine = Machine::new(&statements(3, None));
    machine.settled();
    let before = machine.mark();
    machine.place.program(&format!("# a comment\n\n{}", statements(3, None)));
    assert_eq!(edit(&machine), (0, 0));
    let after = machine.counters();
    assert_eq!((after.evaluations, after.checks, after.commits), (before.evaluations, before.checks, before.commits));
}

#[test]
fn an_edit_with_errors_is_reported_and_changes_nothing() {
    let machine = Machine::new(&statements(2, None));
    machine.settled();
    let before = machine.mark();
    machine.place.program(&(statements(2, Some(0)) + "file \"DIR/x\" {\n\tcontentx => \"\",\n}\n"));
    let errors = machine.wait("refusal", |event| match event {
        Event::Refused(errors) => Some(errors.clone()),
        _ => None,
    });
    assert_eq!(errors[0].place.as_ref().map(|place| place.line), Some(10), "{errors:?}");
    assert_eq!(machine.counters(), before);
    assert_eq!(machine.place.read("f0"), "original");
    machine.mark();
    machine.place.program(&statements(2, Some(0)));
    machine.place.wait("f0", "edited");
}

#[test]
fn imported_files_are_followed_too() {
    let place = Place::new(
        r#"
import "sub.mcl"
file "DIR/out" {
	state => "exists",
	content => $sub.content,
}
"#,
    );
    place.write("sub.mcl", "$content = \"one\"\n");
    let mut process = place.start(&["--watch"]);
    place.wait("out", "one");
    process.converged();
    place.write("sub.mcl", "$content = \"two\"\n");
    place.wait("out", "two");
    process.interrupt();
}

#[test]
fn without_watch_a_saved_edit_changes_nothing() {
    let place = Place::new(&statements(1, None));
    let mut process = place.start(&[]);
    place.wait("f0", "original");
    process.converged();
    place.program(&statements(1, Some(0)));
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(place.read("f0"), "original");
    process.interrupt();
}
