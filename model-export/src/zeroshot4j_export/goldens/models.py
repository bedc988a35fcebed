"""Random model directories for the ONNX backend's tests, and what PyTorch says about them."""

import json
from pathlib import Path

import numpy as np
import torch

from zeroshot4j_export.goldens import resize
from zeroshot4j_export.goldens.header import comment_lines, header
from zeroshot4j_export.goldens.noise import floats
from zeroshot4j_export.goldens.preprocessing import PICTURES
from zeroshot4j_export.goldens.prompts import hostile
from zeroshot4j_export.random_clip import PRESETS, random_clip
from zeroshot4j_export.towers import towers
from zeroshot4j_export.writer import write_model

NAME = "models"
MODELS = "onnx-backend/src/test/resources/models"
GOLDENS = "onnx-backend/src/test/resources/goldens"
LIBRARIES = ("numpy", "onnx", "onnxruntime", "open_clip_torch", "pillow", "tokenizers", "torch", "transformers")

RANDOM_B = {
    "projection_dim": 36,
    "text_config": {
        "vocab_size": 600, "hidden_size": 40, "intermediate_size": 56, "num_hidden_layers": 1, "num_attention_heads": 2,
        "max_position_embeddings": 40, "hidden_act": "gelu", "eos_token_id": 2,
    },
    "vision_config": {
        "image_size": 48, "patch_size": 16, "hidden_size": 28, "intermediate_size": 44, "num_hidden_layers": 1,
        "num_attention_heads": 2, "hidden_act": "gelu",
    },
}  # fmt: skip

IMAGE_SEEDS = (1, 2, 3, 4, 5)
TEXTS = (
    "a photo of a cat", "a cat", "a dog", "a butterfly", "", "background", "caf\u00e9", "\u732b", "\U0001f98b",
    "A PHOTO OF A CAT", " ".join(["a"] * 200), "two red apples on a wooden table",
)  # fmt: skip


EMBEDDING_NOTES = (
    "image: pixel_values[i] = (mix(seed, i) >>> 8) * 0x1p-22f - 2f for i over [3, side, side] in NCHW order",
    "picture: kind, seed, width and height of a whole picture, by transformers' CLIPImageProcessorPil as the model's files say",
    *resize.SOURCE_NOTES[:4],
    "text: ids padded to the context length with the end of text",
)


def random_a():
    """The preset, with every variant."""
    return random_clip(PRESETS["tiny-test"], seed=1, name="random-a")


def random_b():
    """Different in everything that a reader could take for a constant: sides, resize before crop, normalising,
    activation, context length, logit scale, and the old end-of-text id 2 (pooling at the highest id)."""
    return random_clip(
        RANDOM_B, seed=2, name="random-b", logit_scale=50.0, resize=56, mean=(0.5, 0.45, 0.4), std=(0.25, 0.5, 0.3)
    )


def write(root: Path) -> list[Path]:
    written = []
    for clip, variants in ((random_a(), ["fp32", "int8", "fp16"]), (random_b(), ["fp32"])):
        directory = root / MODELS / clip.name
        directory.parent.mkdir(parents=True, exist_ok=True)
        write_model(clip, directory, variants, force=True, log=lambda line: print(f"  {line}"))
        written += [path for path in sorted(directory.rglob("*")) if path.is_file()]
        written += [_tokens(clip, root), _embeddings(clip, root)]
    return [*written, _notice(root)]


def _tokens(clip, root: Path) -> Path:
    notes = ("ids as transformers' CLIPTokenizer gives them, not padded, cut to the context length with the end of text kept",)
    cases = []
    for prompt in hostile(clip.context_length):
        ids = clip.tokenizer(prompt, truncation=True, max_length=clip.context_length).input_ids
        cases.append({"prompt": prompt, "ids": ids})
    facts = {"model": clip.name, "contextLength": clip.context_length, "eot": clip.tokenizer.eos_token_id}
    return _write(root, f"{clip.name}-tokens.json", notes, facts, {"cases": cases})


def _embeddings(clip, root: Path) -> Path:
    notes = ("embeddings by PyTorch in float64 from the same weights, of unit length", *EMBEDDING_NOTES)
    clip.model.double()
    facts = {"model": clip.name, "side": clip.image_size, "dimension": clip.model.config.projection_dim}
    facts["logitScale"] = round(clip.logit_scale, 4)
    return _write(root, f"{clip.name}-embeddings.json", notes, facts, embeddings(clip, TEXTS))


def embeddings(clip, texts) -> dict[str, list[dict]]:
    """What PyTorch gives, in the precision of the model, for seeded images, whole pictures and texts."""
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    side, dtype = clip.image_size, next(clip.model.parameters()).dtype
    noise = np.stack([floats(seed, 3 * side * side).reshape(3, side, side) for seed in IMAGE_SEEDS])
    processor = CLIPImageProcessorPil(**clip.preprocessor)
    pictures = np.stack([processor(resize.source(*p), return_tensors="np").pixel_values[0] for p in PICTURES])
    ids = clip.tokenizer(
        list(texts), padding="max_length", truncation=True, max_length=clip.context_length, return_tensors="pt"
    ).input_ids
    vision, text = (towers(clip.model)[kind] for kind in ("vision", "text"))
    with torch.no_grad():
        rows = {
            "images": (("seed", IMAGE_SEEDS), vision(torch.from_numpy(noise).to(dtype))),
            "pictures": (("picture", PICTURES), vision(torch.from_numpy(pictures).to(dtype))),
            "texts": (("prompt", texts), text(ids)),
        }
    return {
        kind: [{key: item, "embedding": row} for item, row in zip(items, _unit(result).tolist(), strict=True)]
        for kind, ((key, items), result) in rows.items()
    }


def _unit(rows: torch.Tensor) -> np.ndarray:
    """Rounded to what is the same on every CPU."""
    return np.round((rows / rows.norm(dim=1, keepdim=True)).numpy(), 9)


def _write(root: Path, file: str, notes, facts: dict, lists: dict) -> Path:
    path = root / GOLDENS / file
    path.parent.mkdir(parents=True, exist_ok=True)
    write_cases(path, header(NAME, LIBRARIES, notes), facts, lists)
    return path


def write_cases(path: Path, head: dict, facts: dict, lists: dict) -> None:
    """JSON with one case a line, ASCII only, so that a change shows up as the lines that changed."""
    parts = [f'"header": {json.dumps(head, indent=2)}']
    parts += [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in facts.items()]
    for key, cases in lists.items():
        rows = ",\n".join(json.dumps(case) for case in cases)
        parts.append(f"{json.dumps(key)}: [\n{rows}\n]")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="ascii")


def _notice(root: Path) -> Path:
    path = root / MODELS / "NOTICE"
    lines = comment_lines(header(NAME, LIBRARIES))
    lines += [
        "",
        "The directories beside this file are CLIP models with seeded random weights, made by the script above.",
        "They are part of zeroshot4j (Apache-2.0), but for one thing:",
        "",
        "The vocabulary and the merges in tokenizer.json are the first lines of bpe_simple_vocab_16e6.txt",
        "from OpenAI's CLIP (https://github.com/openai/CLIP), as shipped by open_clip_torch. MIT License:",
        "",
        *MIT_OPENAI.strip().split("\n"),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


MIT_OPENAI = """
Copyright (c) 2021 OpenAI

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
