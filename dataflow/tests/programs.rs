//! What programs become, one rule at a time.

mod toy;

use mgmt_values::outcome::Keying;
use toy::host::Host;
use toy::*;

#[test]
fn a_statement_reads_a_value_that_reads_a_source() {
    let mut host = Host::new();
    host.put(r#"file("/in")"#, Ok("hello".into_value()));
    host.program(
        vec![],
        vec![strict(1, 0, read("file", s("/in"))), toy(2, 1, s("a"), Expr::Concat(vec![s("<"), Expr::Cell(1, 0), s(">")]))],
    );
    assert_eq!(host.shown(), ["toy[a]=<hello>"]);
    assert!(host.settled);
    host.say(r#"file("/in")"#, "bye");
    assert_eq!(host.shown(), ["toy[a]=<bye>"]);
}

#[test]
fn loops_grow_and_shrink() {
    for keying in [Keying::Position, Keying::Occurrence] {
        let mut host = Host::new();
        host.put(r#"list("")"#, Ok("x y".into_value()));
        let body = [toy(2, 1, Expr::Concat(vec![s("e"), Expr::Element(1, 0)]), s("."))];
        host.program(vec![], vec![statement(1, 0, Body::For(Expr::Split(Box::new(read("list", s("")))), keying, body.into()))]);
        assert_eq!(host.shown(), ["toy[ex]=.", "toy[ey]=."]);
        host.say(r#"list("")"#, "x y z z");
        assert_eq!(host.shown(), ["toy[ex]=.", "toy[ey]=.", "toy[ez]=."]);
        host.say(r#"list("")"#, "z");
        assert_eq!(host.shown(), ["toy[ez]=."]);
        host.say(r#"list("")"#, "");
        assert!(host.shown().is_empty());
    }
}
