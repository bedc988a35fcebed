"""Prompts that a tokenizer may stumble over."""

import numpy as np

ORDINARY = (
    "a cat", "a dog", "a photo of a cat", "a fluffy cat", "a butterfly", "a cat's paw", "don't", "I'll", "we've",
    "they're", "I'm", "he'd", "A PHOTO OF A CAT", "A Photo Of A Cat", "red apple, green apple; blue apple!", "3 cats",
    "1987", "3.14159", "50% off", "C++", "a/b/c", "e-mail: someone@example.org", "semi-truck", "_under_score_",
    "(brackets) [and] {braces}", "\"quoted\"", "'single'", "back`tick", "tilde~ caret^ pipe| back\\slash", "#hashtag",
    "# not a comment", "$100 & more", "question? answer!", "...", "?!?!", "a,b,c", "1,2,3", "<tag attr='x'>",
    "&amp; &lt; &#39;", "http://example.org/?q=1&r=2", "the quick brown fox jumps over the lazy dog",
    "supercalifragilisticexpialidocious", "zzyzx", "aaaa", "ab" * 30, "x" * 76, "x" * 500,
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
)  # fmt: skip

SPACES = (
    "", " ", "   ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u2003", "\u200b", " a cat", "a cat ", "  a   cat  ",
    "a\tcat", "a\ncat", "a\r\ncat", "a\u00a0cat", "a\u3000cat", "a\u2028cat", "a\u2029cat", "a\u200bcat",
    "a\u00adcat", "a\u0085cat", "a\x0bcat", "a\x0ccat", "\ufeffa cat", "a\x00cat", "a\x01cat", "a\x1fcat", "a\x7fcat",
    "a\u180ecat", "a\u2060cat",
)  # fmt: skip

UNICODE = (
    "caf\u00e9", "cafe\u0301", "Z\u00fcrich", "Zu\u0308rich", "\u00c5ngstr\u00f6m", "A\u030angstro\u0308m", "\u212b",
    "na\u00efve", "\u00c9COLE", "\u0130stanbul", "\u0131", "I\u0307", "stra\u00dfe", "STRASSE", "\u1e9e",
    "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2", "\u039f\u0394\u039f\u03a3", "\u01c4", "\u01c5", "\ufb01sh",
    "\ufb03", "\uff21\uff22\uff23", "\uff76\uff80\uff76\uff85", "\u00bd", "x\u00b2", "\u2160\u2161",
    "\u0661\u0662\u0663", "\u096a\u096b", "\u4e00\u4e8c\u4e09", "\u732b", "\u4e00\u53ea\u732b",
    "\u3053\u3093\u306b\u3061\u306f", "\u304b\u3099", "\u304c", "\ud55c\uad6d\uc5b4", "\u1112\u1161\u11ab",
    "\u0939\u093f\u0928\u094d\u0926\u0940", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "\u05e2\u05d1\u05e8\u05d9\u05ea", "\u0e44\u0e17\u0e22", "\u0440\u0443\u0441\u0441\u043a\u0438\u0439",
    "\u0420\u0423\u0421\u0421\u041a\u0418\u0419", "\u0451", "\u0435\u0308", "\u202eright to left\u202c",
    "a\u0300\u0301\u0302\u0303", "\u0344", "\u1e69", "\u0073\u0323\u0307", "\u0073\u0307\u0323", "\u2018quoted\u2019",
    "\u201cquoted\u201d", "dash\u2013dash\u2014dash", "ellipsis\u2026", "\u20ac100", "\u00a9\u00ae\u2122",
    "\u2192\u2190", "\u221e\u2211\u222b", "\ufffd", "\ufffe", "\uffff", "\ue000", "\U00010400",
    "\U0001d400\U0001d401", "\U00020000", "\U000e0041", "\U0010ffff",
)  # fmt: skip

EMOJI = (
    "\U0001f98b", "a \U0001f431 cat", "\U0001f431\U0001f436", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f44d\U0001f3fd", "\u2764\ufe0f", "\u2764", "\U0001f1e8\U0001f1ed", "1\ufe0f\u20e3",
    "\U0001f3f3\ufe0f\u200d\U0001f308", ":-)", "\u263a", "\U0001f600" * 40,
)  # fmt: skip

SPECIAL = (
    "<|startoftext|>", "<|endoftext|>", "a cat <|endoftext|> a dog", "<|startoftext|>a cat<|endoftext|>",
    "<|ENDOFTEXT|>", "<|endoftext|", "<| endoftext |>", "<|endoftext|><|endoftext|>", "a<|startoftext|>b", "<|pad|>",
    "</w>", "a</w> b", "\u0120cat", "!", "\u0100", "[CLS] a cat [SEP]", "<s>a cat</s>", "<unk>", "<pad>",
)  # fmt: skip

WORDS = "cat dog red blue apple on the table in a garden with two butterflies under an old tree by house near river".split()


def lengths(context_length: int) -> list[str]:
    """Prompts around the model's limit: just below, at and above it, and 200 words."""
    counts = sorted({context_length + d for d in (-5, -4, -3, -2, -1, 0, 1, 2)} | {200, 400})
    # "a" is one token in every vocabulary, so these lengths are exact; WORDS adds what is not.
    return [" ".join(["a"] * n) for n in counts] + [" ".join(WORDS[i % len(WORDS)] for i in range(n)) for n in counts]


def seeded(count: int, seed: int = 7) -> list[str]:
    """Random strings from several scripts; no lone surrogates, which are not text."""
    rng = np.random.default_rng(seed)
    ranges = ((32, 127), (97, 123), (160, 592), (768, 880), (880, 1424), (0x4E00, 0x4F00), (0x1F300, 0x1F650), (0x2000, 0x2070))
    prompts = []
    for _ in range(count):
        chars = []
        for _ in range(int(rng.integers(1, 40))):
            low, high = ranges[int(rng.integers(len(ranges)))]
            chars.append(chr(int(rng.integers(low, high))) if rng.random() < 0.85 else " ")
        prompts.append("".join(chars))
    return prompts


def hostile(context_length: int) -> list[str]:
    """About 300 prompts, without repetition, in a fixed order."""
    prompts = [*ORDINARY, *SPACES, *UNICODE, *EMOJI, *SPECIAL, *lengths(context_length), *seeded(110)]
    return list(dict.fromkeys(prompts))
