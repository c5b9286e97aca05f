//! The name of code: a hash of all that evaluation depends on. Spans are not part of it.

use super::code::{CellCode, CellKind, Half, Node, What};
use mgmt_values::CellId;
use mgmt_values::identity::{Identity, Maker};

/// The name of a function body.
pub fn body(home: CellId, params: u32, node: &Node) -> Identity {
    let mut maker = Maker::new(b'B');
    maker.word(home.0).word(u64::from(params));
    add(&mut maker, node);
    maker.finish()
}

/// The name of a cell's code.
pub fn cell(code: &CellCode) -> Identity {
    let mut maker = Maker::new(b'C');
    maker.word(code.home.0).word(code.slots.len() as u64);
    for (home, node) in &code.slots {
        maker.word(home.0);
        add(&mut maker, node);
    }
    match &code.kind {
        CellKind::Value(_) => maker.word(0),
        CellKind::Branch { then, otherwise, .. } => {
            maker.word(1);
            cells(&mut maker, then);
            cells(&mut maker, otherwise);
            &mut maker
        }
        CellKind::Loop { keying, body, .. } => {
            maker.word(2).word(*keying as u64);
            cells(&mut maker, body);
            &mut maker
        }
        CellKind::Resource(resource) => {
            maker
                .word(3)
                .bytes(resource.kind.name.as_bytes())
                .word(u64::from(resource.collect))
                .word(u64::from(resource.offset))
                .word(u64::from(resource.turn));
            maker.word(resource.entries.len() as u64);
            for entry in &resource.entries {
                maker.word(u64::from(entry.condition.is_some())).word(u64::from(entry.offset));
                match &entry.what {
                    What::Field(index, _) => maker.word(0).word(u64::from(*index)),
                    What::Edge(property, to) => {
                        maker.word(1).word(*property as u64);
                        half(&mut maker, to)
                    }
                    What::Meta(name, _) => maker.word(2).bytes(name.as_bytes()),
                    What::MetaStruct(_) => maker.word(3),
                };
            }
            &mut maker
        }
        CellKind::Edge(halves) => {
            maker.word(4).word(halves.len() as u64);
            for each in halves {
                half(&mut maker, each);
            }
            &mut maker
        }
        CellKind::Panic(args, offset) => maker.word(5).word(args.len() as u64).word(u64::from(*offset)),
    };
    for node in code.kind.nodes() {
        add(&mut maker, node);
    }
    maker.finish()
}

fn cells(maker: &mut Maker, cells: &[mgmt_values::Cell]) {
    maker.word(cells.len() as u64);
    for cell in cells {
        maker.word(cell.id.0).word(cell.role as u64).word(u64::from(cell.level)).part(cell.code.identity());
    }
}

fn half<'a>(maker: &'a mut Maker, half: &Half) -> &'a mut Maker {
    maker.bytes(half.kind.as_bytes()).bytes(half.field.as_deref().unwrap_or_default().as_bytes()).word(u64::from(half.offset))
}

/// Adds a node: what it is, what of it is no node, how many nodes it has, and these.
fn add(maker: &mut Maker, node: &Node) {
    match node {
        Node::Const(value) => value.add_to(maker.word(0)),
        Node::Slot(slot) => words(maker, &[1, u64::from(*slot)]),
        Node::Read(cell, depth) => words(maker, &[2, cell.0, u64::from(*depth)]),
        Node::Element(cell, depth) => words(maker, &[3, cell.0, u64::from(*depth)]),
        Node::Step(depth) => words(maker, &[4, u64::from(*depth)]),
        Node::Local(index) => words(maker, &[5, u64::from(*index)]),
        Node::Capture(index) => words(maker, &[6, u64::from(*index)]),
        Node::Concat(_) => words(maker, &[7]),
        Node::List(_) => words(maker, &[8]),
        Node::Map(_) => words(maker, &[9]),
        Node::Struct(fields) => {
            words(maker, &[10]);
            for (name, _) in fields {
                maker.bytes(name.as_bytes());
            }
        }
        Node::Lambda(lambda) => {
            words(maker, &[11, u64::from(lambda.depth), u64::from(lambda.outermost)]);
            maker.part(lambda.body.identity).bytes(lambda.signature.to_string().as_bytes());
        }
        Node::Builtin(call) => {
            words(maker, &[12, u64::from(call.offset)]);
            let signature = call.signature.as_ref().map(|ty| ty.to_string()).unwrap_or_default();
            maker.bytes(crate::builtins::get(call.id).name.as_bytes()).bytes(signature.as_bytes());
        }
        Node::Each(each, _, offset) => words(maker, &[13, *each as u64, u64::from(*offset)]),
        Node::Source(source) => {
            words(maker, &[14, u64::from(source.own), u64::from(source.offset)]);
            maker.bytes(source.function.as_bytes());
        }
        Node::Call(body, _, offset) => {
            words(maker, &[15, u64::from(*offset)]);
            maker.part(body.identity);
        }
        Node::Apply(_, offset) => words(maker, &[16, u64::from(*offset)]),
        Node::Operate(operator, _, offset) => words(maker, &[17, *operator as u64, u64::from(*offset)]),
        Node::In(_) => words(maker, &[18]),
        Node::Index(_, offset) => words(maker, &[19, u64::from(*offset)]),
        Node::Field(_, name) => {
            words(maker, &[20]);
            maker.bytes(name.as_bytes());
        }
        Node::Both(_) => words(maker, &[21]),
        Node::If(_) => words(maker, &[22]),
        Node::Except(_) => words(maker, &[23]),
        // A template that was parsed is named by its text, which is an argument.
        Node::Template(call) => {
            words(maker, &[24, u64::from(call.offset), u64::from(call.parsed.is_some())]);
            maker.bytes(call.data.to_string().as_bytes());
        }
    }
    words(maker, &[node.children().count() as u64]);
    for child in node.children() {
        add(maker, child);
    }
}

fn words(maker: &mut Maker, words: &[u64]) {
    for word in words {
        maker.word(*word);
    }
}
