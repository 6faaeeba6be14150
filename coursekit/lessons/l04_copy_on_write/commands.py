"""Commands that containers of this lesson run, each on a file of the image or beside one."""

from random import Random

FILES = (
    "/etc/nginx/nginx.conf",
    "/etc/nginx/mime.types",
    "/etc/nginx/uwsgi_params",
    "/etc/debconf.conf",
    "/etc/motd",
    "/etc/profile",
    "/etc/nsswitch.conf",
    "/etc/shells",
    "/usr/share/nginx/html/index.html",
)
_COMMANDS = {
    "add": "echo hello > {path}",
    "read": "cat {path}",
    "modify": "echo '# mine' >> {path}",
    "delete": "rm {path}",
    "chmod": "chmod 600 {path}",
}


def command(verb: str, path: str) -> str:
    """The command line of a verb.

    >>> command("delete", "/etc/motd")
    'rm /etc/motd'
    """
    return _COMMANDS[verb].format(path=path)


def new_name(path: str, random: Random) -> str:
    """A name that the image has not, in the directory of `path`."""
    name = random.choice(("motd", "notes", "todo", "site", "local"))
    return f"{path.rpartition('/')[0]}/{name}{random.randrange(10, 100)}.txt"
