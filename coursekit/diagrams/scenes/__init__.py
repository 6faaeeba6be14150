"""Scenes by name, as a notebook reaches them: `ck.scenes.boot()`.

    told        boot, rootfs_on_bootfs, centos_mysql, storeys, union_picture
    of images   image_graph(*images), chain_ladder(image), pull(image, have), containers(image, *containers)
    of bytes    copy_up(thing, path), page_cache(driver, containers)
    of names    name_by_name(lowerdir, path), two_names(thing, name, other), tar_names(thing)
    of starting entrypoint_cmd(entrypoint, cmd, typed)
    of a story  events(happened, lowerdir, *paths); what an object went through is shown by its own `show()`

Pure. Each scene has its own module; blobs is what graph and pull share.
"""

from coursekit.diagrams.scenes.boot import boot
from coursekit.diagrams.scenes.graph import image_graph
from coursekit.diagrams.scenes.ladder import chain_ladder
from coursekit.diagrams.scenes.links import two_names
from coursekit.diagrams.scenes.memory import page_cache
from coursekit.diagrams.scenes.note import centos_mysql, rootfs_on_bootfs, storeys
from coursekit.diagrams.scenes.price import copy_up
from coursekit.diagrams.scenes.pull import pull
from coursekit.diagrams.scenes.stacks import events, union_picture
from coursekit.diagrams.scenes.starting import entrypoint_cmd
from coursekit.diagrams.scenes.tar_names import tar_names
from coursekit.diagrams.scenes.together import containers
from coursekit.diagrams.scenes.walk import name_by_name

__all__ = [
    "boot",
    "centos_mysql",
    "chain_ladder",
    "containers",
    "copy_up",
    "entrypoint_cmd",
    "events",
    "image_graph",
    "name_by_name",
    "page_cache",
    "pull",
    "rootfs_on_bootfs",
    "storeys",
    "tar_names",
    "two_names",
    "union_picture",
]
