"""What the figures come to: shares of the ceilings, ratios, goals; and the table."""

from .rows import all_rows
from .worker import OURS

CEILING_KINDS = {"amx": "flops", "bf16 dot": "flops", "f32": "flops", "copy": "bytes", "scale": "bytes", "exp": "exps"}


def evaluate(result, row):
    """Adds ratios, shares and goals to a row's result."""
    participants, work = result["participants"], result["work"]
    rates = {name: ceiling["median"] for name, ceiling in result["ceilings"].items()}
    # Which kind of store copies faster depends on the size.
    rates["copy"] = max(rates.get("copy", 0), rates.pop("copy streaming", 0))
    result["rates"] = rates = {name: rate for name, rate in rates.items() if rate}
    for found in participants.values():
        if found["status"] == "ok":
            seconds = found["seconds"]["median"]
            found["shares"] = {
                name: work[kind] / seconds / rates[name]
                for name, kind in CEILING_KINDS.items()
                if name in rates and work[kind]
            }
    mine = participants[OURS]
    peers = {name: found for name, found in participants.items() if name != OURS and found["status"] == "ok"}
    if mine["status"] == "ok":
        for found in peers.values():
            found["ratio"] = found["seconds"]["median"] / mine["seconds"]["median"]
        mine["accurate"] = all(error <= row.bound for error in mine["errors"].values())
    # Who could have done the row and is not here may have been faster.
    absent = {name for name, found in participants.items() if found["status"] not in ("ok", "unsupported")}
    result["goals"] = [_judge(goal, mine, peers, absent) for goal in row.goals]


def _judge(goal, mine, peers, absent):
    """A goal in words, whether it is reached, and by what factor; None where nobody can know."""
    if goal.ceiling:
        share = mine.get("shares", {}).get(goal.ceiling)
        part = None if share is None else share / goal.share
        return {"text": f"{goal.share:.0%} of {goal.ceiling}", "reached": part and part >= 1, "part": part}
    ratios = [found["ratio"] for name, found in peers.items() if "ratio" in found and goal.peer in ("fastest", name)]
    part = min(ratios) / goal.ratio if ratios else None
    reached = part and part >= 1
    if reached and goal.peer == "fastest" and absent:
        reached = None
    return {"text": f"{goal.ratio:g} × {goal.peer}", "reached": reached, "part": part}


def find_row(name, tiny):
    return next(row for row in all_rows(tiny) if row.name == name)


# The table


HEADER = (
    "work",
    "threads",
    "seqmix, ms",
    "peers, ms (× our speed)",
    "% AMX",
    "% bf16 dot",
    "% f32",
    "% copy",
    "% scale",
    "error",
    "peers' errors",
    "goal",
)


def _milliseconds(found):
    return f"{found['seconds']['median'] * 1e3:.3g}"


def _error(found):
    """Of the outputs, which come first; states are in the JSON."""
    errors = list(found["errors"].values())
    return f"{errors[0]:.1e}" if errors else "–"


def _cells(result):
    participants = result["participants"]
    mine = participants[OURS]
    shares = mine.get("shares", {})
    times, errors = [], []
    for name, found in participants.items():
        if name == OURS:
            continue
        if found["status"] == "ok":
            ratio = f" ({found['ratio']:.2f})" if "ratio" in found else ""
            times.append(f"{name} {_milliseconds(found)}{ratio}")
            errors.append(f"{name} {_error(found)}")
        else:
            times.append(f"{name} {found['status']}")
    goals = [
        goal["text"]
        + {True: " ✓", False: " ✗", None: " ?"}[goal["reached"]]
        + (f" ({goal['part']:.2f})" if goal["part"] is not None else "")
        for goal in result["goals"]
    ]
    if mine["status"] == "ok":
        own = [_milliseconds(mine), _error(mine) + ("" if mine["accurate"] else " ✗")]
    else:
        own = [mine["status"], "–"]
    return [
        result["row"],
        str(result["threads"]),
        own[0],
        "; ".join(times) or "none",
        *(f"{shares[name]:.0%}" if name in shares else "–" for name in ("amx", "bf16 dot", "f32", "copy", "scale")),
        own[1],
        "; ".join(errors) or "–",
        "; ".join(goals) or "–",
    ]


def _table(header, rows):
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in [header, *rows]]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return lines


def _scaling(results):
    """1 → n threads of everybody, where both were measured."""
    single = {result["row"]: result for result in results if result["threads"] == 1}
    rows = []
    for result in results:
        base = single.get(result["row"])
        if result["threads"] == 1 or base is None:
            continue
        cells = []
        for name, found in result["participants"].items():
            alone = base["participants"].get(name, {})
            if found["status"] == "ok" and alone.get("status") == "ok":
                cells.append(f"{name} {alone['seconds']['median'] / found['seconds']['median']:.2f}")
        rows.append([result["row"], f"1 → {result['threads']}", "; ".join(cells) or "–"])
    return _table(["work", "threads", "times as fast"], rows) if rows else []


def _absent(results):
    """Each participant that a row lacks, with the reason, rows of the same reason together."""
    reasons = {}
    for result in results:
        for name, found in result["participants"].items():
            if found["status"] != "ok":
                rows = reasons.setdefault((name, found["status"], found["reason"]), [])
                if result["row"] not in rows:
                    rows.append(result["row"])
    return [
        f"- {name}: {status}: {reason} ({rows[0] if len(rows) == 1 else f'{len(rows)} rows'})"
        for (name, status, reason), rows in reasons.items()
    ]


def render(document):
    """The whole report as text."""
    about, results = document["machine"], document["results"]
    lines = [
        f"{about['processor']}, {about['cores']} cores, {', '.join(document['features'])}; load {about['load']:.1f} at the start",
        f"seqmix {document['prepared']['commit']}; "
        + "; ".join(f"{name} {version}" for name, version in sorted(document["versions"].items())),
        *(
            ["", "Tiny sizes, whatever the names of the rows say: these figures measure nothing."]
            if document["prepared"]["tiny"]
            else []
        ),
        "",
        *_table(HEADER, [_cells(result) for result in results]),
    ]
    scaling = _scaling(results)
    if scaling:
        lines += ["", *scaling]
    rates = {}
    for result in results:
        for name, rate in result["rates"].items():
            if name not in ("copy", "scale"):
                rates.setdefault((name, result["threads"]), []).append(rate)
    lines += ["", "Ceilings (medians over the rows):"]
    for (name, threads), values in sorted(rates.items()):
        middle = sorted(values)[len(values) // 2]
        lines.append(f"- {name}, {threads} threads: {middle / 1e9:.1f} G{'exp' if name == 'exp' else 'FLOP'}/s")
    absent = _absent(results) + [f"- {note}" for note in document["prepared"]["notes"]]
    if absent:
        lines += ["", "Not measured:", *absent]
    return "\n".join(lines) + "\n"
