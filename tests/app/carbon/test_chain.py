"""The sums of a transport chain: exact, bounded, and never complete with something unknown in them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.carbon import factors
from app.carbon.amounts import amount, plain, rough
from app.carbon.chain import DISTANCES, Distance, Element, Figure, Intensity, Stated, activity_of, figure_of, total
from app.carbon.earth import great_circle
from app.provenance.errors import Refused

D = Decimal
TRUCK = Intensity(D("0.1"), "default", "table", "actual", D("0.08"), D("0.5"))

amounts = st.decimals(min_value="0.001", max_value="99999", places=3)
intensities = st.builds(
    lambda value, data: Intensity(value, data, "said", "actual", value / 2, value * 2),
    st.decimals(min_value="0.001", max_value="9", places=3),
    st.sampled_from(("primary", "modelled", "default")),
)
elements = st.builds(
    Element,
    mode=st.sampled_from((None, "road", "sea", "hub")),
    mass_t=st.none() | amounts,
    distance=st.none() | st.builds(Distance, amounts, st.sampled_from(DISTANCES)),
    intensity=st.none() | intensities,
)
chains = st.lists(elements.map(figure_of), max_size=12)
UNKNOWN = Figure(missing=("mass",))


def test_a_leg_is_mass_times_distance_times_intensity() -> None:
    found = figure_of(Element("road", D("2"), Distance(D("300"), "actual"), TRUCK))
    assert (found.activity, found.low, found.value, found.high) == (D("600"), D("48"), D("60"), D("300"))
    assert (found.data, found.source, found.missing) == ("default", "table", ())


def test_a_hub_is_mass_times_intensity() -> None:
    found = figure_of(Element("hub", D("2"), None, Intensity(D("1.5"), "primary", "meter")))
    assert (found.value, found.high, found.data) == (D("3"), D("3"), "primary")


@pytest.mark.parametrize(
    ("element", "missing"),
    [
        (Element(), ("mass", "mode", "distance")),
        (Element("road", D("1")), ("distance", "intensity")),
        (Element("inland_water", D("1"), Distance(D("5"), "sfd")), ("intensity",)),
        (Element("hub", None, None, None), ("mass", "intensity")),
        (Element("road", None, None, None, Stated(D("4"), "primary", "fuel", D("2"))), ("mass",)),
    ],
)
def test_what_lacks_something_is_unknown_and_says_what(element: Element, missing: tuple[str, ...]) -> None:
    found = figure_of(element)
    assert (found.known, found.low, found.high, found.missing) == (False, None, None, missing)


def test_a_great_circle_bounds_from_below_only() -> None:
    found = figure_of(Element("road", D("1"), Distance(D("100"), "gcd"), TRUCK))
    assert (found.low, found.value, found.high) == (D("8"), D("10"), None)
    assert total([found]).at_most is None


def test_a_stated_adjustment_makes_one_distance_of_another() -> None:
    longer = Intensity(D("0.1"), "primary", "said", "actual", longer=D("15"))
    found = figure_of(Element("road", D("1"), Distance(D("100"), "sfd"), longer))
    assert (found.value, found.high) == (D("11.5"), D("11.5"))
    shorter = Intensity(D("0.1"), "primary", "said", "sfd", longer=D("25"))
    assert figure_of(Element("road", D("1"), Distance(D("125"), "actual"), shorter)).value == D("10")


def test_a_driven_distance_is_not_taken_for_a_shorter_one() -> None:
    per_sfd = Intensity(D("0.1"), "primary", "said", "sfd")
    assert figure_of(Element("road", D("1"), Distance(D("125"), "actual"), per_sfd)).missing == ("distance_kind",)


def test_a_stated_amount_is_shared_by_mass() -> None:
    stated = Stated(D("90"), "primary", "fuel of the truck", D("9"))
    assert figure_of(Element("road", D("0.5"), stated=stated)).value == D("5")
    assert figure_of(Element("road", stated=Stated(D("7"), "primary", "fuel"))).value == D("7")


def test_a_total_says_at_least_and_counts_what_is_unknown() -> None:
    primary = figure_of(Element("road", stated=Stated(D("7"), "primary", "fuel")))
    default = figure_of(Element("road", D("2"), Distance(D("300"), "actual"), TRUCK))
    found = total([primary, default, UNKNOWN])
    assert (found.parts, found.unknown, found.complete) == (3, 1, False)
    assert (found.at_least, found.about, found.at_most) == (D("55"), D("67"), None)
    assert found.by_data == {"primary": D("7"), "default": D("60")}
    assert total([primary, default]).at_most == D("307")


def test_nothing_is_not_zero() -> None:
    assert (total([]).at_least, total([]).complete) == (None, False)
    assert (total([UNKNOWN]).at_least, total([UNKNOWN]).about, total([UNKNOWN]).complete) == (None, None, False)


@given(chains)
def test_an_unknown_leg_never_lowers_a_total_nor_completes_it(figures: list[Figure]) -> None:
    before, after = total(figures), total([*figures, UNKNOWN])
    assert after.at_least == before.at_least
    assert not after.complete
    assert after.at_most is None
    assert after.unknown == before.unknown + 1


@given(chains, st.randoms(use_true_random=False))
def test_a_sum_needs_no_order(figures: list[Figure], random: object) -> None:
    mixed = list(figures)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert total(mixed) == total(figures)


@given(chains)
def test_the_bounds_enclose_the_sum(figures: list[Figure]) -> None:
    found = total(figures)
    if found.about is not None and found.at_least is not None:
        assert found.at_least <= found.about
        assert found.at_most is None or found.about <= found.at_most
        assert sum(found.by_data.values()) == found.about


@given(amounts, amounts, amounts)
def test_a_leg_in_two_pieces_has_the_activity_of_the_whole(mass: Decimal, one: Decimal, other: Decimal) -> None:
    def activity(km: Decimal) -> Decimal:
        return activity_of(Element("road", mass, Distance(km, "actual"))) or D(0)

    assert activity(one) + activity(other) == activity(one + other)


@pytest.mark.parametrize(
    "text", ["-1", "NaN", "1e308", "Infinity", "1,5", "", " 1", "٣", "0x1", "1" * 10, "0", "0.0"]
)
def test_a_hostile_number_is_refused_by_its_field(text: str) -> None:
    with pytest.raises(Refused) as refused:
        amount("mass_kg", text)
    assert refused.value.field == "mass_kg"


@given(st.text(alphabet="0123456789.-+eENan ٣,", max_size=22))
def test_whatever_passes_is_digits_and_one_point(text: str) -> None:
    try:
        value = amount("x", text, zero=True)
    except Refused:
        return
    assert set(text) <= set("0123456789.")
    assert 0 <= value < 10**9


def test_a_distance_over_the_ground_is_that_of_the_map() -> None:
    quarter = great_circle(0, 0, 90, 0)
    assert quarter is not None
    assert (quarter.kind, quarter.km) == ("gcd", D("10007.5"))
    assert great_circle(1, 2, 1, 2) is None
    antipodes = great_circle(0, 0, 0, 180)
    assert antipodes is not None
    assert antipodes.km == D("20015.1")


def test_every_row_of_the_table_is_used_by_its_name_and_averages_lie_in_their_span() -> None:
    assert len(factors.BY_CODE) == len(factors.ROWS)
    assert factors.BY_CODE["hgv"].wtw == D("0.12715")
    for mode in ("road", "rail", "sea", "air"):
        found = factors.of_mode(mode)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.value <= found.high
        assert factors.VERSION in found.source
    assert (factors.of_mode("inland_water"), factors.of_mode("hub"), factors.of_class("rocket")) == (None,) * 3


def test_amounts_are_written_plainly_and_a_bound_is_rounded_outwards() -> None:
    assert [plain(D(each)) for each in ("1.500", "100", "0.000000001")] == ["1.5", "100", "0.000000001"]
    assert plain(None) == ""
    assert (rough(D("0.2789"), up=False), rough(D("0.2711"), up=True)) == (D("0.27"), D("0.28"))
    assert (rough(D("123.4")), rough(D("0"))) == (D("123"), D("0"))
