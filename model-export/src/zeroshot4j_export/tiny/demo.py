"""The demo images of the command line tool: cut-outs on free photos, with their truth and their notice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter

from . import bank, sources
from .artwork import Cutout, load_index, trim
from .scenes import place


@dataclass(frozen=True)
class Thing:
    """A cut-out (``source``/``name`` as in the index), the centre of its feet and its height in pixels."""

    label: str
    art: str
    x: int
    y: int
    px: int
    flip: bool = False
    flying: bool = False


@dataclass(frozen=True)
class Demo:
    file: str
    photo: str
    crop: tuple[float, float, float, float]
    size: tuple[int, int]
    things: tuple[Thing, ...]
    absent: tuple[str, ...]


DEMOS = (
    Demo("cat-and-butterfly.jpg", "aitzgorri_by_Aitzol_Berasategi.jpg", (0.0, 0.1, 0.95, 1.0), (1200, 760),
         (Thing("a cat", "notov1/cat", 370, 640, 310), Thing("a butterfly", "noto/butterfly", 870, 400, 240, flying=True)),
         ("an airplane", "a bicycle", "a chair")),
    Demo("two-dogs.jpg", "picosdeeuropa_by_Aitzol_Berasategi.jpg", (0.0, 0.1, 1.0, 1.0), (1200, 810),
         (Thing("a dog", "noto/dog", 340, 690, 300), Thing("a dog", "noto/dog", 870, 650, 280, flip=True)),
         ("a bicycle", "an airplane", "a guitar")),
    Demo("bicycle-at-sunset.jpg", "sunset_by_Aitzol_Berasategi.jpg", (0.0, 0.1, 0.75, 1.0), (1200, 900),
         (Thing("a bicycle", "fluent3d/bicycle", 540, 750, 310),), ("a cat", "an elephant", "a birthday cake")),
    Demo("table.jpg", "friends_by_Aitzol_Berasategi.jpg", (0.0, 0.42, 0.56, 1.0), (1400, 700),
         (Thing("a banana", "fluent3d/banana", 265, 395, 205), Thing("a cup of coffee", "fluent3d/hot beverage", 480, 510, 210),
          Thing("a hamburger", "fluent3d/hamburger", 695, 395, 205),
          Thing("an alarm clock", "fluent3d/alarm clock", 910, 510, 210), Thing("scissors", "noto/scissors", 1125, 400, 210)),
         ("a dog", "a tree", "an elephant")),
    Demo("stream.jpg", "life_by_Aitzol_Berasategi.jpg", (0.0, 0.0, 1.0, 1.0), (1200, 800),
         (Thing("a frog", "fluent3d/frog", 330, 660, 250), Thing("a duck", "noto/duck", 640, 470, 250),
          Thing("a mushroom", "fluent3d/mushroom", 940, 680, 260)), ("a pizza", "a television", "a bicycle")),
)


def compose(work: Path, demo: Demo, art: dict[str, Cutout]) -> tuple[Image.Image, list[dict]]:
    """The picture and its objects with the boxes of their visible pixels."""
    photo = bank.photo(work, demo.photo)
    left, top, right, bottom = demo.crop
    w, h = photo.size
    part = photo.crop((int(left * w), int(top * h), int(right * w), int(bottom * h)))
    image = _cover(part, demo.size)
    image = ImageEnhance.Color(image.filter(ImageFilter.GaussianBlur(1.2))).enhance(0.9)
    objects = []
    for thing in demo.things:
        picture = trim(Image.open(work / art[thing.art].file).convert("RGBA"))
        if thing.flip:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        factor = thing.px / picture.height
        w, h = round(picture.width * factor), thing.px
        x, y = thing.x - w // 2, thing.y - h
        _shadow(image, picture.resize((w, h), Image.Resampling.BICUBIC), x, y, thing.flying)
        x0, y0, x1, y1 = place(image, picture, x, y, max(w, h))
        objects.append({"label": thing.label, "box": {"xmin": x0, "ymin": y0, "xmax": x1, "ymax": y1}})
    return image, objects


def _cover(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The middle of the image at ``size``, nothing stretched."""
    factor = max(size[0] / image.width, size[1] / image.height)
    scaled = image.resize((round(image.width * factor), round(image.height * factor)), Image.Resampling.LANCZOS)
    x, y = (scaled.width - size[0]) // 2, (scaled.height - size[1]) // 2
    return scaled.crop((x, y, x + size[0], y + size[1]))


def _shadow(image: Image.Image, picture: Image.Image, x: int, y: int, flying: bool) -> None:
    """A soft shadow: flat on the ground below what stands, faint and further off below what flies."""
    w, h = picture.size
    alpha = picture.getchannel("A")
    if flying:
        shape, left, top, blur, strength = alpha, x + w // 10, y + h // 6, h // 12, 0.25
    else:
        low = max(8, h // 6)
        shape, left, top, blur, strength = alpha.resize((w, low)), x + w // 30, y + h - low * 2 // 3, h // 25, 0.5
    mask = Image.new("L", image.size)
    mask.paste(shape.point(lambda a: int(a * strength)), (left, top))
    image.paste((10, 12, 20), (0, 0), mask.filter(ImageFilter.GaussianBlur(blur)))


def write_demo(work: Path, out: Path) -> None:
    """Writes the pictures, ``truth.json`` and ``NOTICE`` into ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    art = {f"{c.source}/{c.name}": c for c in load_index(work)}
    images = []
    for demo in DEMOS:
        image, objects = compose(work, demo, art)
        image.save(out / demo.file, quality=88, optimize=True)
        images.append({"file": demo.file, "width": image.width, "height": image.height, "license": "NOTICE",
                       "objects": objects, "absent": list(demo.absent)})
    (out / "truth.json").write_text(json.dumps({"images": images}, indent=2) + "\n", encoding="utf-8")
    (out / "NOTICE").write_text(notice(), encoding="utf-8")


def notice() -> str:
    from .card import licence_texts

    lines = ["The demo images are compositions: pictures from the sets below, scaled and placed with drawn shadows on",
             "photos that were cropped, scaled and slightly blurred. truth.json holds the boxes of what was placed.", ""]
    for demo in DEMOS:
        photo = sources.PHOTOS[demo.photo]
        lines.append(demo.file)
        lines.append(f'  photo "{demo.photo}" by {photo["author"]}, {photo["licence"]}, from {sources.by_key("lomiri").package}')
        for thing in sorted({t.art for t in demo.things}):
            source = sources.by_key(thing.split("/")[0])
            lines.append(f'  "{thing.split("/", 1)[1]}" of {source.title}, {source.author}, {source.licence}')
        lines.append("")
    used = {sources.by_key(t.art.split("/")[0]) for d in DEMOS for t in d.things}
    return "\n".join(lines) + "\n" + licence_texts(used, {sources.PHOTOS[d.photo]["licence"] for d in DEMOS})
