"""run_examples.py --build DIR: runs the examples of the docs.

Takes every fenced block tagged mlir, sh, c or cpp from README.md, docs/**/*.md
and the READMEs of examples/, lib/ and bench/, and does with it what its tag says:

    mlir   a file of operators is compiled. A piece (of a function, of an op's
           page) has to stand in a file that a test runs: its lines, between
           marks …, are found there in order. A sketch (before and after on a
           pass's page, or … within a line) may name registered ops only.
    sh     runs in a scratch folder that has the repository's files, with the
           build's tools on PATH; it must succeed.
    c      compiles as C, after the header of the gated delta net.
    cpp    stands in a source file that the build compiles.

A comment before a block says more, one line each:

    <!-- run by: FILE -->     (sh) each command's program is run by that test, not here
    <!-- not run: REASON -->  (sh) nowhere, because it installs, builds or downloads
    <!-- around: CODE -->     (c) declarations that the block takes for granted
    <!-- prints: REGEX -->    (sh) the output must match

Blocks made by make_tour.py (<!-- tour: … -->) are checked there.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = ["README.md", "docs/**/*.md", "examples/**/README.md", "lib/**/README.md", "bench/README.md"]
BLOCK = re.compile(
    r"(?P<notes>(?:^<!--(?:(?!-->).)*-->\n)*)^(?P<indent> *)```(?P<tag>mlir|sh|c|cpp)\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)
MARK = "…"


def squeeze(text):
    """Text whose spaces and line breaks mean nothing."""
    return re.sub(r"\s+", " ", text).strip()


class Examples:
    def __init__(self, build):
        self.build = build
        self.tools = build / "bin"
        self.tested = {
            path: squeeze(path.read_text(encoding="utf-8"))
            for folder in ("test", "specs", "examples")
            for path in sorted((ROOT / folder).rglob("*.mlir"))
        }
        self.sources = {
            path: squeeze(path.read_text(encoding="utf-8"))
            for folder in ("lib", "include", "dialects", "examples", "test", "tools")
            for suffix in ("*.cpp", "*.h", "*.td", "CMakeLists.txt")
            for path in sorted((ROOT / folder).rglob(suffix))
        }
        self.registered = self.registered_ops()
        self.scratch = tempfile.TemporaryDirectory()
        for entry in ROOT.iterdir():
            if entry.name not in ("build", ".git"):
                os.symlink(entry, pathlib.Path(self.scratch.name) / entry.name)
        os.symlink(build, pathlib.Path(self.scratch.name) / "build")
        # What pages call cc is the build's compiler where the machine has no other.
        self.named = tempfile.TemporaryDirectory()
        compiler = shutil.which(os.environ.get("CC", "cc"))
        if compiler and not shutil.which("cc"):
            os.symlink(compiler, pathlib.Path(self.named.name) / "cc")
        self.counts = {}

    def command(self, arguments, **options):
        environment = dict(os.environ, PATH=os.pathsep.join([str(self.tools), os.environ["PATH"], self.named.name]))
        return subprocess.run(
            arguments, env=environment, capture_output=True, encoding="utf-8",
            stdin=subprocess.DEVNULL, **options,
        )

    def registered_ops(self):
        """The ops of our dialects; upstream's are upstream's."""
        names = set()
        for page in ("Seq", "Stream", "Kernel"):
            text = (ROOT / f"docs/generated/{page}.md").read_text(encoding="utf-8")
            names |= set(re.findall(r"^### `(\w+\.\w+)`", text, re.MULTILINE))
        return names

    def run(self, tag, text, notes):
        """What is wrong with a block, or None."""
        kind, problem = getattr(self, tag)(text, notes)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return problem

    # Each gives how the block was checked and what is wrong.

    def mlir(self, text, notes):
        inside = any(MARK in line and line.strip() != MARK for line in text.splitlines())
        if inside or notes.get("page", "").endswith("Passes.md"):
            # Not attributes: #kernel.memory, kernel.lanes = 8.
            named = set(re.findall(r"(?<![#\w.])((?:seq|stream|kernel)\.[a-z_]+)\b(?! =)", text))
            unknown = named - self.registered
            return "sketches name known ops", f"unknown: {', '.join(sorted(unknown))}" if unknown else None
        if re.search(r"^seq\.operator", text, re.MULTILINE) and "func.func" not in text and MARK not in text:
            if "seq.recurrence" in text or "seq.attention" in text:
                return "specs compile", self.compile_spec(text)
        return "pieces stand in a tested file", self.find(text, self.tested, "a file of test/, specs/ or examples/")

    def compile_spec(self, text):
        spec = pathlib.Path(self.scratch.name) / "example.mlir"
        spec.write_text(text, encoding="utf-8")
        done = self.command([self.tools / "seqmixc", spec, "-o", f"{self.scratch.name}/compiled"])
        return done.stderr if done.returncode else None

    def find(self, text, files, where):
        pieces = [squeeze(piece) for piece in re.split(rf"^\s*{MARK}\s*$", text, flags=re.MULTILINE)]
        pieces = [piece for piece in pieces if piece]
        for content in files.values():
            at = 0
            for piece in pieces:
                at = content.find(piece, at)
                if at < 0:
                    break
                at += len(piece)
            else:
                return None
        return f"stands in no {where.removeprefix('a ')}"

    def sh(self, text, notes):
        if "not run" in notes:
            return f"commands not run ({notes['not run']})", None
        test = notes.get("run by")
        if test:
            path = ROOT / test
            if not path.is_file():
                return "commands run by another test", f"no test {test}"
            # A line of the block is its program; that has to be in the test.
            script = path.read_text(encoding="utf-8")
            for line in text.splitlines():
                words = line.split("#")[0].split()
                program = next((word for word in words if word.endswith((".sh", ".py"))), words[0] if words else "")
                if words and os.path.basename(program) not in script:
                    return "commands run by another test", f"{test} does not run {program}"
            return "commands run by another test", None
        # What installs, builds or runs the suite has no end here.
        for script in ("quickstart.sh", "test.sh", "run.sh", "cmake ", "ninja "):
            if script in text:
                return "commands run", f"{script.strip()} is not run from here; say <!-- run by: FILE --> or <!-- not run: REASON -->"
        done = self.command(["bash", "-euo", "pipefail", "-c", text], cwd=self.scratch.name, timeout=120)
        problem = None
        # 141: `head` had read enough before the program had written all (SIGPIPE).
        if done.returncode not in (0, 141):
            problem = f"exit status {done.returncode}\n{done.stdout}{done.stderr}"
        elif "prints" in notes and not re.search(notes["prints"], done.stdout + done.stderr):
            problem = f"expected {notes['prints']} to be printed, found\n{done.stdout}{done.stderr}"
        return "commands run", problem

    def c(self, text, notes):
        header = pathlib.Path(self.scratch.name) / "header"
        if not header.exists():
            done = self.command(
                [self.tools / "seqmixc", ROOT / "specs/gated_delta_net.mlir", "--elem", "f32", "-o", header]
            )
            if done.returncode:
                return "C compiles", done.stderr
        includes = [line for line in text.splitlines() if line.startswith("#include")]
        body = "\n".join(line for line in text.splitlines() if not line.startswith("#include"))
        whole = re.search(r"^(typedef|int main|int32_t \w+\(|static|void|struct \w+ \{)", body, re.MULTILINE)
        code = ["#include <stdint.h>", "#include <stdlib.h>", '#include "gated_delta_net.h"', *includes]
        code.append(notes.get("around", ""))
        code.append(body if whole else f"int32_t example(void) {{\n{body}\nreturn error;\n}}")
        source = pathlib.Path(self.scratch.name) / "example.c"
        source.write_text("\n".join(code) + "\n", encoding="utf-8")
        # C11: a typedef that the header has may be repeated, if it is the same.
        done = self.command(
            [os.environ.get("CC", "cc"), "-std=c11", "-Wall", "-Werror", f"-I{header}", "-c", source, "-o", f"{source}.o"]
        )
        return "C compiles", done.stderr if done.returncode else None

    def cpp(self, text, notes):
        return "C++ stands in a compiled source", self.find(text, self.sources, "a source of the build")


def notes_of(text):
    found = {}
    for note in re.findall(r"<!-- (.*?) -->", text, re.DOTALL):
        key, _, value = note.partition(": ")
        found[key] = value
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default=ROOT / "build", type=pathlib.Path)
    parser.add_argument("pages", nargs="*", help="all, if none is named")
    options = parser.parse_args()
    pages = [pathlib.Path(page).resolve() for page in options.pages]
    pages = pages or sorted({path for pattern in PAGES for path in ROOT.glob(pattern)})
    examples = Examples(options.build.resolve())
    failed = 0
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            before = text[: block.start()].rstrip().rsplit("\n\n", 1)[-1]
            if "<!-- tour:" in block["notes"] or re.search(r"<!-- tour:[^>]*-->$", before):
                continue
            notes = dict(notes_of(block["notes"]), page=page.name)
            problem = examples.run(block["tag"], block["text"], notes)
            if problem:
                line = text.count("\n", 0, block.start("text")) + 1
                print(f"{page.relative_to(ROOT)}:{line}: {block['tag']}: {problem.strip()}", flush=True)
                failed += 1
    for kind, count in examples.counts.items():
        print(f"{count} {kind}")
    print(f"{len(pages)} pages, {failed} examples wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
