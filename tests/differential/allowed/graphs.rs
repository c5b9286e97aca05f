//! Resources and edges: what it compares, orders and notifies, and which failure it tells.

use super::Difference;
use super::scopes::each_node;
use crate::damage;
use crate::repair::{self, Node};
use crate::verdict::{Program, Report, Verdict, same};
use mgmt_lang::syntax::tree::Statement;

pub(super) fn part_of_meta(difference: &Difference<'_>) -> bool {
    let Some(place) = difference.its().and_then(|report| report.place.as_deref()) else { return false };
    difference.its_is("unify", "struct field") && difference.program.at(place).is_some_and(|(text, _)| text.starts_with("Meta"))
}

pub(super) fn unknown_kind(difference: &Difference<'_>) -> bool {
    let place = difference.our().and_then(|our| our.place.as_deref());
    let repaired = place.and_then(|place| repair::without_resource(difference.program, place));
    difference.our_is("unify", "there is no resource kind") && repaired.is_some_and(|repaired| difference.agrees_on(&repaired))
}

/// Without its fallbacks, ours fails where the reference does.
pub(super) fn not_caught(difference: &Difference<'_>) -> bool {
    let Some(its) = difference.its().filter(|its| its.phase == "stream") else { return false };
    let place = its.place.as_deref();
    let fails = |bare: (Program, Option<String>)| {
        let (program, place) = bare;
        let changed = program != *difference.program;
        let Verdict::Refused(reports) = difference.judges.ask_ours(&program) else { return false };
        // A failing call that is all of a function is told at the call of that.
        let alike = |our: &Report| place.is_none() || our.place == place || its.message.starts_with(&our.message);
        changed && reports.iter().any(|our| our.phase == "stream" && alike(our))
    };
    // Only those around the place, if it is in one, so that the rest stays as it is.
    place.is_some_and(|place| fails(repair::without_fallbacks(difference.program, Some(place), true)))
        || fails(repair::without_fallbacks(difference.program, place, false))
}

/// Ours tells it as well, or would if it were not an operand beside the one that ours tells.
pub(super) fn one_of_several(difference: &Difference<'_>) -> bool {
    let (Some(its), Verdict::Refused(all)) = (difference.its(), difference.ours) else { return false };
    let fails = |all: &[Report], place: &str| all.iter().any(|our| our.phase == "stream" && our.place.as_deref() == Some(place));
    let Some(place) = its.place.as_deref().filter(|_| its.phase == "stream") else {
        return its.phase == "stream" && all.iter().any(|our| our.phase == "stream" && our.place.is_none());
    };
    let alone = || {
        let (program, probe) = repair::with_probe(difference.program, place)?;
        let Verdict::Refused(all) = difference.judges.ask_ours(&program) else { return None };
        Some(fails(&all, &probe))
    };
    fails(all, place) || difference.our_is("stream", "") && alone().unwrap_or_default()
}

pub(super) fn doubled_meta(difference: &Difference<'_>) -> bool {
    difference.our_is("stream", "meta parameter `")
        && difference.our_is("stream", "is set twice")
        && difference.its_comes_to("stream")
}

/// Whether the edges among these lines go in a circle.
pub(super) fn circle(lines: &[String]) -> bool {
    let ends = |line: &String| line.strip_prefix("Edge: ")?.split_once(" -> ").map(|(from, to)| (from.to_owned(), to.to_owned()));
    let mut edges: Vec<(String, String)> = lines.iter().filter_map(ends).collect();
    loop {
        let before = edges.len();
        let heads: Vec<String> = edges.iter().map(|(_, to)| to.clone()).collect();
        edges.retain(|(from, _)| heads.contains(from));
        if edges.len() == before {
            return before > 0;
        }
    }
}

pub(super) fn automatic_cycle(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    circle(expected) && expected.iter().all(|line| line.starts_with("Edge:") || found.contains(line))
}

pub(super) fn absent_paths(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let turned: Vec<String> = expected
        .iter()
        .filter(|line| !found.contains(line))
        .filter_map(|line| line.strip_prefix("Edge: ")?.split_once(" -> "))
        .filter(|(_, to)| to.starts_with("file[") && found.contains(&format!("Field: {to}.state = \"absent\"")))
        .map(|(from, to)| format!("Edge: {to} -> {from}"))
        .collect();
    let rest = |lines: &[String], other: &[String]| lines.iter().filter(|line| !other.contains(line)).count();
    rest(expected, found) == turned.len()
        && found.iter().filter(|line| !expected.contains(line)).all(|line| turned.contains(line))
}

pub(super) fn not_reversible(difference: &Difference<'_>) -> bool {
    difference.our_is("interpret", "can't be reversed") && difference.its_comes_to("interpret")
}

pub(super) fn retryreset(difference: &Difference<'_>) -> bool {
    difference.our_is("interpret", "the meta parameter `retryreset` differs") && difference.its_comes_to("interpret")
}

pub(super) fn uncompared_field(difference: &Difference<'_>) -> bool {
    const FIELDS: [(&str, &[&str]); 3] = [
        ("msg", &["journal", "syslog"]),
        ("net", &["ip_forward"]),
        ("hostname", &["static_hostname", "transient_hostname", "pretty_hostname"]),
    ];
    let told = |kind: &str, field: &str| {
        difference.our_is("interpret", &format!("duplicate resource `{kind}["))
            && difference.our_is("interpret", &format!("the field `{field}` differs"))
    };
    FIELDS.iter().any(|(kind, fields)| fields.iter().any(|field| told(kind, field))) && difference.its_comes_to("interpret")
}

pub(super) fn any_group(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let has_gid = |end: &str| expected.iter().any(|line| line.starts_with(&format!("Field: {end}.gid = ")));
    let by_gid = |line: &&String| {
        let ends = line.strip_prefix("Edge: ").and_then(|edge| edge.split_once(" -> "));
        let any = |(group, user): (&str, &str)| {
            group.starts_with("group[") && user.starts_with("user[") && has_gid(user) && !has_gid(group)
        };
        !found.contains(line) && ends.is_some_and(any)
    };
    let left: Vec<String> = expected.iter().filter(|line| !by_gid(line)).cloned().collect();
    left.len() < expected.len() && same(&Verdict::Graph(left), difference.ours)
}

/// The lists that are sets in truth are compared as such, and a path is none that says what the name says, where that may be one of several.
pub(super) fn order_of_lists(difference: &Difference<'_>) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let mut files = 0;
    each_node(difference.program, &mut |node| match node {
        Node::Resource(resource) => files += usize::from(*resource.kind.text == *"file"),
        // One in a loop stands for several.
        Node::Statement(Statement::For(_) | Statement::ForKv(_)) => files += 1,
        _ => {}
    });
    let several = files > 1;
    let ordered = |lines: &[String]| -> Vec<String> {
        let one = |line: &String| {
            let list = line.starts_with("Meta: ").then(|| line.split_once(" = [")).flatten();
            match list.and_then(|(name, list)| Some((name, list.strip_suffix(']')?))) {
                Some((name, list)) if [".sema", ".export"].iter().any(|end| name.ends_with(end)) => {
                    format!("{name} = {:?}", sorted(damage::tokens(list).into_iter().map(str::to_owned).collect()))
                }
                _ => line.clone(),
            }
        };
        sorted(lines.iter().filter(|line| !several || !is_path_of_name(line)).map(one).collect())
    };
    same(&Verdict::Graph(ordered(expected)), &Verdict::Graph(ordered(found)))
}

/// `Field: file[/x].path = "/x"`
fn is_path_of_name(line: &str) -> bool {
    let rest = line.strip_prefix("Field: file[").and_then(|rest| rest.split_once("].path = "));
    rest.is_some_and(|(name, path)| path.trim_matches('"') == name)
}

pub(super) fn empty_list(difference: &Difference<'_>) -> bool {
    let text = difference.program.text();
    let empty = ["[]", "{}"].iter().any(|empty| text.contains(empty));
    empty && difference.our().is_none() && difference.its_is("interpret", "inequivalent duplicate resource")
}

pub(super) fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

/// Not a defect: ours takes a field more, and one that is misspelt may be it.
pub(super) fn refresh_only(difference: &Difference<'_>) -> bool {
    difference.its_is("unify", "field `refresh_only` does not exist in `exec` resource")
}

/// The one difference that is not the reference's fault: rounds of a loop have no order here.
pub(super) fn round_of_loop(difference: &Difference<'_>) -> bool {
    let places = [difference.its(), difference.our()].map(|report| report.and_then(|report| report.place.as_deref()));
    let [Some(its_place), Some(our_place)] = places.map(|place| place.and_then(|place| difference.program.offset(place))) else {
        return false;
    };
    let (mut looped, mut together) = (false, false);
    each_node(difference.program, &mut |node| {
        let block = match node {
            Node::Statement(Statement::For(s)) => &s.body,
            Node::Statement(Statement::ForKv(s)) => &s.body,
            Node::Statement(Statement::Class(s)) => &s.body,
            _ => return,
        };
        looped |= !matches!(node, Node::Statement(Statement::Class(_)));
        let within = |(_, at): (&str, usize)| repair::holds(block.span, at);
        together |= its_place.0 == our_place.0 && within(its_place) && within(our_place);
    });
    difference.its_is("interpret", "") && difference.its_is_among_ours() && looped && together
}

/// Nor is this one: three resources of one name, two of which are alike, have no order here.
pub(super) fn last_of_three(difference: &Difference<'_>) -> bool {
    let name = |report: &Report| {
        let (_, rest) = report.message.split_once("equivalent duplicate resource `")?;
        Some(rest.split_once('`')?.0.to_owned())
    };
    let (Some(its), Some(our)) = (difference.its(), difference.our()) else { return false };
    let places = [its, our].map(|report| report.place.as_deref().and_then(|place| difference.program.offset(place)));
    let [Some((its_file, its_at)), Some((our_file, our_at))] = places else { return false };
    name(its).is_some() && name(its) == name(our) && its_file == our_file && its_at < our_at
}

pub(super) fn listening_exec(difference: &Difference<'_>) -> bool {
    surplus_notifications(difference, |edge| edge.contains(" -> exec["))
}

pub(super) fn listening_file(difference: &Difference<'_>) -> bool {
    surplus_notifications(difference, |edge| edge.starts_with("file[") && edge.contains(" -> file["))
}

/// Whether ours notifies along some edges where the reference does not, and is the same otherwise.
pub(super) fn surplus_notifications(difference: &Difference<'_>, along: impl Fn(&str) -> bool) -> bool {
    let (Verdict::Graph(expected), Verdict::Graph(found)) = (difference.reference, difference.ours) else { return false };
    let surplus = |line: &String| line.strip_prefix("Notify: ").is_some_and(&along);
    let left: Vec<String> = found.iter().filter(|line| expected.contains(line) || !surplus(line)).cloned().collect();
    left.len() < found.len() && same(difference.reference, &Verdict::Graph(left))
}
