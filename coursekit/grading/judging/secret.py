"""The course secret: a file beside gradebook.db, from which a grader's unseen inputs follow. In no repository.

Made on first use, 32 random bytes in hex, readable by its owner alone. Keep it with the gradebook: with it a regrade
asks the same inputs again. Floor 8 (grading).
"""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from coursekit.errors import ExerciseError

NAME = ".coursekit-secret"
RESTORE = "Restore it from a backup, or remove the file: a new one is made, and functions are run on other inputs."


def course_secret(directory: Path) -> bytes:
    """The secret kept in `directory`, made now if there is none. Raises: ExerciseError for a file that holds none."""
    path = directory / NAME
    if not path.exists():
        _make(path)
    try:
        text = path.read_text("ascii").strip()
        secret = bytes.fromhex(text)
    except (OSError, ValueError) as problem:
        raise ExerciseError(f"{path} holds no course secret (64 hex digits): {problem}. {RESTORE}") from problem
    if len(secret) != 32:
        raise ExerciseError(f"{path} holds {len(secret)} bytes; the course secret has 32. {RESTORE}")
    return secret


def _make(path: Path) -> None:
    """Puts a secret at `path` unless another process was faster: it appears whole or not at all."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f"{NAME}.")  # mode 0600
    try:
        with os.fdopen(number, "w", encoding="ascii") as opened:
            opened.write(secrets.token_hex(32) + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
