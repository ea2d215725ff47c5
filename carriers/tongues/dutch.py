"""How carriers say in Dutch what `carriers.wording_abroad` reads: stages and causes. Words only, no rule."""

from carriers.wording_patterns import any_of, small_words

MARKS = small_words(
    "de het een van naar uw je pakket zending wordt werd niet bij voor ontvanger afzender onderweg is door"
    " kon worden met aan"
)
_POINT = (
    r"(afhaalpunt|postpunt|automaat|pakketautomaat|postkantoor|servicepunt|pakketpunt|locker|parcelshop|winkel)"
)
PHRASES = {
    "cancelled": any_of(r"\b(zending|pakket|bestelling|order|label)( \w+){0,4} geannuleerd\b"),
    "returned": any_of(
        r"\b(afgeleverd|bezorgd|teruggegeven|geretourneerd) (bij|aan) (de )?(afzender|verzender)\b",
        r"\bretour( \w+){0,4} (afgeleverd|bezorgd|ontvangen)\b",
    ),
    "returning": any_of(
        r"\b(retour|terug|teruggestuurd|teruggezonden)( \w+){0,4} (afzender|verzender)\b|\bretour(zending)?\b"
        r"|\b(teruggestuurd|teruggezonden)\b"
    ),
    "released": any_of(
        r"\bingeklaard\b|\b(vrijgegeven|verlaten)( \w+){0,3} douane\b|\bdouane( \w+){0,4} (vrijgegeven|afgerond"
        r"|voltooid)\b",
        r"\binklaring( \w+){0,3} (afgerond|voltooid)\b",
    ),
    "unreleased": any_of(r"\b(niet|nog|wacht\w*|moet|voordat)\b"),
    "customs": any_of(r"\b(douane\w*|inklar\w*|invoer\w*)\b"),
    "prohibited": any_of(r"\b(verboden|in beslag|niet toegestaan|geweigerd door de douane)\b"),
    "duties": any_of(
        r"\b(betal\w*|betaal\w*|voldo\w*)( \w+){0,4} (invoerrechten|douanekosten|kosten|btw|rechten)\b",
        r"\b(invoerrechten|douanekosten|kosten|btw|rechten|belasting\w*|betaling)\b.*"
        r"\b(betal\w*|betaald|openstaand|verschuldigd|voldoen|wacht\w*)\b|\bwacht\w* op betaling\b",
    ),
    "documents": any_of(
        r"\b(documenten?|factuur|papieren|gegevens|informatie|aangifte)\b.*\b(ontbre\w*|nodig|vereist|onvolledig"
        r"|aanleveren|opgevraagd|gevraagd)\b",
        r"\b(ontbrekende|vereiste|vraagt om|verzoekt om|wacht\w* op) (\w+ )?(documenten?|factuur|papieren"
        r"|gegevens)\b",
    ),
    "inspected": any_of(
        r"\b(controle\w*|gecontroleerd|inspectie|onderzoek|onderzocht|vastgehouden|aangehouden)\b"
    ),
    "lost": any_of(r"\b(verloren|kwijt|vermist|zoek|zoekgeraakt|gestolen|onvindbaar|vernietigd)\b"),
    "damaged": any_of(r"\b(beschadig\w*|schade|kapot|gebroken|gelekt|opnieuw verpakt)\b"),
    "unharmed": any_of(r"\b(geen|zonder) (\w+ )?(schade|beschadig\w*)|\bonbeschadigd\b"),
    "refused": any_of(r"\b(geweigerd|weigert|weigerde|weigering|niet geaccepteerd)\b"),
    "unclaimed": any_of(r"\bniet (\w+ ){0,3}(afgehaald|opgehaald)\b|\b(bewaartermijn|afhaaltermijn)\b"),
    "address": any_of(
        r"\b(adres|huisnummer|postcode)( \w+){0,5} (onvolledig|onjuist|onbekend|fout|verkeerd|ontbreekt"
        r"|niet gevonden|klopt niet)\b",
        r"\b(verkeerd|onjuist|onvolledig|fout|onbekend)e? (\w+ )?(adres|huisnummer|postcode)\b|\bverhuisd\b"
        r"|\b(ontvanger|geadresseerde) onbekend\b",
    ),
    "absent": any_of(
        r"\bniet (thuis|aanwezig)\b|\bniemand( \w+){0,2} (thuis|aanwezig)\b|\bafwezig\b|\bgesloten\b",
        r"\b(geen toegang|niet bereikbaar|bericht achtergelaten|afwezigheidsbericht)\b",
    ),
    "weather": any_of(
        r"\b(weer|weersomstandigheden|noodweer|sneeuw\w*|storm\w*|overstroming\w*|gladheid|staking\w*|overmacht"
        r"|natuurramp\w*)\b"
    ),
    "network": any_of(
        r"\b(verkeerd (gesorteerd|geladen|bezorgd)|sorteerfout|verkeerde (depot|vestiging|locatie|route)"
        r"|technische? "
        r"(storing|problemen|probleem)|pech|drukte|file|grote hoeveelheid|capaciteit\w*|vertraagde vlucht)\b"
    ),
    "security": any_of(r"\b(veiligheids\w*|gevaarlijke stoffen|politie|verdacht\w*)\b"),
    "sender_data": any_of(
        r"\b(label|barcode|etiket)( \w+){0,3} (onleesbaar|ontbreekt|beschadigd)\b|\b(onleesbare?|ontbrekende?) "
        r"(label|barcode|etiket)\b|\b(te (zwaar|groot)|onvoldoende gefrankeerd|onvoldoende verpakt)\b"
    ),
    "collected": any_of(
        rf"\b(afgehaald|opgehaald)( \w+){{0,5}} {_POINT}\b|\b{_POINT} (afgehaald|opgehaald)\b"
        r"|\b(ontvanger|klant)( \w+){0,5} (afgehaald|opgehaald)\b|\b(afgehaald|opgehaald) door (de )?(ontvanger"
        r"|klant)\b"
    ),
    "counter": any_of(
        rf"\b(ligt klaar|staat klaar|klaar|beschikbaar|afgeleverd|bezorgd|aangekomen)( \w+){{0,5}} {_POINT}\b",
        r"\b(ligt|staat) klaar\b|\bkan (\w+ ){0,3}(afgehaald|opgehaald) worden\b|\bop te halen\b",
    ),
    "tried": any_of(
        r"\bniet (\w+ ){0,2}(bezorgd|geleverd|afgeleverd|leveren|bezorgen|gelukt)\b|\b(mislukte?|vergeefse) "
        r"(bezorg\w*|leverings?\w*)\b|\bbezorg(ing|poging) (\w+ )?(mislukt|niet gelukt)\b"
    ),
    "out": any_of(
        r"\bonderweg naar (de |u|je)( ?(ontvanger|bestemmeling|geadresseerde))?\b|\bin bezorging\b"
        r"|\bwordt vandaag (bezorgd|geleverd)\b",
        r"\b(bezorger|chauffeur|koerier)( \w+){0,3} onderweg\b|\buit voor (levering|bezorging)\b"
        r"|\bin het (bestel|bezorg)\w+",
    ),
    "planned": any_of(r"\b(wordt|zal|gepland|verwacht\w*|binnenkort)\b"),
    "delivered": any_of(r"\b(bezorgd|afgeleverd|geleverd|uitgereikt)\b|\bbrievenbus\b"),
    "registered": any_of(
        r"\b(aangekondigd|aangemeld|voorgemeld)\b|\blabel (aangemaakt|gemaakt)\b|\bnog niet (\w+ )?(ontvangen"
        r"|aangeleverd)\b",
        r"\b(gegevens|informatie)( \w+){0,3} (ontvangen|doorgegeven)\b|\bafzender( \w+){0,3} (voorbereid"
        r"|klaar)\w*\b",
    ),
    "accepted": any_of(r"\b(opgehaald|aangenomen|afgegeven|ingeleverd|overhandigd|ontvangen)\b"),
    "handed_on": any_of(
        r"\b(overgedragen|overhandigd|doorgegeven) aan (\w+ ){0,3}(partner|vervoerder|luchtvaartmaatschappij)\b"
    ),
    "scan": any_of(
        r"\b(gesorteerd|sorteercentrum|aangekomen|vertrokken|verwerkt|depot|onderweg|transport|geladen|verlaten"
        r"|doorgestuurd|gescand|in behandeling)\b"
    ),
    "delay": any_of(r"\b(vertraging|vertraagd|opgehouden|probleem|onderbroken|uitgesteld)\b"),
}
