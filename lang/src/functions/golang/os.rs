//! Module `golang/os`: facts about the process and the host. All come from the host, asked once; nothing watches them.

use crate::functions::{Function, own, shared};

pub(in crate::functions) const FUNCTIONS: &[Function] = &[
    shared("golang/os.executable", "func() str", "The path of the running program.", r#"os.executable() != """#),
    shared(
        "golang/os.expand_env",
        "func(s str) str",
        "A text with `$name` and `${name}` replaced by variables of the environment.",
        r#"os.expand_env("[$NOPE]") == "[]""#,
    ),
    shared("golang/os.getegid", "func() int", "The effective group of the process.", "os.getegid() >= 0"),
    shared(
        "golang/os.getenv",
        "func(key str) str",
        "A variable of the environment, empty where it is not set.",
        r#"os.getenv("NOPE") == """#,
    ),
    shared("golang/os.geteuid", "func() int", "The effective user of the process.", "os.geteuid() >= 0"),
    shared("golang/os.getgid", "func() int", "The group of the process.", "os.getgid() >= 0"),
    shared("golang/os.getpagesize", "func() int", "The size of a page of memory.", "os.getpagesize() >= 4096"),
    shared("golang/os.getpid", "func() int", "The number of the process.", "os.getpid() > 0"),
    shared("golang/os.getppid", "func() int", "The number of the parent process.", "os.getppid() >= 0"),
    shared("golang/os.getuid", "func() int", "The user of the process.", "os.getuid() >= 0"),
    shared("golang/os.getwd", "func() str", "The working directory.", r#"os.getwd() != """#),
    shared("golang/os.hostname", "func() str", "The name of the host.", r#"os.hostname() != """#),
    own(
        "golang/os.mkdir_temp",
        "func(dir str, pattern str) str",
        "A new directory with random text in its name, once per call.",
        r#"os.mkdir_temp("/tmp", "x*")"#,
    ),
    shared("golang/os.read_file", "func(name str) str", "The content of a file, read once.", r#"os.read_file("/etc/hostname")"#),
    shared("golang/os.readlink", "func(name str) str", "Where a link leads.", r#"os.readlink("/proc/self/exe")"#),
    shared("golang/os.temp_dir", "func() str", "The directory for temporary files.", r#"os.temp_dir() != """#),
    shared("golang/os.user_cache_dir", "func() str", "The user's directory for caches.", "os.user_cache_dir()"),
    shared("golang/os.user_config_dir", "func() str", "The user's directory for settings.", "os.user_config_dir()"),
    shared("golang/os.user_home_dir", "func() str", "The user's home directory.", "os.user_home_dir()"),
];
