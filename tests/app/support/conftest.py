"""Ada's brand for these tests; orders of Ben's come from tests/support/shop."""

from tests.support.shop import brand_id

__all__ = ["brand_id"]
