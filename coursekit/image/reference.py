"""Names of images: `nginx` is `nginx:latest`, and so is `docker.io/library/nginx`.

Source: distribution/reference, "familiar" names.
"""

import re

from coursekit.errors import ImageError
from coursekit.language import _

_HOST = r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+(?=:\d))(?::\d+)?"
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_TAG = r"[\w][\w.-]{0,127}"
_NAME = re.compile(rf"(?:(?P<host>{_HOST})/)?(?P<path>{_PART}(?:/{_PART})*)(?::(?P<tag>{_TAG}))?", re.ASCII)
_DEFAULT_HOSTS = ("docker.io", "index.docker.io")


def normal_name(text: str) -> str:
    """The name as docker lists it: with a tag, without the default registry.

    >>> normal_name("nginx"), normal_name("docker.io/library/nginx:1.21.3"), normal_name("localhost:5000/me/web")
    ('nginx:latest', 'nginx:1.21.3', 'localhost:5000/me/web:latest')
    """
    found = _NAME.fullmatch(text) if len(text) <= 255 + 129 else None
    if found is None:
        said = _("{text} is no image name: lower-case letters, digits, . _ - and /, then :tag")
        raise ImageError(said.format(text=repr(text[:100])))
    host, path, tag = found["host"], found["path"], found["tag"] or "latest"
    if host is None or host in _DEFAULT_HOSTS:
        return f"{path.removeprefix('library/') if path.count('/') == 1 else path}:{tag}"
    return f"{host}/{path}:{tag}"


def is_name(text: str) -> bool:
    """Could it be an image's name?"""
    return len(text) <= 384 and _NAME.fullmatch(text) is not None


def split_name(name: str) -> tuple[str, str]:
    """Repository and tag of a normal name.

    >>> split_name("localhost:5000/me/web:1")
    ('localhost:5000/me/web', '1')
    """
    repository, _, tag = name.rpartition(":")
    return repository, tag
