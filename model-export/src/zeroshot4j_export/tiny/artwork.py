"""Collects the cut-outs of every picture set, each with its concept, and rasterises them to RGBA masters."""

from __future__ import annotations

import fnmatch
import json
import logging
import re
import subprocess
import warnings
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from PIL import Image

from zeroshot4j_export.target import whole_file

from . import icons, meshes, sources
from .concepts import Concept, NameMatcher, key

log = logging.getLogger(__name__)

MASTER_PX = 448
_MIN_PX = 40
_MAX_PIXELS = 16_000_000
MOST_LEFT_OUT = 40  # of 7600 vector pictures the rasteriser cannot draw 6; many more are a fault of the rasteriser
_PNG_END = b"IEND\xaeB`\x82"
_PROBE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="red"/></svg>'
_ICON_SETS = ("fluent", "fluentflat", "noto", "notov1", "twemoji", "emojitwo", "openmoji", "fluenthc")
_OCAL_FOLDERS = ("animals", "buildings", "containers", "decorations", "electronics", "food", "office", "people",
                 "plants", "recreation", "science", "tools", "transportation", "unsorted", "computer/hardware",
                 "special", "signs_and_symbols")
_OCAL_SKIPPED = ("people/famous", "signs_and_symbols/flags", "signs_and_symbols/led", "special/gradients",
                 "special/patterns", "special/textures", "recreation/religion")
# They stand or hang at a wall: their backs are bare.
_FRONTAL = ("bookcase", "clock", "cupboard", "door", "fireplace", "oven", "picture frame", "shower", "television",
            "wardrobe", "washbasin", "window")

_RENDER_JS = """
const { Resvg } = require('@resvg/resvg-js'); const fs = require('fs');
for (const j of JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))) {
  const r = new Resvg(j.svg, { fitTo: { mode: 'width', value: j.px }, font: { loadSystemFonts: false } });
  fs.writeFileSync(j.out + '.part', r.render().asPng());
  fs.renameSync(j.out + '.part', j.out);
}
"""


@dataclass(frozen=True)
class Cutout:
    """One picture: where its master lies (relative to the work directory), what it shows, whose it is."""

    source: str
    name: str
    concept: str
    file: str
    creator: str = ""


def collect(work: Path, concepts: list[Concept]) -> list[Cutout]:
    """Rasterises all cut-outs that match a concept and writes ``art/index.json``; returns them in a fixed order."""
    out = work / "art"
    out.mkdir(parents=True, exist_ok=True)
    blocked = _blocked()
    found = [*_icons(work, concepts), *_named_icons(work, concepts), *_fluent3d(work, concepts),
             *_furniture(work, concepts), *_clip_art(work, concepts), *_stamps(work, concepts)]
    kept = [(c, p) for c, p in found if not any(fnmatch.fnmatch(f"{c.source}/{c.name}", b) for b in blocked)]
    _render_svgs(work, [(c, p) for c, p in kept if isinstance(p, str)])
    meshes.draw((p, work / c.file) for c, p in kept if isinstance(p, meshes.View) and not _whole(work / c.file))
    cutouts = [c for c, picture in kept if not isinstance(picture, Path) or _save_master(picture, work / c.file)]
    cutouts = [c for c in cutouts if (work / c.file).is_file() and _usable(work / c.file)]
    cutouts.sort(key=lambda c: (c.source, c.name, c.concept))
    with whole_file(out / "index.json") as file:
        file.write_text(json.dumps([asdict(c) for c in cutouts], indent=0))
    return cutouts


def load_index(work: Path) -> list[Cutout]:
    return [Cutout(**c) for c in json.loads((work / "art" / "index.json").read_text())]


def _blocked() -> list[str]:
    lines = resources.files(__package__).joinpath("blocked.txt").read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _cutout(source: str, name: str, concept: str, creator: str = "") -> Cutout:
    safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name)
    return Cutout(source, name, concept, f"art/{source}/{safe}.png", creator)


def _emoji_codes(work: Path, concepts: list[Concept]) -> list[tuple[str, str, str]]:
    """(concept, emoji label, code points in lower-case hex) of every emoji in the concept list."""
    data = json.loads((sources.source_dir(work, "names") / "package" / "en" / "data.json").read_text("utf-8"))
    code = {key(e["label"]): e["hexcode"].lower() for e in data}
    listed = [(c.name, label) for c in concepts for label in c.emoji]
    unknown = [label for concept, label in listed if key(label) not in code and label != concept]
    if unknown:
        raise ValueError(f"emoji labels ({', '.join(unknown)}) must be names in emojibase-data")
    return [(concept, label, code[key(label)]) for concept, label in listed if key(label) in code]


def _code_forms(code: str) -> list[str]:
    """An emoji's code with and without the variation selector: the sets differ in how they name files."""
    bare = "-".join(p for p in code.split("-") if p != "fe0f")
    return [code, bare, bare + "-fe0f", code.replace("-200d", "-fe0f-200d", 1)]


def _icons(work: Path, concepts: list[Concept]):
    codes = _emoji_codes(work, concepts)
    for source in _ICON_SETS:
        package = sources.source_dir(work, source) / "package"
        names = json.loads((package / "chars.json").read_text("utf-8"))
        listed = json.loads((package / "icons.json").read_text("utf-8"))
        for concept, label, code in codes:
            # sets without a table of code points name their icons by the emoji's label
            slug = next((names[f] for f in _code_forms(code) if f in names), key(label).replace(" ", "-"))
            if slug in listed["icons"]:
                yield _cutout(source, slug, concept), _svg(source, slug, listed)


def _named_icons(work: Path, concepts: list[Concept]):
    for source in icons.NAMED:
        listed = json.loads((sources.source_dir(work, source) / "package" / "icons.json").read_text("utf-8"))
        for icon, concept in icons.matches(source, listed["icons"], concepts):
            yield _cutout(source, icon, concept), _svg(source, icon, listed)


def _svg(source: str, name: str, listed: dict) -> str:
    icon = listed["icons"][name]
    w, h = (icon.get(side, listed.get(side, 16)) for side in ("width", "height"))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="0 0 {w} {h}">{icons.paint(source, name, icon["body"])}</svg>')


def _fluent3d(work: Path, concepts: list[Concept]):
    assets = sources.source_dir(work, "fluent3d") / "package" / "assets"
    for concept, label, code in _emoji_codes(work, concepts):
        file = next((assets / f"{f}.webp" for f in _code_forms(code) if (assets / f"{f}.webp").is_file()), None)
        if file:
            yield _cutout("fluent3d", label, concept), file


def _furniture(work: Path, concepts: list[Concept]):
    """The icons, and the views of the models, which are read from the libraries as they are."""
    by_model = {key(m): c.name for c in concepts for m in c.models}
    root = sources.source_dir(work, "sh3d")
    for library in sorted((root / "libraries").iterdir()):
        packed = root / "usr/share/sweethome3d/furniture" / f"{library.name}.sh3f"
        for entry in read_catalogue(library / "PluginFurnitureCatalog.properties"):
            concept = by_model.get(key(entry["name"]))
            if not concept:
                continue
            stem, creator = f"{library.name}-{entry['number']}-{entry['name']}", f"{library.name}: {entry.get('creator', '')}"
            yield _cutout("sh3d", stem, concept, creator), library / entry["icon"].lstrip("/")
            if "model" in entry:
                model = meshes.catalogued(packed, entry, concept in _FRONTAL)
                for number in range(meshes.VIEWS):
                    yield _cutout("mesh", f"{stem}-{number:02d}", concept, creator), meshes.View(model, number)


def read_catalogue(file: Path) -> list[dict]:
    """The entries of a Sweet Home 3D catalogue: dicts with number, name, icon, creator, model, modelRotation."""
    entries: dict[int, dict] = {}
    for line in file.read_text("latin-1").splitlines():
        match = re.match(r"(name|icon|creator|model|modelRotation)#(\d+)=(.*)", line)
        if match:
            value = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), match[3]).strip()
            entries.setdefault(int(match[2]), {"number": int(match[2])})[match[1]] = value
    return [e for _, e in sorted(entries.items()) if "name" in e and "icon" in e]


def _clip_art(work: Path, concepts: list[Concept]):
    root = sources.source_dir(work, "ocal") / "usr/share/openclipart/png"
    matcher, seen = NameMatcher(concepts), set()
    for folder in _OCAL_FOLDERS:
        for file in sorted((root / folder).rglob("*.png")):
            path = file.relative_to(root).as_posix()
            concept = matcher.filed(file.stem)
            if concept and file.stem not in seen and not path.startswith(_OCAL_SKIPPED):
                seen.add(file.stem)  # the library files one picture in several folders
                yield _cutout("ocal", path.removesuffix(".png"), concept), file


def _stamps(work: Path, concepts: list[Concept]):
    root = sources.source_dir(work, "tuxpaint") / "usr/share/tuxpaint/stamps"
    matcher = NameMatcher(concepts)
    for text in sorted(root.rglob("*.txt")):
        picture = text.with_suffix(".png")
        lines = text.read_text("utf-8", "replace").splitlines()
        concept = matcher.described(lines[0]) if lines and picture.is_file() else None
        if concept:
            yield _cutout("tuxpaint", text.relative_to(root).with_suffix("").as_posix(), concept), picture


def _render_svgs(work: Path, jobs: list[tuple[Cutout, str]]) -> None:
    missing = [(c, svg) for c, svg in jobs if not _whole(work / c.file)]
    if not missing:
        return
    log.info("rasterising %d vector pictures", len(missing))
    node = work / "node"
    (node / "render.js").write_text(_RENDER_JS)
    _check_rasteriser(node)
    for cutout, _ in missing:
        (work / cutout.file).parent.mkdir(parents=True, exist_ok=True)
        (work / cutout.file).unlink(missing_ok=True)  # one that an earlier break cut short
    left_out = 0
    while missing:
        done = _render(node, [(svg, _drawing(work, c)) for c, svg in missing])
        for cutout, _ in missing:
            _fill(work, cutout)
        missing = [(c, svg) for c, svg in missing if not (work / c.file).is_file()]
        if missing:  # the rasteriser aborts on a picture that it cannot draw: leave that one out and go on
            picture, left_out = f"{missing[0][0].source}/{missing[0][0].name}", left_out + 1
            if left_out > MOST_LEFT_OUT:
                raise RuntimeError(f"pictures left out ({left_out}) must be at most {MOST_LEFT_OUT}, the last was {picture}: "
                                   + _reason(done.stderr))
            log.warning("leaving out %s, which cannot be rasterised", picture)
            missing = missing[1:]
        elif done.returncode != 0:
            raise RuntimeError(f"rasterising failed: {_reason(done.stderr)}")


def _drawing(work: Path, cutout: Cutout) -> Path:
    """Where the rasteriser puts a picture: beside the master if that gets a colour between its lines."""
    master = work / cutout.file
    return master.with_suffix(".lines.png") if icons.filling(cutout.source, cutout.name) else master


def _fill(work: Path, cutout: Cutout) -> None:
    drawing, colour = _drawing(work, cutout), icons.filling(cutout.source, cutout.name)
    if colour and drawing.is_file():
        icons.fill(drawing, colour, work / cutout.file)
        drawing.unlink()


def _render(node: Path, pictures: list[tuple[str, Path]]) -> subprocess.CompletedProcess:
    """Draws pictures in their order; ends at the first that cannot be drawn."""
    listing = [{"svg": svg, "px": MASTER_PX, "out": str(file.resolve())} for svg, file in pictures]
    (node / "jobs.json").write_text(json.dumps(listing))
    return subprocess.run(["node", "render.js", "jobs.json"], cwd=node, capture_output=True, text=True)


def _check_rasteriser(node: Path) -> None:
    """Without it every pass over the pictures would leave out one that is not at fault."""
    probe = node / "probe.png"
    probe.unlink(missing_ok=True)
    done = _render(node, [(_PROBE, probe)])
    if done.returncode != 0 or not _whole(probe):
        raise RuntimeError(f"the rasteriser {'@'.join(sources.RASTERISER)} in {node} must draw a plain square, found: "
                           + _reason(done.stderr))


def _reason(stderr: str) -> str:
    """What node died of: it prints the place first, then the error, then a long stack."""
    return next((line for line in stderr.splitlines() if re.match(r"\w*Error\b|thread .* panicked", line)), stderr.strip()[-500:])


def _whole(png: Path) -> bool:
    """Whether there is a PNG that has its end: one that was cut short has not."""
    if not png.is_file():
        return False
    with png.open("rb") as file:
        file.seek(max(0, png.stat().st_size - len(_PNG_END)))
        return file.read() == _PNG_END


def _save_master(picture: Path, master: Path) -> bool:
    if _whole(master):
        return True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(picture)
        if image.width * image.height > _MAX_PIXELS:
            return False
        image = image.convert("RGBA")
    except (OSError, Image.DecompressionBombError) as e:
        log.warning("leaving out %s: %s", picture.name, e)
        return False
    image.thumbnail((MASTER_PX, MASTER_PX), Image.Resampling.LANCZOS)
    master.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(master) as file:
        image.save(file, format="PNG")
    return True


def _usable(master: Path) -> bool:
    """A cut-out needs a transparent surround, something opaque, and enough pixels."""
    alpha = np.asarray(Image.open(master).convert("RGBA"))[..., 3]
    return max(alpha.shape) >= _MIN_PX and (alpha < 32).mean() > 0.04 and (alpha > 128).mean() > 0.03


def trim(image: Image.Image) -> Image.Image:
    """The image cut to the box of its visible pixels."""
    return image.crop(image.getchannel("A").point(lambda a: 255 if a > 24 else 0).getbbox())
