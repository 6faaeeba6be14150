"""What a click on a file tells: what it is, what is in it, and what each layer did to it."""

from coursekit import Image, Overlay, run
from coursekit.diagrams.details import detail, details
from coursekit.diagrams.html import scene_of
from coursekit.fs.content import Bytes, Missing
from coursekit.fs.node import WHITEOUT, File, Metadata
from coursekit.layers.layer import Layer

NAMES = ["upperdir", "app", "base"]


def test_the_topmost_layer_answers_and_the_history_is_told_base_first() -> None:
    layers = [Layer.of({}), Layer.of({"/etc/hosts": "new"}), Layer.of({"/etc/hosts": "older"})]
    told = detail(layers, NAMES, "/etc/hosts")
    assert told.contents == "new" and ("seen", "as app has it") in told.facts and ("size", "3 bytes") in told.facts
    assert told.history == ("base: file, 5 B, mode 0644", "app: file, 3 B, mode 0644")


def test_a_deleted_file_has_a_history_and_no_contents() -> None:
    told = detail([Layer.of({"/a": WHITEOUT}), Layer.of({}), Layer.of({"/a": "x"})], NAMES, "/a")
    assert told.contents == "" and "no such file (deleted" in told.facts[0][1]
    assert told.history == ("base: file, 1 B, mode 0644", "upperdir: a whiteout hides it")


def test_a_path_that_is_nowhere_says_so() -> None:
    assert detail([Layer.of({})], ["base"], "/x").facts == (("seen", "no such file (in no layer)"),)


def test_contents_are_cut_and_what_is_no_text_is_told_apart() -> None:
    meta = Metadata()
    layer = Layer.of(
        {
            "/long": File(meta, Bytes(b"a" * 5_000)),
            "/binary": File(meta, Bytes(bytes(range(64)))),
            "/absent": File(meta, Missing(9, "sha256:" + "0" * 64, "/absent", "pull the real image")),
        }
    )
    assert detail([layer], ["base"], "/long").contents == "a" * 2_000 + "\n… and 3 kB more"
    assert detail([layer], ["base"], "/binary").contents.startswith("not text; it begins 00 01 02")
    assert "pull the real image" in detail([layer], ["base"], "/absent").contents


def test_every_box_of_a_container_is_about_something_that_is_told_without_an_event() -> None:
    web = run(Image.open("teach/app:1"))
    web.exec("echo hi >> /srv/app/app.conf")
    before = len(web.events)
    scene = scene_of(web)
    told = details(web, [box.about for box in scene.frames[-1].boxes if box.about])
    assert told["/srv/app/app.conf"].history[-1].startswith("container layer: file")
    assert len(web.events) == before


def test_layers_of_a_bare_mount_have_the_names_of_mount() -> None:
    told = details(Overlay(lowerdir=[{"/a": "1"}, {"/a": "2"}]), ["/a"])
    assert told["/a"].history == ("lowerdir 2: file, 1 B, mode 0644", "lowerdir 1: file, 1 B, mode 0644")
