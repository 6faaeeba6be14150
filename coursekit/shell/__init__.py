"""A small POSIX shell over a merged tree: what `exec` runs, without a kernel, a process or root.

    lexer → parser → syntax                   words and commands, as values
    expansion (arithmetic, patterns)          words to arguments
    shell, builtins (conditions)              commands to effects
    streams, redirection                      where descriptors lead
    find_program, process, getopt, programs   from a name to a program, and what a program is given
    commands/                                 the programs: each file is named for its command

It needs a tree and a clock (machine) and knows nothing of images, containers or packages; packages/ adds apt, dpkg and
yum to the programs. It speaks as dash and coreutils do in the C locale; tests/shell/dash.json holds what those answered.
"""
