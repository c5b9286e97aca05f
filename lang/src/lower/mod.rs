//! From the resolved and typed program to cells.
//!
//! In: a [`Program`], its types and the kinds of resources. Out: [`Lowered`]: the cells of the top level (those of branches and loop bodies are
//! inside of the cells that yield them) and the table of their places. Four steps, each a file: [`order`] finds what statements reach,
//! [`build`] turns expressions into code and folds what is known, [`cut`] decides which variables become cells, [`seal`] makes the cells.
//!
//! Always: a cell's id comes from the resolved program and its code's identity covers no span, so that a comment or a moved line changes no
//! cell; only what a statement reads becomes part of a cell; no own source runs in more instances than its variable has.

mod build;
mod cut;
mod expand;
pub mod fold;
mod function;
mod order;
mod seal;
mod sites;
mod statement;

pub use sites::Sites;

use crate::diagnostic::Diagnostic;
use crate::resolve::program::Program;
use crate::types::Typed;
use mgmt_values::Cell;
use mgmt_values::schema::Kinds;

/// A program as cells.
#[derive(Debug)]
pub struct Lowered {
    /// The cells of the top level.
    pub cells: Vec<Cell>,
    /// Where errors in them belong.
    pub sites: Sites,
}

/// Lowers a program that has been checked.
///
/// # Errors
/// Only what a checked program cannot have, such as a kind that is not in `kinds`.
pub fn lower(program: &Program, typed: &Typed, kinds: &Kinds) -> Result<Lowered, Vec<Diagnostic>> {
    let mut builder = build::Builder::new(program, typed, kinds);
    for item in order::order(program) {
        builder.item(item);
    }
    let draft = statement::draft(&mut builder)?;
    let sites = builder.sites.finish();
    let variables = builder.variables;
    let plan = cut::cut(program, &variables, builder.defs, draft);
    Ok(Lowered { cells: seal::seal(program, &variables, plan), sites })
}
