"""Validates many small graphs before one background: pySHACL, with what takes it long done once.

SHACL: https://www.w3.org/TR/shacl/.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pyshacl.shape
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core.logical_constraints import OrConstraintComponent
from pyshacl.constraints.core.shape_based_constraints import (
    NodeConstraintComponent,
    PropertyConstraintComponent,
)
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shapes_graph import ShapesGraph
from rdflib import Graph
from rdflib.namespace import RDFS, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

Triple = tuple[Node, Node, Node]


class Validator:
    """Shapes, and a background of statements with which each graph is seen."""

    def __init__(self, shapes: Graph, background: Iterable[Triple] = ()) -> None:
        # pySHACL adds statements of its own to the graph of shapes that it is given.
        self._shapes = ShapesGraph(_Seen(shapes), logger=logging.getLogger(__name__))
        self._targeting = [shape for shape in self._shapes.shapes if any(map(list, shape.target()))]
        self._seen = _Seen(background)

    def report(self, data: Graph, only: set[Node] | None = None) -> Graph:
        """Return what is wrong in a graph as a validation report: of all resources, or of some.

        Some are validated as if shapes targeted no others, while what they lead to is seen.
        """
        executor, found = SHACLExecutor(), list[Any]()
        with self._with(data):
            there = self._seen if only is None else self._around(only)
            for shape in self._targeting:
                focus = shape.focus_nodes(there)
                focus = focus if only is None else focus & only
                if focus:
                    found += shape.validate(executor, self._seen, focus=focus)[1]
        report, _ = pyshacl.validator.Validator.create_validation_report(
            self._shapes, not found, found
        )
        assert isinstance(report, Graph)
        return report

    @contextmanager
    def _with(self, data: Graph) -> Iterator[None]:
        """Let a graph be seen with the background for a while."""
        added = [triple for triple in data if triple not in self._seen]
        try:
            for triple in added:
                self._seen.add(triple)
            yield
        finally:
            for triple in added:
                self._seen.remove(triple)

    def _around(self, subjects: Iterable[Node]) -> "_Seen":
        """Return what is said of subjects, and all classes: enough to tell which are targets."""
        near = _Seen(self._seen.triples((None, RDFS.subClassOf, None)))
        for subject in subjects:
            for triple in self._seen.triples((subject, None, None)):
                near.add(triple)
        return near


class _Seen(Graph):
    """A graph that is quick to ask, and reads a query but once."""

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        super().__init__(store="SimpleMemory", bind_namespaces="none")
        for triple in triples:
            self.add(triple)

    def __bool__(self) -> bool:
        # pySHACL asks for each result, and would have all statements counted.
        return True

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Result:
        text = str(query_object)
        return super().query(_prepared(text), initBindings=kwargs.get("initBindings"))


@lru_cache(maxsize=100)
def _prepared(text: str) -> Query:
    return prepareQuery(text)


Values = dict[Node, set[Node]]
Outcome = tuple[bool, list[Any]]


class _Properties(PropertyConstraintComponent):
    """Puts all values to a property shape at once, where pySHACL puts one after the other."""

    def _evaluate_property_shape(
        self,
        executor: SHACLExecutor,
        prop_shape: Node,
        target_graph: Graph,
        focus_value_nodes: Values,
        potentially_recursive: list[Any] | None,
        _evaluation_path: list[Any],
    ) -> Outcome:
        values = [value for nodes in focus_value_nodes.values() for value in nodes]
        # What is met again, or met twice, and what is no shape: pySHACL knows what to do then.
        shape = None if potentially_recursive else _other(self, prop_shape)
        if not shape or len(set(values)) < len(values):
            return super()._evaluate_property_shape(  # type: ignore[no-any-return, no-untyped-call]
                executor, prop_shape, target_graph, focus_value_nodes, potentially_recursive,
                _evaluation_path,
            )  # fmt: skip
        conforms, found = shape.validate(
            executor, target_graph, focus=values, _evaluation_path=_evaluation_path[:]
        )
        return not conforms, found


class _Nodes(NodeConstraintComponent):
    """Looks at values one by one only where they do not conform all at once."""

    def _evaluate_node_shape(
        self,
        executor: SHACLExecutor,
        node_shape: Node,
        target_graph: Graph,
        focus_value_nodes: Values,
        potentially_recursive: list[Any] | None,
        _evaluation_path: list[Any],
    ) -> Outcome:
        values = set().union(*focus_value_nodes.values())
        shape = None if potentially_recursive else _other(self, node_shape)
        if shape and not shape.is_property_shape:
            _, found = shape.validate(
                executor, target_graph, focus=values, _evaluation_path=_evaluation_path[:]
            )
            if not found:
                return False, []
        return super()._evaluate_node_shape(  # type: ignore[no-any-return, no-untyped-call]
            executor, node_shape, target_graph, focus_value_nodes, potentially_recursive,
            _evaluation_path,
        )  # fmt: skip


class _Alternatives(OrConstraintComponent):
    """Tries alternatives in their order up to the first that fits, where pySHACL tries all."""

    def _evaluate_or_constraint(
        self,
        executor: SHACLExecutor,
        or_c: Node,
        target_graph: Graph,
        focus_value_nodes: Values,
        _evaluation_path: list[Any],
    ) -> Outcome:
        shapes = [_other(self, node) for node in self.shape.sg.graph.items(or_c)]

        def fit(values: Iterable[Node]) -> bool:
            return any(
                shape.validate(
                    executor, target_graph, focus=values, _evaluation_path=_evaluation_path[:]
                )[0]
                for shape in shapes
                if shape
            )

        # Values of one datatype mostly fit the same alternative.
        alike = defaultdict[Node | None, set[Node]](set)
        for value in set().union(*focus_value_nodes.values()):
            alike[getattr(value, "datatype", None)].add(value)
        doubtful = {
            value
            for values in alike.values()
            if not fit(values)
            for value in values
            if not fit([value])
        }
        left = {focus: values & doubtful for focus, values in focus_value_nodes.items()}
        return super()._evaluate_or_constraint(  # type: ignore[no-any-return, no-untyped-call]
            executor, or_c, target_graph, left, _evaluation_path
        )


def _other(component: ConstraintComponent, node: Node) -> Any:
    """Return the shape of another name, or None where there is none."""
    return component.shape.get_other_shape(node)  # type: ignore[no-untyped-call]


# pySHACL keeps its components here once it has validated something, in a slow list.
pyshacl.shape.CONSTRAINT_PARAMS = (  # type: ignore[attr-defined]
    CONSTRAINT_PARAMETERS_MAP.keys(),
    CONSTRAINT_PARAMETERS_MAP
    | {SH.property: _Properties, SH.node: _Nodes, SH["or"]: _Alternatives},
)
