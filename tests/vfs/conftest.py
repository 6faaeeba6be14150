"""One kernel worker for all tables here."""

from tests.proving.comparable import kernel

__all__ = ["kernel"]
