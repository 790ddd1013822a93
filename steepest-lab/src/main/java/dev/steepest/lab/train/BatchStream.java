package dev.steepest.lab.train;

import java.util.Iterator;

/** Batches one after another, for one consumer; closing it frees what was prepared ahead. */
public interface BatchStream extends Iterator<MiniBatch>, AutoCloseable {
  @Override
  void close();
}
