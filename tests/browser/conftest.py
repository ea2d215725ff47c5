"""What every browser test may need: patience, since a busy machine draws a page late."""

from playwright.sync_api import expect

expect.set_options(timeout=60_000)
