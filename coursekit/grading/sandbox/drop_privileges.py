"""Starts bubblewrap for a grader who is root: as a user that owns nothing, who sees what the box is shown and no more.

    python -m coursekit.grading.sandbox.drop_privileges '{"shown": ["/usr", …]}' WORDS…

Under root's own id a box could read /etc/shadow, and no limit on processes would hold. What is shown is bound below
FARM in a mount namespace of this process first, since an unprivileged user cannot walk through /root to it.

Neighbours: `namespaces` (the calls), `boxes` (writes the words, with paths below FARM).
"""

import json
import os
import sys

from coursekit.grading.sandbox import namespaces

FARM = "/mnt"
NOBODY = 61_999  # a user id that no distribution gives out, above those of people and services


def main() -> None:
    """Binds, drops, and becomes bubblewrap."""
    shown = [path for path in json.loads(sys.argv[1]) if os.path.exists(path)]
    namespaces.unshare(namespaces.NEWNS)
    namespaces.mount("", "/", flags=namespaces.PRIVATE | namespaces.REC)
    handles = [os.open(path, os.O_PATH) for path in shown]  # what lies below FARM itself is still to be had so
    namespaces.mount("tmpfs", FARM, "tmpfs", namespaces.NOSUID | namespaces.NODEV, "mode=0755")
    for path, handle in zip(shown, handles, strict=True):
        place = FARM + path
        if os.path.isdir(path) if not path.startswith(FARM) else True:
            os.makedirs(place, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY))
        namespaces.bind(f"/proc/self/fd/{handle}", place)
        os.close(handle)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    os.chdir("/")
    os.execvp("bwrap", ["bwrap", *sys.argv[2:]])


if __name__ == "__main__":
    main()
