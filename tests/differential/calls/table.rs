//! The tally of the calls, by function.

use super::batch::Answer;
use super::call::{Call, program};
use super::compare::Judgement;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;

/// What came out for one function.
#[derive(Debug)]
pub struct Row {
    name: &'static str,
    values: usize,
    errors: usize,
    allowed: BTreeMap<&'static str, usize>,
    skipped: usize,
    different: usize,
}

impl Row {
    pub fn new(name: &'static str) -> Self {
        Self { name, values: 0, errors: 0, allowed: BTreeMap::new(), skipped: 0, different: 0 }
    }

    /// Counts a call; the first that differ or have no answer are shown.
    pub fn take(&mut self, call: &Call, judgement: Judgement, reference: &Answer, ours: &Answer) {
        match judgement {
            Judgement::Value => self.values += 1,
            Judgement::Error => self.errors += 1,
            Judgement::Allowed(rule) => *self.allowed.entry(rule).or_default() += 1,
            Judgement::Skipped => {
                self.skipped += 1;
                if self.skipped <= 2 {
                    self.show(call, reference, ours);
                }
            }
            Judgement::Different => {
                self.different += 1;
                if self.different <= 5 {
                    self.show(call, reference, ours);
                }
            }
        }
    }

    fn show(&self, call: &Call, reference: &Answer, ours: &Answer) {
        let said = |answer: &Answer| match answer {
            Ok(text) => text.clone(),
            Err(verdict) => verdict.to_string().trim_end().to_owned(),
        };
        let text = format!(
            "==== {} {}\n{}reference: {}\nours:      {}\n",
            self.name,
            self.different + self.skipped,
            program(std::slice::from_ref(call), false),
            said(reference),
            said(ours)
        );
        println!("{text}");
        if let Ok(directory) = std::env::var("MGMT_DIFFERENTIAL_FINDS") {
            fs::create_dir_all(&directory).unwrap();
            fs::write(format!("{directory}/{}-{}.txt", self.name.replace('/', "_"), self.different + self.skipped), text)
                .unwrap();
        }
    }

    fn calls(&self) -> usize {
        self.values + self.errors + self.allowed.values().sum::<usize>() + self.skipped + self.different
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>6} calls of {}: {} values, {} errors", self.calls(), self.name, self.values, self.errors)?;
        let allowed: usize = self.allowed.values().sum();
        for (count, what) in [(allowed, "differ rightly"), (self.skipped, "skipped"), (self.different, "DIFFER")] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        Ok(())
    }
}

/// The rows of all functions.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    pub fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    pub fn calls(&self) -> usize {
        self.rows.iter().map(Row::calls).sum()
    }

    /// Functions of which no call gave a value that agrees: the arguments must be wrong.
    pub fn untried(&self) -> Vec<&'static str> {
        self.rows.iter().filter(|row| row.values == 0 && row.different == 0).map(|row| row.name).collect()
    }

    pub fn differences(&self) -> usize {
        self.rows.iter().map(|row| row.different).sum()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = |count: fn(&Row) -> usize| self.rows.iter().map(count).sum::<usize>();
        writeln!(f, "{:>7} calls of {} functions and operators", self.calls(), self.rows.len())?;
        writeln!(f, "{:>7} agreed: values", total(|row| row.values))?;
        writeln!(f, "{:>7} agreed: errors", total(|row| row.errors))?;
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for (rule, count) in self.rows.iter().flat_map(|row| &row.allowed) {
            *rules.entry(rule).or_default() += count;
        }
        for (rule, count) in rules {
            writeln!(f, "{count:>7} differ rightly: {rule}")?;
        }
        writeln!(f, "{:>7} skipped: the reference hangs or crashes", total(|row| row.skipped))?;
        writeln!(f, "{:>7} DIFFER", self.differences())?;
        for row in self.rows.iter().filter(|row| row.different > 0) {
            writeln!(f, "{row}")?;
        }
        Ok(())
    }
}
