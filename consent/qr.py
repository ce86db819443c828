"""A link as a QR code: SVG for pages and paper, text for a terminal.

Drawing takes 10 to 20 ms: callers keep what they drew.
"""

from typing import Any, Final, Literal

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathFillImage

BORDER: Final = 4  # modules; ISO/IEC 18004 quiet zone
_LEVELS: Final = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q}
_HALVES: Final = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}


def qr_svg(link: str, *, level: Literal["M", "Q"] = "M") -> str:
    """Return an SVG image on a white ground: level M on screen, as the SMART Health Links IG recommends, Q on paper."""
    image = _code(link, level).make_image(image_factory=SvgPathFillImage)
    return image.to_string(encoding="unicode")


def qr_text(link: str) -> str:
    """Return the code in half blocks, light on dark, for a terminal with a dark ground."""
    rows = [list(map(bool, row)) for row in _code(link, "M").get_matrix()]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join(
        "".join(_HALVES[dots] for dots in zip(upper, lower, strict=True)) for upper, lower in pairs
    )


def _code(link: str, level: str) -> QRCode[Any]:
    code: QRCode[Any] = QRCode(border=BORDER, error_correction=_LEVELS[level])
    code.add_data(link)
    code.make()
    return code
