"""Lesson 01: what holds of bootfs and rootfs, the note's lines among it; and the explanation in words.

Source: the study note; Docker's terms of 2013, "filesystem"; image-spec config.md
("architecture"); Docker's docs, "Create a base image" (FROM scratch). The rubric is read by a person.
"""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose
from coursekit.exercises.lessons.boot_order import LESSON
from coursekit.exercises.lessons.letters import labels, lettered, letters_of
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_TRUE = {
    "mount-points": "In an image, /proc and /dev are directories for something to be mounted on.",
    "scratch": "An image may hold one program, and no distribution at all.",
    "side-by-side": "Containers of two distributions can run side by side on one kernel.",
    "centos-debian": "A Debian image can be run on a CentOS host.",
    "no-loader": "To start a container, no boot loader is needed.",
    "host-boot": "The kernel's file lies in /boot of the host, and not in the image.",
    "arm": "An image made for arm64 does not run on an amd64 kernel, unless something emulates it.",
    "old-kernel": "A program that needs a newer system call than the host's kernel has fails in the container too.",
}
_FALSE = {
    "boots": "When a container starts, its bootfs is loaded first, and its rootfs after it.",
    "always-distribution": "At the bottom of every image lies the rootfs of a distribution.",
    "proc-files": "The files that ls /proc shows in a container are part of its image.",
    "own-kernel": "An image that needs another kernel than the host's brings it along.",
}
STATEMENTS = {**_TRUE, **_FALSE}


def _statements(random: Random) -> dict[str, Any]:
    return {"letters": lettered(random, [*_FALSE, *random.sample(sorted(_TRUE), random.choice((4, 5)))])}


def _true(case: Case) -> list[str]:
    return sorted(letters_of(case, _TRUE))


def _also(statement: str) -> Any:
    return lambda case: sorted([*_true(case), *letters_of(case, [statement])])


BOOTFS_CLAIMS = Exercise(
    id="bootfs-claims",
    lesson=LESSON,
    title="What holds?",
    kind=Kind.CHOICE,
    points=2,
    objective="tell which of the note's statements on bootfs and rootfs hold of a container",
    make=_statements,
    question="Which of these statements hold? Choose all that do.",
    form=lambda case: Choose(labels(case, STATEMENTS), many=True),
    truth=_true,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["container-boots"],
            _also("boots"),
            "In the order of `docker run` there is no step that loads a kernel.",
        ),
        WrongModel(
            MISCONCEPTIONS["every-image-has-a-distribution"],
            _also("always-distribution"),
            "The tree of one file, above, is a whole root file system. It has no /etc.",
        ),
        WrongModel(
            MISCONCEPTIONS["proc-comes-in-the-image"],
            _also("proc-files"),
            "`ls /proc` of the image's tree listed nothing; in the container it did.",
        ),
        WrongModel(
            MISCONCEPTIONS["image-has-a-kernel"],
            _also("own-kernel"),
            "`docker run` has no way to start a second kernel; for that you need a virtual machine.",
        ),
    ),
    hints=(
        Hint("For each statement: which cell above would look different if it were false?"),
        Hint("How many kernels does `docker run` start?", after="container-boots"),
        Hint("Four of them are false: one on booting, one on distributions, one on /proc, one on kernels."),
    ),
    explanation="The note's two words are good ones: bootfs for what starts the kernel, rootfs for the tree of a "
    "distribution. Two of its sentences go too far. A container loads no bootfs, since the host's kernel is running; "
    "and a rootfs of a distribution is usual below a program, and not needed.",
)

_TOUCHES = (
    r"\b(host'?s?|one|single|same)\b.{0,40}\bkernel|\bkernel\b.{0,40}\b(host|shared|already)|\bboot",
    r"\buname\b|os-release",
    r"\bsystem calls?\b|\bsyscalls?\b|\blibrar(y|ies)\b|\blibc\b",
    r"\b(processors?|cpu|arm64|architecture|modules?|windows|newer|bsd|macos)\b|\bvirtual machines?\b",
)
_MODEL = """
The host has booted once: firmware, boot loader and initramfs brought up one kernel, and that kernel goes on running.
A container does not boot. It is a process of that kernel with a root directory of its own, which the image's layers
provide. So `uname -r`, a question to the kernel, is answered with CentOS's version; `/etc/os-release`, a file, comes
from the image and says Debian. It works because programs bring their own libraries and speak to the kernel only by
system calls, which Linux keeps stable. It stops working where the kernel itself matters: a program for another
processor, one that needs a newer system call or a kernel module, or a Windows program. There a virtual machine is
needed, which boots a kernel of its own.
"""


EXPLAIN_KERNEL = Exercise(
    id="explain-kernel",
    lesson=LESSON,
    title="Explain it to a colleague",
    kind=Kind.PROSE,
    points=4,
    objective="explain in your own words why a CentOS host can run a Debian container, and where that ends",
    make=lambda random: {},
    question="A colleague says: “On our CentOS server I ran a Debian container. So Docker must have installed Debian's "
    "kernel somewhere.” Answer in five to eight sentences: what was started and what was not, which of the two "
    "`uname -r` and `/etc/os-release` show, why that works, and one thing that would not work.",
    truth=lambda case: _MODEL.strip(),
    touches=_TOUCHES,
    rubric=(
        "Says that one kernel runs, the host's, and that a container boots none.",
        "Tells apart what asks the kernel (`uname -r`) from what is a file of the image (`/etc/os-release`).",
        "Gives the reason: programs bring their libraries, and reach the kernel by system calls that stay the same.",
        "Names a limit: another processor, a newer system call, a module, another operating system.",
    ),
    hints=(
        Hint("What would you have to see in the process list or in memory, if a second kernel were running?"),
        Hint("Use the two commands as evidence: one reads a file, one asks the kernel."),
    ),
    explanation="One kernel, many trees: a container is a process that sees another tree.",
)
