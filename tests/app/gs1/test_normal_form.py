from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.gs1.normal_form import normal_form
from tests.app.gs1 import plain_normal_form

HEADS = """
    urn:epc:id:sgtin:9521234.000001. urn:epc:id:sgtin:9521234.00001. urn:epc:class:lgtin:9521234.000001.
    urn:epc:id:upui:9521234.000001. urn:epc:id:itip:9521234.000001.01.02. urn:epc:id:itip:9521234.000001.01.
    urn:epc:id:sscc:9521234. urn:epc:id:sscc: urn:epc:id:sgln:9521234.00001. urn:epc:id:pgln:9521234.
    urn:epc:id:grai:9521234.00001. urn:epc:id:giai:9521234. urn:epc:id:giai:952123412345. urn:epc:id:gsrn:9521234.
    urn:epc:id:gsrnp:9521234. urn:epc:id:gdti:9521234.00001. urn:epc:id:sgcn:9521234.00001.
    urn:epc:id:cpi:9521234.A. urn:epc:id:ginc:9521234. urn:epc:id:gsin:9521234. urn:epc:id:gid:1.2.
    urn:epc:idpat:sgtin:9521234.000001. urn:epc:tag:sgtin-96:1.9521234.000001. urn:epc: urn: ada:
    https://id.gs1.org/01/09521234000013/21/ https://ada.example/x/gtin/9521234000013/ser/
    https://id.gs1.org/01/09521234000013/22/2A/21/ https://id.gs1.org/01/09521234000013/21/0/10/
    https://id.gs1.org/01/09521234000013/10/L/21/ https://id.gs1.org/01/09521234000013/10/
    https://id.gs1.org/01/ https://id.gs1.org/00/ https://id.gs1.org/8006/095212340000130102/21/
    https://id.gs1.org/414/9521234000013/254/ https://id.gs1.org/8010/9521234A/8011/ https://ada.example/21/
    https://id.gs1.org/8003/09521234000013 https://id.gs1.org/8004/ https://id.gs1.org/01/x/21/
    https://id.gs1.org/01/09521234000013/21/A?x=/21/ https://id.gs1.org/01/09521234000013/21/21/ http
"""
heads = st.sampled_from(HEADS.split())
serials = st.one_of(
    st.text("0123456789", max_size=20),
    st.text("0123456789AZaz", max_size=32),
    st.text("09Az.-_!'()*+,:;=%2Ff/?#& ٣é*", max_size=24),
)
identifiers = st.builds(lambda head, serial: head + serial, heads, serials)


@settings(max_examples=1500)
@given(identifiers)
@example("urn:epc:id:sscc:9521234.0000000012")
@example("urn:epc:id:sgtin:9521234.000001." + "9" * 21)
@example("urn:epc:id:giai:9521234." + "9" * 24)
@example("https://id.gs1.org/01/09521234000013/21/" + "9" * 200)
def test_the_short_way_to_the_form_ends_where_the_long_one_does(identifier: str) -> None:
    assert normal_form(identifier) == plain_normal_form.normal_form(identifier)


def test_things_of_one_product_differ_in_their_serial_alone() -> None:
    forms = {normal_form(f"urn:epc:id:sgtin:9521234.000001.{serial}") for serial in ("A1", "B2", "A1", "C%2F")}
    assert forms == {f"https://id.gs1.org/01/09521234000013/21/{serial}" for serial in ("A1", "B2", "C%2F")}
