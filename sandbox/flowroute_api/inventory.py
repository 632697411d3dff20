"""The numbers for sale: some thousands, the same ones for the same seed."""

import random
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from .state import Price, StockNumber

STANDARD = Price("Standard", Decimal("1.00"), Decimal("1.25"), Decimal("0.012"))
PROMO = Price("US Promo $0.0/$0.50/$0.005", Decimal("0.00"), Decimal("0.50"), Decimal("0.005"))
PREMIUM = Price("Premium", Decimal("3.99"), Decimal("1.25"), Decimal("0.012"))
TOLL_FREE = Price("Toll-Free", Decimal("1.00"), Decimal("1.50"), Decimal("0.021"))
CANADA = Price("Canada", Decimal("1.00"), Decimal("1.75"), Decimal("0.014"))
TIERS = (STANDARD, PROMO, PREMIUM, TOLL_FREE, CANADA)

PER_AREA_CODE = 60
EXCHANGES_PER_AREA_CODE = 12

AREAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "206": ("wa", ("seattle", "richmndbch", "vashon")),
    "253": ("wa", ("tacoma", "auburn", "kent", "puyallup")),
    "360": ("wa", ("olympia", "bellingham", "vancouver", "bremerton")),
    "425": ("wa", ("bellevue", "everett", "kirkland", "renton")),
    "509": ("wa", ("spokane", "yakima", "kennewick", "wallawalla")),
    "503": ("or", ("portland", "salem", "beaverton")),
    "541": ("or", ("eugene", "bend", "medford")),
    "208": ("id", ("boise", "nampa", "cdalene")),
    "406": ("mt", ("billings", "missoula", "bozeman")),
    "907": ("ak", ("anchorage", "fairbanks", "juneau")),
    "808": ("hi", ("honolulu", "hilo", "wailuku")),
    "213": ("ca", ("lsan da 01", "lsan da 07")),
    "415": ("ca", ("snfc cntrl", "sanrafael", "sausalito")),
    "510": ("ca", ("oakland", "berkeley", "hayward")),
    "619": ("ca", ("sndg sndg", "lamesa", "chulavista")),
    "650": ("ca", ("millbrae", "paloalto", "redwoodcy")),
    "702": ("nv", ("lasvegas", "henderson")),
    "602": ("az", ("phoenix", "glendale")),
    "505": ("nm", ("albuquerque", "santafe")),
    "303": ("co", ("denver", "boulder", "littleton")),
    "801": ("ut", ("saltlakecy", "provo", "ogden")),
    "214": ("tx", ("dallas", "grandprari")),
    "512": ("tx", ("austin", "roundrock")),
    "713": ("tx", ("houston", "pasadena")),
    "405": ("ok", ("oklacity", "norman")),
    "316": ("ks", ("wichita", "derby")),
    "612": ("mn", ("minneapols", "twincities")),
    "414": ("wi", ("milwaukee", "wauwatosa")),
    "312": ("il", ("chicago zn1", "chicago zn2")),
    "313": ("mi", ("detroitzn1", "dearborn")),
    "216": ("oh", ("cleveland", "euclid")),
    "317": ("in", ("indianapls", "greenwood")),
    "502": ("ky", ("louisville", "frankfort")),
    "615": ("tn", ("nashville", "franklin")),
    "404": ("ga", ("atlanta", "decatur")),
    "305": ("fl", ("miami", "keywest", "homestead")),
    "407": ("fl", ("orlando", "kissimmee")),
    "704": ("nc", ("charlotte", "gastonia")),
    "804": ("va", ("richmond", "petersburg")),
    "202": ("dc", ("washington", "washzn1")),
    "301": ("md", ("bethesda", "frederick")),
    "215": ("pa", ("philazn1", "philazn21")),
    "201": ("nj", ("oradell", "jerseycity", "hackensack")),
    "212": ("ny", ("nwyrcyzn01",)),
    "347": ("ny", ("nwyrcyzn05", "nwyrcyzn11")),
    "646": ("ny", ("nwyrcyzn01", "nwyrcyzn03")),
    "617": ("ma", ("boston", "cambridge")),
    "203": ("ct", ("newhaven", "stamford")),
    "207": ("me", ("portland", "bangor")),
    "802": ("vt", ("burlington", "montpelier")),
}
"""US area code -> state and rate centers, abbreviated as carriers write them."""

CANADIAN_AREAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "604": ("bc", ("vancouver", "richmond")),
    "250": ("bc", ("victoria", "kelowna")),
    "403": ("ab", ("calgary", "reddeer")),
    "416": ("on", ("toronto",)),
    "613": ("on", ("ottawahull", "kingston")),
    "514": ("qc", ("montreal",)),
}

TOLL_FREE_CODES = ("800", "833", "844", "855", "866", "877", "888")


@cache
def numbers_for_sale(seed: int) -> Mapping[str, StockNumber]:
    """Numbers by value, in ascending order; worked out once for each seed.

    Line numbers below 0200 are left out, so that none looks like the ones films use.
    """
    dice = random.Random(seed)
    stock = [number for npa in (*AREAS, *CANADIAN_AREAS, *TOLL_FREE_CODES) for number in _area(npa, dice)]
    return MappingProxyType(
        {number.value: number for number in sorted(stock, key=lambda number: number.value)}
    )


def describe(value: str, price: Price | None = None) -> StockNumber:
    """What the inventory says about any number: type, place by its area code, price tier."""
    npa = value[1:4]
    if npa in TOLL_FREE_CODES:
        return StockNumber(value, "toll-free", "", "", "US", price or TOLL_FREE)
    if npa in CANADIAN_AREAS:
        state, rate_centers = CANADIAN_AREAS[npa]
        return StockNumber(value, "longcode", _by_exchange(value, rate_centers), state, "CA", price or CANADA)
    state, rate_centers = AREAS.get(npa, ("", ("",)))
    return StockNumber(value, "longcode", _by_exchange(value, rate_centers), state, "US", price or STANDARD)


def _area(npa: str, dice: random.Random) -> Iterable[StockNumber]:
    possible = [nxx for nxx in range(200, 1000) if nxx % 100 != 11 and nxx not in (555, 976)]  # noqa: PLR2004 - N11 services, films, premium
    exchanges = dice.sample(possible, EXCHANGES_PER_AREA_CODE)
    lines = dice.sample(range(200, 10_000), PER_AREA_CODE)
    domestic = npa in AREAS
    for line in lines:
        value = f"1{npa}{dice.choice(exchanges)}{line:04}"
        price = dice.choices((STANDARD, PROMO, PREMIUM), weights=(7, 2, 1))[0] if domestic else None
        yield describe(value, price)


def _by_exchange(value: str, rate_centers: tuple[str, ...]) -> str:
    return rate_centers[int(value[4:7]) % len(rate_centers)]
