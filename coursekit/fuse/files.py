"""Files: the kernel's requests, answered from the engine's inodes.

    node 1 ─ root      the kernel names an object by a number that LOOKUP gave it, until it FORGETs it (nodes)
    handle             an open file description of ours, for OPEN … RELEASE (handles)

Each answer is one call of a rule that `Overlay`'s paths use as well: naming, attributes, handles.

Neighbours: `wire` (the layout), `server` (the loop). Source: Linux fs/fuse.
"""

import errno
from collections.abc import Callable

from coursekit.fuse import wire
from coursekit.fuse.attributes import Attributes
from coursekit.fuse.dirops import Naming
from coursekit.fuse.handles import Handles
from coursekit.fuse.wire import Opcode, Request
from coursekit.union.caller import Caller
from coursekit.union.superblock import refuse
from coursekit.vfs.overlay import Overlay


class Files(Naming, Attributes, Handles):
    """Answers requests about one overlay. `squash`: whose all files are to look like (uid, gid)."""

    def __init__(self, overlay: Overlay, *, squash: tuple[int, int] | None = None) -> None:
        super().__init__(overlay, squash=squash)
        self._answers: dict[int, Callable[[Request], bytes]] = {
            getattr(Opcode, name.removeprefix("_do_").upper()): getattr(self, name)
            for name in dir(self)
            if name.startswith("_do_")
        }

    def answer(self, request: Request) -> bytes | None:
        """The bytes of a reply, or None where none is wanted. Raises: OSError for what is refused."""
        match request.opcode:
            case Opcode.FORGET:
                self.forget([(request.node, wire.FORGET_IN.unpack_from(request.body)[0])])
                return None
            case Opcode.BATCH_FORGET:
                self.forget(wire.FORGET_ONE.iter_unpack(request.body[wire.BATCH_IN.size :]))
                return None
            case Opcode.INTERRUPT:
                return None
        known = self._answers.get(request.opcode)
        if known is None:
            refuse(errno.ENOSYS)
        self.overlay.sb.caller = Caller(*self.owner(request.uid, request.gid))
        return known(request)
