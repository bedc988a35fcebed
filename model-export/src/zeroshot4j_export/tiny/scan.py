"""A twin of the library's default scan in numpy, to calibrate and to check by; figures of detection come from the tool itself.

The goldens of the group ``tiny`` are its answers; a test in Java compares the library's with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image
from tokenizers import Tokenizer

from zeroshot4j_export.errors import ExportError, one_line
from zeroshot4j_export.variants import file_name

from .captions import CORE_NEGATIVES
from .files import read_object
from .fit import Finder, Fitted

SHARES = (1.0, 0.6, 0.36, 0.2)  # sides of the windows in shorter sides of the image
LOOKED_AT_AGAIN = 4  # objects per prompt
PATCHES, MOST_PATCHES = 14, 784
PRESENCE_THRESHOLD, MOST_OVERLAP = 0.5, 0.5
WORTH_A_LOOK = 1  # calibrated log-odds below the threshold from which a window may show an object after all
EVERYWHERE = 0.5
LEAST_PROBABILITY = 1e-4  # of candidates that count in a map


class ModelDirectory:
    """A model directory, opened: unit embeddings of images and texts, the logit scale and the calibration."""

    def __init__(self, directory: Path, variant: str = "fp32"):
        graphs = [directory / "onnx" / file_name(*graph) for graph in (("vision", variant), ("text", "fp32"))]
        described = [directory / f for f in ("zeroshot4j.json", "preprocessor_config.json", "tokenizer.json")]
        for file in (*described, *graphs):
            if not file.is_file():
                raise ExportError(f"{directory} must be a model directory with {variant}, found no {file.relative_to(directory)}")
        facts = read_object(described[0], "logitScale")
        prep = read_object(described[1], "crop_size", "image_mean", "image_std")
        self.scale = facts["logitScale"]
        calibration = facts.get("presence", {}).get(variant, {"slope": 1.0, "intercept": 0.0})
        self.slope, self.intercept = calibration["slope"], calibration["intercept"]
        self.side = prep["crop_size"]["height"]
        self.mean, self.std = (np.asarray(prep[k], np.float32) for k in ("image_mean", "image_std"))
        self.tokenizer = Tokenizer.from_file(str(described[2]))
        # activations are quantized with one scale a run, so that an embedding would depend on its batch
        self.batch = 1 if variant == "int8" else 64
        self.vision, self.text = map(_session, graphs)

    def images(self, pictures) -> np.ndarray:
        """Unit rows [n,d] of RGB images: the shorter side resized, the centre cut out."""
        rows = [self.vision.run(None, {"pixel_values": self.pixels(pictures[start:start + self.batch])})[0]
                for start in range(0, len(pictures), self.batch)]
        return _unit(np.concatenate(rows))

    def pixels(self, pictures) -> np.ndarray:
        """Values [n,3,side,side] as the image tower takes them."""
        pixels = np.stack([np.asarray(self._square(p), np.float32) for p in pictures])
        return np.ascontiguousarray(((pixels / 255 - self.mean) / self.std).transpose(0, 3, 1, 2))

    def _square(self, picture: Image.Image) -> Image.Image:
        w, h = (self.side * s // min(picture.size) for s in picture.size)
        x, y = (w - self.side) // 2, (h - self.side) // 2
        return picture.resize((w, h), Image.Resampling.BICUBIC).crop((x, y, x + self.side, y + self.side))

    def probability(self, odds):
        return 1 / (1 + np.exp(-(self.slope * odds + self.intercept)))

    def texts(self, prompts) -> np.ndarray:
        """Unit rows [p,d], each prompt by itself."""
        rows = [self.text.run(None, {"input_ids": np.array([self.tokenizer.encode(p).ids], np.int64)})[0] for p in prompts]
        return _unit(np.concatenate(rows))


def _session(graph: Path) -> onnxruntime.InferenceSession:
    try:
        return onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    except Exception as e:  # its errors have no type in common
        raise ExportError(f"{graph} cannot be run: {one_line(e)}") from e


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Found:
    """What a scan says of one prompt: the best box's log-odds and probability, the map and its peak in pixels, and the boxes
    that reach the threshold, highest score first."""

    prompt: str
    evidence: float
    probability: float
    map: np.ndarray
    peak: tuple[float, float]
    boxes: list[Box]
    scores: list[float]


def patch_px(width: int, height: int) -> int:
    """Side of a patch: half of what puts 14 along the shorter side, but 784 in all at most, patches that the edge cuts counted
    whole."""
    shorter, longer = min(width, height), max(width, height)
    patch = max(1, math.ceil(max(shorter / PATCHES, math.sqrt(width * height / MOST_PATCHES))))
    along_longer = MOST_PATCHES // math.ceil(shorter / patch)
    return max(1, max(patch, math.ceil(longer / along_longer)) // 2)


def windows(width: int, height: int, share: float) -> list[Box]:
    """Square windows spread evenly from edge to edge, row by row; each overlaps the next by half or more, if it can."""
    side = max(1, math.floor(share * min(width, height) + 0.5))

    def origins(length: int) -> list[int]:
        count = min(length - side, -(-2 * (length - side) // side)) + 1
        return [round(i * (length - side) / max(1, count - 1)) for i in range(count)]

    return [(x, y, x + side, y + side) for y in origins(height) for x in origins(width)]


def sizes(width: int, height: int) -> list[list[Box]]:
    """The windows of each share; shares that round to the same side are one."""
    by_side: dict[int, list[Box]] = {}
    for boxes in (windows(width, height, share) for share in SHARES):
        by_side.setdefault(boxes[0][2], boxes)
    return list(by_side.values())


def iou(a: Box, b: Box) -> float:
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0, w) * max(0, h)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def everywhere(average: np.ndarray) -> bool:
    """Whether a map says nothing of where: flat, or likelier than not in every patch."""
    return average.max() - average.min() <= 1e-9 or average.min() >= EVERYWHERE


class Scan:
    """All windows of one image, embedded once."""

    def __init__(self, model: ModelDirectory, image: Image.Image):
        self.model, self.image, self.size, self.patch = model, image, image.size, patch_px(*image.size)
        self.scans = [(boxes, self._embed(boxes)) for boxes in sizes(*image.size)]
        self.columns, self.rows = (  # centres of the patches in pixels
            np.array([(i * self.patch + min(s, (i + 1) * self.patch)) / 2 for i in range(math.ceil(s / self.patch))])
            for s in image.size
        )

    def _embed(self, boxes: list[Box]) -> np.ndarray:
        return self.model.images([self.image.crop(b) for b in boxes])

    def ask(self, prompt: str, threshold: float = PRESENCE_THRESHOLD) -> Found:
        model = self.model
        # who asks for "background" itself does not want it weighed against itself
        negatives = model.texts([n for n in CORE_NEGATIVES if n != prompt.strip().lower()])
        text = model.texts([prompt])[0]

        def odds(rows: np.ndarray) -> np.ndarray:
            return model.scale * rows @ text - np.logaddexp.reduce(model.scale * rows @ negatives.T, axis=1)

        by_scan = [odds(rows) for _, rows in self.scans]
        finder = Finder(self.size, [b for boxes, _ in self.scans for b in boxes], np.concatenate(by_scan))
        averages = [self._average(boxes, model.probability(o)) for (boxes, _), o in zip(self.scans, by_scan, strict=True)]
        if all(everywhere(average) for average in averages):
            found = [finder.everything()]
        else:
            found = finder.find(self._worth(threshold), LOOKED_AT_AGAIN, lambda boxes: odds(self._embed(boxes)))
        evidence = max(o for _, o in found)
        covered = np.max([model.probability(o) * self._coverage(fitted) for fitted, o in found], axis=0)
        both = (np.mean(averages, axis=0) + covered) / 2
        r, c = np.unravel_index(both.argmax(), both.shape)
        kept = self._detections([(float(model.probability(o)), fitted) for fitted, o in found], threshold)
        return Found(prompt, evidence, float(model.probability(evidence)), both, (self.columns[c], self.rows[r]),
                     [b for _, b in kept], [s for s, _ in kept])

    def _worth(self, threshold: float) -> float:
        """Log-odds from which it is worth to look again."""
        if threshold == 0:
            return -math.inf
        return (math.log(threshold / (1 - threshold)) - self.model.intercept - WORTH_A_LOOK) / self.model.slope

    def _average(self, boxes, scores) -> np.ndarray:
        """Per patch the mean score of the windows that its centre lies in."""
        seen = self._inside(np.array(boxes, float))
        return np.einsum("nr,nc,n->rc", *seen, scores) / np.einsum("nr,nc->rc", *seen)

    def _coverage(self, fitted: Fitted) -> np.ndarray:
        """Per patch the probability that its centre lies in the object."""
        likely = fitted.probabilities >= LEAST_PROBABILITY
        return np.einsum("nr,nc,n->rc", *self._inside(np.rint(fitted.candidates[likely])), fitted.probabilities[likely])

    def _inside(self, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which rows [boxes, rows] and columns [boxes, columns] of patches have their centres in boxes."""
        x0, y0, x1, y1 = (edge[:, None] for edge in boxes.T)
        rows, columns = (self.rows >= y0) & (self.rows < y1), (self.columns >= x0) & (self.columns < x1)
        return rows.astype(float), columns.astype(float)

    def _detections(self, found: list[tuple[float, Fitted]], threshold: float) -> list[tuple[float, Box]]:
        """Boxes in whole pixels that reach the threshold, highest score first, without those that overlap a better one."""
        scored = [(score, self._pixels(fitted.edges)) for score, fitted in found if score >= threshold]
        kept: list[tuple[float, Box]] = []
        for score, box in sorted(scored, key=lambda it: (-it[0], it[1][1], it[1][0])):
            if all(iou(box, other) <= MOST_OVERLAP for _, other in kept):
                kept.append((score, box))
        return kept

    def _pixels(self, edges) -> Box:
        left, upper, right, lower = (round(e) for e in edges)
        left, upper = min(self.size[0] - 1, left), min(self.size[1] - 1, upper)
        return left, upper, max(left + 1, right), max(upper + 1, lower)
