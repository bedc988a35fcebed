import torch

from zeroshot4j_export.tiny.compose import Composer, Placement, object_weight, side_by_side, where


def place(scale, x=0.0, y=0.0, angle=0.0):
    one = torch.ones(1)
    return Placement(one * scale, one * x, one * y, one * angle, one, one)


def weigh(composer, placement):
    drawn = composer.draw(torch.tensor([0]), placement)
    visible, filled = composer.share(drawn, torch.tensor([0]), placement)
    return float(visible), float(filled), float(object_weight(visible, filled, placement.scale))


def square():
    """One opaque square that fills its picture."""
    return Composer(torch.full((1, 4, 64, 64), 255, dtype=torch.uint8), torch.zeros(1, 3, 56, 56, dtype=torch.uint8))


def test_a_whole_object_is_wholly_visible_and_fills_its_share_of_the_window():
    visible, filled, _ = weigh(square(), place(0.5))
    assert abs(visible - 1) < 0.03 and abs(filled - 0.25) < 0.01


def test_half_of_an_object_over_the_border_is_half_visible():
    visible, _, _ = weigh(square(), place(0.6, x=0.5))
    assert abs(visible - 0.5) < 0.03


def test_position_is_in_window_sides_from_the_middle():
    drawn = square().draw(torch.tensor([0]), place(0.25, x=0.25, y=-0.25))[0, 3]
    ys, xs = torch.nonzero(drawn > 0.5, as_tuple=True)
    assert abs(float(xs.float().mean() + 0.5) / 56 - 0.75) < 0.02
    assert abs(float(ys.float().mean() + 0.5) / 56 - 0.25) < 0.02


def test_a_tight_frame_counts_fully_and_above_small_and_cut_ones():
    composer = square()
    tight = weigh(composer, place(0.8))[2]
    assert tight > 0.99
    assert weigh(composer, place(0.28))[2] < 0.3  # 8% of the window
    assert weigh(composer, place(0.8, x=0.75, y=0.75))[2] < 0.1  # a corner
    assert weigh(composer, place(0.8, x=0.5))[2] < 0.75 * tight  # half of it


def test_without_an_object_nothing_counts(data):
    g = torch.Generator().manual_seed(1)
    none = torch.tensor([-1])
    w = data.composer.batch(none, none, place(1.0), place(1.0), g)
    assert w.pixels.shape == (1, 3, 56, 56) and float(w.weight1) == float(w.weight2) == float(w.pair) == 0
    assert not w.colours1.any() and not w.colours2.any()


def test_what_hides_an_object_takes_from_its_weight():
    composer = square()
    seen = []
    for seed in range(6):  # who lies on top is drawn by the seed
        w = composer.batch(torch.tensor([0]), torch.tensor([0]), place(0.7), place(0.7, x=0.2),
                           torch.Generator().manual_seed(seed))
        seen.append(float(w.weight1))
    assert max(seen) > 0.99 and min(seen) < 0.6


def test_two_that_fill_a_window_together_are_a_pair_and_two_of_which_one_is_hidden_are_not():
    def pair(first, second):
        index = torch.tensor([0])
        return float(square().batch(index, index, first, second, torch.Generator().manual_seed(2)).pair)

    assert pair(place(0.4, x=-0.22), place(0.4, x=0.22)) > 0.95
    assert pair(place(0.1, x=-0.06), place(0.1, x=0.06)) < 0.2  # small in the window, both
    assert pair(place(0.4, x=-0.22), place(0.4, x=0.65)) < 0.2  # one is cut by the border
    assert pair(place(0.4), place(0.4, x=0.02)) < 0.2  # one hides the other


def test_side_by_side_places_two_of_a_size_apart():
    p, q = side_by_side(500, torch.Generator().manual_seed(4))
    apart, mean = torch.hypot(p.x - q.x, p.y - q.y), (p.scale + q.scale) / 2
    assert float((apart / mean).min()) > 0.7 and float((apart / mean).max()) < 1.5
    assert float((p.scale / q.scale).log().abs().max()) < 0.31
    chosen = where(torch.arange(500) % 2 == 0, p, q)
    assert torch.equal(chosen.x[::2], p.x[::2]) and torch.equal(chosen.scale[1::2], q.scale[1::2])
