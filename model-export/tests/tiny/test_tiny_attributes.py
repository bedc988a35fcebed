import random

import torch

from zeroshot4j_export.tiny import attributes, captions
from zeroshot4j_export.tiny.batches import Batch
from zeroshot4j_export.tiny.colours import COLOURS
from zeroshot4j_export.tiny.concepts import parse
from zeroshot4j_export.tiny.planning import Planner
from zeroshot4j_export.tiny.tokenizer import encode

RED, BLUE = COLOURS.index("red"), COLOURS.index("blue")


def of(*colours):
    shares = torch.zeros(len(colours), len(COLOURS))
    for row, colour in enumerate(colours):
        if colour is not None:
            shares[row, colour] = 0.9
    return shares


def batch():
    """A red one of theme 4, a blue one of another concept, two of theme 4 (blue), nothing."""
    first, second = torch.tensor([4, 7, 4, -1]), torch.tensor([-1, -1, 4, -1])
    return Batch(torch.zeros(4, 3, 8, 8), first, second, torch.tensor([1.0, 1, .6, 0]), torch.tensor([0., 0, .6, 0]),
                 of(RED, BLUE, BLUE, None), of(None, None, BLUE, None), torch.tensor([0., 0, 1, 0]))


def logits(high):
    """-20 but for the (window, text) pairs that are given."""
    texts = torch.full((4, 2 * 12 + 11), -20.0)
    for window, text in high:
        texts[window, text] = 20.0
    return texts


def test_texts_come_in_the_order_that_the_loss_reads(concepts):
    texts = attributes.captions(concepts[:2], ("{}",), random.Random(1))
    assert len(texts) == 2 * 12 + 11
    for i, colour in enumerate(COLOURS):
        assert colour in texts[i] and any(n in texts[i] for n in ("cat", "kitt")), texts[i]
        assert colour in texts[11 + i] and any(n in texts[11 + i] for n in ("mouse", "mice")), texts[11 + i]
        assert colour in texts[24 + i] and not any(n in texts[24 + i] for n in ("cat", "kitt", "mouse", "mice"))
    assert texts[22].split()[-1] in ("cats", "kitties") and texts[23].split()[-1] == "mice"


def test_every_text_is_of_known_tokens_and_is_not_cut(concepts):
    known = {i for row in encode(captions.vocabulary(concepts)).tolist() for i in row}
    for seed in range(30):
        ids = encode(attributes.captions(concepts, captions.TEMPLATES, random.Random(seed)))
        assert set(ids.flatten().tolist()) <= known
        assert int((ids[:, captions.CONTEXT_TOKENS:] != 49407).sum()) == 0


def test_the_loss_wants_the_colour_of_the_thing_the_pair_and_the_colour_of_anything():
    themes = torch.tensor([2, 4])
    right = [(0, 11 + RED), (2, 11 + BLUE), (2, 23), (0, 24 + RED), (1, 24 + BLUE), (2, 24 + BLUE)]
    value, told = attributes.loss(logits(right), batch(), themes)
    partial = float(value)  # the windows of weight 0.6 cannot be met with certainty
    assert float(told) == 1.0
    for i in range(len(right)):
        less, _ = attributes.loss(logits([p for k, p in enumerate(right) if k != i]), batch(), themes)
        assert float(less) > partial + 0.5, right[i]
    for wrong in ((0, 11 + BLUE), (1, 11 + BLUE), (3, 11 + RED), (0, 23), (3, 24 + RED), (0, RED)):
        more, _ = attributes.loss(logits([*right, wrong]), batch(), themes)
        assert float(more) > partial, wrong
    _, told = attributes.loss(logits([(0, 11 + BLUE), (2, 11 + BLUE)]), batch(), themes)
    assert float(told) < 0.5


def test_what_has_a_colour_in_its_name_is_not_asked_in_colours():
    named = parse("[fruit]\norange | | -\napple | green apple | -\npear | | -\n")
    assert [attributes.may_be_coloured(c) for c in named] == [False, False, True]


def test_a_plan_shows_its_themes_alone_and_in_pairs(data):
    planner = Planner(data, seed=3, batch=200, shards=2, concepts_per_step=3)
    plan = planner.plan(5, ease=0.3)
    assert len(plan.themes) == 3  # one in sixteen windows, but not more than there are
    assert len(plan.ids) == len(plan.chosen) + len(plan.negatives) + len(planner.hypernyms) + 3 * 12 + 11
    twins = 0
    for s in plan.shown:
        first, second = (torch.where(i >= 0, data.classes[i.clamp(min=0)], -1) for i in (s.first, s.second))
        assert bool((first[s.twins] == second[s.twins]).all()) and bool((first[s.twins] >= 0).all())
        assert bool(s.of_theme[s.twins].all())
        assert bool((second[first < 0] < 0).all())
        twins += int(s.twins.sum())
    assert 5 < twins < 60  # 0.85 x 0.4 x 0.3 of 200 are 20
    again = Planner(data, seed=3, batch=200, shards=2, concepts_per_step=3).plan(5, ease=0.3)
    assert torch.equal(again.ids, plan.ids) and torch.equal(again.shown[1].first, plan.shown[1].first)
