"""Runs one worker for each number of threads, and again without the participant that crashed it."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time

from . import machine


class Failed(Exception):
    pass


def _environment(folder, threads):
    environment = dict(os.environ)
    # Peers that were packed with the artifacts (pack.sh), after those that the machine has.
    peers, vllm = os.path.join(folder, "peers"), os.path.join(folder, "vllm")
    if os.path.isdir(peers):
        environment["SEQMIX_BENCH_PEERS"] = peers
    if os.path.isdir(vllm):
        environment.setdefault("SEQMIX_BENCH_VLLM", vllm)
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        environment[name] = str(threads)
    # Two OpenMP pools share the cores: one that has finished must soon sleep (in ms; see measure.PAUSE).
    environment.setdefault("KMP_BLOCKTIME", "1")
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    return environment


def _why(code):
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"ended with status {code}"


def _run_worker(script, config, limit, handle):
    """Hands each event to `handle`; returns why the worker ended early, or an empty text."""
    read, write = os.pipe()
    process = subprocess.Popen(
        [sys.executable, str(script), "--worker", str(write)],
        stdin=subprocess.PIPE,
        stdout=sys.stderr,
        env=_environment(config["folder"], config["threads"]),
        pass_fds=[write],
    )
    os.close(write)
    process.stdin.write(json.dumps(config).encode())
    process.stdin.close()
    reason, buffer = "", b""
    with selectors.DefaultSelector() as selector:
        selector.register(read, selectors.EVENT_READ)
        while True:
            if not selector.select(timeout=limit):
                process.kill()
                reason = f"silent for {limit} s"
                break
            data = os.read(read, 1 << 16)
            if not data:
                break
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                handle(json.loads(line))
    os.close(read)
    code = process.wait()
    return reason or (_why(code) if code != 0 else "")


def measure(script, folder, rows, threads, options, say):
    """Results of all rows with `threads` threads: list of dictionaries, and what the worker says of the machine."""
    cpus = machine.cores()
    if len(cpus) < threads:
        raise Failed(f"{threads} threads need as many cores, there are {len(cpus)}")
    pending, results, crashed = [row.name for row in rows], [], {}
    facts, doing = {}, {}

    def handle(event):
        kind = event.pop("event")
        if kind == "ready":
            facts.update(event)
        elif kind == "doing":
            doing.update(event)
        else:
            results.append({"row": event["row"], "threads": threads} | event["result"])
            pending.remove(event["row"])
            say(results[-1])

    while pending:
        doing.clear()
        config = {
            "folder": str(folder),
            "threads": threads,
            "cpus": cpus[:threads],
            "rows": list(pending),
            "crashed": crashed,
        } | options
        start = time.monotonic()
        reason = _run_worker(script, config, options["limit"], handle)
        if not reason:
            break
        if not doing or not pending:
            raise Failed(f"the worker {reason} after {time.monotonic() - start:.0f} s, before any row")
        key = f"{doing['row']}|{doing['who']}"
        if key in crashed or doing["who"] == "inputs":
            raise Failed(f"the worker {reason} at {doing['who']} of {doing['row']}")
        crashed[key] = reason
        print(f"{doing['row']}: {doing['who']} {reason}; going on without it", file=sys.stderr)
    return results, facts
