"""How words are matched: a line is reduced to plain lower-case words, a pattern is a list of phrasings. Pure."""

import re
import unicodedata


def words_of(text: str) -> str:
    """Letters and digits in lower case, words parted by one blank; accents and punctuation are gone."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", "".join(c for c in folded if not unicodedata.combining(c))).split())


def any_of(*phrasings: str) -> re.Pattern[str]:
    """One pattern for several phrasings; every repetition in them is bounded or ends the phrase."""
    return re.compile("|".join(f"(?:{phrasing})" for phrasing in phrasings))


def small_words(words: str) -> frozenset[str]:
    """The words by which a language is known, as `words_of` gives them."""
    return frozenset(words.split())
