"""Expected values of PillowOracleTest: SHA-256 of what Pillow makes of two small pictures.

Command: python3 pillow_oracle.py > pillow_oracle.csv   (made with Pillow 9.4.0)
The calls are those of torchvision 0.14.1, transforms/autoaugment.py and functional_pil.py.
Each hash covers all 31 levels of one operation, in the order bin 0 (+, then - if signed), bin 1 ...
"""
import hashlib
import math
import struct

from PIL import Image, ImageEnhance, ImageOps, __version__

BINS = 31


def f32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def linspace(first, last):  # torch.linspace in float32, whose kernels fuse multiply and add
    first, last = f32(first), f32(last)
    step = f32(f32(last - first) / (BINS - 1))
    return [f32(first + step * i) if i < BINS // 2 else f32(last - step * (BINS - 1 - i)) for i in range(BINS)]


def inverse_affine(center, translate, shear):  # torchvision._get_inverse_affine_matrix, angle 0
    sx, sy = (math.radians(s) for s in shear)
    cx, cy = center
    tx, ty = translate
    a = math.cos(-sy) / math.cos(sy)
    b = -math.cos(-sy) * math.tan(sx) / math.cos(sy)
    c = math.sin(-sy) / math.cos(sy)
    d = -math.sin(-sy) * math.tan(sx) / math.cos(sy) + 1.0
    m = [d, -b, 0.0, -c, a, 0.0]
    m[2] += m[0] * (-cx - tx) + m[1] * (-cy - ty) + cx
    m[5] += m[3] * (-cx - tx) + m[4] * (-cy - ty) + cy
    return m


def affine(img, center=None, translate=(0, 0), shear=(0.0, 0.0)):
    center = center or (img.width * 0.5, img.height * 0.5)
    return img.transform(img.size, Image.AFFINE, inverse_affine(center, translate, shear), Image.NEAREST)


def degrees(m):
    return math.degrees(math.atan(m))


OPERATIONS = {
    "SHEAR_X": (linspace(0, .99), True, lambda i, m: affine(i, center=(0, 0), shear=(degrees(m), 0.0))),
    "SHEAR_Y": (linspace(0, .99), True, lambda i, m: affine(i, center=(0, 0), shear=(0.0, degrees(m)))),
    "TRANSLATE_X": (linspace(0, 32), True, lambda i, m: affine(i, translate=(int(m), 0))),
    "TRANSLATE_Y": (linspace(0, 32), True, lambda i, m: affine(i, translate=(0, int(m)))),
    "ROTATE": (linspace(0, 135), True, lambda i, m: i.rotate(m, Image.NEAREST)),
    "BRIGHTNESS": (linspace(0, .99), True, lambda i, m: ImageEnhance.Brightness(i).enhance(1.0 + m)),
    "COLOR": (linspace(0, .99), True, lambda i, m: ImageEnhance.Color(i).enhance(1.0 + m)),
    "CONTRAST": (linspace(0, .99), True, lambda i, m: ImageEnhance.Contrast(i).enhance(1.0 + m)),
    "SHARPNESS": (linspace(0, .99), True, lambda i, m: ImageEnhance.Sharpness(i).enhance(1.0 + m)),
    "POSTERIZE": ([8 - round(i / 5) for i in range(BINS)], False, lambda i, m: ImageOps.posterize(i, m)),
    "SOLARIZE": (linspace(255, 0), False, lambda i, m: ImageOps.solarize(i, m)),
    "AUTO_CONTRAST": ([0.0] * BINS, False, lambda i, m: ImageOps.autocontrast(i)),
    "EQUALIZE": ([0.0] * BINS, False, lambda i, m: ImageOps.equalize(i)),
}


def value(c, y, x):  # repeated in PillowOracleTest
    return 20 * (c + 1) + (x * 7 + y * 13 * (c + 1) + (x * x + 3 * y * y + x * y * (c + 2)) // 4) % (150 + 20 * c)


def picture(channels, height, width):
    if channels == 1:
        return Image.frombytes("L", (width, height), bytes(value(0, y, x) for y in range(height) for x in range(width)))
    return Image.frombytes("RGB", (width, height),
                           bytes(value(c, y, x) for y in range(height) for x in range(width) for c in range(3)))


def planar(img):
    return b"".join(band.tobytes() for band in img.split())


print("channels,height,width,operation,sha256")
for shape in ((3, 32, 32), (1, 28, 28), (3, 24, 40)):
    for name, (levels, signed, operation) in OPERATIONS.items():
        digest = hashlib.sha256()
        for level in levels:
            for sign in (1, -1) if signed else (1,):
                digest.update(planar(operation(picture(*shape), sign * level)))
        print(*shape, name, digest.hexdigest(), sep=",")
