"""The article's loop over an image with a model directory: what the Java library is compared with.

As the article's notebook does it: the image is unfolded into patches, each window is put together from its patches, goes
through transformers' CLIPProcessor and the image tower alone, and its score is logit scale times cosine. Two things are done
otherwise, which change no score: a prompt is embedded once, not once per window, and the pixels stay 8 bit, where the
notebook's were floats that its version of the processor turned back into the same 8 bits.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from transformers import CLIPProcessor, PreTrainedTokenizerFast
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

from zeroshot4j_export.article import Settings
from zeroshot4j_export.errors import ExportError, one_line
from zeroshot4j_export.hub import NEWER_PREPROCESSOR
from zeroshot4j_export.tokenizer import BOS, EOT
from zeroshot4j_export.towers import NAMES, towers

DEFAULT_LOGIT_SCALE = 100.0  # of a directory without zeroshot4j.json, as in Java
FACTS = ("config.json", "preprocessor_config.json", "tokenizer.json")
MASK = "attention_mask"
TYPES = {  # of the inputs, by tower
    "vision": {"tensor(float)": np.float32, "tensor(float16)": np.float16},
    "text": {"tensor(int32)": np.int32, "tensor(int64)": np.int64},
}
Tower = Callable[[dict[str, np.ndarray]], np.ndarray]  # inputs by name; a mask where the tower wants none is left out


@dataclass(frozen=True)
class Oracle:
    """An opened model directory: embeddings of unit length in float64."""

    name: str
    backend: str  # "onnx" or "torch"
    processor: CLIPProcessor
    vision: Tower
    text_tower: Tower
    context_length: int
    logit_scale: float
    pads: bool = False  # whether the text tower takes the context length only

    def image(self, window: torch.Tensor) -> np.ndarray:
        """uint8 [height, width, 3] -> [d]."""
        inputs = self.processor(images=window, input_data_format="channels_last", return_tensors="np")
        return _unit(self.vision({"pixel_values": inputs.pixel_values}))

    def text(self, prompt: str) -> np.ndarray:
        """The prompt as it is written -> [d]."""
        padding = "max_length" if self.pads else False
        inputs = self.processor(
            text=[prompt], truncation=True, padding=padding, max_length=self.context_length, return_tensors="np"
        )
        return _unit(self.text_tower({"input_ids": inputs.input_ids, MASK: inputs.attention_mask}))

    def scores(self, embeddings: np.ndarray, prompt: str) -> np.ndarray:
        """logits_per_image of windows [window rows, window columns, d]."""
        return self.logit_scale * (embeddings @ self.text(prompt))


def open_oracle(directory: Path, threads: int = 0) -> Oracle:
    """PyTorch where the directory has weights, else ONNX Runtime on its fp32 graphs; 0 threads: one per core."""
    if not directory.is_dir():
        raise ExportError(f"{directory} must be a model directory, but is {'a file' if directory.exists() else 'not there'}")
    weights = [*directory.glob("model*.safetensors"), *directory.glob("pytorch_model*.bin")]
    graphs = {kind: directory / "onnx" / f"{kind}_model.onnx" for kind in NAMES}
    newer = (directory / NEWER_PREPROCESSOR).is_file()  # transformers reads either
    facts = [file for file in FACTS if not (newer and file == "preprocessor_config.json")]
    missing = [file for file in facts if not (directory / file).is_file()]
    if not weights:
        missing += [f"onnx/{path.name}" for path in graphs.values() if not path.is_file()]
    if missing:
        raise ExportError(f"{directory} is not a model directory; missing: {', '.join(missing)}")
    try:
        config = _json(directory / "config.json")
        context_length = config["text_config"].get("max_position_embeddings", 77)
        processor = CLIPProcessor(CLIPImageProcessorPil.from_pretrained(directory), _tokenizer(directory))
        if weights:
            return _torch(directory, processor)
        facts = _json(directory / "zeroshot4j.json") if (directory / "zeroshot4j.json").is_file() else {}
        (vision, _), (text, length) = (_session(kind, graphs[kind], threads) for kind in ("vision", "text"))
        if length not in (None, context_length):
            raise ExportError(f"{graphs['text']} must have input_ids of the context length ({context_length}), found {length}")
        name, scale = facts.get("modelName", directory.absolute().name), facts.get("logitScale", DEFAULT_LOGIT_SCALE)
        return Oracle(name, "onnx", processor, vision, text, context_length, scale, length is not None)
    except ExportError:
        raise
    except Exception as e:  # transformers, tokenizers and ONNX Runtime each have errors of their own
        raise ExportError(f"cannot open the model in {directory}: {type(e).__name__}: {one_line(e)}") from e


def window_embeddings(oracle: Oracle, pixels: np.ndarray, settings: Settings, progress=lambda done, total: None) -> np.ndarray:
    """Embeddings [window rows, window columns, d] of the windows of an image uint8 [height, width, 3]."""
    height, width, _ = pixels.shape
    patch, window, stride = settings.patch, settings.window, settings.stride
    rows, columns = settings.grid(width, height)
    if min(rows, columns) < window:
        raise ExportError(
            f"window ({window} patches of {patch} pixels) must fit the {width} x {height} image, which has {rows} rows and "
            f"{columns} columns of whole patches; the largest patch that fits is {min(width, height) // window}"
        )
    # [1, rows, columns, 3, patch, patch]: a view, nothing is copied
    patches = torch.from_numpy(pixels).permute(2, 0, 1).unfold(0, 3, 3).unfold(1, patch, patch).unfold(2, patch, patch)
    tops, lefts = range(0, rows - window + 1, stride), range(0, columns - window + 1, stride)
    found = []
    for top in tops:
        for left in lefts:
            found.append(oracle.image(_window(patches[0, top : top + window, left : left + window], patch)))
            progress(len(found), len(tops) * len(lefts))
    return np.stack(found).reshape(len(tops), len(lefts), -1)


def _window(patches: torch.Tensor, patch: int) -> torch.Tensor:
    """The notebook's big_patch: [window, window, 3, patch, patch] -> [window * patch, window * patch, 3]."""
    window = len(patches)
    big = torch.zeros(window * patch, window * patch, 3, dtype=torch.uint8)
    for y in range(window):
        for x in range(window):
            big[y * patch : (y + 1) * patch, x * patch : (x + 1) * patch, :] = patches[y, x].permute(1, 2, 0)
    return big


def _tokenizer(directory: Path) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_file=str(directory / "tokenizer.json"), bos_token=BOS, eos_token=EOT, unk_token=EOT, pad_token=EOT
    )


def _torch(directory: Path, processor: CLIPProcessor) -> Oracle:
    from zeroshot4j_export.sources import load

    clip = load(directory, directory.absolute().name)
    parts = towers(clip.model)

    def tower(kind: str) -> Tower:
        def run(feed: dict[str, np.ndarray]) -> np.ndarray:
            with torch.no_grad():
                return parts[kind](torch.from_numpy(feed[NAMES[kind][0]])).numpy()

        return run

    return Oracle(clip.name, "torch", processor, tower("vision"), tower("text"), clip.context_length, clip.logit_scale)


def _session(kind: str, path: Path, threads: int) -> tuple[Tower, int | None]:
    """The tower, and the one length that its texts may have, if the graph has one."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    source, target = NAMES[kind]
    inputs = {value.name: value for value in session.get_inputs()}
    for what, names, name in (("input", list(inputs), source), ("output", [v.name for v in session.get_outputs()], target)):
        if name not in names:
            raise ExportError(f"{path} must have the {what} {name}, found {names}")
    allowed = (source, MASK) if kind == "text" else (source,)
    if others := sorted(inputs.keys() - set(allowed)):
        raise ExportError(f"{path} must have no inputs but {' and '.join(allowed)}, found {', '.join(others)}")
    types = TYPES[kind]
    for name, value in inputs.items():
        if value.type not in types:
            expected = " or ".join(np.dtype(t).name for t in types.values())
            raise ExportError(f"{path} must have {name} of {expected}, found {value.type}")

    def run(feed: dict[str, np.ndarray]) -> np.ndarray:
        feed = {name: feed[name].astype(types[value.type]) for name, value in inputs.items()}
        try:
            return session.run([target], feed)[0]
        except Exception as e:  # ONNX Runtime's own have no common base
            raise ExportError(f"{path} cannot be run: {one_line(e)}") from e

    length = inputs[source].shape[1] if kind == "text" else None
    return run, length if isinstance(length, int) else None


def _json(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as e:
        raise ExportError(f"{path} is not readable as JSON: {one_line(e)}") from e


def _unit(row: np.ndarray) -> np.ndarray:
    row = row[0].astype(np.float64)
    return row / np.linalg.norm(row)
