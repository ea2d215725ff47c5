"""The words of the Core Business Vocabulary 2.0 and their one spelling in the house: the bare word.

Source: CBV 2.0, sections 7.1 to 7.6, and EPCIS-JSON-Schema.json. A value outside the vocabulary is a full URI.
"""

import re
from dataclasses import dataclass

from app.epcis.context import expand


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEPS = _words(
    """accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
    decommissioning departing destroying disassembling dispensing encoding entering_exiting holding
    inspecting installing killing loading other packing picking receiving removing repackaging repairing
    replacing reserving retail_selling shipping staging_outbound stock_taking stocking storing transporting
    unloading unpacking void_shipping sensor_reporting sampling"""
)
DISPOSITIONS = _words(
    """active container_closed damaged destroyed dispensed disposed encoded expired in_progress in_transit
    inactive no_pedigree_match non_sellable_other partially_dispensed recalled reserved retail_sold returned
    sellable_accessible sellable_not_accessible stolen unknown available completeness_verified
    completeness_inferred conformant container_open mismatch_instance mismatch_class mismatch_quantity
    needs_replacement non_conformant unavailable"""
)
TRANSACTIONS = _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt")
PLACES_AND_PARTIES = _words("owning_party possessing_party location")
ERROR_REASONS = _words("did_not_occur incorrect_data")
ALERTS = _words("ALARM_CONDITION ERROR_CONDITION")
COMPONENTS = _words(
    """x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing
    latitude longitude altitude geocoordinate"""
)

# What EPCIS keeps for the lists of the CBV itself (EPCIS-JSON-Schema.json: vocab-other-uri).
_OF_THE_CBV = re.compile(
    r"urn:epcglobal:cbv:|https?://ns\.gs1\.org/cbv/|https?://ref\.gs1\.org/cbv/(?:BizStep|Disp|BTT|SDT|ER|Comp)-"
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One list of words. `bases` are the spellings of its namespace: the URI of the web, then the URNs."""

    name: str
    words: frozenset[str]
    bases: tuple[str, ...]

    def bare(self, value: str, prefixes: dict[str, str]) -> str:
        """The bare word of any spelling (word, URN, web address, CURIE); a value from outside as its full URI."""
        if value in self.words:
            return value
        full = expand(value, prefixes)
        word = self._inside(full)
        return word if word in self.words else full

    def full(self, value: str, prefixes: dict[str, str]) -> str:
        """The web address of a word, as the event hash wants it; a value from outside as its full URI."""
        bare = self.bare(value, prefixes)
        return self.bases[0] + bare if bare in self.words else bare

    def claims(self, value: str, prefixes: dict[str, str]) -> bool:
        """Whether the URI `value` lies in the namespace of this vocabulary or of another list of the CBV.

        A word of one's own may stand in neither, be the word known or not.
        """
        full = expand(value, prefixes)
        return self._inside(full) is not None or _OF_THE_CBV.match(full) is not None

    def _inside(self, full: str) -> str | None:
        return next((full[len(base) :] for base in self.bases if full.startswith(base)), None)


def _cbv(name: str, words: frozenset[str], web: str, urn: str) -> Vocabulary:
    hosts = ("https://ref.gs1.org", "https://ns.gs1.org", "http://ns.gs1.org")
    webs = tuple(f"{host}/cbv/{web}-" for host in hosts)
    return Vocabulary(name, words, (*webs, f"urn:epcglobal:cbv:{urn}:"))


_VOC = tuple(
    f"{host}/voc/" for host in ("https://gs1.org", "https://www.gs1.org", "http://gs1.org", "https://ref.gs1.org")
)

BIZ_STEP = _cbv("business step", BIZ_STEPS, "BizStep", "bizstep")
DISPOSITION = _cbv("disposition", DISPOSITIONS, "Disp", "disp")
TRANSACTION = _cbv("business transaction type", TRANSACTIONS, "BTT", "btt")
SOURCE_DESTINATION = _cbv("source or destination type", PLACES_AND_PARTIES, "SDT", "sdt")
ERROR_REASON = _cbv("error reason", ERROR_REASONS, "ER", "er")
COMPONENT = _cbv("component", COMPONENTS, "Comp", "comp")
ALERT = Vocabulary("sensor alert type", ALERTS, _VOC)
# The measurement types live in the GS1 Web Vocabulary, which gains words between releases of EPCIS; so here the
# shape of a word is judged (model), not its membership.
MEASUREMENT = Vocabulary("measurement type", frozenset(), _VOC)
