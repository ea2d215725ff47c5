"""How carriers say in German what `carriers.wording_abroad` reads: stages and causes. Words only, no rule."""

from carriers.wording_patterns import any_of, small_words

MARKS = small_words(
    "der die das dem den und wurde wird im zur zum nicht sendung paket ihre wir empfanger absender"
    " auf von mit fur konnte bereit"
)
_SHOP = r"(filiale|packstation|paketshop|paketstation|postfiliale|abholstation)"
PHRASES = {
    "cancelled": any_of(r"\b(sendung|auftrag|versand|label|bestellung)( \w+){0,4} storniert\b"),
    "returned": any_of(
        r"\babsender\w*( \w+){0,4} (zugestellt|ubergeben|zuruckgegeben|ausgehandigt)\b",
        r"\b(rucksendung|retoure)( \w+){0,4} zugestellt\b",
    ),
    "returning": any_of(
        r"\b(rucksendung|zuruckgesandt|zuruckgeschickt|retoure|ruckversand)\b",
        r"\bzuruck (an|zum|zu) (\w+ )?(absender|versender|auftraggeber)\b|\bgeht zuruck\b",
    ),
    "released": any_of(
        r"\b(verzollt|zollfreigabe)\b|\bzollabfertigung( \w+){0,4} (abgeschlossen|beendet|erfolgt)\b",
        r"\b(vom|durch den) zoll( \w+)? freigegeben\b|\bzoll verlassen\b",
    ),
    "unreleased": any_of(r"\b(nicht|noch|muss|bevor|wartet|unverzollt|wird)\b"),
    "customs": any_of(r"\b(zoll|verzoll|einfuhr)\w*"),
    "prohibited": any_of(
        r"\b(verboten|beschlagnahmt|untersagt|zuruckgewiesen|einfuhrverbot|nicht (zulassig|erlaubt))\b"
    ),
    "duties": any_of(
        r"\b\w*(abgaben|gebuhren?|steuer|betrag|zolle)( \w+){0,4} (fallig|offen|ausstehend|zahlen|bezahlen"
        r"|bezahlt)\b",
        r"\bzahlung\b|\bzu zahlen\b|\b(zahlen|bezahlen|entrichten)( \w+){0,4} \w*(abgaben|gebuhren|steuer"
        r"|zolle)\b",
    ),
    "documents": any_of(
        r"\b\w*(unterlagen|dokumente?|rechnung|papiere|nachweis|angaben|informationen|erklarung)\b.*"
        r"\b(fehl\w*|benotigt|erforderlich|nachreichen|unvollstandig|angefordert|einreichen|ein)\b",
        r"\b(fehlende|benotigt|erforderliche)( \w+){0,3} \w*(unterlagen|dokumente?|rechnung|papiere|angaben)\b",
    ),
    "inspected": any_of(
        r"\b(\w*beschau|\w*pruf\w*|\w*kontroll\w*|untersuch\w*|einbehalten|zuruckgehalten|festgehalten|angehalten"
        r"|aufbewahrt)\b"
    ),
    "lost": any_of(
        r"\b(verloren|verlust|abhanden|auffindbar|unauffindbar|gestohlen|vermisst|vernichtet|vernichtung)\b",
        r"\bverbleib\b|\bnachforschung\w*",
    ),
    "damaged": any_of(
        r"\b(beschadig\w*|\w*schaden|\w*schadens|nachverpackt|zerbrochen|ausgelaufen|durchnasst|aufgeweicht)\b"
    ),
    "unharmed": any_of(r"\b(ohne|unbeschadigt|keine?) (\w+ )?(beschadig\w*|schaden)|\bunbeschadigt\b"),
    "refused": any_of(
        r"\b\w*verweiger\w*|\b(nicht angenommen|abgelehnt|nicht annehmen)\b|\bnimmt( \w+){0,4} nicht an\b"
    ),
    "unclaimed": any_of(r"\bnicht (\w+ ){0,6}abgeholt\b|\blagerfrist\b|\bnichtabholung\b"),
    "address": any_of(
        r"\b(adresse|anschrift|hausnummer|postleitzahl|plz)( \w+){0,7} (unvollstandig|falsch|fehlerhaft"
        r"|nicht gefunden|fehlt|unbekannt|unleserlich|ungultig)\b",
        r"\b(falsche|unvollstandige|fehlerhafte|ungultige|unbekannte|fehlende)[rn]? (\w+ )?"
        r"(adresse|anschrift|hausnummer|postleitzahl|empfangerinformation\w*)\b",
        r"\bverzogen\b|\bempfanger( \w+){0,3} (unbekannt|nicht ermittelt|nicht zu ermitteln)\b",
    ),
    "absent": any_of(
        r"\b(nicht|niemand\w*)( \w+){0,2} (angetroffen|zu ?hause|zuhause|anwesend|erreicht|erreichbar|da)\b",
        r"\bempfanger( \w+){0,2} abwesend\b|\b(geschlossen|benachrichtigungskarte)\b|\bkein (zugang|zutritt)\b",
    ),
    "weather": any_of(
        r"\b(\w*wetter\w*|\w*schnee\w*|\w*sturm(es|s|e)?|sturmisch\w*|orkan\w*|hochwasser|uberschwemm\w*"
        r"|glatteis|\w*streik\w*"
        r"|naturkatastroph\w*|witterung\w*|nebel)\b|\bhohere\w* gewalt\b"
    ),
    "network": any_of(
        r"\b(fehlgeleitet|irrlaufer|sortierfehler|tourenabbruch\w*|stau|panne|personalmangel|kapazitat\w*"
        r"|flugausfall|fahrzeugausfall)\b|\bfalsch (\w+ )?(sortiert|verladen|geleitet)\b",
        r"\bfalsche\w* (tour|depot|filiale|paketshop|niederlassung|fahrzeug|zustellbasis)\b",
        r"\b(technische\w*|betriebliche\w*) (storung\w*|probleme?n?|grunden?|defekt\w*)\b",
        r"\bhohe\w* (\w+ )?(\w*aufkommens?|\w*mengen?|\w*volumens?)\b",
    ),
    "security": any_of(r"\b(sicherheits\w*|gefahrgut\w*|polizei\w*|verdachtig\w*)\b"),
    "sender_data": any_of(
        r"\b\w*(label|barcode|etikett)( \w+){0,3} (unleserlich|fehlt|beschadigt|nicht lesbar)\b",
        r"\b(unleserliche\w*|fehlende\w*|beschadigte\w*) \w*(label|barcode|etikett)\b",
        r"\b(gewicht|masse|grosse)( \w+){0,3} (uberschritten|falsch|uberschreitet)\b|\bzu (gross|schwer)\b",
        r"\b(unterfrankiert|nachporto)\b|\bmangelhafte verpackung\b",
    ),
    "collected": any_of(
        rf"\b(empfanger|kunde)\w*( \w+){{0,6}} (abgeholt|entnommen)\b|\b(aus|in) (der"
        rf"|dem) {_SHOP} (\w+ )?abgeholt\b",
        rf"\baus (der|dem) {_SHOP} entnommen\b",
    ),
    "counter": any_of(
        r"\bzur abholung\b|\babholbereit\b|\bliegt( \w+){0,6} bereit\b",
        rf"^(?!.*\b(absender|versender)\b).*\b{_SHOP}( \w+){{0,3}} (eingeliefert|hinterlegt|zugestellt|bereit)\b",
    ),
    "tried": any_of(
        r"\bnicht (\w+ ){0,3}(zugestellt|erfolgreich|moglich|ausgeliefert|ubergeben)\b|\bunzustellbar\b",
        r"\bzustell\w*( \w+){0,4} (nicht|erfolglos|fehlgeschlagen|gescheitert)\b|\berfolglose\w* zustellversuch\b",
    ),
    "out": any_of(
        r"\b(zustellfahrzeug|zustelltour|auslieferungsfahrzeug|auslieferungstour)\b|\bin (zustellung"
        r"|auslieferung)\b|\bin der zustellung\b",
        r"\bwird (\w+ ){0,3}heute( \w+){0,2} zugestellt\b|\b(zusteller|fahrer)( \w+){0,3} unterwegs\b",
    ),
    "planned": any_of(
        r"\bwird (\w+ ){0,6}(zugestellt|geliefert)\b|\bvoraussichtlich\w*|\bgeplant\w*|\bin kurze\b"
    ),
    "delivered": any_of(
        r"\b(zugestellt|ausgeliefert|ausgehandigt)\b|\bzustellung( \w+){0,2} (erfolgreich|erfolgt)\b",
        r"\berfolgreiche zustellung\b|\b(nachbarn?|empfanger) (ubergeben|abgegeben)\b|\b(briefkasten|ablageort)\b",
    ),
    "registered": any_of(
        r"\b(angekundigt|auftragsdaten|vorankundigung)\b|\b(label|versandschein|versandetikett) (\w+ )?(erstellt"
        r"|gedruckt)\b",
        r"\bdaten( \w+){0,4} (ubermittelt|erhalten|liegen vor)\b|\belektronisch( \w+){0,2} (ubermittelt"
        r"|erfasst)\b",
        r"\bnoch nicht (\w+ )?(ubergeben|eingetroffen)\b",
    ),
    "accepted": any_of(r"\b(abgeholt|eingeliefert|angenommen|ubernommen|aufgegeben|abgegeben)\b"),
    "handed_on": any_of(
        r"\ban (\w+ ){0,4}(partner\w*|\w*spediteur|zustellorganisation|dienstleister|fluggesellschaft)( \w+){0,4} "
        r"(ubergeben|weitergegeben)\b"
    ),
    "scan": any_of(
        r"\b(sortiert|bearbeitet|\w*paketzentrum\w*|eingetroffen|verlassen|weitertransport\w*|transportiert"
        r"|angekommen"
        r"|depot|verteilzentrum|weitergeleitet|verladen|abgang|eingang|umgeschlagen|ubergeben)\b"
    ),
    "delay": any_of(r"\b(verzoger\w*|verspat\w*|storung|sonderereignis|angehalten|gestoppt|zuruckgestellt)\b"),
}
