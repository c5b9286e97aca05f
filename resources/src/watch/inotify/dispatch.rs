//! From the kernel's events to who is told.

use super::tree::{Found, ROOT, Target, Tree};
use super::{Change, Reach, Told};
use crate::resource::Failure;
use inotify::EventMask;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io;

/// Whom one batch of events concerns; each is told once, with the latest news.
#[derive(Default)]
pub(super) struct Batch {
    touched: FxHashMap<u32, Change>,
    /// Links whose target has changed, and whether something came or went there; to be worked through.
    links: VecDeque<(u32, bool)>,
    /// Links that were; keeps circles of links from going round.
    followed: FxHashSet<(u32, bool)>,
}

impl Batch {
    /// Notes that a watch has news; `structure`: something came, went or was replaced.
    fn touch(&mut self, tree: &Tree, sub: u32, change: &Change, structure: bool) {
        let Some((_, sub_of)) = &tree.subs[sub as usize] else { return };
        match &sub_of.told {
            Target::User(_) => {
                let known = self.touched.entry(sub).or_insert_with(|| change.clone());
                if !matches!(known, Change::Lost(_)) {
                    known.clone_from(change);
                }
            }
            Target::Link(node) => {
                if self.followed.insert((*node, structure)) {
                    self.links.push_back((*node, structure));
                }
            }
        }
    }

    /// Notes news for those who watch exactly this node.
    fn at(&mut self, tree: &Tree, node: u32, change: &Change, structure: bool) {
        let Some(node) = tree.node(node) else { return };
        for sub in &node.subs {
            self.touch(tree, *sub, change, structure);
        }
    }

    /// Notes news of something in a directory for those who watch what stands in it.
    fn in_directory(&mut self, tree: &Tree, node: u32, change: &Change) {
        let Some(node) = tree.node(node) else { return };
        for sub in &node.subs {
            if tree.reach(*sub) > Some(Reach::Alone) {
                self.touch(tree, *sub, change, false);
            }
        }
    }

    /// Notes news for those who watch a tree that holds this node.
    fn above(&mut self, tree: &Tree, node: u32, change: &Change) {
        let mut at = node;
        while at != ROOT {
            let Some(node) = tree.node(at) else { return };
            at = node.parent;
            let Some(parent) = tree.node(at) else { return };
            for sub in &parent.subs {
                if tree.reach(*sub) == Some(Reach::Tree) {
                    self.touch(tree, *sub, change, false);
                }
            }
        }
    }

    /// Notes news for everybody at and below a node.
    fn below(&mut self, tree: &Tree, node: u32, change: &Change) {
        let mut work = vec![node];
        while let Some(id) = work.pop() {
            self.at(tree, id, change, true);
            if let Some(children) = tree.node(id).and_then(|node| node.children.as_ref()) {
                work.extend(children.values());
            }
        }
    }

    /// Notes that everybody at and below a node is not watched any longer.
    pub(super) fn lost(&mut self, tree: &Tree, node: u32, error: &io::Error) {
        let path = tree.path(node);
        let failure = Failure::from(super::WatchError::new(&path, io::Error::new(error.kind(), error.to_string())));
        self.below(tree, node, &Change::Lost(failure));
    }
}

impl Tree {
    /// Takes in one event.
    pub(super) fn event(&mut self, wd: i32, mask: EventMask, name: Option<&OsStr>, batch: &mut Batch) {
        if mask.contains(EventMask::IGNORED) {
            for node in self.dropped(wd) {
                self.replaced(node, batch);
            }
            return;
        }
        for node in self.nodes_of(wd) {
            match name {
                Some(name) => self.entry_event(node, mask, name, batch),
                None => self.own_event(node, mask, batch),
            }
        }
    }

    /// Something happened to the inode of a node itself.
    fn own_event(&mut self, node: u32, mask: EventMask, batch: &mut Batch) {
        if mask.intersects(EventMask::DELETE_SELF | EventMask::MOVE_SELF | EventMask::UNMOUNT) {
            self.replaced(node, batch);
        } else {
            let change = change(mask);
            batch.at(self, node, &change, false);
            batch.above(self, node, &change);
        }
    }

    /// Something happened to an entry of a directory.
    fn entry_event(&mut self, node: u32, mask: EventMask, name: &OsStr, batch: &mut Batch) {
        let change = change(mask);
        let came_or_went = mask.intersects(EventMask::CREATE | EventMask::DELETE | EventMask::MOVED_FROM | EventMask::MOVED_TO);
        let child = self.child(node, name);
        match child {
            Some(child) if came_or_went => {
                self.settle(child, batch);
                batch.below(self, child, &change);
            }
            Some(child) => {
                batch.at(self, child, &change, false);
                let forbidden = |node: &super::tree::Node| node.found == Found::Directory && node.wd < 0;
                if mask.contains(EventMask::ATTRIB) && self.node(child).is_some_and(forbidden) {
                    // It may be allowed to read it now.
                    self.replaced(child, batch);
                }
            }
            None => {}
        }
        // A directory's own watchers see its direct entries; those of whole trees see everything below.
        batch.in_directory(self, node, &change);
        batch.above(self, node, &change);
        let new_directory = mask.contains(EventMask::ISDIR) && mask.intersects(EventMask::CREATE | EventMask::MOVED_TO);
        if new_directory && self.in_watched_tree(node) {
            let child = self.sweep_child(node, name);
            self.settle(child, batch);
        }
    }

    /// What stands at a node came, went, or was replaced.
    fn replaced(&mut self, node: u32, batch: &mut Batch) {
        self.settle(node, batch);
        batch.below(self, node, &Change::Settled);
        batch.above(self, node, &Change::Settled);
    }

    /// Events were lost: everything may have changed.
    pub(super) fn overflow(&mut self, batch: &mut Batch) {
        tracing::warn!("too many file events at once; looking at everything again");
        self.settle(ROOT, batch);
        batch.below(self, ROOT, &Change::Settled);
    }

    /// Follows links whose target has changed, and gives who is to be told, in the order of registration.
    pub(super) fn finish(&mut self, mut batch: Batch) -> Vec<(u32, Told, Change)> {
        while let Some((node, structure)) = batch.links.pop_front() {
            if structure {
                self.replaced(node, &mut batch);
            } else {
                batch.at(self, node, &Change::Settled, false);
            }
        }
        let mut touched: Vec<(u32, Change)> = batch.touched.into_iter().collect();
        touched.sort_unstable_by_key(|(sub, _)| *sub);
        touched.into_iter().filter_map(|(sub, change)| Some((sub, self.told(sub)?.clone(), change))).collect()
    }

    /// What a watch calls.
    pub(super) fn told(&self, sub: u32) -> Option<&Told> {
        match self.subs.get(sub as usize) {
            Some(Some((_, super::tree::Sub { told: Target::User(told), .. }))) => Some(told),
            _ => None,
        }
    }
}

/// A write goes on until the file is closed; a file that was just made is about to be written to.
fn change(mask: EventMask) -> Change {
    let made = mask.contains(EventMask::CREATE) && !mask.contains(EventMask::ISDIR);
    if made || mask.contains(EventMask::MODIFY) { Change::Writing } else { Change::Settled }
}
