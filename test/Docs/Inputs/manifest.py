"""manifest.py PAGE MANIFEST: the first JSON block of docs/ABI.md says what a manifest says.

Every field of the block is in the manifest, with its value; <…> stands for any,
and bytes of workspace, which change with the tiles, for any number. Arrays and
entries are matched by name. Every field of the manifest is in the block.
"""

import json
import pathlib
import re
import sys


def differences(shown, real, at):
    if isinstance(shown, dict):
        for key, value in shown.items():
            if key not in real:
                yield f"{at}.{key}: the manifest has none"
            else:
                yield from differences(value, real[key], f"{at}.{key}")
    elif isinstance(shown, list) and shown and isinstance(shown[0], dict) and {"name", "symbol"} & set(shown[0]):
        name = "name" if "name" in shown[0] else "symbol"
        known = {each[name]: each for each in real}
        for each in shown:
            yield from differences(each, known.get(each[name], {}), f"{at}[{each[name]}]")
    elif ".workspace." in at:
        if [type(x) for x in shown] != [type(x) for x in real]:
            yield f"{at}: {shown} is not {real}"
    elif shown != real and not (isinstance(shown, str) and shown.startswith("<")):
        yield f"{at}: {shown} is not {real}"


page = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
shown = json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL)[1])
real = json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
wrong = list(differences(shown, real, ""))
wrong += [f".{key}: the page has none" for key in real if key not in shown]
print("\n".join(wrong) or "the page and the manifest agree")
sys.exit(1 if wrong else 0)
