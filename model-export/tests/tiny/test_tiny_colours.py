import pytest
import torch
from PIL import ImageColor

from zeroshot4j_export.tiny.colours import COLOURS, PAINTS, colour_shares, in_colour, paint


def plain(rgb, alpha=1.0, side=64):
    """One square of a colour, premultiplied."""
    return torch.tensor([*(c * alpha for c in rgb), alpha])[None, :, None, None].expand(1, 4, side, side).clone()


def name(rgb):
    shares = colour_shares(plain(rgb))[0]
    return COLOURS[int(shares.argmax())] if float(shares.max()) == 1 else None


# Named colours of CSS (W3C, CSS Color Module Level 4) in whose name a basic term stands, but for those that lie between two
# terms for the eye, or are plainly of another.
BETWEEN = {"brown", "rosybrown", "sandybrown", "lightgray", "lightgrey", "darkslategray", "darkslategrey", "slategray",
           "slategrey", "lightslategray", "lightslategrey", "darkslateblue", "slateblue", "mediumslateblue", "cadetblue",
           "powderblue", "lightsteelblue", "orangered", "indianred", "mediumvioletred", "antiquewhite", "navajowhite",
           "lightgoldenrodyellow", "lightseagreen", "darkseagreen", "yellowgreen", "greenyellow"}
OTHERWISE = {"lightyellow": "white", "aliceblue": "white", "blueviolet": "purple", "palevioletred": "pink"}
NAMED = [(n, c) for n in sorted(ImageColor.colormap) for c in COLOURS if c.replace("grey", "gray") in n.replace("grey", "gray")]


@pytest.mark.parametrize(("css", "expected"), [(n, c) for n, c in NAMED if n not in BETWEEN | OTHERWISE.keys()])
def test_named_colours_have_their_names(css, expected):
    assert name([c / 255 for c in ImageColor.getrgb(css)]) == expected


@pytest.mark.parametrize("css", sorted(BETWEEN))
def test_colours_between_two_names_have_their_own_or_none(css):
    assert name([c / 255 for c in ImageColor.getrgb(css)]) in [None, *(c for n, c in NAMED if n == css)]


@pytest.mark.parametrize(("css", "expected"), [
    *OTHERWISE.items(), ("crimson", "red"), ("firebrick", "red"), ("gold", "yellow"), ("navy", "blue"), ("indigo", "purple"),
    ("saddlebrown", "brown"), ("sienna", "brown"), ("#5c3d38", "brown"), ("snow", "white"), ("ivory", "white"), ("silver",
    "grey"), ("salmon", None), ("coral", None), ("chocolate", None), ("peru", None), ("tan", None), ("teal", None),
    ("turquoise", None), ("olive", None), ("gainsboro", None), ("plum", None), ("khaki", None), ("#997a7a", None),
])  # fmt: skip
def test_what_people_call_other_colours(css, expected):
    assert name([c / 255 for c in ImageColor.getrgb(css)]) == expected


def test_colours_between_the_names_have_none():
    assert name((0.96, 0.87, 0.70)) is None  # beige
    assert name((0.45, 0.42, 0.10)) is None  # olive


def test_shares_are_of_the_opaque_pixels():
    rgba = torch.cat([plain((1, 0, 0)), plain((0, 0, 1)), plain((0, 1, 0), alpha=0.2)], 3)
    shares = colour_shares(rgba)[0]
    assert float(shares[COLOURS.index("red")]) == float(shares[COLOURS.index("blue")]) == 0.5
    assert float(shares.sum()) == 1
    assert not colour_shares(torch.zeros(2, 4, 64, 64)).any()


@pytest.mark.parametrize(("colour", "rgb"), list(zip(COLOURS, PAINTS, strict=True)))
def test_every_paint_is_of_its_colour_on_plain_and_on_shaded_things(colour, rgb):
    assert name(rgb) == colour
    shaded = plain((0.6, 0.5, 0.4)) * torch.tensor([1.0, 1, 1, 1])[None, :, None, None]
    shaded[:, :3] *= torch.linspace(0.75, 1.25, 64)[None, None, None]
    done = in_colour(shaded, torch.tensor(rgb)[None, :, None, None])
    assert float(colour_shares(done)[0, COLOURS.index(colour)]) > 0.6
    assert torch.equal(done[:, 3], shaded[:, 3]) and bool((done[:, :3] <= done[:, 3:]).all())


def test_paint_changes_what_is_chosen_alone():
    rgba = plain((0.2, 0.7, 0.3), alpha=0.8).expand(60, 4, 64, 64).clone()
    chosen = (torch.arange(60) % 2 == 0).float()[:, None, None, None]
    done = paint(rgba, chosen, torch.Generator().manual_seed(3))
    torch.testing.assert_close(done[1::2], rgba[1::2])
    assert torch.equal(done[:, 3], rgba[:, 3]) and bool((done >= 0).all())
    painted = {COLOURS[i] for i in colour_shares(done[::2]).argmax(1).tolist()}
    assert len(painted) >= 8  # of eleven, in thirty draws
