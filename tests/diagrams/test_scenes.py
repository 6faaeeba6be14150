"""The scenes of the course: each tells its story truly, in words too, and nothing in it overlaps or is cut off."""

from collections.abc import Callable
from itertools import combinations, pairwise, product

import pytest

import coursekit as ck
from coursekit.container.drivers import DRIVERS
from coursekit.container.process_config import merged
from coursekit.diagrams import scenes
from coursekit.diagrams.knobs import settings
from coursekit.diagrams.lettering import width
from coursekit.diagrams.scene import Box, Frame, Scene, words
from coursekit.diagrams.scenes.shelf import shelf
from coursekit.diagrams.scenes.starting import CMDS, ENTRYPOINTS, TYPED, config
from coursekit.diagrams.shapes import wording
from coursekit.diagrams.svg import figure
from coursekit.errors import NotFound
from coursekit.events import Event, Probed
from coursekit.image.open import Image

NGINX = Image.open("nginx:1.21.3")
LATER = Image.open("nginx:1.21.4")
APP, OTHER = Image.open("teach/app:1"), Image.open("teach/other:1")
SKELETON = Image.open("debian-nginx:bullseye")


def together() -> Scene:
    one, two = ck.run(SKELETON, name="one"), ck.run(SKELETON, name="two")
    one.exec("echo hello > /etc/motd; rm /etc/nginx/nginx.conf")
    two.exec("echo two > /srv/new")
    return scenes.containers(SKELETON, one, two)


def hidden() -> ck.Container:
    """A container that deleted a file, made a directory anew and wrote a file."""
    web = ck.run(APP, name="hidden")
    web.exec("rm /etc/passwd; rm -r /srv/app; mkdir /srv/app; echo mine > /srv/app/new.txt")
    return web


WAY = [{"/srv": ck.WHITEOUT}, {"/srv/app.py": "new"}, {"/srv/app.py": "old", "/srv/other": "x"}]

ALL: dict[str, Callable[[], Scene]] = {
    "boot": scenes.boot,
    "rootfs_on_bootfs": scenes.rootfs_on_bootfs,
    "centos_mysql": scenes.centos_mysql,
    "storeys": scenes.storeys,
    "union_picture": scenes.union_picture,
    "image_graph of one": lambda: scenes.image_graph(NGINX),
    "image_graph of two that share": lambda: scenes.image_graph(APP, OTHER),
    "image_graph of many layers": lambda: scenes.image_graph(SKELETON, NGINX, LATER),
    "pull to an empty host": lambda: scenes.pull(NGINX),
    "pull with a base here": lambda: scenes.pull(APP, [OTHER]),
    "containers": together,
    "no container yet": lambda: scenes.containers(APP),
    "containers of a published image": lambda: scenes.containers(NGINX),
    **{f"page_cache {name}": lambda name=name: scenes.page_cache(name, 3) for name in DRIVERS},  # type: ignore[misc]
    "shelf": lambda: shelf("web:1", "ADD 1a…", {"a": "db:1", "b": "<b>"}, {"a": "ADD 1a…", "b": "ADD 2b…"}, title="?"),
    "name_by_name": lambda: scenes.name_by_name(WAY, "/srv/app.py"),
    "entrypoint_cmd": scenes.entrypoint_cmd,
    "entrypoint_cmd of a shell": lambda: scenes.entrypoint_cmd("shell", "exec", "none"),
    "tar_names": lambda: scenes.tar_names(hidden()),
    "chain_ladder": lambda: scenes.chain_ladder(APP),
    "two_names": lambda: scenes.two_names(ck.run(SKELETON), "/usr/bin/gunzip", "/usr/bin/uncompress"),
    "copy_up": lambda: scenes.copy_up(ck.run(SKELETON, name="web"), "/usr/sbin/nginx"),
    "copy_up of an empty file": lambda: scenes.copy_up(ck.Overlay([{"/empty": ""}]), "/empty"),
}


@pytest.fixture(scope="module", params=ALL, ids=str)
def scene(request: pytest.FixtureRequest) -> Scene:
    return ALL[request.param]()


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x + 1 < other.x + other.width
        and other.x + 1 < one.x + one.width
        and one.y + 1 < other.y + other.height
        and other.y + 1 < one.y + one.height
    )


def test_nothing_leaves_the_picture(scene: Scene) -> None:
    for frame in scene.frames:
        for box in frame.boxes:
            assert box.x >= 0 and box.y >= 0, box
            assert box.x + box.width <= scene.width and box.y + box.height <= scene.height, box
        for arrow in frame.arrows:
            assert min(arrow.x1, arrow.x2) >= 0 and max(arrow.x1, arrow.x2) <= scene.width


def test_tiles_do_not_overlap(scene: Scene) -> None:
    for frame in scene.frames:
        tiles = [box for box in frame.boxes if box.role in ("tile", "whiteout")]
        for one, other in combinations(tiles, 2):
            assert not overlap(one, other), (frame.caption, one, other)


def test_slabs_do_not_overlap(scene: Scene) -> None:
    for frame in scene.frames:
        slabs = [box for box in frame.boxes if box.role == "slab"]
        for one, other in combinations(slabs, 2):
            assert not overlap(one, other), (frame.caption, one, other)


def test_text_fits_where_it_stands_and_is_cut_only_where_the_whole_is_told(scene: Scene) -> None:
    for frame in scene.frames:
        for box in frame.boxes:
            if box.role == "bracket":  # its word stands beside it, turned
                continue
            lines = wording(box)
            for line in lines:
                assert not box.width or width(line.text, line.size, line.bold) <= box.width, box
                assert line.y <= box.height + 2, box
            shown = "".join(line.text for line in lines).replace(" ", "")
            assert "…" not in shown or box.title or "…" in box.text + box.sub, box


def test_ids_are_told_apart_and_every_step_says_something(scene: Scene) -> None:
    for frame in scene.frames:
        ids = [box.id for box in frame.boxes]
        assert len(ids) == len(set(ids))
        assert frame.caption.endswith((".", "?")) and "{" not in frame.caption
    for before, after in pairwise(scene.frames):
        assert before.caption != after.caption


def test_words_and_a_figure_need_no_browser(scene: Scene) -> None:
    assert len(words(scene).splitlines()) == len(scene.frames) + 1
    shown = figure(scene)
    assert all(part in shown for part in ('role="img"', "<svg", "</svg>"))


def shown(frame: Frame) -> set[str]:
    return {box.text for box in frame.boxes}


def test_a_container_starts_without_a_bootfs() -> None:
    frames = scenes.boot().frames
    started = [frame.caption for frame in frames if "docker run" in frame.caption]
    assert len(started) == 1 and "no firmware, boot loader or initramfs is needed" in started[0]
    released = next(frame for frame in frames if "switch_root" in frame.caption)
    assert next(box for box in released.boxes if box.id == "initramfs").hidden
    assert not any(box.id in ("initramfs", "loaded") for box in frames[-1].boxes)
    assert [box.role for box in frames[-1].boxes if box.id == "kernel"] == ["ground"]


def test_the_graph_has_the_real_digests_and_sizes() -> None:
    last = scenes.image_graph(NGINX).frames[-1]
    said = {box.sub for box in last.boxes if box.role == "tile"}
    assert "sha256:87a94228f133… · 7.73 kB · its digest is the image ID" in said
    assert "sha256:7250923ba354… · 1.57 kB" in said
    assert "sha256:b380bbd43752… · 27.1 MB" in said
    assert len(last.arrows) == 1 + 1 + len(NGINX.layers)


def test_a_click_on_a_document_tells_its_digest_and_its_bytes() -> None:
    for scene in (scenes.image_graph(NGINX), scenes.pull(NGINX)):
        told = {detail.title: detail for detail in scene.details.values()}
        assert told["manifest"].contents == NGINX.manifest.raw.decode()
        assert dict(told["config"].facts)["digest"] == str(NGINX.id)
        base = next(detail for title, detail in told.items() if title.startswith("layer 0"))
        assert dict(base.facts)["diff_id"] == str(NGINX.layers[0].diff_id)
        assert dict(base.facts)["size"] == "27,139,510 bytes as it travels; 69,250,672 bytes of files (published)"
        assert scene.details.keys() <= {box.about for box in scene.frames[-1].boxes}


def test_a_config_that_was_put_together_says_so() -> None:
    told = [detail for detail in scenes.image_graph(LATER).details.values() if detail.title == "config"]
    assert "its bytes were never published" in dict(told[0].facts)["below"]


def test_a_shared_layer_is_one_tile_with_two_links() -> None:
    last = scenes.image_graph(APP, OTHER).frames[-1]
    base = next(box for box in last.boxes if box.id == f"blob-{APP.layers[0].digest}")
    ends = [arrow for arrow in last.arrows if (arrow.x2, arrow.y2) == (base.x, base.y + base.height / 2)]
    assert len(ends) == 2 and "in several images" in base.sub
    once = sum({layer.digest: layer.size_compressed for image in (APP, OTHER) for layer in image.layers}.values())
    assert f"Only {once / 1000:.3g} kB are stored" in last.caption


def test_images_of_different_bases_share_nothing() -> None:
    assert scenes.image_graph(NGINX, LATER).frames[-1].caption.endswith("they share no layer.")


def test_a_pull_moves_what_is_missing_and_nothing_else() -> None:
    scene = scenes.pull(APP, [OTHER])
    *steps, last = scene.frames
    moved = [arrow.label for frame in steps for arrow in frame.arrows]
    assert moved == ["711 B", "1.18 kB", "369 B", "144 B"]
    assert [mark.verdict for frame in steps for mark in frame.marks] == ["hit"]
    assert [box.text for box in last.boxes if box.sub == "already here"] == ["layer 0: ADD rootfs"]
    assert "2.4 kB of 5.17 kB have travelled. The other 2.77 kB were here already" in last.caption
    assert [arrow.label for arrow in last.arrows] == moved and [mark.verdict for mark in last.marks] == ["hit"]


def test_one_container_s_change_is_its_own() -> None:
    last = together().frames[-1]
    boxes = {box.id: box for box in last.boxes}
    assert boxes["0:sees/etc/motd"].tone == "container" and boxes["1:sees/etc/motd"].tone == "layer-0"
    gone = boxes["0:sees/etc/nginx/nginx.conf"]
    assert (gone.over, gone.text, gone.title) == ("nginx.conf", "no such file", "/etc/nginx/nginx.conf")
    assert boxes["0:upper/etc/nginx/nginx.conf"].role == "whiteout"
    assert boxes["1:sees/srv/new"].tone == "container" and boxes["0:sees/srv/new"].role == "note"


@pytest.mark.parametrize("name", DRIVERS)
def test_copies_in_memory_are_the_model_s(name: str) -> None:
    last = scenes.page_cache(name, 4).frames[-1]
    assert sum(1 for box in last.boxes if box.id.startswith("page-")) == DRIVERS[name].page_cache_copies(4)


def test_the_price_of_the_first_byte_is_the_file_and_of_the_second_nothing() -> None:
    scene = scenes.copy_up(ck.Overlay([{"/srv/data": "x" * 5000}]), "/srv/data")
    amounts = [
        tuple(next(box.sub for box in frame.boxes if box.id == f"{name}:label") for name in ("copied", "written"))
        for frame in scene.frames
    ]
    assert amounts[-3:] == [("5,000 bytes", "0 bytes"), ("5,000 bytes", "1 byte"), ("5,000 bytes", "2 bytes")]


def test_copy_up_leaves_the_container_as_it_is() -> None:
    web = ck.run(SKELETON, name="web")
    before = len(web.events)
    scenes.copy_up(web, "/etc/motd")
    assert web.diff() == () and len(web.events) == before


def test_the_union_grows_as_the_layers_are_read() -> None:
    frames = scenes.union_picture().frames
    seen = [{box.text for box in frame.boxes if box.id.startswith("merged/")} for frame in frames]
    assert seen[0] == set()
    assert seen[1] == {"e"}
    assert seen[2] == {"e", "b", "d"}
    assert seen[-1] == {"a", "b", "no such file", "d", "e"}


def test_every_knob_s_every_value_gives_a_scene_of_the_engine_s() -> None:
    scenes_with = [scenes.page_cache("overlay2", 3), scenes.pull(APP, [OTHER]), scenes.union_picture(), together()]
    scenes_with.append(scenes.copy_up(ck.Overlay([{"/srv/data": "x" * 5000}]), "/srv/data"))
    for scene in scenes_with:
        assert scene.knobs and scene.turn is not None and scene.to_json()["knobs"]
        for knob in scene.knobs:
            several = knob.kind in ("order", "tick")
            for value, _words in knob.options:
                asked = settings(scene.knobs, {knob.key: [value] if several else value})
                assert (asked is None) == (knob.kind == "order")  # an order has all of them
                if asked is not None:
                    assert scene.turn(**asked).frames[-1].caption
            assert settings(scene.knobs, {knob.key: "no such value"}) is None
    assert settings(scenes_with[0].knobs, {"containers": True}) is None
    free = scenes_with[-1].turn(size=64_000_000, driver="btrfs")
    assert any("btrfs: 4.1 kB are copied" in frame.caption for frame in free.frames)
    other = scenes_with[2].turn(order=("base", "top", "middle"))
    assert {box.id: box.pill for box in other.frames[-1].boxes}["merged/srv/c"] == "base"


def test_a_name_below_a_whiteout_is_never_asked_for() -> None:
    last = scenes.name_by_name(WAY, "/srv/app.py").frames[-1]
    assert last.caption.startswith("There is no /srv, so no layer is even asked for /srv/app.py")
    assert {box.id: box.text for box in last.boxes}["merged/srv/app.py"] == "no such file"
    found = scenes.name_by_name(WAY[1:], "/srv/app.py").frames
    assert found[0].caption.startswith("/srv/app.py is looked up in 2 steps") and "even asked" not in found[-1].caption


def test_what_starts_is_what_the_container_says() -> None:
    for entrypoint, cmd, typed in product(("none", "exec", "shell"), ("none", "exec", "shell"), ("none", "ls")):
        said = config(ENTRYPOINTS[entrypoint], CMDS[cmd])
        line = " ".join(merged(said, command=TYPED[typed]).argv)
        last = scenes.entrypoint_cmd(entrypoint, cmd, typed).frames[-1]
        assert (line or "no command specified") in last.caption
        shown = {box.id: box.text for box in last.boxes}
        assert " ".join(filter(None, (shown.get("first"), shown.get("second")))) == line


def test_tar_and_disk_spell_what_is_hidden_differently() -> None:
    last = scenes.tar_names(hidden()).frames[-1]
    texts = {box.id: box.text for box in last.boxes}
    pairs = {texts[f"disk-{n}"]: texts[f"tar-{n}"] for n in range(3)}
    assert pairs == {
        "/etc/passwd": "etc/.wh.passwd",
        "/srv/app": "srv/app/.wh..wh..opq",
        "/srv/app/new.txt": "srv/app/new.txt",
    }


def test_a_chmod_by_one_name_leaves_the_other() -> None:
    last = ALL["two_names"]().frames[-1].caption
    assert last.endswith("/usr/bin/gunzip has mode 0700, and /usr/bin/uncompress still has 0755. Two files now.")


def test_events_of_any_story_become_a_scene() -> None:
    heard: list[Event] = []
    merged = ck.Overlay([{"/a": "1"}], emit=heard.append)
    merged.unlink("/a")
    scene = scenes.events(heard, [{"/a": "1"}])
    assert "A whiteout in upperdir now hides /a" in scene.frames[-1].caption
    assert len(scenes.events([], [{"/a": "1"}]).frames) == 1


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: scenes.image_graph(), "one to 4 images can be drawn, and there are 0"),
        (lambda: scenes.image_graph("nginx"), "got 'nginx'; open one with ck.Image.open"),
        (lambda: scenes.pull(APP, ["nginx"]), "got 'nginx'"),
        (lambda: scenes.containers(APP, ck.run(OTHER, name="other")), "is no container of teach/app:1"),
        (lambda: scenes.containers(APP, *[ck.run(APP, name=f"c{n}") for n in range(5)]), "up to 4 containers"),
        (lambda: scenes.page_cache("aufs"), "no storage driver is called 'aufs'; there are overlay2"),
        (lambda: scenes.page_cache("overlay2", 0), "one to 6 containers"),
        (lambda: scenes.copy_up(ck.Overlay([{"/d/f": ""}]), "/d"), "/d is no regular file"),
        (lambda: scenes.copy_up(APP, "/etc/hosts"), "a copy-up happens in an Overlay or a Container"),
        (lambda: scenes.entrypoint_cmd("other"), "'other' is not one of none, exec, shell"),
        (lambda: scenes.tar_names(ck.Overlay([{"/a": ""}])), "nothing in its writable layer"),
        (lambda: scenes.two_names(ck.Overlay([{"/a": "", "/b": ""}]), "/a", "/b"), "not two names of one file"),
        (lambda: scenes.name_by_name([{"/a": ""}], "a"), "a path begins with /"),
        (lambda: scenes.chain_ladder("app"), "got 'app'"),
        (lambda: scenes.events([Probed(path="/a", layer=3, found="file")], [{}]), "layer 3, and lowerdir has 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(make: Callable[[], object], said: str) -> None:
    with pytest.raises((ValueError, NotFound)) as refused:
        make()
    assert said in str(refused.value)


def test_a_missing_file_is_the_kernel_s_error() -> None:
    with pytest.raises(FileNotFoundError, match="/none"):
        scenes.copy_up(ck.Overlay([{"/a": ""}]), "/none")


def test_markup_in_names_stays_text() -> None:
    scene = scenes.copy_up(ck.Overlay([{"/<script>x": "1"}]), "/<script>x")
    assert "<script>" not in figure(scene)
