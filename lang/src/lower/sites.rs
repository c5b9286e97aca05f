//! Places: which span of text an offset inside a home stands for.

use crate::resolve::program::ExprId;
use mgmt_values::{CellId, Site, Span};
use rustc_hash::FxHashMap;

/// Maps places in cells to spans, beside the program, so that moved text changes no cell.
#[derive(Clone, Debug, Default)]
pub struct Sites(FxHashMap<CellId, Home>);

#[derive(Clone, Debug)]
struct Home {
    order: u32,
    places: Vec<Span>,
}

impl Sites {
    /// The text that a place stands for.
    pub fn span(&self, site: Site) -> Option<Span> {
        self.0.get(&site.cell)?.places.get(site.offset as usize).copied()
    }

    /// The turn of a statement in a walk over the program in the order of the text, classes where they are included: of several errors the
    /// one with the smallest turn is met first. Variables and functions have the turn of the statement that first needs them.
    pub fn order(&self, cell: CellId) -> u32 {
        self.0.get(&cell).map_or(u32::MAX, |home| home.order)
    }
}

/// Collects places while code is built.
#[derive(Debug)]
pub(super) struct Places {
    sites: Sites,
    /// The offset of each expression in its home; a body that is built once per substitution has the same places each time.
    offsets: Vec<u32>,
    turn: u32,
}

/// No offset given yet.
const NONE: u32 = u32::MAX;

impl Places {
    pub(super) fn new(expressions: usize) -> Places {
        Places { sites: Sites::default(), offsets: vec![NONE; expressions], turn: 0 }
    }

    /// Opens a home, whose own place is offset 0.
    pub(super) fn home(&mut self, home: CellId, span: Span) {
        let order = self.turn;
        self.sites.0.entry(home).or_insert_with(|| Home { order, places: vec![span] });
    }

    /// Opens the home of a statement and gives it the next turn.
    pub(super) fn statement(&mut self, home: CellId, span: Span) {
        self.turn += 1;
        self.home(home, span);
    }

    /// The place of an expression in its home.
    pub(super) fn expression(&mut self, home: CellId, expr: ExprId, span: Span) -> u32 {
        let known = self.offsets[expr.0 as usize];
        if known != NONE {
            return known;
        }
        let offset = self.place(home, span);
        self.offsets[expr.0 as usize] = offset;
        offset
    }

    /// Another place of a home that is open.
    pub(super) fn place(&mut self, home: CellId, span: Span) -> u32 {
        let order = self.turn;
        let places = &mut self.sites.0.entry(home).or_insert_with(|| Home { order, places: Vec::new() }).places;
        places.push(span);
        places.len() as u32 - 1
    }

    /// The table.
    pub(super) fn finish(&mut self) -> Sites {
        std::mem::take(&mut self.sites)
    }
}
