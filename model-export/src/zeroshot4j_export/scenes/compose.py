"""One scene of a kind: a background, perhaps clutter, then objects, each with the mask of what is seen of it.

Objects lie wholly in the image. The boxes of two objects share at most 5% of the smaller one, so that none hides
more than a corner of another; boxes are those of the pixels that remain visible (alpha above 64, nothing above).
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.tiny.artwork import Cutout, trim
from zeroshot4j_export.tiny.concepts import Concept, load
from zeroshot4j_export.tiny.scan import Box
from zeroshot4j_export.tiny.scenes import scaled, visible

from . import pools
from .asking import absent, clear_of
from .backgrounds import Background, background

SHORT_SIDE = 480, 1200
RATIOS = ((1, 1), (4, 3), (3, 4), (3, 2), (2, 3), (16, 9))
MOST_SHARED = 0.05
MOST_ENLARGED = 3.0  # of a cut-out: beyond that it is a blur
MOST_TURNED = 15.0  # degrees either way
_TRIES = 60


@dataclass(frozen=True)
class Kind:
    """How many objects, and their longer side as a share of the image's shorter one."""

    fewest: int
    most: int
    smallest: float = 0.18
    largest: float = 0.5


KINDS = {
    "single": Kind(1, 1),
    "classes": Kind(2, 4),
    "same": Kind(2, 4),
    "small": Kind(2, 4, 0.08, 0.16),
    "large": Kind(1, 2, 0.55, 0.9),
    "cluttered": Kind(1, 3),
    "textured": Kind(1, 3),
}
CLUTTER_PIECES = 18, 40
CLUTTER_SHARE = 0.03, 0.08
STRANGER_SHARE = 0.35  # of the scenes with several of one class: one object of another class as well


@dataclass(frozen=True, eq=False)
class Object:
    """A cut-out in a scene. ``mask`` is bool [h,w] over ``box``, its opaque pixels, those included that later objects hide;
    ``picture`` with its soft rim is pasted at ``corner``."""

    cutout: Cutout
    picture: Image.Image
    corner: tuple[int, int]
    box: Box
    mask: np.ndarray


@dataclass(frozen=True, eq=False)
class Scene:
    """``seen`` holds bool [height,width] of each object, in the order in which they were drawn."""

    kind: str
    image: Image.Image
    background: Background
    objects: list[Object]
    seen: list[np.ndarray]
    absent: list[Concept]


class Composer:
    """Composes scenes from the cut-outs of one set and split. ``concepts`` are those that may be asked for or be clutter."""

    def __init__(self, work: Path, set_: str, split: str):
        self.work, self.split, self.listed = work, split, {c.name: c for c in load()}
        known = pools.trained(work)
        self.concepts = {n: c for n, c in self.listed.items() if n in known}
        self.objects: dict[str, list[Cutout]] = {}
        self.clutter: list[Cutout] = []
        for cutout in pools.pool(work, set_, split):
            if cutout.concept in pools.CLUTTER:
                self.clutter.append(cutout)
            else:
                self.objects.setdefault(cutout.concept, []).append(cutout)

    def scene(self, kind: str, rng: random.Random) -> Scene:
        for _ in range(_TRIES):
            scene = self._attempt(kind, rng)
            if scene:
                return scene
        raise ExportError(f"cut-outs ({sum(map(len, self.objects.values()))}) must suffice for a scene of the kind {kind}")

    def _attempt(self, kind: str, rng: random.Random) -> Scene | None:
        size = _size(rng)
        behind = background(self.work, self.split, size, kind == "textured", rng)
        shown = [self.listed[n] for n in behind.shows]
        objects: list[Object] = []
        for choice in self._classes(kind, shown, rng):
            placed = self._place(choice, objects, KINDS[kind], size, rng)
            objects += [placed] if placed else []
        if len(objects) < KINDS[kind].fewest or kind == "same" and objects[0].cutout.concept != objects[1].cutout.concept:
            return None
        present = sorted({o.cutout.concept for o in objects})
        visible_concepts = [*shown, *(self.concepts[n] for n in present)]
        askable = [c for n, c in self.concepts.items() if n not in pools.CLUTTER]
        missing = absent(askable, visible_concepts, len(present) + 1, rng)
        image = behind.image.copy()
        if kind == "cluttered":
            self._clutter(image, [*visible_concepts, *missing], rng)
        for o in objects:
            image.paste(o.picture, o.corner, o.picture)
        return Scene(kind, image, behind, objects, _seen(objects, size), missing)

    def _classes(self, kind: str, shown: list[Concept], rng: random.Random) -> list[list[Cutout]]:
        """The cut-outs to choose from, of each object that is wanted. No two classes may be taken for one another."""
        chosen: list[Concept] = []
        count = rng.randint(KINDS[kind].fewest, KINDS[kind].most)
        wanted = count if kind != "same" else 2 if rng.random() < STRANGER_SHARE else 1
        names = list(self.objects)
        rng.shuffle(names)
        for name in names:
            if len(chosen) == wanted:
                break
            if clear_of(self.concepts[name], [*shown, *chosen]):
                chosen.append(self.concepts[name])
        classes = [self.objects[c.name] for c in chosen]
        return [classes[0]] * count + classes[1:] if kind == "same" else classes

    def _place(self, choice: list[Cutout], others: list[Object], kind: Kind, size: tuple[int, int], rng: random.Random):
        """An object that shares no more than a corner with the others; None if none was found."""
        used = {o.cutout for o in others}
        for _ in range(_TRIES):
            cutout = rng.choice([c for c in choice if c not in used] or choice)
            picture = self._picture(cutout, min(size) * rng.uniform(kind.smallest, kind.largest), rng)
            if picture is None:
                continue
            opaque = visible(picture)
            left, top, right, bottom = opaque.getbbox()
            w, h = right - left, bottom - top
            x, y = rng.randint(0, size[0] - w), rng.randint(0, size[1] - h)
            box = (x, y, x + w, y + h)
            if all(_shared(box, o.box) <= MOST_SHARED for o in others):
                mask = np.asarray(opaque.crop((left, top, right, bottom))) > 0
                return Object(cutout, picture, (x - left, y - top), box, mask)
        return None

    def _picture(self, cutout: Cutout, px: float, rng: random.Random) -> Image.Image | None:
        """The cut-out perhaps flipped, a little turned, the longer side of its opaque part ``px``; None if that were a blur."""
        picture = pools.picture(self.work, cutout)
        if px > MOST_ENLARGED * max(picture.size):
            return None
        if rng.random() < 0.5:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        angle = rng.uniform(-MOST_TURNED, MOST_TURNED)
        picture = trim(picture.rotate(angle, Image.Resampling.BICUBIC, expand=True))
        left, top, right, bottom = visible(picture).getbbox()
        return scaled(picture, px * max(picture.size) / max(right - left, bottom - top))

    def _clutter(self, image: Image.Image, asked: list[Concept], rng: random.Random) -> None:
        """Small shapes without a name, and cut-outs that nobody asks for and that pass for nothing that is asked."""
        cutouts = [c for c in self.clutter if clear_of(self.concepts[c.concept], asked)]
        for _ in range(rng.randint(*CLUTTER_PIECES)):
            px = min(image.size) * rng.uniform(*CLUTTER_SHARE)
            named = cutouts and rng.random() < 0.5
            piece = self._picture(rng.choice(cutouts), px, rng) if named else _shape(round(px), rng)
            image.paste(piece, tuple(rng.randint(0, s - p) for s, p in zip(image.size, piece.size, strict=True)), piece)


def _size(rng: random.Random) -> tuple[int, int]:
    short = math.exp(rng.uniform(*map(math.log, SHORT_SIDE)))
    w, h = rng.choice(RATIOS)
    return round(short * w / min(w, h)), round(short * h / min(w, h))


def _shared(a: Box, b: Box) -> float:
    """The part of the smaller box that both share."""
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(0, w) * max(0, h) / min((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (a, b))


def _seen(objects: list[Object], size: tuple[int, int]) -> list[np.ndarray]:
    """Of each object what later ones leave of it."""
    seen: list[np.ndarray] = []
    for o in objects:
        x0, y0, x1, y1 = o.box
        whole = np.zeros((size[1], size[0]), bool)
        whole[y0:y1, x0:x1] = o.mask
        for earlier in seen:
            earlier &= ~whole
        seen.append(whole)
    return seen


def _shape(px: int, rng: random.Random) -> Image.Image:
    """A polygon of three to eight corners in one colour, with soft edges."""
    corners, turn, drawn = rng.randint(3, 8), rng.uniform(0, 2 * math.pi), 4 * px
    points = []
    for i in range(corners):
        angle, reach = turn + 2 * math.pi * i / corners, drawn / 2 * rng.uniform(0.35, 1.0)
        points.append((drawn / 2 + reach * math.cos(angle), drawn / 2 + reach * math.sin(angle)))
    mask = Image.new("L", (drawn, drawn))
    ImageDraw.Draw(mask).polygon(points, fill=255)
    shape = Image.new("RGBA", (px, px), tuple(rng.randrange(256) for _ in range(3)))
    shape.putalpha(mask.resize((px, px), Image.Resampling.BOX))
    return shape
