"""The commands of the teaching shell: each module registers those that it names with `@command`.

Their words, columns and exit statuses are those of coreutils, findutils, grep and sed in the C locale.
"""

from coursekit.shell.commands import (
    cat,
    chmod,
    cp,
    cut,
    diff,
    du,
    env,
    finding,
    grep,
    ls,
    mv,
    printf,
    readlink,
    rm,
    sed,
    sha256sum,
    sort,
    stat,
    touch,
    truncate,
    xargs,
)

__all__ = [
    "cat",
    "chmod",
    "cp",
    "cut",
    "diff",
    "du",
    "env",
    "finding",
    "grep",
    "ls",
    "mv",
    "printf",
    "readlink",
    "rm",
    "sed",
    "sha256sum",
    "sort",
    "stat",
    "touch",
    "truncate",
    "xargs",
]
