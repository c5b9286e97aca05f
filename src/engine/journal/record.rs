//! Records and their encoding.
//!
//! An entry of the store is one batch: CRC-32 (IEEE) of all that follows, sequence number, records; numbers are little-endian,
//! texts have their length before them. Sequence numbers are dense.

use super::Name;

/// One fact for the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// This resource is about to change something that others are to be told of.
    Intent(Name),
    /// What it did is told.
    Done(Name),
    /// `to` is to be told of a change of `from`.
    Pending {
        /// What changed.
        from: Name,
        /// Who is to know.
        to: Name,
        /// Rises with each notification.
        number: u64,
    },
    /// `to` has acted on all notifications from `from` up to `number`.
    Delivered {
        /// What changed.
        from: Name,
        /// Who knows.
        to: Name,
        /// The last one that it has seen.
        number: u64,
    },
    /// Records before this one may be missing.
    Lost,
    /// What was lost has been made up for.
    Found,
    /// Nothing before this record counts.
    Checkpoint,
}

/// The bytes of an entry.
pub fn encode(sequence: u64, batch: &[Record]) -> Vec<u8> {
    let mut out = vec![0; 4];
    out.extend_from_slice(&sequence.to_le_bytes());
    for record in batch {
        match record {
            Record::Intent(name) => put(&mut out, 1, &[name], None),
            Record::Done(name) => put(&mut out, 2, &[name], None),
            Record::Pending { from, to, number } => put(&mut out, 3, &[from, to], Some(*number)),
            Record::Delivered { from, to, number } => put(&mut out, 4, &[from, to], Some(*number)),
            Record::Lost => put(&mut out, 5, &[], None),
            Record::Found => put(&mut out, 6, &[], None),
            Record::Checkpoint => put(&mut out, 7, &[], None),
        }
    }
    let crc = crc32fast::hash(&out[4..]);
    out[..4].copy_from_slice(&crc.to_le_bytes());
    out
}

fn put(out: &mut Vec<u8>, tag: u8, names: &[&Name], number: Option<u64>) {
    out.push(tag);
    for part in names.iter().flat_map(|name| [name.kind.as_bytes(), &name.name]) {
        // A name of 4 GiB does not fit into memory three times; a longer length than the content fails its CRC.
        out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend_from_slice(part);
    }
    out.extend(number.iter().flat_map(|n| n.to_le_bytes()));
}

/// The batch of an entry; `None` when it is damaged, or not the one of this number.
pub fn decode(sequence: u64, bytes: &[u8]) -> Option<Vec<Record>> {
    let (crc, rest) = bytes.split_first_chunk::<4>()?;
    if crc32fast::hash(rest) != u32::from_le_bytes(*crc) {
        return None;
    }
    let (number, rest) = rest.split_first_chunk::<8>()?;
    if u64::from_le_bytes(*number) != sequence {
        return None;
    }
    let mut reader = Reader(rest);
    let mut batch = Vec::new();
    while !reader.0.is_empty() {
        batch.push(reader.record()?);
    }
    Some(batch)
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn record(&mut self) -> Option<Record> {
        let (tag, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(match tag {
            1 => Record::Intent(self.name()?),
            2 => Record::Done(self.name()?),
            3 => Record::Pending { from: self.name()?, to: self.name()?, number: self.number()? },
            4 => Record::Delivered { from: self.name()?, to: self.name()?, number: self.number()? },
            5 => Record::Lost,
            6 => Record::Found,
            7 => Record::Checkpoint,
            _ => return None,
        })
    }

    fn name(&mut self) -> Option<Name> {
        Some(Name { kind: String::from_utf8(self.text()?).ok()?, name: self.text()? })
    }

    fn text(&mut self) -> Option<Vec<u8>> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        self.0 = rest;
        Some(text.to_vec())
    }

    fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*number))
    }
}
