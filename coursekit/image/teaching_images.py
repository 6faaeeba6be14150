"""Images made for teaching, small enough to be read whole: built from dicts when they are first opened.

    teach/app:1     /etc/motd ✗           RUN rm /etc/motd
                    /srv/app/…            COPY app /srv/app         teach/other:1   /srv/other/…   COPY other /srv/other
    teach/base:1    /etc /bin /tmp …      ADD rootfs /       ───────── the same layer, stored once ─────────

    teach/centos:7  /etc/centos-release  /usr/bin/yum  /usr/lib64/libc-2.17.so …      real names, invented bytes

The same bytes on every machine, and so the same diff_ids and image IDs. Nobody published these: they are told apart
from real images by their name and a label.

The CentOS is what the note's example stands on. Names, versions and who requires whom are CentOS 7's; each file's bytes
say that they stand in for the real ones, and a file has a fiftieth of the real size (the real base image has 204 MB).
MySQL's repository is set up already, where a real one would be installed from repo.mysql.com. yum and rpm come from
packages. The rpm database is a text here; the real one is a Berkeley DB.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from coursekit.errors import NotFound
from coursekit.fs.content import Bytes, Content
from coursekit.fs.node import WHITEOUT, Directory, File, Metadata, Node, Symlink
from coursekit.image.config import History
from coursekit.image.image import Image
from coursekit.image.make_image import build_image
from coursekit.image.manifest import Platform
from coursekit.language import _, series
from coursekit.layers.layer import Layer

DATABASE = "/var/lib/rpm/Packages"
DATABASE_HEAD = "# coursekit's teaching CentOS: one package a line, then its paths; a real rpm database is binary\n"
REPOSITORY = """\
[mysql56-community]
name=MySQL 5.6 Community Server
baseurl=http://repo.mysql.com/yum/mysql-5.6-community/el/7/$basearch/
enabled=1
gpgcheck=0
"""
_BASE_REPOSITORY = """\
[base]
name=CentOS-$releasever - Base
baseurl=http://mirror.centos.org/centos/$releasever/os/$basearch/
gpgcheck=1
"""
RELEASE = "CentOS Linux release 7.9.2009 (Core)\n"
_OS_RELEASE = """\
NAME="CentOS Linux"
VERSION="7 (Core)"
ID="centos"
ID_LIKE="rhel fedora"
VERSION_ID="7"
PRETTY_NAME="CentOS Linux 7 (Core)"
"""
_PASSWD = """\
root:x:0:0:root:/root:/bin/bash
bin:x:1:1:bin:/bin:/sbin/nologin
daemon:x:2:2:daemon:/sbin:/sbin/nologin
nobody:x:99:99:Nobody:/:/sbin/nologin
"""
_GROUP = "root:x:0:\nbin:x:1:\ndaemon:x:2:\nnobody:x:99:\n"
YUM_CONF = "[main]\ncachedir=/var/cache/yum/$basearch/$releasever\nkeepcache=0\nplugins=1\n"
# package -> path -> text, or bytes of a stand-in
PACKAGES: Mapping[str, Mapping[str, str | int]] = {
    "bash-4.2.46-34.el7.x86_64": {"/usr/bin/bash": 19_295, "/usr/bin/sh": "-> bash"},
    "centos-release-7-9.2009.0.el7.centos.x86_64": {
        "/etc/centos-release": RELEASE,
        "/etc/os-release": "-> ../usr/lib/os-release",
        "/etc/redhat-release": "-> centos-release",
        "/usr/lib/os-release": _OS_RELEASE,
        "/etc/yum.repos.d/CentOS-Base.repo": _BASE_REPOSITORY,
    },
    "coreutils-8.22-24.el7.x86_64": {"/usr/bin/cat": 1_080, "/usr/bin/ls": 2_351, "/usr/bin/cp": 3_110},
    "glibc-2.17-317.el7.x86_64": {
        "/usr/lib64/libc-2.17.so": 43_105,
        "/usr/lib64/libc.so.6": "-> libc-2.17.so",
        "/usr/lib64/ld-2.17.so": 3_270,
        "/usr/lib64/libm-2.17.so": 22_740,
    },
    "glibc-common-2.17-317.el7.x86_64": {"/usr/lib/locale/locale-archive": 2_124_302},
    "mysql-community-release-el7-5.noarch": {"/etc/yum.repos.d/mysql-community.repo": REPOSITORY},
    "python-2.7.5-89.el7.x86_64": {"/usr/bin/python2.7": 143, "/usr/lib64/libpython2.7.so.1.0": 35_690},
    "rpm-4.11.3-45.el7.x86_64": {"/usr/bin/rpm": 315, "/usr/lib64/librpm.so.3": 8_560},
    "setup-2.8.71-11.el7.noarch": {
        "/etc/passwd": _PASSWD,
        "/etc/group": _GROUP,
        "/etc/hosts": "127.0.0.1 localhost\n",
        "/etc/hostname": "localhost\n",
        "/etc/resolv.conf": "",
        "/etc/motd": "",
    },
    "yum-3.4.3-168.el7.centos.noarch": {
        "/usr/bin/yum": 16,
        "/etc/yum.conf": YUM_CONF,
        "/usr/lib/python2.7/site-packages/yum/__init__.py": 5_980,
    },
}
DIRECTORIES = (
    "dev",
    "etc",
    "home",
    "proc",
    "root",
    "run",
    "srv",
    "sys",
    "tmp",
    "usr/bin",
    "usr/lib",
    "usr/lib64",
    "usr/sbin",
    "usr/share",
    "var/cache/yum",
    "var/lib/rpm",
    "var/log",
)
LINKS = {"/bin": "usr/bin", "/lib": "usr/lib", "/lib64": "usr/lib64", "/sbin": "usr/sbin"}


def stand_in(path: str, size: int) -> Content:
    """As many bytes, which say what they stand for.

    >>> stand_in("/x", 30).read(0, 30)
    b'stands in for /x\\nstands in for'
    """
    line = f"stands in for {path}\n".encode()
    return Bytes((line * (size // len(line) + 1))[:size])


def node_of(path: str, spec: str | int, when: int) -> Node:
    """A file with this text, one of so many bytes, or a symlink (`-> target`)."""
    if isinstance(spec, str) and spec.startswith("-> "):
        return Symlink(Metadata(0o777, mtime_ns=when), spec.removeprefix("-> "))
    program = "/bin/" in path or "/sbin/" in path
    content = Bytes(spec.encode()) if isinstance(spec, str) else stand_in(path, spec)
    if program and isinstance(spec, int):
        content = Bytes(b"#!shell\n" + content.read(0, max(0, spec - 8)))
    return File(Metadata(0o755 if program else 0o644, mtime_ns=when), content)


def database_lines(packages: Mapping[str, Mapping[str, str | int]]) -> Iterator[str]:
    """The lines of the rpm database."""
    for name in sorted(packages):
        yield f"{name} {' '.join(sorted(packages[name]))}\n"


@cache
def tree(when: int) -> Mapping[str, Node]:
    """The base layer by path."""
    nodes: dict[str, Node] = {}
    for directory in DIRECTORIES:
        mode = {"tmp": 0o1777, "root": 0o550}.get(directory, 0o755)
        nodes[f"/{directory}"] = Directory(Metadata(mode, mtime_ns=when))
    for link, target in LINKS.items():
        nodes[link] = Symlink(Metadata(0o777, mtime_ns=when), target)
    for files in PACKAGES.values():
        for path, spec in files.items():
            nodes[path] = node_of(path, spec, when)
    nodes[DATABASE] = File(
        Metadata(0o644, mtime_ns=when), Bytes((DATABASE_HEAD + "".join(database_lines(PACKAGES))).encode())
    )
    return nodes


CREATED = "2021-11-17T02:20:41Z"
WHEN = 1_637_115_641 * 10**9  # the same moment, in nanoseconds
LABEL = {"maintainer": "The coursekit authors", "coursekit.note": "made for teaching; published nowhere"}


def _layer(tree: Mapping[str, str | Node]) -> Layer:
    """A layer whose every entry has the same time; text is a file, a path that ends in / a directory."""
    nodes: dict[str, Node] = {}
    for path, spec in tree.items():
        for end in (at for at in range(1, len(path)) if path[at] == "/"):
            nodes.setdefault(path[:end], Directory(Metadata(mode=0o755, mtime_ns=WHEN)))
        if not isinstance(spec, str):
            nodes[path] = spec
        elif not path.endswith("/"):
            mode = 0o755 if spec.startswith("#!") else 0o644
            nodes[path] = File(Metadata(mode=mode, mtime_ns=WHEN), Bytes(spec.encode()))
    return Layer.of(nodes)


_OS_RELEASE = 'PRETTY_NAME="Teaching Linux 1"\nNAME="Teaching Linux"\nVERSION_ID="1"\nID=teaching\n'
_BASE: dict[str, str | Node] = {
    "/bin/": "",
    "/bin/sh": "#!shell\nThis file stands for a shell; exec runs coursekit's own.\n",
    "/etc/hosts": "127.0.0.1\tlocalhost\n",
    "/etc/hostname": "localhost\n",
    "/etc/motd": "Welcome to Teaching Linux.\n",
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "/etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "/etc/os-release": Symlink(Metadata(mode=0o777, mtime_ns=WHEN), "../usr/lib/os-release"),
    "/usr/lib/os-release": _OS_RELEASE,
    "/usr/share/words": "".join(f"word {number}\n" for number in range(1000)),
    "/var/log/": "",
    "/root": Directory(Metadata(mode=0o700, mtime_ns=WHEN)),
    "/tmp": Directory(Metadata(mode=0o1777, mtime_ns=WHEN)),
}
_APP: dict[str, str | Node] = {
    "/srv/app/start.sh": "#!/bin/sh\necho serving $APP_PORT\n",
    "/srv/app/app.conf": "port = 8080\n",
    "/srv/app/static/index.html": "<h1>hello</h1>\n",
    "/etc/hosts": "127.0.0.1\tlocalhost app\n",
}
_OTHER: dict[str, str | Node] = {"/srv/other/start.sh": "#!/bin/sh\necho another program\n"}


def names() -> tuple[str, ...]:
    """The teaching images' names, sorted."""
    return tuple(sorted(_MAKERS))


@cache
def image(name: str) -> Image:
    """A teaching image. Raises: NotFound."""
    if name not in _MAKERS:
        said = _("no teaching image is called {name}; there are {known}")
        raise NotFound(said.format(name=repr(name), known=series(names())))
    return _MAKERS[name](name)


def _rows(*instructions: str) -> tuple[History, ...]:
    """History rows; those of instructions that only configure have no layer."""
    layers = ("ADD", "COPY", "RUN")
    return tuple(
        History(created=CREATED, created_by=instruction, empty_layer=not instruction.startswith(layers))
        for instruction in instructions
    )


def _made(name: str, parent: Image | None, layers: list[Layer], config: dict[str, Any], *rows: str) -> Image:
    return build_image(
        parent,
        layers,
        config=config,
        history=_rows(*rows),
        created=CREATED,
        name=name,
        platform=Platform("linux", "amd64"),
    )


def _base(name: str) -> Image:
    return _made(name, None, [_layer(_BASE)], {"Cmd": ["sh"], "Labels": LABEL}, "ADD rootfs /", 'CMD ["sh"]')


def _app(name: str) -> Image:
    base = image("teach/base:1")
    config = {
        "Env": [*base.config.env, "APP_PORT=8080"],
        "WorkingDir": "/srv/app",
        "ExposedPorts": {"8080/tcp": {}},
        "Cmd": ["/srv/app/start.sh"],
    }
    return _made(
        name,
        base,
        [_layer(_APP), _layer({"/etc/motd": WHITEOUT})],
        config,
        "ENV APP_PORT=8080",
        "COPY app /srv/app",
        "RUN rm /etc/motd",
        "EXPOSE 8080",
        'CMD ["/srv/app/start.sh"]',
    )


def _other(name: str) -> Image:
    config = {"Cmd": ["/srv/other/start.sh"]}
    return _made(
        name, image("teach/base:1"), [_layer(_OTHER)], config, "COPY other /srv/other", 'CMD ["/srv/other/start.sh"]'
    )


def _centos(name: str) -> Image:
    labels = {**LABEL, "org.label-schema.name": "CentOS Base Image, made for teaching"}
    return _made(
        name,
        None,
        [_layer(tree(WHEN))],
        {"Cmd": ["/bin/bash"], "Labels": labels},
        "ADD centos-7-made-for-teaching.tar.xz /",
        'CMD ["/bin/bash"]',
    )


_MAKERS = {"teach/base:1": _base, "teach/app:1": _app, "teach/other:1": _other, "teach/centos:7": _centos}
