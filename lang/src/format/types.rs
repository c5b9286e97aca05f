//! Types as programs write them.

use mgmt_values::Type;

/// A type in source form: `[]T`, `map{K: V}`, `struct{a T; b U}`, `func($a T, U) R`.
pub fn written(ty: &Type) -> String {
    match ty {
        Type::List(element) => format!("[]{}", written(element)),
        Type::Map(kv) => format!("map{{{}: {}}}", written(&kv.0), written(&kv.1)),
        Type::Struct(fields) => {
            let fields: Vec<_> = fields.iter().map(|(name, ty)| format!("{name} {}", written(ty))).collect();
            format!("struct{{{}}}", fields.join("; "))
        }
        Type::Func(signature) => {
            let args = signature.args.iter().map(|(name, ty)| match name.starts_with(|c: char| c.is_ascii_digit()) {
                // An index stands for no name.
                true => written(ty),
                false => format!("${name} {}", written(ty)),
            });
            format!("func({}) {}", args.collect::<Vec<_>>().join(", "), written(&signature.result))
        }
        simple => simple.kind().to_string(),
    }
}
