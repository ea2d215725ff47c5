"""The hash chain: link after link, each on the one before."""

from ledger import chain
from ledger.chain import Links


def test_a_chain_gives_the_links_one_after_the_other() -> None:
    links = Links("wayproof/ada1", chain.start("wayproof/ada1"))
    last = chain.start("wayproof/ada1")
    for number in range(3):
        leaf = bytes([number]) * 32
        last = chain.link("wayproof/ada1", last, leaf)
        assert links.add(leaf) == last
    assert links.last == last != Links("wayproof/cleo1", last).add(bytes(32))
