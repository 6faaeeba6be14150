"""What holds of bootfs and rootfs.

Source: the study note; Docker's terms of 2013, "filesystem"; image-spec config.md ("architecture"); Docker's docs, "Create
a base image" (FROM scratch).
"""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l01_bootfs_rootfs.letters import letters_of

_HOLD = (
    "mount-points",
    "scratch",
    "side-by-side",
    "centos-debian",
    "no-loader",
    "host-boot",
    "arm",
    "old-kernel",
)


def truth(case: Case) -> list[str]:
    """The letters of those that hold."""
    return sorted(letters_of(case, _HOLD))


def _says(**chosen: bool) -> Callable[[Case], dict[str, bool] | None]:
    """Statements that are chosen or not, with _ for -; None where the case lacks all of those that are left out."""

    def believed(case: Case) -> dict[str, bool] | None:
        by_key = {key: letter for letter, key in case["letters"].items()}
        named = {statement.replace("_", "-"): held for statement, held in chosen.items()}
        return {by_key[key]: held for key, held in named.items() if key in by_key} or None

    return believed


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("container-boots", _says(boots=True)),
        Wrong("container-boots", _says(no_loader=False), place="loader-for-each"),
        Wrong("every-image-has-a-distribution", _says(always_distribution=True)),
        Wrong("every-image-has-a-distribution", _says(scratch=False), place="not-one-program"),
        Wrong("proc-comes-in-the-image", _says(proc_files=True)),
        Wrong("proc-comes-in-the-image", _says(mount_points=False), place="full-directories"),
        Wrong("image-has-a-kernel", _says(own_kernel=True)),
        Wrong("distributions-must-match", _says(centos_debian=False)),
        Wrong("distributions-must-match", _says(side_by_side=False), place="one-distribution"),
        Wrong("images-run-anywhere", _says(arm=False)),
        Wrong("image-brings-system-calls", _says(old_kernel=False)),
    ),
)
