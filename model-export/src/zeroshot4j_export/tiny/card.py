"""NOTICE and MODEL_CARD.md, written from what was used and what was measured."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from pathlib import Path

from zeroshot4j_export.errors import ExportError, one_line
from zeroshot4j_export.target import whole_file

from . import bank, sources
from .artwork import load_index
from .export import NAME
from .files import read_object
from .model import TinyConfig

_MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""

_COPYRIGHTS = {"fluent3d": "Copyright (c) Microsoft Corporation; Copyright (c) 2023 LobeHub",
               "fluent": "Copyright (c) Microsoft Corporation", "fluentflat": "Copyright (c) Microsoft Corporation",
               "fluenthc": "Copyright (c) Microsoft Corporation", "phosphor": "Copyright (c) 2022 Phosphor Icons",
               "names": "Copyright (c) 2017-2019 Miles Johnson"}
_TEXTS = {
    "Apache-2.0": "Apache-2.0: Apache License, Version 2.0, https://www.apache.org/licenses/LICENSE-2.0",
    "CC-BY-4.0": "CC-BY-4.0: https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-3.0": "CC-BY-3.0: https://creativecommons.org/licenses/by/3.0/",
    "CC0-1.0": "CC0-1.0: https://creativecommons.org/publicdomain/zero/1.0/",
}


def licence_texts(used, further=()) -> str:
    """The licences of the sources used: addresses of the long ones, the text of the MIT licence with its copyrights."""
    named = " ".join([*(s.licence for s in used), *further])
    lines = ["Licences", ""] + [text for licence, text in _TEXTS.items() if licence in named]
    mit = sorted({_COPYRIGHTS[s.key] for s in used if s.licence == "MIT"} | {c for c in further if "Copyright" in c})
    if mit:
        lines += ["", "MIT:", *mit, "", _MIT]
    return "\n".join(lines) + "\n"


def notice(work: Path) -> str:
    cutouts = bank.training_set(load_index(work))
    count = Counter(c.source for c in cutouts)
    used = [s for s in sources.SOURCES if s.role in ("train", "background", "names")]
    lines = ["The weights of this model were trained on the picture sets below. All pictures were modified: rasterised, composed",
             "into scenes, used for training. None of them is contained in the model directory.", ""]
    for s in used:
        pictures = f", {count[s.key]} pictures" if s.role == "train" else ""
        if s.key == "sh3d":
            pictures += f" and {count['mesh']} views of the models"
        lines += [f"{s.title} ({s.package} {s.version}{pictures})", f"  author: {s.author}", f"  licence: {s.licence}"]
    lines += ["", "Photos used as backgrounds"]
    lines += [f'  {n}: {p["author"]}, {p["licence"]}' + ("" if p["use"] == "train" else " (evaluation and demo images only)")
              for n, p in sources.PHOTOS.items()]
    lines += ["", "Creators of the Sweet Home 3D models, by library (CC-BY-3.0; BlendSwap-CC-0: CC0-1.0)"]
    by_library: dict[str, set] = {}
    for c in cutouts:
        if c.source in ("sh3d", "mesh"):
            library, creator = c.creator.split(": ", 1)
            by_library.setdefault(library, set()).add(creator or "not named")
    lines += [f"  {library}: {', '.join(sorted(names, key=str.lower))}" for library, names in sorted(by_library.items())]
    lines += ["", "tokenizer.json holds the vocabulary of CLIP's byte pair encoding, Copyright (c) 2021 OpenAI, MIT licence,",
              "as shipped by open_clip_torch.", ""]
    return "\n".join(lines) + "\n" + licence_texts(used, ["Copyright (c) 2021 OpenAI"])


def _table(figures: dict) -> list[str]:
    rows = ["| test | images | names | top-1 % | top-5 % |", "|---|---|---|---|---|"]
    return rows + [f"| {n} | {f['images']} | {f['names']} | {f['top1']} | {f['top5']} |" for n, f in figures.items()]


def _detection(files: list[tuple[str, dict]]) -> list[str]:
    keys = ("scenes", "present", "pointing", "mean IoU", "IoU >= 0.5", "presence AUC", "present found", "absent reported")
    rows = ["| scenes | asked of | " + " | ".join(keys[1:]) + " |", "|---" * (len(keys) + 1) + "|"]
    return rows + [f"| {name} ({f['scenes']}) | {f['asked']} | " + " | ".join(str(f[k]) for k in keys[1:]) + " |"
                   for name, f in files]


def card(work: Path, figures: list[Path], training: dict) -> str:
    cutouts = bank.training_set(load_index(work))
    return resources.files(__package__).joinpath("card_template.md").read_text("utf-8").format(
        name=NAME, names=len({c.concept for c in cutouts}), cutouts=f"{len(cutouts):,}",
        views=f"{sum(c.source == 'mesh' for c in cutouts):,}", training=_training(training), **_towers(training["towers"]),
        figures="\n".join(_figures([(f.stem, _read(f)) for f in figures])))


def _read(file: Path) -> dict:
    figures = read_object(file)
    try:
        _figures([(file.stem, figures)])
    except (AttributeError, KeyError, TypeError) as e:
        found = f"no {e}" if isinstance(e, KeyError) else one_line(e)
        raise ExportError(f"{file} must hold figures as evaluate writes them, found {found}") from e
    if not figures:
        raise ExportError(f"{file} must hold figures as evaluate writes them, found none")
    return figures


def _training(facts: dict) -> str:
    """How the weights came about: from scratch, or going on from others."""
    seeds = facts.get("seeds", [])
    steps = f"{facts['steps']:,} steps"  # of all runs together
    runs = f"the mean of {len(seeds)} runs (seeds {', '.join(map(str, seeds))}), together {steps}" if seeds else steps
    images = facts["steps"] * facts["batch"]
    rate = f" at a learning rate of {facts['rate']:g}" if "rate" in facts else ""  # younger than the first models
    text = (f"{runs} of {facts['batch']} composed windows ({images:,} in all){rate} in {facts['minutes']} minutes"
            f"{' each' if seeds else ''}{' ' + facts['remark'] if facts['remark'] else ''}.")
    if "before" in facts:
        return f"{_training(facts['before'])}\nThen, going on from these weights: {text}"
    return f"From scratch: {text}"


def _towers(config: dict) -> dict:
    c = TinyConfig.of(config)
    return {"side": c.small_size, "convolutions": len(c.stem), "tokens": c.tokens_a_side, "width": c.vision_width,
            "layers": c.vision_layers, "dim": c.embed_dim, "text_layers": c.text_layers, "text_width": c.text_width}


def _further(table: dict) -> list[str]:
    """A table as it is given: a text before it, the names of its columns, and its rows."""
    rows = [table["columns"], ["---"] * len(table["columns"]), *table["rows"]]
    return [table["text"], "", *("| " + " | ".join(map(str, row)) + " |" for row in rows), ""]


def _figures(read: list[tuple[str, dict]]) -> list[str]:
    parts = []
    for _, figures in read:
        if "columns" not in figures and "pointing" not in figures:
            parts += ["Retrieval: one cut-out in the middle of a background never seen in training, \"a photo of a NAME\" over",
                      "all names or over everyday ones.", "", *_table(figures), ""]
    detection = [(n, f) for n, f in read if "pointing" in f]
    if detection:
        parts += ["Detection on sets of the command `scenes`, on backgrounds never seen in training. Pointing: the peak of the",
                  "heat map lies in an object (+- 16 px), in percent of the prompts for what is there. IoU is of the best box of",
                  "each object, 0 if there is none. Found and reported are percentages of the prompts for present and for absent",
                  "things.", "", *_detection(detection), ""]
    return parts + [line for _, figures in read if "columns" in figures for line in _further(figures)]


def write_card(work: Path, out: Path, figures: list[Path]) -> None:
    """Writes both files into ``out``, the model directory, which tells how it was trained.

    :raises ExportError: if it does not, or a file of figures is none; nothing is written then
    """
    file = out / "zeroshot4j.json"
    training = read_object(file).get("training")
    try:
        _training(training), _towers(training["towers"])
    except (AttributeError, KeyError, TypeError, ValueError) as e:
        raise ExportError(f'{file} must have a "training", as export writes it, found {training}') from e
    texts = {"NOTICE": notice(work), "MODEL_CARD.md": card(work, figures, training)}
    for name, text in texts.items():
        with whole_file(out / name) as written:
            written.write_text(text, encoding="utf-8")
