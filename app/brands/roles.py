"""The roles of people and the scopes of keys. Which route asks for which stands at the route (app/web/rules)."""

ROLES = ("owner", "warehouse", "support", "auditor", "partner")
SCOPES = (
    "events:write",
    "events:read",
    "queries:write",
    "products:write",
    "shipments:write",
    "shipments:read",
    "devices:write",
    "devices:read",
    "ledger:read",
    "stamps:write",
    "switches:write",
    "webhooks:write",
    "personal:erase",
)
