"""`make docs`: writes the reference into var/docs and fails on a link in the docs that leads nowhere."""

import json
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from app import cli
from app.house import open_house
from app.settings import Settings, load
from app.web.build import create_app
from carriers.adapter import adapter
from carriers.known import CARRIERS

ROOT = Path(__file__).parent.parent
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def main() -> int:
    out = ROOT / "var" / "docs"
    out.mkdir(parents=True, exist_ok=True)
    (out / "commands.md").write_text(commands(), "utf-8")
    (out / "settings.md").write_text("# Settings\n\n" + settings_table() + "\n", "utf-8")
    (out / "openapi.json").write_text(json.dumps(openapi(), indent=1) + "\n", "utf-8")
    print(f"commands.md, settings.md and openapi.json are in {out.relative_to(ROOT)}")
    dead = dead_links()
    for line in dead:
        print(line, file=sys.stderr)
    return 1 if dead else 0


def commands() -> str:
    """Every command with its help, as the command line prints it."""
    parts = ["# Commands\n"]
    todo: list[tuple[str, click.Command]] = [("wayproof", cli.wayproof)]
    while todo:
        name, command = todo.pop(0)
        context = click.Context(command, info_name=name)
        parts.append(f"## {name}\n\n```\n{command.get_help(context)}\n```\n")
        if isinstance(command, click.Group):
            todo[:0] = [
                (f"{name} {inner}", found)
                for inner in command.list_commands(context)
                if (found := command.get_command(context, inner))
            ]
    return "\n".join(parts)


def settings_table() -> str:
    """The table of the README: each setting, its default, and one sentence."""
    lines = ["| setting | default | what it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = "" if default in ("", None) or "Secret" in type(default).__name__ else f"`{default}`"
        lines.append(f"| `WAYPROOF_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines)


def readme_settings() -> str:
    """The part of the README between its marks."""
    text = (ROOT / "README.md").read_text("utf-8")
    return text.partition("<!-- settings -->\n")[2].partition("<!-- /settings -->")[0]


def carriers_table() -> str:
    """The table of the carriers' page: what each adapter says of itself."""
    lines = ["| key | carrier | what an account has | asks besides the number | numbers a question |"]
    lines.append("|---|---|---|---|---|")
    for key, name in CARRIERS.items():
        module = adapter(key)
        has = ", ".join(_option(option, label) for option, label in module.CREDENTIALS.items()) or "nothing"
        asks = " or ".join({"postal_code": "postal code", "phone": "phone"}[each] for each in module.ASKS)
        lines.append(f"| `{key}` | {name} | {has} | {asks} | {module.BATCH} |")
    return "\n".join(lines)


def _option(option: str, label: str) -> str:
    if option in ("client_id", "secret"):
        return f"{label} (`--{option.replace('_', '-')}`)"
    return f"{label} (`{option}`)"


def shown_carriers() -> str:
    """The part of the carriers' page between its marks."""
    text = (ROOT / "docs" / "carriers.md").read_text("utf-8")
    return text.partition("<!-- carriers -->\n")[2].partition("<!-- /carriers -->")[0]


def openapi() -> dict[str, object]:
    """The API's own description, as a running service gives it."""
    with TemporaryDirectory() as folder:
        app = create_app(open_house(load(home=Path(folder))))
        with app.test_client() as client:
            described: dict[str, object] = client.get("/openapi.json").get_json()
            return described


def dead_links() -> list[str]:
    """Links of the README and the docs that name a file which is not there."""
    dead = []
    for page in [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in _LINK.findall(page.read_text("utf-8")):
            if "://" in target or target.startswith(("#", "mailto:")):
                continue
            if not (page.parent / target.split("#")[0]).exists():
                dead.append(f"{page.relative_to(ROOT)}: {target} leads nowhere")
    return dead


if __name__ == "__main__":
    sys.exit(main())
