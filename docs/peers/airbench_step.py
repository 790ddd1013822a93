#!/usr/bin/env python3
"""The training step of airbench94 in plain PyTorch, as a peer for `./steepest bench airbench --peer`.

Forward, cross entropy with smoothed labels, backward and an SGD step with Nesterov momentum, over one
batch that lies in memory; prints `images/s: N`. Nothing in it is tuned beyond what PyTorch's own guides
advise: channels-last tensors, autocast, gradients set to None. Needs PyTorch 1.13 or newer.

What is not given on the command line is taken from STEEPEST_BATCH, STEEPEST_STEPS, STEEPEST_PRECISION,
STEEPEST_THREADS and STEEPEST_DEVICE, which Steepest sets, so that both sides do the same work.
"""
import argparse
import os
import time
from contextlib import nullcontext

import torch
from torch import nn
from torch.nn import functional as F


def norm(channels):
    layer = nn.BatchNorm2d(channels, eps=1e-12, momentum=0.4)
    layer.weight.requires_grad = False
    return layer


def group(channels_in, channels_out):
    return [
        nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False),
        nn.MaxPool2d(2),
        norm(channels_out),
        nn.GELU(),
        nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False),
        norm(channels_out),
        nn.GELU(),
    ]


def network(widths=(64, 256, 256), classes=10):
    whitening = nn.Conv2d(3, 24, 2)
    whitening.weight.requires_grad = False
    layers, channels = [whitening, nn.GELU()], 24
    for width in widths:
        layers += group(channels, width)
        channels = width
    return nn.Sequential(*layers, nn.MaxPool2d(3), nn.Flatten(), nn.Linear(channels, classes, bias=False))


def arguments():
    given = os.environ.get
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=int(given("STEEPEST_BATCH", "1024")))
    parser.add_argument("--steps", type=int, default=int(given("STEEPEST_STEPS", "2")))
    parser.add_argument("--precision", choices=["bf16", "fp16", "fp32"], default=given("STEEPEST_PRECISION", "bf16"))
    parser.add_argument("--threads", type=int, default=int(given("STEEPEST_THREADS", "0")))
    parser.add_argument("--device", default=given("STEEPEST_DEVICE", "cpu"))
    parser.add_argument("--warm-up", type=int, default=1, help="steps that are not timed")
    return parser.parse_args()


def main():
    options = arguments()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    device = torch.device(options.device)
    kind = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}[options.precision]
    model = network().to(device, memory_format=torch.channels_last).train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=1e-4, momentum=0.85, nesterov=True, weight_decay=5e-4)
    images = torch.randn(options.batch, 3, 32, 32, device=device, dtype=kind)
    images = images.to(memory_format=torch.channels_last)
    labels = torch.randint(10, (options.batch,), device=device)

    def step():
        with nullcontext() if options.precision == "fp32" else torch.autocast(device.type, dtype=kind):
            logits = model(images)
        F.cross_entropy(logits.float(), labels, label_smoothing=0.2).backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    def now():
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        return time.perf_counter()

    for _ in range(options.warm_up):
        step()
    start = now()
    for _ in range(options.steps):
        step()
    seconds = now() - start
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, {options.precision} channels-last")
    print(f"images/s: {options.batch * options.steps / seconds:.1f}")


if __name__ == "__main__":
    main()
