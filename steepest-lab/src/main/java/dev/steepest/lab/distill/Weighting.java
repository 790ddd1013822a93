package dev.steepest.lab.distill;

/** The factor w of a gradient, from the share ᾱ_t of the image's variance in x_t. */
public enum Weighting {
  /** 1 − ᾱ_t: the variance of the noise, as all four papers' code has it. */
  NOISE {
    @Override
    double of(double alphaBar) {
      return 1 - alphaBar;
    }
  },
  /** √ᾱ_t·(1 − ᾱ_t): less weight where little is left of the image, as in Fantasia3D. */
  IMAGE {
    @Override
    double of(double alphaBar) {
      return Math.sqrt(alphaBar) * (1 - alphaBar);
    }
  },
  /** 1 at all time steps. */
  UNIFORM {
    @Override
    double of(double alphaBar) {
      return 1;
    }
  };

  abstract double of(double alphaBar);
}
