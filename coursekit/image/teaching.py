"""Images made for teaching, small enough to be read whole: built from dicts when they are first opened.

    teach/app:1     /etc/motd ✗           RUN rm /etc/motd
                    /srv/app/…            COPY app /srv/app         teach/other:1   /srv/other/…   COPY other /srv/other
    teach/base:1    /etc /bin /tmp …      ADD rootfs /       ───────── the same layer, stored once ─────────

The same bytes on every machine, and so the same diff_ids and image IDs.

Nobody published these: they are told apart from real images by their name and a label.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from coursekit.errors import NotFound
from coursekit.fs.content import Bytes
from coursekit.fs.node import WHITEOUT, Directory, File, Metadata, Node, Symlink
from coursekit.image.build import build_image
from coursekit.image.config import History
from coursekit.image.descriptor import Platform
from coursekit.image.image import Image
from coursekit.layers.layer import Layer

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
        raise NotFound(f"no teaching image is called {name!r}; there are {', '.join(names())}")
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
    from coursekit.image import teaching_centos

    labels = {**LABEL, "org.label-schema.name": "CentOS Base Image, made for teaching"}
    return _made(
        name,
        None,
        [_layer(teaching_centos.tree(WHEN))],
        {"Cmd": ["/bin/bash"], "Labels": labels},
        "ADD centos-7-made-for-teaching.tar.xz /",
        'CMD ["/bin/bash"]',
    )


_MAKERS = {"teach/base:1": _base, "teach/app:1": _app, "teach/other:1": _other, "teach/centos:7": _centos}
