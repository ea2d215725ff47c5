"""Several script modules of ours as one, so that a phone asks once. Text only: nothing is compiled or renamed.

Our modules share one space of names (a test says so), and import from each other by whole lines at their top.
"""

import re
from collections.abc import Callable, Sequence

# What a page asks for, and the modules that it runs.
PAGES: dict[str, tuple[str, ...]] = {"passport.js": ("check.js", "reader.js"), "event.js": ("check.js",)}

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_TO_BROWSER = re.compile(r"^//#.*\n", re.MULTILINE)


def bundled(names: Sequence[str], read: Callable[[str], str]) -> str:
    """The modules and all that they import as one script, each once, behind those that it imports.

    What a module says to the browser (`//#`) holds for a whole script, so it stands at the top, once.
    """
    scripts = {name: read(name) for name in _in_order(names, read)}
    told = dict.fromkeys(line for script in scripts.values() for line in _TO_BROWSER.findall(script))
    return "".join([*told, *map(_bare, scripts.values())])


def _in_order(names: Sequence[str], read: Callable[[str], str]) -> list[str]:
    found: list[str] = []
    for name in names:
        imported = _IMPORT.findall(read(name))
        found += [each for each in [*_in_order(imported, read), name] if each not in found]
    return found


def _bare(script: str) -> str:
    """A module without what it gives to and takes from others."""
    for line in (_TO_BROWSER, _IMPORT, _EXPORT):
        script = line.sub("", script)
    return script
