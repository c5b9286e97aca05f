use mgmt_lang::modules::Files;
use mgmt_values::resource::{Fields, Identities};
use mgmt_values::schema::{Kind, Kinds, Literal, Traits};
struct Disk;
impl Files for Disk {
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(path).map_err(|e| e.to_string())
    }
    fn is_dir(&self, path: &str) -> bool {
        std::path::Path::new(path).is_dir()
    }
    fn exists(&self, path: &str) -> bool {
        std::path::Path::new(path).exists()
    }
    fn current_dir(&self) -> Result<String, String> {
        std::env::current_dir().map(|p| p.to_string_lossy().into_owned()).map_err(|e| e.to_string())
    }
    fn standard_input(&self) -> Result<Vec<u8>, String> {
        Err("no".into())
    }
}
fn v(_: &str, _: &Fields) -> Result<(), String> {
    Ok(())
}
fn i(_: &str, _: &Fields) -> Identities {
    Identities::default()
}
macro_rules! kind {
    ($n:ident $name:literal $c:expr) => {
        static $n: Kind = Kind {
            name: $name,
            doc: "",
            fields: &[],
            sends: &[],
            traits: Traits {
                refreshes: false,
                receives: false,
                autoedges: false,
                autogroups: false,
                reverses: false,
                merges: false,
            },
            constants: &$c,
            validate: v,
            identities: i,
        };
    };
}
kind!(F "file" [("state.exists", Literal::Str("exists")), ("state.absent", Literal::Str("absent")), ("state.undefined", Literal::Str(""))]);
kind!(N "net" [("state.up", Literal::Str("up")), ("state.down", Literal::Str("down")), ("state.undefined", Literal::Str(""))]);
kind!(W "firewalld" [("state.exists", Literal::Str("exists")), ("state.absent", Literal::Str("absent")), ("state.undefined", Literal::Str(""))]);
kind!(T "tar" [("format.unknown", Literal::Int(0)), ("format.ustar", Literal::Int(2)), ("format.pax", Literal::Int(4)), ("format.gnu", Literal::Int(8))]);
kind!(G "gzip" [("level.no_compression", Literal::Int(0)), ("level.best_speed", Literal::Int(1)), ("level.best_compression", Literal::Int(9)), ("level.default_compression", Literal::Int(-1)), ("level.huffman_only", Literal::Int(-2))]);
fn main() {
    let kinds: Kinds = [&F, &N, &W, &T, &G].into_iter().collect();
    for dir in std::env::args().skip(1) {
        let t = std::time::Instant::now();
        let r = mgmt_lang::resolve::program(&dir, &Disk, &kinds, &Default::default());
        let took = t.elapsed();
        match &r.program {
            Ok(p) => println!(
                "{dir}\tok\t{} exprs {} defs {} blocks {} ids in {took:?}",
                p.exprs.len(),
                p.defs.len(),
                p.blocks.len(),
                p.blocks.iter().map(|b| b.statements.len()).sum::<usize>()
            ),
            Err(ds) => {
                let d = &ds[0];
                let place = d.span.map_or(String::new(), |s| {
                    let p = r.sources.start(s);
                    let f = r.sources.path(s.file);
                    format!(" {}:{}:{}", f.strip_prefix(&r.base).unwrap_or(f), p.line, p.column)
                });
                println!("{dir}\t{}{place}\t{} | {}", d.phase.name(), d.message, d.hint.clone().unwrap_or_default());
            }
        }
    }
}
