//! Text to tree.
//!
//! In: the text of one file. Out: a [`tree::Program`] that spans every node, and the mistakes that were found.
//! Always: parsing never fails or panics, a tree is at most [`tree::MAX_HEIGHT`] nodes high, and what could not be understood is
//! left out of the tree and named by a mistake. Nothing here knows a file, a scope or a type beyond what is written.

pub mod tree;
