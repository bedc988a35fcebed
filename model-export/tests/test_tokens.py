"""The golden of token ids: what it covers, and a second opinion on it that shares no code with the library that wrote it."""

import gzip
import html
import json
import unicodedata
from collections import Counter
from functools import cache, lru_cache

import pytest
import regex

from zeroshot4j_export.goldens import repository_root, tokens
from zeroshot4j_export.tokenizer import BYTE_TOKENS, FULL_MERGES, FULL_VOCAB, bpe_merges

BOS, EOT = FULL_VOCAB - 2, FULL_VOCAB - 1
WORD = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+")


@pytest.fixture(scope="module")
def golden() -> list:
    lines = gzip.decompress((repository_root() / tokens.FILE).read_bytes()).decode("ascii").splitlines()
    return [json.loads(line) for line in lines[1:]]


# The plain tokenizer: the published algorithm of byte pair encoding, one merge after the other, without anything clever.


@lru_cache(maxsize=1)
def ranks() -> dict[tuple[str, str], int]:
    return {pair: rank for rank, pair in enumerate(bpe_merges())}


@lru_cache(maxsize=1)
def byte_letters() -> list[str]:
    """GPT-2's table: printable Latin-1 bytes are themselves, the others are letters from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = iter(range(0x100, 0x200))
    return [chr(byte) if byte in printable else chr(next(others)) for byte in range(256)]


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, int]:
    letters = sorted(byte_letters())
    tokens = letters + [letter + "</w>" for letter in letters] + ["".join(pair) for pair in bpe_merges()]
    return {token: index for index, token in enumerate(tokens)}


@cache
def merged(word: str) -> tuple[str, ...]:
    parts = [*word[:-1], word[-1] + "</w>"]
    while len(parts) > 1:
        best = min(zip(parts, parts[1:], strict=False), key=lambda pair: ranks().get(pair, FULL_MERGES))
        if best not in ranks():
            break
        result = []
        while parts:
            if tuple(parts[:2]) == best:
                result.append(parts[0] + parts[1])
                parts = parts[2:]
            else:
                result.append(parts.pop(0))
        parts = result
    return tuple(parts)


def plain_ids(text: str) -> list[int]:
    text = regex.sub(r"\s+", " ", unicodedata.normalize("NFC", text))
    text = "".join(character.lower() for character in text)  # one by one: a capital sigma at a word's end is like any other
    ids = []
    for word in WORD.findall(text):
        letters = "".join(byte_letters()[byte] for byte in word.encode())
        ids += [vocabulary()[part] for part in merged(letters)]
    return [BOS, *ids[: tokens.CONTEXT - 2], EOT]


def test_plain_tokenizer_knows_the_published_ids():
    """From the documentation of CLIP in transformers and OpenAI's own: two prompts that everybody prints."""
    assert plain_ids("a photo of a cat") == [49406, 320, 1125, 539, 320, 2368, 49407]
    assert plain_ids("a photo of a dog") == [49406, 320, 1125, 539, 320, 1929, 49407]
    assert len(vocabulary()) == FULL_VOCAB - 2 and vocabulary()["!"] == 0 and vocabulary()["!</w>"] == BYTE_TOKENS // 2


def test_golden_agrees_with_the_plain_tokenizer(golden):
    assert [(kind, string) for kind, string, ids in golden if plain_ids(string) != ids] == []


def test_golden_covers_what_it_should(golden):
    kinds = Counter(kind for kind, _, _ in golden)
    assert len(golden) == len({string for _, string, _ in golden}) >= 10_000
    for kind in ("accents", "emoji", "east asian", "right to left", "controls", "entities", "quotes", "any Unicode"):
        assert kinds[kind] >= 400, kind
    strings = [string for _, string, _ in golden]
    assert "" in strings
    assert any(len(string.split()) == 200 for string in strings)
    for form in ("NFC", "NFD"):
        other = "NFD" if form == "NFC" else "NFC"
        assert sum(unicodedata.is_normalized(form, s) and not unicodedata.is_normalized(other, s) for s in strings) > 100
    assert sum("\u200d" in string and max(string) > "\U0001f000" for string in strings) > 100


@pytest.mark.parametrize("count", range(74, 80))
def test_golden_has_strings_around_the_context_length(golden, count):
    """75 and 76 tokens with the marks leave room, 77 fill it, 78 are cut and still end with the end of text."""
    lengths = {len(ids) for kind, _, ids in golden if kind == f"{count} tokens"}
    assert lengths == {min(count, 77)}
    assert all(ids[0] == BOS and ids[-1] == EOT for _, _, ids in golden)


@pytest.mark.parametrize(
    "prompt, cleaned",
    [
        ("rock &amp; roll", "rock & roll"),
        ("&amp;lt;b&amp;gt;", "<b>"),
        ("caf&eacute;", "caf\u00e9"),
        ("\u201ca cat\u201d", '"a cat"'),
    ],
)
def test_cleaning_of_openai_is_not_part_of_it(prompt, cleaned):
    """OpenAI's code undoes entities twice and straightens quotes (ftfy); transformers' tokenizer does neither."""
    if "&" in prompt:
        assert html.unescape(html.unescape(prompt)) == cleaned
    assert plain_ids(prompt) != plain_ids(cleaned)
