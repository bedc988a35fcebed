"""Reads a CLIP: a directory as the Hugging Face Hub holds it, or an OpenAI checkpoint."""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer, PreTrainedTokenizerFast
from transformers.utils import logging

from zeroshot4j_export import openai
from zeroshot4j_export.clip import Clip
from zeroshot4j_export.errors import ExportError, one_line
from zeroshot4j_export.hub import FACTS, NEWER_PREPROCESSOR
from zeroshot4j_export.tokenizer import BOS, EOT


def load(path: Path, name: str) -> Clip:
    return _from_directory(path, name) if path.is_dir() else openai.load(path, name)


def _from_directory(directory: Path, name: str) -> Clip:
    files = {file: directory / file for file in FACTS if (directory / file).is_file()}
    _check_complete(directory, files)
    config = _json(files["config.json"])
    if config.get("model_type") != "clip":
        raise ExportError(f"{directory}/config.json: model_type ({config.get('model_type')}) must be clip")
    return Clip(name, _model(directory), _tokenizer(files), _preprocessor(directory, files), files)


def _check_complete(directory: Path, files: dict[str, Path]) -> None:
    missing = [] if "config.json" in files else ["config.json"]
    if not list(directory.glob("model*.safetensors")) and not list(directory.glob("pytorch_model*.bin")):
        missing.append("model.safetensors or pytorch_model.bin")
    if "tokenizer.json" not in files and not {"vocab.json", "merges.txt"} <= files.keys():
        missing.append("tokenizer.json, or vocab.json with merges.txt")
    if "preprocessor_config.json" not in files and not (directory / NEWER_PREPROCESSOR).is_file():
        missing.append("preprocessor_config.json")
    if missing:
        raise ExportError(f"{directory} is not a CLIP as the Hub holds it; missing: {'; '.join(missing)}")


def _model(directory: Path) -> CLIPModel:
    logging.disable_progress_bar()
    try:
        config = CLIPConfig.from_pretrained(directory)
        model, info = CLIPModel.from_pretrained(
            directory, config=config, attn_implementation="eager", dtype=torch.float32,
            output_loading_info=True, ignore_mismatched_sizes=True,
        )  # fmt: skip
    except Exception as e:  # transformers, safetensors and the strict configurations each have errors of their own
        raise ExportError(f"cannot load the model in {directory}: {one_line(e)}") from e
    # transformers fills what is missing or misshapen with random weights and goes on.
    for problem in ("missing_keys", "mismatched_keys", "unexpected_keys"):
        names = sorted(key if isinstance(key, str) else f"{key[0]} {key[1:]}" for key in info[problem])
        keys = [name for name in names if not name.endswith("position_ids")]
        if keys:
            raise ExportError(f"weights in {directory}: {len(keys)} {problem.replace('_', ' ')}: {', '.join(keys[:5])}")
    return model.eval()


def _tokenizer(files: dict[str, Path]):
    try:
        if "tokenizer.json" not in files:
            merges = files["merges.txt"].read_text(encoding="utf-8").split("\n")
            pairs = [tuple(line.split()) for line in merges if line and not line.startswith("#version")]
            return CLIPTokenizer(vocab=_json(files["vocab.json"]), merges=pairs)
        # The file itself, not transformers' reconstruction of it: it is what is read in Java.
        backend = Tokenizer.from_file(str(files["tokenizer.json"]))
    except ExportError:
        raise
    except Exception as e:  # tokenizers raises plain Exception
        raise ExportError(f"cannot read the tokenizer in {next(iter(files.values())).parent}: {one_line(e)}") from e
    for token in (BOS, EOT):
        if backend.token_to_id(token) is None:
            raise ExportError(f"{files['tokenizer.json']} has no token {token}: not a CLIP tokenizer")
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token=BOS, eos_token=EOT, unk_token=EOT, pad_token=EOT)


def _preprocessor(directory: Path, files: dict[str, Path]) -> dict:
    if "preprocessor_config.json" in files:
        return _json(files["preprocessor_config.json"])
    section = _json(directory / NEWER_PREPROCESSOR).get("image_processor")
    if not isinstance(section, dict):
        raise ExportError(f"{directory / NEWER_PREPROCESSOR} has no image_processor section")
    return section


def _json(path: Path) -> dict:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise ExportError(f"{path} is not readable as JSON: {one_line(e)}") from e
    if not isinstance(content, dict):
        raise ExportError(f"{path} must hold one JSON object")
    return content
