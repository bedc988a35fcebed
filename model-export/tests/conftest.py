import errno
import json
from pathlib import Path

import pytest

import zeroshot4j_export  # noqa: F401  (sets the environment before anything imports ONNX Runtime)


@pytest.fixture(scope="session")
def hugging_face_directory(tmp_path_factory):
    """A small CLIP saved as transformers saves it. Tests copy it before they change it."""
    from zeroshot4j_export.random_clip import PRESETS, random_clip

    directory = tmp_path_factory.mktemp("hub") / "small-clip"
    clip = random_clip(PRESETS["tiny-test"], seed=5, name="small", logit_scale=30.0)
    clip.model.save_pretrained(directory)
    clip.tokenizer.save_pretrained(directory)
    (directory / "preprocessor_config.json").write_text(json.dumps(clip.preprocessor))
    return directory


@pytest.fixture
def full_disk(monkeypatch):
    """Texts are written by half, then the disk is full."""
    write = Path.write_text

    def half(path, text, **options):
        write(path, text[: len(text) // 2], **options)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)


@pytest.fixture
def run(capsys):
    """Runs the command line in this process: (exit code, standard output, standard error)."""
    from zeroshot4j_export.cli import main

    def call(*argv):
        code = main([str(argument) for argument in argv])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
