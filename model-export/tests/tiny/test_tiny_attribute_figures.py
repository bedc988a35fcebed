"""Figures of colours and pairs, with a model whose answers are known: it measures the colours of a picture itself."""

import numpy as np
import pytest
import torch
from PIL import Image

from zeroshot4j_export.tiny import attribute_figures as figures
from zeroshot4j_export.tiny import evaluate
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
    for module in (figures, evaluate):
        monkeypatch.setattr(module, "background", lambda work, rng, side: Image.new("RGB", (side, side), BACKGROUND))
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


def test_what_does_not_look_as_it_was_painted_is_not_asked(work):
    dark = Image.new("RGBA", (80, 80), (0, 0, 0, 255))  # a silhouette: paint has no light and shade to keep
    dark.paste((30, 30, 30, 255), (0, 0, 80, 8))
    dark.save(work / "dark.png")
    dark = Cutout("noto", "dark", "box", "dark.png")
    seen = [c for c in COLOURS if figures.colour_of(figures.painted(Image.open(work / "dark.png"), c)) == c]
    assert 1 <= len(seen) < len(COLOURS)
    assert figures.told(Measuring(), work, [(dark, c) for c in COLOURS]) == {"images": len(seen), "percent": 100.0}
    unsure = next(c for c in COLOURS if c not in seen)
    assert figures.pointed(Measuring(), work, [(dark, seen[0], unsure), (dark, unsure, seen[0])]) == {"images": 0, "percent": "-"}


def test_a_map_points_at_the_one_of_the_colour_that_is_asked_for(work):
    asked = [(DISC, "red", "blue"), (DISC, "blue", "red"), (SQUARE, "green", "purple"), (SQUARE, "purple", "green")]
    assert figures.pointed(Measuring(), work, asked) == {"images": 4, "percent": 100.0}


class Counting(Measuring):
    """Sees how many red things lie beside each other, and likes that many for "two"."""

    def __init__(self, liked):
        super().__init__()
        self.liked, self.sizes = liked, []

    def images(self, pictures):
        rows = []
        for p in pictures:
            red = np.asarray(p)[:, :, 2] < 100
            columns = np.flatnonzero(red.any(0))
            self.sizes.append(int(red.any(1).sum()))
            rows.append([float(1 + np.sum(np.diff(columns) > 1) == self.liked), 1.0])
        return np.array(rows)

    def texts(self, prompts):
        assert prompts == ["two boxes"]
        return np.array([[1.0, 0.0]])


@pytest.mark.parametrize(("liked", "percent"), [(2, 100.0), (1, 0.0), (3, 0.0)])
def test_two_are_told_from_one_of_the_same_size(work, liked, percent):
    model = Counting(liked)
    assert figures.pairs(model, work, [SQUARE]) == {"images": 1, "percent": percent}
    assert len(model.sizes) == 3 and len(set(model.sizes)) == 1  # two, the left one, the right one


def test_figures_are_of_the_half_that_is_asked_for_and_of_what_can_be_said(work, monkeypatch):
    """Names stand for what they are of: a picture of the other half, or training art among OpenMoji's, would show."""
    seen = {}

    def spy(kind):
        def measure(model, work, asked):
            seen.setdefault(kind, []).append([(a[0] if isinstance(a, tuple) else a) for a in asked])
            return {"images": len(asked), "percent": 50.0}
        return measure

    for kind in ("told", "pointed", "pairs"):
        monkeypatch.setattr(figures, kind, spy(kind))
    pictures = [Cutout(s, f"{i}", name, "square.png") for s in ("noto", "twemoji", "openmoji") for i in range(40)
                for name in ("cat", "orange", "scissors")]
    monkeypatch.setattr(figures, "load_index", lambda work: pictures)
    table = figures.attribute_figures(Measuring(), work, "tuning")
    noto, painted, as_is = seen["told"]
    assert {c.source for c in noto} == {"noto"} and 0 < len(noto) <= figures.PAINTED
    for held in (painted, as_is, *seen["pointed"], seen["pairs"][1]):
        assert held and {c.source for c in held} == {"openmoji"}
        assert {figures.bank.half(c) for c in held} == {"tuning"}
    assert {c.concept for c in as_is} == {"cat", "scissors"}  # an orange has its colour in its name
    assert {c.concept for part in seen["pairs"] for c in part} == {"cat"}
    assert [row[1:] for row in table["rows"]][0] == [len(noto), 50.0, "9.1"] and len(table["rows"]) == 6
