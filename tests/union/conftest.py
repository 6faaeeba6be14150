"""One kernel worker for all tables here."""

from collections.abc import Iterator

import pytest

from coursekit.proving.kernel import Kernel


@pytest.fixture(scope="package")
def kernel() -> Iterator[Kernel]:
    with Kernel() as worker:
        yield worker
