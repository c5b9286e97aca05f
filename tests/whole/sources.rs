//! What programs read reaches what they manage, and nothing else is touched.

use crate::machine::Machine;
use crate::process::{Place, eventually};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use mgmt::events::Event;
use mgmt::runtime::{Counters, Options};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

/// A file fed by another, beside many that are not.
fn many(count: usize) -> String {
    let mut program = r#"
import "os"
file "DIR/out" {
	state => "exists",
	content => os.readfile("DIR/in") <|> "nothing",
}
"#
    .to_owned();
    for index in 0..count {
        program += &format!("file \"DIR/f{index}\" {{\n\tstate => \"exists\",\n\tcontent => \"{index}\",\n}}\n");
    }
    program
}

#[test]
fn a_changed_source_reaches_its_file_and_nothing_unrelated_is_done() {
    let machine = Machine::new(&many(200));
    machine.place.wait("out", "nothing");
    machine.settled();
    for content in ["one", "two", ""] {
        let before = machine.mark();
        machine.place.write("in", content);
        machine.place.wait("out", content);
        machine.settled();
        let after = machine.counters();
        assert_eq!(machine.changed(), [format!("file[{}]", machine.place.path("out").display())]);
        assert!(after.evaluations - before.evaluations <= 4, "{before:?} {after:?}");
        // Its own run, and perhaps those for the events of its own writing.
        assert!(after.checks - before.checks <= 4, "{before:?} {after:?}");
        assert_eq!(after.applies - before.applies, 1);
        assert!(after.sources_started == 1 && after.commits - before.commits == 1);
    }
}

#[test]
fn a_source_that_templates_do_not_use_costs_them_nothing() {
    let mut program = many(0);
    program += "import \"golang\"\n$used = os.readfile(\"DIR/used\") <|> \"none\"\n";
    for index in 0..1000 {
        let call = format!("golang.template(\"{{{{ .Used }}}} {{{{ .Index }}}}\", struct{{used => $used, index => {index}}})");
        program += &format!("test \"t{index}\" {{\n\tanotherstr => {call},\n}}\n");
    }
    let machine = Machine::new(&program);
    machine.place.wait("out", "nothing");
    machine.settled();
    let before = machine.mark();
    machine.place.write("in", "one");
    machine.place.wait("out", "one");
    machine.settled();
    let unrelated = machine.counters().evaluations - before.evaluations;
    assert!(unrelated <= 4, "{unrelated} evaluations");
    // The counter does count templates.
    let before = machine.mark();
    machine.place.write("used", "two");
    assert!(eventually(|| machine.counters().evaluations - before.evaluations >= 1000), "{:?}", machine.counters());
}

/// Who reads this many keys gathers them, and so takes two rounds more to know them.
#[test]
fn a_function_that_reads_much_where_something_says_so_comes_to_rest() {
    let mut program = "import \"os\"\nimport \"sys\"\n".to_owned();
    let mut all = String::new();
    for index in 0..300 {
        program += &format!("$v{index} = sys.hostname() + \"{index}\"\n");
        all += &format!("${{v{index}}}");
    }
    program += &format!("func f() str {{\n\tif os.readfile(\"DIR/in\") == \"many\" {{ \"{all}\" }} else {{ \"few\" }}\n}}\n");
    program += "file \"DIR/out\" {\n\tstate => \"exists\",\n\tcontent => f(),\n}\n";
    let place = Place::new(&program);
    place.write("in", "many");
    let machine = Machine::start(place, None, Options::default());
    let all = || fs::read_to_string(machine.place.path("out")).is_ok_and(|text| text.len() > 1_000);
    assert!(eventually(all));
    machine.place.write("in", "one");
    machine.place.wait("out", "few");
    machine.place.write("in", "many");
    assert!(eventually(all));
    machine.settled();
}

fn local(text: &str) -> SystemTime {
    text.parse::<DateTime>().unwrap().to_zoned(TimeZone::system()).unwrap().timestamp().into()
}

/// The file server that is read-only on Fridays, by either way to ask for the day.
fn friday(weekday: &str) -> String {
    format!(
        r#"
import "datetime"
file "DIR/files/" {{
	state => "exists",
	mode => if {weekday} == "friday" {{ "0550" }} else {{ "0770" }},
}}
"#
    )
}

#[test]
fn the_mode_changes_at_midnight_and_when_the_clock_is_set() {
    for weekday in ["datetime.weekday_fast()", "datetime.weekday(datetime.now())"] {
        // A Thursday.
        let machine = Machine::at(&friday(weekday), local("2026-11-19T22:00:00"));
        let mode = || fs::metadata(machine.place.path("files")).map_or(0, |found| found.permissions().mode() & 0o7777);
        assert!(eventually(|| mode() == 0o770));
        machine.settled();
        let before = machine.mark();
        machine.clock.advance(Duration::from_secs(2 * 3600 - 1));
        std::thread::sleep(Duration::from_millis(100));
        let done = |counters: Counters| (counters.facts, counters.commits, counters.applies);
        assert_eq!((mode(), done(machine.counters())), (0o770, done(before)), "{weekday}: something was done before midnight");
        machine.clock.advance(Duration::from_secs(1));
        assert!(eventually(|| mode() == 0o550), "{weekday}");
        machine.settled();
        assert_eq!(machine.counters().facts - before.facts, 1);
        machine.clock.set(local("2026-11-16T12:00:00"));
        assert!(eventually(|| mode() == 0o770), "{weekday}: the clock was set back to Monday");
    }
}

#[test]
fn a_source_that_never_answers_holds_nothing_but_its_own_statements() {
    let quick = "file \"DIR/quick\" {\n\tstate => \"exists\",\n\tcontent => \"1\",\n}\n";
    let machine = Machine::new(quick);
    machine.settled();
    machine.mark();
    let never = "import \"os\"\nfile \"DIR/never\" {\n\tstate => \"exists\",\n\tcontent => os.system(\"sleep 1000\"),\n}\n";
    let after =
        quick.replace("\"1\"", "\"2\"") + never + "file \"DIR/new\" {\n\tstate => \"exists\",\n\tcontent => \"new\",\n}\n";
    machine.place.program(&after);
    machine.place.wait("quick", "2");
    machine.place.wait("new", "new");
    let late = machine.wait("late source", |event| match event {
        Event::Late(calls) => Some(calls.iter().map(ToString::to_string).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(late, ["os.system(\"sleep 1000\")"]);
    assert!(!machine.place.path("never").exists());
    assert_eq!(machine.stop(), mgmt::events::End::Stopped);
}

#[test]
fn an_unused_bind_starts_nothing() {
    let machine = Machine::new(
        r#"
import "os"
$unused = os.system("echo started > DIR/started; echo x")
file "DIR/out" {
	state => "exists",
}
"#,
    );
    machine.settled();
    assert_eq!(machine.counters().sources_started, 0);
    assert!(!machine.place.path("started").exists());
}

#[test]
fn each_line_of_a_command_is_a_value() {
    let place = Place::new(
        r#"
import "os"
file "DIR/out" {
	state => "exists",
	content => os.system("echo one; while ! test -e DIR/go; do sleep 0.01; done; echo two; sleep 1000"),
}
"#,
    );
    let mut process = place.start(&[]);
    place.wait("out", "one");
    place.write("go", "");
    place.wait("out", "two");
    assert_eq!(process.interrupt().code(), Some(0));
}

#[test]
fn an_invalid_value_holds_the_last_good_graph_and_heals() {
    let machine = Machine::new(
        r#"
import "os"
import "strings"
$state = strings.trim_space(os.readfile("DIR/state") <|> "exists")
file "DIR/a" {
	state => $state,
	content => "a",
}
file "DIR/b" {
	state => "exists",
	content => strings.trim_space(os.readfile("DIR/content") <|> "1"),
}
"#,
    );
    machine.place.wait("b", "1");
    machine.settled();
    machine.mark();
    machine.place.write("state", "broken\n");
    let errors = machine.wait("error", |event| match event {
        Event::Raised(errors) => Some(errors.clone()),
        _ => None,
    });
    let place = errors[0].place.clone().unwrap();
    assert_eq!((&*place.file, place.line), ("main.mcl", 5), "{errors:?}");
    assert!(errors[0].message.contains("`state` has to be"), "{errors:?}");
    // The last good graph is in force: it is still kept up, and nothing newer is applied.
    machine.place.write("content", "2");
    machine.place.write("a", "drift");
    machine.place.wait("a", "a");
    assert_eq!(machine.place.read("b"), "1");
    machine.place.write("state", "exists\n");
    machine.place.wait("b", "2");
    machine.wait("all-clear", |event| matches!(event, Event::Cleared { left: 0, .. }).then_some(()));
}

#[test]
fn a_missing_key_heals_too() {
    let machine = Machine::new(
        r#"
import "os"
import "strings"
$map = {"good" => "yes"}
file "DIR/out" {
	state => "exists",
	content => $map[strings.trim_space(os.readfile("DIR/key") <|> "good")],
}
"#,
    );
    machine.place.wait("out", "yes");
    machine.settled();
    machine.mark();
    machine.place.write("key", "bad");
    let line = machine.wait("error", |event| match event {
        Event::Raised(errors) => errors[0].place.as_ref().map(|place| place.line),
        _ => None,
    });
    assert_eq!(line, 7);
    machine.mark();
    machine.place.write("key", "good");
    machine.wait("all-clear", |event| matches!(event, Event::Cleared { left: 0, .. }).then_some(()));
    assert_eq!(machine.place.read("out"), "yes");
}
