"""onnxruntime's com.microsoft::LinearAttention, f32, on the same numbers."""

import pathlib

import numpy as np

from . import Job, Missing, Unsupported, import_or_miss

RULES = {
    "linear_attention": "linear",
    "retention": "gated",
    "gla": "gated",
    "mamba2": "gated",
    "delta_net": "delta",
    "gated_delta_net": "gated_delta",
    "kda": "gated_delta",
}

INPUTS = {
    "linear": ("query", "key", "value", "past_state"),
    "gated": ("query", "key", "value", "past_state", "decay"),
    "delta": ("query", "key", "value", "past_state", "beta"),
    "gated_delta": ("query", "key", "value", "past_state", "decay", "beta"),
}


def version(features):
    return import_or_miss("onnxruntime").__version__


def model_path(folder, rule, heads, scale):
    return pathlib.Path(folder) / f"linear_attention-{rule}-h{heads}-{scale:.6f}.onnx"


def _rule_and_scale(row):
    rule = RULES.get(row.spec)
    if rule is None:
        raise Unsupported("LinearAttention has no such update rule")
    return rule, 1.0 if row.spec == "mamba2" else row.params["K"] ** -0.5


def write_model(row, folder):
    """One node with sizes left open; needs the onnx package, which the machine that runs it need not have."""
    rule, scale = _rule_and_scale(row)
    path = model_path(folder, rule, row.sizes["H"], scale)
    if path.exists():
        return path
    onnx = import_or_miss("onnx")
    names = INPUTS[rule]
    # An absent input that stands before a present one is an empty name.
    node_inputs = list(names) if rule != "delta" else ["query", "key", "value", "past_state", "", "beta"]
    node = onnx.helper.make_node(
        "LinearAttention",
        node_inputs,
        ["output", "present_state"],
        domain="com.microsoft",
        q_num_heads=row.sizes["H"],
        kv_num_heads=row.sizes["H"],
        update_rule=rule,
        scale=scale,
    )

    def info(name):
        rank = 4 if name.endswith("_state") else 3
        return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [None] * rank)

    graph = onnx.helper.make_graph(
        [node], "linear_attention", [info(name) for name in names], [info("output"), info("present_state")]
    )
    opsets = [onnx.helper.make_opsetid("", 21), onnx.helper.make_opsetid("com.microsoft", 1)]
    model = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=10)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))
    return path


def _operands(task):
    """The inputs of the node, and what is to be added to its output."""
    spec, x = task.row.spec, task.numbers
    if spec == "mamba2":
        step = np.logaddexp(0, x("dt") + x("dt_bias"))
        found = {"query": x("c"), "key": x("b"), "value": x("x") * step[..., None], "decay": -step * np.exp(x("a_log"))}
        skip = x("d")[:, None] * x("x")
    else:
        found = {"query": x("q"), "key": x("k"), "value": x("v")}
        skip = 0
        if "g" in task.operands:
            gate = x("g")
            found["decay"] = gate if gate.ndim > 1 else np.broadcast_to(gate, found["query"].shape[:2] + gate.shape)
        if "beta" in task.operands:
            found["beta"] = x("beta")
    flat = {
        name: np.ascontiguousarray(value.reshape(value.shape[:2] + (-1,)), np.float32) for name, value in found.items()
    }
    return flat | {"past_state": x("s0")}, skip


def prepare(task):
    runtime = import_or_miss("onnxruntime")
    rule, scale = _rule_and_scale(task.row)
    path = model_path(task.folder, rule, task.size["H"], scale)
    if not path.exists():
        raise Missing(f"no {path.name}: the onnx package was missing when the folder was prepared")
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = task.threads, 1
    # Its threads must not spin while others have their turn.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    operands, skip = _operands(task)
    binding = session.io_binding()
    for name in INPUTS[rule]:
        binding.bind_cpu_input(name, operands[name])
    shape = operands["query"].shape[:2] + (task.size["H"], task.params["V"])
    outputs = {
        "output": np.empty(operands["value"].shape, np.float32),
        "present_state": np.empty(operands["past_state"].shape, np.float32),
    }
    for name, array in outputs.items():
        binding.bind_output(name, "cpu", 0, np.float32, array.shape, array.ctypes.data)
    read = "y" if task.row.spec == "mamba2" else "o"

    def results():
        return {read: outputs["output"].reshape(shape) + skip, "s": outputs["present_state"]}

    return Job(lambda: session.run_with_iobinding(binding), results, "f32")
