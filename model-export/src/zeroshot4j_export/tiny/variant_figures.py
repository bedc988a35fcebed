"""Size, speed and retrieval of the variants of a model directory, side by side."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.variants import SUFFIX, file_name

from .evaluate import retrieval_figures
from .scan import ModelDirectory

WINDOWS, ROUNDS = 32, 15  # of a batch, and of the timing


def milliseconds(models: list[ModelDirectory]) -> list[float]:
    """Time of a window in the image tower alone, in its batches: the median of rounds in which the models take turns."""
    random = np.random.default_rng(1)
    pictures = [Image.fromarray(random.integers(0, 256, (224, 224, 3), np.uint8)) for _ in range(WINDOWS)]
    batches = [[m.pixels(pictures[i:i + m.batch]) for i in range(0, WINDOWS, m.batch)] for m in models]
    times = np.zeros((ROUNDS, len(models)))
    for row in times:
        for i, model in enumerate(models):
            start = time.perf_counter()
            for pixels in batches[i]:
                model.vision.run(None, {"pixel_values": pixels})
            row[i] = (time.perf_counter() - start) * 1000 / WINDOWS
    return np.median(times[1:], axis=0).tolist()  # the first is for warming up


def variant_figures(directory: Path, work: Path, half: str = "reporting") -> dict:
    """A table for the card (``card._further``), a row for each variant of the image tower that is there."""
    files = {v: directory / "onnx" / file_name("vision", v) for v in SUFFIX}
    variants = [v for v in SUFFIX if files[v].is_file()]
    if not variants:
        raise ExportError(f"{directory} must be a model directory, found none of {', '.join(f.name for f in files.values())}")
    models = [ModelDirectory(directory, v) for v in variants]
    rows = []
    for variant, model, ms in zip(variants, models, milliseconds(models), strict=True):
        figures = retrieval_figures(model, work, half)
        size = files[variant].stat().st_size
        rows.append([variant, f"{size:,}", f"{ms:.2f}", *(f"{f['top1']} / {f['top5']}" for f in figures.values())])
    where = f"ONNX Runtime {onnxruntime.__version__} on {os.cpu_count()} cores"
    return {"text": "Variants of the image tower; the text tower stays fp32. Retrieval as above, top-1 / top-5 in percent;\n"
                    f"milliseconds of a window: {where}, fp32 {WINDOWS} at a time, int8 one by one.",
            "columns": ["variant", "bytes", "ms", *figures], "rows": rows}
