import pytest

from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.tokenizer import bpe_merges, build_tokenizer, check_tokenizer


def test_full_vocabulary_gives_the_ids_of_openai_clip():
    tokenizer = build_tokenizer()
    # From the documentation of OpenAI's CLIP and of the model on the Hub: 49406 begins, 49407 ends.
    assert tokenizer("a fluffy cat").input_ids == [49406, 320, 17054, 2368, 49407]
    assert tokenizer("").input_ids == [49406, 49407]


def test_merges_are_those_between_version_line_and_unused_rest():
    merges = bpe_merges()
    assert len(merges) == 48894
    assert merges[0] == ("i", "n")
    assert all(len(pair) == 2 for pair in merges)


def test_small_vocabulary_ends_with_beginning_and_end_of_text_and_spells_the_rest():
    tokenizer = build_tokenizer(520, 16)
    assert (tokenizer.bos_token_id, tokenizer.eos_token_id) == (518, 519)
    ids = tokenizer("butterfly \u732b").input_ids
    # 6 merges leave "butterfly" in few-letter pieces; the ideogram is three bytes; none is unknown.
    assert ids[0] == 518 and ids[-1] == 519 and 519 not in ids[1:-1]
    assert tokenizer.decode(ids[1:-1]) == "butterfly \u732b"


def test_truncation_keeps_the_end_of_text():
    tokenizer = build_tokenizer(520, 16)
    ids = tokenizer("cat " * 50, truncation=True, max_length=16).input_ids
    assert len(ids) == 16 and ids[-1] == 519


class Config:
    def __init__(self, vocab_size, eos_token_id):
        self.vocab_size, self.eos_token_id = vocab_size, eos_token_id


def test_tokenizer_larger_than_the_model_is_refused():
    with pytest.raises(ExportError, match=r"highest id \(519\) must be below the model's vocab_size \(519\)"):
        check_tokenizer(build_tokenizer(520), Config(519, 519))


def test_tokenizer_whose_end_is_not_pooled_is_refused():
    with pytest.raises(ExportError, match=r"end of text \(519\) must be the id that the model pools at \(518\)"):
        check_tokenizer(build_tokenizer(520), Config(520, 518))


def test_old_configuration_pools_at_the_highest_id():
    check_tokenizer(build_tokenizer(520), Config(520, 2))
    grown = build_tokenizer(520)
    grown.add_tokens(["<new>"])
    with pytest.raises(ExportError, match=r"\(519\) must be the id that the model pools at \(520\)"):
        check_tokenizer(grown, Config(521, 2))


def test_tokenizer_that_gives_no_ids_is_refused():
    class Mute:
        bos_token_id, eos_token_id = 518, 519

        def __call__(self, text):
            return type("Encoding", (), {"input_ids": []})

    with pytest.raises(ExportError, match=r"must put beginning and end of text around a prompt: 518 ... 519, found \[\]"):
        check_tokenizer(Mute(), Config(520, 519))
