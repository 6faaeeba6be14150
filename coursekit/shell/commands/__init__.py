"""The commands of the teaching shell, by topic; each file names its commands with `@command`.

Their words, columns and exit statuses are those of coreutils, findutils, grep and sed in the C locale.
"""
