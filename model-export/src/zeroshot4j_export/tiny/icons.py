"""Icon sets whose pictures are found by their names, and the colours that drawings of one colour are given."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from zeroshot4j_export.target import whole_file

from .concepts import Concept, NameMatcher, key

# How the icons of a set are named: by the labels of emoji, written in one word or in several; by words of their own
# with a number ("apple-1") and, in some, a style ("apple-1-flat"); or by one word for each of several styles, of which
# the one that ends as given is taken ("apple-duotone").
_EMOJI_NAMED = ("streamlineemoji", "fxemoji", "emojimono")
_STYLED = ("cyber", "kameleon", "linecolor", "plump", "flex")
_ENDING = {"phosphor": "-duotone"}
NAMED = (*_EMOJI_NAMED, *_STYLED, *_ENDING, "iconpark", "gameicons", "mdi", "fontawesome")

# Sets of one colour, and of outlines: what the lines enclose is filled, in most pictures, with another colour.
FILLED = frozenset({"fluenthc", "emojimono", "gameicons", "mdi", "fontawesome", "iconpark", "phosphor"})
# Sets of a few blues, by what they are: "line", and the areas "fill" and "second".
_BLUES = {"iconpark": {"#2F88FF": "fill", "#43CCF8": "second"},
          "linecolor": {"#4147d5": "line", "#d7e0ff": "fill", "#8fbffa": "fill", "#2859c5": "second"},
          "flex": {"#4147d5": "line", "#d7e0ff": "fill", "#8fbffa": "fill", "#2859c5": "second"},
          "plump": {"#2859c5": "line", "#8fbffa": "fill"},
          "cyber": {"#092f63": "line", "#bbd8ff": "fill"}}
# The coloured disc that each picture of the set lies on.
_DISC = re.compile(r'<path fill="#[0-9a-f]+" d="M24 4[78][^"]*s10\.745 23\.999 24 23\.999"/>')
_LINES = ("#000000", "#000000", "#111111", "#222222", "#333333", "#45413c", "#1b2a49", "#3b1f12", "#14361f")
_PLAIN = ("#000000", "#222222", "#444444", "#c62828", "#1565c0", "#2e7d32", "#6a1b9a", "#ef6c00", "#5d4037")
_FILLS = ("#ffffff", "#f4c542", "#fcea2b", "#ea5a47", "#d22f27", "#92d3f5", "#61b2e4", "#1e88e5", "#b1cc33", "#5c9e31",
          "#f1b31c", "#e27022", "#a57939", "#6a462f", "#ffa7c0", "#e67a94", "#b399c8", "#8967aa", "#d0cfce", "#9b9b9a")
_FILLED_SHARE = 0.8
_BORDER = 2


def matches(source: str, icons: dict, concepts: list[Concept]) -> Iterator[tuple[str, str]]:
    """(icon, concept) of every icon of a set whose name is one of a concept's, and of those listed by hand."""
    by_hand, find = _by_hand(source), _finder(source, concepts)
    known = {c.name for c in concepts}
    for icon in icons:
        concept = by_hand[icon] if icon in by_hand and by_hand[icon] in known else find(icon)
        if concept:
            yield icon, concept


def _finder(source: str, concepts: list[Concept]) -> Callable[[str], str | None]:
    matcher = NameMatcher(concepts)
    if source in _EMOJI_NAMED:
        words = {key(label): c.name for c in concepts for label in c.emoji}
        joined = {name.replace(" ", ""): concept for name, concept in (*matcher.names(), *words.items())}
        return lambda icon: joined.get(key(re.sub(r"(-\d+)+$", "", icon)).replace(" ", ""))
    if source in _ENDING:
        ending = _ENDING[source]
        return lambda icon: matcher.exact(icon.removesuffix(ending)) if icon.endswith(ending) else None
    style = r"(-\d+)?(-flat|-duo)?(-\d+)?$" if source in _STYLED else r"$"
    return lambda icon: matcher.exact(re.sub(style, "", icon, count=1))


def _by_hand(source: str) -> dict[str, str]:
    """The names that a set has for a concept and nobody else: icon -> concept."""
    found = {}
    for line in resources.files(__package__).joinpath("icon_names.txt").read_text("utf-8").splitlines():
        if line.startswith(f"{source}/"):
            icons, concept = line.removeprefix(f"{source}/").split("=")
            found.update({icon.strip(): concept.strip() for icon in icons.split(",")})
    return found


def paint(source: str, name: str, body: str) -> str:
    """An icon's SVG in colours: chosen by its name, so that they are the same in every run."""
    line, fill = _choice(name, "line", _LINES), _choice(name, "fill", _FILLS)
    colours = {"line": line, "fill": fill, "second": _choice(name, "second", _FILLS)}
    if source in _BLUES:
        return re.sub("|".join(_BLUES[source]), lambda m: colours[_BLUES[source][m[0]]], body)
    if source == "kameleon":
        return _DISC.sub("", body, count=1)
    if source == "phosphor":  # the area is of the line's colour, but mostly transparent
        return re.sub(r'opacity="0?\.2"', f'fill="{fill}"', body).replace("currentColor", line)
    return body.replace("currentColor", line if filling(source, name) else _choice(name, "plain", _PLAIN))


def filling(source: str, name: str) -> str | None:
    """The colour inside the lines of a picture of one colour; None if it stays as it is."""
    if source not in FILLED or _digest(name, "filled") % 100 >= 100 * _FILLED_SHARE:
        return None
    return _choice(name, "behind" if source in _BLUES else "fill", _FILLS)


def _choice(name: str, what: str, colours: tuple[str, ...]) -> str:
    return colours[_digest(name, what) % len(colours)]


def _digest(name: str, what: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{what}/{name}".encode()).digest()[:4], "big")


def fill(drawing: Path, colour: str, master: Path) -> None:
    """Writes ``drawing`` to ``master`` with ``colour`` behind all that its lines enclose."""
    image = Image.open(drawing).convert("RGBA")
    seen = image.getchannel("A").point(lambda a: 255 if a > 127 else 0)
    padded = Image.new("L", (image.width + 2 * _BORDER, image.height + 2 * _BORDER))
    padded.paste(seen, (_BORDER, _BORDER))
    ImageDraw.floodfill(padded, (0, 0), 128)
    inside = Image.fromarray((np.asarray(padded) != 128).astype(np.uint8) * 255).filter(ImageFilter.MinFilter(3))
    mask = inside.crop((_BORDER, _BORDER, _BORDER + image.width, _BORDER + image.height))
    under = Image.new("RGBA", image.size)
    under.paste(Image.new("RGBA", image.size, colour), (0, 0), mask)
    with whole_file(master) as file:
        Image.alpha_composite(under, image).save(file, format="PNG")
