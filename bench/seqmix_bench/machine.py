"""Which machine this is, and which of its cores to use."""

import os
import pathlib
import platform

_CPUS = pathlib.Path("/sys/devices/system/cpu")


def _read(path):
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def cores():
    """One logical CPU for each physical core that this process may use, in order."""
    chosen, seen = [], set()
    for cpu in sorted(os.sched_getaffinity(0)):
        siblings = _read(_CPUS / f"cpu{cpu}" / "topology" / "thread_siblings_list") or str(cpu)
        if siblings not in seen:
            seen.add(siblings)
            chosen.append(cpu)
    return chosen


def describe():
    names, flags = [], []
    for line in _read(pathlib.Path("/proc/cpuinfo")).splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            names.append(value.strip())
        elif key.strip() == "flags" and not flags:
            flags = [flag for flag in value.split() if flag.startswith(("avx", "amx", "fma"))]
    caches = {}
    for index in sorted((_CPUS / "cpu0" / "cache").glob("index*")):
        if _read(index / "type") != "Instruction":
            caches["L" + _read(index / "level")] = _read(index / "size")
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": len(cores()),
        "flags": flags,
        "caches": caches,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }
