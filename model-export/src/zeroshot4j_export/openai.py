"""OpenAI's own checkpoints (.pt: a TorchScript archive, or a plain state dict) as a transformers CLIPModel."""

import math
import re
import warnings
from pathlib import Path

import torch
from transformers import CLIPConfig, CLIPModel

from zeroshot4j_export.clip import Clip, preprocessor_config
from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.tokenizer import build_tokenizer

HEAD_WIDTH = 64  # in every ViT that OpenAI released; the checkpoints do not say
ABOUT_THE_FILE = {"input_resolution", "context_length", "vocab_size"}

TOP = {
    "logit_scale": "logit_scale",
    "visual.class_embedding": "vision_model.embeddings.class_embedding",
    "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
    "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
    "visual.ln_pre.weight": "vision_model.pre_layrnorm.weight",  # transformers' own spelling
    "visual.ln_pre.bias": "vision_model.pre_layrnorm.bias",
    "visual.ln_post.weight": "vision_model.post_layernorm.weight",
    "visual.ln_post.bias": "vision_model.post_layernorm.bias",
    "visual.proj": "visual_projection.weight",
    "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
    "positional_embedding": "text_model.embeddings.position_embedding.weight",
    "ln_final.weight": "text_model.final_layer_norm.weight",
    "ln_final.bias": "text_model.final_layer_norm.bias",
    "text_projection": "text_projection.weight",
}
TRANSPOSED = {"visual.proj", "text_projection"}  # applied as x @ w, not as a Linear
BLOCK = re.compile(r"(visual\.)?transformer\.resblocks\.(\d+)\.(.+)")
IN_BLOCK = {
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "attn.out_proj": "self_attn.out_proj",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
}


def load(path: Path, name: str) -> Clip:
    state = read_state(path)
    model = convert(state, str(path))
    text = model.config.text_config
    tokenizer = build_tokenizer(text.vocab_size, text.max_position_embeddings)
    return Clip(name, model, tokenizer, preprocessor_config(model.config.vision_config.image_size))


def read_state(path: Path) -> dict[str, torch.Tensor]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch.jit is deprecated, the archives stay
            state = torch.jit.load(str(path), map_location="cpu").state_dict()
    except Exception:  # not TorchScript
        try:
            state = torch.load(str(path), map_location="cpu", weights_only=True)
        except Exception as e:
            raise ExportError(f"{path} is neither a TorchScript archive nor a state dict that torch.load reads safely") from e
    if isinstance(state, dict) and isinstance(state.get("state_dict"), dict):  # a training checkpoint
        state = state["state_dict"]
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise ExportError(f"{path} must hold a state dict of tensors")
    return {key.removeprefix("module."): value for key, value in state.items()}


def convert(state: dict[str, torch.Tensor], where: str) -> CLIPModel:
    """The same weights under transformers' names, in fp32. Every tensor is used, none is left to chance."""
    if any(key.startswith("visual.layer1.") for key in state):
        raise ExportError(f"{where} is a CLIP with a ResNet image tower; only vision transformers are supported")
    config = _config(state, where)
    model = CLIPModel(config)
    renamed = {}
    for key, tensor in state.items():
        if key not in ABOUT_THE_FILE:
            renamed |= _rename(key, tensor.detach().float(), where)
    expected = {name: parameter.shape for name, parameter in model.named_parameters()}
    missing, unexpected = sorted(expected.keys() - renamed.keys()), sorted(renamed.keys() - expected.keys())
    if missing or unexpected:
        raise ExportError(f"{where} is not a CLIP by OpenAI: missing {missing[:5]}, unexpected {unexpected[:5]}")
    for name, tensor in renamed.items():
        if tensor.shape != expected[name]:
            raise ExportError(f"{where}: shape of {name} must be {tuple(expected[name])}, found {tuple(tensor.shape)}")
    model.load_state_dict(renamed, strict=False)  # strict would ask for position_ids, a constant
    return model.eval()


def _rename(key: str, tensor: torch.Tensor, where: str) -> dict[str, torch.Tensor]:
    if key in TOP:
        return {TOP[key]: tensor.T.contiguous() if key in TRANSPOSED else tensor}
    match = BLOCK.fullmatch(key)
    if not match:
        raise ExportError(f"{where} is not a CLIP by OpenAI: unexpected {key}")
    tower = "vision_model" if match[1] else "text_model"
    prefix = f"{tower}.encoder.layers.{match[2]}."
    if match[3] in ("attn.in_proj_weight", "attn.in_proj_bias"):
        kind = match[3].rsplit("_", 1)[1]
        return {f"{prefix}self_attn.{p}_proj.{kind}": part for p, part in zip("qkv", tensor.chunk(3), strict=True)}
    module, _, kind = match[3].rpartition(".")
    return {f"{prefix}{IN_BLOCK.get(module, module)}.{kind}": tensor}


def _config(state: dict[str, torch.Tensor], where: str) -> CLIPConfig:
    """Sizes are read off the shapes."""
    missing = sorted(key for key in TOP if key not in state)
    if missing:
        raise ExportError(f"{where} is not a CLIP by OpenAI: missing {', '.join(missing[:5])}")
    text, vision = _tower(state, ""), _tower(state, "visual.")
    vocab, context = state["token_embedding.weight"].shape[0], state["positional_embedding"].shape[0]
    patch = state["visual.conv1.weight"].shape[-1]
    projection = state["text_projection"].shape[1]
    text |= {
        "vocab_size": vocab, "max_position_embeddings": context, "projection_dim": projection,
        "bos_token_id": vocab - 2, "eos_token_id": vocab - 1, "pad_token_id": vocab - 1,
    }  # fmt: skip
    side = math.isqrt(state["visual.positional_embedding"].shape[0] - 1)
    vision |= {"patch_size": patch, "image_size": side * patch, "projection_dim": projection}
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=projection)
    config._attn_implementation = "eager"
    return config


def _tower(state: dict[str, torch.Tensor], prefix: str) -> dict:
    layers = {int(m[2]) for m in map(BLOCK.fullmatch, state) if m and (m[1] or "") == prefix}
    width = state["visual.conv1.weight" if prefix else "ln_final.weight"].shape[0]
    if width % HEAD_WIDTH:
        raise ExportError(f"width of a tower ({width}) must be a multiple of {HEAD_WIDTH}, the width of CLIP's attention heads")
    hidden = state.get(f"{prefix}transformer.resblocks.0.mlp.c_fc.bias")
    return {
        "hidden_size": width,
        "num_attention_heads": width // HEAD_WIDTH,
        "num_hidden_layers": len(layers),
        "intermediate_size": len(hidden) if hidden is not None else 4 * width,
    }
