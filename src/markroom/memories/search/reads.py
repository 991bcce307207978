"""Finds memories by their words and by what they mean.

Words: English stems, each also as the beginning of a longer word, which serves other languages; a memory
scores the rarity of the words it shares with the query, divided by the root of its length. Meaning: cosine of
vectors.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.kit.db import Conn, fetch_all
from markroom.memories.embedding import Vector, to_text
from markroom.memories.model import EXACT_BELOW, Filters, Similar
from markroom.memories.reads import match
from markroom.memories.search.model import Candidate

CANDIDATES = 100
RERANKED = 3000
SIMILAR_FROM = 0.75
"""Cosine; on the labelled set no two memories that say different things reach 0.7."""

PERMITTED = "permitted as materialized (select m.id from memories m where {condition})"
WORDS = """terms as materialized (
  select lexeme as first, lexeme || case when length(lexeme) > 3 then chr(1114111) else '' end as last
    from unnest(tsvector_to_array(app.memory_words(%(query)s, '{{}}'))) as lexeme),
shared as materialized (
  select w.* from terms cross join lateral (
    select w.memory_id as id, w.length, count(*) over () as held_by from memory_words w
     where w.institute_id = %(institute)s and w.project_id = %(project)s
       and w.lexeme between first and last and {passes} group by w.memory_id, w.length) w),
fitting as materialized (select count(distinct id)::float as n from shared),
by_words as materialized (
  select id, (sum(ln(1 + (select n from fitting) / held_by)) / sqrt(10 + length))::real as score
    from shared group by id, length order by score desc, id limit %(candidates)s)"""
MEANING = """size as materialized (
  select count(*) as n from (
    select from memory_vectors v where v.institute_id = %(institute)s and v.project_id = %(project)s
     limit %(exact_below)s + 1) v),
coarse as materialized (
  select v.memory_id from memory_vectors v
   where v.institute_id = %(institute)s and v.project_id = %(project)s and v.model = %(model)s and {passes}
   order by v.code <~> binary_quantize(%(vector)s::vector)
   limit (select case when n > %(exact_below)s then %(reranked)s else 0 end from size)),
scored as materialized (
  (select v.memory_id as id, v.embedding <#> %(vector)s::vector as distance from memory_vectors v
    where v.institute_id = %(institute)s and v.project_id = %(project)s and v.model = %(model)s and {passes}
      and (select n <= %(exact_below)s from size)
    order by distance, id limit %(candidates)s)
  union all
  select coarse.memory_id, v.distance from coarse cross join lateral (
    select v.embedding <#> %(vector)s::vector as distance from memory_vectors v
     where v.institute_id = %(institute)s and v.project_id = %(project)s
       and v.memory_id = coarse.memory_id offset 0) v),
by_meaning as materialized (
  select id, -distance as similarity from scored order by distance, id limit %(candidates)s)"""


async def list_candidates(
    conn: Conn, institute_id: UUID, project_id: UUID, query: str, filters: Filters, vector: Vector | None
) -> list[Candidate]:
    """The best by words and, with a vector, the best by meaning; filtered before they are counted."""
    condition, params = match(filters)
    params |= {"institute": institute_id, "project": project_id, "query": query, "candidates": CANDIDATES}
    words = WORDS.format(passes=_passes("w", filters))
    if not _is_wide(filters):
        words = f"{PERMITTED.format(condition=condition)}, {words}"
    if vector is None:
        return await fetch_all(
            conn,
            Candidate,
            f"with {words} select id, score as words_score, null as similarity from by_words",
            params,
        )
    return await fetch_all(
        conn,
        Candidate,
        f"""with {words}, {MEANING.format(passes=_passes("v", filters))}
            select id, w.score as words_score,
                   coalesce(n.similarity, v.similarity) as similarity
              from by_words w full join by_meaning n using (id) left join lateral (
                select -(v.embedding <#> %(vector)s::vector) as similarity from memory_vectors v
                 where n.id is null and v.institute_id = %(institute)s and v.project_id = %(project)s
                   and v.memory_id = w.id and v.model = %(model)s offset 0) v on true""",
        params | _meaning_params(vector),
    )


def _is_wide(filters: Filters) -> bool:
    """Whether a word's or a vector's row says by itself if it passes: it holds the approval."""
    return filters == Filters(approval=filters.approval)


def _passes(table: str, filters: Filters) -> str:
    """The condition on a row of words (`w`) or of vectors (`v`)."""
    if not _is_wide(filters):
        # Not a plain `in`, which becomes a join, and of the few rows expected a loop within a loop.
        return f"({table}.memory_id in (select id from permitted)) is true"
    return "true" if filters.approval == "any" else f"{table}.approval = %(approval)s"


def _meaning_params(vector: Vector) -> dict[str, Any]:
    return {
        "vector": to_text(vector.numbers),
        "model": vector.model,
        "exact_below": EXACT_BELOW,
        "reranked": RERANKED,
    }


async def list_similar(
    conn: Conn, institute_id: UUID, project_id: UUID, vector: Vector, limit: int = 5
) -> list[Similar]:
    """What the project keeps that says nearly the same, approved or not, nearest first."""
    return await fetch_all(
        conn,
        Similar,
        f"""with {MEANING.format(passes="true")}
            select m.id, m.kind, m.text, m.approval, n.similarity
              from by_meaning n join memories m on m.institute_id = %(institute)s and m.id = n.id
             where n.similarity >= %(least)s order by n.similarity desc, m.id""",
        {
            "institute": institute_id,
            "project": project_id,
            "least": SIMILAR_FROM,
            "candidates": limit,
            **_meaning_params(vector),
        },
    )
