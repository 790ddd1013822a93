package dev.steepest.optim.linalg;

/** How a division by a norm is kept from dividing by zero. */
public enum NormGuard {
  /** By the norm plus eps: the original Muon. */
  ADD,
  /** By the norm, but at least eps: torch.optim.Muon. */
  CLAMP
}
