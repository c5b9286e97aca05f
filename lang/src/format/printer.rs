//! Output, line by line, with the comments put where they belong.
//!
//! A comment behind code stays with the first output line that holds code of its source line. One on a line of its own, or one whose
//! line has been joined with the next, goes to lines of its own before the next line that starts. Blank lines are kept
//! by comparing source lines: there is one where the text had at least one.

use crate::source::line_starts;
use crate::syntax::tree::Comment;
use mgmt_values::Span;

/// The output so far.
pub struct Printer<'t> {
    text: &'t str,
    /// Where the lines of the text start.
    lines: Vec<u32>,
    /// The comments that are not printed yet.
    comments: &'t [Comment],
    out: String,
    indent: usize,
    /// Where in the text what was printed last ends.
    printed: u32,
}

impl<'t> Printer<'t> {
    /// Nothing is printed yet of `text`, which has these comments.
    pub fn new(text: &'t str, comments: &'t [Comment]) -> Printer<'t> {
        let out = String::with_capacity(text.len());
        Printer { text, lines: line_starts(text), comments, out, indent: 0, printed: 0 }
    }

    /// What was printed, with the remaining comments.
    pub fn finish(mut self) -> String {
        self.comments_before(u32::MAX);
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }

    /// Prints a blank or a sign whose place does not matter.
    pub fn glue(&mut self, sign: &str) {
        self.out.push_str(sign);
    }

    /// Prints what stands at `span`.
    pub fn piece(&mut self, piece: &str, span: Span) {
        self.out.push_str(piece);
        self.printed = span.end;
    }

    /// Prints what stands at `span` as it stands there.
    pub fn verbatim(&mut self, span: Span) {
        self.piece(&self.text[span.start as usize..span.end as usize], span);
    }

    /// Prints a bracket that ends `span`, if `closed`, or one that starts it.
    pub fn bracket(&mut self, bracket: &str, span: Span, closed: bool) {
        let at = if closed { span.end - 1 } else { span.start };
        self.piece(bracket, Span { file: span.file, start: at, end: at + 1 });
    }

    /// Starts a line for what starts at `next` in the text.
    pub fn line(&mut self, next: u32) {
        let blank = self.comments_before(next);
        self.start_line(blank);
    }

    /// What follows is one level deeper.
    pub fn open(&mut self) {
        self.indent += 1;
    }

    /// Starts the line of a bracket that closes at `close`; comments before it belong inside.
    pub fn close(&mut self, close: u32) {
        let blank = self.comments_before(close);
        self.indent -= 1;
        self.start_line(blank);
    }

    /// Whether a comment that is not printed yet stands before `place`.
    pub fn comment_before(&self, place: u32) -> bool {
        self.comments.first().is_some_and(|c| c.span.start < place)
    }

    /// The number of the line that holds `place`.
    pub fn line_of(&self, place: u32) -> usize {
        self.lines.partition_point(|&start| start <= place)
    }

    /// Ends the line with its comment, prints the other comments before `next` on lines of their own, and says whether a blank line
    /// follows.
    fn comments_before(&mut self, next: u32) -> bool {
        let mut above = self.line_of(self.printed);
        if let [first, rest @ ..] = self.comments
            && !self.out.is_empty()
            && first.span.start >= self.printed
            && self.line_of(first.span.start) == above
        {
            self.out.push(' ');
            self.comment(first);
            self.comments = rest;
        }
        while let [first, rest @ ..] = self.comments
            && first.span.start < next
        {
            let line = self.line_of(first.span.start);
            self.start_line(line > above + 1);
            self.comment(first);
            self.comments = rest;
            above = line;
        }
        self.line_of(next) > above + 1
    }

    fn comment(&mut self, comment: &Comment) {
        self.out.push_str(&self.text[comment.span.start as usize..comment.span.end as usize]);
    }

    fn start_line(&mut self, blank: bool) {
        if !self.out.is_empty() {
            self.out.push_str(if blank { "\n\n" } else { "\n" });
        }
        self.out.extend(std::iter::repeat_n('\t', self.indent));
    }
}
