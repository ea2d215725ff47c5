"""How the stages of a parcel's way are put into words. Patterns only; `carriers.wording` decides."""

from carriers.wording_patterns import any_of

_RECIPIENT = r"(recipient|customer|addressee|consignee|receiver|resident|buyer|you)"
_SENDER = r"(original )?(sender|shipper|merchant|seller|consignor|retailer)"
_COUNTER = (
    r"(pick ?up|collection|access|service|parcel|delivery|postal|relay) ?(point|shop|box|station|location|store)"
    r"|parcel ?shop|(parcel |smart )?lockers?|packstation|post office|paketshop|branch"
)
CANCELLED = any_of(
    r"\b(shipment|label|order|parcel|package|item|booking|consignment|waybill|manifest)\b( \w+){0,5} "
    r"(cancel\w*|voided|withdrawn|annulled)",
    r"\b(cancel\w*|voided)( \w+){0,2} (shipment|label|order|parcel|package|item|booking|consignment|waybill)",
    r"^(cancell?ed|voided)\b",
)
CANCELLED_PART = any_of(
    r"(flight|appointment|hold|return|redirect\w*|request|option|pick ?up|attempt)( \w+){0,4} cancel"
)
RELEASED = any_of(
    r"(released?|release) ((by|from|through) )?(the )?(import |export )?(customs|clearance)",
    r"(customs|clearance)\b.*\b(released|cleared|completed?|finished|finali[sz]ed|approved|passed|success\w*"
    r"|granted|closed|concluded|ended)",
    r"\b(left|leaves|departed) (the )?customs\b",
    r"\bcleared\b( \w+){0,3} (customs|import|export|clearance|border)",
    r"(returned|back) from (the )?(import |export )?customs",
    r"(import|export) (released|cleared)",
    r"international shipment release",
    r"\bout of customs\b",
)
NOT_RELEASED = any_of(
    r"\b(not|until|once|await\w*|waiting|pending|before|after|unable|cannot|unless|when|will|uncleared|fail\w*)\b",
    r"\b(delay\w*|(to|is|are|currently) be(ing)?|being|required|missing|hold|held|problem)\b",
)
RETURNED = any_of(
    r"\breturn\w*\b.*\b(delivered|complete\w*|received by)\b",
    rf"(delivered|handed|given|brought|released)( over)?( back)? to (the )?{_SENDER}",
    rf"(received|accepted|taken)( back)? by (the )?{_SENDER}",
    rf"{_SENDER}( has)? received (the |your )?(return|parcel|package|item|shipment)",
    rf"(has|have) been returned to (the )?{_SENDER}",
    rf"back (at|with) (the )?{_SENDER}",
)
RETURNING = any_of(
    rf"\breturn(ed|ing|s)?\b( \w+){{0,4}} to (the )?({_SENDER}|origin|depot of origin)",
    r"\breturn\w*\b( \w+){0,2} (initiated|started|begun|under ?way|in progress|in transit|requested|process\w*)",
    r"\b(being|to be|will be|is|was) return(ed|ing)\b",
    r"\b(sent|going|shipped|travel+ing|heading|on (its|the) way) back\b",
    rf"\bback to (the )?({_SENDER}|origin)",
    r"\b(rts|return to sender|return parcel|return shipment|return journey)\b",
)
MAYBE_RETURNED = any_of(
    r"\b(if|unless|otherwise|before|may|might)\b.*\breturn",
    r"return label",
    r"\breturn\b.*\bcancel",
    r"\b(return\w*|back)\b.*\b(if|unless)( \w+){0,3} not (collected|picked up|claimed)",
    r"\b(document|documents|documentation|paperwork) (is |was |has been |have been )?return",
)
UNDELIVERED = any_of(
    r"\b(not|unable|cannot|couldn t|can t|no|fail\w*|unsuccessful\w*|impossible)\b( \w+){0,4} deliver",
    r"\bdelivery( \w+){0,3} (not|failed|failure|unsuccessful|impossible|missed|unable|attempted|could)\b",
    r"\b(undeliver\w*|non delivery|attempted|failed attempt|missed you|sorry we missed)\b",
    r"\b(delivery|first|second|third|final|last|1st|2nd|3rd|another) (delivery )?attempt\b",
    r"\battempt( \w+){0,4} (failed|unsuccessful|made)\b",
)
HANDED_ON = any_of(
    r"\b(delivered|hand(ed)?|tendered|transferred|passed|given|released|forwarded|injected|turned)( over| off"
    r"| on)?"
    r"( \w+){0,4}? to (\w+ ){0,3}?(partner|carrier|postal (service|operator|authority|administration)|usps"
    r"|us postal|(local |national )?post( for| operator|$)"
    r"|(royal mail|canada post|australia post)|(delivery )?service provider|last mile|line ?haul|airline"
    r"|(local|courier|delivery|transport) (courier|company|service)|subcontract\w*|third party|delivery agent)",
    r"\b(hand ?over|hand ?off|interline|transfer)( \w+){0,2} to (\w+ ){0,3}(carrier|partner|post\w*|airline)",
    r"\bpost office for (final |local )?delivery",
    r"\b(tendered|forwarded|handed) to (the )?(\w+ ){0,2}(agent|third party|3rd party)\b|\bon ?forwarded\b",
    r"\bforwarded for (final |local )?delivery\b",
)
NOT_RECEIVED = any_of(rf"\b{_RECIPIENT}\b( \w+){{0,5}} (not|never)( been)? received\b")
NOT_YET = any_of(
    r"\b(not|hasn t) (yet )?(been )?(received|handed|scanned|tendered|shipped|in (our|the carrier s) possession)",
    r"\b(awaiting|waiting for|expecting) (the |your )?(item|parcel|package|shipment|hand ?over|drop|goods)",
    rf"\b(awaiting|ready for|waiting for) (pick ?up|collection) (by|from) (the )?(carrier|courier|driver"
    rf"|{_SENDER})",
    r"\bpick ?up( \w+){0,2} (scheduled|requested|arranged|booked|ordered|planned)",
    r"\b(collection|pick ?up) (order|request)",
    r"\b(sender|shipper|merchant|origin post)( is)? (preparing|despatching|dispatching|packing)\b",
    r"\bprovided by (the )?(sender|shipper) for collection\b",
)
ANNOUNCED = any_of(
    r"\b(shipment|shipping|order|parcel|package|electronic|tracking|billing|consignment|item|advance)( \w+)? "
    r"(information|data|details|info|labels?|notification|advice|notice)\b",
    r"\blabels?( \w+){0,3} (created|printed|generated|purchased|issued|ready)\b",
    r"\b(created|printed|generated)( \w+){0,2} label",
    r"\bpre ?(advice|advised|alert\w*|notified|notification|announced|announcement|shipment|registered)\b",
    r"\b(announced|electronically|electronic notification|manifest(ed)?|being prepared (by|at|for shipping))\b"
    r"|\bbeing prepared$",
    r"\b(prepared|preparation|preparing)( of| the| your| by| for all| all)*( parcel| item| shipment)?"
    r"( by)?( the)? (sender|shipper)\b|\b(sender|shipper)( has)? (prepared|created|announced)\b",
    r"^record created\b|\btracking number (was |has been )?(assigned|created|generated)\b",
    r"\border( \w+){0,2} (created|placed|received|processed|registered|confirmed)\b",
    r"\bbooking( \w+){0,2} (created|confirmed|received|made)\b",
    r"\bready (for|to) (ship\w*|dispatch|despatch|be (picked|collected|shipped))",
    rf"\b(created|prepared|registered|packed) by (the )?{_SENDER}",
    r"\b(shipment|parcel|package|item) (is |was |has been )?(registered|created|packed)\b"
    r"|\b(shipment|parcel|package|item) (is |was |has been )?prepared(?! for (onward|transport|delivery))\b",
    r"\bregistered (by|at|in|online)\b|^registered$",
)
AT_COUNTER = any_of(
    r"\b(available|ready|held|waiting|awaiting|stored|kept)( \w+){0,5} (for|to be) (\w+ )?(pick\w*( ?up)?"
    r"|collect\w*)",
    r"\b(awaiting|waiting for) (pick ?up|collection)( (by|at|from) |$)",
    r"\b(hold\w*|held) (at|for)( \w+){0,4} (recipient|customer|request|pick ?up|collection|location|post office)",
    r"\b(delivered|deposited|left|arrived|placed|available|ready|stored|kept|dropped|brought|waiting)\b"
    rf"( \w+){{0,4}} (to|at|in|into) (\w+ ){{0,3}}({_COUNTER})\b",
    r"\breached (the |a |your )?(\w+ )?(parcel ?shop|locker|pick ?up point|paketshop|packstation)\b",
    rf"\b(awaiting|waiting for) {_RECIPIENT}( s)? (pick ?up|collection|to (collect|pick))",
    rf"\b{_RECIPIENT} (has )?(advised|confirmed|informed)( \w+){{0,4}} (collect|pick up)",
    r"\b(can|may) be (collected|picked up)\b|\bfinal notice\b",
    rf"\bready for {_RECIPIENT} pick ?up",
)
BROUGHT_IN = any_of(
    r"\b(dropped off|handed in|handed over|lodged|posted|accepted)\b",
    rf"\b(by|from) (the )?{_SENDER}\b",
    r"^(item |shipment |parcel )?(arrived|received|processed|departed)( \w+){0,2} post office$",
)
OUT = any_of(
    r"\bout (for|on|with)( \w+){0,2} (delivery|courier|driver)",
    r"\bon ?board for( \w+)? delivery\b",
    r"\b(on|with|in)( \w+){0,3} (vehicle|van|truck|driver|courier|postman|carrier)( \w+){0,2} (for|to) deliver\w*",
    r"\bwith( the| our)? (delivery )?(courier|driver)\b",
    r"\b(on|onto|into|in)( \w+){0,2} delivery (vehicle|van|truck|car)",
    r"\b(courier|driver)( \w+){0,2} on (the|his|her|their|its) (road|way)\b",
    r"\bon (its|the) way to (the )?(recipient|consignee|addressee|receiver)(?! s)\b",
    r"\bdelivery (is )?in progress\b|\b(in|on) delivery\b|\bbeing delivered\b|\bdelivery (round|run"
    r"|route) started",
)
NOT_OUT = any_of(r"\b(not|will be|to be|before|prepar\w*|soon|scheduled)( \w+){0,3} (out|delivery|delivered)\b")
DELIVERED = any_of(
    r"\bdelivered\b",
    r"\bdelivery( \w+){0,2} (complete\w*|success\w*|confirmed|made|effected|done)\b",
    r"\bsuccessful(ly)? deliver|\bproof of delivery\b|\bfinal delivery\b",
    r"\bsigned (for|by)\b|\bsignature (obtained|received|captured)\b",
    r"\b(left|placed|put)((?! no| not) \w+){0,5} (door\w*|porch|neighbou?r|mailbox|letter ?box|reception\w*"
    r"|concierge|garage|garden"
    r"|front desk|mail ?room|safe (place|location)|secure location|agreed (place|location))\b",
    rf"\b(collected|picked up|received|taken|accepted)( \w+){{0,5}}? by (the |a |your )?({_RECIPIENT}|neighbou?r)",
    r"\bneighbou?r (accepted|took|received)\b|\bpod\b",
    rf"\bhand(ed)?( over)? to (the |a |your )?(business )?({_RECIPIENT}|neighbou?r|person|household)",
    r"\bleft with( \w+){0,3} (individual|reception\w*|guard|concierge|neighbou?r|household|resident)\b",
)
COLLECTED = any_of(
    rf"\b(collected|picked up|removed|taken|retrieved)( \w+){{0,4}}? (from|at) (\w+ ){{0,3}}"
    rf"({_COUNTER}|postal facility|customer service point|delivery office|retail outlet)\b",
    rf"\b{_RECIPIENT} (has )?(picked up|collected|removed|retrieved)\b",
    rf"\bdelivered to {_RECIPIENT} (by|from|at) (the )?({_COUNTER})\b",
)
NOT_COLLECTED = any_of(
    r"\b(not|never|to be|be|can|may|will|unless|if|until|for)( \w+){0,3} (collected|picked up|retrieved)\b",
    r"\bheld\b",
    r"\b(by|from) (the )?(original )?(sender|shipper|carrier|courier|driver|merchant|shipping partner)\b",
)
FUTURE = any_of(
    r"\b(estimated|expected|scheduled|planned|anticipated|projected|revised|rescheduled|updated|new)( \w+){0,2}? "
    r"(delivery|arrival|departure|eta|etd|date|time|window|appointment)\b.*",
    r"\b(delivery|arrival|departure)( \w+){0,2}? (estimated|expected|scheduled|planned|rescheduled|updated|changed"
    r"|booked|window|appointment|date|time|slot|preference\w*|moved|postponed|agreed|arranged)\b.*",
    r"\b(next|second|third|new|another) (delivery )?attempt( \w+){0,3} (scheduled|planned|made|on|tomorrow)\b.*",
    r"\b(will|shall|should|is expected to|is scheduled to|is due to|is planned to|is about to|going to) .*",
    r"(?<!unable )(?<!failed )\bto be (delivered|collected|shipped)\b.*",
)
ON_ITS_WAY = any_of(
    r"\b(on|in) (its|the|it s|their) way\b.*",
    r"\b(moving|travel+ing) (through|within|to|towards|in)\b.*",
    r"\bin transit( to| towards)\b.*",
    r"\barriving( \w+)? ?(on time|early|late|today|tomorrow|soon)\b.*",
    r"\ben ?route\b.*",
    r"\bin (our|the) network\b.*",
    r"\bon (time|schedule)\b.*",
    r"(?<!electronic )\b(notification|notified|reminder|e ?mail|sms|text message|message)\b.*",
    r"\b(delivery|future|redelivery|re ?delivery|address change|redirection|hold)( \w+){0,4} (requested|request"
    r"|chosen|selected)\b.*",
    r"\b(requested|request for|asked for)( \w+){0,2} (future|later|another|re) ?(day|date|delivery)\b.*",
    r"\b(re ?delivery|delivery|appointment)( \w+){0,3} (scheduled|rescheduled|arranged|booked)\b.*",
    r"\bappointment( was| has been)? made\b.*",
)
REDIRECTED = any_of(r"\b(redirect\w*|re ?routed|re ?directed)\b", r"\baddress( \w+){0,3} (corrected|updated)\b")
PLAIN_TRANSIT = any_of(r"^(the |your )?(shipment|parcel|package|item|goods)?( is)? ?(in )?transit( \w+){0,2}$")
FOUND = any_of(r"\b(found|located again|recovered|retrieved|traced|resumed)\b")
NEGATION = any_of(r"\b(not|unable|cannot|could)\b")
SEA = any_of(r"\b(vessel|ocean|sail\w*|on board ship|barge|feeder|sea ?freight|port)\b")
AIR = any_of(r"\b(flight|air ?port|air ?craft|plane|air ?line|airborne|uplift\w*|took off)\b")
LEAVING = any_of(
    r"\b(depart\w*|left|leav\w*|load\w*|board\w*|sail\w*|uplift\w*|took off|in flight|hand\w*|dispatch\w*)\b"
)
ABROAD = any_of(
    r"\b(depart\w*|left|leav\w*|dispatch\w*|despatch\w*|export\w*)( \w+){0,4} (outward office|office of exchange"
    r"|origin country|country of origin|export (hub|facility|centre)|international (hub|facility|sort\w*|mail))",
    r"\b(left|departed) (the )?country\b|\boutward office\b|\b(shipped|sent|dispatched) (abroad|overseas)\b",
)
INWARD = any_of(r"\b(inward|arriv\w*|destination|inbound|unload\w*|discharg\w*|landed)\b")
ACCEPTED = any_of(
    r"\bpicked up\b|\bpick ?up (scan|completed?|done|successful)\b|\bcollected\b|\baccept(ed|ance)\b",
    r"\b(received|taken)( \w+){0,3} (by|at|into) (the |our )?(carrier|origin|branch|post office|counter|network)",
    r"\b(handed|dropped|posted|lodged|tendered|brought)( \w+){0,4} (in|over|off|by|at)\b",
    r"\bin (our |the )?possession\b|\borigin scan\b|\bposting\b|\bfirst scan\b|\bpossession\b|^shipped\b",
    r"\bwe( ve| have) (got )?(it|your (item|parcel|package|shipment))\b|\bdrop ?off$|\bmailed in\b",
    r"^(the |your )?(parcel|shipment|item|package) (was |has been )?handed (over )?to "
    r"(?!the (recipient|customer))",
)
SCANNED = any_of(
    r"\b(arriv\w*|depart\w*|left|leav\w*|process\w*|sort\w*|scan\w*|receiv\w*|load\w*|unload\w*|transfer\w*"
    r"|forward\w*|dispatch\w*|despatch\w*|passed|trans ?ship\w*|transit|consolidat\w*|bagged|relay|stored|inbound"
    r"|outbound|weighed|re ?weighed|cross ?dock\w*|gated?|discharg\w*|stuff\w*|stripp\w*|landed|export\w*"
    r"|import\w*)\b",
)
PLACES = any_of(
    r"\b(facility|hub|depot|cent(er|re)|station|warehouse|terminal|office|branch|gateway|airport|port|vessel"
    r"|flight)\b"
)
SEEN_ASTRAY = any_of(r"\bmis ?(sort|rout|direct|sent|load|deliver)\w*", r"\b(wrong|incorrectly sorted)\b")
DELAY = any_of(
    r"\b(delay\w*|running late|behind schedule|exception|on hold|held|disruption|incident|irregularity)\b",
    r"\b(suspended|interrupted|halted|investigation|inquiry|enquiry|retention|retained"
    r"|(trace|search request|missing mail search)( \w+){0,2} (started|opened|requested|initiated))\b",
    r"\b(not|never)( been)? received\b",
)
NO_DELAY = any_of(r"\b(no|not|without)( \w+)? delay\w*")
HELD = any_of(r"\b(on hold|held)\b")
ACCEPTED_AT = any_of(r"\b(received|accepted|arrived|processed|scanned) at\b")
