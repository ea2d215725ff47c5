"""Our own files: packed, kept for ever under their fingerprint, and nothing else from the disk."""

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.web.pages import files
from app.web.pages.bundle import PAGES, bundled
from app.web.pages.files import squeezed
from app.web.pages.render import static

STATIC = Path(files.__file__).parents[1] / "static"


def test_a_file_is_packed_and_kept_for_ever_under_its_fingerprint(client: FlaskClient) -> None:
    answer = client.get(static("wayproof.css"), headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert b":root" in gzip.decompress(answer.data)


def test_without_its_fingerprint_it_is_asked_for_again(client: FlaskClient) -> None:
    answer = client.get("/static/verify.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "javascript" in answer.mimetype
    again = client.get("/static/verify.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["../build.py", "..%2Fbuild.py", "/etc/passwd", "%2Fetc%2Fpasswd", "nothing", ""])
def test_nothing_else_comes_from_the_disk(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_a_script_loses_its_comments_and_keeps_what_it_tells_the_browser() -> None:
    script = (
        "//# allFunctionsCalledOnLoad\n// Why.\n\n/** What. */\nexport function f() {\n  // how\n  return 1;\n}\n"
    )
    assert squeezed(script) == "//# allFunctionsCalledOnLoad\nexport function f() {\nreturn 1;\n}\n"


def test_a_page_gets_all_its_modules_as_one_script(client: FlaskClient) -> None:
    answer = client.get(static("passport.js"))
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.text.startswith("//# allFunctionsCalledOnLoad\n")
    assert answer.text.count("//#") == 1
    assert not re.search(r"^(import|export) ", answer.text, re.MULTILINE)
    for each in ("checkInclusion", "strictJson", "verifyBundle", "tellTimes"):
        assert answer.text.count(f"function {each}(") == 1


def test_a_module_stands_behind_what_it_imports() -> None:
    modules = {
        "a.js": 'import { b } from "./b.js";\nimport { c } from "./c.js";\nb(c);\n',
        "b.js": 'import { c } from "./c.js";\nexport const b = c;\n',
        "c.js": "export const c = 1;\n",
    }
    assert bundled(["a.js"], modules.__getitem__) == "const c = 1;\nconst b = c;\nb(c);\n"


@pytest.mark.parametrize("name", PAGES)
def test_no_two_modules_of_a_page_name_a_thing_alike(name: str) -> None:
    script = bundled(PAGES[name], lambda each: (STATIC / each).read_text())
    named = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+|[\[{][^=]+)", script, re.MULTILINE)
    names = [each for group in named for each in re.findall(r"\w+", group)]
    assert len(names) > 20
    assert sorted(names) == sorted(set(names))


def test_public_json_is_packed_too(client: FlaskClient, tea: str) -> None:
    answer = client.get("/proofs", query_string={"key": tea}, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).startswith(b"{")
