"""The two towers. Both are small enough to train from scratch on two CPU cores."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

START, END, VOCABULARY = 49406, 49407, 49408
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True)
class TinyConfig:
    """Sizes of the model. ``pool`` is the factor by which the image tower first shrinks its 224 px input; ``stem`` are the
    channels of its convolutions: all but the last halve the picture, until its side is twice that of the 7 x 7 tokens."""

    embed_dim: int = 256
    image_size: int = 224
    pool: int = 2
    stem: tuple[int, ...] = (32, 64, 128, 128)
    vision_width: int = 256
    vision_layers: int = 4
    vision_heads: int = 4
    text_width: int = 160
    text_layers: int = 2
    text_heads: int = 4
    context: int = 77

    @property
    def small_size(self) -> int:
        """The side of a window behind the first pooling."""
        return self.image_size // self.pool

    @property
    def tokens_a_side(self) -> int:
        return self.small_size // 2 ** len(self.stem)

    def to_dict(self) -> dict:
        return asdict(self)

    @staticmethod
    def of(sizes: object) -> TinyConfig:
        """What ``to_dict`` gave, also by way of JSON.

        :raises ValueError: if it is anything else; the message is what was found
        """
        if not isinstance(sizes, dict) or not sizes.keys() <= {f.name for f in fields(TinyConfig)}:
            raise ValueError(sizes)
        return TinyConfig(**{k: tuple(v) if isinstance(v, list) else v for k, v in sizes.items()})


class Block(nn.Module):
    """Pre-norm transformer block; ``bias`` is added to the attention logits (0 or -inf)."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.SiLU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor, bias: Tensor | None = None) -> Tensor:
        b, t, w = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, t, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        # written out, so that the exported graph holds plain operations; for so few tokens it is the faster way too
        logits = (q * (w // self.heads) ** -0.5) @ k.transpose(-2, -1)
        y = (logits if bias is None else logits + bias).softmax(-1).to(v.dtype) @ v
        y = y.transpose(1, 2).reshape(b, t, w)
        x = x + self.out(y)
        return x + self.mlp(self.norm2(x))


def _conv(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.SiLU())


class ImageTower(nn.Module):
    """``pixel_values`` [n,3,224,224] -> ``image_embeds`` [n,d], not normalised."""

    def __init__(self, c: TinyConfig):
        super().__init__()
        self.pool = c.pool
        side = c.tokens_a_side
        channels = (3, *c.stem)
        convolutions = [_conv(a, b, 1 if i == len(c.stem) - 1 else 2) for i, (a, b) in enumerate(pairwise(channels))]
        self.stem = nn.Sequential(*convolutions, nn.Conv2d(c.stem[-1], c.vision_width, 3, 2, 1))
        self.position = nn.Parameter(torch.randn(side * side, c.vision_width) * 0.02)
        self.blocks = nn.ModuleList(Block(c.vision_width, c.vision_heads) for _ in range(c.vision_layers))
        self.norm = nn.LayerNorm(c.vision_width)
        self.project = nn.Linear(c.vision_width, c.embed_dim, bias=False)

    def forward(self, pixel_values: Tensor) -> Tensor:
        return self.small(F.avg_pool2d(pixel_values, self.pool))

    def small(self, pixels: Tensor) -> Tensor:
        """The tower behind its first pooling: training composes its windows at this size."""
        x = self.stem(pixels).flatten(2).transpose(1, 2) + self.position
        for block in self.blocks:
            x = block(x)
        return self.project(self.norm(x).mean(1))


class TextTower(nn.Module):
    """``input_ids`` [n,t] of CLIP's own tokenizer -> ``text_embeds`` [n,d], not normalised.

    ``remap`` takes a CLIP token id to the row of a token seen in training; all others share row 0. Whatever
    follows the first end-of-text token (padding of any kind) has no effect.
    """

    def __init__(self, c: TinyConfig, token_ids: list[int]):
        super().__init__()
        remap = torch.zeros(VOCABULARY, dtype=torch.int64)
        remap[torch.tensor(token_ids, dtype=torch.int64)] = torch.arange(1, len(token_ids) + 1)
        self.register_buffer("remap", remap)
        self.tokens = nn.Embedding(len(token_ids) + 1, c.text_width)
        self.position = nn.Parameter(torch.randn(c.context, c.text_width) * 0.01)
        nn.init.normal_(self.tokens.weight, std=0.05)
        self.blocks = nn.ModuleList(Block(c.text_width, c.text_heads) for _ in range(c.text_layers))
        self.norm = nn.LayerNorm(c.text_width)
        self.project = nn.Linear(c.text_width, c.embed_dim, bias=False)

    def forward(self, input_ids: Tensor) -> Tensor:
        ended = (input_ids == END).to(torch.int32).cumsum(1)
        after = (ended - (input_ids == END).to(torch.int32)) > 0
        bias = after[:, None, None, :].to(self.position.dtype) * -1e4
        x = self.tokens(self.remap[input_ids]) + self.position[: input_ids.shape[1]]
        for block in self.blocks:
            x = block(x, bias)
        # the mean over the words and the end mark: starts every caption elsewhere, which the end mark alone does not
        weight = (~after & (input_ids != START)).to(x.dtype)[:, :, None]
        pooled = (self.norm(x) * weight).sum(1) / weight.sum(1)
        return self.project(pooled)


class TinyClip(nn.Module):
    def __init__(self, config: TinyConfig, token_ids: list[int], classes: int):
        super().__init__()
        self.config = config
        self.image, self.text = ImageTower(config), TextTower(config, token_ids)
        self.classifier = nn.Linear(config.embed_dim, classes)  # in training only
        self.log_scale = nn.Parameter(torch.tensor(14.0).log())

    @property
    def scale(self) -> Tensor:
        return self.log_scale.clamp(max=4.0).exp()
