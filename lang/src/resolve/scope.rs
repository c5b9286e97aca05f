//! What each place can see: layers, one per block or function, each with the layer around it. Nothing is ever copied: an import or an
//! aliased include puts a reference to another layer under a prefix.
//!
//! Names enter a layer one after the other; a class remembers how far its layer was when it was defined. So a class never sees what
//! depends on it, and no chain of names can close.

use super::code::ClassCode;
use super::native::Natives;
use super::order::Space;
use super::program::{DefId, FuncId};
use crate::builtins::BuiltinId;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

/// A layer: index into [`Scopes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct LayerId(u32);

/// A class in the layer where it was defined: index into the resolver's list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ClassId(pub u32);

/// How far a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Time(u32);

impl Time {
    /// Parameters and loop variables are there.
    const GIVEN: Time = Time(0);
    /// Imports are there too.
    const IMPORTED: Time = Time(1);
}

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Variable(DefId),
    /// A variable of the tool itself: index into [`Natives`].
    Native(usize),
    Function(FuncId),
    Builtin(BuiltinId),
    Class(ClassId),
    /// Unknown because of a mistake that has been reported.
    Broken,
}

/// A set of names that somebody else defines.
#[derive(Clone)]
pub(super) enum Mount<'t> {
    /// What everybody sees.
    Globals,
    /// A module of the tool itself.
    Native(&'t str),
    /// A module, or the body of a class in one include.
    Layer(LayerId, Option<Exports<'t>>),
    /// What could not be loaded.
    Broken,
}

/// What an aliased include shows of the layers around its class: their imports and parameters, the class itself, and the
/// definitions that the body uses.
#[derive(Clone)]
pub(super) struct Exports<'t> {
    pub class: ClassId,
    pub code: Rc<ClassCode<'t>>,
}

impl Exports<'_> {
    fn show(&self, when: Time, space: Space, name: &str, found: Option<Found>) -> bool {
        let key = (space, Cow::Borrowed(name));
        let used = || self.code.body.order.borrow().as_ref().is_some_and(|order| order.free.contains(&key));
        when <= Time::IMPORTED || found == Some(Found::Class(self.class)) || used()
    }
}

/// All layers.
pub(super) struct Scopes<'t> {
    layers: Vec<Layer<'t>>,
    natives: Natives,
}

struct Layer<'t> {
    outer: Option<(LayerId, Time)>,
    /// The top level of a module: whether a name was found further out that is no global one.
    module: Option<Cell<bool>>,
    now: Time,
    names: FxHashMap<(Space, &'t str), (Time, Found)>,
    mounts: FxHashMap<Cow<'t, str>, Vec<(Time, Mount<'t>)>>,
    stars: Vec<(Time, Mount<'t>)>,
}

impl<'t> Scopes<'t> {
    /// The layer of the global names alone.
    pub const GLOBAL: LayerId = LayerId(0);

    /// Global names and nothing else.
    pub fn new(natives: Natives) -> Scopes<'t> {
        let mut scopes = Scopes { layers: Vec::new(), natives };
        let global = scopes.push(None, false);
        scopes.star(global, Mount::Globals);
        scopes
    }

    /// What the tool itself defines.
    pub fn natives(&self) -> &Natives {
        &self.natives
    }

    fn push(&mut self, outer: Option<(LayerId, Time)>, module: bool) -> LayerId {
        let module = module.then(Cell::default);
        let (names, mounts, stars) = Default::default();
        self.layers.push(Layer { outer, module, now: Time::GIVEN, names, mounts, stars });
        LayerId(self.layers.len() as u32 - 1)
    }

    /// A layer inside another, as that is now.
    pub fn inside(&mut self, outer: LayerId) -> LayerId {
        let now = self.layers[outer.0 as usize].now;
        self.push(Some((outer, now)), false)
    }

    /// A layer inside another, as that was.
    pub fn inside_at(&mut self, outer: LayerId, time: Time) -> LayerId {
        self.push(Some((outer, time)), false)
    }

    /// The top level of a module: it sees what was given to the layer that imports it, and what is around that.
    pub fn module(&mut self, importer: LayerId) -> LayerId {
        self.push(Some((importer, Time::GIVEN)), true)
    }

    /// How far a layer is.
    pub fn now(&self, layer: LayerId) -> Time {
        self.layers[layer.0 as usize].now
    }

    /// Moves a layer on: what is defined from here on is not visible to who remembers an earlier time. A new layer takes what it is
    /// given, after one step imports, after another its own definitions.
    pub fn advance(&mut self, layer: LayerId) {
        self.layers[layer.0 as usize].now.0 += 1;
    }

    /// Defines a name; a later definition replaces an earlier one.
    pub fn define(&mut self, layer: LayerId, space: Space, name: &'t str, found: Found) {
        let layer = &mut self.layers[layer.0 as usize];
        layer.names.insert((space, name), (layer.now, found));
    }

    /// Puts names under a prefix.
    pub fn mount(&mut self, layer: LayerId, prefix: impl Into<Cow<'t, str>>, mount: Mount<'t>) {
        let layer = &mut self.layers[layer.0 as usize];
        layer.mounts.entry(prefix.into()).or_default().push((layer.now, mount));
    }

    /// Lets names in without a prefix; later ones shadow earlier ones.
    pub fn star(&mut self, layer: LayerId, mount: Mount<'t>) {
        let layer = &mut self.layers[layer.0 as usize];
        layer.stars.push((layer.now, mount));
    }

    /// What a module defines itself, without what it imports.
    pub fn own_names(&self, mount: &Mount<'t>) -> Vec<(Space, String)> {
        match mount {
            Mount::Layer(layer, _) => {
                self.layers[layer.0 as usize].names.keys().map(|(space, name)| (*space, (*name).to_owned())).collect()
            }
            Mount::Native(module) => self.natives.members(module),
            Mount::Globals | Mount::Broken => Vec::new(),
        }
    }

    /// Whether anything stands under a prefix in a layer or around it.
    pub fn has_prefix(&self, layer: LayerId, prefix: &str) -> bool {
        let layers = std::iter::successors(Some(layer), |layer| self.layers[layer.0 as usize].outer.map(|(outer, _)| outer));
        layers.into_iter().any(|layer| self.layers[layer.0 as usize].mounts.contains_key(prefix))
    }

    /// The names that can be seen in a layer.
    pub fn visible(&self, layer: LayerId, space: Space) -> Vec<String> {
        let mut names = Vec::new();
        let layers = std::iter::successors(Some(layer), |layer| self.layers[layer.0 as usize].outer.map(|(outer, _)| outer));
        for layer in layers {
            let layer = &self.layers[layer.0 as usize];
            names.extend(layer.names.keys().filter(|(of, _)| *of == space).map(|(_, name)| (*name).to_owned()));
            for (prefix, (_, mount)) in layer.mounts.iter().flat_map(|(prefix, mounts)| mounts.iter().map(move |m| (prefix, m))) {
                let members = self.own_names(mount).into_iter().filter(|(of, _)| *of == space);
                names.extend(members.map(|(_, name)| format!("{prefix}.{name}")));
            }
            for (_, mount) in &layer.stars {
                names.extend(self.own_names(mount).into_iter().filter(|(of, _)| *of == space).map(|(_, name)| name));
            }
        }
        names.extend(self.natives.globals(space));
        names
    }

    /// Whether the top level of a module has used a name of its importer.
    pub fn escaped(&self, layer: LayerId) -> bool {
        self.layers[layer.0 as usize].module.as_ref().is_some_and(Cell::get)
    }

    /// What a name means in a layer as it is now.
    pub fn find(&self, layer: LayerId, space: Space, name: &str) -> Option<Found> {
        self.search(layer, self.now(layer), space, name, None)
    }

    fn search(&self, layer: LayerId, time: Time, space: Space, name: &str, exports: Option<&Exports<'t>>) -> Option<Found> {
        let mut at = Some((layer, time));
        let mut filter = None;
        let mut crossed: Vec<&Cell<bool>> = Vec::new();
        while let Some((id, time)) = at {
            let layer = &self.layers[id.0 as usize];
            if let Some(found) = self.in_layer(layer, time, space, name, filter) {
                if id != Self::GLOBAL {
                    crossed.iter().for_each(|module| module.set(true));
                }
                return Some(found);
            }
            crossed.extend(&layer.module);
            filter = exports;
            at = layer.outer;
        }
        None
    }

    /// What a layer itself says about a name: its definitions, then what stands under a prefix, then what came without one.
    fn in_layer(&self, layer: &Layer<'t>, time: Time, space: Space, name: &str, filter: Option<&Exports<'t>>) -> Option<Found> {
        let shown = |when: Time, space: Space, name: &str, found: Option<Found>| {
            when <= time && filter.is_none_or(|exports| exports.show(when, space, name, found))
        };
        if let Some(&(when, found)) = layer.names.get(&(space, name))
            && shown(when, space, name, Some(found))
        {
            return Some(found);
        }
        for (dot, _) in name.match_indices('.') {
            let (prefix, member) = (&name[..dot], &name[dot + 1..]);
            let mounts = layer.mounts.get(prefix).into_iter().flatten().rev();
            let found = mounts
                .filter(|(when, _)| shown(*when, Space::Scoped, prefix, None))
                .find_map(|(_, mount)| self.in_mount(mount, space, member));
            if found.is_some() {
                return found;
            }
        }
        let stars = layer.stars.iter().rev().filter(|(when, _)| *when <= time);
        stars.into_iter().find_map(|(_, mount)| self.in_mount(mount, space, name))
    }

    fn in_mount(&self, mount: &Mount<'t>, space: Space, name: &str) -> Option<Found> {
        match mount {
            Mount::Broken => Some(Found::Broken),
            Mount::Layer(layer, exports) => self.search(*layer, self.now(*layer), space, name, exports.as_ref()),
            Mount::Globals => self.natives.global(space, name),
            Mount::Native(module) => self.natives.member(space, module, name),
        }
    }
}
