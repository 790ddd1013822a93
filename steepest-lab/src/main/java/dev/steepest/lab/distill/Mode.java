package dev.steepest.lab.distill;

/** Whose formula the gradient is; a constant's name in small letters is its word in files. */
public enum Mode {
  /** Score distillation sampling: {@link Sds}. */
  SDS,
  /** Noise-free score distillation: {@link Nfsd}. */
  NFSD,
  /** Variational score distillation: {@link Vsd}. */
  VSD,
  /** Score distillation as a bridge between two distributions: {@link Bridge}. */
  BRIDGE
}
