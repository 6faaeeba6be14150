"""One kernel worker for all tables here."""

from tests.proving.asking import kernel

__all__ = ["kernel"]
