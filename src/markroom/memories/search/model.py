"""Memories found by their words and by what they mean, and how the two are fused.

The score is the mean of both, words counted against the best of them; decision 0040 has the measures behind
the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from markroom.memories.model import Hit, Memory

WORDS_WEIGHT = 0.2


@dataclass(frozen=True)
class Candidate:
    """A memory one of the rankings brought up; `similarity` None where it has no vector yet."""

    id: UUID
    words_score: float | None
    similarity: float | None


@dataclass(frozen=True)
class Fused:
    candidate: Candidate
    score: float
    words_rank: int | None
    meaning_rank: int | None


def fuse(candidates: Sequence[Candidate], limit: int, words_weight: float = WORDS_WEIGHT) -> list[Fused]:
    """The best `limit`, with their place in each ranking from 1.

    A memory without a vector is given the best similarity there is, as far as its words reach: what was just
    written must not sink until the worker has seen it.
    """
    words = rank({c.id: c.words_score for c in candidates if c.words_score is not None})
    meaning = rank({c.id: c.similarity for c in candidates if c.similarity is not None})
    most_words = max((c.words_score or 0 for c in candidates), default=0) or 1
    nearest = max((c.similarity for c in candidates if c.similarity is not None), default=1.0)

    def score(candidate: Candidate) -> float:
        share = (candidate.words_score or 0) / most_words
        near = nearest * share if candidate.similarity is None else candidate.similarity
        return words_weight * share + (1 - words_weight) * near

    fused = [Fused(c, score(c), words.get(c.id), meaning.get(c.id)) for c in candidates]
    return sorted(fused, key=lambda f: (-f.score, f.candidate.id))[:limit]


def rank(scores: dict[UUID, float]) -> dict[UUID, int]:
    """Places from 1, highest first."""
    order = sorted(scores, key=lambda memory_id: (-scores[memory_id], memory_id))
    return {memory_id: place for place, memory_id in enumerate(order, 1)}


def explain(fused: Sequence[Fused], memories: Sequence[Memory]) -> list[Hit]:
    """`memories` in the order of `fused`; one deleted in between is missing and left out."""
    found = {memory.id: memory for memory in memories}
    return [
        Hit(
            found[f.candidate.id],
            f.score,
            f.words_rank,
            f.candidate.words_score,
            f.meaning_rank,
            f.candidate.similarity,
        )
        for f in fused
        if f.candidate.id in found
    ]
