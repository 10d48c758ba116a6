"""check_results.py RESULTS.json: the figures of the bench are there, are numbers, and agree with each other."""

import json
import math
import sys

document = json.load(open(sys.argv[1]))
rows = {(result["row"], result["threads"]): result for result in document["results"]}
assert len(rows) == len(document["results"]) == 8, sorted(rows)
for (name, threads), result in rows.items():
    own = result["participants"]["seqmix"]
    seconds = own["seconds"]
    assert own["status"] == "ok" and own["accurate"], (name, own)
    assert 0 < seconds["least"] <= seconds["median"] <= seconds["greatest"], (name, seconds)
    assert seconds["count"] >= result["rounds"] == 2, (name, result["rounds"])
    assert all(0 < error < 1e-2 for error in own["errors"].values()), (name, own["errors"])
    assert result["rates"]["f32"] > 0 and result["rates"]["copy"] > 0, (name, result["rates"])
    share = result["work"]["flops"] / seconds["median"] / result["rates"]["f32"]
    assert math.isclose(own["shares"]["f32"], share), (name, own["shares"])
    for peer in result["participants"].values():
        if peer["status"] == "ok" and peer is not own:
            assert math.isclose(peer["ratio"], peer["seconds"]["median"] / seconds["median"]), (name, peer)
    # Other columns of the token-by-token form: another artifact, the same numbers.
    if "delta_net2" in name:
        assert result["participants"]["seqmix sequential"]["status"] == "ok", result["participants"]
    if "step" in name:
        assert set(own["errors"]) == {"o", "s"} and "scale" in result["rates"], own

broken = rows["attention causal D64 T1024 bf16", 1]["participants"]["torch SDPA"]
assert broken == {"status": "crashed", "reason": "killed by SIGABRT"}, broken
print("results ok")
