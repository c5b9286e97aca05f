//! Module `deploy`: the files that were shipped with the running program.

use super::{CallContext, Fault, Function, args, pure, shared};
use mgmt_values::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    shared(
        "deploy.abspath",
        "func(path str) str",
        "A path of the calling module as a path inside the deploy.",
        r#"deploy.abspath("/files/x") == "/files/x""#,
    )
    .located(),
    shared(
        "deploy.binary_path",
        "func() str",
        "The path of the running program, links resolved.",
        r#"deploy.binary_path() != """#,
    ),
    pure(
        "deploy.bootstrap_packages",
        "func(str) []str",
        bootstrap_packages,
        "The packages that a new machine of a distribution needs.",
        r#"len(deploy.bootstrap_packages("debian")) == 3"#,
    ),
    shared(
        "deploy.directory",
        "func(directory str) str",
        "Copies a directory of the deploy to the host and says where it is.",
        r#"deploy.directory("/files/")"#,
    )
    .located(),
    shared(
        "deploy.file_exists",
        "func(filename str) bool",
        "Whether the calling module has a file or directory.",
        r#"deploy.file_exists("/files/x")"#,
    )
    .located(),
    shared("deploy.readfile", "func(filename str) str", "A file of the calling module.", r#"deploy.readfile("/files/x")"#)
        .located(),
    shared(
        "deploy.readfileabs",
        "func(filename str) str",
        "A file by its path inside the deploy.",
        r#"deploy.readfileabs("/files/x")"#,
    )
    .located(),
];

fn bootstrap_packages(_: &mut CallContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let packages = match args::bytes(args, 0)? {
        b"debian" => ["libaugeas-dev", "libvirt-dev", "packagekit-tools"],
        b"fedora" => ["augeas-devel", "libvirt-devel", "PackageKit"],
        _ => return Err(Fault::new("missing distro")),
    };
    Ok(Value::list(packages.map(Value::str).to_vec()))
}
