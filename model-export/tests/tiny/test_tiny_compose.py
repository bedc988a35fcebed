import torch

from zeroshot4j_export.tiny.compose import Composer, Placement, object_weight


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
    pixels, w1, w2 = data.composer.batch(none, none, place(1.0), place(1.0), g)
    assert pixels.shape == (1, 3, 56, 56) and float(w1) == 0 and float(w2) == 0


def test_what_hides_an_object_takes_from_its_weight():
    composer = square()
    seen = []
    for seed in range(6):  # who lies on top is drawn by the seed
        _, w1, _ = composer.batch(torch.tensor([0]), torch.tensor([0]), place(0.7), place(0.7, x=0.2),
                                  torch.Generator().manual_seed(seed))
        seen.append(float(w1))
    assert max(seen) > 0.99 and min(seen) < 0.6
