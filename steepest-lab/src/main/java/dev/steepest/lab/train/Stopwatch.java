package dev.steepest.lab.train;

import org.bytedeco.pytorch.Device;

/** Sums the seconds between start and stop; the device is idle at both. */
final class Stopwatch {
  private final Device device;
  private double seconds;
  private long since;
  private boolean running;

  Stopwatch(Device device) {
    this.device = device;
  }

  void start() {
    DeviceChoice.synchronize(device);
    since = System.nanoTime();
    running = true;
  }

  void stop() {
    if (running) {
      DeviceChoice.synchronize(device);
      seconds = seconds();
      running = false;
    }
  }

  /** Seconds so far, without waiting for the device. */
  double seconds() {
    return running ? seconds + (System.nanoTime() - since) * 1e-9 : seconds;
  }

  void restore(double before) {
    seconds = before;
  }
}
