//! Each rule as an example: inputs go in, and the actions that come out are written as lines.

mod examples;
mod simulation;
