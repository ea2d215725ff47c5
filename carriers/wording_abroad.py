"""What tracking lines in French, German and Dutch mean, for carriers that answer in the language of their country.

Pure. Only the phrases of the trade are here: what says neither stage nor cause clearly stays unknown.
"""

from carriers.vocabulary import Reason, Status, SubState
from carriers.wording import Reading, classify
from carriers.wording_patterns import any_of, words_of

_ACCEPTED = Reading(Status.IN_TRANSIT, None, SubState.ACCEPTED, physical=True)
_SCAN = Reading(Status.IN_TRANSIT, None, SubState.FACILITY, physical=True)

# The first that fits counts, so what came of a thing stands before the thing. Words as `words_of` gives them.
_PHRASES = (
    (
        any_of(
            r"\b(livre|remis|distribue|retourne)\b( \w+){0,4} a l expediteur",
            r"absender( \w+){0,3} (zugestellt|ubergeben|zuruckgegeben)",
            r"(afgeleverd|bezorgd) bij de afzender",
        ),
        Reading(Status.RETURNED, physical=True),
    ),
    (
        any_of(
            r"\b(retour|renvoi|renvoye)\b( \w+){0,4} (expediteur|envoyeur)",
            r"\b(rucksendung|zuruckgesandt|retoure|ruckversand)\b|zuruck (an|zum) (den )?absender",
            r"\b(retour|terug)( \w+){0,3} afzender",
        ),
        Reading(Status.RETURNING, physical=True),
    ),
    (
        any_of(
            r"(sorti|libere|sortie)( \w+){0,2} douane|dedouane(e|ment termine)?\b",
            r"(verzollt|zollabfertigung (\w+ ){0,3}abgeschlossen|vom zoll freigegeben)",
            r"(ingeklaard|vrijgegeven door de douane)",
        ),
        Reading(Status.IN_TRANSIT, None, SubState.CUSTOMS_RELEASED, physical=True),
    ),
    (any_of(r"\bdouan\w*", r"\bzoll\w*|\bverzoll\w*"), Reading(Status.CUSTOMS, physical=True)),
    (
        any_of(
            r"\b(destinataire )?absent\b|avis de passage",
            r"nicht (angetroffen|zu hause)|benachrichtigungskarte",
            r"niet (thuis|aanwezig)",
        ),
        Reading(Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT, physical=True),
    ),
    (
        any_of(r"\brefus\w*", r"(annahme )?verweiger\w*", r"\bgeweigerd\b"),
        Reading(Status.ATTEMPT_FAILED, Reason.REFUSED, physical=True),
    ),
    (
        any_of(
            r"adresse (incomplete|erronee|incorrecte|inconnue)|n habite pas",
            r"(adresse|anschrift)( \w+){0,5} (unvollstandig|falsch|nicht gefunden)|unbekannt verzogen",
            r"adres( \w+){0,2} (onvolledig|onjuist|onbekend)",
        ),
        Reading(Status.EXCEPTION, Reason.ADDRESS_PROBLEM, physical=True),
    ),
    (
        any_of(r"\b(endommage|avarie)\w*", r"\bbeschadig\w*", r"\bbeschadigd\b"),
        Reading(Status.EXCEPTION, Reason.DAMAGED, physical=True),
    ),
    (
        any_of(
            r"(disponible|a retirer|mis a disposition)( \w+){0,4} (bureau|relais|retrait|point|agence|consigne)",
            r"zur abholung bereit|abholbereit|in (der|die) (filiale|packstation) (\w+ ){0,2}(eingeliefert|bereit)",
            r"(ligt klaar|beschikbaar)( \w+){0,4} (afhaalpunt|postpunt|automaat)",
        ),
        Reading(Status.AVAILABLE_FOR_PICKUP, physical=True),
    ),
    (
        any_of(
            r"\b(non|pas|impossible)\b( \w+){0,4} (livr\w*|distribu\w*)",
            r"nicht (zugestellt|erfolgreich)|zustell\w* (\w+ ){0,3}(nicht|erfolglos)",
            r"niet (bezorgd|geleverd)",
        ),
        Reading(Status.ATTEMPT_FAILED, physical=True),
    ),
    (
        any_of(
            r"en cours de livraison|en tournee|mise? en livraison|remis au livreur",
            r"(zustellfahrzeug|zustelltour|in zustellung|wird heute zugestellt)",
            r"(onderweg naar de (ontvanger|bestemmeling)|in bezorging)",
        ),
        Reading(Status.OUT_FOR_DELIVERY, physical=True),
    ),
    (
        any_of(
            r"\b(livre|livree|distribue|distribuee|remis au destinataire|livraison effectuee)\b",
            r"(erfolgreich )?\b(zugestellt|ausgeliefert)\b|zustellung erfolgreich",
            r"\b(bezorgd|afgeleverd|geleverd)\b",
        ),
        Reading(Status.DELIVERED, physical=True),
    ),
    (
        any_of(
            r"pret (a|chez)|(attente|preparation) (de|par|chez)? ?l? ?(expediteur|prise)|declaratif|annonce",
            r"(elektronisch )?angekundigt|auftragsdaten|vorankundigung",
            r"(aangekondigd|aangemeld|voorgemeld)",
        ),
        Reading(Status.REGISTERED),
    ),
    (
        any_of(
            r"pris en charge|prise en charge|depose|collecte|enleve",
            r"(abgeholt|eingeliefert|angenommen|ubernommen)",
            r"(opgehaald|aangenomen|afgegeven)",
        ),
        _ACCEPTED,
    ),
    (
        any_of(
            r"\b(tri|transit|achemin\w*|arriv\w*|depart|parti|agence|plateforme|traitement)\b",
            r"\b(sortiert|bearbeitet|paketzentrum|eingetroffen|verlassen|weitertransport|transportiert)\b",
            r"\b(gesorteerd|sorteercentrum|aangekomen|vertrokken|verwerkt)\b",
        ),
        _SCAN,
    ),
)


def classify_abroad(text: str, *, placed: bool = True) -> Reading:
    """What a line means that may be in English or in the carrier's own language; `status` None when unknown."""
    words = words_of(text[:400])
    told = next((reading for pattern, reading in _PHRASES if pattern.search(words)), None)
    return told or classify(text, placed=placed)
