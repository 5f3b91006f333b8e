"""Runs the parts of a model one after the other; Rasa's own runner plans the way anew for every message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage


class SequentialRunner(GraphRunner):
    """Plans the way to each target once."""

    def __init__(self, schema: GraphSchema, nodes: dict[str, GraphNode]) -> None:
        self._schema, self._nodes = schema, nodes
        self._ways: dict[tuple[str, ...], list[str]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: list[GraphNodeHook] | None = None,
    ) -> SequentialRunner:
        """Load every part."""
        nodes = {
            name: GraphNode.from_schema_node(name, node, model_storage, execution_context, hooks)
            for name, node in graph_schema.nodes.items()
        }
        return cls(graph_schema, nodes)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The output of each target."""
        wanted = tuple(targets or self._schema.target_names)
        results = dict(inputs or {})
        for name in self._way(wanted):
            parents = set(self._schema.nodes[name].needs.values())
            _, results[name] = self._nodes[name](*((parent, results[parent]) for parent in parents))
        return {name: results[name] for name in wanted}

    def _way(self, targets: tuple[str, ...]) -> list[str]:
        """The parts that these targets need, each after those it needs itself."""
        if targets not in self._ways:
            way: list[str] = []
            for name in targets:
                self._add(name, way)
            self._ways[targets] = way
        return self._ways[targets]

    def _add(self, name: str, way: list[str]) -> None:
        if name in self._schema.nodes and name not in way:
            for parent in self._schema.nodes[name].needs.values():
                self._add(parent, way)
            way.append(name)
