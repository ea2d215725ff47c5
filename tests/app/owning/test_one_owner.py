"""Whatever people do in whatever order: at most one secret opens the item, and a used code never works again."""

from datetime import datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from app.brands.tenants import brand_of, log_origin
from app.db import Db
from app.ids import new_id
from app.owning import codes, keeping, takeback
from app.owning.errors import ActRefused
from tests.support.owned import LAMP, Shop, opened_shop


def life_of_a_lamp(db: Db, folder: Path, now: datetime) -> type[RuleBasedStateMachine]:
    """A machine over a fresh brand for each example."""

    class Life(RuleBasedStateMachine):
        """Ada makes codes and resets; owners and thieves try everything that they ever held."""

        codes_ = Bundle("codes")
        secrets_ = Bundle("secrets")

        def __init__(self) -> None:
            super().__init__()
            self.shop: Shop = opened_shop(db, folder, now, slug=f"s{new_id()[-20:]}")
            self.owner: str | None = None
            self.seen: set[str] = set()
            self.open: dict[str, str] = {}
            self.missing = self.retired = self.claimed = False

        def _given_out(self, kind: str, code: str, *ended: str) -> str:
            self.open = {each: kind_ for each, kind_ in self.open.items() if kind_ not in (kind, *ended)}
            self.open[code] = kind
            return code

        @rule(target=codes_)
        def ada_makes_a_code(self) -> object:
            try:
                code = self.shop.claim_code()
            except ActRefused:
                assert self.claimed or self.retired
                return multiple()
            assert not self.claimed
            assert not self.retired
            return self._given_out("claim", code)

        @rule(target=codes_)
        def the_desk_resets(self) -> object:
            try:
                code = self.shop.sealed(keeping.reset, LAMP, reason="order", person_id="sol")
            except ActRefused:
                assert self.retired or not self.claimed
                return multiple()
            self.owner, self.open = None, {}
            return self._given_out("reset", code)

        @rule(target=secrets_, code=codes_)
        def somebody_claims(self, code: str) -> str:
            secret, kind = codes.new(codes.SECRET), self.open.get(code)
            try:
                self.shop.claim(code, secret)
            except ActRefused:
                assert kind is None or kind == "takeback" or (self.missing and kind != "reset")
                return secret
            assert kind in ("claim", "transfer", "reset")
            assert not self.missing or kind == "reset"
            assert not self.retired
            self.owner, self.open, self.claimed = secret, {}, True
            self.seen.add(secret)
            return secret

        @rule(target=codes_, secret=secrets_, what=st.sampled_from(["pass", "dropoff", "post"]))
        def somebody_asks_for_a_code(self, secret: str, what: str) -> object:
            if not self._is_owner(secret):
                return multiple()
            try:
                if what == "pass":
                    return self._given_out("transfer", self.shop.pass_on(secret), "takeback")
                return self._given_out("takeback", self.shop.owner(takeback.hand_in, secret, what), "transfer")
            except ActRefused:
                assert self.missing
                return multiple()

        @rule(secret=secrets_)
        def somebody_takes_codes_back(self, secret: str) -> None:
            if self._is_owner(secret):
                self.shop.owner(keeping.keep, secret)
                self.open = {
                    each: kind for each, kind in self.open.items() if kind not in ("transfer", "takeback")
                }

        @rule(secret=secrets_)
        def somebody_says_missing(self, secret: str) -> None:
            if self._is_owner(secret):
                if not self.missing:
                    self.open = {}
                self.shop.owner(keeping.report_missing, secret)
                self.missing = True

        @rule(secret=secrets_)
        def somebody_says_found(self, secret: str) -> None:
            if self._is_owner(secret):
                self.shop.owner(keeping.report_found, secret)
                self.missing = False

        @rule(code=codes_)
        def a_collector_receives(self, code: str) -> None:
            kind = self.open.get(code)
            try:
                self.shop.sealed(takeback.receive, LAMP, typed=code, fate="recycled", person_id="wes")
            except ActRefused:
                assert kind != "takeback"
                return
            assert kind == "takeback"
            self.owner, self.open, self.retired = None, {}, True

        def _is_owner(self, secret: str) -> bool:
            opens = self.shop.opens(secret)
            assert opens == (secret == self.owner)
            return opens

        @invariant()
        def at_most_one_secret_opens_it(self) -> None:
            assert [each for each in self.seen if self.shop.opens(each)] == ([self.owner] if self.owner else [])

        @invariant()
        def the_newest_entry_says_how_it_stands(self) -> None:
            told = self.shop.entries("ownership:item")
            mine = [each["body"] for each in told if each["log"] == self._log()] if told else []
            if mine:
                state = "retired" if self.retired else "claimed" if self.claimed else "free"
                assert mine[-1]["state"] == state
                assert bool(mine[-1]["missing"]) == self.missing

        def _log(self) -> str:
            with db() as session:
                return log_origin(brand_of(session, self.shop.brand_id).log_key)

    return Life


def test_at_most_one_secret_opens_an_item(db: Db, tmp_path: Path, now: datetime) -> None:
    few = settings(max_examples=8, stateful_step_count=20, derandomize=True, deadline=None, database=None)
    run_state_machine_as_test(lambda: life_of_a_lamp(db, tmp_path, now)(), settings=few)
