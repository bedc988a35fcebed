"""The picture of OpenAI's README as OpenAI's preprocessing leaves it, for the acceptance of real weights."""

from importlib.resources import as_file, files
from pathlib import Path

from PIL import Image

from zeroshot4j_export.goldens.header import comment_lines, header
from zeroshot4j_export.goldens.models import MIT_OPENAI

NAME = "acceptance"
DIRECTORY = "examples/src/main/resources/io/github/zeroshot4j/tool/acceptance"
SIDE = 224
NOTES = (
    "clip-readme.bin: CLIP.png of OpenAI's repository CLIP, resized and cut to 224 x 224 as the code of its README does it, RGB,",
    "8 bits a channel, rows from the top. The file is RGBA: Pillow resizes it with its alpha, which is dropped afterwards.",
)


def preprocessed() -> Image.Image:
    """torchvision's Resize(224, BICUBIC) and CenterCrop(224), then convert("RGB"), in that order."""
    with as_file(files("zeroshot4j_export.goldens").joinpath("data", "CLIP.png")) as path, Image.open(path) as picture:
        shorter = min(picture.size)
        resized = picture.resize([SIDE * length // shorter for length in picture.size], Image.Resampling.BICUBIC)
    # round() goes to the even number: 205.5 to 206, where transformers cuts at 205.
    left, top = (round((length - SIDE) / 2) for length in resized.size)
    return resized.crop((left, top, left + SIDE, top + SIDE)).convert("RGB")


def write(root: Path) -> list[Path]:
    directory = root / DIRECTORY
    directory.mkdir(parents=True, exist_ok=True)
    pixels, notice = directory / "clip-readme.bin", directory / "NOTICE"
    pixels.write_bytes(preprocessed().tobytes())
    head = header(NAME, ("pillow",), NOTES)
    head["licence"] = "MIT"
    notice.write_text("\n".join(comment_lines(head)) + "\n" + MIT_OPENAI, encoding="ascii")
    return [pixels, notice]
