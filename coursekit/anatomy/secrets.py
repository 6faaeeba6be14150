"""Files that are known to hold secrets, by name, in every layer: also in those whose file a later layer deleted.

Only names are looked at, and no contents are ever printed: whether a file really holds a secret, its owner knows.

Source of the names: the manuals of the programs that write them (ssh, git, docker, npm, pip, aws, gcloud, kubectl, gpg).
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from typing import TYPE_CHECKING

from coursekit.fs.node import File
from coursekit.fs.paths import join
from coursekit.language import later
from coursekit.vfs.overlay import Overlay

if TYPE_CHECKING:
    from coursekit.image.image import Image

_NAMES = {  # pattern of a path's end: what it is
    "*/.ssh/id_*": later("a private key of ssh"),
    "*/ssh_host_*_key": later("the host key of an ssh server"),
    "*/.aws/credentials": later("credentials of AWS"),
    "*/.config/gcloud/*credentials*": later("credentials of Google Cloud"),
    "*/.azure/*Tokens.json": later("credentials of Azure"),
    "*/.docker/config.json": later("logins of docker"),
    "*/.kube/config": later("logins of kubectl"),
    "*/.git-credentials": later("logins of git"),
    "*/.netrc": later("logins of ftp, curl and git"),
    "*/.npmrc": later("a configuration of npm, often with a token"),
    "*/.pypirc": later("logins of a Python index"),
    "*/.pgpass": later("passwords of PostgreSQL"),
    "*/.my.cnf": later("passwords of MySQL"),
    "*/.gnupg/*.gpg": later("keys of GnuPG"),
    "*/.gnupg/private-keys-v1.d/*": later("keys of GnuPG"),
    "*/.env": later("settings, often with passwords"),
    "*/.env.*": later("settings, often with passwords"),
    "*/.bash_history": later("what somebody typed"),
    "*/.vault-token": later("a token of Vault"),
    "*/terraform.tfstate": later("a state of Terraform, with what it knows"),
    "*.kdbx": later("a safe of KeePass"),
    "*_rsa": later("a private key"),
    "*_ed25519": later("a private key"),
    "*.pfx": later("a certificate with its private key"),
    "*.p12": later("a certificate with its private key"),
    "*/private.key": later("a private key"),
    "*/private.pem": later("a private key"),
    "*/server.key": later("a private key"),
}
_ANY = re.compile("|".join(map(translate, _NAMES)))  # asked of every path of an image
_HARMLESS = ("*.pub", "/usr/share/*", "*.example", "*.sample", "*.template", "*.dist")


@dataclass(frozen=True, slots=True)
class Secret:
    """A file that may hold a secret. `layers` have it, base is 0; `seen`: whether a container still sees it."""

    path: str
    what: str
    layers: tuple[int, ...]
    seen: bool


def secrets(image: "Image") -> tuple[Secret, ...]:
    """Every such file of an image, sorted by path. Raises: ImageError where the layers are not at hand."""
    found: dict[str, list[int]] = {}
    for number, layer in enumerate(image.layers):
        tree = layer.lower
        todo = [("/", 0)]
        while todo:
            path, entry = todo.pop()
            todo.extend((join(path, name), child) for name, child in tree.children(entry).items())
            node = tree.node(entry)
            if isinstance(node, File) and node.content.size and what(path):
                found.setdefault(path, []).append(number)
    merged = Overlay.from_image(image)
    return tuple(
        Secret(path, what(path), tuple(layers), merged.is_file(path, follow_symlinks=False))
        for path, layers in sorted(found.items())
    )


def what(path: str) -> str:
    """What a file of this name is known to hold; "" for nothing of the kind.

    >>> what("/root/.ssh/id_ed25519"), what("/root/.ssh/id_ed25519.pub"), what("/etc/passwd")
    ('a private key of ssh', '', '')
    """
    if not _ANY.match(path) or any(fnmatchcase(path, pattern) for pattern in _HARMLESS):
        return ""
    return next(told for pattern, told in _NAMES.items() if fnmatchcase(path, pattern))
