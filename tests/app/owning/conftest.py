"""Ada's lamp."""

from tests.support.owned import ada

__all__ = ["ada"]
