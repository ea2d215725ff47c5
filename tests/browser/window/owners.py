"""Items with owners in every state, and what an owner sees behind the link: no name, no account."""

from collections.abc import Callable
from datetime import date
from typing import Any

from app.owning import authority, claiming, codes, keeping, repairs, takeback
from tests.browser.window.counter import Counter, query
from tests.browser.window.goods import GOOD
from tests.web.pages.conftest import GTIN, KEY

MISSING, HANDED, FREE, PASSED = (f"/01/{GTIN}/21/{name}" for name in ("MISS", "BACK", "FREE", "PASS"))


def sell(counter: Counter) -> None:
    """Claim things, pass them on, miss them, repair them and hand them in."""
    counter.captures("commissioning", "2026-02-20T09:00:00+08:00", MISSING, HANDED, FREE, PASSED, action="ADD")
    counter.does(authority.authorise, counter.ada.partner_id, repairs=True, collects=True)
    done = {"kind": "battery", "parts": ["PN-1"], "repaired_on": date(2026, 3, 1)}
    counter.does(repairs.record_repair, counter.ada.partner_id, key=KEY, **done)
    mine = claimed(counter, KEY)
    theirs = claimed(counter, KEY, owner(counter, keeping.pass_on, mine))
    owner(counter, keeping.pass_on, theirs)
    _lose(counter)
    _claim(counter)
    counter.show("/own", "Your link or recovery code")
    counter.show("/own/open", 'id="refused"', form={"code": "nonsense"}, status=422)
    told = ("Claimed by its owner since", "Until", "A code is out, until", "Take the code back", "Repaired by")
    counter.show(f"/own/{theirs}?country=NL", *told, "Hand it in", "Lost or stolen")
    counter.show(f"/own/{mine}", "This link opens no item", status=404)


def claimed(counter: Counter, key: str, code: str = "") -> str:
    """Claim a thing with this code, or with the one in its box; the owner's secret."""
    secret = codes.new(codes.SECRET)
    code = code or made_code(counter, key)
    counter.sealed(claiming.claim, key, typed=code, new_secret=secret)
    return secret


def made_code(counter: Counter, key: str) -> str:
    made: list[claiming.Made] = counter.sealed(claiming.make_codes, [key])
    return made[0].code


def owner(counter: Counter, act: Callable[..., Any], secret: str, *args: Any) -> Any:
    """What an owner does, found by the secret."""
    with counter.house.db.begin() as session:
        row = claiming.owned_by(session, counter.box, secret)
        assert row
        return act(session, counter.box, row, *args, counter.now)


def _lose(counter: Counter) -> None:
    missing = claimed(counter, MISSING)
    counter.sends(f"/own/{missing}/missing")
    counter.show(f"/own/{missing}", "Say first that it is found.", "It is found")
    counter.show(MISSING, "Its owner reports this item missing.")
    code = owner(counter, takeback.hand_in, claimed(counter, HANDED), "post")
    counter.sealed(takeback.receive, HANDED, typed=code, fate="recycled", partner_id=counter.ada.partner_id)
    counter.show(HANDED, "This item is no longer in use.", "Handed in by its owner")


def _claim(counter: Counter) -> None:
    code = made_code(counter, FREE)
    counter.show(FREE, "Is it yours? Type the code that came with it.")
    counter.show(query("/own/claim", key=FREE), "Is it yours?")
    counter.show(query("/own/claim", key=GOOD), "No code was made for this item")
    counter.show("/own/code", "Claim it now", form={"key": FREE, "code": code})
    wrong = f"{'0' if code[0] != '0' else '1'}{code[1:]}"
    counter.show("/own/code", 'id="refused"', form={"key": FREE, "code": wrong}, status=422)
    mine = codes.new(codes.SECRET)
    form = {"key": PASSED, "code": made_code(counter, PASSED), "secret": mine}
    counter.show("/own/claim", "It is yours", "Recovery code", form=form)
    counter.show(f"/own/{mine}/pass", "We show this code once.", "on its way into the log", form={})
    counter.show(f"/own/{mine}/handin", "We show this code once.", form={"option": "post"})
