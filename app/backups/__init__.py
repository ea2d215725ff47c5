"""Copies of a house that prove themselves: taken while it runs, restored to a new place, judged there."""
