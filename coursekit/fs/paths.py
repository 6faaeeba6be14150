"""Paths of the merged tree, as text: absolute, no doubled slash, no dots.

Only layers and listings use these; a path that a caller gives is walked (vfs/walk.py), since `..` after
a symlink is not a matter of text.
"""

MAX_LINKS = 40  # symlinks that one walk follows, as on Linux


def components(path: str) -> list[str]:
    """The names in `path`; empty ones and `.` left out.

    >>> components("/etc//nginx/./nginx.conf")
    ['etc', 'nginx', 'nginx.conf']
    """
    return [name for name in path.split("/") if name not in ("", ".")]


def normal(path: str) -> str:
    """`path` as an absolute one, without a trailing slash.

    >>> normal("etc/nginx/"), normal("/"), normal("./x")
    ('/etc/nginx', '/', '/x')
    """
    return "/" + "/".join(components(path))


def join(directory: str, name: str) -> str:
    """The path of `name` in `directory`.

    >>> join("/", "etc"), join("/etc", "hosts")
    ('/etc', '/etc/hosts')
    """
    return f"/{name}" if directory == "/" else f"{directory}/{name}"
