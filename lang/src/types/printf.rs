//! The format language of `fmt.printf`, as far as types go.

use mgmt_values::Type;

/// The types that the verbs of a format want, in order; `None` for a verb that takes any type. The error is the byte offset of what is
/// not a verb.
pub(super) fn verbs(format: &[u8]) -> Result<Vec<Option<Type>>, usize> {
    let mut out = Vec::new();
    let mut bytes = format.iter().enumerate();
    while let Some((_, byte)) = bytes.next() {
        if *byte != b'%' {
            continue;
        }
        out.push(match bytes.next() {
            Some((_, b'%')) => continue,
            Some((_, b't')) => Some(Type::Bool),
            Some((_, b's' | b'q')) => Some(Type::Str),
            Some((_, b'd')) => Some(Type::Int),
            Some((_, b'f')) => Some(Type::Float),
            Some((_, b'v' | b'T')) => None,
            Some((at, _)) => return Err(at),
            None => return Err(format.len()),
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_verb_wants_a_type() {
        assert_eq!(verbs(b"%d%% of %s, %v"), Ok(vec![Some(Type::Int), Some(Type::Str), None]));
        assert_eq!(verbs(b"plain"), Ok(Vec::new()));
    }

    #[test]
    fn there_is_no_width_and_no_other_verb() {
        assert_eq!(verbs(b"ab%x"), Err(3));
        assert_eq!(verbs(b"%5d"), Err(1));
        assert_eq!(verbs(b"100%"), Err(4));
    }
}
