"""Names of files and sheets as people mean them."""

import unicodedata


def plain(name: str) -> str:
    """Composed characters, no blanks around it: macOS writes names decomposed, sheets often end with a blank."""
    return unicodedata.normalize("NFC", name).strip()
