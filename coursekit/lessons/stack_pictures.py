"""Calls of the course's functions drawn as stacks of layers, and what a smaller call must still be.

    ["/etc/motd", {…}, {…}]  ──> call_scene ──> the picture beside a counterexample, and beside its steps
                             └─> rooted     ──> whether a smaller call may be asked at all

Neighbours: `union_stacks` (layers as dicts), `shrinking` (which makes calls smaller).
"""

from collections.abc import Mapping, Sequence

from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Scene
from coursekit.language import _, series
from coursekit.lessons.stacks import DIRECTORY, OPAQUE, Node, Stack, as_layer


def call_scene(
    lowers: Stack, *, upper: Mapping[str, Node] | None = None, asked: Sequence[str] = (), names: Sequence[str] = ()
) -> Scene:
    """The layers of a call (top first) with the paths that they hold or that are asked for.

    `names` are those of `lowers` in the learner's code, by which a step finds the layer that a variable stands for;
    without them they are parts of `layers`.
    """
    trees = [*([] if upper is None else [upper]), *lowers]
    paths = sorted({path for tree in trees for path in tree} | set(asked) - {"/"})
    return stack_scene(
        [as_layer(each) for each in lowers],
        upper=None if upper is None else as_layer(upper),
        paths=[path for path in paths if path != "/"],
        names=["upper", *(names or [f"layers[{number}]" for number in range(len(lowers))])],
        writable=upper is not None,
        title=_("Before the call, with {paths} asked for").format(paths=series(asked))
        if asked
        else _("Before the call"),
    )


def is_path(path: object) -> bool:
    """Whether this is an absolute path of something below the root.

    >>> is_path("/etc/motd"), is_path("/"), is_path("etc"), is_path("/etc/")
    (True, False, False, False)
    """
    return isinstance(path, str) and path.startswith("/") and not path.endswith("/") and "//" not in path


def rooted(tree: Mapping[str, Node]) -> bool:
    """Whether each path of a layer has the directories above it in this layer, too.

    >>> rooted({"/etc": "dir", "/etc/motd": b"hi"}), rooted({"/etc": b"", "/etc/motd": b"hi"}), rooted({"/a/b": b""})
    (True, False, False)
    """
    parents = {path.rpartition("/")[0] for path in tree} - {""}
    return all(is_path(path) for path in tree if path != "/") and all(
        tree.get(parent) in (DIRECTORY, OPAQUE) for parent in parents
    )
