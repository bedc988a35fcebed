"""Figures of colours and pairs, with a model whose answers are known: it measures the colours of a picture itself."""

import numpy as np
import pytest
import torch
from PIL import Image

from zeroshot4j_export.tiny import attribute_figures as figures
from zeroshot4j_export.tiny.artwork import Cutout
from zeroshot4j_export.tiny.colours import COLOURS, colour_shares

BACKGROUND = (245, 222, 179)  # wheat: none of the eleven


class Measuring:
    """Embeds a picture as its shares of the colours, and a text as the colour in it; "two" looks for much of any colour."""

    scale, slope, intercept = 20.0, 1.0, 0.0

    def __init__(self, wrong: bool = False):
        self.order = np.roll(np.arange(len(COLOURS)), 1) if wrong else np.arange(len(COLOURS))

    def images(self, pictures):
        rows = []
        for p in pictures:
            rgb = torch.from_numpy(np.asarray(p.resize((64, 64))).copy()).permute(2, 0, 1)[None].float() / 255
            shares = colour_shares(torch.cat([rgb, torch.ones(1, 1, 64, 64)], 1))[0].numpy()
            rows.append([*shares, shares.sum(), 0.3])
        return np.array(rows) / np.linalg.norm(rows, axis=1, keepdims=True)

    def texts(self, prompts):
        rows = np.zeros((len(prompts), len(COLOURS) + 2))
        for row, p in enumerate(prompts):
            named = [i for i, c in enumerate(COLOURS) if c in p.split()]
            rows[row, self.order[named[0]] if named else len(COLOURS) if p.startswith("two") else -1] = 1
        return rows

    def probability(self, odds):
        return 1 / (1 + np.exp(-odds))


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Two cut-outs, a grey-green disc of shaded paint and a red square, on wheat."""
    y, x = np.mgrid[0:100, 0:100]
    disc = np.zeros((100, 100, 4), np.uint8)
    disc[(x - 50) ** 2 + (y - 50) ** 2 < 45 ** 2] = (110, 130, 110, 255)
    Image.fromarray(disc).save(tmp_path / "disc.png")
    Image.new("RGBA", (80, 80), (220, 20, 20, 255)).save(tmp_path / "square.png")
    monkeypatch.setattr(figures, "background", lambda work, rng, side: Image.new("RGB", (side, side), BACKGROUND))
    return tmp_path


DISC, SQUARE = Cutout("noto", "disc", "ball", "disc.png"), Cutout("noto", "square", "box", "square.png")


def test_what_a_cutout_is_painted_with_is_what_it_is_of(work):
    disc = Image.open(work / "disc.png")
    assert [figures.colour_of(figures.painted(disc, c)) for c in COLOURS] == list(COLOURS)
    assert figures.painted(disc, "red").getchannel("A").tobytes() == disc.getchannel("A").tobytes()
    assert figures.painted(disc, None) is disc
    assert figures.colour_of(Image.open(work / "square.png")) == "red"
    half = Image.new("RGBA", (80, 80), (220, 20, 20, 255))
    half.paste((20, 20, 220, 255), (0, 0, 40, 80))
    assert figures.colour_of(half) is None


def test_colours_are_told_by_a_model_that_sees_them_and_not_by_one_that_sees_others(work):
    asked = [(DISC, c) for c in COLOURS] + [(SQUARE, None), (SQUARE, "blue")]
    assert figures.told(Measuring(), work, asked) == {"images": 13, "percent": 100.0}
    assert figures.told(Measuring(wrong=True), work, asked) == {"images": 13, "percent": 0.0}


def test_pictures_of_no_colour_are_not_asked(work):
    half = Image.new("RGBA", (80, 80), (220, 20, 20, 255))
    half.paste((20, 20, 220, 255), (0, 0, 40, 80))
    half.save(work / "half.png")
    asked = [(Cutout("noto", "half", "box", "half.png"), None), (SQUARE, None)]
    assert figures.told(Measuring(), work, asked)["images"] == 1


def test_a_map_points_at_the_one_of_the_colour_that_is_asked_for(work):
    asked = [(DISC, "red", "blue"), (DISC, "blue", "red"), (SQUARE, "green", "purple"), (SQUARE, "purple", "green")]
    assert figures.pointed(Measuring(), work, asked) == {"images": 4, "percent": 100.0}


def test_two_cover_more_or_less_of_a_window_than_one(work):
    seen = []

    class Two(Measuring):
        def images(self, pictures):
            seen.extend(pictures)
            return super().images(pictures)

    one_is_larger = figures.pairs(Two(), work, [SQUARE])
    assert one_is_larger == {"images": 1, "percent": 0.0}  # 0.8 x 0.8 of the window are more than 2 x 0.45 x 0.45
    reds = [np.asarray(p)[:, :, 2] < 100 for p in seen]
    columns = [np.flatnonzero(r.any(0)) for r in reds]
    assert np.all(np.diff(columns[0]) == 1)
    assert np.sum(np.diff(columns[1]) > 1) == 1  # two, with a gap

