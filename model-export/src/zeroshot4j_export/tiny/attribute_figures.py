"""How well a model tells colours and pairs, for the model card."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import bank
from .artwork import Cutout, load_index
from .attributes import FULL_SHARE, counted, may_be_coloured
from .colours import COLOURS, PAINTS, colour_shares, in_colour
from .concepts import article, load, plural
from .evaluate import cut_out, framed
from .scan import ModelDirectory, Scan
from .scenes import background, scaled

SIDE = 224
SIDE_BY_SIDE, SIDE_BY_SIDE_SCANNED = 0.45, 0.6  # longer sides of two beside each other, in heights of the picture
PAINTED, SCANNED = 150, 60  # of the training art; scenes of two, each scanned whole


def painted(picture: Image.Image, colour: str | None) -> Image.Image:
    """A cut-out in one colour, with its own light and shade; None leaves it as it is."""
    if colour is None:
        return picture
    array = torch.from_numpy(np.asarray(picture.convert("RGBa")).copy()).permute(2, 0, 1)[None].float() / 255
    done = in_colour(array, torch.tensor(PAINTS[COLOURS.index(colour)])[None, :, None, None])
    bytes_ = (done[0].permute(1, 2, 0) * 255).round().byte().numpy()
    return Image.frombytes("RGBa", picture.size, bytes_.tobytes()).convert("RGBA")


def colour_of(picture: Image.Image) -> str | None:
    """The colour of most of a cut-out, None if it has none."""
    shares = colour_shares(torch.from_numpy(bank.fit(picture, bank.CUTOUT_PX).copy())[None].float() / 255)[0]
    return COLOURS[int(shares.argmax())] if float(shares.max()) >= FULL_SHARE else None


def beside(work: Path, pictures: list[Image.Image | None], seed: str, size: tuple[int, int], share: float) -> Image.Image:
    """Cut-outs in the middle of the left and of the right half of an unseen background; None leaves a half empty."""
    width, height = size
    scene = background(work, random.Random(seed), width).resize(size)
    for i, picture in enumerate(pictures):
        if picture:
            small = scaled(picture, share * height)
            scene.paste(small, (width * (1 + 2 * i) // 4 - small.width // 2, (height - small.height) // 2), small)
    return scene


def told(model: ModelDirectory, work: Path, asked: list[tuple[Cutout, str | None]]) -> dict:
    """How often the right one of "a photo of a COLOUR NAME" scores highest of the eleven. What shows no sure colour is left out,
    and what does not look as it was painted, as a black thing does not."""
    right = []
    for c, colour in asked:
        picture = painted(cut_out(work, c), colour)
        seen = colour_of(picture)
        if seen and colour in (None, seen):
            row = model.images([framed(work, picture, f"{c.source}-{c.name}")])[0]
            texts = model.texts([f"a photo of {article(f'{colour} {c.concept.lower()}')}" for colour in COLOURS])
            right.append(COLOURS[int((texts @ row).argmax())] == seen)
    return _percent(right)


def pairs(model: ModelDirectory, work: Path, cutouts: list[Cutout]) -> dict:
    """How often "two NAMES" scores higher for two things than for one of them that has the same size and place."""
    right = []
    for c in cutouts:
        picture = cut_out(work, c)
        twin = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        text = model.texts([f"two {plural(c.concept.lower())}"])[0]
        two, *one = (model.images([beside(work, shown, f"pair-{c.source}-{c.name}", (SIDE, SIDE), SIDE_BY_SIDE)])[0] @ text
                     for shown in ([picture, twin], [picture, None], [None, twin]))
        right += [two > score for score in one]
    return {**_percent(right), "images": len(cutouts)}


def pointed(model: ModelDirectory, work: Path, asked: list[tuple[Cutout, str, str]]) -> dict:
    """How often the peak of the map for "a COLOUR NAME" lies in the half of a picture where the thing has this colour; in the
    other half it has the second colour."""
    right = []
    for c, colour, other in asked:
        rng, picture = random.Random(f"two-{c.source}-{c.name}"), cut_out(work, c)
        both = [painted(picture, colour), painted(picture, other)]
        if [colour_of(p) for p in both] != [colour, other]:
            continue
        at_left = rng.random() < 0.5
        scene = beside(work, both if at_left else both[::-1], rng.random(), (2 * SIDE, SIDE), SIDE_BY_SIDE_SCANNED)
        found = Scan(model, scene).ask(article(f"{colour} {c.concept.lower()}"))
        right.append((found.peak[0] < SIDE) == at_left)
    return _percent(right)


def _percent(right: list[bool]) -> dict:
    return {"images": len(right), "percent": round(100 * float(np.mean(right)), 1) if right else "-"}


def attribute_figures(model: ModelDirectory, work: Path, half: str = "reporting") -> dict:
    """A table for the card (``card._further``)."""
    cutouts = load_index(work)
    trained = bank.training_set(cutouts)
    concepts = {c.name: c for c in load()}
    names = {c.concept for c in trained if may_be_coloured(concepts[c.concept])}
    rng = random.Random(11)
    noto = sorted((c for c in trained if c.source == "noto" and c.concept in names), key=lambda c: c.name)
    noto = rng.sample(noto, min(PAINTED, len(noto)))
    openmoji = sorted((c for c in cutouts if c.source == "openmoji" and c.concept in names and bank.half(c) == half),
                      key=lambda c: c.name)

    def in_paint(cutouts):
        return [(c, COLOURS[i % len(COLOURS)]) for i, c in enumerate(cutouts)]

    def countable(cutouts):
        return [c for c in cutouts if counted(concepts[c.concept])]

    two = [(c, colour, rng.choice([k for k in COLOURS if k != colour])) for c, colour in in_paint(openmoji)]
    rows = [
        ("colour, of eleven: training art (Noto), painted", told(model, work, in_paint(noto)), "9.1"),
        (f"colour, of eleven: OpenMoji, {half} half, painted", told(model, work, in_paint(openmoji)), "9.1"),
        (f"colour, of eleven: OpenMoji, {half} half, as it is", told(model, work, [(c, None) for c in openmoji]), "9.1"),
        (f"which of two colours: OpenMoji, {half} half, scanned", pointed(model, work, rng.sample(two, min(SCANNED, len(two)))),
         "50"),
        ("two or one of the same size: training art (Noto)", pairs(model, work, countable(noto)), "50"),
        (f"two or one of the same size: OpenMoji, {half} half", pairs(model, work, countable(openmoji)), "50"),
    ]
    return {"text": "Attributes: how often the right one of eleven colours scores highest for a thing of known name, how often\n"
                    "the peak of the map for \"a COLOUR NAME\" lies on the right one of two that differ in colour, and how\n"
                    "often \"two NAMES\" scores higher for two than for one of the same size and place. Backgrounds never\n"
                    "seen in training.",
            "columns": ["test", "images", "right %", "chance %"],
            "rows": [[name, f["images"], f["percent"], chance] for name, f, chance in rows]}
