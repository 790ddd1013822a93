package dev.steepest.lab.data.drawing;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/**
 * What a drawing shows: ten figures and three textures, each as a signed distance in pixels, which
 * is negative inside. Only + − · / and square roots, whose results IEEE 754 fixes to the bit.
 */
public enum Figure {
  DISC {
    @Override
    double distance(double x, double y, double radius, double form) {
      return length(x, y) - radius;
    }
  },
  RING {
    @Override
    double distance(double x, double y, double radius, double form) {
      double half = radius * (0.13 + 0.1 * form);
      return Math.abs(length(x, y) - radius + half) - half;
    }
  },
  SQUARE {
    @Override
    double distance(double x, double y, double radius, double form) {
      return outline(Math.max(Math.abs(x), Math.abs(y)) - 0.82 * radius, radius, form);
    }
  },
  TRIANGLE {
    @Override
    double distance(double x, double y, double radius, double form) {
      double slanted = SIN_60 * Math.abs(x) - 0.5 * y;
      return outline(Math.max(slanted, y) - 0.55 * radius, radius, form);
    }
  },
  STAR {
    @Override
    double distance(double x, double y, double radius, double form) {
      // A pentagram is what lies within at least four of the five half-planes of its pentagon.
      double first = Double.NEGATIVE_INFINITY;
      double second = first;
      for (double[] normal : PENTAGON) {
        double d = normal[0] * x + normal[1] * y;
        second = Math.max(second, Math.min(first, d));
        first = Math.max(first, d);
      }
      return second - 0.42 * radius;
    }
  },
  CROSS {
    @Override
    double distance(double x, double y, double radius, double form) {
      double arm = radius * (0.2 + 0.12 * form);
      double ax = Math.abs(x);
      double ay = Math.abs(y);
      return Math.max(Math.max(ax, ay) - radius, Math.min(ax, ay) - arm);
    }
  },
  CRESCENT {
    @Override
    double distance(double x, double y, double radius, double form) {
      double bite = radius * (0.8 + 0.1 * form) - length(x - 0.55 * radius, y);
      return Math.max(length(x, y) - radius, bite);
    }
  },
  STRIPES {
    @Override
    double distance(double x, double y, double radius, double form) {
      return patch(stripe(x, 4.2 + 2.2 * form), x, y, radius);
    }
  },
  CHECKER {
    @Override
    double distance(double x, double y, double radius, double form) {
      double period = 5.5 + 2.5 * form;
      double a = stripe(x, period);
      double b = stripe(y, period);
      return patch(Math.min(Math.max(a, -b), Math.max(-a, b)), x, y, radius);
    }
  },
  DOTS {
    @Override
    double distance(double x, double y, double radius, double form) {
      double period = 4.6 + 1.6 * form;
      double dx = x - period * Math.rint(x / period);
      double dy = y - period * Math.rint(y / period);
      return patch(length(dx, dy) - 0.3 * period, x, y, radius);
    }
  },
  HEART {
    @Override
    double distance(double x, double y, double radius, double form) {
      // Of a heart of height 1.1 with its point at the origin (I. Quilez, "2D distance functions").
      double unit = 1.55 * radius;
      double ax = Math.abs(x) / unit;
      double ay = 0.55 - y / unit;
      if (ax + ay > 1) {
        return unit * (length(ax - 0.25, ay - 0.75) - 0.25 * SQRT_2);
      }
      double along = 0.5 * Math.max(ax + ay, 0);
      double near = Math.min(length(ax, ay - 1), length(ax - along, ay - along));
      return ax < ay ? -unit * near : unit * near;
    }
  },
  ARROW {
    @Override
    double distance(double x, double y, double radius, double form) {
      double head = SIN_60 * Math.abs(x) - 0.5 * (y + radius);
      head = Math.max(head, y + 0.05 * radius);
      double half = radius * (0.16 + 0.08 * form);
      double shaft = Math.max(Math.abs(x) - half, Math.abs(y - 0.4 * radius) - 0.6 * radius);
      return Math.min(head, shaft);
    }
  },
  BARS {
    @Override
    double distance(double x, double y, double radius, double form) {
      double half = radius * (0.18 + 0.08 * form);
      double across = Math.abs(Math.abs(y) - 0.5 * radius) - half;
      return Math.max(across, Math.abs(x) - 0.85 * radius);
    }
  };

  /** The ten that have an outline of their own. */
  public static final List<Figure> OUTLINED =
      Arrays.stream(values()).filter(figure -> !figure.texture()).toList();

  /** The ten that scenes are made of. */
  public static final List<Figure> IN_SCENES = List.copyOf(EnumSet.range(DISC, DOTS));

  private static final double SIN_60 = 0.8660254037844386;
  private static final double SQRT_2 = 1.4142135623730951;

  /** Unit normals of a regular pentagon: (sin, −cos) of 36°, 108°, 180°, 252°, 324°. */
  private static final double[][] PENTAGON = {
    {0.5877852522924731, -0.8090169943749475},
    {0.9510565162951535, 0.30901699437494745},
    {0, 1},
    {-0.9510565162951535, 0.30901699437494745},
    {-0.5877852522924731, -0.8090169943749475}
  };

  /**
   * Distance to the border, in pixels, negative inside; exact near the border only.
   *
   * @param x pixels from the centre, in the figure's own axes
   * @param y as x
   * @param radius size in pixels
   * @param form 0 … 1, the freedom that the figure has: thickness, period, filled or outlined
   */
  abstract double distance(double x, double y, double radius, double form);

  /** Textures need a large patch to be recognised, figures do not. */
  boolean texture() {
    return this == STRIPES || this == CHECKER || this == DOTS;
  }

  private static double length(double x, double y) {
    return Math.sqrt(x * x + y * y);
  }

  /** Filled for form below .6, else a band within the border. */
  private static double outline(double distance, double radius, double form) {
    if (form < 0.6) {
      return distance;
    }
    double half = Math.max(0.9, 0.14 * radius);
    return Math.abs(distance + half) - half;
  }

  /** Bands of equal width across x. */
  private static double stripe(double x, double period) {
    return Math.abs(x - period * Math.rint(x / period)) - 0.25 * period;
  }

  /** Keeps a texture within a rounded patch. */
  private static double patch(double texture, double x, double y, double radius) {
    double corner = Math.max(Math.abs(x), Math.abs(y)) - 0.88 * radius;
    return Math.max(texture, Math.max(corner, length(x, y) - radius));
  }
}
