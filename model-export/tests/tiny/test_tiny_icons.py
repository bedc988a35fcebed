import re

import numpy as np
import pytest
import torch
from PIL import Image

from zeroshot4j_export.tiny import artwork, bank, card, icons, prepare, sources
from zeroshot4j_export.tiny.artwork import Cutout
from zeroshot4j_export.tiny.concepts import load, parse

PERMISSIVE = {"MIT", "Apache-2.0", "CC0-1.0", "CC-BY-4.0", "CC-BY-3.0", "BSD-3-Clause", "ISC", "public domain"}
CONCEPTS = parse("""
[animal]
cat | kitty | cat, cat face
computer mouse
[object]
light bulb
high-heeled shoe
apple
""")


def matches(source, *names):
    return dict(icons.matches(source, dict.fromkeys(names), CONCEPTS))


# names


@pytest.mark.parametrize(("source", "icon", "concept"), [
    ("streamlineemoji", "cat-face-1", "cat"), ("streamlineemoji", "cat-face-with-wry-smile", None),
    ("fxemoji", "catface", "cat"), ("fxemoji", "lightbulb", "light bulb"), ("fxemoji", "nocat", None),
    ("linecolor", "cat-1-flat", "cat"), ("linecolor", "cat-2", "cat"), ("linecolor", "cat-food", None),
    ("kameleon", "light-bulb-duo", "light bulb"), ("phosphor", "cat-duotone", "cat"), ("phosphor", "cat", None),
    ("phosphor", "cat-fill", None), ("mdi", "cat", "cat"), ("mdi", "cat-side", None), ("mdi", "cats", "cat"),
    ("mdi", "cat-face", None), ("gameicons", "black-cat", None), ("iconpark", "light-bulb", "light bulb"),
])  # fmt: skip
def test_icons_are_matched_by_their_whole_name_less_the_variant(source, icon, concept):
    assert matches(source, icon).get(icon) == concept


def test_names_listed_by_hand_come_first():
    assert matches("mdi", "mouse") == {"mouse": "computer mouse"}
    assert matches("fxemoji", "catside", "heels") == {"catside": "cat", "heels": "high-heeled shoe"}


def test_every_name_listed_by_hand_is_of_a_known_set_and_concept():
    text = icons.resources.files("zeroshot4j_export.tiny").joinpath("icon_names.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert {line.split("/")[0] for line in lines} <= set(icons.NAMED)
    assert {line.split(" = ")[1] for line in lines} <= {c.name for c in load()}


# colours


@pytest.mark.parametrize(("source", "body"), [
    ("mdi", '<path fill="currentColor" d="M0 0"/>'),
    ("phosphor", '<g fill="currentColor"><path d="M0 0" opacity=".2"/><path d="M1 1"/></g>'),
    ("iconpark", '<path fill="#2F88FF" stroke="#000"/><path fill="#43CCF8"/>'),
    ("cyber", '<path fill="#bbd8ff" stroke="#092f63"/>'),
])  # fmt: skip
def test_one_colour_becomes_colours_that_the_name_chooses(source, body):
    painted = icons.paint(source, "cat", body)
    assert not re.search("currentColor|opacity|2F88FF|43CCF8|bbd8ff|092f63", painted)
    assert painted == icons.paint(source, "cat", body)
    assert len({icons.paint(source, f"cat-{i}", body) for i in range(20)}) > 3


def test_a_set_with_colours_of_its_own_keeps_them():
    body = '<path fill="#ffe500" d="M0 0"/>'
    assert icons.paint("noto", "cat", body) == icons.paint("streamlineemoji", "cat", body) == body
    assert icons.filling("noto", "cat") is None


def test_the_disc_behind_a_picture_is_left_out():
    disc = '<path fill="#25b7d3" d="M24 47.996c13.255 0 24-10.745 24-24C48 10.743 0 23.997s10.745 23.999 24 23.999"/>'
    assert icons.paint("kameleon", "cat", f'<g>{disc}<path d="M1 1"/></g>') == '<g><path d="M1 1"/></g>'


def test_most_pictures_of_one_colour_are_filled_but_not_all():
    filled = [icons.filling("mdi", f"cat-{i}") for i in range(200)]
    assert 140 < sum(f is not None for f in filled) < 180


@pytest.fixture
def ring():
    """A black ring in a transparent square, as the rasteriser draws it."""
    y, x = np.mgrid[0:64, 0:64] - 31.5
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[..., 3] = 255 * (np.abs(np.hypot(x, y) - 24) < 3)
    return Image.fromarray(pixels)


def test_what_a_line_encloses_is_filled(tmp_path, ring):
    ring.save(tmp_path / "lines.png")
    icons.fill(tmp_path / "lines.png", "#ea5a47", tmp_path / "master.png")
    master = Image.open(tmp_path / "master.png")
    assert master.getpixel((32, 32)) == (0xEA, 0x5A, 0x47, 255)
    assert master.getpixel((1, 1))[3] == 0 and master.getpixel((8, 32)) == (0, 0, 0, 255)


def test_a_line_that_reaches_the_edge_encloses_too(tmp_path):
    pixels = np.zeros((32, 32, 4), np.uint8)
    pixels[[0, 31], :, 3] = pixels[:, [0, 31], 3] = 255
    Image.fromarray(pixels).save(tmp_path / "lines.png")
    icons.fill(tmp_path / "lines.png", "#ffffff", tmp_path / "master.png")
    assert Image.open(tmp_path / "master.png").getpixel((16, 16)) == (255, 255, 255, 255)


def test_a_drawing_lies_beside_its_master_until_it_is_filled(tmp_path, ring):
    name = next(f"cat-{i}" for i in range(9) if icons.filling("mdi", f"cat-{i}"))
    cutout = Cutout("mdi", name, "cat", f"{name}.png")
    drawing = artwork._drawing(tmp_path, cutout)
    assert drawing != tmp_path / cutout.file
    ring.save(drawing)
    artwork._fill(tmp_path, cutout)
    assert [p.name for p in tmp_path.iterdir()] == [cutout.file]
    assert artwork._drawing(tmp_path, Cutout("noto", "cat", "cat", "cat.png")) == tmp_path / "cat.png"


# licences and weights


@pytest.mark.parametrize("source", [s for s in sources.SOURCES if s.role in ("train", "background", "names")],
                         ids=lambda s: s.key)  # fmt: skip
def test_what_is_trained_on_is_permissive(source):
    named = re.split("; | and ", re.sub(r"library \S+: ", "", source.licence))
    assert set(named) <= PERMISSIVE, source.licence


def test_no_held_out_set_is_trained_on():
    assert {sources.by_key(key).role for key in bank.HELD_OUT} == {"test"}
    trained = {s.key for s in sources.SOURCES if s.role == "train"}
    assert trained.issuperset({*icons.NAMED, *icons.FILLED})


def test_every_set_used_has_its_licence_in_the_notice():
    used = [s for s in sources.SOURCES if s.role == "train"]
    text = card.licence_texts(used)
    assert all(card._COPYRIGHTS[s.key] in text for s in used if s.licence == "MIT")
    assert all(f"\n{licence}: " in text for licence in ("Apache-2.0", "CC-BY-4.0", "CC-BY-3.0", "CC0-1.0"))


def weight(source):
    return round(bank.weights([Cutout(source, "cat", "cat", "")]).item(), 3)


def test_pictograms_weigh_less_than_pictures():
    weights = {key: weight(key) for key in ("noto", "sh3d", "streamlineemoji", "mdi", "fluenthc")}
    assert weights == {"noto": 1.0, "sh3d": 1.0, "streamlineemoji": 1.0, "mdi": 0.3, "fluenthc": 0.5}
    drawn = [s.key for s in sources.SOURCES if s.role == "train" and s.key != "mesh"]
    assert all(0.3 <= weight(key) <= 1 for key in drawn)


def test_the_bank_holds_the_weight_of_each_cutout(tmp_path, monkeypatch):
    cutouts = [Cutout(key, f"cat-{i}", "cat", "") for i, key in enumerate(("noto", "mdi", "openmoji", "fxemoji"))]
    monkeypatch.setattr(sources, "fetch", lambda work: None)
    monkeypatch.setattr(artwork, "collect", lambda work, listed: cutouts)
    monkeypatch.setattr(bank, "cutout_bank", lambda work, chosen: torch.zeros(len(chosen), 4, 8, 8, dtype=torch.uint8))
    monkeypatch.setattr(bank, "background_bank", lambda *_: torch.zeros(0, 3, 8, 8, dtype=torch.uint8))
    prepare.prepare(tmp_path)
    stored = torch.load(tmp_path / "bank.pt", weights_only=True)["weights"]
    assert stored.dtype == torch.float32 and torch.allclose(stored, torch.tensor([1.0, 0.3, 1.0]))
