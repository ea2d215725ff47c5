"""How carriers say in Spanish what `carriers.wording_abroad` reads: stages and causes. Words only, no rule."""

from carriers.wording_patterns import any_of, small_words

MARKS = small_words(
    "el los las del su paquete envio ha sido por para destinatario esta entrega al remitente una un se fue"
    " con y tu hemos ser de en"
)
_POINT = r"(oficina|punto|tienda|sucursal|delegacion|taquilla|consigna|locker|citypaq|estafeta)"
PHRASES = {
    "cancelled": any_of(r"\b(envio|paquete|pedido|etiqueta|guia)( \w+){0,4} (cancelad[oa]|anulad[oa])\b"),
    "returned": any_of(
        r"\b(entregad[oa]|devuelt[oa])( \w+){0,3} al? (remitente|origen)\b|\bdevolucion( \w+){0,3} (entregada"
        r"|completada)\b"
    ),
    "returning": any_of(
        r"\b(devolucion|devolviendo|devolver\w*|retorno|regresa|regreso|vuelve|de vuelta)( \w+){0,4} (remitente"
        r"|origen)\b",
        r"\b(en devolucion|en proceso de devolucion|sera devuelt[oa]|devolucion (iniciada|en curso))\b",
    ),
    "released": any_of(
        r"\b(liberad[oa]|despachad[oa]|salida|salio|sali[od]o?)( \w+){0,4} (aduanas?|aduanero)\b",
        r"\b(despacho|tramite)s? (de aduanas?|aduaneros?)( \w+){0,3} (finalizad\w*|completad\w*|terminad\w*"
        r"|concluid\w*)\b",
        r"\baduanas?( \w+){0,3} (liberad[oa]|superad[oa])\b",
    ),
    "unreleased": any_of(r"\b(no|pendiente|espera|antes|debe|falta)\b"),
    "customs": any_of(r"\b(aduanas?|aduaner[oa]s?|aranceles?|importacion)\b"),
    "prohibited": any_of(
        r"\b(prohibid\w*|decomisad\w*|incautad\w*|no permitid\w*|rechazad\w* por (la )?aduana)\b"
    ),
    "duties": any_of(
        r"\b(pag\w*|abon\w*|deb\w*)( \w+){0,4} (impuestos?|aranceles?|tasas?|derechos|iva|tributos)\b",
        r"\b(impuestos?|aranceles?|tasas?|derechos|iva|pago|tributos)\b.*\b(pag\w*|pendientes?|abonar|deb\w*"
        r"|adeud\w*)\b",
        r"\b(pendiente|espera)( \w+){0,3} pago\b",
    ),
    "documents": any_of(
        r"\b(documentos?|documentacion|factura|informacion|datos|declaracion|dni)\b.*\b(falt\w*|requerid\w*"
        r"|necesari\w*"
        r"|incomplet\w*|pendiente|solicitad\w*|aportar|adjuntar|enviar)\b",
        r"\b(falta\w*|requiere|espera|pendiente|solicita\w*|necesita\w*)( \w+){0,4} (documentos?|documentacion"
        r"|factura"
        r"|informacion|datos|dni)\b",
    ),
    "inspected": any_of(
        r"\b(inspeccion\w*|revision|revisad\w*|control|retenid\w*|detenid\w*|examin\w*|verific\w*)\b"
    ),
    "lost": any_of(
        r"\b(perdid[oa]|extravi\w*|robad[oa]|robo|desaparecid[oa]|no localizado|destruid[oa]|siniestro)\b"
    ),
    "damaged": any_of(r"\b(danad[oa]s?|danos?|averiad[oa]|rot[oa]s?|deteriorad[oa]|mojad[oa]|desperfectos?)\b"),
    "unharmed": any_of(r"\b(sin|ningun) (danos?|desperfectos?)\b"),
    "refused": any_of(r"\b(rechazad\w*|rehusad\w*|rechazo|rehuso|rehusa|no (quiso|acept\w*))\b"),
    "unclaimed": any_of(
        r"\bno( \w+){0,3} (recogid[oa]|retirad[oa]|reclamad[oa])\b|\bplazo( \w+){0,4} (vencid[oa]|expirad[oa]"
        r"|superad[oa]|agotad[oa])\b"
    ),
    "address": any_of(
        r"\b(direccion|domicilio|codigo postal|numero de (calle|casa))( \w+){0,5} (incorrect\w*|incomplet\w*"
        r"|erroneo?a?"
        r"|desconocid\w*|inexistente|no encontrad\w*|insuficiente|invalid\w*|equivocad\w*|no existe)\b",
        r"\bdestinatario( \w+){0,2} desconocido\b|\b(cambio de domicilio|se ha mudado|se mudo)\b"
        r"|\b(error|problema)( \w+){0,3} direccion\b",
    ),
    "absent": any_of(
        r"\bausente\w*|\bausencia\b|\bnadie( \w+){0,3} (casa|domicilio|recibir|recibirlo)\b"
        r"|\bno( se)? (encontraba|estaba|hallaba)\b",
        r"\b(cerrado|cerrada|aviso de (llegada|visita|paso)|sin acceso|no contesta|no responde"
        r"|no localizado el destinatario)\b",
    ),
    "weather": any_of(
        r"\b(clima\w*|meteorolog\w*|tiempo adverso|mal tiempo|tormentas?|temporal|nieve|nevadas?|huracan"
        r"|inundacion\w*"
        r"|huelga\w*|lluvias?|desastre natural|terremoto|fuerza mayor)\b"
    ),
    "network": any_of(
        r"\b(mal (clasificad|encaminad|enrutad|dirigid)[oa]|error de (clasificacion|encaminamiento|ruta)"
        r"|delegacion equivocada|averia (del|en el) vehiculo|problemas? (tecnico|operativo|logistico)s?"
        r"|incidencia (operativa|logistica|en el transporte)"
        r"|alto volumen|saturacion|congestion|vuelo (cancelado|retrasado)|falta de capacidad)\b"
    ),
    "security": any_of(r"\b(seguridad|mercancia peligrosa|mercancias peligrosas|policia|sospechos[oa])\b"),
    "sender_data": any_of(
        r"\b(etiqueta|codigo de barras)( \w+){0,3} (ilegible|danad[oa]|ausente|incorrect[oa])\b"
        r"|\bfranqueo insuficiente\b"
        r"|\b(exceso de peso|sobrepeso|embalaje (inadecuado|insuficiente|deficiente))\b"
    ),
    "collected": any_of(
        rf"\b(recogid[oa]|retirad[oa]|entregad[oa])( \w+){{0,6}} en (\w+ ){{0,3}}{_POINT}\b"
        r"|\b(recogid[oa]|retirad[oa]) por (el |su )?(destinatario|cliente)\b"
    ),
    "counter": any_of(
        rf"\b(disponible|listo|depositad[oa]|a su disposicion|pendiente de recog\w+)( \w+){{0,5}} (en|para|el|su"
        rf"|la|un) (\w+ ){{0,3}}({_POINT}|recog\w+|retir\w+)\b",
        r"\b(listo|disponible) para (ser )?(recog\w*|retir\w*)\b|\bpendiente de (recogida|retirar)\b",
    ),
    "tried": any_of(
        r"\bno( \w+){0,4} (entregad[oa]|entregar\w*|entrega)\b|\b(intento de entrega|entrega (fallida|fracasada"
        r"|no realizada|sin exito))\b"
        r"|\bintento( \w+){0,3} fallido\b"
    ),
    "out": any_of(
        r"\ben (reparto|proceso de entrega|camino al destinatario)\b|\bsali[od]o? a (reparto|distribucion)\b"
        r"|\b(repartidor|mensajero)( \w+){0,4} (camino|ruta|reparto)\b|\ben ruta de entrega\b|\bsalida a reparto\b"
    ),
    "planned": any_of(r"\b(sera|estimad[oa]|previst[oa]|programad[oa]|proximamente|prevista|va a ser)\b"),
    "delivered": any_of(
        r"\bentregad[oa]s?\b|\bentrega (realizada|completada|exitosa|efectuada|confirmada)\b|\bbuzon\b"
    ),
    "registered": any_of(
        r"\b(pre ?admitid[oa]|prerregistro|preregistrad[oa]|etiqueta (creada|generada|impresa))\b"
        r"|\binformacion( \w+){0,4} recibida\b"
        r"|\b(aun no|pendiente de)( \w+){0,4} (recibid[oa]|recepcion|admision|recogida del remitente)\b"
        r"|\ben preparacion\b"
    ),
    "accepted": any_of(r"\b(admitid[oa]|recogid[oa]|aceptad[oa]|recepcionad[oa]|admision|recibid[oa])\b"),
    "handed_on": any_of(
        r"\bentregad[oa] (a|al) (\w+ ){0,3}(transportista|operador|socio|aerolinea|correo local)\b"
    ),
    "scan": any_of(
        r"\b(transito|clasificad[oa]|clasificacion|lleg\w*|salid[oa]|procesad[oa]|centro|hub|en camino"
        r"|despachad[oa]"
        r"|transport\w*|cargad[oa]|delegacion|almacen|redirigid[oa]|reexpedid[oa])\b"
    ),
    "delay": any_of(r"\b(retras\w*|demor\w*|incidencia|retenid[oa]|detenid[oa]|suspendid[oa]|aplazad[oa])\b"),
}
