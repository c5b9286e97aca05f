//! The meta parameters of resources and their types.

use mgmt_values::Type;

/// All of them, in the order of the full struct.
const PARAMETERS: [(&str, &str); 18] = [
    ("noop", "bool"),
    ("retry", "int"),
    ("retryreset", "bool"),
    ("delay", "int"),
    ("timeout", "int"),
    ("poll", "int"),
    ("limit", "float"),
    ("burst", "int"),
    ("reset", "bool"),
    ("sema", "[]str"),
    ("rewatch", "bool"),
    ("realize", "bool"),
    ("dollar", "bool"),
    ("hidden", "bool"),
    ("export", "[]str"),
    ("reverse", "bool"),
    ("autoedge", "bool"),
    ("autogroup", "bool"),
];

/// The type of a meta parameter, whatever the case of its name.
pub(super) fn parameter(name: &str) -> Option<Type> {
    let (_, ty) = PARAMETERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Type::parse(ty)
}

/// The struct of all meta parameters.
pub(super) fn full() -> Type {
    // Every text in the table is a type, as the test below shows.
    Type::record(PARAMETERS.iter().filter_map(|(name, ty)| Some((*name, Type::parse(ty)?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_types_and_their_case_does_not_matter() {
        assert_eq!(parameter("sema"), Some(Type::list(Type::Str)));
        assert_eq!(parameter("Noop"), Some(Type::Bool));
        assert_eq!(parameter("catch"), None);
        assert!(matches!(full(), Type::Struct(fields) if fields.len() == PARAMETERS.len()));
    }
}
