package dev.steepest.lab.kernel;

/**
 * Which channel each lane of each register belongs to when a dense [rows, C] block of bfloat16 is
 * read register by register.
 *
 * <p>The pattern repeats after lcm(C, lanes of a register) values, a <em>period</em>; numbers per
 * channel are laid out for one period once, so that any C runs at full width.
 *
 * @param channels C
 */
record ChannelLanes(int channels) {
  ChannelLanes {
    if (channels < 1) {
      throw new IllegalArgumentException(
          "A tensor of " + channels + " channels cannot be laid out; at least 1 is needed.");
    }
  }

  /** Values of a period. */
  int period() {
    int a = channels;
    int b = Bf16.LANES;
    while (b != 0) {
      int rest = a % b;
      a = b;
      b = rest;
    }
    return channels / a * Bf16.LANES;
  }

  /** Lays out a number per channel, [C] → [period]. */
  float[] spread(float[] perChannel) {
    float[] lanes = new float[period()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = perChannel[i % channels];
    }
    return lanes;
  }

  /** Adds up the lanes of every channel, [period] → [C], in a fixed order. */
  double[] gather(double[] lanes) {
    double[] perChannel = new double[channels];
    for (int i = 0; i < lanes.length; i++) {
      perChannel[i % channels] += lanes[i];
    }
    return perChannel;
  }
}
