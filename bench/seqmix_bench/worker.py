"""Measures rows in a process of its own with a given number of threads, and says on a pipe what it does.

A peer may crash the process. So each participant is announced before it runs: the parent then knows who it was, and goes on
without it.
"""

import json
import os
import pathlib
import sys
import traceback

import numpy as np

from . import ceilings, elements, inputs, measure, ours, peers, reference
from .rows import SEQUENTIAL, all_rows

OURS = "seqmix"


class Worker:
    def __init__(self, config, events):
        self._config, self._events = config, events
        self._folder = pathlib.Path(config["folder"])
        self._threads = config["threads"]
        self._runtime = ours.Runtime(self._folder / "lib")
        self._library = ceilings.Library(self._folder / "lib" / "libseqmix_bench_ceilings.so")
        self._announced = None
        self._send(event="ready", features=self._library.features, runtime=self._runtime.version)

    def _send(self, **event):
        self._events.write(json.dumps(event) + "\n")
        self._events.flush()

    def _announce(self, row, who):
        if (row, who) != self._announced:
            self._announced = (row, who)
            self._send(event="doing", row=row, who=who)

    def run(self):
        rows = {row.name: row for row in all_rows(self._config["tiny"])}
        for name in self._config["rows"]:
            self._send(event="row", row=name, result=self._run_row(rows[name]))

    def _run_row(self, row):
        manifest = json.loads(self._manifest(row, row.artifact).read_text())
        self._announce(row.name, "inputs")
        operands = inputs.draw_operands(row, manifest)
        extents = inputs.extents_of(row, manifest)
        shapes = {result["name"]: inputs.shape_of(result, extents) for result in manifest["results"]}
        expected = _reference(row, manifest, operands)
        axes = {result["name"]: result["axes"] for result in manifest["results"]}
        elems = {operand["name"]: operand["elem"] for operand in manifest["operands"]}
        task = peers.Task(
            row,
            manifest.get("params", {}),
            operands,
            elems,
            self._threads,
            self._folder / "models",
            frozenset(self._library.features),
        )

        def make_own(artifact):
            path = self._manifest(row, artifact)
            own = json.loads(path.read_text())
            return ours.Job(self._runtime, path, own, row, operands, shapes, self._threads)

        makers = {OURS: lambda: make_own(row.artifact)}
        for name in row.peers:
            if name == SEQUENTIAL:
                makers[name] = lambda: make_own(row.artifact + "-sequential")
            else:
                makers[name] = lambda name=name: self._prepare_peer(name, task)

        participants, found = [], {}
        for name, make in makers.items():
            found[name] = self._start(row, name, make, expected, axes, participants)
        moved = sum(array.nbytes for array in operands.values())
        moved += sum(
            int(np.prod(shapes[result["name"]])) * elements.STORAGE[result["elem"]].itemsize
            for result in manifest["results"]
        )
        limits = [measure.Limit(c) for c in ceilings.ceilings_of(self._library, row, self._threads, moved)]
        rounds = measure.run_rounds(
            participants + limits,
            self._config["seconds"],
            self._config["least_rounds"],
            self._config["most_rounds"],
            lambda who: self._announce(row.name, who),
        )
        for participant in participants:
            found[participant.name]["seconds"] = measure.summary(participant.samples)
            participant.job.close()
        return {
            "rounds": rounds,
            "participants": found,
            "ceilings": {
                limit.name: {"unit": limit.ceiling.unit} | measure.summary(limit.samples)
                for limit in limits
                if limit.samples
            },
            "work": {"flops": row.flops, "bytes": moved, "exps": row.exps},
            "load": os.getloadavg()[0],
        }

    def _manifest(self, row, artifact):
        return self._folder / "artifacts" / artifact / f"{row.spec}.json"

    def _prepare_peer(self, name, task):
        allowed = self._config["peers"]
        if allowed is not None and name not in allowed:
            raise peers.Missing("not asked for")
        module = peers.load(name)
        version = module.version(task.features)
        job = module.prepare(task)
        job.version = version
        return job

    def _start(self, row, name, make, expected, axes, participants):
        """The first call of a participant, whose results are judged. What it came to, in words where it came to nothing."""
        crashed = self._config["crashed"].get(f"{row.name}|{name}")
        if crashed:
            return {"status": "crashed", "reason": crashed}
        self._announce(row.name, name)
        try:
            job = make()
            timed = measure.Timed(name, job)
            timed.first()
            errors = {}
            for result, values in job.results().items():
                if result in expected:
                    sampled = reference.sample(values, axes[result], row.sampled)
                    errors[result] = reference.relative_error(sampled, expected[result])
        except peers.Missing as missing:
            return {"status": "missing", "reason": str(missing)}
        except peers.Unsupported as unsupported:
            return {"status": "unsupported", "reason": str(unsupported)}
        except Exception as error:  # A peer may fail in any way, and the others still want to be measured.
            traceback.print_exc()
            text = str(error).strip().splitlines()
            return {"status": "failed", "reason": f"{type(error).__name__}: {text[0] if text else ''}"[:300]}
        participants.append(timed)
        return {
            "status": "ok",
            "errors": errors,
            "version": getattr(job, "version", ""),
            "note": getattr(job, "note", ""),
        }


def _reference(row, manifest, operands):
    numbers = {
        operand["name"]: reference.sample(
            elements.decode(operands[operand["name"]], operand["elem"], np.float64), operand["axes"], row.sampled
        )
        for operand in manifest["operands"]
    }
    with np.errstate(all="ignore"):
        return reference.REFERENCES[row.spec](numbers, manifest.get("params", {}))


def main(config, descriptor):
    os.sched_setaffinity(0, config["cpus"])
    if "SEQMIX_BENCH_PEERS" in os.environ:
        sys.path.append(os.environ["SEQMIX_BENCH_PEERS"])
    with os.fdopen(descriptor, "w") as events:
        Worker(config, events).run()
