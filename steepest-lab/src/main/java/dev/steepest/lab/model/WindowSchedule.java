package dev.steepest.lab.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How far tokens see in the course of a run, and how rotary positions follow: windows of 3, 7 and
 * 11 units in thirds of the run, 13 in its last 1.8 %; 20 when a finished network is looked at.
 * Layers are told long or short, which is half of it, rounded down. As the windows grow, slow
 * rotations are slowed down and scores sharpened (YaRN, Peng et al. 2023, arXiv:2309.00071).
 *
 * <p>Everything here is a pure function of the share of the run that is done. Numbers are those of
 * the source that {@link GptLate2025} names.
 */
final class WindowSchedule {
  private static final int[] LONG = {3, 7, 11, 13}; // units
  private static final int AFTERWARDS = 20; // units
  private static final double UPDATES = 2185;
  private static final double EXTENSION = 40; // further updates, with the last window

  private static final double BASE = 1024; // of the rotary positions
  private static final double SCALE = 0.1; // of products of queries and keys, at first
  private static final double SHARPENING = 0.2;
  private static final double FEW_TURNS = 1; // within a window: below, a rotation is slowed fully
  private static final double MANY_TURNS = 32; // above, not at all

  private final List<Look> looks = new ArrayList<>();
  private final SequencedMap<Long, Sight> sights = new LinkedHashMap<>();
  private final long context;
  private final int unit;

  private record Look(Rotary rotary, Scalar scale) {}

  /**
   * What holds at one moment.
   *
   * @param near of layers with short windows
   * @param far of layers with long ones
   */
  record Moment(Rotary rotary, Scalar scale, Sight near, Sight far) {}

  /**
   * A schedule.
   *
   * @param context the most tokens of a sequence
   * @param features of a head, a multiple of 4; half of the pairs are never turned
   * @param unit tokens that windows are measured in
   */
  WindowSchedule(Site site, long context, int features, int unit) {
    this.context = context;
    this.unit = unit;
    double[] frequencies = frequencies(features);
    double scale = SCALE;
    for (int i = 0; i < LONG.length; i++) {
      if (i > 0) {
        slowDown(frequencies, LONG[i - 1], LONG[i]);
        scale *= 1 + SHARPENING * Math.log((double) LONG[i] / LONG[i - 1]);
      }
      Rotary rotary = Rotary.halves(site, angles(frequencies));
      looks.add(new Look(rotary, site.keep(new Scalar(scale))));
      keepSight(site, LONG[i]);
      keepSight(site, LONG[i] / 2);
    }
    keepSight(site, AFTERWARDS);
  }

  private void keepSight(Site site, int units) {
    long window = tokens(units);
    Sight sight = Sight.of(window, context);
    sights.put(window, new Sight(window, site.constant(sight.bias()), null));
  }

  /** Tokens that are seen through a window: those that far back, and the token itself. */
  private long tokens(int units) {
    return 1 + (long) unit * units;
  }

  /** 1024^−(j/(d/4 − 1)) for the first half of the pairs, 0 for the other. */
  private static double[] frequencies(int features) {
    double[] frequencies = new double[features / 2];
    int turning = features / 4;
    for (int j = 0; j < turning; j++) {
      frequencies[j] = Math.pow(BASE, turning == 1 ? 0 : -(double) j / (turning - 1));
    }
    return frequencies;
  }

  private void slowDown(double[] frequencies, int before, int after) {
    double ratio = (double) before / after;
    for (int j = 0; j < frequencies.length; j++) {
      double turns = unit * (double) before * frequencies[j] / (2 * Math.PI);
      double kept = Math.clamp((turns - FEW_TURNS) / (MANY_TURNS - FEW_TURNS), 0, 1);
      frequencies[j] *= ratio + kept * (1 - ratio);
    }
  }

  private Tensor angles(double[] frequencies) {
    float[] rounded = new float[frequencies.length];
    for (int j = 0; j < rounded.length; j++) {
      rounded[j] = (float) frequencies[j];
    }
    Tensor positions = torch.arange(new Scalar((float) context));
    return torch.outer(positions, torch.tensor(rounded)).to(ScalarType.Double);
  }

  /** The stage of a run of which the share {@code done} is done: 0 to 3. */
  static int stage(double done) {
    double scheduled = done * (UPDATES + EXTENSION) / UPDATES;
    return scheduled >= 1 ? LONG.length - 1 : (int) ((LONG.length - 1) * scheduled);
  }

  /** Tokens that a token sees in layers with long windows. */
  long far(double done, Mode mode) {
    boolean afterwards = mode == Mode.EVAL && done >= 1;
    return tokens(afterwards ? AFTERWARDS : LONG[stage(done)]);
  }

  /** Tokens that a token sees in layers with short windows. */
  long near(double done) {
    return tokens(LONG[stage(done)] / 2);
  }

  /**
   * What holds now.
   *
   * @param documents number of each token's document, [B, T], or null
   */
  Moment at(double done, Mode mode, Tensor documents) {
    Look look = looks.get(stage(done));
    return new Moment(
        look.rotary,
        look.scale,
        sights.get(near(done)).within(documents),
        sights.get(far(done, mode)).within(documents));
  }
}
