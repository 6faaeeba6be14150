"""The docker session of the study note: its container, with its id, its name, its times, and Exited as it was.

    CONTAINER ID   IMAGE     COMMAND                  CREATED        STATUS                   PORTS     NAMES
    fdc889b3f706   nginx     "/docker-entrypoint.…"   12 hours ago   Exited (0) 9 hours ago             keen_feynman

The note goes on with `docker exec`, which docker refuses in this state: `docker start` is what it leaves
out. The image is debian-nginx:bullseye, built from Debian's packages, under the name that the note has for its own.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coursekit.container.container import Container
    from coursekit.image.store import Store

ID = "fdc889b3f706" + "5a0e3e53b5b6a2f3d8e7c9014d26b7f1c48ea09d73625f81b90c"  # the note has the first twelve digits
NAME = "keen_feynman"
IMAGE = "debian-nginx:bullseye"
CALLED = "nginx:latest"
CREATED, EXITED = timedelta(hours=12), timedelta(hours=9)  # before now


def note_session(store: "Store", now: datetime | None = None) -> "Container":
    """Put the note's container into a store that has neither it nor an image called nginx; the container.

    Its times lie before `now`, by default this moment.
    """
    from coursekit.container.container import Container
    from coursekit.container.containers import Containers
    from coursekit.container.process_config import merged

    now = now or datetime.now(UTC)
    image = store.tag(IMAGE, CALLED)
    clock = [_nanoseconds(now - CREATED)]
    container = Container(image, merged(image.config), name=NAME, id=ID, now=lambda: clock[0])
    container.start()
    clock[0] = _nanoseconds(now - EXITED)
    container.stop()
    Containers(store).save(container)
    return container


def _nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**9
