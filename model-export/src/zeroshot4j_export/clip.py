"""What every source is turned into before it is exported."""

import math
from dataclasses import dataclass, field
from pathlib import Path

from zeroshot4j_export.errors import ExportError

OPENAI_MEAN = (0.48145466, 0.4578275, 0.40821073)
OPENAI_STD = (0.26862954, 0.26130258, 0.27577711)


@dataclass
class Clip:
    """A CLIP in memory: a transformers CLIPModel with eager attention, its tokenizer and its preprocessing facts."""

    name: str
    model: object
    tokenizer: object
    preprocessor: dict
    files: dict[str, Path] = field(default_factory=dict)  # written as they are, under these names
    card: str | None = None

    @property
    def logit_scale(self) -> float:
        """The factor on the cosine. The model holds its logarithm."""
        return float(self.model.logit_scale.detach().double().exp())

    @property
    def image_size(self) -> int:
        size = self.model.config.vision_config.image_size
        if not isinstance(size, int):
            raise ExportError(f"vision_config.image_size ({size}) must be one number: images are square")
        return size

    @property
    def context_length(self) -> int:
        return self.model.config.text_config.max_position_embeddings

    def check(self) -> None:
        crop = self.preprocessor.get("crop_size")
        if isinstance(crop, dict):
            crop = crop.get("height") if crop.get("height") == crop.get("width") else crop
        if crop != self.image_size:
            raise ExportError(f"preprocessor_config.json: crop_size ({crop}) must be the model's image_size ({self.image_size})")
        for key in ("image_mean", "image_std"):
            value = self.preprocessor.get(key)
            above_0 = key == "image_std"
            if not isinstance(value, list | tuple) or len(value) != 3 or not all(_is_number(v, above_0) for v in value):
                raise ExportError(f"preprocessor_config.json: {key} ({value}) must be three numbers{' above 0' * above_0}")


def _is_number(value, above_0: bool) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return number and (value > 0 or not above_0)


def preprocessor_config(image_size: int, resize: int | None = None, mean=OPENAI_MEAN, std=OPENAI_STD) -> dict:
    """The content of preprocessor_config.json as CLIP's own: antialiased bicubic resize, centre crop, normalise."""
    return {
        "crop_size": {"height": image_size, "width": image_size},
        "do_center_crop": True,
        "do_convert_rgb": True,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": list(mean),
        "image_processor_type": "CLIPImageProcessor",
        "image_std": list(std),
        "resample": 3,
        "rescale_factor": 1 / 255,
        "size": {"shortest_edge": resize or image_size},
    }
