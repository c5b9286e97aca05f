//! `mgmt docs function [NAME]`: what there is in the language, from the tables that the compiler uses itself.

use super::args::{DocsArgs, DocsFormat, FunctionDocs, Topic};
use super::{Status, output};
use mgmt_lang::builtins::{self, Builtin, Purity};

/// Runs the command.
pub fn run(args: &DocsArgs) -> Status {
    let Topic::Function(args) = &args.topic;
    let text = match functions(args) {
        Ok(text) => text,
        Err(message) => {
            output::fail(message);
            return Status::Refused;
        }
    };
    match output::out(&text) {
        Ok(()) => Status::Good,
        Err(error) => {
            output::fail(format!("can't write the documentation: {error}"));
            Status::Refused
        }
    }
}

/// Of one function or of all, sorted by name.
fn functions(args: &FunctionDocs) -> Result<String, String> {
    let all = builtins::documented();
    let chosen = match &args.name {
        None => all,
        Some(name) => {
            let chosen: Vec<&Builtin> = all.into_iter().filter(|builtin| builtin.name == name).collect();
            if chosen.is_empty() {
                return Err(unknown(name));
            }
            chosen
        }
    };
    Ok(match args.format {
        DocsFormat::Json => json(&chosen),
        DocsFormat::Text if args.name.is_some() => chosen.iter().map(|builtin| page(builtin)).collect(),
        DocsFormat::Text => list(&chosen),
    })
}

fn unknown(name: &str) -> String {
    let hint = match builtins::similar(name).as_slice() {
        [] => "`mgmt docs function` lists all".to_owned(),
        similar => {
            let similar: Vec<String> = similar.iter().map(|name| format!("`{name}`")).collect();
            format!("did you mean {}?", similar.join(" or "))
        }
    };
    format!("there is no function `{name}`\n = hint: {hint}")
}

/// One function a line.
fn list(all: &[&Builtin]) -> String {
    let width = all.iter().map(|builtin| builtin.name.len()).max().unwrap_or(0);
    all.iter().map(|builtin| format!("{:width$}  {}\n", builtin.name, builtin.doc)).collect()
}

/// All about one function.
fn page(builtin: &Builtin) -> String {
    let Builtin { name, signature, doc, example, .. } = builtin;
    let source = match builtin.purity {
        Purity::Pure => "depends on nothing but its arguments",
        Purity::Shared => "comes from the host; calls with the same arguments share one watch",
        Purity::Own => "comes from the host; each call has a state of its own",
    };
    let import = builtin.module().map(|module| format!("    import \"{module}\"\n")).unwrap_or_default();
    format!("{name}: {doc}\n\n    {signature}\n\nThe result {source}.\n\n{import}    {example}\n")
}

/// An array of objects.
fn json(all: &[&Builtin]) -> String {
    #[derive(serde::Serialize)]
    struct Entry<'a> {
        name: &'a str,
        signature: &'a str,
        doc: &'a str,
        example: &'a str,
        pure: bool,
    }
    let entry = |builtin: &&Builtin| {
        let Builtin { name, signature, doc, example, purity, .. } = **builtin;
        Entry { name, signature, doc, example, pure: purity == Purity::Pure }
    };
    let entries: Vec<serde_json::Value> = all.iter().map(|builtin| serde_json::json!(entry(builtin))).collect();
    format!("{:#}\n", serde_json::Value::Array(entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: Option<&str>, format: DocsFormat) -> Result<String, String> {
        functions(&FunctionDocs { name: name.map(str::to_owned), format })
    }

    #[test]
    fn one_function_for_people() {
        let expected = "\
golang/strings.to_title: Title case, one character for one.

    func(s str) str

The result depends on nothing but its arguments.

    import \"golang/strings\"
    strings.to_title(\"ab\") == \"AB\"
";
        assert_eq!(shown(Some("golang/strings.to_title"), DocsFormat::Text).as_deref(), Ok(expected));
    }

    #[test]
    fn all_functions_for_people() {
        let list = shown(None, DocsFormat::Text).unwrap();
        assert!(list.lines().any(|line| line.starts_with("len ") && line.ends_with("entries of a map.")), "{list}");
        assert!(list.lines().is_sorted());
    }

    #[test]
    fn all_functions_for_programs() {
        let entries: serde_json::Value = serde_json::from_str(&shown(None, DocsFormat::Json).unwrap()).unwrap();
        let entries = entries.as_array().unwrap();
        for entry in entries {
            let text = |key: &str| entry[key].as_str().filter(|text| !text.is_empty()).unwrap().to_owned();
            assert!(!text("name").rsplit('.').next().unwrap().starts_with('_'), "{entry}");
            assert!(text("signature").starts_with("func("), "{entry}");
            assert!(!text("doc").is_empty() && !text("example").is_empty() && entry["pure"].is_boolean(), "{entry}");
        }
        let of = |name: &str| entries.iter().find(|entry| entry["name"] == name).unwrap();
        assert_eq!(of("math.sqrt")["signature"], "func(x float) float");
        assert_eq!((&of("math.sqrt")["pure"], &of("os.readfile")["pure"]), (&true.into(), &false.into()));
    }

    #[test]
    fn a_name_that_is_none_leads_to_those_that_are_near() {
        for (name, hint) in [
            ("to_upper", "did you mean `golang/strings.to_upper` or `strings.to_upper`?"),
            ("fmt.pritnf", "did you mean `fmt.printf`?"),
            ("frobnicate", "`mgmt docs function` lists all"),
        ] {
            let expected = format!("there is no function `{name}`\n = hint: {hint}");
            assert_eq!(shown(Some(name), DocsFormat::Text), Err(expected));
        }
    }
}
