//! The same program without what a defect meets: on that the two must agree, or the defect is not what tells them apart.

use super::damage::tokens;
use super::verdict::Program;
use mgmt_lang::syntax::tree::{Block, Edge, Entry, Expr, ExprKind, Resource, Statement};
use mgmt_values::{FileId, Span};

/// Something in a tree.
pub enum Node<'t> {
    Statement(&'t Statement),
    Resource(&'t Resource),
    Expr(&'t Expr),
}

/// Hands over all statements, resources and expressions of a text, outer ones first.
pub fn walk(text: &str, visit: &mut dyn FnMut(&Node<'_>)) {
    let parsed = mgmt_lang::syntax::parse(FileId(0), text);
    statements(&parsed.program.statements, visit);
}

fn statements(all: &[Statement], visit: &mut dyn FnMut(&Node<'_>)) {
    let block = |block: &Block, visit: &mut dyn FnMut(&Node<'_>)| statements(&block.statements, visit);
    for statement in all {
        visit(&Node::Statement(statement));
        match statement {
            Statement::Bind(s) => expression(&s.value, visit),
            Statement::Panic(s) => s.args.values.iter().for_each(|value| expression(value, visit)),
            Statement::Resource(s) => resource(s, visit),
            Statement::Collect(s) => resource(&s.resource, visit),
            Statement::Edge(s) => s.halves.iter().for_each(|half| expression(&half.name, visit)),
            Statement::If(s) => {
                expression(&s.condition, visit);
                block(&s.then, visit);
                s.otherwise.iter().for_each(|other| block(other, visit));
            }
            Statement::For(s) => {
                expression(&s.over, visit);
                block(&s.body, visit);
            }
            Statement::ForKv(s) => {
                expression(&s.over, visit);
                block(&s.body, visit);
            }
            Statement::Func(s) => expression(&s.function.body.value, visit),
            Statement::Class(s) => block(&s.body, visit),
            Statement::Include(s) => s.args.iter().flat_map(|args| &args.values).for_each(|value| expression(value, visit)),
            Statement::Import(_) => {}
        }
    }
}

fn resource(resource: &Resource, visit: &mut dyn FnMut(&Node<'_>)) {
    visit(&Node::Resource(resource));
    expression(&resource.name, visit);
    for entry in &resource.body.entries {
        entry.condition().into_iter().for_each(|condition| expression(condition, visit));
        expression(entry.value(), visit);
    }
}

fn expression(expr: &Expr, visit: &mut dyn FnMut(&Node<'_>)) {
    visit(&Node::Expr(expr));
    expr.each(|part| expression(part, visit));
}

/// Whether a span holds what starts at this byte.
pub fn holds(span: Span, at: usize) -> bool {
    (span.start as usize..span.end as usize).contains(&at)
}

/// The text with blanks in the place of these spans; line ends stay.
fn blanked(text: &str, spans: &[Span]) -> String {
    let hidden = |at: usize| spans.iter().any(|span| holds(*span, at));
    text.char_indices().map(|(at, letter)| if letter != '\n' && hidden(at) { ' ' } else { letter }).collect()
}

fn in_each_file(program: &Program, change: impl Fn(&str) -> String) -> Program {
    let mut changed = program.clone();
    changed.files.extend(program.sources().map(|(name, text)| (name.clone(), change(text))));
    changed
}

/// Without the right side of any `<|>`, or of those alone that try what stands at this place; and where that place is then.
pub fn without_fallbacks(program: &Program, place: Option<&str>, around: bool) -> (Program, Option<String>) {
    let spot = place.and_then(|place| program.offset(place));
    let mut bare = program.clone();
    let mut lost = 0;
    for (name, text) in program.sources() {
        let mut spans = Vec::new();
        walk(text, &mut |node| {
            if let Node::Expr(Expr { kind: ExprKind::Except(except), span }) = node {
                let tried = span.start as usize..except.value.span.end as usize;
                if !around || spot.is_some_and(|(file, at)| file == name && tried.contains(&at)) {
                    spans.push(Span { start: except.value.span.end, ..*span });
                }
            }
        });
        // A line cannot end where a fallback was.
        let hidden = |at: usize| spans.iter().any(|span| holds(*span, at));
        let ends = text.match_indices('\n').filter(|(at, _)| hidden(*at));
        if let Some((_, spot)) = spot.filter(|(file, _)| file == name) {
            lost = ends.filter(|(at, _)| *at < spot).count();
        }
        let blank = |(at, letter): (usize, char)| match letter {
            _ if !hidden(at) => Some(letter),
            '\n' => None,
            _ => Some(' '),
        };
        bare.files.insert(name.clone(), text.char_indices().filter_map(blank).collect());
    }
    let moved = place.and_then(|place| {
        let mut parts = place.rsplitn(3, ':');
        let (column, line, name) = (parts.next()?, parts.next()?.parse::<usize>().ok()?, parts.next()?);
        Some(format!("{name}:{}:{column}", line - lost))
    });
    (bare, moved)
}

/// Without the statement of a resource without fields that starts at this place.
pub fn without_resource(program: &Program, place: &str) -> Option<Program> {
    let (file, at) = program.offset(place)?;
    let mut spans = Vec::new();
    walk(&program.files[file], &mut |node| {
        if let Node::Statement(Statement::Resource(resource)) = node
            && resource.span.start as usize == at
            && !resource.body.entries.iter().any(|entry| matches!(entry, Entry::Field(_)))
        {
            spans.push(resource.span);
        }
    });
    let mut repaired = program.clone();
    repaired.files.insert(file.to_owned(), blanked(&program.files[file], &spans));
    (!spans.is_empty()).then_some(repaired)
}

/// With brackets around the name of the resource, or of the edge, that starts at this place.
pub fn with_listed_name(program: &Program, place: &str) -> Option<Program> {
    let (file, at) = program.offset(place)?;
    let mut span = None;
    let starts = |span: Span| span.start as usize == at;
    walk(&program.files[file], &mut |node| match node {
        Node::Resource(resource) => {
            let edges =
                resource.body.entries.iter().filter_map(|entry| if let Entry::Edge(edge) = entry { Some(edge) } else { None });
            let half = edges.map(|edge| &edge.half).find(|half| starts(half.span)).map(|half| half.name.span);
            span = span.or(if starts(resource.span) { Some(resource.name.span) } else { half });
        }
        Node::Statement(Statement::Edge(Edge { halves, .. })) => {
            span = span.or(halves.iter().find(|half| starts(half.span)).map(|half| half.name.span));
        }
        _ => {}
    });
    let (text, span) = (&program.files[file], span?);
    let (start, end) = (span.start as usize, span.end as usize);
    let mut repaired = program.clone();
    let blank = if text[..start].ends_with([' ', '[']) { "" } else { " " };
    repaired.files.insert(file.to_owned(), format!("{}{blank}[{}]{}", &text[..start], &text[start..end], &text[end..]));
    Some(repaired)
}

/// With another word, as long, for a function that the program defines.
pub fn with_renamed_function(program: &Program, name: &str, other: &str) -> Program {
    in_each_file(program, |text| {
        let all = tokens(text);
        let one = |(at, token): (usize, &&str)| {
            let own = at == 0 || all[at - 1] != ".";
            if *token == name && own && all.get(at + 1) == Some(&"(") { other.to_owned() } else { (*token).to_owned() }
        };
        all.iter().enumerate().map(one).collect()
    })
}

/// With other letters for each escaped backslash that ends a string.
pub fn without_last_backslash(program: &Program) -> Program {
    in_each_file(program, |text| {
        let one = |token: &str| match token.strip_suffix("\\\\\"") {
            Some(start) if token.starts_with('"') => format!("{start}xx\""),
            _ => token.to_owned(),
        };
        tokens(text).into_iter().map(one).collect()
    })
}

/// With a line end at the end of each file.
pub fn with_last_line_ended(program: &Program) -> Program {
    in_each_file(program, |text| if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") })
}

/// With one copy of each vendored module wherever it is looked for.
pub fn with_one_copy(program: &Program) -> Program {
    let inner = |name: &str| name.split_once("vendor/").map(|(_, rest)| rest.to_owned());
    let mut repaired = program.clone();
    for (name, text) in &program.files {
        let Some(rest) = inner(name) else { continue };
        repaired.files.insert(format!("modules/{rest}"), text.clone());
        for other in program.files.keys().filter(|other| inner(other).as_ref() == Some(&rest)) {
            repaired.files.insert(other.clone(), text.clone());
        }
    }
    repaired
}

/// With a statement of its own, at the end, for the expression that starts at this place; and where it stands there.
pub fn with_probe(program: &Program, place: &str) -> Option<(Program, String)> {
    let (file, at) = program.offset(place)?;
    let text = &program.files[file];
    let mut found = None;
    walk(text, &mut |node| {
        if let Node::Expr(expr) = node
            && expr.span.start as usize == at
            && matches!(expr.kind, ExprKind::Call(_) | ExprKind::Index(_) | ExprKind::Binary(_))
        {
            // The outermost comes first, the call itself last.
            found = Some(expr.span);
        }
    });
    let span = found?;
    let head = "test \"probe\" { interface => ";
    let mut repaired = program.clone();
    let whole = format!("{text}\n{head}{}, }}\n", &text[span.start as usize..span.end as usize]);
    repaired.files.insert(file.to_owned(), whole);
    let line = text.matches('\n').count() + 2;
    Some((repaired, format!("{file}:{line}:{}", head.len() + 1)))
}
