"""The demo's brand as it describes itself: products, places, partners, certificates, people. Values only.

All of it is made up. The GTINs, GLNs and SSCCs use the prefix 952, which GS1 keeps for demonstrations.
"""

from dataclasses import dataclass

SLUG, NAME, COLOUR = "lumen", "Lumen Tea", "#2f5d3a"
MAIL_DOMAIN = "lumen.example"

MATCHA, SENCHA, JASMINE = "09529871000175", "09529871000243", "09529871000311"
LEAF = "09529871000403"
LEAF_LOT, MATCHA_LOT = "YAME-0418", "M26A"
PALLET = "095298710000000014"
BOXES = ("095298710000000021", "095298710000000038", "095298710000000045")
"""The insulated boxes of the three parcels; a logger rides in the first."""

PARCELS = (("dhl_universal", "9529871002"), ("fedex", "952987100115"), ("ups", "1ZL1M3N80428710018"))
"""Carrier and tracking number of each box; the numbers fit the carriers' formats and are nobody's."""

SPARE_BOX = "095298710000000052"
"""A box for whoever wants to send readings of their own; the simulated fleet leaves it alone."""


@dataclass(frozen=True)
class ProductText:
    """A product in the words of its brand, by language; temperatures are decimals in °C."""

    gtin: str
    name: dict[str, str]
    description: dict[str, str]
    care: dict[str, str]
    low: str | None = None
    high: str | None = None
    details: dict[str, dict[str, str]] | None = None


@dataclass(frozen=True)
class Place:
    """A location of the way: its GLN, where it is, and the zone of its clocks."""

    gln: str
    name: str
    city: str
    country: str
    latitude: float
    longitude: float
    zone: str

    @property
    def key(self) -> str:
        return f"/414/{self.gln}"

    @property
    def uri(self) -> str:
        """The identifier in an EPCIS document."""
        return f"https://id.gs1.org{self.key}"


@dataclass(frozen=True)
class CustomerText:
    """Somebody who waits for a parcel; every name and address is made up."""

    name: str
    mailbox: str
    language: str
    country: str
    zone: str
    street: str
    city: str
    postal_code: str


PRODUCTS = (
    ProductText(
        LEAF,
        {
            "en": "Shaded tea leaf",
            "zh": "遮荫茶叶（碾茶）",
            "es": "Hoja de té de sombra",
            "de": "Beschattetes Teeblatt",
            "pt": "Folha de chá de sombra",
            "id": "Daun teh naungan",
            "ar": "ورق شاي مظلل",
        },
        {"en": "Leaf from one garden, the raw material of matcha.", "zh": "来自单一茶园的原叶，抹茶的原料。"},
        {},
    ),
    ProductText(
        MATCHA,
        {
            "en": "First Harvest Matcha, 30 g",
            "zh": "初摘抹茶 30 克",
            "es": "Matcha de primera cosecha, 30 g",
            "de": "Matcha der ersten Ernte, 30 g",
            "pt": "Matcha da primeira colheita, 30 g",
            "id": "Matcha panen pertama, 30 g",
            "ar": "ماتشا القطفة الأولى، 30 غ",
        },
        {
            "en": "Stone-ground from shaded spring leaves and kept cold from the mill to your door.",
            "zh": "采用遮荫春叶石磨而成，从磨坊到您家门全程冷藏。",
            "es": "Molido en piedra con hojas de primavera a la sombra y siempre frío, del molino a su puerta.",
            "de": "Auf Stein gemahlene, beschattete Frühlingsblätter, von der Mühle bis zu Ihnen kalt gehalten.",
            "pt": "Moído em pedra de folhas de primavera à sombra e mantido frio do moinho até a sua porta.",
            "id": "Daun musim semi teduh digiling batu, dijaga dingin dari penggilingan hingga rumah Anda.",
            "ar": "مطحون بالحجر من أوراق الربيع المظللة، ويُحفظ باردًا من المطحنة حتى باب بيتك.",
        },
        {
            "en": "Keep between 2 and 8 °C. Use within six weeks of opening.",
            "zh": "请在 2 至 8 °C 保存，开封后六周内饮用。",
            "es": "Conservar entre 2 y 8 °C. Consumir en seis semanas tras abrir.",
            "de": "Bei 2 bis 8 °C lagern. Nach dem Öffnen in sechs Wochen verbrauchen.",
            "pt": "Conservar entre 2 e 8 °C. Consumir em seis semanas depois de aberto.",
            "id": "Simpan pada 2 hingga 8 °C. Habiskan dalam enam minggu setelah dibuka.",
            "ar": "يُحفظ بين 2 و8 درجات مئوية، ويُستهلك خلال ستة أسابيع من فتحه.",
        },
        low="2",
        high="8",
        details={
            "net_quantity": {"en": "30 g"},
            "ingredients": {
                "en": "Green tea (100 %)",
                "zh": "绿茶（100 %）",
                "es": "Té verde (100 %)",
                "de": "Grüner Tee (100 %)",
                "pt": "Chá verde (100 %)",
                "id": "Teh hijau (100 %)",
                "ar": "شاي أخضر (100 %)",
            },
        },
    ),
    ProductText(
        SENCHA,
        {
            "en": "Highland Sencha, 80 g",
            "zh": "高地煎茶 80 克",
            "es": "Sencha de altura, 80 g",
            "de": "Hochland-Sencha, 80 g",
            "pt": "Sencha de altitude, 80 g",
            "id": "Sencha dataran tinggi, 80 g",
            "ar": "سينشا المرتفعات، 80 غ",
        },
        {
            "en": "Steamed the hour it is picked, with a taste of young peas.",
            "zh": "采摘后一小时内蒸青，带有嫩豌豆的清香。",
            "es": "Al vapor en la hora de la cosecha, con sabor a guisantes tiernos.",
            "de": "In der Stunde der Ernte gedämpft, mit einem Geschmack von jungen Erbsen.",
            "pt": "Vaporizado na hora da colheita, com sabor de ervilhas novas.",
            "id": "Dikukus pada jam dipetik, dengan rasa kacang polong muda.",
            "ar": "يُبخَّر في ساعة قطفه، بطعم البازلاء الغضة.",
        },
        {
            "en": "Keep dry and dark.",
            "zh": "请置于干燥避光处。",
            "es": "Conservar en lugar seco y oscuro.",
            "de": "Trocken und dunkel lagern.",
            "pt": "Conservar em lugar seco e escuro.",
            "id": "Simpan di tempat kering dan gelap.",
            "ar": "يُحفظ في مكان جاف ومظلم.",
        },
    ),
    ProductText(
        JASMINE,
        {
            "en": "Jasmine Pearls, 50 g",
            "zh": "茉莉龙珠 50 克",
            "es": "Perlas de jazmín, 50 g",
            "de": "Jasminperlen, 50 g",
            "pt": "Pérolas de jasmim, 50 g",
            "id": "Mutiara melati, 50 g",
            "ar": "لآلئ الياسمين، 50 غ",
        },
        {
            "en": "Green buds rolled by hand and scented with fresh blossoms for six nights.",
            "zh": "手工揉捻的绿芽，以鲜花窨制六夜。",
            "es": "Brotes verdes enrollados a mano y perfumados con flores frescas durante seis noches.",
            "de": "Von Hand gerollte grüne Knospen, sechs Nächte lang mit frischen Blüten beduftet.",
            "pt": "Brotos verdes enrolados à mão e perfumados com flores frescas durante seis noites.",
            "id": "Pucuk hijau digulung tangan dan diharumkan bunga segar selama enam malam.",
            "ar": "براعم خضراء ملفوفة يدويًا ومعطرة بأزهار طازجة ست ليالٍ.",
        },
        {
            "en": "Keep dry, away from other scents.",
            "zh": "请置于干燥处，远离其他气味。",
            "es": "Conservar seco y lejos de otros olores.",
            "de": "Trocken und fern von anderen Düften lagern.",
            "pt": "Conservar seco e longe de outros aromas.",
            "id": "Simpan kering, jauh dari aroma lain.",
            "ar": "يُحفظ جافًا بعيدًا عن الروائح الأخرى.",
        },
    ),
)

FARM = Place("9529871900017", "Hoshino hillside garden", "Yame", "JP", 33.24, 130.70, "Asia/Tokyo")
MILL = Place("9529871900024", "Kura stone mill", "Yame", "JP", 33.21, 130.56, "Asia/Tokyo")
PACKING = Place("9529871900031", "Lumen packing room", "Fukuoka", "JP", 33.59, 130.40, "Asia/Tokyo")
EXPORT = Place("9529871900048", "Fukuoka cargo terminal", "Fukuoka", "JP", 33.58, 130.45, "Asia/Tokyo")
CUSTOMS = Place("9529871900055", "Frankfurt customs", "Frankfurt", "DE", 50.05, 8.57, "Europe/Berlin")
COLD_STORE = Place("9529871900062", "Lumen cold store", "Leipzig", "DE", 51.42, 12.22, "Europe/Berlin")
SHOP = Place("9529871900079", "Lumen tea house", "Berlin", "DE", 52.53, 13.40, "Europe/Berlin")
PLACES = (FARM, MILL, PACKING, EXPORT, CUSTOMS, COLD_STORE, SHOP)

PARTNERS = (
    ("Hoshino growers", "supplier", "JP"),
    ("Northwind forwarding", "forwarder", "DE"),
    ("Lumen tea house Berlin", "retailer", "DE"),
)

SIGNER = "hoshino.example"
"""The name of the supplier's signing key."""

CERTIFICATES = (
    (f"/01/{MATCHA}", "Organic farming", "Green Leaf Certification (demo)", "garden and mill"),
    (f"/01/{MATCHA}/10/{MATCHA_LOT}", "Residue analysis, none found", "Kyushu Tea Laboratory (demo)", "this lot"),
)

PEOPLE = {
    "owner": "Ada Lumen",
    "warehouse": "Wes Kühl",
    "support": "Sol Martín",
    "auditor": "Aud Prüfer",
    "partner": "Pia Hoshino",
}

CUSTOMERS = (
    CustomerText("Ben Okafor", "ben", "en", "IE", "Europe/Dublin", "12 Harbour Row", "Galway", "H91 X0X0"),
    CustomerText("林若溪", "ruoxi", "zh", "SG", "Asia/Singapore", "8 Orchid Lane", "Singapore", "000008"),
    CustomerText("سلمى الحداد", "salma", "ar", "AE", "Asia/Dubai", "شارع النخيل 5", "دبي", "00000"),
)

RECALL_REASON = {
    "en": "A laboratory found a foreign taste in this lot.",
    "zh": "实验室在该批次中发现异味。",
    "es": "Un laboratorio encontró un sabor extraño en este lote.",
    "de": "Ein Labor fand in dieser Charge einen Fremdgeschmack.",
    "pt": "Um laboratório encontrou um sabor estranho neste lote.",
    "id": "Laboratorium menemukan rasa asing pada lot ini.",
    "ar": "وجد مختبر طعمًا غريبًا في هذه الدفعة.",
}
RECALL_ADVICE = {
    "en": "Do not drink it. We replace it; you need not send it back.",
    "zh": "请勿饮用。我们会为您更换，无需寄回。",
    "es": "No lo beba. Lo reemplazamos; no hace falta devolverlo.",
    "de": "Bitte nicht trinken. Wir ersetzen ihn; eine Rücksendung ist nicht nötig.",
    "pt": "Não beba. Nós substituímos; não é preciso devolver.",
    "id": "Jangan diminum. Kami menggantinya; tidak perlu dikirim kembali.",
    "ar": "لا تشربه. سنستبدله لك، ولا داعي لإعادته.",
}
