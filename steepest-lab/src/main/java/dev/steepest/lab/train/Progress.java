package dev.steepest.lab.train;

import org.bytedeco.pytorch.Device;

/** How far a run is, with its two clocks: one of training, one of looking at the network. */
final class Progress {
  private final Stopwatch training;
  private final Stopwatch looking;
  private long epoch;
  private long batch;
  private long steps;
  private long samples;

  /** The beginning; both clocks stand still. */
  Progress(Device device) {
    training = new Stopwatch(device);
    looking = new Stopwatch(device);
  }

  Stopwatch training() {
    return training;
  }

  Stopwatch looking() {
    return looking;
  }

  /** Completed epochs. */
  long epoch() {
    return epoch;
  }

  /** Batches done in the current epoch. */
  long batch() {
    return batch;
  }

  /** Optimizer steps done. */
  long steps() {
    return steps;
  }

  /** An optimizer step was made of so many samples. */
  void stepped(long ofSamples) {
    samples += ofSamples;
    steps++;
    batch++;
  }

  void endEpoch() {
    epoch++;
    batch = 0;
  }

  Position position() {
    return new Position(epoch, batch, steps, samples, training.seconds(), looking.seconds());
  }

  /** Goes on from where another run stood. */
  void restore(Position position) {
    epoch = position.epoch();
    batch = position.batch();
    steps = position.step();
    samples = position.samples();
    training.restore(position.trainSeconds());
    looking.restore(position.evalSeconds());
  }
}
