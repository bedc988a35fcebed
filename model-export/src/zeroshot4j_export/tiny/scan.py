"""A small twin of the library's scan, to calibrate and to check by; figures of detection come from the tool itself."""

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
PATCHES = 14
BOX_THRESHOLD = 0.35


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


@dataclass(frozen=True)
class Found:
    """What a scan says of one prompt: the best window's log-odds, the map's peak in pixels, boxes of components."""

    prompt: str
    evidence: float
    probability: float
    peak: tuple[float, float]
    boxes: list[tuple[int, int, int, int]]
    scores: list[float]


class Scan:
    """All windows of one image, embedded once."""

    def __init__(self, model: ModelDirectory, image: Image.Image):
        self.model, (w, h) = model, image.size
        self.patch = math.ceil(max(min(w, h) / PATCHES, math.sqrt(w * h / PATCHES**2 / 4)))
        self.size, self.scans = (w, h), []
        for patches in WINDOWS:
            side = min(patches * self.patch, w, h)
            boxes = [(x, y, x + side, y + side) for y in self._origins(h, side) for x in self._origins(w, side)]
            self.scans.append((boxes, model.images([image.crop(b) for b in boxes])))

    def _origins(self, length: int, side: int) -> list[int]:
        origins = list(range(0, length - side + 1, self.patch))
        return origins if origins[-1] == length - side else [*origins, length - side]

    def ask(self, prompt: str) -> Found:
        model, negatives = self.model, self.model.texts(CORE_NEGATIVES)
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
        boxes = self._components(average)
        scores = [self._score(b, odds_by_scan) for b in boxes]
        return Found(prompt, evidence, float(self._probability(evidence)), peak, boxes, scores)

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

    def _components(self, average: np.ndarray) -> list[tuple[int, int, int, int]]:
        """Pixel boxes of the 8-connected patches above ``BOX_THRESHOLD`` of the map stretched to [0, 1]."""
        spread = average.max() - average.min()
        if spread <= 1e-9:
            return []
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

    def _score(self, box, odds_by_scan) -> float:
        best = -math.inf
        for (boxes, _), odds in zip(self.scans, odds_by_scan, strict=True):
            for (x0, y0, x1, y1), o in zip(boxes, odds, strict=True):
                if box[0] <= (x0 + x1) // 2 < box[2] and box[1] <= (y0 + y1) // 2 < box[3]:
                    best = max(best, o)
        return float(self._probability(best)) if best > -math.inf else 0.0
