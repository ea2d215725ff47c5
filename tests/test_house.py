"""The house as the imports say it: which room may know which, and no circle between two files.

Reads the source by its syntax tree, so an import inside a function or under TYPE_CHECKING counts too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("app", "ledger", "iot", "carriers", "contracts")

MAY_KNOW = {
    "app": {"ledger", "iot", "carriers", "contracts"},
    "iot": {"ledger.canonical", "ledger.merkle"},
    "carriers": {"ledger.canonical", "ledger.merkle"},
    "ledger": set(),
    "contracts": set(),
}

ONLY_IN = {
    "flask": ("app.web", "app.cli"),
    "apiflask": ("app.web", "app.cli"),
    "flask_login": ("app.web",),
    "flask_wtf": ("app.web",),
    "gunicorn": ("app.web",),
    "web3": ("contracts",),
    "eth_tester": ("contracts",),
    "paho": ("iot",),
    "amqtt": ("iot",),
    "requests": ("carriers", "app.channels", "app.shops", "app.guard", "contracts"),
    "urllib3": ("carriers", "app.channels", "app.shops", "app.guard", "contracts"),
    "smtplib": ("app.channels",),
}
"""What stands at a border, and the rooms that face it. The demo plays the outside world, so it has no row here."""


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def house() -> dict[str, Path]:
    """Every module of the five rooms by its name."""
    files = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return {name_of(path): path for path in files if "node_modules" not in path.parts}


MODULES = house()


def imports(path: Path) -> Iterator[str]:
    """Every name that a file imports, at the top, inside a function, or for types only."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: say where from; relative imports hide the room"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, rooms: tuple[str, ...] | set[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def ours(name: str) -> str | None:
    """The module of ours that an imported name leads to: the name itself, or the module that holds it."""
    if name in MODULES:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in MODULES else None


@pytest.mark.parametrize("room", ROOMS)
def test_no_arrow_against_the_house(room: str) -> None:
    allowed = {room, *MAY_KNOW[room]}
    against = [
        f"{module} imports {name}"
        for module, path in MODULES.items()
        if within(module, (room,))
        for name in imports(path)
        if name.partition(".")[0] in ROOMS and not _allowed(name, allowed)
    ]
    assert not against, "\n".join(against)


def _allowed(name: str, allowed: set[str]) -> bool:
    """`from ledger import canonical` reads as `ledger` and `ledger.canonical`; the second one decides."""
    return within(name, allowed) or any(part.startswith(f"{name}.") for part in allowed)


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_of_the_border_stays_in_its_room(library: str) -> None:
    outside = [
        f"{module} imports {name}"
        for module, path in MODULES.items()
        if not within(module, ONLY_IN[library])
        for name in imports(path)
        if within(name, (library,))
    ]
    assert not outside, "\n".join(outside)


def test_only_pure_parts_of_the_ledger_are_free_of_a_database() -> None:
    pure = ("ledger.canonical", "ledger.merkle", "ledger.note", "ledger.verify")
    touched = [f"{m} imports {n}" for m in pure for n in reachable_imports(m) if within(n, ("sqlalchemy",))]
    assert not touched, "\n".join(touched)


def reachable_imports(module: str) -> set[str]:
    """What a module imports, and what the modules of ours behind it import."""
    found: set[str] = set()
    todo, seen = [module], {module}
    while todo:
        names = set(imports(MODULES[todo.pop()]))
        found |= names
        following = {target for target in map(ours, names) if target} - seen
        seen |= following
        todo += following
    return found


def test_no_circle_between_files() -> None:
    graph = {
        module: sorted({target for target in map(ours, imports(path)) if target and target != module})
        for module, path in MODULES.items()
    }
    circle = next(circles(graph), None)
    assert circle is None, " → ".join(circle or ())


def circles(graph: dict[str, list[str]]) -> Iterator[list[str]]:
    """Every circle that a walk from each module meets first."""
    done: set[str] = set()

    def walk(module: str, way: list[str]) -> Iterator[list[str]]:
        if module in way:
            yield [*way[way.index(module) :], module]
        elif module not in done:
            for target in graph[module]:
                yield from walk(target, [*way, module])
            done.add(module)

    for module in graph:
        yield from walk(module, [])


def test_every_file_opens_with_what_lives_there() -> None:
    silent = [
        module
        for module, path in MODULES.items()
        if path.name != "__init__.py"
        and "versions" not in path.parts
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent, silent


def test_no_name_of_a_module_is_given_twice() -> None:
    """The second would silently stand for the first, as two tables of words with one name did."""
    twice = []
    for name, path in MODULES.items():
        given: list[str] = []
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                given.append(node.name)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                given += [target.id for target in targets if isinstance(target, ast.Name)]
        twice += [f"{name}.{each}" for each in set(given) if given.count(each) > 1]
    assert twice == []


def test_no_lock_file_names_an_address() -> None:
    locks = [*ROOT.glob("requirements/*.txt"), ROOT / "bench/peers.lock", *ROOT.glob("**/package-lock.json")]
    named = [
        f"{lock.relative_to(ROOT)}:{number}: {line.strip()}"
        for lock in locks
        if not {"node_modules", ".venv", "var"} & set(lock.relative_to(ROOT).parts)
        for number, line in enumerate(lock.read_text().splitlines(), 1)
        if "://" in line and '"url":' not in line  # npm notes whom to thank
    ]
    assert not named, "\n".join(named[:5])
