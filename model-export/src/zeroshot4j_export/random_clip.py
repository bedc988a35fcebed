"""CLIP models with seeded random weights: same architecture, cost and numerics as a trained one, no meaning."""

import json
import math
import zlib
from pathlib import Path

import numpy as np
import torch
from transformers import CLIPConfig, CLIPModel

from zeroshot4j_export.clip import OPENAI_MEAN, OPENAI_STD, Clip, preprocessor_config
from zeroshot4j_export.errors import ExportError, one_line
from zeroshot4j_export.tokenizer import FULL_VOCAB, build_tokenizer

PRESETS = {
    "tiny-test": {
        "projection_dim": 20,
        "text_config": {
            "vocab_size": 1024, "hidden_size": 24, "intermediate_size": 48, "num_hidden_layers": 2,
            "num_attention_heads": 4, "max_position_embeddings": 77,
        },
        "vision_config": {
            "image_size": 32, "patch_size": 8, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
            "num_attention_heads": 4,
        },
    },
    "vit-b-32": {"projection_dim": 512, "text_config": {}, "vision_config": {}},
}  # fmt: skip


def random_clip(
    config: dict, seed: int, name: str, logit_scale: float = 100.0, resize: int | None = None, mean=OPENAI_MEAN, std=OPENAI_STD
) -> Clip:
    """A CLIP of the given CLIPConfig (as in config.json) whose weights depend on the seed and the sizes only."""
    if seed < 0:
        raise ExportError(f"seed ({seed}) must be at least 0")
    if not logit_scale > 0:
        raise ExportError(f"logit scale ({logit_scale}) must be above 0")
    clip_config = build_config(_with_token_ids(config))
    text = clip_config.text_config
    tokenizer = build_tokenizer(text.vocab_size, text.max_position_embeddings)
    clip_config._attn_implementation = "eager"
    model = CLIPModel(clip_config).eval()
    _fill(model, seed, logit_scale)
    return Clip(
        name=name,
        model=model,
        tokenizer=tokenizer,
        preprocessor=preprocessor_config(clip_config.vision_config.image_size, resize, mean, std),
        card=f"Seeded random weights (seed {seed}), not a trained model: its scores mean nothing.",
    )


def _with_token_ids(config: dict) -> dict:
    """The configuration with the ids of a tokenizer of its vocabulary size: beginning and end of text come last."""
    text = dict(config.get("text_config") or {})
    eot = text.get("vocab_size", FULL_VOCAB) - 1
    text |= {"bos_token_id": eot - 1, "pad_token_id": eot}
    if text.get("eos_token_id") != 2:  # 2 is the old quirk "pool at the highest id", kept when asked for
        text["eos_token_id"] = eot
    return {**config, "text_config": text}


def build_config(config: dict) -> CLIPConfig:
    projection = config.get("projection_dim", 512)
    towers = {key: {"projection_dim": projection, **config.get(key, {})} for key in ("text_config", "vision_config")}
    try:
        return CLIPConfig(**{**config, **towers, "projection_dim": projection})
    except Exception as e:  # the strict configuration classes raise several types of their own
        raise ExportError(f"not a CLIP configuration: {one_line(e)}") from e


def read_config(path: Path) -> dict:
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise ExportError(f"cannot read the configuration {path}: {e}") from e
    if not isinstance(content, dict) or content.get("model_type", "clip") != "clip":
        raise ExportError(f"{path}: model_type must be clip")
    return content


def _fill(model, seed: int, logit_scale: float) -> None:
    """Weights of a size that keeps signals alive in every layer, so that different inputs get different embeddings.

    Each parameter has a generator of its own, seeded by its name: nothing depends on the order of creation.
    """
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name == "logit_scale":
                parameter.fill_(math.log(logit_scale))
                continue
            rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
            noise = rng.standard_normal(tuple(parameter.shape), dtype=np.float32)
            parameter.copy_(torch.from_numpy(np.float32(_deviation(name, parameter)) * noise))
            if "norm" in name and name.endswith("weight"):
                parameter.add_(1)


def _deviation(name: str, parameter) -> float:
    if "embedding" in name and "patch" not in name:
        return 0.5
    if parameter.ndim == 1:  # biases, gains of the layer norms
        return 0.05
    return 1 / math.sqrt(parameter[0].numel())  # fan in
