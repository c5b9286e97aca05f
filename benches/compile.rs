//! What compiling costs, text to cells, by the shape of the program and its size; the last column is what one unit costs, which is to stay the same.
//!
//!     cargo bench --bench compile                      # every row
//!     cargo bench --bench compile -- statements 10000  # one row at one size
//!
//! Every row runs in a process of its own, so that the peak of memory is its own.

use mgmt_lang::compile::{Options, compile};
use mgmt_lang::modules::Memory;
use mgmt_values::resource::Identities;
use mgmt_values::schema::{Field, FieldType, Kind, Kinds, Literal, Traits};
use std::collections::HashMap;
use std::fmt::Write;
use std::process::Command;
use std::time::{Duration, Instant};

/// As the program itself has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A shape of programs: its name, its sizes, and the files of one of a size.
struct Shape {
    name: &'static str,
    sizes: &'static [usize],
    make: fn(usize) -> Program,
}

/// The files of a program, by path.
type Program = HashMap<String, String>;

const SHAPES: &[Shape] = &[
    Shape { name: "statements", sizes: &[1_000, 10_000, 100_000], make: statements },
    Shape { name: "classes and imports", sizes: &[100, 1_000], make: modular },
    Shape { name: "imports of imports", sizes: &[100, 1_000], make: diamonds },
    Shape { name: "includes of one class", sizes: &[1_000, 10_000], make: includes },
    Shape { name: "calls of one function", sizes: &[1_000, 10_000], make: calls },
    Shape { name: "chain of variables", sizes: &[1_000, 10_000, 100_000], make: chain },
    Shape { name: "chains in nested loops", sizes: &[1_000, 10_000], make: loops },
    Shape { name: "chain of functions", sizes: &[1_000, 10_000], make: functions },
    Shape { name: "nested functions", sizes: &[16, 64, 128], make: nested },
    Shape { name: "one long list", sizes: &[1_000, 10_000, 100_000], make: list },
    Shape { name: "one long string", sizes: &[1_000, 10_000, 100_000], make: string },
];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let wanted = |shape: &&Shape| args.first().is_none_or(|name| name == shape.name);
    let size: Option<usize> = args.get(1).and_then(|size| size.parse().ok());
    for shape in SHAPES.iter().filter(wanted) {
        match size {
            Some(size) => measure(shape, size),
            None => shape.sizes.iter().for_each(|size| apart(shape, *size)),
        }
    }
}

/// Measures one row in a process of its own.
fn apart(shape: &Shape, size: usize) {
    let program = std::env::current_exe().expect("the path of this program");
    let status = Command::new(program).args([shape.name, &size.to_string()]).status().expect("a process");
    assert!(status.success(), "{} {size}: {status}", shape.name);
}

fn measure(shape: &Shape, size: usize) {
    let memory = Memory::of((shape.make)(size));
    let kinds: Kinds = [&THING].into_iter().collect();
    let rounds = (100_000 / size).clamp(5, 50);
    let mut least = Duration::MAX;
    let before = cpu();
    for _ in 0..rounds {
        let started = Instant::now();
        let compiled = compile("/main.mcl", &memory, &kinds, &Options::default());
        least = least.min(started.elapsed());
        let refused = compiled.err().and_then(|refused| refused.diagnostics.into_iter().next());
        assert!(refused.is_none(), "{} {size}: {refused:?}", shape.name);
    }
    // What the processor worked; on a machine that has other work, the time that went by says little.
    let worked = (cpu() - before) / rounds as f64;
    let each = worked * 1e6 / size as f64;
    let milliseconds = worked * 1e3;
    println!(
        "{:<24} {size:>7}  wall {least:>9.1?}  cpu {milliseconds:>8.1} ms  {each:>7.2} µs each  peak {}",
        shape.name,
        peak()
    );
}

/// The seconds for which processors have worked for this process, in steps of a hundredth.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // User and system time are the 14th and 15th field; the second may hold blanks but ends in the last parenthesis.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    fields.iter().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The most memory that this process has had.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}

fn one(text: String) -> Program {
    HashMap::from([("/main.mcl".to_owned(), text)])
}

/// Makes one text of what is written for each number.
fn repeated(count: usize, mut each: impl FnMut(usize, &mut String)) -> String {
    let mut text = String::new();
    (0..count).for_each(|i| each(i, &mut text));
    text
}

macro_rules! put {
    ($text:expr, $($words:tt)*) => {
        // Writing to a string cannot fail.
        let _ = writeln!($text, $($words)*);
    };
}

/// Resources, each with a variable and an edge to the one before.
fn statements(size: usize) -> Program {
    one(repeated(size / 2, |i, text| {
        put!(text, "$v{i} = \"value ${{hostname}} {i}\"");
        put!(text, "thing \"t{i}\" {{\n\ttext => $v{i},\n\tnumber => {i} + 1,");
        if i > 0 {
            put!(text, "\n\tDepend => Thing[\"t{}\"],", i - 1);
        }
        put!(text, "}}");
    }))
}

/// A tenth as many classes as lines, and as many modules.
fn modular(size: usize) -> Program {
    let mut program = Program::new();
    let mut main = String::new();
    for i in 0..size / 10 {
        let module = format!("func f{i}($x) {{\n\t$x + {i}\n}}\nclass c{i}($n) {{\n\tthing \"m${{n}}\" {{}}\n}}\n$v{i} = {i}\n");
        program.insert(format!("/m{i}.mcl"), module);
        put!(main, "import \"m{i}.mcl\"\nclass k{i}($a, $b) {{\n\tthing \"k${{a}}\" {{\n\t\tnumber => $b,\n\t}}\n}}");
        put!(main, "include k{i}(\"{i}\", m{i}.f{i}($m{i}.v{i}))\ninclude m{i}.c{i}(\"{i}\")\n");
    }
    program.insert("/main.mcl".to_owned(), main);
    program
}

/// Every module imports the two before it.
fn diamonds(size: usize) -> Program {
    let mut program = Program::new();
    for i in 0..size {
        let text = match i {
            0 => "$v = 0\n".to_owned(),
            1 => "import \"m0.mcl\"\n$v = $m0.v + 1\n".to_owned(),
            _ => format!("import \"m0.mcl\"\nimport \"m1.mcl\"\n$v = $m0.v + $m1.v + {i}\n"),
        };
        program.insert(format!("/m{i}.mcl"), text);
    }
    let main = repeated(size, |i, text| {
        put!(text, "import \"m{i}.mcl\"\nthing \"t{i}\" {{\n\tnumber => $m{i}.v,\n}}");
    });
    program.insert("/main.mcl".to_owned(), main);
    program
}

fn includes(size: usize) -> Program {
    let class = "class c($name, $n) {\n\t$x = $n + 1\n\t$y = $x * 2\n\tthing \"c${name}\" {\n\t\tnumber => $y,\n\t}\n}\n";
    one(class.to_owned()
        + &repeated(size, |i, text| {
            put!(text, "include c(\"{i}\", {i})");
        }))
}

fn calls(size: usize) -> Program {
    let func = "func f($a, $b) {\n\tif $a == $b { [$a] } else { [$b, $a] }\n}\n";
    one(func.to_owned()
        + &repeated(size, |i, text| {
            put!(text, "thing \"t{i}\" {{\n\tany => f(\"{i}\", $hostname),\n}}");
        }))
}

/// Each variable is the one before and more.
fn chain(size: usize) -> Program {
    let binds = repeated(size, |i, text| {
        put!(text, "$v{} = $v{i} + 1", i + 1);
    });
    one(format!("$v0 = len($hostname)\n{binds}thing \"t\" {{\n\tnumber => $v{size},\n}}\n"))
}

/// Eight loops in one another, each with a chain of variables that goes on inside.
fn loops(size: usize) -> Program {
    let (mut text, mut end, each) = ("$v0 = len($hostname)\n".to_owned(), String::new(), size / 8);
    for depth in 0..8 {
        put!(text, "for $i{depth}, $e{depth} in [1, 2, $v{}] {{", depth * each);
        for i in depth * each..(depth + 1) * each {
            put!(text, "$v{} = $v{i} + $e{depth}", i + 1);
        }
        end += "}\n";
    }
    put!(text, "thing \"t${{hostname}}\" {{\n\tnumber => $v{},\n}}", 8 * each);
    one(text + &end)
}

/// Each function calls the one before.
fn functions(size: usize) -> Program {
    let funcs = repeated(size, |i, text| {
        put!(text, "func f{}($x) {{\n\tf{i}([$x][0])\n}}", i + 1);
    });
    one(format!("func f0($x) {{\n\t$x\n}}\n{funcs}thing \"t\" {{\n\ttext => f{size}($hostname),\n}}\n"))
}

/// Lambdas in one another, each of which reads what all those around it are given.
fn nested(size: usize) -> Program {
    let open = repeated(size, |i, text| {
        let _ = write!(text, "func($x{i}) {{ ");
    });
    let sum = (0..size).map(|i| format!("$x{i}")).collect::<Vec<_>>().join(" + ");
    let close = repeated(size, |_, text| text.push_str(" }"));
    let calls = repeated(size, |i, text| {
        put!(text, "$g{} = $g{i}({i})", i + 1);
    });
    one(format!("$g0 = {open}{sum}{close}\n{calls}thing \"t\" {{\n\tnumber => $g{size},\n}}\n"))
}

fn list(size: usize) -> Program {
    let items = repeated(size, |i, text| {
        put!(text, "\tlen($hostname) + {i},");
    });
    one(format!("thing \"t\" {{\n\tany => [\n{items}],\n}}\n"))
}

fn string(size: usize) -> Program {
    let parts = repeated(size, |i, text| {
        let _ = write!(text, "${{hostname}}\\n{i}");
    });
    one(format!("thing \"t\" {{\n\ttext => \"{parts}\",\n}}\n"))
}

const fn field(name: &'static str, ty: FieldType) -> Field {
    Field { name, ty, optional: false, default: Literal::Zero, doc: "A field." }
}

static THING: Kind = Kind {
    name: "thing",
    doc: "A field of each sort.",
    fields: &[field("text", FieldType::Str), field("number", FieldType::Int(64)), field("any", FieldType::Variant)],
    sends: &[],
    traits: Traits::PLAIN,
    constants: &[],
    validate: |_, _| Ok(()),
    identities: |_, _| Identities::default(),
};
