"""The carriers that we can ask, by the key of their adapter, with the name that people know. Light to import."""

CARRIERS = {
    "australiapost": "Australia Post",
    "dhl_universal": "DHL",
    "fedex": "FedEx",
    "gls": "GLS",
    "laposte": "La Poste",
    "royalmail": "Royal Mail",
    "ups": "UPS",
    "usps": "USPS",
}
