"""`python -m app`: the same as the console script `wayproof`, for an interpreter that was not told of scripts."""

from app.cli import main

main()
