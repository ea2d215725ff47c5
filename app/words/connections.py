"""The plain words of shops and endpoints that we speak with."""

from app.texts import marked as _

SHOP_SECRET = {
    "shopify.webhook_secret": _("Client secret of your Shopify app"),
    "shopify.token": _("Admin API access token"),
    "woocommerce.webhook_secret": _("Secret of the webhook; left empty, we make one"),
    "woocommerce.key": _("Consumer key"),
    "woocommerce.secret": _("Consumer secret"),
}

SHOP_REFUSED = {
    "kind": _("Choose one of the shops in the list."),
    "name": _("Give it a name of 1 to 80 characters."),
    "url": _("This is no address of a shop."),
    "webhook_secret": _("The secret that signs the webhooks is missing."),
    "token": _("The key of the shop is not complete."),
    "key": _("The key of the shop is not complete."),
    "secret": _("The key of the shop is not complete."),
}

TOPIC = {
    "shipping": _("Orders, shipments and promises"),
    "carrier": _("Where parcels are"),
    "care": _("Notices to customers"),
    "support": _("Cases of the support desk"),
    "telemetry": _("Sensors and alarms"),
    "provenance": _("Products, certificates and recalls"),
    "epcis": _("Events of goods"),
}

TRIAL = {
    "": _("The account works: the carrier answers it."),
    "credential": _("The carrier refuses the credentials. Compare them with those of the carrier's portal."),
    "scope": _("The carrier knows the account, but does not let it track. Ask for its tracking product."),
    "quota": _("The quota is used up. Wait, or ask the carrier for more."),
    "address": _("The address of the carrier's API is wrong or can't be called from here."),
    "silence": _("The carrier does not answer. Try again later."),
    "carrier": _("The carrier answers, but with a failure of its own. Try again later."),
    "busy": _("Another account is being tried. Try again in a minute."),
}

ENDPOINT_STATE = {"on": _("On"), "off": _("Off"), "failing": _("Does not answer")}

ENDPOINT_REFUSED = {
    "name": _("Give it a name of 1 to 80 characters."),
    "url": _("This address can't be used. It must begin with https:// and lead to a public server."),
    "topics": _("Choose what it hears of from the list."),
}

DELIVERY_STATE = {
    "queued": _("waits for the one before"),
    "waiting": _("on its way"),
    "again": _("will be tried again"),
    "sent": _("arrived"),
    "dead": _("given up"),
}
