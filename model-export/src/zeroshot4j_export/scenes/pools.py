"""Which cut-outs a set and split may show. No picture is in both splits of a set."""

from __future__ import annotations

import hashlib
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from zeroshot4j_export.tiny import bank
from zeroshot4j_export.tiny.artwork import Cutout, load_index, trim

from . import SETS, SPLITS

# Shown as clutter only: never an object of a scene, never asked for.
CLUTTER = ("battery", "bone", "clover", "compact disc", "credit card", "dice", "gear", "key", "magnet", "musical note",
           "paper clip", "paintbrush", "puzzle piece", "pushpin", "question mark", "ribbon", "syringe", "thread", "wrench",
           "yo-yo")
MOST_FLAT = 0.4
# Stamps that are drawn all the same, found by looking at a contact sheet.
_DRAWN = ("*/cartoon/*", "seasonal/easter/*", "seasonal/newyears/*", "animals/fish/shrimp", "space/planets/0_sun")


def trained(work: Path) -> set[str]:
    """The names of the concepts that the tiny model was trained on."""
    return {c.concept for c in bank.training_set(load_index(work))}


def pool(work: Path, set_: str, split: str) -> list[Cutout]:
    """The cut-outs of a set and split, of trained concepts only, in a fixed order."""
    known = trained(work)
    of_set = [c for c in load_index(work) if c.source in SETS[set_] and c.concept in known]
    if set_ == "p":
        of_set = [c for c in of_set if photographed(work, c)]
    home: dict[str, str] = {}
    for c in of_set:  # one picture under two names belongs where the first does
        home.setdefault(digest(work, c), _split(work, c))
    return [c for c in of_set if home[digest(work, c)] == split]


def _split(work: Path, cutout: Cutout) -> str:
    if cutout.source in bank.HELD_OUT:
        return SPLITS[("tuning", "reporting").index(bank.half(cutout))]
    return SPLITS[int(digest(work, cutout)[:2], 16) % 2]


def picture(work: Path, cutout: Cutout) -> Image.Image:
    return trim(Image.open(work / cutout.file).convert("RGBA"))


@cache
def digest(work: Path, cutout: Cutout) -> str:
    """SHA-256 of the picture: its size and pixels, whatever file they are in."""
    image = picture(work, cutout)
    return hashlib.sha256(repr(image.size).encode() + image.tobytes()).hexdigest()


def photographed(work: Path, cutout: Cutout) -> bool:
    """Whether a picture looks like a photo: drawings are flat, most neighbours of a pixel have its colour."""
    if any(fnmatch(cutout.name, drawn) for drawn in _DRAWN):
        return False
    pixels = np.asarray(picture(work, cutout)).astype(np.int16)
    inside = pixels[..., 3] > 200
    pairs = inside[:, 1:] & inside[:, :-1]
    step = np.abs(np.diff(pixels[..., :3], axis=1)).max(axis=-1)
    return bool(pairs.any()) and float((step[pairs] <= 1).mean()) < MOST_FLAT
