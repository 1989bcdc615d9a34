"""The words of a text for the search index."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_WORD = 40

# Chinese and Japanese have no spaces between words, so each character is one word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u9fff]+")


def words_of(text: str) -> list[str]:
    """Return the distinct words of `text`, case-folded and in Unicode normal form NFKC."""
    return list(dict.fromkeys(_words(text)))


def _words(text: str) -> Iterator[str]:
    for found in _WORD.finditer(unicodedata.normalize("NFKC", text).casefold()):
        yield found[0][:LONGEST_WORD]
