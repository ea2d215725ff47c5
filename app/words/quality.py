"""The plain words of inspections, audits and required checks."""

from app.texts import marked as _

STATE = {
    "failed": _("Failed"),
    "missing": _("Missing"),
    "expired": _("Out of date"),
    "conditional": _("Passed with a condition"),
    "passed": _("Passed"),
}

RESULT = {"pass": STATE["passed"], "fail": STATE["failed"], "conditional": STATE["conditional"]}

STAGE = {
    "incoming": _("Incoming goods"),
    "in_process": _("During production"),
    "final": _("Final inspection"),
    "pre_shipment": _("Before shipment"),
    "laboratory": _("Laboratory"),
}

KIND = {
    "inspection": _("Inspection"),
    "certificate": _("Certificate"),
    "audit": _("Audit of the supplier"),
}

PARTNER_KIND = {
    "supplier": _("Supplier"),
    "forwarder": _("Forwarder"),
    "broker": _("Customs broker"),
    "retailer": _("Retailer"),
    "laboratory": _("Laboratory"),
    "carrier": _("Carrier"),
}
