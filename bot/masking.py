"""Phone numbers as logs may show them."""


def masked(number: str) -> str:
    """Enough to recognise, too little to call: 12065550100 -> 1206*****00."""
    if len(number) < 7:  # noqa: PLR2004 - short codes are public and lead to nobody
        return number
    return f"{number[:4]}{'*' * (len(number) - 6)}{number[-2:]}"
