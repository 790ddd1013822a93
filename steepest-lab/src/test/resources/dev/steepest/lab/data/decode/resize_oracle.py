"""Makes resize_oracle.csv: what Pillow (9.4.0) makes of pictures that ResizingTest makes too.

Resize and crop as torchvision's transforms.Resize(size) and CenterCrop(size) do it:
int(size * long / short) for the longer side, int(round((n - size) / 2)) for where the crop begins.

    python3 resize_oracle.py > resize_oracle.csv
"""

import hashlib

from PIL import Image

SHAPES = [(32, 32), (50, 37), (37, 50), (500, 375), (375, 500), (7, 13), (224, 225), (100, 10), (3, 2)]
SIZES = [1, 5, 32, 64, 224]


def picture(width, height, channels):
    n = width * height * channels
    return bytes(((i * i * 31 + i * 7 + (i >> 3)) >> 2) & 255 for i in range(n))


def crop(image, size):
    width, height = image.size
    short, long = min(width, height), max(width, height)
    other = int(size * long / short)
    wide, high = (size, other) if width <= height else (other, size)
    image = image.resize((wide, high), Image.BILINEAR)
    left, top = int(round((wide - size) / 2.0)), int(round((high - size) / 2.0))
    return image.crop((left, top, left + size, top + size))


def main():
    for width, height in SHAPES:
        for channels in (1, 3):
            image = Image.frombytes("L" if channels == 1 else "RGB", (width, height), picture(width, height, channels))
            for size in SIZES:
                for fit, result in (("CROP", crop(image, size)), ("SQUASH", image.resize((size, size), Image.BILINEAR))):
                    planes = b"".join(band.tobytes() for band in result.split())
                    print(f"{width},{height},{channels},{size},{fit},{hashlib.sha256(planes).hexdigest()}")


if __name__ == "__main__":
    main()
