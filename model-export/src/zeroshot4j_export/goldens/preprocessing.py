"""What transformers makes of whole pictures by the forms of preprocessor_config.json that CLIPs on the Hub have."""

import hashlib
import json
from pathlib import Path

import numpy as np

from zeroshot4j_export.clip import OPENAI_MEAN, OPENAI_STD
from zeroshot4j_export.goldens import resize
from zeroshot4j_export.goldens.header import header

NAME = "preprocessing"
FILE = "onnx-backend/src/test/resources/goldens/preprocessing.json"
PICTURES = (("noise", 61, 640, 427), ("noise", 62, 200, 311), ("blocks", 0, 97, 97), ("ramp", 0, 30, 400))
NOTES = (
    "expected: transformers' CLIPImageProcessorPil made from the configuration, on a whole picture",
    "values: index and pixel_values[index] of [3, side, side] in NCHW order, as float32",
    "bytes: SHA-256 of round((pixel_values * std + mean) * 255), the resized and cropped picture's own bytes in NCHW order",
    *resize.SOURCE_NOTES[:4],
)
BASE = {"do_resize": True, "do_center_crop": True, "do_normalize": True, "image_mean": OPENAI_MEAN, "image_std": OPENAI_STD}
CONFIGS = {
    "openai/clip-vit-base-patch32 as it is now": BASE
    | {"do_rescale": True, "rescale_factor": 1 / 255, "resample": 3, "size": {"shortest_edge": 224}}
    | {"crop_size": {"height": 224, "width": 224}},
    "as it was first": BASE | {"crop_size": 224, "resample": 3, "size": 224},
    "336 pixels": BASE | {"crop_size": 336, "resample": 3, "size": 336},
    "bilinear": BASE | {"crop_size": {"height": 64, "width": 64}, "resample": 2, "size": {"shortest_edge": 64}},
    "resized larger than the crop": BASE | {"crop_size": 100, "resample": 3, "size": {"shortest_edge": 115}},
    "mean and std of its own": BASE
    | {"crop_size": 48, "resample": 3, "size": 48, "image_mean": [0.5, 0.4, 0.3], "image_std": [0.5, 0.25, 1.0]},
    "bilinear, larger, not normalised": BASE | {"crop_size": 33, "resample": 2, "size": 41, "do_normalize": False},
}


def write(root: Path) -> list[Path]:
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    cases = []
    for name, config in CONFIGS.items():
        for picture in PICTURES:
            # uint8 in: newer versions rescale float pictures once more.
            values = CLIPImageProcessorPil(**config)(resize.source(*picture), return_tensors="np").pixel_values[0]
            cases.append({"config": name, "picture": picture} | _expected(values.astype(np.float32), config))
    head = json.dumps(header(NAME, ("numpy", "pillow", "transformers"), NOTES), indent=2)
    configs = ",\n".join(f"{json.dumps(name)}: {json.dumps(config)}" for name, config in CONFIGS.items())
    rows = ",\n".join(map(json.dumps, cases))
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{{\n"header": {head},\n"configs": {{\n{configs}\n}},\n"cases": [\n{rows}\n]\n}}\n', encoding="ascii")
    return [path]


def _expected(values: np.ndarray, config: dict) -> dict:
    mean, std = np.zeros(3), np.ones(3)
    if config["do_normalize"]:
        mean, std = np.float64(config["image_mean"]), np.float64(config["image_std"])
    levels = (values * std[:, None, None] + mean[:, None, None]) * 255
    rounded = np.round(levels)
    assert np.abs(levels - rounded).max() < 1e-3, "the processor no longer resizes in 8 bits"
    side = values.shape[1]
    indexes = [0, side - 1, side * side // 2, side * side, 2 * side * side - 1, 2 * side * side + 7, values.size - 1]
    return {
        "side": side,
        "values": [[i, float(f"{values.ravel()[i]:.7g}")] for i in indexes],
        "bytes": hashlib.sha256(rounded.astype(np.uint8).tobytes()).hexdigest(),
    }
