"""Which cause the words of a tracking line name. Pure; what follows from it is decided in `carriers.wording`."""

from carriers.vocabulary import Reason
from carriers.wording_patterns import any_of

_PERSON = r"(recipient|customer|addressee|consignee|receiver|resident|signatory|adult|person|buyer|you)"

# ---- at the border ------------------------------------------------------------------------------------------

_CUSTOMS = any_of(
    r"\b(customs?|clearance|dut(y|ies)|customs broker|broker\w*)\b",
    r"\bimport (tax\w*|vat|gst|fees?|charges?|permit|licen[cs]e|restrict\w*|prohibit\w*|denied|refused"
    r"|regulation\w*)\b",
    r"\b(held|detained|seized|stopped|inspected) (by|at) (the )?(border|government|agriculture)\b",
    r"\b(government|clearing) agency\b",
    r"\b(vat|gst|tax(es)?)( \w+){0,2} (due|payable|unpaid|outstanding|paid|owed)\b",
    r"\bimport( is| was)? (not |in)?(allowed|permitted|prohibited|forbidden|admitted)\b",
    r"\b(commercial|pro ?forma|customs) invoice\b|\bregulatory agenc(y|ies)\b",
)
_TAX_NUMBER = any_of(r"\b(tax|vat|gst) (id\w*|number|no|identification( number)?)\b")

_PROHIBITED = any_of(
    r"\b(prohibit\w*|restricted|banned|embargo\w*|contraband|forfeit\w*|seiz\w*|confiscat\w*|counterfeit)\b",
    r"\b(not|never) (be )?(permitted|allowed|admitted|admissible)\b",
    r"\b(import|entry|admission|clearance)( \w+){0,2} (denied|refused|rejected|forbidden)\b",
    r"\b(denied|refused|rejected|destroyed) (entry|admission|by customs|import)",
)
_MONEY = any_of(r"\b(dut(y|ies)|vat|gst|tax(es)?|charges?|fees?|payment|levy|tariffs?)\b")
_OWED = any_of(
    r"\b(due|unpaid|payable|pay|owed|owing|outstanding|await\w*|waiting|collect\w*|requir\w*|request\w*"
    r"|pending|raised|retention|retained|to pay)\b",
    r"\b(payment|until|kept|hold|held|not paid|to be paid|invoice\w*)\b",
)
_PAID = any_of(
    r"\b(has|have|been|were|was|are|duties|duty|taxes|vat|charges|fees) (been )?paid\b",
    r"\bpayment( \w+){0,2} (received|confirmed|completed|accepted)\b|\b(waived|settled)\b",
)
_NOT_PAID = any_of(r"\b(until|unless|not|once|when|before|if|be)( \w+){0,3} paid\b")
_PAPERS = any_of(
    r"\b(documents?|documentation|paperwork|papers|invoices?|declaration|certificates?|licen[cs]e|permit|eori"
    r"|passport)\b",
    r"\b(kyc|identification|taxnumber|power of attorney|importer (of record|number|code|id)|id (card|number"
    r"|copy))\b",
    r"\b(information|instructions|details|data|description|value|tariff code|hs code|proof of|copy of|ids?)\b",
)
_WANTED = any_of(
    r"\b(missing|requir\w*|request\w*|need\w*|incomplete|incorrect|invalid|await\w*|waiting|lack\w*"
    r"|insufficient)\b",
    r"\b(absent|provide|submit|upload|contact|without|hold|held|delay\w*|pending|unclear|inaccurate|mismatch)\b",
    r"\bnot (present|provided|available|received|complete|submitted|attached)\b|\b(correct|must)\b",
)
_INSPECTED = any_of(
    r"\b(inspect\w*|exam\w*|held|hold\w*|detain\w*|retain\w*|x ?ray\w*|random|checks?|checked"
    r"|selected)\b",
    r"\b(verif\w*|screen\w*|quarantine\w*|suspend\w*|controls?|controlled|stopped|delay\w*|uncleared|sampl\w*"
    r"|pending release)\b",
)

# ---- on the way and at the door -----------------------------------------------------------------------------

_NO_HARM = any_of(r"\b(no|not|without|un)( any| visible)? ?damage\w*|\b(not|never)( been)? lost\b")
_MISDELIVERED = any_of(
    r"\bmis ?deliver\w*",
    r"\b(delivered|left|handed)( over)?( \w+){0,3} (to|at|with) (a |the |an )?(wrong|incorrect|another)"
    r" (address|person|house|recipient|customer|door|neighbou?r|location)",
    r"\b(incorrectly|wrongly) delivered\b",
)

_THINGS = r"(parcel|package|item|shipment|piece|container|consignment|goods|contents?)"
_LOST = any_of(
    r"(?<!at )(?<!from )(?<!departed )\blost\b|\bstolen\b|\btheft\b|\buntraceable\b|\btotal loss\b"
    r"|\bdestroyed\b|\bdisposed\b|\bdisposal\b",
    r"\b(merchandise|contents?|goods|item|parcel|package|shipment)( \w+){0,2} discarded\b",
    r"\bdead (letter|mail)\b|\bwhereabouts( \w+){0,4} (unknown|unclear)\b",
    rf"\b{_THINGS}( \w+){{0,3}} (cannot|can not|could not) be (found|located|traced)\b",
    rf"\b{_THINGS}( \w+){{0,3}} (missing|not found|unaccounted)\b|\bmissing {_THINGS}\b",
    r"\b(cannot|could not|can t|couldn t|unable to) (be )?(locate\w*|find|found|trace\w*)\b",
    r"\bsearch( \w+){0,3} (closed|ended|unsuccessful|without)\b",
)
_FOUND_AGAIN = any_of(
    r"^(?!.*\b(not|cannot|unable|without|could)\b).*\b(found|recovered|retrieved|located again)\b"
)
_SENDER_DATA = any_of(
    r"(?<!to )(?<!to the )\b(sender|shipper|merchant|retailer)( s)?( \w+){0,4} (incorrect|incomplete|wrong"
    r"|error|invalid"
    r"|insufficient)\b",
    r"\b(labels?|bar ?codes?)( \w+){0,3} (unreadable|illegible|missing|damaged|detached|incorrect|invalid|wrong"
    r"|unscannable|not readable|duplicate\w*|torn)\b",
    r"\b(unreadable|illegible|missing|damaged|incorrect|invalid|wrong|duplicate) (\w+ ){0,2}(labels?"
    r"|bar ?codes?)\b",
    r"\b(weight|dimensions?|size|postage)( \w+){0,3} (exceed\w*|discrepan\w*|mismatch|incorrect|insufficient"
    r"|underpaid|unpaid|limit|wrong)\b",
    r"\bweight( \w+){0,3} (not match|differs?)\b",
    r"\b(insufficient|underpaid|unpaid|short paid) postage\b|\bover ?(weight|sized?)\b|\bpostage due\b",
    r"\b(improper\w*|insufficient\w*|inadequate\w*|poor\w*|incorrectly) (packag\w*|packed|declared)\b",
    rf"\b(incorrect|incomplete|missing|wrong|invalid) {_THINGS}? ?(data|information|details)\b",
)
_DAMAGED = any_of(
    r"\b(damag\w*|broken(?! down)|leak\w*|crushed|torn|soaked|wet|spoil\w*|repack\w*|contents? exposed)\b"
)
_REFUSED = any_of(
    r"\b(refus\w*|reject\w*|declin\w*)\b",
    r"\b(not|didn t) accept\w*\b|\b(not|didn t|doesn t) want\b|\bacceptance denied\b|\bdoes not want\b",
)
_UNCLAIMED = any_of(
    r"\b(unclaimed|uncollected)\b",
    r"\b(not|never)( yet)?( been)? (collected|picked up|claimed|retrieved)\b",
    r"\bnot (collect|pick up|claim|retrieve)\b",
    r"\b(storage|retention|holding|hold|pick ?up|collection)( \w+)? (period|time|deadline|date)( \w+){0,2} "
    r"(expired|over|ended|elapsed|exceeded|passed|lapsed)\b",
    r"\b(max\w*|end of) (the )?(holding|storage|hold|retention) (time|period)\b",
)
_NOT_HANDED_IN = any_of(
    r"\b(collected|picked up) (from|by) (the )?(sender|shipper|merchant|carrier|courier|driver)\b",
    r"\b(if|unless|when)( \w+){0,3} (not|un) ?(collected|picked up|claimed)\b",
)
_WHERE = (
    r"(address|house number|street( number| name)?|postal code|post ?code|zip( ?code)?|apartment( number)?|suite"
    r"|unit number|flat number|room number|building number|company name)"
)
_ADDRESS = any_of(
    rf"\b{_WHERE}( \w+){{0,6}} (incomplete|incorrect|wrong|insufficient|invalid|missing|unknown|not found|unclear"
    r"|problem|issue|error|not exist|needed|required|illegible|mismatch|unreadable|not located|not complete)\b",
    r"\b(incomplete|incorrect|wrong|insufficient|invalid|bad|missing|unknown|unclear|illegible|no such|needs?"
    r"|deficient"
    rf"|undeliverable as|correct)( \w+){{0,3}} ({_WHERE}|addressed)\b",
    rf"\b{_PERSON}( \w+){{0,3}} (unknown|moved|not known|no longer|relocated|gone away)\b",
    rf"\b{_PERSON} not (located|found|known) at\b|\bgone away\b|\bforward(ing)? (order )?expired\b|^vacant\b",
    rf"\b(company|{_PERSON})( or {_PERSON})? name (is |was )?(\w+ )?(incorrect|missing|wrong|incomplete)\b",
    r"\b(no mail|no letter|without a mail) ?(receptacle|box)\b",
    r"\b(more|further|additional) address (info\w*|details)",
    r"\bmoved (away|house|left no)\b|\bforwarding address\b|\bno such (number|street|person|address)\b",
    r"\baddress(ing)? (query|correction|verification|problem|issue|error)\b",
    r"\b(locate|find) (the )?(address|street|house)\b",
)
_MENDED = any_of(r"\baddress( \w+){0,3} (corrected|updated|changed|confirmed|completed|verified)\b")
_ABSENT = any_of(
    r"\b(nobody|no ?one|not|n t) (\w+ )?(at )?(home|there|present|in attendance)\b|\babsen(t|ce)\b",
    r"\b(nobody|no ?one|noone)( \w+){0,3} (available|in|answer\w*|present)\b",
    rf"\b{_PERSON}( \w+){{0,4}} (not|un) ?(available|present|in|reachable|reached)\b",
    r"\b(business|premises|office|shop|company|store|location|reception|receiver|recipient|consignee|address)"
    r"( \w+){0,3} closed\b|\bclosed (premises|business)\b|\b(company|business|recipient)( \w+){0,2} on holiday\b",
    r"\b(notice|card|slip|note|door ?tag|calling card)( \w+){0,2} (was )?left\b|\bleft (a |the )?(\w+ )?(notice"
    r"|card|slip|note|door ?tag)\b",
    r"\bno (answer|response|access|reply|safe (place|location)|secure location)\b|\bno \w+ (recipient|adult)\b",
    r"\b(unable|could not|cannot|couldn t) (to )?(access|enter|gain access|obtain (a )?signature|reach|contact)\b",
    r"\bmissed (you|(?<!ve missed )(your |a )?delivery)\b(?! (cycle|window|sort|date|time))"
    r"|\baddress inaccessible\b|\b(did|does|do) not (respond|answer|react)\b",
)
_WEATHER = any_of(
    r"\b(weather|\w*storms?|stormy|snow(fall|y|ed|ing|drifts?)?|blizzard|hurricane|typhoon|cyclone|tornado\w*|flood\w*|earthquake"
    r"|volcan\w*)\b",
    r"\b(wildfires?|natural (disaster|event)s?|force majeure|acts? of god|strikes?|industrial action"
    r"|civil unrest)\b",
    r"\b(labou?r (dispute|unrest|action)|riots?|pandemic|epidemic|state of emergency|extreme (heat|cold)"
    r"|heavy rain)\b",
    r"\b(fog|icy|ice|landslides?|power (outage|cut)|road (closed|closures?|blocked)|beyond (our|its|ups|dhl"
    r"|fedex|their|the carrier) (s )?control)\b",
    r"\b(emergency (conditions?|situation)|labou?r disruption|heat ?wave|curfew|lockdown|war|unrest|protests?"
    r"|blockade)\b",
)
_SECURITY = any_of(
    r"\b(security(?! (guard|desk|staff|office\b))|dangerous goods|hazardous|hazmat|lithium|prohibited"
    r"|restricted (goods|item)|regulatory|police)\b",
    r"\b(authorities|undeclared|suspicious|confiscat\w*|seized|embargo\w*)\b",
)
_SECURITY_PASSED = any_of(r"\b(passed|completed|cleared|released|successful\w*)\b")
_NETWORK = any_of(
    r"\bmis ?(sort\w*|rout\w*|direct\w*|sent|load\w*|connect\w*|placed|shipped)\b",
    r"\b(wrong|incorrect) (facility|depot|hub|cent(re|er)|destination|route|country|station|vehicle|truck|van"
    r"|flight|plane|warehouse"
    r"|city)\b",
    r"\b(incorrect|wrong)(ly)? (sort\w*|rout\w*|load\w*)\b|\b(sorting|processing|routing|handling) error\b",
    r"\b(delay\w*|late)( \w+){0,6} (operating conditions|sorted|trailer|train|rail|ferry|processing error)\b",
    r"\boperating conditions\b|\b(rail|ferry|train|vessel|linehaul|line haul) delay\w*|\blate tender\w*"
    r"|\bmissed delivery (cycle|sort)\b",
    rf"\b{_THINGS}( was| has been)? missed (at|in|during)\b",
    r"\b(mechanical|technical|operational|operations?|vehicle|truck|aircraft|plane|flight|trailer|train"
    r"|equipment|sort\w*"
    r"|network|capacity|staff\w*|volumes?|system|routing|logistic\w*|traffic|transport\w*|vessel|port|carrier)"
    r"( \w+){0,3} (delay\w*|fail\w*|break\w*|problems?|issues?|errors?|shortages?|cancel\w*|accident|congestion"
    r"|late"
    r"|constraints?|missed|disruption\w*|overload\w*|omitted)\b",
    r"\b(delay\w*|late)( \w+){0,5} (mechanical|technical|operational|vehicle|truck|aircraft|flight|trailer"
    r"|capacity"
    r"|volumes?|traffic|network|sort\w*|staff\w*|congestion|vessel|transport\w*)\b",
    r"\b(broke|broken) down\b|\bmissed( \w+){0,2} (connection|flight|departure|cut ?off|cut off|sort)\b",
    r"\b(breakdown|backlog|congestion|missed (connection|flight|departure|cut ?off|sort)|late (trailer|arrival"
    r"|flight))\b",
    r"\b(accident|high volumes?|peak season|derail\w*|rolled (over|to)|over ?flow|short ?shipped|offloaded"
    r"|bumped)\b",
)


def in_customs(words: str) -> bool:
    """Whether a line speaks of the border at all."""
    return bool(_CUSTOMS.search(words))


def misdelivered(words: str) -> bool:
    """Whether a line says that somebody else got the parcel."""
    return bool(_MISDELIVERED.search(words))


def cause_of(words: str) -> Reason | None:
    """The cause that a line names, or None; `words` as `words_of` gives them."""
    if in_customs(words):
        return _at_the_border(words)
    if misdelivered(words):
        return Reason.CARRIER_NETWORK
    words = _NO_HARM.sub(" ", words)
    for reason, names, excuses in _CAUSES:
        if names.search(words) and not (excuses and excuses.search(words)):
            return reason
    return None


_CAUSES = (
    (Reason.REFUSED, _REFUSED, None),
    (Reason.UNCLAIMED, _UNCLAIMED, _NOT_HANDED_IN),
    (Reason.WEATHER_FORCE_MAJEURE, _WEATHER, None),
    (Reason.SENDER_DATA, _SENDER_DATA, None),
    (Reason.ADDRESS_PROBLEM, _ADDRESS, _MENDED),
    (Reason.LOST, _LOST, _FOUND_AGAIN),
    (Reason.DAMAGED, _DAMAGED, None),
    (Reason.RECIPIENT_ABSENT, _ABSENT, None),
    (Reason.CARRIER_NETWORK, _NETWORK, None),
    (Reason.SECURITY_HOLD, _SECURITY, _SECURITY_PASSED),
)


def _at_the_border(words: str) -> Reason | None:
    words = _TAX_NUMBER.sub("taxnumber", words)
    if _PROHIBITED.search(words):
        return Reason.CUSTOMS_PROHIBITED
    if _MONEY.search(words) and _OWED.search(words) and (not _PAID.search(words) or _NOT_PAID.search(words)):
        return Reason.CUSTOMS_DUTIES
    if _PAPERS.search(words) and _WANTED.search(words):
        return Reason.CUSTOMS_DOCUMENTS
    return Reason.CUSTOMS_INSPECTION if _INSPECTED.search(words) else None
