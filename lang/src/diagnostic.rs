//! What is wrong with a program, as data; the command line turns it into text.

use mgmt_values::{Phase, Span};

/// One mistake in a program's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stage that found it.
    pub phase: Phase,
    /// Where; `None` where the mistake has no place in a source file.
    pub span: Option<Span>,
    /// What, in one line without place.
    pub message: String,
    /// Other places that belong to it, such as the one that disagrees, each with what is there.
    pub related: Vec<(Span, String)>,
    /// What to do about it, where the cause is commonly misunderstood.
    pub hint: Option<String>,
    /// In an imported file the import is the place that counts, and `span` one that belongs to it; so it is in the Go tool, which knows
    /// no other place for some mistakes.
    pub at_import: bool,
}

impl Diagnostic {
    /// A mistake at a place.
    pub fn new(phase: Phase, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { phase, span: Some(span), message: message.into(), related: Vec::new(), hint: None, at_import: false }
    }

    /// A mistake without a place in a source file.
    pub fn unplaced(phase: Phase, message: impl Into<String>) -> Diagnostic {
        Diagnostic { phase, span: None, message: message.into(), related: Vec::new(), hint: None, at_import: false }
    }

    /// The same with another place that belongs to it.
    pub fn with_related(mut self, span: Span, message: impl Into<String>) -> Diagnostic {
        self.related.push((span, message.into()));
        self
    }

    /// The same, to be placed at the import when the file is imported.
    pub fn placed_at_import(mut self) -> Diagnostic {
        self.at_import = true;
        self
    }

    /// The same with advice.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Diagnostic {
        self.hint = Some(hint.into());
        self
    }
}

/// Puts the primary mistake first: an earlier stage goes before a later one, and within a stage the order in which they were found
/// stays, because each stage finds first what a run that stops at its first mistake would report.
pub fn order(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|d| d.phase);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_stage_is_primary_and_a_stage_keeps_its_order() {
        let mut list = ["type", "name b", "name a"].map(|m| Diagnostic::unplaced(Phase::Setscope, m)).to_vec();
        list[0].phase = Phase::Unify;
        order(&mut list);
        assert_eq!(list.iter().map(|d| d.message.as_str()).collect::<Vec<_>>(), ["name b", "name a", "type"]);
    }
}
