"""The menu behind the login: every page of it opens for whom it is shown to, and the open one is marked."""

import pytest
from flask.testing import FlaskClient

from app.web.pages.navigation import HOME, menu


def _paths(role: str) -> list[str]:
    return [link.path for group in menu(role, "/") for link in group.links]


def test_everybody_begins_at_a_page_of_their_own_menu() -> None:
    assert all(home in _paths(role) for role, home in HOME.items())


@pytest.mark.parametrize("role", HOME)
def test_nobody_sees_a_page_twice(role: str) -> None:
    paths = _paths(role)
    assert len(paths) == len(set(paths))


def test_the_page_below_a_page_marks_that_one_alone() -> None:
    marked = {group.current for group in menu("owner", "/desk/recalls/01J") if group.current}
    assert marked == {"/desk/recalls"}


def test_a_name_that_only_begins_alike_marks_nothing() -> None:
    assert not any(group.current for group in menu("owner", "/brandy"))


def test_a_group_of_one_page_is_that_page() -> None:
    for group in menu("warehouse", "/warehouse"):
        assert bool(group.title) == (len(group.links) > 1)


def test_what_the_menu_shows_opens(people: dict[str, FlaskClient]) -> None:
    for role in ("owner", "support", "warehouse", "auditor"):
        for path in _paths(role):
            answer = people[role].get(path)
            assert answer.status_code == 200, (role, path)
            assert 'aria-current="page"' in answer.text
