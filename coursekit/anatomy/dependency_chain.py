"""Why a package is there: the chain of Depends from one that somebody asked for.

    nginx  wants  nginx-core  wants  libnginx-mod-http-xslt-filter  wants  libxml2  wants  libicu67

Reads /var/lib/dpkg/status and apt's extended_states of the merged tree.
Source: Debian Policy, "Relationships between packages"; apt-mark(8) for what was installed by hand.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from coursekit.errors import NotFound
from coursekit.language import _
from coursekit.vfs.overlay import Overlay

if TYPE_CHECKING:
    from coursekit.image.image import Image

STATUS = "/var/lib/dpkg/status"
STATES = "/var/lib/apt/extended_states"


def why(image: "Image", package: str) -> tuple[str, ...]:
    """The shortest chain from a package that was asked for to `package`, each one wanting the next.

    Simplified: of alternatives the first counts, and a package that only Provides what is wanted is not followed.

    Raises: NotFound where the image has no such package, or no dpkg database.
    """
    tree = Overlay.from_image(image)
    name = image.name or str(image.id)
    if not tree.exists(STATUS):
        raise NotFound(_("{name} has no dpkg database ({file})").format(name=name, file=STATUS))
    wants = depends(tree.read_text(STATUS))
    if package not in wants:
        raise NotFound(_("{name} has no package {package}").format(name=name, package=repr(package)))
    automatic = auto(tree.read_text(STATES)) if tree.exists(STATES) else frozenset()
    return chain([one for one in wants if one not in automatic], package, wants)


def chain(asked: Iterable[str], package: str, wants: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The shortest way from one of `asked` to `package`; `package` alone where none leads there.

    >>> chain(["a", "x"], "c", {"a": ("b",), "b": ("c",), "x": ()})
    ('a', 'b', 'c')
    """
    ways: deque[tuple[str, ...]] = deque((name,) for name in sorted(asked))
    seen = {way[0] for way in ways}
    while ways:
        way = ways.popleft()
        if way[-1] == package:
            return way
        for name in wants.get(way[-1], ()):
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return (package,)


def auto(states: str) -> frozenset[str]:
    """The packages that apt installed by itself, of an extended_states file.

    >>> sorted(auto("Package: b\\nAuto-Installed: 1\\n\\nPackage: c\\nAuto-Installed: 0\\n"))
    ['b']
    """
    found = [dict(_fields(paragraph)) for paragraph in states.split("\n\n")]
    return frozenset(fields.get("Package", "") for fields in found if fields.get("Auto-Installed") == "1")


def depends(status: str) -> dict[str, tuple[str, ...]]:
    """What each package of a dpkg status file asks for: Depends and Pre-Depends, first alternatives, no versions.

    >>> depends("Package: a\\nDepends: b (>= 1), c | d\\n")
    {'a': ('b', 'c')}
    """
    found: dict[str, tuple[str, ...]] = {}
    for paragraph in status.split("\n\n"):
        fields = dict(_fields(paragraph))
        if "Package" in fields:
            wanted = ",".join(fields[key] for key in ("Pre-Depends", "Depends") if key in fields)
            names = (item.split("|")[0].split("(")[0].partition(":")[0].strip() for item in wanted.split(","))
            found[fields["Package"]] = tuple(dict.fromkeys(name for name in names if name))
    return found


def closure(roots: Iterable[str], wants: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """`roots` and all that they pull in.

    >>> sorted(closure(["a"], {"a": ("b",), "b": ("a", "c"), "d": ("c",)}))
    ['a', 'b', 'c']
    """
    reached: set[str] = set()
    todo = list(roots)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo.extend(wants.get(name, ()))
    return frozenset(reached)


def _fields(paragraph: str) -> Iterable[tuple[str, str]]:
    """The fields of one paragraph that stand on one line."""
    for line in paragraph.splitlines():
        key, colon, value = line.partition(": ")
        if colon and not line.startswith(" "):
            yield key, value
