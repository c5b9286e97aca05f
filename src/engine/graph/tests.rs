use super::*;
use crate::engine::testing::{Wanted, id};
use mgmt_dataflow::commit::EdgeChange;
use mgmt_values::key::Site;
use mgmt_values::resource::SeekOrder;
use proptest::prelude::*;

/// The edges in force, as text.
fn edges(live: &Live) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for node in live.nodes() {
        let from = &live.vertex(node).id.resource.name;
        all.extend(live.successors(node).map(|(to, _)| format!("{from}{}", live.vertex(to).id.resource.name)));
    }
    all.sort();
    all
}

#[test]
fn a_commit_is_applied_as_a_diff() {
    let (mut live, mut wanted) = (Live::new(), Wanted::of("a -> b -> c"));
    let changes = live.apply(&wanted.commit()).unwrap();
    assert_eq!((changes.added.len(), changes.edges.len()), (3, 2));
    let b = live.find(&id("b")).unwrap();

    wanted.remove("c").vertex("b", 1, Default::default()).add("b -> d");
    let changes = live.apply(&wanted.commit()).unwrap();
    assert_eq!((changes.added.len(), changes.replaced.len(), changes.removed.len(), changes.edges.len()), (1, 1, 1, 2));
    assert_eq!(live.find(&id("b")), Some(b), "a replaced vertex keeps its index");
    assert_eq!(edges(&live), ["ab", "bd"]);
}

#[test]
fn a_cycle_is_refused_and_named_and_nothing_changes() {
    let (mut live, mut wanted) = (Live::new(), Wanted::of("b -> c; c -> d; x"));
    live.apply(&wanted.commit()).unwrap();
    let before = wanted.clone();
    wanted.add("d -> b; x -> y").remove("x").vertex("c", 7, Default::default());
    let error = live.apply(&wanted.commit()).unwrap_err();
    assert_eq!(&*error.message, "resource graph has cycles: not a dag: t[b] -> t[c] -> t[d] -> t[b]");
    assert_eq!(error.rank, Rank::Cycle);
    assert_eq!(edges(&live), ["bc", "cd"]);
    assert!(live.find(&id("x")).is_some() && live.find(&id("y")).is_none());
    assert_eq!(live.vertex(live.find(&id("c")).unwrap()).fields.int("version"), 0);

    wanted.refused(&before);
    wanted.add("a -> b");
    live.apply(&wanted.commit()).unwrap();
    assert_eq!(edges(&live), ["ab", "bc", "cd"]);
}

#[test]
fn a_vertex_before_itself_is_a_cycle() {
    let error = Live::new().apply(&Wanted::of("a -> a").commit()).unwrap_err();
    assert_eq!(&*error.message, "resource graph has cycles: not a dag: t[a] -> t[a]");
}

#[test]
fn an_automatic_edge_that_would_close_a_cycle_is_dropped_and_comes_back() {
    let (mut live, mut wanted) = (Live::new(), Wanted::of("a ~> b; b -> c; c ~> a"));
    live.apply(&wanted.commit()).unwrap();
    assert_eq!(edges(&live), ["ab", "bc"], "ab comes before ca");
    wanted.cut("b", "c");
    live.apply(&wanted.commit()).unwrap();
    assert_eq!(edges(&live), ["ab", "ca"]);
    wanted.add("b -> c");
    live.apply(&wanted.commit()).unwrap();
    assert_eq!(edges(&live), ["ab", "bc"]);
    wanted.add("c -> a");
    live.apply(&wanted.commit()).unwrap();
    assert_eq!(edges(&live), ["bc", "ca"], "what is written comes first");
}

#[test]
fn of_two_automatic_edges_the_one_sought_by_the_first_stays() {
    let mut live = Live::new();
    let mut commit = Wanted::of("a ~> b; b ~> a").commit();
    assert!(commit.edges.iter().all(|change| change.after.as_ref().unwrap().automatic == Some(SeekOrder::SeekerFirst)));
    live.apply(&commit).unwrap();
    assert_eq!(edges(&live), ["ab"], "a seeks b");
    for change in &mut commit.edges {
        change.after.as_mut().unwrap().automatic = Some(SeekOrder::FoundFirst);
    }
    let mut live = Live::new();
    live.apply(&commit).unwrap();
    assert_eq!(edges(&live), ["ba"], "a has found b");
}

#[test]
fn many_edges_of_one_vertex_are_removed_quickly() {
    let mut live = Live::new();
    let mut wanted = Wanted::default();
    wanted.add(&(0..20_000).map(|i| format!("root -> n{i}")).collect::<Vec<_>>().join(";"));
    live.apply(&wanted.commit()).unwrap();
    let mut wanted = wanted.clone();
    wanted.names().iter().filter(|name| *name != "root").for_each(|name| {
        wanted.remove(name);
    });
    let commit = wanted.commit();
    let start = std::time::Instant::now();
    live.apply(&commit).unwrap();
    assert_eq!((live.len(), edges(&live).len()), (1, 0));
    assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
}

#[test]
fn one_edge_in_a_large_graph_costs_little() {
    let mut live = Live::new();
    let mut wanted = Wanted::default();
    wanted.add(&(0..20_000).map(|i| format!("n{i} -> n{}", i + 1)).collect::<Vec<_>>().join(";"));
    live.apply(&wanted.commit()).unwrap();
    let template = wanted.commit();
    let edge = |from: usize, to: usize| EdgeChange {
        from: id(&format!("n{from}")),
        to: id(&format!("n{to}")),
        before: None,
        after: Some(EdgeState { notify: false, automatic: None, links: Vec::new(), site: Site::default() }),
    };
    let commits: Vec<Commit> = (0..2000).map(|i| Commit { edges: vec![edge(i, 10_000 + 3 * i)], ..template.clone() }).collect();
    let start = std::time::Instant::now();
    for commit in &commits {
        live.apply(commit).unwrap();
    }
    // Were each proportional to the graph, this would take many seconds.
    assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever came before, the graph is what the last accepted state alone would have made.
    #[test]
    fn history_leaves_no_trace(edits in prop::collection::vec((0usize..4, 0u8..7, 0u8..7), 1..40)) {
        let (mut live, mut wanted) = (Live::new(), Wanted::default());
        for (kind, a, b) in edits {
            let (a, b) = ((b'a' + a) as char, (b'a' + b) as char);
            let before = wanted.clone();
            match kind {
                0 => wanted.add(&format!("{a} -> {b}")),
                1 => wanted.add(&format!("{a} ~> {b}")),
                2 => wanted.cut(&a.to_string(), &b.to_string()),
                _ => wanted.remove(&a.to_string()),
            };
            let mut scratch = Live::new();
            let expected = scratch.apply(&wanted.clone().forget().commit()).map_err(|e| e.message);
            let commit = wanted.commit();
            let got = live.apply(&commit).map_err(|e| e.message);
            prop_assert_eq!(got.is_ok(), expected.is_ok());
            if let (Err(got), Err(expected)) = (&got, &expected) {
                prop_assert_eq!(got, expected);
                wanted.refused(&before);
            } else {
                prop_assert_eq!(edges(&live), edges(&scratch));
                prop_assert_eq!(live.dropped(), scratch.dropped());
            }
            for node in live.nodes() {
                for (next, _) in live.successors(node) {
                    prop_assert!(live.topology.rank(node) < live.topology.rank(next));
                }
            }
        }
    }
}
