"""The plain words of a passport: what happened, and what its checks say."""

from app.texts import marked as _

# The forms of an identifier on the tools page.
FORM = {
    "link": _("GS1 Digital Link"),
    "page": _("Its page here"),
    "brackets": _("Element string, as printed"),
    "scan": _("Element string, as scanned"),
    "urn": _("EPC"),
    "tag": _("RFID tag"),
    "hex": _("RFID memory"),
}

# What the tap of an NFC tag is worth, and what that means.
TAP = {
    "genuine": _("This tag is genuine."),
    "replayed": _("This link was opened before."),
    "wrong": _("This tag is not genuine."),
    "unknown": _("We can't check this tag."),
}

TAP_MORE = {
    "genuine": _("It holds the brand's keys, and this reading was never shown before."),
    "replayed": _("Hold your phone to the tag once more. If this stays, the tag or the link may be a copy."),
    "wrong": _(
        "It does not hold the brand's keys, or it belongs to another item."
        " Ask the shop before you use the product."
    ),
    "unknown": _("The brand has not registered it. The record below is checked as always."),
}

STEP = {
    "accepting": _("Accepted"),
    "arriving": _("Arrived"),
    "assembling": _("Assembled"),
    "collecting": _("Collected for return or disposal"),
    "commissioning": _("Made and given its identity"),
    "consigning": _("Consigned to the next owner"),
    "creating_class_instance": _("A new lot was made"),
    "cycle_counting": _("Counted in stock"),
    "decommissioning": _("Its identity was retired"),
    "departing": _("Departed"),
    "destroying": _("Destroyed"),
    "disassembling": _("Taken apart"),
    "dispensing": _("Dispensed"),
    "encoding": _("Its tag was written"),
    "entering_exiting": _("Passed a gate"),
    "holding": _("Held back"),
    "inspecting": _("Inspected"),
    "installing": _("Installed"),
    "killing": _("Its tag was switched off"),
    "loading": _("Loaded"),
    "other": _("Another step"),
    "packing": _("Packed"),
    "picking": _("Picked from stock"),
    "receiving": _("Received"),
    "removing": _("Removed from where it was installed"),
    "repackaging": _("Packed anew"),
    "repairing": _("Repaired"),
    "replacing": _("Replaced"),
    "reserving": _("Reserved"),
    "retail_selling": _("Sold in a shop"),
    "sampling": _("A sample was taken"),
    "sensor_reporting": _("A sensor reported"),
    "shipping": _("Shipped"),
    "staging_outbound": _("Made ready to leave"),
    "stock_taking": _("Stock was taken"),
    "stocking": _("Put on the shelf"),
    "storing": _("Put into storage"),
    "transporting": _("Transported"),
    "unloading": _("Unloaded"),
    "unpacking": _("Unpacked"),
    "void_shipping": _("A shipping was taken back"),
}

DISPOSITION = {
    "active": _("put into circulation"),
    "available": _("available"),
    "completeness_inferred": _("taken to be complete"),
    "completeness_verified": _("checked as complete"),
    "conformant": _("meets its requirements"),
    "container_closed": _("container closed"),
    "container_open": _("container open"),
    "damaged": _("damaged"),
    "destroyed": _("destroyed"),
    "dispensed": _("dispensed"),
    "disposed": _("disposed of"),
    "encoded": _("tag written"),
    "expired": _("expired"),
    "in_progress": _("in progress"),
    "in_transit": _("in transit"),
    "inactive": _("taken out of circulation"),
    "mismatch_class": _("another product than stated"),
    "mismatch_instance": _("another item than stated"),
    "mismatch_quantity": _("another amount than stated"),
    "needs_replacement": _("needs to be replaced"),
    "no_pedigree_match": _("its history does not match"),
    "non_conformant": _("does not meet its requirements"),
    "non_sellable_other": _("not for sale"),
    "partially_dispensed": _("dispensed in part"),
    "recalled": _("recalled"),
    "reserved": _("reserved"),
    "retail_sold": _("sold"),
    "returned": _("returned"),
    "sellable_accessible": _("for sale, on the shelf"),
    "sellable_not_accessible": _("for sale, in the store room"),
    "stolen": _("stolen"),
    "unavailable": _("not available"),
    "unknown": _("not known"),
}

ACTION_OF_EVENT = {"ADD": _("Recorded as new"), "OBSERVE": _("Seen"), "DELETE": _("Recorded as ended")}

CHECK = {
    "unchanged": _("Unchanged"),
    "included": _("Included"),
    "signed": _("Signed"),
    "anchored": _("Anchored"),
}

# By `{check}.{state}`; a passport may name a finer text, such as `anchored.demo`.
CHECK_STATE = {
    "unchanged.ok": _("Every entry shown here is byte for byte what was written."),
    "unchanged.bad": _("An entry is not what was written: somebody changed it afterwards."),
    "unchanged.unknown": _("There is no entry to check yet."),
    "unchanged.pending": _("The entries are being written."),
    "included.ok": _("Every entry is part of the log, at its own place."),
    "included.bad": _("An entry is not where the log says it should be."),
    "included.unknown": _("There is no entry to look for yet."),
    "included.pending": _("The newest entries get their place in the log in a moment."),
    "signed.ok": _("The log's state is signed with the brand's key."),
    "signed.bad": _("The signature does not fit the log's state."),
    "signed.unknown": _("There is no signed state yet."),
    "signed.pending": _("The next signed state is a moment away."),
    "anchored.ok": _("A fingerprint of the log stands on a public chain and can't be taken back."),
    "anchored.safe": _("A fingerprint of the log stands on a chain, where hardly anybody can take it back."),
    "anchored.mined": _("A fingerprint of the log stands on a chain, in a block that could still be replaced."),
    "anchored.file": _(
        "A fingerprint of the log stands in a file that the brand publishes. Compare it with another copy."
    ),
    "anchored.bad": _("The fingerprint on the chain does not fit the log."),
    "anchored.unknown": _("No fingerprint has been put on a chain. The other three lines hold without it."),
    "anchored.pending": _("A fingerprint is on its way to the chain and not final yet."),
    "anchored.demo": _(
        "A fingerprint stands on the demo's own chain. This shows how it works and is no evidence."
    ),
}

# The state of an anchor, by ledger.anchor_state.
ANCHOR = {
    "prepared": _("prepared"),
    "sent": _("sent"),
    "mined": _("in a block"),
    "safe": _("safe"),
    "final": _("final"),
    "lost": _("lost"),
}

LEVEL = {
    "product": _("Product"),
    "lot": _("Lot"),
    "item": _("Item"),
    "unit": _("Logistic unit"),
    "location": _("Place"),
    "party": _("Company"),
    "asset": _("Asset"),
    "consignment": _("Consignment"),
    "document": _("Document"),
    "service": _("Service"),
    "other": _("Record"),
}
