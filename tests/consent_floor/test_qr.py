"""A QR code of a share says the link, on screen and in a terminal."""

import pytest
import zxingcpp
from PIL import Image

from consent.qr import BORDER, qr_svg, qr_text
from consent.share import Shlink, link, manifest_url, new_share_secret

SECRET = new_share_secret(lambda size: bytes(range(size)))
LINK = link(
    "https://passport.example",
    Shlink(url=manifest_url("https://passport.example", SECRET.url_token), key=SECRET.key),
)


def image_of_text(text: str) -> Image.Image:
    halves = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    lines = text.splitlines()
    image = Image.new("L", (len(lines[0]), 2 * len(lines)))
    for y, line in enumerate(lines):
        for x, character in enumerate(line):
            upper, lower = halves[character]
            image.putpixel((x, 2 * y), upper)
            image.putpixel((x, 2 * y + 1), lower)
    return image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST)


def test_the_terminal_code_is_read_as_the_link() -> None:
    (found,) = zxingcpp.read_barcodes(image_of_text(qr_text(LINK)))
    assert found.text == LINK


@pytest.mark.parametrize("level", ["M", "Q"])
def test_the_svg_has_a_white_ground_and_no_prolog(level: str) -> None:
    svg = qr_svg(LINK, level="Q" if level == "Q" else "M")
    assert svg.startswith("<svg ")
    assert '<rect fill="white"' in svg


def test_the_quiet_zone_is_kept() -> None:
    blank = qr_text(LINK).splitlines()[: BORDER // 2]
    assert all(set(line) == {"█"} for line in blank)


def test_the_same_link_is_drawn_alike() -> None:
    assert qr_svg(LINK) == qr_svg(LINK)
