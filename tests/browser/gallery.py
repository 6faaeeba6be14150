"""The notebook that the browser tests look at: every scene, stacks, large and bad ones, sandbox and cards, one a cell.

`CELLS` maps a name to the code of its cell; the widget of a name is in that cell's output.
"""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
ROOT = str(Path(__file__).resolve().parents[2])
FIRST = (
    f"""
import os, sys
sys.path.insert(0, {ROOT!r})
os.environ["COURSEKIT_EXERCISES"] = "tests.exercises.tiny"
"""
    + """
import coursekit as ck
ck.start("99-tiny", "ada")
from coursekit import Layer, events
from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Box, Frame, Scene
from coursekit.widgets.player import Player
from dataclasses import replace

base = Layer.of({"/etc/hosts": "127.0.0.1", "/app/old.js": "old", "/<img src=x onerror=alert(1)>": "<b>bold</b>"})
app = Layer.of({"/app/main.js": "main"})
happened = [
    events.Probed(path="/etc/hosts", layer=0, found="nothing"),
    events.Probed(path="/etc/hosts", layer=1, found="nothing"),
    events.Probed(path="/etc/hosts", layer=2, found="file"),
    events.CopiedUp(path="/etc/hosts", from_layer=2, size=174),
    events.WhitedOut(path="/app/old.js"),
]
names = ["container layer", "COPY app", "ADD rootfs"]
paths = ["/etc/hosts", "/app/main.js", "/app/old.js", "/<img src=x onerror=alert(1)>"]
story = stack_scene([app, base], happened=happened, paths=paths, names=names)
image = ck.Image.open("teach/app:1")
web, second = ck.run(image, name="web"), ck.run(image, name="second")
web.exec("cat app.conf; echo x >> app.conf; rm start.sh; ls /srv/app; mv static s2; mkdir static; echo n > static/n")
"""
)
SCENES = {
    "boot": "ck.scenes.boot()",
    "chain_ladder": "ck.scenes.chain_ladder(image)",
    "entrypoint_cmd": "ck.scenes.entrypoint_cmd()",
    "name_by_name": 'ck.scenes.name_by_name([{"/srv": ck.WHITEOUT}, {"/srv/a": "1"}], "/srv/a")',
    "tar_names": "ck.scenes.tar_names(web)",
    "two_names": 'ck.scenes.two_names(ck.run("debian-nginx:bullseye"), "/usr/bin/gunzip", "/usr/bin/uncompress")',
    "centos_mysql": "ck.scenes.centos_mysql()",
    "containers": "ck.scenes.containers(image, web, second)",
    "copy_up": 'ck.scenes.copy_up(ck.run(image, name="third"), "/srv/app/app.conf")',
    "events": "ck.scenes.events(happened, [app, base])",
    "image_graph": 'ck.scenes.image_graph(image, ck.Image.open("teach/other:1"))',
    "page_cache": 'ck.scenes.page_cache("devicemapper", containers=2)',
    "pull": 'ck.scenes.pull(image, have=[ck.Image.open("teach/base:1")])',
    "rootfs_on_bootfs": "ck.scenes.rootfs_on_bootfs()",
    "storeys": "ck.scenes.storeys()",
    "union_picture": "ck.scenes.union_picture()",
    "container": "web.show()",
    "overlay": 'ck.Overlay(lowerdir=[{"/a": ck.WHITEOUT, "/d/x": "1"}, {"/a": "1", "/d/y": "2"}]).show()',
}
LARGE = {
    "thousand": """
files = [f"/srv/app/file{n:02}.js" for n in range(40)]
layers = [Layer.of({path: "x" for path in files}) for _ in range(24)]
many = stack_scene(layers, happened=[events.WhitedOut(path=path) for path in files], paths=files)
Player(replace(many, grid=None))  # without a grid it is not paged: all its tiles at once""",
    "long": """
where = ["/var/log/app.log", "/etc/hosts", "/srv/data.db"]
lower = Layer.of({path: "x" for path in where})
writes = [events.CopiedUp(path=path, from_layer=1, size=1) for path in where]
writes += [events.Written(path=where[n % 3], offset=n, size=n) for n in range(10_000)]
Player(stack_scene([lower], happened=writes, paths=where), step=0)""",
}
ODD = {
    "markup": "Player(story)",
    "goal": 'Player(replace(story, title="With a goal", goal=replace(story, frames=story.frames[:-1])))',
    "unknown": 'ck.Overlay(lowerdir=[{"/a": "1"}]).show("/no/such", "/a")',
    "empty": "ck.scenes.events([], [app, base])",
    "nothing": 'Player(stack_scene([app, base], happened=[], title="Nothing happened"))',
    "too_large": """
many = tuple(Box(id=str(n), role="tile", x=0.0, y=0.0, width=1.0, height=1.0) for n in range(7_000))
Player(Scene(title="Too large", width=10.0, height=10.0, frames=(Frame(caption="many", boxes=many),)))""",
}
ASKED = ("99-adds-files", "99-boot", "99-owners", "99-download", "99-seen", "ledger-133")
CARDS = {id: f'ck.question("{id}")' for id in ASKED}
CELLS = {**SCENES, **LARGE, **ODD, "sandbox": "ck.sandbox()", **CARDS}


def write(path: Path) -> None:
    """The notebook, cells in the order of CELLS after a first one."""
    cells = [new_code_cell(FIRST, id="first"), *(new_code_cell(code, id=name) for name, code in CELLS.items())]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
