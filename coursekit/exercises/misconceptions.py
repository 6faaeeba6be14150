"""The beliefs that learners are known to hold. Each is made executable, exercise by exercise, as a `WrongModel`.

An id stands for one belief wherever it is named.
"""

from coursekit.exercises.beliefs.booting import BOOTING
from coursekit.exercises.beliefs.building import BUILDING
from coursekit.exercises.beliefs.layering import LAYERING
from coursekit.exercises.beliefs.weighing import WEIGHING
from coursekit.exercises.model import Misconception

_ALL = (
    Misconception(
        "bottom-wins",
        "Where two layers have the same file, the lower one is seen, because it was there first.",
        "Lookup starts at the top and stops at the first layer that has the name.",
    ),
    Misconception(
        "reading-copies-up",
        "Reading a file copies it into the container layer.",
        "Reading opens the lower file where it lies. Only opening it for writing copies it up.",
    ),
    Misconception(
        "copies-only-the-block",
        "Copy-up copies only the block that changes.",
        "overlayfs copies the whole file before the first byte is written.",
    ),
    Misconception(
        "directory-copies-children",
        "Copying a directory up copies what is in it.",
        "A directory's copy-up makes an empty one with the same metadata; the children stay below, merged in.",
    ),
    Misconception(
        "chmod-is-free",
        "Changing only the mode or the owner costs nothing, as no content changes.",
        "chmod and chown copy the whole file up (unless the mount has metacopy=on).",
    ),
    Misconception(
        "rm-frees-space",
        "Deleting a file in a container frees the space it took in the image.",
        "The image's layers cannot change. A whiteout in the container layer hides the name, and the bytes stay.",
    ),
    Misconception(
        "later-rm-shrinks",
        "A RUN rm in a later layer makes the image smaller.",
        "The layer that brought the file still travels; the later one adds a whiteout.",
    ),
    Misconception(
        "whiteout-below",
        "Deleting marks the file in the layer that holds it.",
        "The whiteout is written to upperdir. Lower layers are read-only.",
    ),
    Misconception(
        "whiteout-hides-siblings",
        "A whiteout hides the other files of its directory too.",
        "A whiteout hides one name. What hides everything below a directory is an opaque mark on it.",
    ),
    Misconception(
        "opaque-is-many-whiteouts",
        "An opaque directory is the same as one whiteout for each child.",
        "They look the same now, and differ when a layer below gains a name: opaque hides that too.",
    ),
    Misconception(
        "writing-edits-the-image",
        "Writing in a container changes the image.",
        "Image layers are read-only and shared; the change lies in the container's own layer.",
    ),
    Misconception(
        "containers-share-the-writable-layer",
        "Containers of one image share their changes.",
        "They share the image's layers; each container has a writable layer of its own.",
    ),
    Misconception(
        "stopping-loses-changes",
        "Stopping a container throws its changes away.",
        "The container layer stays until the container is removed.",
    ),
    Misconception(
        "changes-need-a-restart",
        "What is changed in the container layer takes effect only after a restart.",
        "A change is seen by the next system call that looks; a restart keeps it, and adds nothing.",
    ),
    Misconception(
        "removing-keeps-changes",
        "Removing a container keeps its changes, as they are part of the image.",
        "`rm` deletes the container layer. Only `commit` makes an image of it.",
    ),
    Misconception(
        "env-makes-a-layer",
        "Each instruction of a Dockerfile adds files to the image, ENV too.",
        "ENV, CMD, VOLUME and their like change the configuration; their history rows are empty layers.",
    ),
    Misconception(
        "volumes-are-committed",
        "What is written to a volume becomes part of a commit.",
        "A volume is mounted over the union; the container layer never sees what is written there.",
    ),
    Misconception(
        "image-has-a-kernel",
        "An image contains a kernel, as it contains an operating system.",
        "An image is a root file system and a configuration. The kernel is the host's: 0 bytes of it travel.",
    ),
    Misconception(
        "image-sets-uname",
        "`uname -r` in a container shows the kernel of the image's distribution.",
        "uname asks the running kernel, which is the host's. /etc/os-release is a file, and comes from the image.",
    ),
    Misconception(
        "hard-links-survive",
        "Hard links stay linked when one of the names is written.",
        "Copy-up makes a new file under the written name only (index=off); the other name still shows the lower file.",
    ),
    Misconception(
        "moving-is-free",
        "Moving a file only changes its name, so it costs nothing.",
        "The file is copied up under its new name, and a whiteout hides the old one.",
    ),
)

MISCONCEPTIONS = {each.id: each for each in (*_ALL, *BOOTING, *BUILDING, *LAYERING, *WEIGHING)}
"""By id. A lesson that needs another adds it here or to `beliefs`, so that one id means one belief in all lessons."""
