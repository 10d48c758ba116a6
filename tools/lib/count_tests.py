"""count_tests.py REPORT.xml: lit's xunit report as one line, "N passed, N failed".

Adds ", N skipped" for tests that this machine cannot run. Exits 1 if a test
failed or none ran; a report that is not there counts as one failure.
"""

import sys
import xml.etree.ElementTree


def count(report):
    passed = failed = skipped = 0
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        skip = case.find("skipped")
        if case.find("failure") is not None:
            failed += 1
        elif skip is None:
            passed += 1
        elif not skip.get("message", "").startswith("Test not selected"):
            skipped += 1
    return passed, failed, skipped


def main():
    try:
        passed, failed, skipped = count(sys.argv[1])
    except (OSError, xml.etree.ElementTree.ParseError) as error:
        print(f"no test report: {error}", file=sys.stderr)
        passed, failed, skipped = 0, 1, 0
    line = f"{passed} passed, {failed} failed"
    print(line + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
