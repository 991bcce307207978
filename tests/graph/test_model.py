"""Two parts of a graph, what makes one of the other, and when they are the same."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from markroom.graph.model import LABELS, WAYS, Change, Node, Relation, Subgraph, compare, digest, pseudonym

IDS = st.sampled_from(["a", "b", "c", "d"])


@st.composite
def subgraphs(draw: st.DrawFn) -> Subgraph:
    found = Subgraph()
    for label, id_ in draw(st.sets(st.tuples(st.sampled_from(["Question", "Template"]), IDS))):
        found.add(label, id_, draw(IDS), title=draw(st.none() | st.text(max_size=3)))
    for way, start, end in draw(st.sets(st.tuples(st.sampled_from(WAYS), IDS, IDS), max_size=6)):
        found.relations.add(Relation(way, start, end))
    return found


def carry_out(change: Change, graph: Subgraph) -> Subgraph:
    nodes = {key: node for key, node in graph.nodes.items() if node not in change.removed}
    nodes |= {(node.label, node.id): node for node in change.put}
    return Subgraph(nodes, graph.relations - set(change.unrelated) | set(change.related))


@settings(max_examples=40)
@given(subgraphs(), subgraphs())
def test_a_change_makes_one_of_the_other(old: Subgraph, new: Subgraph) -> None:
    """G-03"""
    made = carry_out(compare(old, new), old)
    assert made == new
    assert digest(made) == digest(new)
    assert not compare(made, new)


@settings(max_examples=40)
@given(subgraphs(), subgraphs())
def test_a_digest_tells_graphs_apart_and_nothing_else(one: Subgraph, other: Subgraph) -> None:
    assert (digest(one) == digest(other)) == (one == other)


def test_a_digest_does_not_depend_on_the_order_of_writing() -> None:
    one, other = Subgraph(), Subgraph()
    for graph, ids in ((one, "ab"), (other, "ba")):
        for id_ in ids:
            graph.nodes["Question", id_] = Node("Question", id_, "t", {"label": id_})
    assert digest(one) == digest(other)


def test_relations_start_and_end_at_known_labels() -> None:
    assert {way.start for way in WAYS} | {way.end for way in WAYS} == set(LABELS)


def test_a_person_has_another_pseudonym_in_each_school_and_on_each_server() -> None:
    """G-01"""
    person, school, other = uuid4(), uuid4(), uuid4()
    names = {
        pseudonym(secret, at, person) for secret in (b"one secret", b"another") for at in (school, other)
    }
    assert len(names) == 4
    assert str(person) not in names
    assert pseudonym(b"one secret", school, person) == str(UUID(pseudonym(b"one secret", school, person)))
