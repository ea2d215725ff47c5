"""The control page and the mailbox of the demo; they exist only while it runs. The steps are in app/demo."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from flask import Blueprint, Response, make_response, request

from app.demo import steps
from app.web.context import house
from app.web.pages import languages
from app.web.pages.render import render
from app.web.rules import demo_only

bp = Blueprint("demo", __name__, url_prefix="/demo")

_MOST_MAILS = 50


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as the mailbox shows it: its text, never its HTML."""

    name: str
    subject: str
    sender: str
    recipient: str
    language: str
    sent_at: datetime | None
    text: str


@bp.get("")
@demo_only
def control() -> Response:
    """Every step with what it does; the last one that was played with links to what changed."""
    return _page()


@bp.post("/steps/<name>")
@demo_only
def play(name: str) -> Response:
    """Play a step. A second press plays it again: a demo is there to be pressed."""
    try:
        played = steps.play(house(), name, request.form.get("argument", "").strip()[:100] or None)
    except steps.CannotPlay as refused:
        return _page(refused=str(refused), status=409)
    return _page(played=played)


def _page(played: steps.Played | None = None, refused: str = "", status: int = 200) -> Response:
    text = render("demo.html", languages.texts(), steps=steps.STEPS, played=played, refused=refused)
    return make_response(text, status)


@bp.get("/mailbox")
@demo_only
def mailbox() -> Response:
    """The mails that the demo's own mail server took, the newest first."""
    mails = [_mail(path) for path in _files()[:_MOST_MAILS]]
    return make_response(render("mailbox.html", languages.texts(), mails=mails))


def _files() -> list[Path]:
    folder = house().settings.home / "mailbox"
    return sorted(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _mail(path: Path) -> Mail:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    date = message["Date"]
    return Mail(
        name=path.stem,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or ""),
        language=str(message["Content-Language"] or "en"),
        sent_at=date.datetime if date is not None else None,
        text=body.get_content() if body else "",
    )
