"""`unpack`, to be mended: it puts a layer's archive on a tree, and gets whiteouts wrong in two ways.

    tree   {"etc/motd": b"old", "etc/hosts": b"…"}
    layer  [["etc/.wh.motd", b""], ["etc/issue", b"new"]]        -> {"etc/hosts": b"…", "etc/issue": b"new"}

Both mistakes were made by real tools. Simplified: files only. Source: OCI image-spec
layer.md, "Whiteouts" (they hide lower layers only, in whatever order the archive has them) and "Opaque Whiteout".
"""

from collections.abc import Mapping, Sequence
from itertools import chain, permutations
from random import Random
from typing import Any

from coursekit.diagrams.scene import Scene
from coursekit.exercises.model import Case, Function
from coursekit.exercises.rules import Key, Wrong
from coursekit.exercises.telling import told
from coursekit.lessons.stack_pictures import call_scene
from coursekit.lessons.stacks import Node, possible

Files = Mapping[str, bytes]
Entries = Sequence[tuple[str, bytes]]
PREFIX, OPAQUE = ".wh.", ".wh..wh..opq"

SOLUTION = """
def unpack(tree, layer):
    merged = dict(tree)
    for path, data in layer:
        folder, slash, name = path.rpartition("/")
        if name == ".wh..wh..opq":
            gone = folder + slash
        elif name.startswith(".wh."):
            gone = folder + slash + name[4:] + "/"
        else:
            continue
        for each in list(merged):
            if (each + "/").startswith(gone):
                del merged[each]
    for path, data in layer:
        if not path.rpartition("/")[2].startswith(".wh."):
            merged[path] = data
    return merged
"""


def unpack(tree: Files, layer: Entries) -> dict[str, bytes]:
    """The tree after the layer."""
    merged = dict(tree)
    for path, _ in layer:
        _take_away(merged, _hidden(path))
    return merged | dict(_brought(layer))


def _hidden(path: str) -> str | None:
    """What an entry hides, with a slash behind it, None for an ordinary one; an opaque mark hides all of its directory.

    >>> _hidden("srv/.wh.a"), _hidden("srv/.wh..wh..opq"), _hidden(".wh..wh..opq"), _hidden("srv/a")
    ('srv/a/', 'srv/', '', None)
    """
    folder, slash, name = path.rpartition("/")
    if name == OPAQUE:
        return folder + slash
    return f"{folder}{slash}{name.removeprefix(PREFIX)}/" if name.startswith(PREFIX) else None


def _take_away(merged: dict[str, bytes], gone: str | None) -> None:
    for each in [each for each in merged if gone is not None and f"{each}/".startswith(gone)]:
        del merged[each]


def _brought(layer: Entries) -> list[tuple[str, bytes]]:
    return [(path, data) for path, data in layer if _hidden(path) is None]


def _in_archive_order(tree: Files, layer: Entries) -> dict[str, bytes]:
    merged = dict(tree)
    for path, data in layer:
        gone = _hidden(path)
        _take_away(merged, gone)
        if gone is None:
            merged[path] = data
    return merged


def _without_opaque(tree: Files, layer: Entries) -> dict[str, bytes]:
    return unpack(tree, [(path, data) for path, data in layer if not path.endswith(OPAQUE)])


def _siblings_too(tree: Files, layer: Entries) -> dict[str, bytes]:
    merged = dict(tree)
    for path, _ in layer:
        if _hidden(path) is not None:
            _take_away(merged, "".join(path.rpartition("/")[:2]))
    return merged | dict(_brought(layer))


def _children_spared(tree: Files, layer: Entries) -> dict[str, bytes]:
    """A whiteout takes the one name that it spells, as if it were always a file's."""
    names = {(_hidden(path) or "").rstrip("/") for path, _ in layer if not path.endswith(OPAQUE)}
    marks = [(path, data) for path, data in layer if path.endswith(OPAQUE) or _hidden(path) is None]
    return unpack({path: data for path, data in tree.items() if path not in names}, marks)


def _by_letters(tree: Files, layer: Entries) -> dict[str, bytes]:
    """What begins with the hidden name's letters goes too."""
    gone = [(_hidden(path) or "/").rstrip("/") for path, _ in layer if not path.endswith(OPAQUE)]
    left = {path: data for path, data in tree.items() if not any(each and path.startswith(each) for each in gone)}
    return unpack(left, layer)


_PLACES = ("etc", "srv/app", "usr/lib", "opt/java/lib", "var/www")
_NAMES = ("a", "b", "hosts", "motd", "app.jar", "libz.so", "index", "logo", "users")


_TELLING: tuple[tuple[dict[str, bytes], list[list[Any]]], ...] = (
    ({"a/b": b"1"}, [["a/b", b"2"], ["a/.wh.b", b""]]),
    ({"a": b"1", "b": b"1"}, [["a", b"2"], [".wh.a", b""]]),
    ({"a": b"1", "b": b"1"}, [[".wh.a", b""], ["c", b"2"]]),
    ({"a/b": b"1", "a/c": b"2"}, [["a/.wh.b", b""], ["a/.wh.c", b""], ["a/d", b"3"]]),
    ({"a/b": b"1", "a/c/d": b"2", "b": b"3"}, [["a/.wh.b", b""], ["a/.wh.c", b""]]),
    ({"a/b/c": b"1", "a/b/d/e": b"2", "a/c": b"3"}, [["a/.wh.b", b""]]),
    ({"a/b": b"1", "a/bs": b"2", "as/b": b"4"}, [["a/.wh.b", b""]]),
    ({"a/b/c": b"1", "a/bs/c": b"2"}, [["a/.wh.b", b""]]),
    ({"a/b": b"1", "as/b": b"2", "a.b": b"3"}, [[".wh.a", b""], ["a/c", b"4"]]),
    ({"a/b": b"1", "a/c": b"2", "b": b"3"}, [["a/old.b", b"4"], ["old.b", b"5"], ["a/.wh.c", b""]]),
    ({"a/b": b"1", "b/a": b"2"}, [["a/c", b"3"], ["a/c.wh.b", b"4"], ["a/.wh.b", b""]]),
    ({"a/b": b"1", "a/c": b"2"}, [["a/.wh.b", b""], ["a/b/d", b"3"]]),
    ({"a/b": b"1", "a/c": b"2"}, [["a/d", b"3"], ["a/.wh..wh..opq", b""]]),
    ({"a/b": b"1", "as/b": b"2", "b": b"3"}, [["a/.wh..wh..opq", b""], ["a/b", b"4"]]),
    ({"a/b/c": b"1", "a/b/d/e": b"2", "a/c": b"3"}, [["a/b/.wh..wh..opq", b""], ["a/b/f", b"4"]]),
    ({"a/b/c": b"1", "b": b"2"}, [["c", b"3"], [".wh..wh..opq", b""]]),
    ({"a/b": b"1", "b/c": b"2", "c/d": b"3"}, [["a/.wh..wh..opq", b""], ["b/.wh.c", b""], ["b/c", b"4"], ["a/d", b""]]),
    ({"a/b": b"1", "b/c": b"2"}, [["b/.wh.c", b""], ["a/.wh..wh..opq", b""], ["a/d", b"3"]]),
)


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """The telling calls; all pairs; ten by chance, of which the broken function gets each wrong, one way or the other."""
    drawn = [_call(random, 1 + number // 4, opaque=number % 2 == 1) for number in range(10)]
    return told(chain(_TELLING, _crossed()), random) + drawn


def _crossed() -> list[list[Any]]:
    """Whatever an archive can say of one name, one to three entries in each order, over whatever the tree can have there."""
    trees: tuple[dict[str, bytes], ...] = (
        {},
        {"a": b"1"},
        {"a/b": b"1"},
        {"a/b": b"1", "a/c/d": b"2"},
        {"a/b/d": b"1", "as": b"2"},
    )
    names = ("a", "a/b", ".wh.a", "a/.wh.b", f"a/{OPAQUE}")
    entries = [[name, b"" if ".wh." in name else b"3"] for name in names]
    layers = [list(some) for many in (1, 2, 3) for some in permutations(entries, many)]
    return [call for tree in trees for layer in layers if _valid(call := [{**tree, "b": b"4"}, layer])]


def _call(random: Random, places: int, *, opaque: bool) -> list[Any]:
    """A tree, and a layer that hides something of it and brings something of that name in the same archive."""
    wanted = random.sample(_PLACES, places)
    tree = {f"{place}/{name}": _data(random) for place in wanted for name in random.sample(_NAMES, 3)}
    chosen = random.choice(sorted(tree))
    place, _, name = chosen.rpartition("/")
    other = random.choice([each for each in _NAMES if f"{place}/{each}" not in tree])
    layer = [[f"{place}/{other}", _data(random)]]
    if opaque:
        layer.append([f"{place}/{OPAQUE}", b""])
    else:  # the name is hidden below and brought anew, as a file or as a directory
        layer.append([chosen if random.random() < 0.5 else f"{chosen}/new", _data(random)])
        layer.append([f"{place}/{PREFIX}{name}", b""])
    if places > 1 and random.random() < 0.7:
        layer.insert(random.randrange(len(layer)), [f"{wanted[-1]}/late", _data(random)])
    return [tree, layer]


def _data(random: Random) -> bytes:
    return random.choice((b"1", b"2", b"3", b"4", b"5", b"6"))


def _claim(args: Sequence[Any]) -> str:
    opaque = any(path.endswith(OPAQUE) for path, _ in args[1])
    if any(path.startswith(PREFIX) for path, _ in args[1]):
        return "marks at the root of the archive hide names of the root"
    return "an opaque mark empties a directory of lower layers' files" if opaque else "a whiteout spares its own layer"


def _valid(args: Sequence[Any]) -> bool:
    """Whether each name of the archive stands there once, hides something if it hides, and is in no file's way."""
    tree, layer = args
    if any(len(entry) != 2 for entry in layer) or len({path for path, _ in layer}) < len(layer):
        return False
    if any(path.endswith(OPAQUE) and (_hidden(path) or "")[:-1] in tree for path, _ in layer):  # of a file
        return False
    gone = [each for path, _ in layer if (each := _hidden(path)) is not None]
    left = dict(tree)
    for each in gone:
        _take_away(left, each)
    files = [*left, *(path for path, _ in _brought(layer))]
    clear = all(map(possible, (tree, dict(layer), dict.fromkeys(files))))
    return clear and all(any(f"{path}/".startswith(each) for path in tree) for each in gone)


def _drawn(args: Sequence[Any]) -> Scene:
    """The archive over the tree. A name that is hidden and brought anew is a file, or a directory that is opaque."""
    tree, layer = args
    above: dict[str, Node] = {}
    for path, _ in layer:
        if gone := _hidden(path):
            kept = path.endswith(OPAQUE) or any(each.startswith(gone) for each, _ in _brought(layer))
            above[f"/{gone.rstrip('/')}"] = "opaque" if kept else None
    above |= {f"/{path}": data for path, data in _brought(layer)}
    return call_scene([above, {f"/{path}": data for path, data in tree.items()}], names=["layer", "tree"])


def _opaque_hides_its_own(tree: Files, layer: Entries) -> dict[str, bytes]:
    """Whiteouts spare their own layer, an opaque mark takes what stands before it in the archive."""
    merged = dict(tree)
    for path, _ in layer:
        if not path.endswith(OPAQUE):
            _take_away(merged, _hidden(path))
    for path, data in layer:
        gone = _hidden(path)
        if path.endswith(OPAQUE):
            _take_away(merged, gone)
        elif gone is None:
            merged[path] = data
    return merged


def _in_place(tree: dict[str, bytes], layer: Entries) -> dict[str, bytes]:
    merged = unpack(tree, layer)
    tree.clear()
    tree.update(merged)
    return merged


def _with_marks(tree: Files, layer: Entries) -> dict[str, bytes]:
    return unpack(tree, layer) | dict(layer)


def _opaque_by_letters(tree: Files, layer: Entries) -> dict[str, bytes]:
    gone = [path.rpartition("/")[0] for path, _ in layer if path.endswith(OPAQUE)]
    return unpack({path: data for path, data in tree.items() if not any(path.startswith(each) for each in gone)}, layer)


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("whiteout-hides-own-layer", _in_archive_order),
        Wrong("opaque-shows-through", _without_opaque),
        Wrong("whiteout-hides-siblings", _siblings_too),
        Wrong("whiteout-spares-children", _children_spared),
        Wrong("names-by-prefix", _by_letters),
        Wrong("opaque-hides-own-entries", _opaque_hides_its_own),
        Wrong("argument-is-ours", _in_place),
        Wrong("marks-are-files", _with_marks),
        Wrong("names-by-prefix", _opaque_by_letters, place="opaque-by-letters"),
    ),
    function=Function("unpack", _inputs, unpack, changes=(0,), claim=_claim, valid=_valid, draw=_drawn),
)
