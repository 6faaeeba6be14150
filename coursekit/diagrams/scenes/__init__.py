"""Scenes by name, as a notebook reaches them: `ck.scenes.boot()`.

    told        boot, rootfs_on_bootfs, centos_mysql, storeys, union_picture
    of images   image_graph(*images), pull(image, have), containers(image, *containers)
    of bytes    copy_up(thing, path), page_cache(driver, containers)
    of a story  events(happened, lowerdir, *paths); what an object went through is shown by its own `show()`

Pure. Each scene has its own module; blobs is what graph and pull share.
"""

from coursekit.diagrams.scenes.boot import boot
from coursekit.diagrams.scenes.graph import image_graph
from coursekit.diagrams.scenes.memory import page_cache
from coursekit.diagrams.scenes.note import centos_mysql, rootfs_on_bootfs, storeys
from coursekit.diagrams.scenes.price import copy_up
from coursekit.diagrams.scenes.pull import pull
from coursekit.diagrams.scenes.stacks import events, union_picture
from coursekit.diagrams.scenes.together import containers

__all__ = [
    "boot",
    "centos_mysql",
    "containers",
    "copy_up",
    "events",
    "image_graph",
    "page_cache",
    "pull",
    "rootfs_on_bootfs",
    "storeys",
    "union_picture",
]
