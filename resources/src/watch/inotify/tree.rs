//! The watched paths as a tree of components, and the watch descriptors that cover it.

use inotify::{WatchDescriptor, WatchMask, Watches};
use rustc_hash::FxHashMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::dispatch::Batch;
use super::{Reach, Told};

/// The node of `/`.
pub(super) const ROOT: u32 = 0;

/// No watch descriptor.
const NONE: i32 = -1;

/// As many links as the kernel follows in a row (path_resolution(7)).
const LINKS: u32 = 40;

/// One component of a watched path or of the way to one.
pub(super) struct Node {
    pub(super) parent: u32,
    pub(super) name: Arc<OsStr>,
    /// Nodes below, by name; none for most files.
    pub(super) children: Option<Box<FxHashMap<Arc<OsStr>, u32>>>,
    /// Who watches exactly this.
    pub(super) subs: Vec<u32>,
    /// What stood there when it was looked up last.
    pub(super) found: Found,
    /// The descriptor of its own inode, where it has one.
    pub(super) wd: i32,
    /// How many of `subs` reach for the whole tree.
    trees: u32,
    /// A symbolic link stands here: the internal watch on its target.
    link: Option<u32>,
    /// It stands here because something above is watched as a tree.
    pub(super) swept: bool,
}

/// What stands at a path, links followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Found {
    Nothing,
    Directory,
    Other,
}

/// What a directory's descriptor has to report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Need {
    /// Nothing: what is above it reports what matters.
    Nothing,
    /// What comes and goes in it.
    Names,
    /// Writes to what stands in it too.
    Writes,
}

/// One registration.
pub(super) struct Sub {
    pub(super) reach: Reach,
    pub(super) told: Target,
}

/// Who is told.
#[derive(Clone)]
pub(super) enum Target {
    /// A callback.
    User(Told),
    /// The node of a symbolic link that leads here.
    Link(u32),
}

/// One watch descriptor. Several nodes share it where links lead to one directory.
struct Descriptor {
    handle: WatchDescriptor,
    nodes: Vec<u32>,
    /// It reports writes to what stands in the directory, not only coming and going.
    wide: bool,
}

/// The tree. Invariant: every directory that has nodes below or is watched itself has a descriptor, unless reading it is forbidden;
/// then what stands directly in it has its own.
pub(super) struct Tree {
    watches: Watches,
    pub(super) nodes: Vec<Option<Node>>,
    free_nodes: Vec<u32>,
    pub(super) subs: Vec<Option<(u32, Sub)>>,
    free_subs: Vec<u32>,
    descriptors: FxHashMap<i32, Descriptor>,
    /// How many links are being followed right now.
    following: u32,
    /// How many watches on targets of links there are, and how many there were after the last [`Tree::collect`].
    links: usize,
    links_kept: usize,
    /// The first error of a lookup that leaves something unwatched.
    error: Option<io::Error>,
}

fn narrow() -> WatchMask {
    // With MASK_ADD a second path to the same inode never takes anything away from the first.
    WatchMask::CREATE
        | WatchMask::DELETE
        | WatchMask::MOVE
        | WatchMask::DELETE_SELF
        | WatchMask::MOVE_SELF
        | WatchMask::ATTRIB
        | WatchMask::EXCL_UNLINK
        | WatchMask::MASK_ADD
}

fn wide() -> WatchMask {
    narrow() | WatchMask::MODIFY | WatchMask::CLOSE_WRITE
}

impl Tree {
    pub(super) fn new(watches: Watches) -> Tree {
        let root = Node::new(ROOT, Arc::from(OsStr::new("")));
        Tree {
            watches,
            nodes: vec![Some(root)],
            free_nodes: Vec::new(),
            subs: Vec::new(),
            free_subs: Vec::new(),
            descriptors: FxHashMap::default(),
            following: 0,
            links: 0,
            links_kept: 0,
            error: None,
        }
    }

    pub(super) fn node(&self, id: u32) -> Option<&Node> {
        self.nodes.get(id as usize)?.as_ref()
    }

    fn node_mut(&mut self, id: u32) -> Option<&mut Node> {
        self.nodes.get_mut(id as usize)?.as_mut()
    }

    pub(super) fn nodes_of(&self, wd: i32) -> Vec<u32> {
        self.descriptors.get(&wd).map(|descriptor| descriptor.nodes.clone()).unwrap_or_default()
    }

    pub(super) fn child(&self, id: u32, name: &OsStr) -> Option<u32> {
        self.node(id)?.children.as_ref()?.get(name).copied()
    }

    /// How many descriptors there are.
    #[cfg(test)]
    pub(super) fn descriptors(&self) -> usize {
        self.descriptors.len()
    }

    /// How many nodes there are.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.nodes.len() - self.free_nodes.len()
    }

    /// Registers a watch.
    pub(super) fn watch(&mut self, components: &[&OsStr], sub: Sub) -> io::Result<u32> {
        const FEW: usize = 64;
        if self.links > 2 * self.links_kept + FEW {
            self.collect();
        }
        self.error = None;
        let id = self.insert(components, sub);
        let Some((node, _)) = &self.subs[id as usize] else { return Ok(id) };
        if self.error.is_none() && !self.covered(*node) {
            self.error = Some(ErrorKind::PermissionDenied.into());
        }
        match self.error.take() {
            Some(error) => {
                self.unwatch(id);
                Err(error)
            }
            None => Ok(id),
        }
    }

    /// Adds a registration and all that it needs. Looks up from the top down: what changes meanwhile is reported by what is above it.
    fn insert(&mut self, components: &[&OsStr], sub: Sub) -> u32 {
        let mut at = ROOT;
        for (depth, name) in components.iter().enumerate() {
            // Whoever writes to the last is reported by the directory it stands in.
            self.ensure(at, if depth + 1 == components.len() { Need::Writes } else { Need::Names });
            at = self.child(at, name).unwrap_or_else(|| self.add_child(at, name));
        }
        let reach = sub.reach;
        let id = self.add_sub(at, sub);
        self.ensure(at, if reach == Reach::Alone { Need::Nothing } else { Need::Writes });
        if reach == Reach::Tree {
            self.sweep(at);
        }
        id
    }

    /// Ends a watch; gives what was registered.
    pub(super) fn unwatch(&mut self, id: u32) -> Option<Sub> {
        let (at, sub) = self.subs.get_mut(id as usize)?.take()?;
        self.free_subs.push(id);
        self.links -= usize::from(matches!(sub.told, Target::Link(_)));
        if let Some(node) = self.node_mut(at) {
            node.subs.retain(|other| *other != id);
            node.trees -= u32::from(sub.reach == Reach::Tree);
        }
        if sub.reach == Reach::Tree && !self.in_watched_tree(at) {
            self.unsweep(at);
        }
        self.prune(at);
        Some(sub)
    }

    fn add_sub(&mut self, at: u32, sub: Sub) -> u32 {
        let tree = sub.reach == Reach::Tree;
        self.links += usize::from(matches!(sub.told, Target::Link(_)));
        let entry = Some((at, sub));
        let id = match self.free_subs.pop() {
            Some(id) => {
                self.subs[id as usize] = entry;
                id
            }
            None => {
                self.subs.push(entry);
                (self.subs.len() - 1) as u32
            }
        };
        if let Some(node) = self.node_mut(at) {
            node.subs.push(id);
            node.trees += u32::from(tree);
        }
        id
    }

    fn add_child(&mut self, parent: u32, name: &OsStr) -> u32 {
        let name: Arc<OsStr> = name.into();
        let node = Some(Node::new(parent, name.clone()));
        let id = match self.free_nodes.pop() {
            Some(id) => {
                self.nodes[id as usize] = node;
                id
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as u32
            }
        };
        if let Some(parent) = self.node_mut(parent) {
            parent.children.get_or_insert_default().insert(name, id);
        }
        id
    }

    /// Removes what nobody needs, upwards.
    pub(super) fn prune(&mut self, mut id: u32) {
        while id != ROOT {
            let Some(node) = self.node(id) else { return };
            if !node.subs.is_empty() || node.children.is_some() || node.swept {
                return;
            }
            let (parent, name) = (node.parent, node.name.clone());
            self.detach(id);
            self.nodes[id as usize] = None;
            self.free_nodes.push(id);
            if let Some(parent) = self.node_mut(parent)
                && let Some(children) = &mut parent.children
            {
                children.remove(&name);
                if children.is_empty() {
                    parent.children = None;
                }
            }
            id = parent;
        }
    }

    pub(super) fn path(&self, id: u32) -> PathBuf {
        let mut names = Vec::new();
        let mut at = id;
        while at != ROOT {
            let Some(node) = self.node(at) else { break };
            names.push(node.name.clone());
            at = node.parent;
        }
        let mut path = OsString::from("/");
        for (i, name) in names.iter().rev().enumerate() {
            if i > 0 {
                path.push("/");
            }
            path.push(name);
        }
        path.into()
    }

    /// What a watch reaches for.
    pub(super) fn reach(&self, sub: u32) -> Option<Reach> {
        self.subs.get(sub as usize)?.as_ref().map(|(_, sub)| sub.reach)
    }

    /// Whether this or anything above it is watched as a tree.
    pub(super) fn in_watched_tree(&self, mut id: u32) -> bool {
        loop {
            let Some(node) = self.node(id) else { return false };
            if node.trees > 0 || id == ROOT {
                return node.trees > 0;
            }
            id = node.parent;
        }
    }

    /// Gives up the descriptor and the link of a node.
    fn detach(&mut self, id: u32) {
        let Some(node) = self.node_mut(id) else { return };
        let (wd, link) = (std::mem::replace(&mut node.wd, NONE), node.link.take());
        if let Some(descriptor) = self.descriptors.get_mut(&wd) {
            descriptor.nodes.retain(|other| *other != id);
            if descriptor.nodes.is_empty()
                && let Some(descriptor) = self.descriptors.remove(&wd)
            {
                // The kernel may have dropped it already.
                let _ = self.watches.remove(descriptor.handle);
            }
        }
        if let Some(link) = link {
            self.unwatch(link);
        }
    }

    /// The kernel has dropped this descriptor; gives the nodes that had it.
    pub(super) fn dropped(&mut self, wd: i32) -> Vec<u32> {
        let nodes = self.descriptors.remove(&wd).map(|descriptor| descriptor.nodes).unwrap_or_default();
        for id in &nodes {
            if let Some(node) = self.node_mut(*id) {
                node.wd = NONE;
            }
        }
        nodes
    }

    /// Makes sure that a node that is about to be needed has its descriptor. One that has was looked up since it last changed.
    fn ensure(&mut self, id: u32, need: Need) {
        match self.node(id).map(|node| node.wd) {
            Some(NONE) => self.look(id, need),
            Some(wd) if need == Need::Writes && self.descriptors.get(&wd).is_some_and(|descriptor| !descriptor.wide) => {
                let path = self.path(id);
                self.cover(id, &path, need, WatchMask::empty());
            }
            _ => {}
        }
    }

    /// Looks up what stands at a node and gives it the descriptor it needs.
    fn look(&mut self, id: u32, need: Need) {
        let path = self.path(id);
        let mut target = None;
        let found = match std::fs::symlink_metadata(&path) {
            Err(_) => Found::Nothing,
            Ok(meta) if meta.is_dir() => Found::Directory,
            Ok(meta) if meta.is_symlink() => {
                target = std::fs::read_link(&path).ok();
                match std::fs::metadata(&path) {
                    Err(_) => Found::Nothing,
                    Ok(meta) if meta.is_dir() => Found::Directory,
                    Ok(_) => Found::Other,
                }
            }
            Ok(_) => Found::Other,
        };
        let Some(node) = self.node_mut(id) else { return };
        node.found = found;
        if let Some(target) = target
            && node.link.is_none()
        {
            self.follow(id, &path, &target);
        }
        let hidden = found != Found::Nothing && self.hidden(id);
        match found {
            Found::Directory if need != Need::Nothing || hidden => self.cover(id, &path, need, WatchMask::ONLYDIR),
            Found::Other if hidden => self.cover(id, &path, Need::Writes, WatchMask::empty()),
            _ => {}
        }
    }

    /// Whether the directory of a node cannot be watched.
    fn hidden(&self, id: u32) -> bool {
        let parent = self.node(id).and_then(|node| self.node(node.parent));
        parent.is_some_and(|parent| parent.wd == NONE && parent.found == Found::Directory)
    }

    /// Gives a node a descriptor.
    fn cover(&mut self, id: u32, path: &Path, need: Need, also: WatchMask) {
        let writes = need == Need::Writes;
        let Some(node) = self.node(id) else { return };
        if self.descriptors.get(&node.wd).is_some_and(|descriptor| descriptor.wide || !writes) {
            return;
        }
        let mask = if writes { wide() } else { narrow() };
        match self.watches.add(path, mask | also) {
            Ok(handle) => {
                let wd = handle.get_watch_descriptor_id();
                let descriptor =
                    self.descriptors.entry(wd).or_insert_with(|| Descriptor { handle, nodes: Vec::new(), wide: false });
                descriptor.wide |= writes;
                if !descriptor.nodes.contains(&id) {
                    descriptor.nodes.push(id);
                }
                if let Some(node) = self.node_mut(id) {
                    node.wd = wd;
                }
            }
            // It has just gone, which what is above it reports; or it may not be read, which `covered` judges.
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied) => {}
            Err(error) => self.error = self.error.take().or(Some(error)),
        }
    }

    /// Watches where a symbolic link leads.
    fn follow(&mut self, id: u32, path: &Path, target: &Path) {
        let target = path.parent().unwrap_or(Path::new("/")).join(target);
        let Some(components) = super::components(&target) else { return };
        if self.following == LINKS {
            return;
        }
        if let Some(node) = self.node_mut(id) {
            // So that a circle of links ends here.
            node.link = Some(u32::MAX);
        }
        self.following += 1;
        let link = self.insert(&components, Sub { reach: Reach::Alone, told: Target::Link(id) });
        self.following -= 1;
        match self.node_mut(id) {
            Some(node) => node.link = Some(link),
            None => drop(self.unwatch(link)),
        }
    }

    /// Ends the watches on targets of links that no callback needs any longer: links that lead to each other keep each other alive.
    pub(super) fn collect(&mut self) {
        let mut needed = vec![false; self.nodes.len()];
        let user =
            |sub: &Option<(u32, Sub)>| sub.as_ref().filter(|(_, sub)| matches!(sub.told, Target::User(_))).map(|(at, _)| *at);
        let mut work: Vec<u32> = self.subs.iter().filter_map(user).collect();
        while let Some(mut id) = work.pop() {
            while !std::mem::replace(&mut needed[id as usize], true) {
                let Some(node) = self.node(id) else { break };
                let target = node.link.and_then(|link| self.subs.get(link as usize)?.as_ref()).map(|(target, _)| *target);
                work.extend(target);
                id = node.parent;
            }
        }
        for id in (0..needed.len()).filter(|id| !needed[*id]) {
            if let Some(link) = self.node_mut(id as u32).and_then(|node| node.link.take()) {
                self.unwatch(link);
            }
        }
        self.links_kept = self.links;
    }

    /// Whether a change at a node would be noticed: by its own descriptor, or by that of the directory it stands in or would stand in.
    fn covered(&self, id: u32) -> bool {
        let mut at = id;
        loop {
            let Some(node) = self.node(at) else { return false };
            if node.wd != NONE || at == ROOT {
                return node.wd != NONE;
            }
            if self.node(node.parent).is_some_and(|parent| parent.wd != NONE) {
                // In a directory that cannot be read nobody sees anything coming.
                return at == id || node.found != Found::Directory;
            }
            if node.found != Found::Nothing {
                return false;
            }
            at = node.parent;
        }
    }

    /// Looks up a node and everything below it again, from the top down, because something came, went or was replaced there.
    pub(super) fn settle(&mut self, id: u32, batch: &mut Batch) {
        self.detach(id);
        let Some(node) = self.node(id) else { return };
        let tree = self.in_watched_tree(id);
        let watched_below = node
            .children
            .as_ref()
            .is_some_and(|children| children.values().any(|child| self.node(*child).is_some_and(|child| !child.subs.is_empty())));
        let entries = node.subs.iter().any(|sub| self.reach(*sub) > Some(Reach::Alone));
        let need = match () {
            () if tree || watched_below || entries => Need::Writes,
            () if node.children.is_some() => Need::Names,
            () => Need::Nothing,
        };
        if need != Need::Nothing || !node.subs.is_empty() {
            self.look(id, need);
        }
        if let Some(error) = self.error.take() {
            batch.lost(self, id, &error);
        }
        let Some(node) = self.node(id) else { return };
        // What is swept is a directory, and no link to one.
        let swept_no_more = node.swept && (node.found != Found::Directory || node.link.is_some());
        // In order, so that runs can be compared.
        let mut children: Vec<u32> = node.children.iter().flat_map(|children| children.values().copied()).collect();
        children.sort_unstable();
        for child in children {
            self.settle(child, batch);
        }
        if swept_no_more {
            if let Some(node) = self.node_mut(id) {
                node.swept = false;
            }
            self.prune(id);
        } else if tree {
            self.sweep(id);
        }
    }

    /// Adds the directories below a node that is watched as a tree, at any depth.
    fn sweep(&mut self, id: u32) {
        let top = id;
        let mut work = vec![id];
        while let Some(id) = work.pop() {
            let Some(node) = self.node(id) else { continue };
            if node.found != Found::Directory || (id != top && node.link.is_some()) {
                continue;
            }
            self.look(id, Need::Writes);
            let Ok(entries) = std::fs::read_dir(self.path(id)) else { continue };
            for entry in entries.flatten() {
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    work.push(self.sweep_child(id, &entry.file_name()));
                }
            }
        }
    }

    /// Takes a directory below a node that is watched as a tree into the tree.
    pub(super) fn sweep_child(&mut self, id: u32, name: &OsStr) -> u32 {
        let child = self.child(id, name).unwrap_or_else(|| self.add_child(id, name));
        if let Some(node) = self.node_mut(child) {
            node.swept = true;
        }
        self.look(child, Need::Writes);
        child
    }

    /// Removes what stands below a node only because that was watched as a tree.
    fn unsweep(&mut self, id: u32) {
        let Some(node) = self.node(id) else { return };
        let children: Vec<u32> = node.children.iter().flat_map(|children| children.values().copied()).collect();
        for child in children {
            let Some(node) = self.node_mut(child) else { continue };
            if std::mem::take(&mut node.swept) && node.trees == 0 {
                self.unsweep(child);
                self.prune(child);
            }
        }
    }

    /// Every callback.
    pub(super) fn everybody(&self) -> Vec<Told> {
        let user = |sub: &Option<(u32, Sub)>| match sub {
            Some((_, Sub { told: Target::User(told), .. })) => Some(told.clone()),
            _ => None,
        };
        self.subs.iter().filter_map(user).collect()
    }
}

impl Node {
    fn new(parent: u32, name: Arc<OsStr>) -> Node {
        Node {
            parent,
            name,
            children: None,
            subs: Vec::new(),
            found: Found::Nothing,
            wd: NONE,
            trees: 0,
            link: None,
            swept: false,
        }
    }
}
