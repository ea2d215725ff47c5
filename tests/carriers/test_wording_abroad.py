"""What lines in seven languages mean besides English. The sentences are ours."""

import pytest

from carriers.vocabulary import Reason, Status
from carriers.wording import classify
from carriers.wording_abroad import classify_abroad
from tests.carriers import test_wording as english

LINES = [
    ("Das Paket ging auf dem Transportweg verloren", Status.EXCEPTION, Reason.LOST),
    (
        "Wegen Hochwasser kann die Zustellung derzeit nicht erfolgen",
        Status.EXCEPTION,
        Reason.WEATHER_FORCE_MAJEURE,
    ),
    ("Paket wurde nass und ist aufgeweicht", Status.EXCEPTION, Reason.DAMAGED),
    ("Hausnummer fehlt, bitte ergänzen", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Niemand da, Karte eingeworfen", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Kunde nimmt die Lieferung nicht an", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("Zoll benötigt weitere Unterlagen", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Zollgebühren offen", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Wird vom Zoll geprüft", Status.CUSTOMS, Reason.CUSTOMS_INSPECTION),
    ("Das Paket befindet sich in der Zustellung", Status.OUT_FOR_DELIVERY, None),
    ("In Kürze bei Ihnen", Status.IN_TRANSIT, None),
    ("Paket beim Nachbarn abgegeben", Status.DELIVERED, None),
    ("Retour an Absender eingeleitet", Status.RETURNING, None),
    ("Falsch sortiert, Weiterleitung ins richtige Depot", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Le colis a été abîmé pendant le transport", Status.EXCEPTION, Reason.DAMAGED),
    ("Personne n'était présent lors du passage du livreur", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Code postal erroné", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("La tempête empêche la livraison", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("Le client refuse la livraison", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("Colis introuvable dans notre entrepôt", Status.EXCEPTION, Reason.LOST),
    ("Il manque un document pour la douane", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("TVA à l'importation à régler, colis bloqué en douane", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Votre colis vous attend au relais", Status.AVAILABLE_FOR_PICKUP, None),
    ("Renvoyé à l'expéditeur", Status.RETURNING, None),
    ("Livraison effectuée chez un voisin", Status.DELIVERED, None),
    ("Camion en panne, livraison retardée", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("El cliente no estaba en casa", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Código postal erróneo", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("El paquete llegó roto al almacén", Status.EXCEPTION, Reason.DAMAGED),
    ("No encontramos el paquete, se da por perdido", Status.EXCEPTION, Reason.LOST),
    ("Las fuertes lluvias retrasan la entrega", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("El destinatario no acepta el paquete", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("La aduana solicita documentación adicional", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Debe abonar los impuestos de importación", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Paquete en inspección por la aduana", Status.CUSTOMS, Reason.CUSTOMS_INSPECTION),
    ("Listo para recoger en tienda", Status.AVAILABLE_FOR_PICKUP, None),
    ("El paquete vuelve al remitente", Status.RETURNING, None),
    ("Cliente não atendeu, nova tentativa amanhã", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Morada incompleta", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("A encomenda chegou danificada ao centro", Status.EXCEPTION, Reason.DAMAGED),
    ("Encomenda perdida durante o transporte", Status.EXCEPTION, Reason.LOST),
    ("Destinatário recusou a encomenda", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("Tempestade atrasa as entregas na região", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("Faltam documentos para o desalfandegamento", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Pagamento de impostos pendente na alfândega", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Disponível para levantamento na loja", Status.AVAILABLE_FOR_PICKUP, None),
    ("Devolvido ao remetente, destinatário desconhecido", Status.RETURNED, None),
    ("Nessuno in casa, secondo tentativo domani", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("CAP errato", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Il collo è arrivato rotto", Status.EXCEPTION, Reason.DAMAGED),
    ("La spedizione risulta persa", Status.EXCEPTION, Reason.LOST),
    ("Il cliente ha rifiutato la merce", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("Nevicate in corso, possibili ritardi", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("La dogana richiede ulteriori documenti", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Dazi doganali da pagare", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Pronta per il ritiro in negozio", Status.AVAILABLE_FOR_PICKUP, None),
    ("Klant was niet aanwezig", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("Postcode klopt niet", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("Doos kapot, inhoud beschadigd", Status.EXCEPTION, Reason.DAMAGED),
    ("Het pakket is kwijt", Status.EXCEPTION, Reason.LOST),
    ("Klant wil het pakket niet, geweigerd aan de deur", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("Door de storm zijn er vertragingen", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("Douane vraagt om een factuur", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("Er moet nog btw betaald worden aan de douane", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("Staat klaar in het afhaalpunt", Status.AVAILABLE_FOR_PICKUP, None),
    ("Terug naar afzender", Status.RETURNING, None),
    ("收件人电话无人接听", Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT),
    ("门牌号错误", Status.EXCEPTION, Reason.ADDRESS_PROBLEM),
    ("外包装破损", Status.EXCEPTION, Reason.DAMAGED),
    ("包裹遗失", Status.EXCEPTION, Reason.LOST),
    ("客户拒绝签收", Status.ATTEMPT_FAILED, Reason.REFUSED),
    ("暴雪导致延误", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("海关要求提供身份证信息", Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS),
    ("关税未付", Status.CUSTOMS, Reason.CUSTOMS_DUTIES),
    ("请到菜鸟驿站取件", Status.AVAILABLE_FOR_PICKUP, None),
    ("包裹正在退回发件人", Status.RETURNING, None),
    ("车辆故障,延误", Status.EXCEPTION, Reason.CARRIER_NETWORK),
    ("Die Sendung wurde elektronisch angekündigt", Status.REGISTERED, None),
    ("Die Sendung wird voraussichtlich morgen zugestellt", Status.IN_TRANSIT, None),
    ("Der Empfänger hat die Sendung aus der Packstation abgeholt", Status.DELIVERED, None),
    ("Vom Zoll freigegeben", Status.IN_TRANSIT, None),
    ("Die Zollabfertigung ist noch nicht abgeschlossen", Status.CUSTOMS, None),
    ("Einfuhr verboten, vom Zoll beschlagnahmt", Status.CUSTOMS, Reason.CUSTOMS_PROHIBITED),
    ("Der Auftrag zu dieser Sendung wurde storniert", Status.CANCELLED, None),
    ("Votre colis sera livré demain", Status.IN_TRANSIT, None),
    ("Le colis est sorti de la douane", Status.IN_TRANSIT, None),
    ("En cours de livraison", Status.OUT_FOR_DELIVERY, None),
    ("Étiquette illisible", Status.EXCEPTION, Reason.SENDER_DATA),
    ("Colis non réclamé, retour à l'expéditeur", Status.RETURNING, Reason.UNCLAIMED),
    ("El envío sale hoy a reparto, está en reparto", Status.OUT_FOR_DELIVERY, None),
    ("Despacho de aduanas finalizado", Status.IN_TRANSIT, None),
    ("Mercancía prohibida, decomisada en la aduana", Status.CUSTOMS, Reason.CUSTOMS_PROHIBITED),
    ("No recogido en plazo, devolución al remitente", Status.RETURNING, Reason.UNCLAIMED),
    ("In consegna", Status.OUT_FOR_DELIVERY, None),
    ("Sdoganamento completato", Status.IN_TRANSIT, None),
    ("Sciopero, consegne sospese", Status.EXCEPTION, Reason.WEATHER_FORCE_MAJEURE),
    ("Objeto saiu para entrega", Status.OUT_FOR_DELIVERY, None),
    ("Desalfandegado", Status.IN_TRANSIT, None),
    ("Wordt morgen bezorgd", Status.IN_TRANSIT, None),
    ("Vrijgegeven door de douane", Status.IN_TRANSIT, None),
    ("快件已揽收", Status.IN_TRANSIT, None),
    ("等待揽收", Status.REGISTERED, None),
    ("正在派送中", Status.OUT_FOR_DELIVERY, None),
    ("已签收", Status.DELIVERED, None),
    ("海关放行", Status.IN_TRANSIT, None),
    ("退件已签收", Status.RETURNED, None),
    ("预计明天送达", Status.IN_TRANSIT, None),
]
QUIET = [
    "Arrived at Lost Creek",
    "Departed Snowdon depot",
    "Arrived at Refuge Cove",
    "No delays expected",
    "The parcel was not lost, found at the depot",
    "Die Sendung hat die Insel Sturmhaube erreicht",
    "Further processing at the hub",
]


@pytest.mark.parametrize(("text", "status", "reason"), LINES)
def test_a_line_in_another_language(text: str, status: Status, reason: Reason | None) -> None:
    reading = classify_abroad(text)
    assert (reading.status or Status.IN_TRANSIT, reading.reason) == (status, reason)


@pytest.mark.parametrize("text", QUIET)
def test_a_name_that_sounds_like_trouble_is_none(text: str) -> None:
    reading = classify_abroad(text)
    assert (reading.status or Status.IN_TRANSIT, reading.reason) == (Status.IN_TRANSIT, None)


@pytest.mark.parametrize(
    "text", ["Livré sans dommage", "Zugestellt, unbeschädigt", "Delivered without damage", "包裹完好，已签收"]
)
def test_no_harm_is_no_damage(text: str) -> None:
    reading = classify_abroad(text)
    assert (reading.status, reading.reason) == (Status.DELIVERED, None)


def test_english_means_the_same_whatever_else_is_read() -> None:
    rows = [row[0] for row in (*english.TROUBLE, *english.MORE, *english.RETURNING)]
    rows += [
        *english.SCANS,
        *english.FILLERS,
        *english.REGISTERED,
        *english.OUT,
        *english.PICKUP,
        *english.DELIVERED,
    ]
    different = [text for text in rows if classify_abroad(text) != classify(text)]
    assert different == []


@pytest.mark.parametrize("text", ["", "…", "ß" * 1000, "海" * 100_000, "de la " * 5000, "nicht " * 5000, "\ud800"])
def test_odd_texts_are_read_in_no_time(text: str) -> None:
    classify_abroad(text)
