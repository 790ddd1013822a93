#!/usr/bin/env python3
"""The training step of a small GPT in plain PyTorch, as a peer for `./steepest bench gpt --peer`.

Forward, cross entropy over all logits, backward and an AdamW step, over one batch that lies in memory;
prints `tokens/s: N`. The network is that of the NanoGPT speedrun's record #5 (rotary positions, norms
without weights, squared ReLU, tied head). Nothing in it is tuned beyond what PyTorch's own guides advise:
autocast, one fused attention call where there is one, gradients set to None. AdamW stands for all
optimizers, so that its step is cheaper than Muon's. Needs PyTorch 1.13 or newer.

What is not given on the command line is taken from STEEPEST_SHAPE, STEEPEST_BATCH, STEEPEST_ACCUMULATION,
STEEPEST_STEPS, STEEPEST_PRECISION, STEEPEST_THREADS and STEEPEST_DEVICE, which Steepest sets, so that both
sides do the same work.
"""
import argparse
import math
import os
import time
from contextlib import nullcontext

import torch
from torch import nn
from torch.nn import functional as F

SHAPES = {"small": (6, 6, 384, 512), "record5": (12, 6, 768, 1024)}  # layers, heads, features, tokens
VOCABULARY = 50304


def norm(x):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1.2e-7)


class Block(nn.Module):
    def __init__(self, heads, dim):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(dim, dim, bias=False)
        self.key = nn.Linear(dim, dim, bias=False)
        self.value = nn.Linear(dim, dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)
        self.expand = nn.Linear(dim, 4 * dim, bias=False)
        self.shrink = nn.Linear(4 * dim, dim, bias=False)

    def attention(self, x, cos, sin, mask):
        batch, time_steps, dim = x.shape

        def split(y):
            return y.view(batch, time_steps, self.heads, dim // self.heads)

        def turn(y):
            a, b = y.chunk(2, -1)
            return norm(torch.cat((a * cos + b * sin, b * cos - a * sin), -1)).transpose(1, 2)

        q, k = turn(split(self.query(x))), turn(split(self.key(x)))
        v = split(self.value(x)).transpose(1, 2)
        if hasattr(F, "scaled_dot_product_attention"):
            mixed = F.scaled_dot_product_attention(q, k, v.to(q.dtype), is_causal=True)
        else:
            scores = q @ k.transpose(2, 3) / math.sqrt(q.shape[-1])
            mixed = scores.masked_fill(mask, float("-inf")).softmax(-1) @ v
        return self.out(mixed.transpose(1, 2).reshape(batch, time_steps, dim))

    def forward(self, x, cos, sin, mask):
        x = x + self.attention(norm(x), cos, sin, mask)
        return x + self.shrink(F.relu(self.expand(norm(x))).square())


class Gpt(nn.Module):
    def __init__(self, layers, heads, dim, context):
        super().__init__()
        self.table = nn.Embedding(VOCABULARY, dim)
        nn.init.uniform_(self.table.weight, -dim**-0.5, dim**-0.5)
        self.blocks = nn.ModuleList(Block(heads, dim) for _ in range(layers))
        width = dim // heads
        angles = torch.outer(torch.arange(context).float(), 10000 ** (-torch.arange(0, width, 2).float() / width))
        self.register_buffer("cos", angles.cos()[None, :, None, :])
        self.register_buffer("sin", angles.sin()[None, :, None, :])
        self.register_buffer("mask", torch.ones(context, context, dtype=torch.bool).triu(1))

    def forward(self, tokens, targets):
        x = self.table(tokens)
        for block in self.blocks:
            x = block(x, self.cos, self.sin, self.mask)
        logits = F.linear(norm(x), self.table.weight).float()
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def arguments():
    given = os.environ.get
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shape", choices=sorted(SHAPES), default=given("STEEPEST_SHAPE", "small"))
    parser.add_argument("--batch", type=int, default=int(given("STEEPEST_BATCH", "8")))
    parser.add_argument("--accumulation", type=int, default=int(given("STEEPEST_ACCUMULATION", "1")))
    parser.add_argument("--steps", type=int, default=int(given("STEEPEST_STEPS", "1")))
    parser.add_argument("--precision", choices=["bf16", "fp16", "fp32"], default=given("STEEPEST_PRECISION", "bf16"))
    parser.add_argument("--threads", type=int, default=int(given("STEEPEST_THREADS", "0")))
    parser.add_argument("--device", default=given("STEEPEST_DEVICE", "cpu"))
    parser.add_argument("--warm-up", type=int, default=1, help="steps that are not timed")
    return parser.parse_args()


def main():
    args = arguments()
    if args.shape not in SHAPES:
        raise SystemExit(f"no shape '{args.shape}' here; there are {', '.join(sorted(SHAPES))}")
    if args.threads > 0:
        torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    device = torch.device(args.device)
    context = SHAPES[args.shape][3]
    model = Gpt(*SHAPES[args.shape]).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)
    text = torch.randint(49152, (args.batch, context + 1), device=device)
    kinds = {"bf16": torch.bfloat16, "fp16": torch.float16}

    def step():
        for part in text.chunk(args.accumulation):
            on = args.precision in kinds
            with torch.autocast(device.type, dtype=kinds[args.precision]) if on else nullcontext():
                loss = model(part[:, :-1], part[:, 1:])
            (loss * (len(part) / args.batch)).backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    def clock():
        if device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter()

    for _ in range(args.warm_up):
        step()
    begin = clock()
    for _ in range(args.steps):
        step()
    print(f"tokens/s: {args.batch * context * args.steps / (clock() - begin):.1f}")


if __name__ == "__main__":
    main()
