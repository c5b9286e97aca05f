//! The texts of one compilation and the places in them.
//!
//! In: bytes of files and the path to show for each. Out: [`FileId`]s, and lines and columns for byte offsets.
//! Always: a text never changes once it is here; every text is UTF-8, whatever the bytes were.

mod decode;

pub use decode::decode;

use mgmt_values::{FileId, Span};
use std::sync::{Arc, OnceLock};

/// All source files of a compilation.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<File>,
}

/// One file: where it came from and what it holds.
#[derive(Debug)]
struct File {
    path: Arc<str>,
    text: Arc<str>,
    /// The offset of each line's first byte, found when somebody asks for a line.
    lines: OnceLock<Vec<u32>>,
}

/// A line and a column, both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl SourceMap {
    /// Takes in a text under the path that diagnostics show.
    pub fn add(&mut self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        self.files.push(File { path: path.into(), text: text.into(), lines: OnceLock::new() });
        FileId(self.files.len() as u32 - 1)
    }

    /// All files, in the order in which they came.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// The path to show; empty for a file that is not here.
    pub fn path(&self, file: FileId) -> &str {
        self.get(file).map_or("", |f| &f.path)
    }

    /// The text; empty for a file that is not here.
    pub fn text(&self, file: FileId) -> Arc<str> {
        self.get(file).map_or_else(|| "".into(), |f| f.text.clone())
    }

    /// Where a span starts.
    pub fn start(&self, span: Span) -> Position {
        self.position(span.file, span.start)
    }

    /// Where a span ends, exclusive.
    pub fn end(&self, span: Span) -> Position {
        self.position(span.file, span.end)
    }

    /// The line and column of a byte offset. One inside a character counts as that character's, one behind the text as its end.
    pub fn position(&self, file: FileId, offset: u32) -> Position {
        let Some(file) = self.get(file) else { return Position { line: 1, column: 1 } };
        let lines = file.lines();
        let line = lines.partition_point(|&start| start <= offset);
        let from = lines[line - 1] as usize;
        let before = file.text[from..].char_indices().take_while(|(i, c)| from + i + c.len_utf8() <= offset as usize);
        Position { line, column: before.count() + 1 }
    }

    /// The text of a line, numbered from 1, without its line end; `None` behind the last one.
    pub fn line(&self, file: FileId, number: usize) -> Option<&str> {
        let file = self.get(file)?;
        let lines = file.lines();
        let from = *lines.get(number.checked_sub(1)?)? as usize;
        let to = lines.get(number).map_or(file.text.len(), |&next| next as usize - 1);
        Some(&file.text[from..to])
    }

    fn get(&self, file: FileId) -> Option<&File> {
        self.files.get(file.0 as usize)
    }
}

impl File {
    /// Never empty: the first line starts at 0.
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| line_starts(&self.text))
    }
}

/// The offset of the first byte of each line of a text; at least one.
pub fn line_starts(text: &str) -> Vec<u32> {
    let after = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
    std::iter::once(0).chain(after).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: u32) -> (usize, usize) {
        let mut map = SourceMap::default();
        let file = map.add("main.mcl", text);
        let p = map.position(file, offset);
        (p.line, p.column)
    }

    #[test]
    fn columns_count_characters() {
        let text = "\té☃x\n日y";
        assert_eq!(at(text, 0), (1, 1));
        assert_eq!(at(text, text.find('x').unwrap() as u32), (1, 4));
        assert_eq!(at(text, text.find('y').unwrap() as u32), (2, 2));
    }

    #[test]
    fn offsets_inside_a_character_and_behind_the_text_have_a_place() {
        assert_eq!(at("é", 1), (1, 1));
        assert_eq!(at("a\n", 2), (2, 1));
        assert_eq!(at("ab", 99), (1, 3));
    }

    #[test]
    fn lines_come_without_their_end() {
        let mut map = SourceMap::default();
        let file = map.add("main.mcl", "one\n\nthree");
        assert_eq!([1, 2, 3].map(|n| map.line(file, n)), [Some("one"), Some(""), Some("three")]);
        assert_eq!([0, 4].map(|n| map.line(file, n)), [None, None]);
        assert_eq!(map.path(file), "main.mcl");
    }

    #[test]
    fn files_that_are_not_here_are_empty() {
        let map = SourceMap::default();
        assert_eq!((map.path(FileId(3)), &*map.text(FileId(3)), map.line(FileId(3), 1)), ("", "", None));
    }
}
