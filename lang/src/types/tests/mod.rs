//! Tiny programs, built by hand: what is accepted with which types, what is refused and where.

mod expressions;
mod functions;
mod make;
mod names;
mod order;
mod scale;
