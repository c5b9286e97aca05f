//! The kinds of resources: one file or folder each, one line each in the list.

use crate::resource::Entry;
use mgmt_values::schema::Kind;

//EXEC
//FILE
pub mod exec;
pub mod file;
pub mod msg;
pub mod noop;
mod owners;
pub mod panic;
pub mod print;
pub mod table;
pub mod test;

#[cfg(test)]
mod testing;

/// Every kind, by name.
pub fn kinds() -> &'static [Entry] {
    &KINDS
}

/// The kind of this name, with its behaviour.
pub fn entry(name: &str) -> Option<&'static Entry> {
    kinds().iter().find(|entry| entry.kind.name == name)
}

/// The declarations alone.
pub fn declarations() -> impl Iterator<Item = &'static Kind> {
    kinds().iter().map(|entry| entry.kind)
}

static KINDS: [Entry; 7] = [
    Entry::whole(&panic::KIND, panic::make),
    Entry::whole(&exec::KIND, exec::make),
    Entry::partial(&file::KIND, file::make, file::unsupported),
    Entry::partial(&msg::KIND, msg::make, msg::unsupported),
    Entry::whole(&noop::KIND, noop::make),
    Entry::whole(&print::KIND, print::make),
    Entry::whole(&test::KIND, test::make),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_complete_and_in_order() {
        let names: Vec<_> = declarations().map(|kind| kind.name).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        for kind in declarations() {
            assert!(!kind.doc.is_empty(), "{} has no doc", kind.name);
            let mut fields: Vec<_> = kind.fields.iter().map(|field| field.name).collect();
            fields.sort_unstable();
            fields.dedup();
            assert_eq!(fields.len(), kind.fields.len(), "{} declares a field twice", kind.name);
            for field in kind.fields.iter().chain(kind.sends) {
                assert!(field.doc.len() > 3, "{}.{} has no doc", kind.name, field.name);
                let Some(default) = field.default.value() else { continue };
                assert!(field.ty.fits(&default).is_ok(), "{}.{} has a default that does not fit", kind.name, field.name);
            }
        }
    }
}
