"""Finds what is to be exported, and fetches it when it is on the Hugging Face Hub."""

import re
from pathlib import Path

from zeroshot4j_export.errors import ExportError, one_line

# What a model directory takes from its source as it is. All but the first can be generated.
FACTS = (
    "config.json", "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "vocab.json", "merges.txt",
)  # fmt: skip
NEWER_PREPROCESSOR = "processor_config.json"
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


def locate(source: str, revision: str | None = None) -> tuple[Path, str]:
    """The directory or checkpoint file, and a name for the model."""
    path = Path(source)
    if path.is_dir():
        return path, path.resolve().name
    if path.is_file():
        return path, path.stem
    if HUB_ID.fullmatch(source):
        return _download(source, revision), source
    raise ExportError(
        f"source ({source}) must be a directory, a checkpoint file, or a Hub id such as openai/clip-vit-base-patch32"
    )


def _download(repository: str, revision: str | None) -> Path:
    import httpx
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    wanted = [*FACTS, NEWER_PREPROCESSOR, "model*.safetensors*"]
    try:
        directory = Path(snapshot_download(repository, revision=revision, allow_patterns=wanted))
        if not list(directory.glob("model*.safetensors")):
            snapshot_download(repository, revision=revision, allow_patterns=["pytorch_model*.bin*"])
    except (HfHubHTTPError, httpx.HTTPError, OSError, ValueError) as e:
        raise ExportError(f"cannot fetch {repository} from the Hugging Face Hub ({type(e).__name__}): {one_line(e)}") from e
    return directory
