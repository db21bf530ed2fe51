"""A run on a cluster of two machines, one of which is killed in the middle; then another joins.

A program of its own, because a process knows one cluster only: `python cluster.py FOLDER` over the inputs below
FOLDER/in, into FOLDER/A. Prints what came of it as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from conversions import counted
from desk import Desk

from dau.batch import Event, Finished, RayRunner

NODE = {"num_cpus": 1, "object_store_memory": 80 << 20, "include_dashboard": False}


def main(root: Path) -> None:
    from ray.cluster_utils import Cluster

    desk = Desk(root)
    marks = Path(f"{desk.archive}-attempts")
    cluster = Cluster(initialize_head=True, head_node_args={**NODE})
    try:
        second = cluster.add_node(**NODE)
        finished: set[str] = set()
        lost = 0

        def on_event(event: Event) -> None:
            nonlocal lost
            if not isinstance(event, Finished):
                return
            finished.add((event.outcome.document or "")[:16])
            workers = {process.pid for process in processes_of(second)} if not lost else set()
            under_way = [mark for mark in attempts(marks) if mark[0] not in finished and int(mark[1]) in workers]
            if under_way:
                lost = len(under_way)
                cut_power(cluster, second)
                cluster.add_node(wait=False, **NODE)

        summary = desk.run(convert=counted, runner=RayRunner(2, cluster.address), on_event=on_event)
    finally:
        cluster.shutdown()
    made = attempts(marks)
    told = {"statuses": summary.statuses, "lost": lost, "attempts": len(made), "workers": len({m[1] for m in made})}
    sys.stdout.write(json.dumps(told) + "\n")


def attempts(marks: Path) -> list[list[str]]:
    """Hash of the document and process, for each attempt so far."""
    return [path.name.split(".") for path in marks.iterdir()]


def processes_of(node: Any) -> list[psutil.Process]:
    raylet = psutil.Process(node.all_processes["raylet"][0].process.pid)
    return [raylet, *raylet.children(recursive=True)]


def cut_power(cluster: Any, node: Any) -> None:
    """Every process of a machine at once, which Ray then finds dead."""
    for process in processes_of(node):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    cluster.remove_node(node, allow_graceful=False)


if __name__ == "__main__":
    os.environ |= {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0",
    }
    main(Path(sys.argv[1]))
