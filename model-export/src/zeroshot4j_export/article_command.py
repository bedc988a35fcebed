"""The command article: the article's algorithm on one image, and how the library's own result compares with it."""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from zeroshot4j_export.article import Maps, Settings, localise
from zeroshot4j_export.errors import ExportError, one_line
from zeroshot4j_export.oracle import open_oracle, window_embeddings
from zeroshot4j_export.target import whole_file

BOX_CONVENTION = (
    "box: pixels of the image, origin at the top left, half open: xmax and ymax lie just outside, as in Java's Box and in the "
    "tool's JSON. articleBox: the same box as the article draws it, its top left corner x, y with width and height."
)
MAP_TOLERANCE = 1e-4  # of a score, which is a logit


def run(model: Path, image: Path, prompts: list[str], settings: Settings, out: Path, compare: Path | None = None) -> None:
    """Writes the result to ``out``; with ``compare``, the tool's JSON of the same question, an ExportError where they differ."""
    _check(settings, prompts, out)
    pixels = read_image(image)
    theirs = _entry(compare, pixels) if compare else None
    oracle = open_oracle(model)
    embeddings = window_embeddings(oracle, pixels, settings, _progress)
    height, width, _ = pixels.shape
    rows, columns = settings.grid(width, height)
    results = {}
    for prompt in prompts:
        scores = oracle.scores(embeddings, prompt)
        results[prompt] = scores, localise(scores, rows, columns, settings)
    facts = {
        "model": oracle.name, "backend": oracle.backend, "image": image.name, "width": width, "height": height,
        "patch": settings.patch, "window": settings.window, "stride": settings.stride, "clipPasses": settings.passes,
        "threshold": settings.threshold, "rows": rows, "columns": columns,
        "droppedRight": width - columns * settings.patch, "droppedBelow": height - rows * settings.patch,
        "boxConvention": BOX_CONVENTION,
        "prompts": [_prompt(prompt, *result) for prompt, result in results.items()],
    }  # fmt: skip
    try:
        with whole_file(out) as partial:
            partial.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    except OSError as e:
        raise ExportError(f"cannot write {out}: {one_line(e)}") from e
    for prompt, (_, maps) in results.items():
        print(f"{prompt}: map {maps.averaged.min():.4f} to {maps.averaged.max():.4f}, box {_words(maps.box)}")
    print(f"wrote {out}")
    if theirs:
        compare_with(theirs, {prompt: maps for prompt, (_, maps) in results.items()})


def read_image(path: Path) -> np.ndarray:
    """uint8 [height, width, 3]; as the article, without turning the image as its EXIF orientation says."""
    if not path.is_file():
        raise ExportError(f"image ({path}) must be a file, but is {'a directory' if path.is_dir() else 'not there'}")
    try:
        with Image.open(path) as image:
            return np.array(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as e:
        raise ExportError(f"cannot read the image {path}: {one_line(e)}") from e


def compare_with(entry: dict, expected: dict[str, Maps]) -> None:
    """Prints the largest difference of each prompt's map and both boxes."""
    found = {prompt.get("prompt"): prompt for prompt in entry["prompts"]}
    bad = []
    for prompt, maps in expected.items():
        if prompt not in found:
            raise ExportError(f"the result to compare with has no prompt ({prompt}), found {sorted(found)}")
        theirs = np.array(found[prompt]["map"]["values"], dtype=np.float64)
        if theirs.shape != maps.averaged.shape:
            raise ExportError(
                f"{prompt}: the map to compare with must have {maps.averaged.shape} rows and columns, found {theirs.shape}"
            )
        difference = float(np.abs(theirs - maps.averaged).max())
        boxes = [detection["box"] for detection in entry["detections"] if detection["label"] == prompt]
        box = tuple(boxes[0][key] for key in ("xmin", "ymin", "xmax", "ymax")) if boxes else None
        good = difference <= MAP_TOLERANCE and len(boxes) < 2 and box == maps.box
        print(
            f"{prompt}: largest difference of the map {difference:.1e} (tolerance {MAP_TOLERANCE:.0e}), "
            f"box {_words(box)}, expected {_words(maps.box)}: {'equal' if good else 'NOT EQUAL'}"
        )
        bad += [] if good else [prompt]
    if bad:
        raise ExportError(f"the result to compare with differs for: {', '.join(bad)}")


def _entry(path: Path, pixels: np.ndarray) -> dict:
    """The one image in the tool's JSON."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise ExportError(f"cannot read {path}: {one_line(e)}") from e
    entries = content if isinstance(content, list) else [content]
    if len(entries) != 1 or not isinstance(entries[0], dict) or not {"prompts", "detections"} <= entries[0].keys():
        raise ExportError(f"{path} must hold the result of `zeroshot localize --json` for one image")
    size, expected = (entries[0].get("width"), entries[0].get("height")), pixels.shape[1::-1]
    if size != expected:
        raise ExportError(f"{path} must be about the image of {expected[0]} x {expected[1]} pixels, found {size[0]} x {size[1]}")
    return entries[0]


def _check(settings: Settings, prompts: list[str], out: Path) -> None:
    for name, value, least in (
        ("patch", settings.patch, 1), ("window", settings.window, 1), ("stride", settings.stride, 1),
        ("clip-passes", settings.passes, 0),
    ):  # fmt: skip
        if value < least:
            raise ExportError(f"--{name} ({value}) must be at least {least}")
    if settings.stride > settings.window:
        raise ExportError(f"--stride ({settings.stride}) must be at most the window ({settings.window}), or patches go unseen")
    if not 0 <= settings.threshold <= 1:
        raise ExportError(f"--threshold ({settings.threshold}) must be from 0 to 1")
    for prompt in prompts:
        if not prompt.strip():
            raise ExportError(f"prompt ({prompt!r}) must not be blank")
    if not out.absolute().parent.is_dir():
        raise ExportError(f"{out.absolute().parent} must be an existing directory: {out.name} is written into it")


def _prompt(prompt: str, scores: np.ndarray, maps: Maps) -> dict:
    x0, y0, x1, y1 = maps.box or (0, 0, 0, 0)
    return {
        "prompt": prompt,
        "windowScores": scores.tolist(),
        "map": maps.averaged.tolist(),
        "normalised": None if maps.normalised is None else maps.normalised.tolist(),
        "box": maps.box and {"xmin": x0, "ymin": y0, "xmax": x1, "ymax": y1},
        "articleBox": maps.box and {"x": x0, "y": y0, "width": x1 - x0, "height": y1 - y0},
    }


def _words(box: tuple[int, int, int, int] | None) -> str:
    return "none" if box is None else f"{box[0]},{box[1]} to {box[2]},{box[3]}"


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} of {total} windows", end="\n" if done == total else "", file=sys.stderr)
