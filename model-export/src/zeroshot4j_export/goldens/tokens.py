"""Token ids by transformers' CLIP tokenizer with the full vocabulary, for more than 10,000 strings."""

import gzip
import json
from pathlib import Path

from zeroshot4j_export.goldens.header import header
from zeroshot4j_export.goldens.strings import Strings
from zeroshot4j_export.tokenizer import build_tokenizer

NAME = "tokens"
FILE = "onnx-backend/src/test/resources/goldens/clip-tokens.jsonl.gz"
CONTEXT = 77
NOTES = (
    "ids as transformers' CLIPTokenizer gives them with CLIP's 49,408 tokens, not padded, cut to 77 with the end of text kept;",
    "it rests on the library tokenizers (transformers 5 has no other), so a test holds it against a plain Python one as well",
    "a line after this one: kind, string, ids",
)


def cases() -> list[tuple[str, str, list[int]]]:
    tokenizer = build_tokenizer()
    seen, lines = set(), []
    for kind, strings in Strings(tokenizer).all(CONTEXT).items():
        for string in strings:
            if string not in seen:
                seen.add(string)
                lines.append((kind, string, tokenizer(string, truncation=True, max_length=CONTEXT).input_ids))
    return lines


def write(root: Path) -> list[Path]:
    head = header(NAME, ("open_clip_torch", "tokenizers", "transformers"), NOTES)
    lines = [{"header": head, "contextLength": CONTEXT}, *cases()]
    text = "\n".join(json.dumps(line, separators=(",", ":")) for line in lines) + "\n"
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))
    return [path]
