"""What a click on a file tells: what each layer has of it."""

from typing import Any

from coursekit import Image, Overlay, run
from coursekit.diagrams.details import detail, details
from coursekit.diagrams.html import scene_of
from coursekit.fs.content import Bytes, Missing
from coursekit.fs.node import WHITEOUT, File, Metadata
from coursekit.layers.layer import Layer


def told(*trees: dict[str, Any], path: str) -> list[tuple[str, str]]:
    """What each layer (top first) has at a path."""
    layers = {number: (Layer.of(tree), name) for number, (tree, name) in enumerate(zip(trees, NAMES, strict=True))}
    return [(held.name, held.text) for held in detail(layers, path).layers]


NAMES = ["upperdir", "app", "base"]


def test_each_layer_that_has_the_file_is_told_top_first() -> None:
    layers = {2: (Layer.of({"/etc/hosts": "new"}), "app"), 3: (Layer.of({"/etc/hosts": "older"}), "base")}
    app, base = detail(layers, "/etc/hosts").layers
    assert (app.layer, app.name, app.text, app.contents) == (2, "app", "file, 3 B, mode 0644", "new")
    assert ("size", "3 bytes") in app.facts and (base.layer, base.contents) == (3, "older")


def test_a_whiteout_and_a_path_that_is_nowhere() -> None:
    hidden = [("upperdir", "a whiteout hides it"), ("base", "file, 1 B, mode 0644")]
    assert told({"/a": WHITEOUT}, {}, {"/a": "x"}, path="/a") == hidden
    assert told({}, {}, {}, path="/x") == []


def test_the_engine_s_own_notes_are_not_told() -> None:
    meta = Metadata(xattrs={"trusted.overlay.coursekit.ino": b"1", "user.mine": b"yes"})
    (held,) = detail({1: (Layer.of({"/a": File(meta, Bytes(b"x"))}), "base")}, "/a").layers
    assert [name for name, _value in held.facts if "xattr" in name] == ["xattr user.mine"]


def test_contents_are_cut_and_what_is_no_text_is_told_apart() -> None:
    meta = Metadata()
    layer = Layer.of(
        {
            "/long": File(meta, Bytes(b"a" * 5_000)),
            "/binary": File(meta, Bytes(bytes(range(64)))),
            "/absent": File(meta, Missing(9, "sha256:" + "0" * 64, "/absent", "pull the real image")),
        }
    )
    long, binary, absent = (detail({1: (layer, "base")}, path).layers[0] for path in ("/long", "/binary", "/absent"))
    assert long.contents == "a" * 2_000 + "\n… and 3 kB more"
    assert binary.contents.startswith("not text; it begins 00 01 02")
    assert "pull the real image" in absent.contents


def test_every_box_of_a_container_is_about_something_that_is_told_without_an_event() -> None:
    web = run(Image.open("teach/app:1"))
    web.exec("echo hi >> /srv/app/app.conf")
    before = len(web.events)
    scene = scene_of(web)
    told = details(web, [box.about for box in scene.frames[-1].boxes if box.about])
    first = told["/srv/app/app.conf"].layers[0]
    assert (first.layer, first.name) == (0, "container layer") and first.text.startswith("file")
    assert len(web.events) == before


def test_layers_of_a_bare_mount_have_the_names_of_mount() -> None:
    told = details(Overlay(lowerdir=[{"/a": "1"}, {"/a": "2"}]), ["/a"])
    assert [(held.layer, held.name) for held in told["/a"].layers] == [(1, "lowerdir 1"), (2, "lowerdir 2")]
