"""Lesson 01: who brings what into a container, and what two commands print on a CentOS host.

Source: moby daemon/container_operations.go (hosts, resolv.conf, hostname); runc
libcontainer/specconv/example.go (what is mounted); uname(2); os-release(5);
the release notes of the distributions for their kernels.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.lessons.boot_order import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_OWNERS = {
    "image": "a file of the image",
    "kernel": "the host's kernel",
    "engine": "the container engine, at the start",
    "host": "a file on the host's disk",
}
_PARTS = {
    "libc": ("libc.so.6, which nearly every program in it calls", "image"),
    "os-release": ("/etc/os-release", "image"),
    "sh": ("/bin/sh, the shell", "image"),
    "nginx": ("/usr/sbin/nginx, the program itself", "image"),
    "passwd": ("/etc/passwd, which says who www-data is", "image"),
    "ls": ("ls, cat and cp", "image"),
    "modules": ("nginx's own modules, ngx_http_…_module.so", "image"),
    "uname": ("the answer to uname -r", "kernel"),
    "overlay": ("overlay.ko, the module that mounts the layers", "kernel"),
    "scheduler": ("the scheduler that gives it time on a processor", "kernel"),
    "tcp": ("the TCP that answers on port 80", "kernel"),
    "clock": ("the time that date prints", "kernel"),
    "cpuinfo": ("what cat /proc/cpuinfo prints", "kernel"),
    "meminfo": ("what cat /proc/meminfo prints", "kernel"),
    "filesystems": ("the list in /proc/filesystems", "kernel"),
    "hosts": ("/etc/hosts with the container's own address", "engine"),
    "resolv": ("/etc/resolv.conf with the name servers", "engine"),
    "hostname": ("/etc/hostname with the container's ID", "engine"),
    "upper": ("the empty layer that its writes go to", "engine"),
}
_PROC = ("cpuinfo", "meminfo", "filesystems")
_OF_THE_KERNEL = ("uname", "overlay", "scheduler", "tcp", "clock")
_WRITTEN = ("hosts", "resolv", "hostname")


def _parts(random: Random) -> dict[str, Any]:
    """Eight parts: libc and os-release, what else a belief touches, and two more."""
    rows = ["libc", "os-release", random.choice(_PROC), *random.sample(_OF_THE_KERNEL, 2), random.choice(_WRITTEN)]
    rows += random.sample([part for part in _PARTS if part not in rows], 2)
    random.shuffle(rows)
    return {"rows": rows}


def _believed(owner: str, *parts: str) -> Callable[[Case], dict[str, dict[str, str]]]:
    """Those of `parts` that the case has, from `owner`."""
    return lambda case: {row: {"from": owner} for row in case["rows"] if row in parts}


WHO_OWNS = Exercise(
    id="who-owns",
    lesson=LESSON,
    title="Who brings what?",
    kind=Kind.TABLE,
    points=3,
    objective="say of each part of a running container whether image, kernel or engine brings it",
    make=_parts,
    question="An nginx container runs on a Debian-based image. Where does each of these come from: 'image', 'kernel', "
    "'engine' or 'host'?",
    form=lambda case: Fill({row: _PARTS[row][0] for row in case["rows"]}, {"from": Choose(_OWNERS)}),
    truth=lambda case: {row: {"from": _PARTS[row][1]} for row in case["rows"]},
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["image-has-a-kernel"],
            _believed("image", *_OF_THE_KERNEL),
            "Look into the image: /boot and /lib/modules are empty or missing.",
        ),
        WrongModel(
            MISCONCEPTIONS["proc-comes-in-the-image"],
            _believed("image", *_PROC),
            "`ls /proc` in the image's own tree lists nothing; in a container the kernel answers.",
        ),
        WrongModel(
            MISCONCEPTIONS["libc-is-the-kernels"],
            _believed("kernel", "libc"),
            "libc.so.6 is a file of Debian's package libc6. On Alpine it is another file: musl.",
        ),
        WrongModel(
            MISCONCEPTIONS["host-sets-release"],
            _believed("host", "os-release"),
            "Any file below / of a container is looked for in the image's layers first of all.",
        ),
        WrongModel(
            MISCONCEPTIONS["image-brings-hosts"],
            _believed("image", *_WRITTEN),
            "They hold this container's name and address, which nobody knew when the image was made.",
        ),
    ),
    hints=(
        Hint("Could this be known when the image was made, on another machine and perhaps years ago?"),
        Hint("Is it a file that you can copy, or an answer that somebody gives?"),
        Hint(
            "`docker diff` of a fresh container is empty, and yet its /etc/hostname is its own. Who put it there?",
            after="image-brings-hosts",
        ),
        Hint(
            "Files of a distribution: image. Answers of the running system, /proc too: kernel. What is special to "
            "this one container: engine."
        ),
    ),
    explanation="Three hands make a container. The **image** brings the files: programs, libraries, names. The host's "
    "**kernel** brings all that happens: it opens files, answers uname, fills /proc. The **engine** adds the little "
    "that belongs to this one container: an empty layer, and hosts, hostname and resolv.conf, mounted over the "
    "image's. From the host's disk nothing is seen, unless you mount it yourself.",
)

_HOSTS = {
    "CentOS 7.5": "3.10.0-862.el7.x86_64",
    "CentOS 7.6": "3.10.0-957.el7.x86_64",
    "CentOS 7.7": "3.10.0-1062.el7.x86_64",
    "CentOS 7.8": "3.10.0-1127.el7.x86_64",
    "CentOS 7.9": "3.10.0-1160.el7.x86_64",
    "CentOS 8.0": "4.18.0-80.el8.x86_64",
    "CentOS 8.1": "4.18.0-147.el8.x86_64",
    "CentOS 8.2": "4.18.0-193.el8.x86_64",
    "CentOS 8.3": "4.18.0-240.el8.x86_64",
}
_GUESTS = {
    "Debian 10": "4.19.0-18-amd64",
    "Debian 11": "5.10.0-9-amd64",
    "Ubuntu 18.04": "4.15.0-163-generic",
    "Ubuntu 20.04": "5.4.0-90-generic",
    "Alpine 3.14": "5.10.61-0-virt",
    "Fedora 35": "5.14.18-300.fc35.x86_64",
}
_MISSING = "No such file or directory"
_LOOKS = {
    "uname": "container: uname -r",
    "version": "container: cut -d ' ' -f 3 /proc/version",
    "release": "container: cat /etc/os-release",
    "centos": "container: cat /etc/centos-release",
    "vm-uname": "virtual machine: uname -r",
    "vm-release": "virtual machine: cat /etc/os-release",
    "host-uname": "the host itself: uname -r",
    "host-centos": "the host itself: cat /etc/centos-release",
}


def _host(random: Random) -> dict[str, Any]:
    rows = ["uname", "release", "vm-uname", *random.sample(sorted(set(_LOOKS) - {"uname", "release", "vm-uname"}), 3)]
    random.shuffle(rows)
    host, guest = random.choice(sorted(_HOSTS)), random.choice(sorted(_GUESTS))
    return {"host": host, "guest": guest, "kernels": [_HOSTS[host], _GUESTS[guest]], "rows": rows}


def _says(case: Case, **believed: str) -> dict[str, dict[str, str]]:
    """What each look prints, or of `believed` alone where there are any."""
    host, guest = case["host"], case["guest"]
    own, other = case["kernels"]
    true = {
        "uname": own,
        "version": own,
        "release": guest,
        "centos": _MISSING,
        "vm_uname": other,
        "vm_release": guest,
        "host_uname": own,
        "host_centos": host,
    }
    said = believed or true
    return {row: {"prints": said[row.replace("-", "_")]} for row in case["rows"] if row.replace("-", "_") in said}


def _host_form(case: Case) -> Fill:
    host, guest = case["host"], case["guest"]
    texts = sorted((host, guest)) + sorted(case["kernels"]) + [_MISSING]
    return Fill({row: _LOOKS[row] for row in case["rows"]}, {"prints": Choose({text: text for text in texts})})


CENTOS_HOST = Exercise(
    id="centos-host",
    lesson=LESSON,
    title="On a CentOS host",
    kind=Kind.PREDICTION,
    points=2,
    objective="predict `uname -r` and `os-release` in a container and in a virtual machine",
    make=_host,
    question=lambda case: (
        f"The host is {case['host']} with its own kernel, {case['kernels'][0]}. A **container** "
        f"runs on it, of a {case['guest']} image; and beside it a **virtual machine** with {case['guest']} installed, "
        f"whose kernel is {case['kernels'][1]}. What is printed? (Of a release file only the name counts.)"
    ),
    form=_host_form,
    truth=lambda case: _says(case),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["image-sets-uname"],
            lambda case: _says(case, uname=case["kernels"][1], version=case["kernels"][1]),
            "`uname` is a system call. In a container the host's kernel answers it: no other one is running.",
        ),
        WrongModel(
            MISCONCEPTIONS["host-sets-release"],
            lambda case: _says(case, release=case["host"], centos=case["host"]),
            "A release file is a file, and / of the container is the image's tree.",
        ),
        WrongModel(
            MISCONCEPTIONS["vm-shares-the-kernel"],
            lambda case: _says(case, vm_uname=case["kernels"][0]),
            "A virtual machine boots: firmware, boot loader, and a kernel from its own disk.",
        ),
    ),
    hints=(
        Hint("Which of these commands reads a file, and which asks a kernel?"),
        Hint("How many kernels run on this machine in all, and which of them belongs to the container?"),
        Hint("Only the virtual machine has booted a kernel of its own.", after="vm-shares-the-kernel"),
        Hint("Container: the host's kernel, the image's files. Virtual machine: its own kernel and its own files."),
    ),
    explanation="A container has the files of its image and the kernel of its host; a virtual machine has its own of "
    "both, because it boots. That an image of one distribution runs on the kernel of another works since programs "
    "speak to a kernel by system calls, and Linux keeps those working from release to release.",
)
