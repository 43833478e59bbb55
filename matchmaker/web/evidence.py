# SPDX-License-Identifier: MIT
"""Which evidence of a match a person would follow; only that is marked and named on pages."""

from collections.abc import Sequence

from matchmaker.matching import Evidence, Explanation, Thread
from matchmaker.matching.stems import fold, sound
from matchmaker.web.marks import Span

UNNAMED = ("facet", "companions")  # choices have no words; companions are seen by counting only
CLEAR = 0.05  # a shared word or meaning is named from this part of what the words carried
ALIKE = 0.12  # words that only look alike need more,
ALIKE_OF_SCORE = 0.03  # also measured by the whole score,
SHORT_ALIKE_OF_SCORE = 0.06  # and more still if they are short: chance makes them look alike
WHISPER = 0.25  # part of the stronger direction below which the weaker one is not told
BOTH_DO = "both_do"
SHORT, SHORTEST = 6, 3  # letters
COMMON = 0.7  # part of the shorter word that two words must share to be relatives


def named_evidence(thread: Thread, score: float) -> list[Evidence]:
    """Return the words worth marking, the strongest first."""
    words = [e for e in thread.evidence if e.block not in UNNAMED and _readable(e)]
    base = sum(e.contribution for e in words)
    return [
        e
        for e in words
        if (e.contribution >= CLEAR * base if e.block != "chars" else _alike(e, base, score))
    ]


def _readable(evidence: Evidence) -> bool:
    """Leave out numbers and words of two letters: they say nothing without their sentence."""
    return evidence.contribution > 0 and all(
        any(len(word) >= SHORTEST and any(map(str.isalpha, word)) for word in words)
        for words in (evidence.query_words, evidence.candidate_words)
    )


def _alike(evidence: Evidence, base: float, score: float) -> bool:
    """Tell whether words that look alike read as relatives: one begins like a part of the other."""
    both = (evidence.query_words, evidence.candidate_words)
    given = [[sound(fold(word.lower())) for word in words] for words in both]
    longest = 0.0
    for one in given[0]:
        for other in given[1]:
            shorter, longer = sorted((one, other), key=len)
            at = next((n for n in range(len(shorter), 2, -1) if _begins(shorter, longer, n)), 0)
            longest = max(longest, at / max(len(shorter), 1))
    shortest = min((len(word) for words in given for word in words), default=0)
    needed = ALIKE_OF_SCORE if shortest >= SHORT else SHORT_ALIKE_OF_SCORE
    return (
        longest >= COMMON
        and evidence.contribution >= ALIKE * base
        and evidence.contribution >= needed * score
    )


def _begins(shorter: str, longer: str, letters: int) -> bool:
    """Tell whether the first letters of one of the words stand anywhere in the other."""
    return shorter[:letters] in longer or longer[:letters] in shorter


def same_type(thread: Thread) -> str:
    """Return the type of opportunity chosen on both sides, or nothing."""
    labels = (e.label for e in thread.evidence if e.block == "facet" and e.contribution > 0)
    return next((name.split(":", 1)[1] for name in labels if name.startswith("type:")), "")


def speaks(thread: Thread, explanation: Explanation) -> bool:
    """Tell whether a thread has anything to show for itself.

    That is words, or a type that both chose; and no whisper beside the other direction, which
    alone carries the pair then.
    """
    loudest = max(other.contribution for other in explanation.threads if other.part != BOTH_DO)
    if thread.part != BOTH_DO and thread.contribution < WHISPER * loudest:
        return False
    return bool(named_evidence(thread, explanation.score) or same_type(thread))


def spans_of(evidence: Sequence[Evidence], *, once: bool = False) -> tuple[list[Span], list[Span]]:
    """Return where the words stand, in my text and in theirs; ``once``: one place a reason."""
    last = 1 if once else None
    return (
        [span for e in evidence for span in e.query_spans[:last]],
        [span for e in evidence for span in e.candidate_spans[:last]],
    )
