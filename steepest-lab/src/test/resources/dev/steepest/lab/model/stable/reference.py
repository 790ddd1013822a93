"""Writes reference.json: small networks of Stable Diffusion's kind, computed in float64 by PyTorch.

Run: python reference.py > reference.json   (torch 2.13.0, transformers; CPU)

The text encoder is transformers' own. U-Net and autoencoder are written here from the published
descriptions with modules of torch.nn, in the names of diffusers. Weights are a function of name
and index, so that no file of weights is needed.
"""

import json
import math
import zlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel

torch.set_default_dtype(torch.float64)


def numbers(name, shape):
    """Uniform in -1..1: SplitMix64 of crc32(name) * 2^32 + index."""
    count = int(np.prod(shape))
    with np.errstate(over="ignore"):
        z = np.uint64(zlib.crc32(name.encode()) << 32) + np.arange(count, dtype=np.uint64)
        z = (z + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return torch.from_numpy((z >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1).view(shape)


def fill(module, cut=""):
    with torch.no_grad():
        for name, p in module.named_parameters():
            u = numbers(name.removeprefix(cut), p.shape)
            if p.dim() > 1:
                u = u * (3 / math.prod(p.shape[1:])) ** 0.5
            elif name.endswith("weight"):
                u = 1 + u / 4
            else:
                u = u / 4
            p.copy_(u)
    return module.eval()


class Resnet(nn.Module):
    def __init__(self, i, o, groups, eps, time=None):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(groups, i, eps), nn.Conv2d(i, o, 3, padding=1)
        if time:
            self.time_emb_proj = nn.Linear(time, o)
        self.norm2, self.conv2 = nn.GroupNorm(groups, o, eps), nn.Conv2d(o, o, 3, padding=1)
        if i != o:
            self.conv_shortcut = nn.Conv2d(i, o, 1)

    def forward(self, x, temb=None):
        h = self.conv1(F.silu(self.norm1(x)))
        if temb is not None:
            h = h + self.time_emb_proj(F.silu(temb))[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return (self.conv_shortcut(x) if hasattr(self, "conv_shortcut") else x) + h


class Attention(nn.Module):
    def __init__(self, d, ctx, heads, bias):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(d, d, bias)
        self.to_k, self.to_v = nn.Linear(ctx, d, bias), nn.Linear(ctx, d, bias)
        self.to_out = nn.ModuleList([nn.Linear(d, d)])

    def forward(self, x, ctx):
        q, k, v = self.to_q(x), self.to_k(ctx), self.to_v(ctx)
        step = q.shape[-1] // self.heads
        mixed = []
        for h in range(self.heads):
            s = slice(h * step, (h + 1) * step)
            w = torch.einsum("bij,bkj->bik", q[..., s], k[..., s]) / math.sqrt(step)
            mixed.append(torch.einsum("bik,bkj->bij", F.softmax(w, -1), v[..., s]))
        return self.to_out[0](torch.cat(mixed, -1))


class Geglu(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.proj = nn.Linear(d, 8 * d)

    def forward(self, x):
        hidden, gate = self.proj(x).chunk(2, -1)
        return hidden * (gate * 0.5 * (1 + torch.erf(gate / math.sqrt(2))))


class Feed(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.net = nn.ModuleList([Geglu(d), nn.Identity(), nn.Linear(4 * d, d)])

    def forward(self, x):
        return self.net[2](self.net[0](x))


class Basic(nn.Module):
    def __init__(self, d, ctx, heads):
        super().__init__()
        self.norm1, self.attn1 = nn.LayerNorm(d), Attention(d, d, heads, False)
        self.norm2, self.attn2 = nn.LayerNorm(d), Attention(d, ctx, heads, False)
        self.norm3, self.ff = nn.LayerNorm(d), Feed(d)

    def forward(self, x, ctx):
        y = self.norm1(x)
        x = x + self.attn1(y, y)
        x = x + self.attn2(self.norm2(x), ctx)
        return x + self.ff(self.norm3(x))


class Transformer(nn.Module):
    def __init__(self, c, ctx, heads, groups, linear):
        super().__init__()
        self.linear = linear
        self.norm = nn.GroupNorm(groups, c, 1e-6)
        make = (lambda: nn.Linear(c, c)) if linear else (lambda: nn.Conv2d(c, c, 1))
        self.proj_in = make()
        self.transformer_blocks = nn.ModuleList([Basic(c, ctx, heads)])
        self.proj_out = make()

    def forward(self, x, ctx):
        n, c, h, w = x.shape
        y = self.norm(x)
        if self.linear:
            y = self.proj_in(y.permute(0, 2, 3, 1).reshape(n, h * w, c))
        else:
            y = self.proj_in(y).permute(0, 2, 3, 1).reshape(n, h * w, c)
        y = self.transformer_blocks[0](y, ctx)
        if self.linear:
            y = self.proj_out(y).reshape(n, h, w, c).permute(0, 3, 1, 2)
        else:
            y = self.proj_out(y.reshape(n, h, w, c).permute(0, 3, 1, 2))
        return x + y


class Sampler(nn.Module):
    def __init__(self, c, stride, padding):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, stride=stride, padding=padding)


class Level(nn.Module):
    """A down or up block; attentions and samplers only where there are any."""

    def __init__(self, ins, c, sampler=None, side=None, attention=None, **resnet):
        super().__init__()
        self.resnets = nn.ModuleList([Resnet(i, c, **resnet) for i in ins])
        if attention:
            self.attentions = nn.ModuleList([Transformer(c, **attention) for _ in ins])
        if sampler:
            setattr(self, side, nn.ModuleList([sampler]))


class Unet(nn.Module):
    def __init__(self, channels, heads, cross, layers, groups, ctx, linear):
        super().__init__()
        c0, time = channels[0], 4 * channels[0]
        res = dict(groups=groups, eps=1e-5, time=time)
        att = lambda k: dict(ctx=ctx, heads=heads[k], groups=groups, linear=linear)
        self.conv_in = nn.Conv2d(4, c0, 3, padding=1)
        self.time_embedding = nn.ModuleDict(
            {"linear_1": nn.Linear(c0, time), "linear_2": nn.Linear(time, time)}
        )
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        skips, before, top = [c0], c0, len(channels) - 1
        for k, c in enumerate(channels):
            ins = [before] + [c] * (layers - 1)
            down = Sampler(c, 2, 1) if k < top else None
            self.down_blocks.append(
                Level(ins, c, down, "downsamplers", att(k) if cross[k] else None, **res)
            )
            skips += [c] * layers + ([c] if down else [])
            before = c
        self.mid_block = Level([before, before], before, **res)
        self.mid_block.attentions = nn.ModuleList([Transformer(before, **att(top))])
        for k in reversed(range(top + 1)):
            ins = []
            for _ in range(layers + 1):
                ins.append(before + skips.pop())
                before = channels[k]
            up = Sampler(before, 1, 1) if k else None
            self.up_blocks.append(
                Level(ins, before, up, "upsamplers", att(k) if cross[k] else None, **res)
            )
        self.conv_norm_out = nn.GroupNorm(groups, c0, 1e-5)
        self.conv_out = nn.Conv2d(c0, 4, 3, padding=1)
        self.c0 = c0

    def forward(self, x, t, ctx):
        half = self.c0 // 2
        angle = t.double()[:, None] * torch.exp(-math.log(10000) * torch.arange(half) / half)
        temb = torch.cat([torch.cos(angle), torch.sin(angle)], 1)
        temb = self.time_embedding["linear_2"](F.silu(self.time_embedding["linear_1"](temb)))
        x = self.conv_in(x)
        skips = [x]
        for block in self.down_blocks:
            for j, resnet in enumerate(block.resnets):
                x = resnet(x, temb)
                if hasattr(block, "attentions"):
                    x = block.attentions[j](x, ctx)
                skips.append(x)
            if hasattr(block, "downsamplers"):
                x = block.downsamplers[0].conv(x)
                skips.append(x)
        x = self.mid_block.resnets[0](x, temb)
        x = self.mid_block.attentions[0](x, ctx)
        x = self.mid_block.resnets[1](x, temb)
        for block in self.up_blocks:
            for j, resnet in enumerate(block.resnets):
                x = resnet(torch.cat([x, skips.pop()], 1), temb)
                if hasattr(block, "attentions"):
                    x = block.attentions[j](x, ctx)
            if hasattr(block, "upsamplers"):
                x = F.interpolate(x, size=skips[-1].shape[2:], mode="nearest")
                x = block.upsamplers[0].conv(x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


class VaeAttention(Attention):
    def __init__(self, c, groups):
        super().__init__(c, c, 1, True)
        self.group_norm = nn.GroupNorm(groups, c, 1e-6)

    def forward(self, x):
        tokens = self.group_norm(x).flatten(2).transpose(1, 2)
        return x + super().forward(tokens, tokens).transpose(1, 2).reshape(x.shape)


class Side(nn.Module):
    """Encoder or decoder."""

    def __init__(self, channels, layers, groups, i, o, down):
        super().__init__()
        res = dict(groups=groups, eps=1e-6)
        self.down, before = down, channels[0]
        self.conv_in = nn.Conv2d(i, before, 3, padding=1)
        blocks = nn.ModuleList()
        for k, c in enumerate(channels):
            last = k == len(channels) - 1
            sampler = None if last else Sampler(c, 2, 0) if down else Sampler(c, 1, 1)
            side = "downsamplers" if down else "upsamplers"
            blocks.append(Level([before] + [c] * (layers - 1), c, sampler, side, **res))
            before = c
        setattr(self, "down_blocks" if down else "up_blocks", blocks)
        coarse = channels[-1] if down else channels[0]
        self.mid_block = Level([coarse, coarse], coarse, **res)
        self.mid_block.attentions = nn.ModuleList([VaeAttention(coarse, groups)])
        self.conv_norm_out = nn.GroupNorm(groups, before, 1e-6)
        self.conv_out = nn.Conv2d(before, o, 3, padding=1)

    def middle(self, x):
        m = self.mid_block
        return m.resnets[1](m.attentions[0](m.resnets[0](x)))

    def forward(self, x):
        x = self.conv_in(x)
        if not self.down:
            x = self.middle(x)
        for block in self.down_blocks if self.down else self.up_blocks:
            for resnet in block.resnets:
                x = resnet(x)
            if hasattr(block, "downsamplers"):
                x = block.downsamplers[0].conv(F.pad(x, (0, 1, 0, 1)))
            if hasattr(block, "upsamplers"):
                x = block.upsamplers[0].conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        if self.down:
            x = self.middle(x)
        return self.conv_out(F.silu(self.conv_norm_out(x)))


class Vae(nn.Module):
    def __init__(self, channels, layers, groups):
        super().__init__()
        self.encoder = Side(channels, layers, groups, 3, 8, True)
        self.decoder = Side(channels[::-1], layers + 1, groups, 4, 3, False)
        self.quant_conv, self.post_quant_conv = nn.Conv2d(8, 8, 1), nn.Conv2d(4, 4, 1)

    def encode(self, x):
        return self.quant_conv(self.encoder(x)).chunk(2, 1)[0] * 0.18215

    def decode(self, z):
        return self.decoder(self.post_quant_conv(z / 0.18215))


def clip(act, tokens):
    config = CLIPTextConfig(
        vocab_size=30, hidden_size=8, intermediate_size=20, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=9, hidden_act=act,
        bos_token_id=28, eos_token_id=29, pad_token_id=29,
        attn_implementation="eager",
    )
    model = CLIPTextModel(config).double()
    names = [n for n, _ in model.named_parameters()]
    # Newer versions have dropped the prefix that files have.
    cut = "" if names[0].startswith("text_model.") else None
    with torch.no_grad():
        for name, p in model.named_parameters():
            full = name if cut == "" else "text_model." + name
            u = numbers(full, p.shape)
            if p.dim() > 1:
                u = u * (3 / math.prod(p.shape[1:])) ** 0.5
            else:
                u = 1 + u / 4 if name.endswith("weight") else u / 4
            p.copy_(u)
        return model.eval()(input_ids=tokens).last_hidden_state


def record(module, y):
    return {
        "tensors": len(list(module.parameters())) if module else 0,
        "parameters": sum(p.numel() for p in module.parameters()) if module else 0,
        "shape": list(y.shape),
        "values": [float(f"{v:.12g}") for v in y.detach().flatten().tolist()],
    }


with torch.no_grad():
    result = {}
    tokens = torch.tensor([[28, 3, 17, 5, 29, 29, 29, 29, 29], [28, 1, 2, 29, 0, 0, 0, 0, 0]])
    result["clip_quick"] = record(None, clip("quick_gelu", tokens))
    result["clip_exact"] = record(None, clip("gelu", tokens))
    x, ctx = numbers("x", (2, 4, 6, 5)) * 2, numbers("context", (2, 3, 6)) * 2
    t = torch.tensor([21, 979])
    for name, linear in (("unet_convolution", False), ("unet_linear", True)):
        unet = fill(Unet([8, 16, 12], [2, 4, 3], [1, 1, 0], 2, 4, 6, linear))
        result[name] = record(unet, unet(x, t, ctx))
    vae = fill(Vae([8, 16, 12], 2, 4))
    result["vae_encode"] = record(vae, vae.encode(numbers("images", (2, 3, 12, 8))))
    result["vae_decode"] = record(vae, vae.decode(numbers("latents", (2, 4, 3, 2))))
    print(json.dumps(result))
