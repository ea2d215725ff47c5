"""Every field of every kind of entry and its class: public, commercial or personal. By hand; no code that decides.

The body of an entry is public. What is not public is only committed to, and its value is an opening beside the
log, whose path begins with its class. A `*` in a path stands for a position.
"""

from dataclasses import dataclass

from app.entries import EntryType


@dataclass(frozen=True, slots=True)
class Fields:
    """What entries of one kind may hold: the names in their body, and the paths of their openings."""

    public: frozenset[str]
    openings: frozenset[str] = frozenset()


def _fields(public: str, openings: str = "") -> Fields:
    return Fields(frozenset(public.split()), frozenset(openings.split()))


_PLACES = "read_point biz_location"
_BY = "partner signed typed_by"
_EVENT = f"id revision event_type event_time zone action biz_step disposition {_PLACES} keys {_BY}"
_BAND = "temperature_low temperature_high"
_PRODUCT = f"gtin name description care category origin_country origin_place {_BAND} details"
_LOT = "key produced_on packed_on best_before expires_on origin_country origin_place"
_LEG = "subject origin destination leg mode vehicle data mass_kg distance_km distance_kind partner"
_EMISSION = "emissions_kg activity intensity per longer_percent source file_sha256"
_CERTIFICATE = "kind number partner signed"
_INSPECTION = "inspection key stage name measures result condition inspector inspected_at file_sha256 supersedes"
_AUDIT = "audit partner site scheme audited_on valid_until result grade findings auditor file_sha256 supersedes"
_CHECK = "check gtin category kind stage name partner max_age_days conditional_ok person"
_MOVEMENT = "shipment parcel carrier status reason sub_state physical code country occurred evidence person"
_FORECAST = "model inputs basis deliveries p10 p50 p90 risk_permille plain_risk_permille rule promised_to"
_PREDICTION = f"shipment ordinal {_FORECAST}"
_DISRUPTION = "disruption kind title origins destinations carriers from to extra_days source reference person"
_RULE = "device metric kind low high unit clear_margin delay_s from"
_WINDOW = "device window_at first_at last_at count root values gaps previous supplement_to"
_ALARM = "alarm device kind metric unit limit started_at ended_at ended peak peak_at revision units"
_NOTICE = "notice shipment kind reason window action next_at alarm device recall follows"
_CLAIM = "claim shipment carrier kind state amount_minor paid_minor currency until evidence person"
_OWNED = "item state since owners missing retired fate"
_REPAIR = "repair item kind parts on file_sha256 partner"

FIELDS: dict[EntryType, Fields] = {
    EntryType.LOG_OPENED: _fields("brand vkey"),
    EntryType.LOG_KEY_ROTATED: _fields("old vkey proof signature"),
    EntryType.LOG_KEY_RETIRED: _fields("key size signature"),
    EntryType.OPENING_ERASED: _fields("index leaf paths reason basis by key signature"),
    EntryType.EVENT_CAPTURED: _fields(
        _EVENT, "public:document commercial:document personal:document commercial:nonce"
    ),
    EntryType.MASTER_DATA_DESCRIBED: _fields("kind id children partner", "commercial:element"),
    EntryType.PRODUCT_DESCRIBED: _fields(_PRODUCT),
    EntryType.LOT_DESCRIBED: _fields(_LOT),
    EntryType.CARBON_STATED: _fields(f"{_LEG} {_EMISSION}"),
    EntryType.CARBON_FACTOR_SET: _fields("code mode intensity low high per longer_percent source"),
    EntryType.GOODS_DESCRIBED: _fields("key", "commercial:facts"),
    EntryType.CERTIFICATE_ADDED: _fields(
        f"key name issuer scope valid_from valid_until file_sha256 {_CERTIFICATE}",
        "public:document commercial:nonce",
    ),
    EntryType.INSPECTION_RECORDED: _fields(_INSPECTION, "personal:inspector_name"),
    EntryType.AUDIT_RECORDED: _fields(_AUDIT, "personal:auditor_name"),
    EntryType.CHECK_REQUIRED: _fields(_CHECK),
    EntryType.CHECK_ENDED: _fields("check person"),
    EntryType.PACKED_UNCHECKED: _fields("key event checks"),
    EntryType.SUPPLIER_SHOWN: _fields("partner named sites person"),
    EntryType.RECALL_OPENED: _fields("recall key reason advice"),
    EntryType.RECALL_AMENDED: _fields("recall key reason advice"),
    EntryType.RECALL_CLOSED: _fields("recall key"),
    EntryType.RECALL_ANSWERED: _fields("recall shipment answer"),
    EntryType.OWNERSHIP_OPENED: _fields(_OWNED),
    EntryType.OWNERSHIP_CLAIMED: _fields(_OWNED, "personal:owner"),
    EntryType.OWNERSHIP_PASSED: _fields(_OWNED, "personal:owner"),
    EntryType.OWNERSHIP_MISSING: _fields(_OWNED),
    EntryType.OWNERSHIP_FOUND: _fields(_OWNED),
    EntryType.OWNERSHIP_RESET: _fields(f"{_OWNED} reason person"),
    EntryType.OWNERSHIP_RETIRED: _fields(f"{_OWNED} event partner person"),
    EntryType.REPAIR_RECORDED: _fields(_REPAIR),
    EntryType.REPAIR_WITHDRAWN: _fields("repair item"),
    EntryType.WARRANTY_SET: _fields("gtin country months starts repair_months href"),
    EntryType.GUIDANCE_SET: _fields("gtin topic country text href"),
    EntryType.SIGNAL_RAISED: _fields("item signal since case"),
    EntryType.FAKE_REPORTED: _fields("report item hour country seller wrong photo_sha256"),
    EntryType.ORDER_PLACED: _fields("order placed_at", "personal:number"),
    EntryType.ORDER_CANCELLED: _fields("order"),
    EntryType.SHIPMENT_CREATED: _fields(
        "shipment order items parcels origin destination hand_over_by replaces",
        "personal:parcels/*/tracking_number",
    ),
    EntryType.PARCELS_ADDED: _fields("shipment items parcels", "personal:parcels/*/tracking_number"),
    EntryType.STOCK_MISSING: _fields("shipment restock_on"),
    EntryType.STOCK_BACK: _fields("shipment"),
    EntryType.PROMISE_MADE: _fields("shipment ordinal source from to"),
    EntryType.PREDICTION_MADE: _fields(_PREDICTION),
    EntryType.PREDICTION_SCORED: _fields("shipment came_on predictions"),
    EntryType.CALIBRATION_FITTED: _fields("month horizon model bins"),
    EntryType.DISRUPTION_DECLARED: _fields(_DISRUPTION),
    EntryType.DISRUPTION_WITHDRAWN: _fields("disruption person"),
    EntryType.PARCEL_MOVED: _fields(_MOVEMENT, "personal:description personal:place"),
    EntryType.PARCEL_AMENDED: _fields(f"{_MOVEMENT} amends", "personal:description personal:place"),
    EntryType.PARCEL_REASSIGNED: _fields("shipment parcel old carrier person"),
    EntryType.DEVICE_REGISTERED: _fields("device metrics expected_interval_s"),
    EntryType.DEVICE_PLACED: _fields("device unit from to"),
    EntryType.RULE_SET: _fields(_RULE),
    EntryType.WINDOW_SEALED: _fields(_WINDOW),
    EntryType.ALARM_OPENED: _fields(_ALARM),
    EntryType.ALARM_CLOSED: _fields(_ALARM),
    EntryType.CASE_OPENED: _fields("case kind subject person"),
    EntryType.CASE_CLOSED: _fields("case kind subject person"),
    EntryType.CLAIM_DRAFTED: _fields(_CLAIM),
    EntryType.CLAIM_CHANGED: _fields(_CLAIM),
    EntryType.CUSTOMS_HELD: _fields("hold shipment reason actor since"),
    EntryType.CUSTOMS_CHANGED: _fields("hold shipment actor duty_link person"),
    EntryType.CUSTOMS_RELEASED: _fields("hold shipment"),
    EntryType.LINK_MADE: _fields("shipment purpose expires_at person"),
    EntryType.DOCUMENT_RECEIVED: _fields("document shipment media size", "personal:sha256"),
    EntryType.ADDRESS_CONFIRMED: _fields("shipment", "personal:address"),
    EntryType.ADDRESS_CHANGED: _fields("shipment", "personal:address"),
    EntryType.ADDRESS_PASSED_ON: _fields("shipment carrier answer person"),
    EntryType.COMPENSATION_RULED: _fields(
        "rule kind amount_minor currency min_days_late valid_days budget_minor active person"
    ),
    EntryType.COMPENSATION_GIVEN: _fields(
        "compensation rule shipment promise kind amount_minor currency days_late breach", "personal:code"
    ),
    EntryType.PROPOSAL_OPENED: _fields("proposal shipment cause"),
    EntryType.PROPOSAL_DECIDED: _fields("proposal shipment cause choice replacement person"),
    EntryType.PERSONAL_REVEALED: _fields("customer report person reason", "personal:note"),
    EntryType.NOTICE_WRITTEN: _fields(_NOTICE, "personal:text"),
    EntryType.NOTICE_SENT: _fields("notice channel outgoing"),
    EntryType.NOTICE_RELEASED: _fields("notice person"),
    EntryType.NOTICE_WITHDRAWN: _fields("notice reason person"),
    EntryType.NOTICE_BOUNCED: _fields("notice channel outgoing status"),
    EntryType.TEXT_SET: _fields("kind language sha256 person"),
    EntryType.CONSENT_GIVEN: _fields("consent customer channel purpose"),
    EntryType.CONSENT_WITHDRAWN: _fields("consent customer channel purpose"),
    EntryType.PERSON_ADDED: _fields("person role partner added_at"),
    EntryType.PERSON_ENDED: _fields("person"),
    EntryType.KEY_ISSUED: _fields("key prefix scopes partner expires_at"),
    EntryType.KEY_REVOKED: _fields("key"),
    EntryType.SWITCH_TURNED: _fields("subject rule on reason person"),
    EntryType.WEBHOOK_CHANGED: _fields("webhook state topics"),
    EntryType.FILE_STAMPED: _fields("", "commercial:file"),
    EntryType.PARTNER_KEY_REGISTERED: _fields("partner name vkey proof"),
    EntryType.PARTNER_KEY_ROTATED: _fields("partner old vkey proof signature"),
    EntryType.PARTNER_KEY_REVOKED: _fields("partner key reason"),
    EntryType.PARTNER_AUTHORITY_SET: _fields("partner repairs collects"),
    EntryType.PARTNER_SIGNATURE_SET: _fields("partner type required"),
}
