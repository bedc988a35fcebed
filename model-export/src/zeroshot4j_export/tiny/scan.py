"""A small twin of the library's scan, to calibrate and to check by; figures of detection come from the tool itself.

The goldens of the group ``tiny`` are its answers; a test in Java compares the library's with them.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image
from tokenizers import Tokenizer

from .captions import CORE_NEGATIVES

WINDOWS = (2, 4)
PATCHES, MOST_PATCHES = 14, 784
BOX_THRESHOLD, PRESENCE_THRESHOLD, MOST_OVERLAP = 0.35, 0.5, 0.5
EVERYWHERE = 0.5  # likelier than not in every patch: such a prompt fills the image


class ModelDirectory:
    """A model directory, opened: unit embeddings of images and texts, the logit scale and the calibration."""

    def __init__(self, directory: Path):
        facts = json.loads((directory / "zeroshot4j.json").read_text("utf-8"))
        prep = json.loads((directory / "preprocessor_config.json").read_text("utf-8"))
        self.scale = facts["logitScale"]
        calibration = facts.get("presence", {}).get("fp32", {"slope": 1.0, "intercept": 0.0})
        self.slope, self.intercept = calibration["slope"], calibration["intercept"]
        self.side = prep["crop_size"]["height"]
        self.mean, self.std = (np.asarray(prep[k], np.float32) for k in ("image_mean", "image_std"))
        self.tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self.vision, self.text = (onnxruntime.InferenceSession(
            str(directory / "onnx" / f"{k}_model.onnx"), providers=["CPUExecutionProvider"]) for k in ("vision", "text"))

    def images(self, pictures, batch: int = 64) -> np.ndarray:
        """Unit rows [n,d] of square RGB images."""
        rows = []
        for start in range(0, len(pictures), batch):
            pixels = np.stack([np.asarray(p.resize((self.side,) * 2, Image.Resampling.BICUBIC), np.float32)
                               for p in pictures[start:start + batch]])
            pixels = ((pixels / 255 - self.mean) / self.std).transpose(0, 3, 1, 2)
            rows.append(self.vision.run(None, {"pixel_values": np.ascontiguousarray(pixels)})[0])
        return _unit(np.concatenate(rows))

    def texts(self, prompts) -> np.ndarray:
        """Unit rows [p,d], each prompt by itself."""
        rows = [self.text.run(None, {"input_ids": np.array([self.tokenizer.encode(p).ids], np.int64)})[0] for p in prompts]
        return _unit(np.concatenate(rows))


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Found:
    """What a scan says of one prompt: the best window's log-odds, the map, its peak in pixels, and the boxes of all
    components, those below the threshold as well, highest score first."""

    prompt: str
    evidence: float
    probability: float
    map: np.ndarray
    peak: tuple[float, float]
    boxes: list[Box]
    scores: list[float]


def patch_px(width: int, height: int) -> int:
    """Side of a patch: 14 along the shorter side, but 784 in all at most, patches that the edge cuts counted whole."""
    shorter, longer = min(width, height), max(width, height)
    patch = max(1, math.ceil(max(shorter / PATCHES, math.sqrt(width * height / MOST_PATCHES))))
    along_longer = MOST_PATCHES // math.ceil(shorter / patch)
    return max(patch, math.ceil(longer / along_longer))


def windows(width: int, height: int, patch: int, patches: int) -> list[Box]:
    """All windows of so many patches, a patch apart, row by row; the last ones end at the edge."""
    side = min(patches * patch, width, height)

    def origins(length: int) -> list[int]:
        found = list(range(0, length - side + 1, min(patch, side)))
        return found if found[-1] == length - side else [*found, length - side]

    return [(x, y, x + side, y + side) for y in origins(height) for x in origins(width)]


def iou(a: Box, b: Box) -> float:
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0, w) * max(0, h)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


class Scan:
    """All windows of one image, embedded once."""

    def __init__(self, model: ModelDirectory, image: Image.Image):
        self.model, self.size, self.patch, self.scans = model, image.size, patch_px(*image.size), []
        for patches in WINDOWS:
            boxes = windows(*image.size, self.patch, patches)
            self.scans.append((boxes, model.images([image.crop(b) for b in boxes])))

    def ask(self, prompt: str) -> Found:
        model = self.model
        # who asks for "background" itself does not want it weighed against itself
        negatives = model.texts([n for n in CORE_NEGATIVES if n != prompt.strip().lower()])
        text = model.texts([prompt])[0]
        rows, columns = (math.ceil(s / self.patch) for s in reversed(self.size))
        average, odds_by_scan = np.zeros((rows, columns)), []
        for boxes, embeddings in self.scans:
            against = np.logaddexp.reduce(model.scale * embeddings @ negatives.T, axis=1)
            odds = model.scale * embeddings @ text - against
            odds_by_scan.append(odds)
            average += self._spread(boxes, self._probability(odds), rows, columns) / len(self.scans)
        evidence = max(float(o.max()) for o in odds_by_scan)
        r, c = np.unravel_index(average.argmax(), average.shape)
        peak = self._centre(c, self.size[0]), self._centre(r, self.size[1])
        scored = [(self._score(b, odds_by_scan), b) for b in self._components(average)]
        kept: list[tuple[float, Box]] = []
        for score, box in sorted(scored, key=lambda found: (-found[0], found[1][1], found[1][0])):
            if all(iou(box, other) <= MOST_OVERLAP for _, other in kept):
                kept.append((score, box))
        return Found(prompt, evidence, float(self._probability(evidence)), average, peak, [b for _, b in kept],
                     [s for s, _ in kept])

    def _probability(self, odds):
        return 1 / (1 + np.exp(-(self.model.slope * odds + self.model.intercept)))

    def _centre(self, index: int, length: int) -> float:
        return (index * self.patch + min(length, (index + 1) * self.patch)) / 2

    def _spread(self, boxes, scores, rows: int, columns: int) -> np.ndarray:
        total, count = np.zeros((rows, columns)), np.zeros((rows, columns))
        ys = np.array([self._centre(r, self.size[1]) for r in range(rows)])
        xs = np.array([self._centre(c, self.size[0]) for c in range(columns)])
        for (x0, y0, x1, y1), score in zip(boxes, scores, strict=True):
            inside = ((ys >= y0) & (ys < y1))[:, None] & ((xs >= x0) & (xs < x1))[None]
            total[inside] += score
            count[inside] += 1
        return total / np.maximum(count, 1)

    def _components(self, average: np.ndarray) -> list[Box]:
        """Pixel boxes of the 8-connected patches above ``BOX_THRESHOLD`` of the map stretched to [0, 1]; the whole image where
        the prompt is everywhere."""
        spread = average.max() - average.min()
        if spread <= 1e-9 or average.min() >= EVERYWHERE:
            return [(0, 0, *self.size)]
        left = set(map(tuple, np.argwhere(average - average.min() > BOX_THRESHOLD * spread)))
        p, (w, h), boxes = self.patch, self.size, []
        while left:
            pending, region = [left.pop()], []
            while pending:
                r, c = pending.pop()
                region.append((r, c))
                near = {(r + i, c + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & left
                left -= near
                pending += near
            (top, first), (bottom, last) = np.min(region, axis=0), np.max(region, axis=0) + 1
            boxes.append((int(first) * p, int(top) * p, min(w, int(last) * p), min(h, int(bottom) * p)))
        return boxes

    def _score(self, box: Box, odds_by_scan) -> float:
        """The best of the windows whose centre lies in the box, edges included, or of those that overlap it best."""
        pairs = [(w, o) for (ws, _), odds in zip(self.scans, odds_by_scan, strict=True) for w, o in zip(ws, odds, strict=True)]
        centred = [
            o for (x0, y0, x1, y1), o in pairs if box[0] <= (x0 + x1) / 2 <= box[2] and box[1] <= (y0 + y1) / 2 <= box[3]
        ]
        return float(self._probability(max(centred) if centred else max((iou(box, w), o) for w, o in pairs)[1]))
