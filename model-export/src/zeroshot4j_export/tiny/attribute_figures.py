"""How well a model tells colours and pairs, for the model card."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import bank
from .artwork import Cutout, load_index, trim
from .attributes import FULL_SHARE, may_be_coloured
from .colours import COLOURS, PAINTS, colour_shares, in_colour
from .concepts import article, load, plural
from .scan import ModelDirectory, Scan
from .scenes import background, scaled

SIDE, OBJECT_SHARE, PAIR_SHARE = 224, 0.8, 0.45
SCANNED = 60  # scenes of two, each scanned whole


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


def window(work: Path, pictures: list[Image.Image], seed: str) -> Image.Image:
    """One cut-out in the middle of an unseen background, or two beside each other."""
    scene = background(work, random.Random(seed), SIDE)
    for i, picture in enumerate(pictures):
        alone = len(pictures) == 1
        small = scaled(picture, (OBJECT_SHARE if alone else PAIR_SHARE) * SIDE)
        centre = SIDE // 2 if alone else SIDE * (1 + 2 * i) // 4
        scene.paste(small, (centre - small.width // 2, (SIDE - small.height) // 2), small)
    return scene


def told(model: ModelDirectory, work: Path, asked: list[tuple[Cutout, str | None]]) -> dict:
    """How often the right one of "a photo of a COLOUR NAME" scores highest of the eleven, in percent."""
    pictures = [trim(Image.open(work / c.file).convert("RGBA")) for c, _ in asked]
    truth = [colour or colour_of(p) for p, (_, colour) in zip(pictures, asked, strict=True)]
    kept = [(c, colour, p, t) for (c, colour), p, t in zip(asked, pictures, truth, strict=True) if t]
    images = model.images([window(work, [painted(p, colour)], f"{c.source}-{c.name}") for c, colour, p, _ in kept])
    right = []
    for row, (c, _, _, t) in zip(images, kept, strict=True):
        texts = model.texts([f"a photo of {article(f'{colour} {c.concept.lower()}')}" for colour in COLOURS])
        right.append(COLOURS[int((texts @ row).argmax())] == t)
    return {"images": len(kept), "percent": round(100 * float(np.mean(right)), 1)}


def pairs(model: ModelDirectory, work: Path, cutouts: list[Cutout]) -> dict:
    """How often "two NAMES" scores higher for a window with two than for one with a single one, in percent."""
    right = []
    for c in cutouts:
        picture = trim(Image.open(work / c.file).convert("RGBA"))
        one, two = model.images([window(work, shown, f"pair-{c.source}-{c.name}")
                                 for shown in ([picture], [picture, picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)])])
        text = model.texts([f"two {plural(c.concept.lower()) or c.concept.lower()}"])[0]
        right.append(two @ text > one @ text)
    return {"images": len(cutouts), "percent": round(100 * float(np.mean(right)), 1)}


def pointed(model: ModelDirectory, work: Path, asked: list[tuple[Cutout, str, str]]) -> dict:
    """How often the peak of the map for "a COLOUR NAME" lies in the half of a picture where the thing has this colour; in the
    other half it has the second colour. In percent; 50 is chance."""
    right = []
    for c, colour, other in asked:
        rng = random.Random(f"two-{c.source}-{c.name}")
        scene = background(work, rng, 2 * SIDE).resize((2 * SIDE, SIDE))
        picture, at_left = trim(Image.open(work / c.file).convert("RGBA")), rng.random() < 0.5
        for x, of in ((0, colour if at_left else other), (SIDE, other if at_left else colour)):
            small = scaled(painted(picture, of), 0.6 * SIDE)
            scene.paste(small, (x + (SIDE - small.width) // 2, (SIDE - small.height) // 2), small)
        found = Scan(model, scene).ask(article(f"{colour} {c.concept.lower()}"))
        right.append((found.peak[0] < SIDE) == at_left)
    return {"images": len(asked), "percent": round(100 * float(np.mean(right)), 1)}


def attribute_figures(model: ModelDirectory, work: Path, half: str = "reporting") -> dict:
    """A table for the card (``card._further``)."""
    cutouts = load_index(work)
    trained = bank.training_set(cutouts, 3)
    concepts = {c.name: c for c in load()}
    names = {c.concept for c in trained if may_be_coloured(concepts[c.concept])}
    rng = random.Random(11)
    noto = rng.sample(sorted((c for c in trained if c.source == "noto" and c.concept in names), key=lambda c: c.name), 150)
    openmoji = sorted((c for c in cutouts if c.source == "openmoji" and c.concept in names and bank.half(c) == half),
                      key=lambda c: c.name)
    in_paint = [(c, COLOURS[i % len(COLOURS)]) for i, c in enumerate(openmoji)]
    others = [(c, colour, rng.choice([k for k in COLOURS if k != colour])) for c, colour in in_paint]
    rows = [
        ("colour, of eleven: training art (Noto), painted",
         told(model, work, [(c, COLOURS[i % len(COLOURS)]) for i, c in enumerate(noto)]), "9.1"),
        (f"colour, of eleven: OpenMoji, {half} half, painted", told(model, work, in_paint), "9.1"),
        (f"colour, of eleven: OpenMoji, {half} half, as it is", told(model, work, [(c, None) for c in openmoji]), "9.1"),
        (f"which of two colours: OpenMoji, {half} half, scanned", pointed(model, work, others[:SCANNED]), "50"),
        ("two or one: training art (Noto)", pairs(model, work, noto), "50"),
        (f"two or one: OpenMoji, {half} half", pairs(model, work, openmoji), "50"),
    ]
    return {"text": "Attributes: how often the right one of eleven colours scores highest for a thing of known name, how often\n"
                    "the peak of the map for \"a COLOUR NAME\" lies on the right one of two that differ in colour, and how\n"
                    "often \"two NAMES\" scores higher for two than for one. Backgrounds never seen in training.",
            "columns": ["test", "images", "right %", "chance %"],
            "rows": [[name, f["images"], f["percent"], chance] for name, f, chance in rows]}
