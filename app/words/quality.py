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

# The fields of the forms on the page of quality: a refusal calls them what the form calls them.
FIELD = {
    "inspections": {
        "key": _("Product, lot or item"),
        "stage": _("Stage"),
        "name": _("What was inspected"),
        "inspector": _("By which organisation or role"),
        "inspector_name": _("Name of the person (only a fingerprint goes into the log)"),
        "inspected_on": _("Day"),
        "measure": _("What was measured"),
        "values": _("Values, with blanks between them"),
        "unit": _("Unit"),
        "sample": _("Size of the sample"),
        "low": _("Lower limit"),
        "high": _("Upper limit"),
        "result": _("Result"),
        "condition": _("Condition, for a pass with a condition"),
        "supersedes": _("It corrects the inspection (its number)"),
        "file": _("File: its hash stands in the log"),
    },
    "certificates": {
        "key": _("Product, lot, item or site"),
        "name": _("Name"),
        "kind": _("Kind of certificate, such as Organic"),
        "number": _("Its number"),
        "issuer": _("Issuer"),
        "scope": _("Scope"),
        "valid_from": _("Valid from"),
        "valid_until": _("Valid until"),
        "file": _("File: its hash stands in the log"),
    },
    "audits": {
        "partner": _("Supplier"),
        "site": _("Site (GLN)"),
        "scheme": _("Scheme, such as SA8000, BSCI or SMETA"),
        "audited_on": _("Day"),
        "valid_until": _("Valid until"),
        "result": _("Result"),
        "grade": _("Grade"),
        "critical": _("Critical findings"),
        "major": _("Major findings"),
        "minor": _("Minor findings"),
        "auditor": _("By which organisation or role"),
        "supersedes": _("It corrects the audit (its number)"),
        "file": _("File: its hash stands in the log"),
    },
    "checks": {
        "kind": _("Kind"),
        "name": _("Name, kind of certificate, or scheme of the audit"),
        "stage": _("Stage (of an inspection)"),
        "partner": _("Supplier (of an audit)"),
        "gtin": _("For a product: its GTIN"),
        "category": _("Or for a category"),
        "max_age_days": _("Not older than so many days"),
    },
    "days": {"days": _("Warn so many days before")},
}
