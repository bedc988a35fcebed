"""From a checkpoint to the model directory that ships: written whole and proven, or not at all."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from zeroshot4j_export import parity
from zeroshot4j_export.clip import OPENAI_MEAN, OPENAI_STD
from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.target import whole_directory
from zeroshot4j_export.towers import check_interface, export_tower

from . import captions, halves
from .concepts import Concept
from .model import END, START, VOCABULARY, TinyClip
from .tokenizer import clip_tokenizer

NAME = "zeroshot4j-tiny-4"
CARD = ("A small demo model of everyday things as drawings, icons and 3D renders, trained from scratch; "
        "it is not OpenAI's CLIP and not for photographs.")
LARGEST_BYTES = 15_000_000
NEIGHBOUR_TOLERANCE = 1e-5


def export(model: TinyClip, concepts: list[Concept], out: Path, calibration: tuple[float, float] | None = None,
           training: dict | None = None, log=print) -> None:
    """Writes the model directory ``out``, replacing one that is there.

    :param calibration: slope and intercept of the presence decision, as fitted by ``calibrate``
    :param training: what the model card tells of the run, kept in the facts because checkpoints are not
    :raises ExportError: if a graph differs from PyTorch, depends on its batch, or all is larger than 15 MB
    """
    model = model.eval()
    with whole_directory(out, force=True) as directory:
        (directory / "onnx").mkdir()
        _write_graphs(model, directory / "onnx", log)
        _write_facts(model, concepts, directory, calibration, training)
        size = sum(f.stat().st_size for f in directory.rglob("*") if f.is_file())
        log(f"{size:,} bytes in all")
        if size > LARGEST_BYTES:
            raise ExportError(f"the model directory ({size:,} bytes) must have at most {LARGEST_BYTES:,} bytes")


def _write_graphs(model: TinyClip, directory: Path, log) -> None:
    c = model.config
    batches = {"vision": parity.image_batches(c.image_size, OPENAI_MEAN, OPENAI_STD),
               "text": parity.text_batches(clip_tokenizer(), c.context)}
    for kind, tower in (("vision", model.image), ("text", model.text)):
        path, tower = directory / f"{kind}_model.onnx", halves.rounded(tower)
        export_tower(kind, tower, torch.from_numpy(batches[kind][1][:2]), path)
        halves.store(path)
        check_interface(kind, path, c.embed_dim, c.image_size)
        result = parity.compare(path, "fp32", batches[kind], parity.reference(tower, batches[kind]))
        log(f"{result}, {path.stat().st_size:,} bytes")
        result.check()
        apart = neighbour_difference(path, np.concatenate([b for b in batches[kind] if b.shape[1:] ==
                                                           batches[kind][0].shape[1:]]))
        log(f"{path.name}: alone or in a batch, largest difference {apart:.1e}")
        if not apart <= NEIGHBOUR_TOLERANCE:
            raise ExportError(f"{path.name}: an embedding must not depend on its batch, found a difference of {apart:.1e}")


def neighbour_difference(path: Path, batch: np.ndarray) -> float:
    """Largest difference of unit embeddings between items alone and in one batch."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def embed(items):
        rows = session.run(None, {name: items})[0].astype(np.float64)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    together = embed(batch)
    return max(float(np.abs(embed(batch[i:i + 1])[0] - together[i]).max()) for i in range(len(batch)))


def _write_facts(model: TinyClip, concepts: list[Concept], directory: Path, calibration, training) -> None:
    c = model.config
    text = {"model_type": "clip_text_model", "vocab_size": VOCABULARY, "max_position_embeddings": c.context,
            "hidden_size": c.text_width, "num_hidden_layers": c.text_layers, "num_attention_heads": c.text_heads,
            "projection_dim": c.embed_dim, "bos_token_id": START, "eos_token_id": END, "pad_token_id": END}
    vision = {"model_type": "clip_vision_model", "image_size": c.image_size, "num_channels": 3,
              "patch_size": c.image_size // c.tokens_a_side, "hidden_size": c.vision_width, "num_hidden_layers": c.vision_layers,
              "num_attention_heads": c.vision_heads, "projection_dim": c.embed_dim}
    write_json(directory / "config.json", {"architectures": ["CLIPModel"], "model_type": "clip",
                                           "projection_dim": c.embed_dim, "text_config": text, "vision_config": vision})
    write_json(directory / "preprocessor_config.json", {
        "image_processor_type": "CLIPImageProcessor", "do_convert_rgb": True, "do_resize": True,
        "size": {"shortest_edge": c.image_size}, "resample": 3, "do_center_crop": True,
        "crop_size": {"height": c.image_size, "width": c.image_size}, "do_rescale": True,
        "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": list(OPENAI_MEAN), "image_std": list(OPENAI_STD)})
    tokenizer = clip_tokenizer().backend_tokenizer
    tokenizer.no_padding()
    tokenizer.enable_truncation(c.context)
    tokenizer.save(str(directory / "tokenizer.json"), pretty=False)
    facts = {"formatVersion": 1, "modelName": NAME, "logitScale": round(float(model.scale.detach()), 4), "card": CARD,
             "knownWords": captions.known_words(concepts)}
    if calibration:
        slope, intercept = calibration
        facts["presence"] = {"fp32": {"slope": round(slope, 4), "intercept": round(intercept, 4)}}
    if training:
        facts["training"] = training
    write_json(directory / "zeroshot4j.json", facts)


def write_json(path: Path, content: dict) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False)
    # lists of words and numbers on one line
    text = re.sub(r"\[\s+([^][{}]*?)\s+\]", lambda m: "[" + re.sub(r",\s+", ", ", m[1]) + "]", text)
    path.write_text(text + "\n", encoding="utf-8")
