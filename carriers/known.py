"""The carriers that we can ask, by the key of their adapter, with the name people know. Imports no adapter."""

from importlib.resources import files


def _names() -> dict[str, str]:
    """A file in carriers/adapters is an adapter; its first line begins with the carrier's name and a colon."""
    folder = files("carriers").joinpath("adapters")
    found = sorted(each.name for each in folder.iterdir() if each.name.endswith(".py") and each.name[0] != "_")
    return {name[:-3]: _first_line(folder.joinpath(name).read_text("utf-8")) for name in found}


def _first_line(source: str) -> str:
    return source.split("\n", 1)[0].strip('"').split(":", 1)[0]


CARRIERS = _names()
