"""make_tour.py [--tools DIR] [--update]: README.md and docs/Tour.md must show what the compiler prints now.

The prose of a page is its own; each block of code after a comment

    <!-- tour: COMMAND
    show: FIRST .. LAST
    -->

is what COMMAND prints, made here. The comment's lines:

    show: FIRST .. LAST   the lines from the next that matches the regular
                          expression FIRST to the next that matches LAST
    only: PATTERN         all lines that match
    hide: PATTERN         what matches in a line becomes …

Without show or only, everything is shown. Where something is left out stands a
line with …, and a line of over WIDTH columns is broken at spaces, which mean
nothing in MLIR, JSON and C. {out} in a command is a fresh folder.

Fails, with the difference, if a page differs; --update writes it.
"""

import argparse
import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = ["README.md", "docs/Tour.md"]
BLOCK = re.compile(
    r"^<!-- tour: (?P<head>[^\n]*)\n(?P<rules>(?:\w+: [^\n]*\n)*)-->\n"
    r"```(?P<language>\w+)\n.*?^```$",
    re.MULTILINE | re.DOTALL,
)
WIDTH = 116
MARK = "…"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tools", default=ROOT / "build" / "bin", type=pathlib.Path)
    parser.add_argument("--update", action="store_true", help="write the pages")
    options = parser.parse_args()
    drifted = [page for page in PAGES if not is_fresh(page, options)]
    if drifted and not options.update:
        print(f"{', '.join(drifted)}: run python3 docs/make_tour.py --update, read the change and commit it")
    return 1 if drifted and not options.update else 0


def is_fresh(page, options):
    """Whether a page is as it would be made; writes it if that is asked for."""
    kept = (ROOT / page).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as out:
        made = BLOCK.sub(lambda match: make_block(match, page, options.tools, out), kept)
    if made == kept:
        print(f"{page}: {len(BLOCK.findall(kept))} blocks up to date")
        return True
    if options.update:
        (ROOT / page).write_text(made, encoding="utf-8")
        print(f"{page}: written")
    else:
        sys.stdout.writelines(
            difflib.unified_diff(
                kept.splitlines(True), made.splitlines(True), page, "as the compiler prints it"
            )
        )
    return False


def make_block(match, page, tools, out):
    command, rules = match["head"].strip(), match["rules"]
    place = f"{page}: {command}"
    lines = run(command, place, tools, out)
    shown, ranges = list(lines), []
    for rule in rules.splitlines():
        key, _, value = rule.partition(": ")
        if key == "show":
            ranges.append(value.split(" .. "))
        elif key == "only":
            shown = [line for line in lines if re.search(value, line)]
        elif key == "hide":
            shown = [re.sub(value, MARK, line) for line in shown]
        else:
            sys.exit(f"{place}: unknown rule '{key}'")
    if ranges:
        shown = cut(shown, ranges, place)
    if not shown:
        sys.exit(f"{place}: nothing to show")
    text = "\n".join(part for line in shown for part in wrap(line))
    return f"<!-- tour: {command}\n{rules}-->\n```{match['language']}\n{text}\n```"


def run(command, place, tools, out):
    """The lines that a command prints, run in the root of the repository with our tools first."""
    environment = dict(os.environ, PATH=f"{tools}{os.pathsep}{os.environ['PATH']}")
    done = subprocess.run(
        command.replace("{out}", out), shell=True, cwd=ROOT, env=environment, capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        sys.exit(f"{place}: failed:\n{done.stdout}{done.stderr}")
    return (done.stdout + done.stderr).replace(out, "out").rstrip("\n").split("\n")


def cut(lines, ranges, place):
    """The ranges of lines, in order, and a mark wherever lines are left out."""
    result, at = [], 0
    for first, last in ranges:
        begin = find(lines, first, at, place)
        end = find(lines, last, begin, place) + 1
        if begin > at:
            result.append(indent_of(lines[begin]) + MARK)
        result += lines[begin:end]
        at = end
    if at < len(lines):
        result.append(indent_of(lines[at]) + MARK)
    return result


def find(lines, pattern, start, place):
    for index in range(start, len(lines)):
        if re.search(pattern, lines[index]):
            return index
    sys.exit(f"{place}: no line matches '{pattern}' after line {start}")


def indent_of(line):
    return line[: len(line) - len(line.lstrip())]


def wrap(line):
    """Breaks a long line at spaces, and before that where its operands begin."""
    if len(line) <= WIDTH or line.lstrip().startswith("//"):
        return [line]
    indent = indent_of(line) + "    "
    parts = re.split(r" (?=ins\(|outs\(|gates\(|into %|attributes \{)", line.rstrip())
    lines = []
    for part in parts:
        text = part if not lines else indent + part
        while len(text) > WIDTH:
            space = text.rfind(" ", len(indent) + 1, WIDTH)
            if space < 0:
                break
            lines.append(text[:space])
            text = indent + text[space + 1 :]
        lines.append(text)
    return lines


if __name__ == "__main__":
    sys.exit(main())
