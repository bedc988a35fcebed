"""The Python side of benchmarks/compare: the article's loop in PyTorch, and ONNX Runtime's session alone.

Started by Java as ``compare.py MODEL PIXELS WIDTH HEIGHT THREADS BATCH`` with a Python that has model-export installed. It
answers one line on its standard output to each line on its standard input: ``article``, ``article float``, ``fp32`` or ``int8``
gives ``ms`` and the milliseconds for all windows of the image, or ``ms none`` where the model directory has no such thing.
"""

import json
import os
import platform
import sys
import time
from pathlib import Path

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # ONNX Runtime for Python reports home otherwise
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from zeroshot4j_export.java_parity import CARD  # noqa: E402
from zeroshot4j_export.oracle import open_oracle  # noqa: E402
from zeroshot4j_export.random_clip import random_clip, read_config  # noqa: E402

PATCH, WINDOW = 256, 6  # the article's
PROMPT = "a cat"


class Article:
    """The notebook's loop: every window put together from patches, processed and scored alone, the text each time again.

    The notebook's pixels were floats in [0, 1]. Today's processor scales those once more and gives almost black images for them,
    after several times the work; 8-bit pixels give what the notebook had.
    """

    def __init__(self, model: Path):
        self.processor = open_oracle(model).processor
        self.model = _torch_model(model)
        self.parts = {"assemble": 0.0, "processor": 0.0, "model": 0.0}  # seconds of the last call

    def run(self, image: np.ndarray, dtype: torch.dtype = torch.uint8) -> int:
        pixels = torch.from_numpy(image)
        if dtype.is_floating_point:
            pixels = pixels.to(dtype) / 255
        rows, columns = pixels.shape[0] // PATCH, pixels.shape[1] // PATCH
        patches = pixels.permute(2, 0, 1).unfold(0, 3, 3).unfold(1, PATCH, PATCH).unfold(2, PATCH, PATCH)
        scores, visits = torch.zeros(rows, columns), torch.ones(rows, columns)
        count = 0
        self.parts = dict.fromkeys(self.parts, 0.0)
        for top in range(rows - WINDOW + 1):
            for left in range(columns - WINDOW + 1):
                t0 = time.perf_counter()
                big = torch.zeros(WINDOW * PATCH, WINDOW * PATCH, 3, dtype=dtype)
                batch = patches[0, top : top + WINDOW, left : left + WINDOW]
                for y in range(WINDOW):
                    for x in range(WINDOW):
                        big[y * PATCH : (y + 1) * PATCH, x * PATCH : (x + 1) * PATCH, :] = batch[y, x].permute(1, 2, 0)
                t1 = time.perf_counter()
                inputs = self.processor(
                    images=big, input_data_format="channels_last", return_tensors="pt", text=PROMPT, padding=True
                )
                t2 = time.perf_counter()
                with torch.no_grad():
                    out = self.model(input_ids=inputs.input_ids, pixel_values=inputs.pixel_values)
                score = out.logits_per_image.item()
                t3 = time.perf_counter()
                scores[top : top + WINDOW, left : left + WINDOW] += score
                visits[top : top + WINDOW, left : left + WINDOW] += 1
                count += 1
                for part, seconds in (("assemble", t1 - t0), ("processor", t2 - t1), ("model", t3 - t2)):
                    self.parts[part] += seconds
        scores /= visits
        return count


def _torch_model(model: Path):
    """The weights of the directory, or those of its seed: a directory of random weights names it."""
    if [*model.glob("model*.safetensors"), *model.glob("pytorch_model*.bin")]:
        return transformers.CLIPModel.from_pretrained(model).eval()
    facts = json.loads((model / "zeroshot4j.json").read_text(encoding="utf-8"))
    seed = CARD.search(facts.get("card", ""))
    if not seed:
        raise ValueError("neither PyTorch's weights nor the seed of random ones")
    clip = random_clip(read_config(model / "config.json"), int(seed[1]), facts["modelName"], logit_scale=facts["logitScale"])
    clip.model.set_attn_implementation("sdpa")  # transformers' default; the export needs another one
    return clip.model


class Session:
    """The limit, in Python: batches that are filled beforehand."""

    def __init__(self, graph: Path, threads: int, batch: int, images: int):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        side = self.session.get_inputs()[0].shape[2]
        rng = np.random.default_rng(1)
        self.batches = [
            rng.standard_normal((min(batch, images - first), 3, side, side), dtype=np.float32) for first in range(0, images, batch)
        ]

    def run(self) -> None:
        for batch in self.batches:
            self.session.run(["image_embeds"], {"pixel_values": batch})


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
    model, width, height, threads, batch = Path(sys.argv[1]), *map(int, sys.argv[3:7])
    pixels = np.fromfile(sys.argv[2], dtype=np.uint8).reshape(height, width, 3)
    torch.set_num_threads(threads)
    images = (width // PATCH - WINDOW + 1) * (height // PATCH - WINDOW + 1)
    measures = {}
    try:
        article = Article(model)
        measures["article"] = lambda: article.run(pixels)
        measures["article float"] = lambda: article.run(pixels, torch.float32)
    except Exception as e:  # whatever is missing: the other rows can be measured
        print(f"compare.py: the article's loop is left out: {e}", file=sys.stderr)
    # One image a run where its embedding would depend on the others.
    for kind, file, size in (("fp32", "vision_model.onnx", batch), ("int8", "vision_model_quantized.onnx", 1)):
        if (model / "onnx" / file).is_file():
            measures[kind] = Session(model / "onnx" / file, threads, size, images).run
    versions = {"Python": platform.python_version(), "torch": torch.__version__, "transformers": transformers.__version__}
    versions["onnxruntime"] = onnxruntime.__version__
    print("ready " + ", ".join(f"{name} {version}" for name, version in versions.items()), file=answers, flush=True)
    for line in sys.stdin:
        what = line.strip()
        if what not in measures:
            print("ms none", file=answers, flush=True)
            continue
        start = time.perf_counter()
        measures[what]()
        print(f"ms {(time.perf_counter() - start) * 1e3:.3f}", file=answers, flush=True)
        if what.startswith("article"):
            parts = ", ".join(f"{part} {seconds * 1e3 / images:.1f}" for part, seconds in article.parts.items())
            print(f"{what}: ms per window: {parts}", file=sys.stderr)


if __name__ == "__main__":
    main()
