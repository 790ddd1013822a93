package dev.steepest.lab.distill;

/** How the largest time step that is drawn falls over a run, from all of its range to none. */
public enum Annealing {
  /** It stays. */
  NONE {
    @Override
    double left(double done) {
      return 1;
    }
  },
  /** Evenly. */
  LINEAR {
    @Override
    double left(double done) {
      return 1 - done;
    }
  },
  /** As 1 − √(share of the run that is done): fast at first, as in HiFA (arXiv:2305.18766). */
  ROOT {
    @Override
    double left(double done) {
      return 1 - Math.sqrt(done);
    }
  };

  /** The share of the range that is left when {@code done}, 0 to 1, of the run is. */
  abstract double left(double done);
}
