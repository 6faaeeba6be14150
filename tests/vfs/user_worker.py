"""The kernel's worker for a caller who is not root: each batch of operations is done as this user."""

import os
from typing import Any

from coursekit.proving import kernel_worker
from coursekit.proving.kernel import Kernel
from coursekit.union.caller import Caller

USER = Caller(1000, 1000, frozenset({7}))


class UserMounts(kernel_worker.Mounts):
    """Mounts by root, operations by USER."""

    def do(self, operations: list[tuple[str, tuple[Any, ...], dict[str, Any]]]) -> list[tuple[Any, ...]]:
        os.setgroups(sorted(USER.groups))
        os.setresgid(USER.gid, USER.gid, 0)
        os.setresuid(USER.uid, USER.uid, 0)
        try:
            return super().do(operations)
        finally:
            os.setresuid(0, 0, 0)
            os.setresgid(0, 0, 0)
            os.setgroups([])


def serve(base: str | None) -> None:
    kernel_worker.serve(base, UserMounts)


class UserKernel(Kernel):
    """A mount that is worked in by USER."""

    WORKER = "tests.vfs.user_worker"
