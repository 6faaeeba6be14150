"""The first minute: one file to delete from a real stack of layers, and two figures, of which one does not move.

    ck.first()

The engine has deleted the file before; the browser shows the stack as it was, and after it, as often as the button is
pressed. Where no browser runs it, both states are in words.

Neighbours: player (every other stack), bench (where anything can be tried).
"""

from html import escape

import traitlets

from coursekit.anatomy.waste import waste
from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Scene, words
from coursekit.diagrams.svg import figure
from coursekit.events import Event
from coursekit.image.open import Image
from coursekit.language import _
from coursekit.vfs.overlay import Overlay
from coursekit.widgets.joined import module, style
from coursekit.widgets.widget import Widget

IMAGE = "debian-nginx:bullseye"
FILE = "/usr/lib/x86_64-linux-gnu/libicudata.so.67.1"  # the largest of the image
SHOWN = ("/usr/sbin/nginx", FILE, "/etc/os-release")


class First(Widget):
    """A stack with one button. `step` is 0 before the file is deleted, and the last frame after it."""

    _esm = module("first")
    _css = style("stage", "first")
    data = traitlets.Dict().tag(sync=True)
    seen = traitlets.List(traitlets.Int(), [0, 0]).tag(sync=True)  # bytes that a program sees, before and after
    stored = traitlets.Int().tag(sync=True)  # bytes of files in all layers
    file = traitlets.Unicode(FILE).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)

    def __init__(self, scene: Scene, seen: tuple[int, int], stored: int) -> None:
        self.scene = scene
        super().__init__(data=scene.to_json(), seen=list(seen), stored=stored)

    def page(self) -> tuple[str, str]:
        """The stack after the deletion, and what it freed."""
        said = _("Delete {file}: a program sees {less} bytes less. The layers still store all {stored} bytes.").format(
            file=self.file, less=f"{self.seen[0] - self.seen[1]:,}", stored=f"{self.stored:,}"
        )
        return f"{figure(self.scene)}<p>{escape(said)}</p>", f"{words(self.scene)}\n{said}"

    def __repr__(self) -> str:
        return f"First({self.file!r})"


def first() -> First:
    """A container on the two large layers of an nginx image, and its largest file to delete."""
    base, install = Image.open(IMAGE).layers[:2]
    story: list[Event] = []
    tree = Overlay(lowerdir=[install.lower, base.lower], emit=story.append)
    size = tree.stat(FILE).st_size
    story.clear()
    tree.unlink(FILE)
    assert tree.upper is not None
    scene = stack_scene(
        tree.lowerdir,
        upper=tree.upper.freeze(),
        happened=story[-1:],
        paths=SHOWN,
        names=[_("container"), "RUN apt install", "Debian"],
        title=_("A container of nginx"),
    )
    stored = base.size_files + install.size_files
    seen = stored - sum(lost.size for lost in waste([base.lower, install.lower]))
    return First(scene, (seen, seen - size), stored)
