"""Lesson 01: two orders. A machine boots, once; `docker run` starts a process, again and again, and boots nothing.

Source: Linux Documentation/filesystems/ramfs-rootfs-initramfs.rst, "What is initramfs?";
switch_root(8); Docker's terms of 2013, "filesystem"; moby daemon/start.go; runc libcontainer/rootfs_linux.go.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from coursekit.diagrams.scenes import boot
from coursekit.exercises.forms import Arrange, Pick
from coursekit.exercises.lessons.letters import labels, lettered, letters_of
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Exercise, Hint, Kind, WrongModel

LESSON = "01-bootfs-rootfs"

BOOT = {
    "firmware": "The firmware finds a disk and starts the boot loader.",
    "loader": "The boot loader reads kernel and initramfs from /boot into memory.",
    "kernel": "The kernel starts: processors, memory, its own tables.",
    "initramfs": "The kernel unpacks the initramfs into a file system in memory.",
    "drivers": "A program of the initramfs loads the drivers for the disk.",
    "root": "The disk's root file system is mounted, read-only.",
    "switch": "The disk's tree becomes /, and the memory of the initramfs is freed.",
    "init": "systemd, a program on the disk, takes over as process 1.",
    "writable": "The root file system is mounted anew, writable.",
    "services": "Services start; one of them may be a container engine.",
}
"""The steps of a boot, in their order. Simplified: one disk, a BIOS or UEFI, GRUB, a Debian."""

RUN = {
    "client": "The docker command sends its request to the engine.",
    "fetch": "Layers of the image that are missing are fetched and unpacked.",
    "upper": "An empty layer is made for this container.",
    "mount": "The image's layers and the empty one are mounted as one tree.",
    "namespaces": "A process gets views of its own: of mounts, processes, network.",
    "proc": "proc, sysfs and a tmpfs for /dev are mounted inside the tree.",
    "pivot": "The tree becomes the process's /.",
    "program": "The image's program is executed: it is process 1 in there.",
}
"""What `docker run` does, in order."""


def _some(steps: Sequence[str], always: Sequence[str], count: int) -> Callable[[Random], dict[str, Any]]:
    """Draws `count` of `steps`, among them those that a belief moves, under letters."""

    def make(random: Random) -> dict[str, Any]:
        rest = [step for step in steps if step not in always]
        return {"letters": lettered(random, [*always, *random.sample(rest, count - len(always))])}

    return make


def _moved(order: Sequence[str], what: str, *, before: str) -> list[str]:
    """The order with one step brought before another."""
    rest = [step for step in order if step != what]
    at = rest.index(before)
    return [*rest[:at], what, *rest[at:]]


DISK_OR_IMAGE = Exercise(
    id="disk-or-image",
    lesson=LESSON,
    title="What of a disk is in an image?",
    kind=Kind.PREDICTION,
    points=1,
    objective="predict which parts of a machine an image holds",
    make=lambda random: {},
    question="Here is a machine, switched off: a chip with its firmware, and a disk. Which of these parts does an "
    "image "
    "such as nginx's bring along, in versions of its own? Predict, then watch the machine boot and a container start.",
    form=Pick(
        {
            "firmware": "the firmware",
            "disk-loader": "the boot loader",
            "disk-vmlinuz": "the kernel",
            "disk-initrd": "the initramfs",
            "disk-rootfs": "rootfs: /bin, /etc, libraries …",
        },
        boot,
    ),
    truth=lambda case: ["disk-rootfs"],
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["image-has-a-kernel"],
            lambda case: ["disk-rootfs", "disk-vmlinuz"],
            "The step “docker run nginx”: the kernel runs already, and no other one is loaded.",
        ),
        WrongModel(
            MISCONCEPTIONS["bootfs-is-the-bottom-layer"],
            lambda case: ["disk-loader", "disk-vmlinuz", "disk-initrd", "disk-rootfs"],
            "The step “docker run nginx”: none of what lies in /boot is needed any more.",
        ),
    ),
    hints=(
        Hint("What of all this would be used when a container starts on a host that has been running for weeks?"),
        Hint("One part only: the one in which the program finds its files."),
    ),
    explanation="Only a rootfs. What starts a machine has done its work before the first container comes, and serves "
    "all of them.",
)

BOOT_ORDER = Exercise(
    id="boot-order",
    lesson=LESSON,
    title="From power to process 1",
    kind=Kind.ORDER,
    points=2,
    objective="put a boot in order, and say which parts of it a container has no use for",
    make=_some(tuple(BOOT), ("loader", "kernel", "root", "init", "writable"), 8),
    question="A machine is switched on. Bring these steps into order, the first one first.",
    form=lambda case: Arrange(labels(case, BOOT)),
    truth=lambda case: letters_of(case, BOOT),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["loader-mounts-the-root"],
            lambda case: letters_of(case, _moved(tuple(BOOT), "root", before="kernel")),
            "Mounting is a system call, and before the kernel runs there is nobody to answer it.",
        ),
        WrongModel(
            MISCONCEPTIONS["kernel-loads-the-loader"],
            lambda case: letters_of(case, _moved(tuple(BOOT), "kernel", before="loader")),
            "The kernel is a file in /boot. Who brings it into memory?",
        ),
        WrongModel(
            MISCONCEPTIONS["root-is-writable-at-once"],
            lambda case: letters_of(case, _moved(tuple(BOOT), "writable", before="init")),
            "It is mounted read-only so that it can be checked; process 1 is already running when it becomes writable.",
        ),
        WrongModel(
            MISCONCEPTIONS["init-mounts-the-root"],
            lambda case: letters_of(case, _moved(tuple(BOOT), "init", before="root")),
            "systemd is a file on that disk. Something else must have mounted it: the initramfs.",
        ),
    ),
    hints=(
        Hint("For each step ask: which program does it, and where did that program lie before?"),
        Hint(
            "The kernel lies in /boot. What is the only thing on the disk that the firmware looks for?",
            after="kernel-loads-the-loader",
        ),
        Hint("Play the boot above, and stop at each step."),
        Hint("Firmware, boot loader, kernel, initramfs; then the disk's root, read-only; process 1; then writable."),
    ),
    explanation="Each step needs what the one before it brought. bootfs, the boot loader with kernel and initramfs, "
    "has done its work when process 1 starts: it stays behind as a kernel in memory and some files in /boot. A "
    "container comes after all of this, and repeats none of it.",
)

RUN_ORDER = Exercise(
    id="run-order",
    lesson=LESSON,
    title="What docker run does",
    kind=Kind.ORDER,
    points=2,
    objective="put what `docker run` does in order: a tree, a view of its own, a program; and no boot",
    make=_some(tuple(RUN), ("fetch", "upper", "mount", "namespaces", "pivot", "program"), 7),
    question="`docker run nginx`, on a host that has not all of the image yet. Bring these steps into order, the "
    "first one first.",
    form=lambda case: Arrange(labels(case, RUN)),
    truth=lambda case: letters_of(case, RUN),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["run-copies-the-image"],
            lambda case: letters_of(case, _moved(tuple(RUN), "upper", before="fetch")),
            "The image is unpacked once, whether or not a container follows. What a container adds is an empty layer.",
        ),
        WrongModel(
            MISCONCEPTIONS["layer-comes-with-the-first-write"],
            lambda case: letters_of(case, [step for step in RUN if step != "upper"] + ["upper"]),
            "A mount names its upperdir, so the layer has to be there before the tree is.",
        ),
        WrongModel(
            MISCONCEPTIONS["program-starts-outside"],
            lambda case: letters_of(case, _moved(tuple(RUN), "program", before="namespaces")),
            "/usr/sbin/nginx is a file of the image: it can be executed only where the image's tree is /.",
        ),
    ),
    hints=(
        Hint("Which of these steps makes something that another one needs?"),
        Hint(
            "The program is a file of the image. What must / be, before it can be executed?",
            after="program-starts-outside",
        ),
        Hint("The engine prepares a tree; then a process is walled in; the program comes last."),
    ),
    explanation="An unpacked image, an empty layer, one mount; a process with views of its own; its root exchanged; "
    "and at last the program. No firmware, no boot loader, no kernel, no init of a distribution: that is why it "
    "takes a fraction of a second. (runc mounts proc and /dev before it changes the root, and executes last.)",
)
