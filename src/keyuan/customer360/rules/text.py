"""What people type, made fit to look for."""


def printable(text: str, *, longest: int) -> str:
    """The text without control characters and lone surrogates, which no name has and PostgreSQL refuses; cut to length."""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:longest]
