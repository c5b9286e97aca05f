//! A resource graph as text: lines, graphviz, JSON.

use super::args::GraphFormat;
use crate::engine::graph::Live;
use mgmt_dataflow::commit::{EdgeState, Vertex};
use mgmt_values::resource::{Fields, Meta};
use mgmt_values::schema::FieldType;
use mgmt_values::value::Value;
use mgmt_values::{text, value};
use serde_json::json;

/// A graph in the given form, sorted, with a line end. `fields` adds what vertices and edges hold.
pub fn render(graph: &Live, format: GraphFormat, fields: bool) -> String {
    match format {
        GraphFormat::Text => lines(graph, fields),
        GraphFormat::Dot => dot(graph, fields),
        GraphFormat::Json => as_json(graph),
    }
}

/// All vertices, by text.
fn vertices(graph: &Live) -> Vec<&Vertex> {
    let mut all: Vec<&Vertex> = graph.nodes().map(|node| &**graph.vertex(node)).collect();
    all.sort_by_cached_key(|vertex| vertex.id.to_string());
    all
}

/// All edges, by text of their ends.
fn edges(graph: &Live) -> Vec<(String, String, &EdgeState)> {
    let of = |from| graph.successors(from).map(move |(to, state)| (name(graph.vertex(from)), name(graph.vertex(to)), state));
    let mut all: Vec<_> = graph.nodes().flat_map(of).collect();
    all.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    all
}

fn name(vertex: &Vertex) -> String {
    vertex.id.to_string()
}

fn lines(graph: &Live, fields: bool) -> String {
    let mut lines = Vec::new();
    for vertex in vertices(graph) {
        let name = name(vertex);
        lines.push(format!("Vertex: {name}"));
        if fields {
            lines.extend(
                shown_fields(&vertex.fields).into_iter().map(|(field, value)| format!("Field: {name}.{field} = {value}")),
            );
            lines.extend(meta(&vertex.meta).into_iter().map(|(field, value)| format!("Meta: {name}.{field} = {value}")));
        }
    }
    for (from, to, state) in edges(graph) {
        lines.push(format!("Edge: {from} -> {to}"));
        if fields {
            lines.extend(state.notify.then(|| format!("Notify: {from} -> {to}")));
            lines.extend(state.links.iter().map(|link| format!("Recv: {to}.{} <- {from}.{}", link.receive, link.send)));
        }
    }
    lines.sort();
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// What is worth showing: values, set or by default, that are not the zero value, and what was set although empty where that differs from
/// not being set: optional fields, lists, maps and fields of any type.
fn shown_fields(fields: &Fields) -> Vec<(&'static str, Value)> {
    let table = fields.kind().fields.iter();
    let value = |field: &mgmt_values::schema::Field| {
        let matters = field.optional || matches!(field.ty, FieldType::List(_) | FieldType::Map(..) | FieldType::Variant);
        let on_purpose = matters && fields.given(field.name).is_some();
        fields.get(field.name).filter(|value| on_purpose || !value.is_zero())
    };
    table.filter_map(|field| value(field).map(|value| (field.name, value))).collect()
}

/// The parameters that differ from the default.
fn meta(meta: &Meta) -> Vec<(&'static str, String)> {
    let usual = Meta::default();
    let texts = |texts: &[mgmt_values::Text]| {
        let quoted: Vec<String> = texts.iter().map(mgmt_values::Text::quoted).collect();
        format!("[{}]", quoted.join(", "))
    };
    let rows = [
        ("autoedge", meta.autoedge != usual.autoedge, meta.autoedge.to_string()),
        ("autogroup", meta.autogroup != usual.autogroup, meta.autogroup.to_string()),
        ("burst", meta.burst != usual.burst, meta.burst.to_string()),
        ("delay", meta.delay != usual.delay, meta.delay.to_string()),
        ("dollar", meta.dollar != usual.dollar, meta.dollar.to_string()),
        ("export", meta.export != usual.export, texts(&meta.export)),
        ("hidden", meta.hidden != usual.hidden, meta.hidden.to_string()),
        ("limit", meta.limit != usual.limit, value::float(meta.limit.0)),
        ("noop", meta.noop != usual.noop, meta.noop.to_string()),
        ("poll", meta.poll != usual.poll, meta.poll.to_string()),
        ("realize", meta.realize != usual.realize, meta.realize.to_string()),
        ("reset", meta.reset != usual.reset, meta.reset.to_string()),
        ("retry", meta.retry != usual.retry, meta.retry.to_string()),
        ("retryreset", meta.retryreset != usual.retryreset, meta.retryreset.to_string()),
        ("reverse", meta.reverse != usual.reverse, meta.reverse.to_string()),
        ("rewatch", meta.rewatch != usual.rewatch, meta.rewatch.to_string()),
        ("sema", meta.sema != usual.sema, texts(&meta.sema)),
        ("timeout", meta.timeout != usual.timeout, meta.timeout.to_string()),
    ];
    rows.into_iter().filter(|row| row.1).map(|(name, _, value)| (name, value)).collect()
}

fn dot(graph: &Live, fields: bool) -> String {
    let quote = |text: &str| text::quote(text.as_bytes());
    let mut out = "digraph mgmt {\n".to_owned();
    for vertex in vertices(graph) {
        let name = name(vertex);
        let mut label = name.clone();
        if fields {
            shown_fields(&vertex.fields).iter().for_each(|(field, value)| label += &format!("\n{field} = {value}"));
        }
        out += &format!("\t{} [label={}];\n", quote(&name), quote(&label));
    }
    for (from, to, state) in edges(graph) {
        let links: Vec<String> = state.links.iter().map(|link| format!("{} -> {}", link.send, link.receive)).collect();
        let style = if state.automatic.is_some() { ", style=dashed" } else { "" };
        let color = if state.notify { ", color=red" } else { "" };
        out += &format!("\t{} -> {} [label={}{style}{color}];\n", quote(&from), quote(&to), quote(&links.join("\n")));
    }
    out + "}\n"
}

fn as_json(graph: &Live) -> String {
    let vertex = |vertex: &Vertex| {
        let fields: serde_json::Map<_, _> =
            shown_fields(&vertex.fields).iter().map(|(name, value)| ((*name).to_owned(), plain(value))).collect();
        let meta: serde_json::Map<_, _> =
            meta(&vertex.meta).into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        json!({"kind": &*vertex.id.resource.kind, "name": vertex.id.resource.name.to_str(), "fields": fields, "meta": meta})
    };
    let edge = |(from, to, state): &(String, String, &EdgeState)| {
        let links = state.links.iter().map(|link| json!({"send": &*link.send, "receive": &*link.receive}));
        let links: Vec<_> = links.collect();
        json!({"from": from, "to": to, "notify": state.notify, "automatic": state.automatic.is_some(), "links": links})
    };
    let all = json!({
        "vertices": vertices(graph).into_iter().map(vertex).collect::<Vec<_>>(),
        "edges": edges(graph).iter().map(edge).collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

/// A value as JSON has it; what JSON lacks (functions, infinite numbers, keys that are no text) as the language shows it.
fn plain(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(v) => json!(v),
        Value::Int(v) => json!(v),
        Value::Float(v) if v.is_finite() => json!(v),
        Value::Str(v) => json!(v.to_str()),
        Value::List(v) => v.as_slice().iter().map(plain).collect(),
        Value::Map(v) => {
            let key = |key: &Value| key.as_text().map_or_else(|| key.to_string(), |text| text.to_string());
            serde_json::Value::Object(v.entries().iter().map(|(k, v)| (key(k), plain(v))).collect())
        }
        Value::Struct(v) => serde_json::Value::Object(v.fields().iter().map(|(n, v)| (n.to_string(), plain(v))).collect()),
        Value::Float(_) | Value::Func(_) => json!(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mgmt_dataflow::commit::{Commit, EdgeChange, VertexChange, VertexId};
    use mgmt_values::identity::Identity;
    use mgmt_values::key::Site;
    use mgmt_values::resource::{Identities, Link, ResourceId};
    use mgmt_values::schema::{Field, Kind, Literal, Traits};
    use std::sync::Arc;

    static THING: Kind = Kind {
        name: "thing",
        doc: "A thing.",
        fields: &[
            Field { name: "text", ty: FieldType::Str, optional: false, default: Literal::Zero, doc: "Text." },
            Field { name: "count", ty: FieldType::Int(8), optional: false, default: Literal::Int(3), doc: "How many." },
            Field { name: "maybe", ty: FieldType::Bool, optional: true, default: Literal::Zero, doc: "Or not." },
        ],
        sends: &[],
        traits: Traits { refreshes: false, receives: false, autoedges: false, autogroups: false, ..Traits::PLAIN },
        constants: &[],
        validate: |_, _| Ok(()),
        identities: |_, _| Identities::default(),
    };

    fn graph() -> Live {
        let id = |name: &str| VertexId { resource: ResourceId::new("thing", name), variant: Identity(0) };
        let vertex = |name: &str, meta: Meta, set: Vec<(u16, Value)>| VertexChange {
            id: id(name),
            before: None,
            after: Some(Arc::new(Vertex {
                id: id(name),
                meta: Arc::new(meta),
                fields: Fields::new(&THING, set),
                site: Site::default(),
            })),
        };
        let meta = Meta { retry: 3, sema: vec!["a:1".into()], ..Meta::default() };
        let state = EdgeState {
            notify: true,
            automatic: None,
            links: vec![Link { send: "out".into(), receive: "text".into() }],
            site: Site::default(),
        };
        let commit = Commit {
            number: 1,
            vertices: vec![
                vertex("b", meta, vec![(0, Value::str("x\n\"y\"")), (1, Value::Int(0))]),
                vertex("a", Meta::default(), vec![(2, Value::Bool(false))]),
            ],
            edges: vec![EdgeChange { from: id("b"), to: id("a"), before: None, after: Some(state) }],
        };
        let mut graph = Live::new();
        graph.apply(&commit).unwrap();
        graph
    }

    #[test]
    fn lines_are_sorted() {
        insta::assert_snapshot!(render(&graph(), GraphFormat::Text, true), @r#"
        Edge: thing[b] -> thing[a]
        Field: thing[a].count = 3
        Field: thing[a].maybe = false
        Field: thing[b].text = "x\n\"y\""
        Meta: thing[b].retry = 3
        Meta: thing[b].sema = ["a:1"]
        Notify: thing[b] -> thing[a]
        Recv: thing[a].text <- thing[b].out
        Vertex: thing[a]
        Vertex: thing[b]
        "#);
        insta::assert_snapshot!(render(&graph(), GraphFormat::Text, false), @"
        Edge: thing[b] -> thing[a]
        Vertex: thing[a]
        Vertex: thing[b]
        ");
    }

    #[test]
    fn graphviz() {
        insta::assert_snapshot!(render(&graph(), GraphFormat::Dot, false), @r#"
        digraph mgmt {
        	"thing[a]" [label="thing[a]"];
        	"thing[b]" [label="thing[b]"];
        	"thing[b]" -> "thing[a]" [label="out -> text", color=red];
        }
        "#);
    }

    #[test]
    fn json_says_the_same() {
        let parsed: serde_json::Value = serde_json::from_str(&render(&graph(), GraphFormat::Json, true)).unwrap();
        assert_eq!(parsed["vertices"][1]["fields"]["text"], "x\n\"y\"");
        assert_eq!(parsed["vertices"][1]["meta"]["retry"], "3");
        let link = json!({"send": "out", "receive": "text"});
        let edge = json!({"from": "thing[b]", "to": "thing[a]", "notify": true, "automatic": false, "links": [link]});
        assert_eq!(parsed["edges"], json!([edge]));
    }
}
