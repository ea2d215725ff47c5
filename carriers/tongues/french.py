"""How carriers say in French what `carriers.wording_abroad` reads: stages and causes. Words only, no rule."""

from carriers.wording_patterns import any_of, small_words

MARKS = small_words(
    "le les l du des est votre colis ete dans par pour aux au destinataire pas livraison n expediteur sera"
    " une un et qui sur avec de en a"
)
_POINT = r"(bureau|relais|point(?! postal)|agence|consigne|casier|commerce|locker|pickup)"
PHRASES = {
    "cancelled": any_of(r"\b(envoi|colis|commande|expedition|etiquette)( \w+){0,4} annulee?\b"),
    "returned": any_of(
        r"\b(livree?|remise?|distribuee?|rendue?)( \w+){0,4} (a l |a )expediteur\b",
        r"\bretour( \w+){0,4} (livre|effectue|termine|receptionne)\b",
    ),
    "returning": any_of(
        r"\b(retour\w*|renvoi|renvoye\w*|reexpedie\w*)( \w+){0,4} (expediteur|envoyeur|origine)\b",
        r"\bretour (en cours|initie)\b|\b(sera|est|etre) (retourne|renvoye)e?\b",
    ),
    "released": any_of(
        r"\b(sorti|sortie|libere|liberee|libera\w*)( \w+){0,3} (douane|dedouanement)\b|\bdedouanee?\b",
        r"\b(dedouanement|formalites douanieres)( \w+){0,3} (terminee?s?|effectuee?s?|acheve\w*)\b",
        r"\ba quitte la douane\b",
    ),
    "unreleased": any_of(r"\b(pas|non|attente|avant|doit|bloque\w*|en cours)\b"),
    "customs": any_of(
        r"\b(douan\w*|dedouan\w*)\b|\b(droits|taxes) (d |a l )?(import\w*|entree)\b|\bdroits et taxes\b"
    ),
    "prohibited": any_of(
        r"\b(interdit\w*|prohibe\w*|saisie?|confisque\w*|import\w* refusee?|non autorisee?|contrefacon)\b"
    ),
    "duties": any_of(
        r"\b(payer|regler|acquitter|paiement|reglement)( \w+){0,4} (droits|taxes|frais|tva)\b",
        r"\b(droits|taxes|frais|tva|montant|paiement)\b.*\b(payer|paye|paiement|regler|reglement|dus?|acquitter"
        r"|attente|impayes?|reste)\b",
    ),
    "documents": any_of(
        r"\b(documents?|facture|justificatifs?|declaration|pieces?|formulaire|informations?|cn23)\b.*"
        r"\b(manqu\w*|requis\w*|demand\w*|incomplete?s?|attente|fournir|absente?|necessaires?|transmettre)\b",
        r"\b(manque|absence|demande|attente|fournir|transmettre)( \w+){0,4} (documents?|facture|justificatifs?"
        r"|declaration|informations?|pieces?)\b",
    ),
    "inspected": any_of(
        r"\b(controle\w*|inspecte\w*|inspection|examen|verifi\w*|retenue?s?|bloque\w*|immobilise\w*)\b"
    ),
    "lost": any_of(r"\b(perdue?s?|perte|egaree?s?|volee?s?|introuvable|disparue?|detruite?|enquete|recherche)\b"),
    "damaged": any_of(
        r"\b(endommage\w*|abime\w*|avarie\w*|casse\w*|deteriore\w*|dommage\w*|reconditionne\w*|mouille\w*)\b"
    ),
    "unharmed": any_of(r"\b(sans|aucun) dommage\w*"),
    "refused": any_of(r"\brefus\w*|\bpas accepte\b"),
    "unclaimed": any_of(
        r"\b(non|pas)( \w+){0,3} (reclame\w*|retire\w*|recupere\w*)\b",
        r"\bdelai( \w+){0,4} (expire|depasse|ecoule)\b|\b(expiration|fin)( \w+){0,3} delai\b",
    ),
    "address": any_of(
        r"\b(adresse|numero de rue|code postal)( \w+){0,6} (incomplete?|erronee?|incorrecte?|inconnue?|introuvable"
        r"|inexistante?|insuffisante?|invalide|manquante?|fausse|trouvee)\b",
        r"\b(mauvaise|fausse|erreur d|complement d|probleme d) ?adresse\b|\bhabite (pas|plus)\b",
        r"\bdestinataire( \w+){0,3} (inconnu|demenage|non identifie)\b|\bdemenage\b|\bnpai\b",
    ),
    "absent": any_of(
        r"\b(absente?|absence|avis de passage)\b|\bpersonne (pour|a l adresse)\b|\bpersonne n (etait|est)\b",
        r"\b(entreprise|magasin|commerce|etablissement|societe|bureau|portail)( \w+){0,3} fermee?\b"
        r"|\b(pas|impossible)( \w+){0,2} (acces|acceder)\b|\bacces impossible\b",
    ),
    "weather": any_of(
        r"\b(meteo\w*|intemperies?|neige\w*|tempete\w*|inondation\w*|ouragan|cyclone|verglas|greves?|orages?"
        r"|catastrophe naturelle|mouvement social|barrages?|manifestations?)\b|\bforce majeure\b"
    ),
    "network": any_of(
        r"\b(erreur (de|d) (tri|acheminement|aiguillage|routage)|mal (trie|dirige|oriente|achemine)e?"
        r"|mauvaise agence"
        r"|par erreur|incident (technique|logistique|de transport|d exploitation)|panne|embouteillages?"
        r"|vol (annule|retarde)|surcharge|fort volume|probleme (technique|logistique|operationnel))\b"
    ),
    "security": any_of(r"\b(surete|securite|marchandises? dangereuses?|police|suspecte?)\b"),
    "sender_data": any_of(
        r"\b(etiquette|code barres?)( \w+){0,3} (illisible|absente?|manquante?|abimee?|incorrecte?)\b",
        r"\b(affranchissement|poids|dimensions?)( \w+){0,3} (insuffisante?|depasse\w*|incorrecte?s?"
        r"|non conformes?)\b",
        r"\bhors (norme|gabarit)\b|\bemballage (non conforme|insuffisant)\b",
    ),
    "collected": any_of(
        rf"\b(retire|retiree|recupere|recuperee|remis|remise)( \w+){{0,6}} (au|en|dans|a) (\w+ ){{0,3}}{_POINT}\b",
        r"\b(destinataire|client) a (retire|recupere)\b|\bretiree? par (le |son )?(destinataire|client)\b",
    ),
    "counter": any_of(
        rf"\b(disponible|a retirer|a (votre )?disposition|deposee?|vous attend|attend|arrivee?"
        rf"|livree?)( \w+){{0,5}} "
        rf"(au|en|dans|a|le|votre|un|d) (\w+ ){{0,3}}{_POINT}\b",
        r"\bdisponible( \w+){0,3} (retrait|enlevement)\b|\ba retirer\b|\ben instance\b",
    ),
    "tried": any_of(
        r"\b(non|pas|impossible|echec|tentative|echouee?)( \w+){0,5} (livr\w*|distribu\w*|remis\w*|remettre)\b",
        r"\b(livraison|distribution|tentative)( \w+){0,3} (impossible|echouee?|infructueuse|non aboutie)\b",
    ),
    "out": any_of(
        r"\ben cours de (livraison|distribution)\b|\ben tournee\b|\bmise? en (livraison|distribution)\b",
        r"\b(remis|confie) au (livreur|facteur)\b|\b(livreur|facteur)( \w+){0,4} (route|chemin)\b",
        r"\bsera (livre|distribue)e? (aujourd hui|ce jour)\b",
    ),
    "planned": any_of(
        r"\b(sera|devrait|va|prevue?s?|estimee?|bientot|programmee?|planifiee?|souhaitee?|reportee?)\b"
    ),
    "delivered": any_of(
        r"\b(livree?s?|distribuee?s?)\b|\blivraison( \w+){0,2} (effectuee|reussie|confirmee)\b",
        r"\bremise?( \w+){0,3} (destinataire|voisin\w*|gardien|tiers|proche|main propre)\b|\bboite (aux"
        r"|a) lettres\b",
    ),
    "registered": any_of(
        r"\b(pret|prete) (a|chez)\b|\b(attente|preparation)( \w+){0,3} (expediteur|prise)\b|\bchez (votre "
        r"|l )?expediteur\b",
        r"\b(declaratif|annoncee?|etiquette (creee|generee|imprimee))\b|\bpas encore (prise? en charge"
        r"|confiee?)\b",
        r"\b(informations|donnees)( \w+){0,4} (recues|transmises|receptionnees)\b",
    ),
    "accepted": any_of(r"\bprise? en charge\b|\b(deposee?|collectee?|enlevee?|ramassee?|confiee?)\b|\bdepot\b"),
    "handed_on": any_of(
        r"\b(remise?|confiee?|transmise?|transferee?)( \w+){0,4} (partenaire|transporteur|compagnie aerienne"
        r"|sous traitant)\b"
    ),
    "scan": any_of(
        r"\b(tri|trie|triee|transit|achemin\w*|reachemin\w*|arriv\w*|depart|partie?|agence|plateforme|traitement"
        r"|traitee?|expediee?|quitte|centre|site|reexpediee?|reacheminee?|chargee?)\b"
    ),
    "delay": any_of(r"\b(retard\w*|retenue?|bloquee?|incident|anomalie|differee?|contretemps|suspendue?)\b"),
}
