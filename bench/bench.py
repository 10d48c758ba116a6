#!/usr/bin/env python3
"""Measures seqmix beside its peers on the same inputs, in turns, and prints a table (bench/README.md).

bench.py                                compile, measure, report: everything into BUILD/bench
bench.py --prepare DIR                  compile only; DIR can be carried to another machine
bench.py --run DIR --out FILE.json      measure what was prepared there
bench.py --report FILE.json             the table and the pictures again, from the figures
"""

import argparse
import json
import pathlib
import re
import sys

from seqmix_bench import machine, parent, pictures, prepare, report, worker
from seqmix_bench.rows import all_rows

HERE = pathlib.Path(__file__).resolve().parent


def say(text):
    print(text, file=sys.stderr, flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--prepare", metavar="DIR", type=pathlib.Path, help="compile all rows into DIR and stop")
    mode.add_argument("--run", metavar="DIR", type=pathlib.Path, help="measure what --prepare left in DIR")
    mode.add_argument("--report", metavar="JSON", type=pathlib.Path, help="render a JSON of an earlier run")
    mode.add_argument("--list", action="store_true", help="print the names of the rows")
    mode.add_argument("--worker", metavar="FD", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build", help="the build folder")
    parser.add_argument(
        "--out", metavar="JSON", type=pathlib.Path, help="where the figures go; table and pictures beside it"
    )
    parser.add_argument("--rows", metavar="REGEX", default="", help="rows whose name matches")
    parser.add_argument("--threads", default="1,2", help="numbers of threads, e.g. 1,2,16 (default 1,2)")
    parser.add_argument("--peers", help="names separated by commas, or none (default: those of each row)")
    parser.add_argument(
        "--seconds", type=float, default=8, help="of turns for each row and number of threads (default 8)"
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="rounds at least, also where they take longer (default 5)"
    )
    parser.add_argument("--limit", type=float, default=900, help="seconds of silence after which a worker is given up")
    parser.add_argument("--tiny", action="store_true", help="small sizes that test the bench and measure nothing")
    parser.add_argument("--no-pictures", action="store_true")
    return parser.parse_args()


def choose(rows, pattern):
    chosen = [row for row in rows if re.search(pattern, row.name)]
    if not chosen:
        sys.exit(f"bench: no row matches {pattern!r}; see --list")
    return chosen


def one_line(result):
    """A row that is done, while the others still run."""
    parts = []
    for name, found in result["participants"].items():
        if found["status"] == "ok":
            parts.append(f"{name} {found['seconds']['median'] * 1e3:.3g} ms")
        else:
            parts.append(f"{name} {found['status']}")
    return f"{result['row']}, {result['threads']} threads, {result['rounds']} rounds: " + ", ".join(parts)


def measure(folder, options):
    prepared = json.loads((folder / "bench.json").read_text())
    names = set(prepared["rows"])
    rows = choose([row for row in all_rows(prepared["tiny"]) if row.name in names], options.rows)
    peers = None
    if options.peers is not None:
        peers = [] if options.peers == "none" else options.peers.split(",")
    document = {"machine": machine.describe(), "prepared": prepared, "versions": {}, "results": []}
    for threads in [int(number) for number in options.threads.split(",")]:
        settings = {
            "tiny": prepared["tiny"],
            "peers": peers,
            "seconds": options.seconds,
            "least_rounds": options.rounds,
            "most_rounds": max(options.rounds, 200),
            "limit": options.limit,
        }
        results, facts = parent.measure(
            HERE / "bench.py", folder.resolve(), rows, threads, settings, lambda result: say(one_line(result))
        )
        document["features"] = facts.get("features", [])
        document["settings"] = settings
        document["results"] += results
    for result in document["results"]:
        for name, found in result["participants"].items():
            if found.get("version"):
                document["versions"][name] = found["version"]
    return document


def write_report(document, out, with_pictures):
    """The JSON, FILE.md and, where matplotlib is, the pictures; prints the table."""
    for result in document["results"]:
        report.evaluate(result, report.find_row(result["row"], document["prepared"]["tiny"]))
    text = report.render(document)
    out.write_text(json.dumps(document, indent=1) + "\n")
    out.with_suffix(".md").write_text(text)
    print(text, end="")
    if not with_pictures:
        return
    try:
        for file in pictures.draw(document, out.with_suffix("")):
            say(f"wrote {file}")
    except ImportError as error:
        say(f"no pictures: {error}")


def main():
    options = parse_arguments()
    if options.worker is not None:
        worker.main(json.load(sys.stdin), options.worker)
        return
    if options.list:
        print("\n".join(row.name for row in all_rows()))
        return
    if options.report:
        write_report(json.loads(options.report.read_text()), options.report, not options.no_pictures)
        return
    try:
        folder = options.run
        if folder is None:
            folder = options.prepare or options.build / "bench"
            folder.mkdir(parents=True, exist_ok=True)
            facts = prepare.prepare(
                options.build, folder, choose(all_rows(options.tiny), options.rows), options.tiny, say
            )
            say("\n".join([f"{len(facts['rows'])} rows in {folder}", *facts["notes"]]))
            if options.prepare:
                return
        document = measure(folder, options)
    except (prepare.Failed, parent.Failed) as error:
        sys.exit(f"bench: {error}")
    out = options.out or folder / "results.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    write_report(document, out, not options.no_pictures)
    mine = [result["participants"][worker.OURS] for result in document["results"]]
    if any(found["status"] != "ok" or not found["accurate"] for found in mine):
        sys.exit("bench: seqmix failed or missed its bound in a row, see the table")


if __name__ == "__main__":
    main()
