"""A small POSIX shell over a merged tree: what `exec` runs, without a kernel, a process or root.

    lexer → parser → syntax          words and commands, as values
    expansion (arithmetic, patterns) words to arguments
    shell, running, builtins         commands to effects
    streams, redirection             where descriptors lead
    launch, process, commands/       the programs

It speaks as dash and coreutils do in the C locale; tests/shell/dash.json holds what those answered.
"""
