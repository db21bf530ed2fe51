"""Components are those of a graph library, each named by its least member."""

from __future__ import annotations

import networkx
from hypothesis import given
from hypothesis import strategies as st

from dau.index.relations.components import Components

NODES = st.integers(0, 20)


@given(st.sets(NODES, min_size=1), st.data())
def test_components_are_those_of_the_graph(members: set[int], data: st.DataObject) -> None:
    member = st.sampled_from(sorted(members))
    edges = data.draw(st.lists(st.tuples(member, member)))
    found = Components(members)
    for one, other in edges:
        found.join(one, other)
    graph = networkx.Graph(edges)
    graph.add_nodes_from(members)
    assert found.names() == {node: min(group) for group in networkx.connected_components(graph) for node in group}
    assert all(found.of(node) == name for node, name in found.names().items())
