"""Writes a model directory in the layout of the Hub's ONNX repositories: all of it, or nothing."""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import torch

from zeroshot4j_export import parity
from zeroshot4j_export.clip import Clip
from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.target import whole_directory
from zeroshot4j_export.tokenizer import check_tokenizer
from zeroshot4j_export.towers import check_interface, export_tower, towers
from zeroshot4j_export.variants import file_name, write_variant

FORMAT_VERSION = 1
LARGEST_TOWER = 2**31 - 2**24  # bytes of weights: a single ONNX file ends at 2 GB, the rest is for the graph


def write_model(clip: Clip, out: Path, variants: Iterable[str], force: bool = False, log: Callable = print) -> None:
    """Writes ``out`` when every check has passed; a failure writes nothing and leaves what was there."""
    clip.check()
    check_tokenizer(clip.tokenizer, clip.model.config.text_config)
    with whole_directory(out, force) as directory:
        _write_graphs(clip, directory / "onnx", list(variants), log)
        _write_facts(clip, directory)


def _write_graphs(clip: Clip, directory: Path, variants: list[str], log: Callable) -> None:
    directory.mkdir()
    config = clip.model.config
    batches = {
        "vision": parity.image_batches(clip.image_size, clip.preprocessor["image_mean"], clip.preprocessor["image_std"]),
        "text": parity.text_batches(clip.tokenizer, clip.context_length),
    }
    for kind, tower in towers(clip.model).items():
        _check_size(kind, tower)
        expected = parity.reference(tower, batches[kind])
        base = directory / file_name(kind, "fp32")
        # Two rows: an exporter may take a dimension of 1 for a constant.
        export_tower(kind, tower, torch.from_numpy(batches[kind][1][:2]), base)
        for variant in variants:
            path = directory / file_name(kind, variant)
            if variant != "fp32":
                write_variant(base, path, variant)
            check_interface(kind, path, config.projection_dim, clip.image_size)
            result = parity.compare(path, variant, batches[kind], expected)
            log(f"{result}, {path.stat().st_size:,} bytes")
            result.check()


def _check_size(kind: str, tower: torch.nn.Module) -> None:
    size = sum(parameter.numel() * 4 for parameter in tower.parameters())
    if size > LARGEST_TOWER:
        raise ExportError(f"weights of the {kind} tower ({size:,} bytes) must fit one ONNX file ({LARGEST_TOWER:,} bytes)")


def _write_facts(clip: Clip, directory: Path) -> None:
    for name, source in clip.files.items():
        shutil.copyfile(source, directory / name)
    if "config.json" not in clip.files:
        _write_json(directory / "config.json", _plain_config(clip.model.config))
    if "preprocessor_config.json" not in clip.files:
        _write_json(directory / "preprocessor_config.json", clip.preprocessor)
    if "tokenizer.json" not in clip.files:
        backend = clip.tokenizer.backend_tokenizer
        backend.no_padding()  # the checks above left theirs behind; the Hub's files have none
        backend.no_truncation()
        backend.save(str(directory / "tokenizer.json"))
    if "tokenizer_config.json" not in clip.files:
        _write_json(directory / "tokenizer_config.json", _tokenizer_config(clip))
    facts = {"formatVersion": FORMAT_VERSION, "modelName": clip.name, "logitScale": round(clip.logit_scale, 4)}
    if clip.card:
        facts["card"] = clip.card
    _write_json(directory / "zeroshot4j.json", facts)


def _plain_config(config) -> dict:
    """config.json with the fields of CLIP only: to_dict() adds dozens that mean nothing here."""
    fields = [name for name in type(config).__annotations__ if name in config.to_dict()]
    content = {"architectures": ["CLIPModel"]} if config.model_type == "clip" else {}
    content["model_type"] = config.model_type
    for name in fields:
        value = getattr(config, name)
        content[name] = _plain_config(value) if name.endswith("_config") else value
    return content


def _tokenizer_config(clip: Clip) -> dict:
    t = clip.tokenizer
    return {
        "bos_token": t.bos_token,
        "eos_token": t.eos_token,
        "model_max_length": clip.context_length,
        "pad_token": t.pad_token,
        "tokenizer_class": "CLIPTokenizer",
        "unk_token": t.unk_token,
    }


def _write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
