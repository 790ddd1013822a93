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
  private double dataSeconds;

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

  /** Takes the next batch, and the time that it is waited for. */
  MiniBatch next(BatchStream batches) {
    long begin = System.nanoTime();
    MiniBatch batch = batches.next();
    dataSeconds += (System.nanoTime() - begin) * 1e-9;
    return batch;
  }

  /** Seconds, within those of training, in which batches were waited for. */
  double dataSeconds() {
    return dataSeconds;
  }

  void endEpoch() {
    epoch++;
    batch = 0;
  }

  Position position() {
    return new Position(epoch, batch, steps, samples, training.seconds(), looking.seconds());
  }

  /** Goes on from where another run stood. */
  void restore(Position position, double secondsOfData) {
    dataSeconds = secondsOfData;
    epoch = position.epoch();
    batch = position.batch();
    steps = position.step();
    samples = position.samples();
    training.restore(position.trainSeconds());
    looking.restore(position.evalSeconds());
  }
}
