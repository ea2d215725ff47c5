"""How carriers say in Italian what `carriers.wording_abroad` reads: stages and causes. Words only, no rule."""

from carriers.wording_patterns import any_of, small_words

MARKS = small_words(
    "il lo gli della del e stato stata pacco spedizione consegna destinatario per non alla al dal presso"
    " mittente di una un sua suo"
)
_POINT = r"(ufficio|punto|locker|filiale|negozio|tabaccheria|sede|deposito|pickup)"
PHRASES = {
    "cancelled": any_of(r"\b(spedizione|pacco|ordine|etichetta)( \w+){0,4} annullat[oa]\b"),
    "returned": any_of(
        r"\b(consegnat[oa]|restituit[oa]|riconsegnat[oa])( \w+){0,2} (al|alla) mittente\b"
        r"|\breso( \w+){0,3} (consegnato|completato)\b"
    ),
    "returning": any_of(
        r"\b(ritorno|reso|rientro|rispedit[oa]|rinviat[oa]|restituzione)( \w+){0,4} mittente\b",
        r"\bin (restituzione|reso|ritorno)\b|\breso in corso\b",
    ),
    "released": any_of(
        r"\b(sdoganat[oa]|svincolat[oa])\b|\b(sdoganamento|operazioni doganali"
        r"|procedura doganale)( \w+){0,3} (completat[oaei]|conclus[oaei]|terminat[oaei])\b"
        r"|\b(rilasciat[oa]|uscit[oa])( \w+){0,3} dogana\b"
    ),
    "unreleased": any_of(r"\b(non|attesa|prima|deve|ancora)\b"),
    "customs": any_of(r"\b(dogan\w*|sdogan\w*|dazi\w*|importazione|svincolat\w*)\b"),
    "prohibited": any_of(
        r"\b(vietat[oaei]|proibit[oaei]|sequestrat[oa]|confiscat[oa]|non (ammess|consentit)[oaei])\b"
    ),
    "duties": any_of(
        r"\b(pag\w*|versare|saldare|dovut\w*)( \w+){0,4} (dazi|oneri|iva|diritti|tasse|imposte)\b",
        r"\b(dazi|oneri|iva|tasse|diritti|pagamento|imposte)\b.*\b(pag\w*|dovut[oaei]|attesa|saldare|versare)\b"
        r"|\bin attesa( \w+){0,3} pagamento\b",
    ),
    "documents": any_of(
        r"\b(documenti|documentazione|fattura|informazioni|dichiarazione|dati)\b.*\b(mancant[ei]|richiest[oaei]"
        r"|incomplet[oaei]"
        r"|attesa|fornire|necessari[aeio]*|manca\w*|inviare)\b",
        r"\b(attesa|mancanza|manca\w*|richiest\w*|richied\w*|ulteriori|fornire)( \w+){0,4} (documenti"
        r"|documentazione|fattura"
        r"|informazioni|dati)\b",
    ),
    "inspected": any_of(
        r"\b(ispezion\w*|controll\w*|verific\w*|trattenut[oa]|bloccat[oa]|fermat[oa]|esame|fermo)\b"
    ),
    "lost": any_of(
        r"\b(smarrit[oa]|smarrimento|pers[oa]|rubat[oa]|furto|irreperibile la spedizione|distrutt[oa]"
        r"|introvabile)\b"
    ),
    "damaged": any_of(
        r"\b(danneggiat[oaei]|dann[oi]|rott[oaei]|avariat[oa]|bagnat[oa]|riconfezionat[oa]|manomess[oa])\b"
    ),
    "unharmed": any_of(r"\bsenza dann[oi]\b|\bnessun danno\b"),
    "refused": any_of(r"\b(rifiut\w*|respint[oa]|non accettat[oa])\b"),
    "unclaimed": any_of(
        r"\b(non|mai)( \w+){0,2} (ritirat[oa]|reclamat[oa])\b|\b(giacenza|compiuta giacenza"
        r"|termin[ei])( \w+){0,4} (scadut[oaei]|terminata|superat[oaei])\b"
        r"|\bcompiuta giacenza\b"
    ),
    "address": any_of(
        r"\b(indirizzo|cap|numero civico)( \w+){0,5} (errat[oa]|incomplet[oa]|sconosciut[oa]|inesistente"
        r"|insufficiente|non trovato|sbagliat[oa]|mancante)\b",
        r"\bdestinatario( \w+){0,2} (sconosciuto|trasferito|irreperibile)\b|\btrasferito\b",
    ),
    "absent": any_of(
        r"\b(assente|assenza)\b|\bnessuno( \w+){0,3} (casa|presente|trovato)\b|\b(chius[oa]|avviso di giacenza"
        r"|lasciato (un )?avviso|non reperibile)\b"
        r"|\bimpossibile accedere\b"
    ),
    "weather": any_of(
        r"\b(maltempo|meteo\w*|neve|nevicat[ae]|tempest[ae]|temporal[ei]|alluvion[ei]|allagament[io]|sciopero"
        r"|scioperi|terremoto"
        r"|calamita|condizioni atmosferiche|nebbia)\b|\bforza maggiore\b"
    ),
    "network": any_of(
        r"\b(errore di (smistamento|instradamento|lavorazione)|errat[oa] (smistamento|instradamento)"
        r"|filiale (errata|sbagliata)"
        r"|guasto|problem[ai] (tecnic[oi]|operativ[oi]|logistic[oi])|disguido|traffico|congestione"
        r"|volo (cancellato|in ritardo)|elevati volumi)\b"
    ),
    "security": any_of(r"\b(sicurezza|merc[ei] pericolos[ae]|polizia|sospett[oa])\b"),
    "sender_data": any_of(
        r"\b(etichetta|codice a barre)( \w+){0,3} (illeggibile|mancante|danneggiat[oa]|errat[oa])\b"
        r"|\baffrancatura insufficiente\b"
        r"|\b(peso|dimensioni)( \w+){0,3} (eccedent[ei]|superior[ei]|errat[oaei])\b|\bimballo (inadeguato"
        r"|insufficiente)\b"
    ),
    "collected": any_of(
        rf"\britirat[oa]( \w+){{0,5}} (presso|in|al|da|dal|alla) (\w+ ){{0,3}}({_POINT}|destinatario|cliente)\b"
    ),
    "counter": any_of(
        rf"\b(disponibile|pronto|pronta|in giacenza|deposit\w+)( \w+){{0,5}} (presso|in|al|alla|per|il|nel"
        rf"|nella) (\w+ ){{0,3}}({_POINT}|ritiro)\b"
        r"|\bin giacenza\b|\bpront[oa] per il ritiro\b"
    ),
    "tried": any_of(
        r"\bnon (\w+ ){0,3}(consegnat[oa]|consegnabile|recapitat[oa]|riuscita|possibile)\b|\bmancata consegna\b"
        r"|\bconsegna (fallita|non riuscita|non effettuata|non andata)\b"
        r"|\btentat\w*( \w+){0,3} consegna\b|\btentativo( \w+){0,3} (fallito|consegna)\b"
    ),
    "out": any_of(
        r"\bin (consegna|distribuzione)\b|\b(corriere|autista|portalettere)( \w+){0,4} (strada|consegna"
        r"|arrivo)\b|\bpartit[oa] per la consegna\b|\baffidat[oa] al (corriere|portalettere)\b"
    ),
    "planned": any_of(r"\b(sara|prevista|previsto|stimata|programmata|a breve|prossimamente)\b"),
    "delivered": any_of(
        r"\b(consegnat[oa]|recapitat[oa])\b|\bconsegna (effettuata|riuscita|completata|avvenuta)\b"
        r"|\bcassetta (delle lettere|postale)\b"
    ),
    "registered": any_of(
        r"\b(etichetta (creata|generata|stampata)|preavviso|pre ?registrat[oa])\b|\b(dati"
        r"|informazioni)( \w+){0,4} (ricevut[ie]|trasmess[ie])\b"
        r"|\bin attesa( \w+){0,4} (affidamento|ritiro dal mittente)\b|\bin preparazione\b"
        r"|\bnon ancora affidat[oa]\b"
    ),
    "accepted": any_of(
        r"\b(pres[oa] in carico|accettat[oa]|ritirat[oa] (dal|presso il) mittente|ritirat[oa]|accettazione"
        r"|affidat[oa])\b"
    ),
    "handed_on": any_of(
        r"\b(affidat[oa]|consegnat[oa]|trasferit[oa]) (al|alla|a) (\w+ ){0,3}(vettore|partner|compagnia aerea"
        r"|corriere locale)\b"
    ),
    "scan": any_of(
        r"\b(transito|smistat[oa]|smistamento|arrivat[oa]|arrivo|partit[oa]|partenza|lavorazione|lavorat[oa]|hub"
        r"|centro|filiale|viaggio"
        r"|spedit[oa]|caricat[oa]|inoltrat[oa]|deposito)\b"
    ),
    "delay": any_of(r"\b(ritard\w*|sospes[oa]|anomalia|bloccat[oa]|ferm[oa]|rallentament[oi]|rinviat[oa])\b"),
}
