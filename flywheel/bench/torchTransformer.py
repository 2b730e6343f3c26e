"""The transformer of agent/autodiff/referenceTransformer.ts in PyTorch on the CPU, the other side of `flywheel bench --only torch`.

In (stdin): one JSON line {size, threads, arrays: [[name, shape], ...]}, the arrays as raw float32, then one line per block of training
steps with their number. Out (stdout): one JSON line per block, {"ms": one per step, "losses": one per step}. Exit 3: torch is missing.
"""

import json
import math
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(3)


def read_arrays(specification):
    arrays = {}
    for name, shape in specification:
        data = bytearray(sys.stdin.buffer.read(4 * math.prod(shape)))
        arrays[name] = torch.frombuffer(data, dtype=torch.float32).reshape(shape).clone()
    return arrays


def logits_of(p, size, x, bias):
    batch, tokens, width, heads = size["batch"], size["tokens"], size["width"], size["heads"]

    def dense(value, name):
        return F.linear(value, p[f"{name}.weight"], p[f"{name}.bias"])

    def norm(value, name):
        return F.layer_norm(value, (width,), p[f"{name}.gain"], p[f"{name}.bias"])

    def split(value):
        return value.view(batch, tokens, heads, width // heads).transpose(1, 2)

    h = dense(x, "in")
    for index in range(size["layers"]):
        layer = f"layer{index}"
        normed = norm(h, f"{layer}.attend")
        q, k, v = (split(dense(normed, f"{layer}.{part}")) for part in ("query", "key", "value"))
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
        h = h + dense(mixed.transpose(1, 2).reshape(batch * tokens, width), f"{layer}.out")
        h = h + dense(F.relu(dense(norm(h, f"{layer}.mlp"), f"{layer}.up")), f"{layer}.down")
    return dense(norm(h, "final"), "classes")


def main():
    header = json.loads(sys.stdin.buffer.readline())
    torch.set_num_threads(header["threads"])
    arrays = read_arrays(header["arrays"])
    x, bias = arrays.pop("x"), arrays.pop("bias")
    classes = arrays.pop("target").argmax(1)
    # nn.Linear's layout: outputs first.
    parameters = {name: (value.t() if value.dim() == 2 else value).contiguous().requires_grad_() for name, value in arrays.items()}
    decayed = [value for value in parameters.values() if value.dim() > 1]
    plain = [value for value in parameters.values() if value.dim() == 1]
    groups = [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.98), eps=1e-8, fused=True)

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss = F.cross_entropy(logits_of(parameters, header["size"], x, bias), classes)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        optimiser.step()
        return loss.item()

    for line in sys.stdin.buffer:
        times, losses = [], []
        for _ in range(int(line)):
            start = time.perf_counter()
            losses.append(step())
            times.append(1000 * (time.perf_counter() - start))
        print(json.dumps({"ms": times, "losses": losses}), flush=True)


main()
