package dev.steepest.lab.data.augment;

import dev.steepest.lab.data.CounterRandom;

/**
 * TrivialAugmentWide (Müller and Hutter, "TrivialAugment: tuning-free yet state-of-the-art data
 * augmentation", ICCV 2021): one operation of one strength per image, both uniform. Operations,
 * their order and their 31 strengths are those of torchvision's {@code TrivialAugmentWide()}
 * applied to a PIL image, that is nearest neighbour and black outside.
 */
enum TrivialAugmentWide {
  IDENTITY(0, 0, Sign.POSITIVE) {
    @Override
    void apply(Picture picture, float level) {}
  },
  SHEAR_X(0, 0.99f, Sign.RANDOM) {
    @Override
    void apply(Picture picture, float level) {
      Geometry.shearX(picture, level);
    }
  },
  SHEAR_Y(0, 0.99f, Sign.RANDOM) {
    @Override
    void apply(Picture picture, float level) {
      Geometry.shearY(picture, level);
    }
  },
  TRANSLATE_X(0, 32, Sign.RANDOM) {
    @Override
    void apply(Picture picture, float level) {
      Geometry.translateX(picture, (int) level);
    }
  },
  TRANSLATE_Y(0, 32, Sign.RANDOM) {
    @Override
    void apply(Picture picture, float level) {
      Geometry.translateY(picture, (int) level);
    }
  },
  ROTATE(0, 135, Sign.RANDOM) {
    @Override
    void apply(Picture picture, float level) {
      Geometry.rotate(picture, level);
    }
  },
  BRIGHTNESS(0, 0.99f, Sign.RANDOM) {
    @Override
    void apply(Picture picture, float level) {
      Colour.brightness(picture, (float) (1.0 + level));
    }
  },
  COLOR(0, 0.99f, Sign.RANDOM) {
    @Override
    void apply(Picture picture, float level) {
      Colour.saturation(picture, (float) (1.0 + level));
    }
  },
  CONTRAST(0, 0.99f, Sign.RANDOM) {
    @Override
    void apply(Picture picture, float level) {
      Colour.contrast(picture, (float) (1.0 + level));
    }
  },
  SHARPNESS(0, 0.99f, Sign.RANDOM) {
    @Override
    void apply(Picture picture, float level) {
      Colour.sharpness(picture, (float) (1.0 + level));
    }
  },
  POSTERIZE(8, 2, Sign.POSITIVE) {
    @Override
    void apply(Picture picture, float level) {
      Tone.posterize(picture, Math.round(level));
    }
  },
  SOLARIZE(255, 0, Sign.POSITIVE) {
    @Override
    void apply(Picture picture, float level) {
      Tone.solarize(picture, level);
    }
  },
  AUTO_CONTRAST(0, 0, Sign.POSITIVE) {
    @Override
    void apply(Picture picture, float level) {
      Tone.autoContrast(picture);
    }
  },
  EQUALIZE(0, 0, Sign.POSITIVE) {
    @Override
    void apply(Picture picture, float level) {
      Tone.equalize(picture);
    }
  };

  /** Number of strengths (torchvision's num_magnitude_bins). */
  static final int BINS = 31;

  /** Draws of the sample's stream that the policy uses: 0, 1 and 2. */
  private static final int OPERATION = 0;

  private static final int STRENGTH = 1;
  private static final int SIGN = 2;

  private static final TrivialAugmentWide[] ALL = values();

  private enum Sign {
    POSITIVE,
    RANDOM
  }

  private final float first;
  private final float last;
  private final Sign sign;

  TrivialAugmentWide(float first, float last, Sign sign) {
    this.first = first;
    this.last = last;
    this.sign = sign;
  }

  /** Applies the operation at this level, which {@link #level} gave. */
  abstract void apply(Picture picture, float level);

  /** Whether the level's sign is drawn too. */
  boolean signed() {
    return sign == Sign.RANDOM;
  }

  /**
   * Strength number {@code bin} of 0 … 30, evenly spaced; the arithmetic of torch.linspace, whose
   * kernels fuse multiply and add. It matters: the middle translation is 15.999999, hence 15
   * pixels.
   */
  float level(int bin) {
    float step = (last - first) / (BINS - 1);
    return bin < BINS / 2 ? Math.fma(step, bin, first) : Math.fma(-step, BINS - 1 - bin, last);
  }

  /** Changes the picture as the sample's stream says. */
  static void applyRandom(Picture picture, CounterRandom random) {
    TrivialAugmentWide operation = ALL[random.below(OPERATION, ALL.length)];
    float level = operation.level(random.below(STRENGTH, BINS));
    operation.apply(picture, operation.signed() && random.coin(SIGN) ? -level : level);
  }
}
