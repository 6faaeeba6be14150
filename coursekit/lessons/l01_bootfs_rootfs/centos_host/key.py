"""A container has the files of its image and the kernel of its host; a virtual machine has its own of both.

Source: uname(2); os-release(5).
"""

from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l01_bootfs_rootfs.centos_host.case import MISSING


def _prints(case: Case, said: dict[str, str]) -> dict[str, Any]:
    """What is said, of the looks that this case has."""
    return {row: {"prints": said[row]} for row in case["rows"] if row in said}


def truth(case: Case) -> dict[str, Any]:
    """Who asks a kernel gets the one that runs; who reads a file gets that of the tree."""
    host, guest = case["host"], case["guest"]
    own, other = case["kernels"]
    said = {
        "uname": own,
        "version": own,
        "release": guest,
        "centos": MISSING,
        "vm-uname": other,
        "vm-release": guest,
        "host-uname": own,
        "host-centos": host,
    }
    return _prints(case, said)


def _image_has_a_kernel(case: Case) -> dict[str, Any]:
    return _prints(case, dict.fromkeys(("uname", "version"), str(case["kernels"][1])))


def _files_of_the_host(case: Case) -> dict[str, Any]:
    return _prints(case, dict.fromkeys(("release", "centos"), str(case["host"])))


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("image-sets-uname", _image_has_a_kernel, each=True),
        Wrong("host-sets-release", _files_of_the_host, each=True),
        Wrong("vm-shares-the-kernel", lambda case: _prints(case, {"vm-uname": case["kernels"][0]})),
        Wrong(
            "vm-shows-the-hosts-system",
            lambda case: (
                _prints(case, {"vm-uname": case["kernels"][0], "vm-release": case["host"]})
                if "vm-release" in case["rows"]
                else None
            ),
        ),
        Wrong(
            "vm-shows-the-hosts-system",
            lambda case: _prints(case, {"vm-release": case["host"]}) or None,
            place="hosts-disk",
        ),
        Wrong("hosts-files-shine-through", lambda case: _prints(case, {"centos": case["host"]}) or None),
        Wrong("proc-comes-in-the-image", lambda case: _prints(case, {"version": str(case["kernels"][1])}) or None),
        Wrong(
            "container-changes-the-host",
            lambda case: _prints(case, {"host-uname": str(case["kernels"][1]), "host-centos": MISSING}) or None,
            each=True,
        ),
        Wrong(
            "names-of-kernels-and-systems",
            lambda case: _prints(case, {"uname": case["host"], "vm-uname": case["guest"], "host-uname": case["host"]}),
            each=True,
        ),
    ),
)
